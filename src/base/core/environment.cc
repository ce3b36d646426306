#include "base/core/environment.h"

#include <unistd.h>

#include "base/core/strings.h"

namespace base::core {

Environment Environment::OfProcess() {
  Environment out;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    if (auto pair = SplitOnce(*entry, '=')) out.variables_.emplace(pair->first, pair->second);
  }
  return out;
}

std::optional<std::string> Environment::Find(std::string_view name) const {
  const auto found = variables_.find(name);
  if (found == variables_.end()) return std::nullopt;
  return found->second;
}

std::string Environment::Get(std::string_view name) const { return Find(name).value_or(""); }

void Environment::Set(std::string_view name, std::string_view value) {
  variables_.insert_or_assign(std::string(name), std::string(value));
}

void Environment::Unset(std::string_view name) {
  const auto found = variables_.find(name);
  if (found != variables_.end()) variables_.erase(found);
}

std::vector<std::string> Environment::ToStrings() const {
  std::vector<std::string> out;
  for (const auto& [name, value] : variables_) out.push_back(name + "=" + value);
  return out;
}

}  // namespace base::core
