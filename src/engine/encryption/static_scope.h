// The names that may stand where nothing is planned yet: variables, locals made of them, paths, the
// workspace. Not the scope of a run (engine/run/scope.h). Called by cli/session for the encryption block.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "engine/config/module.h"
#include "language/eval/evaluate.h"

namespace engine::encryption {

struct StaticNames {
  const config::Module* module = nullptr;  // the root
  std::map<std::string, config::Value> variables;
  std::string workspace;
  std::string working_directory, root_directory;
};

// `names` and `functions` must outlive it.
class StaticScope : public language::eval::Scope {
 public:
  StaticScope(const StaticNames& names, const language::functions::Environment& functions)
      : names_(names), functions_(functions) {}

  std::optional<Resolved> Resolve(const language::eval::Reference& reference, const language::hcl::File& file,
                                  base::diag::Diagnostics& diagnostics) const override;
  const language::functions::Environment& functions() const override { return functions_; }

 private:
  std::optional<config::Value> Variable(const std::string& name, base::diag::Diagnostics& diagnostics) const;
  std::optional<config::Value> Local(const std::string& name, base::diag::Diagnostics& diagnostics) const;

  const StaticNames& names_;
  const language::functions::Environment& functions_;
  mutable std::vector<std::string> open_;  // locals being evaluated
};

}  // namespace engine::encryption
