// A snapshot of environment variables that is passed around instead of calling getenv.
// Not a live view: changes stay in the copy. Made once by main, by hand in tests.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace base::core {

class Environment {
 public:
  Environment() = default;
  explicit Environment(std::map<std::string, std::string, std::less<>> variables)
      : variables_(std::move(variables)) {}
  static Environment OfProcess();

  std::optional<std::string> Find(std::string_view name) const;
  // Empty when unset.
  std::string Get(std::string_view name) const;
  bool Has(std::string_view name) const { return variables_.contains(name); }
  void Set(std::string_view name, std::string_view value);
  void Unset(std::string_view name);
  const std::map<std::string, std::string, std::less<>>& variables() const { return variables_; }
  // "NAME=value", as ProcessSpec wants it.
  std::vector<std::string> ToStrings() const;
  // HOME, else the empty string.
  std::string HomeDirectory() const { return Get("HOME"); }

 private:
  std::map<std::string, std::string, std::less<>> variables_;
};

}  // namespace base::core
