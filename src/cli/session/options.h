// Command-line options by Go's rules: -name=value, -name value, --name; no abbreviations; order is kept.
// One table for each command gives parsing, help and completion. Not the meaning of an option.
// Used by cli/commands.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/core/result.h"

namespace cli::session {

enum class OptionKind : uint8_t { kFlag, kText, kNumber, kList };

struct OptionSpec {
  std::string_view name;  // without the dash
  OptionKind kind = OptionKind::kFlag;
  std::string_view value;  // placeholder in help: "path"; empty for flags
  std::string_view help;
};

class Options {
 public:
  // Arguments after the command's name. Options may not follow operands (Go stops at the first).
  // Errors: "flag provided but not defined: -foo", "flag needs an argument: -var", "invalid boolean value
  // ...".
  static base::core::Result<Options> Parse(std::span<const OptionSpec> specs,
                                           std::span<const std::string> arguments);

  bool Has(std::string_view name) const;  // given at all
  bool Flag(std::string_view name, bool otherwise = false) const;
  std::string Text(std::string_view name, std::string_view otherwise = "") const;
  int64_t Number(std::string_view name, int64_t otherwise) const;
  const std::vector<std::string>& operands() const { return operands_; }
  // Every option as given, in order: {"var", "a=b"}, {"var-file", "x.tfvars"}.
  const std::vector<std::pair<std::string, std::string>>& given() const { return given_; }

 private:
  std::vector<std::pair<std::string, std::string>> given_;
  std::vector<std::string> operands_;
};

// The "Options:" part of a command's help.
std::string OptionsHelp(std::span<const OptionSpec> specs);

}  // namespace cli::session
