// Where modules come from: the `source` of module calls as data, with the shorthands of the language resolved
// (github.com/a/b, git@host:path, folders inside of packages after "//"). Not the fetching (install/modules).
// Used by engine/config and install/modules.
#pragma once

#include <string>
#include <string_view>

#include "base/core/result.h"

namespace language::address {

inline constexpr std::string_view kDefaultRegistry = "registry.terraform.io";

struct ModuleSource {
  enum class Kind { kLocal, kRegistry, kRemote };
  Kind kind = Kind::kLocal;
  std::string path;                       // kLocal: "./a" or "../a", clean
  std::string host, space, name, target;  // kRegistry; host in lower case, with a port where one is written
  std::string package;       // kRemote: "git::https://example.com/a.git?ref=v1", without the folder
  std::string subdirectory;  // inside of the package; clean; empty: its root

  // As modules.json has it: with the registry's host, and the folder before the query.
  std::string ToString() const;
  // kRegistry: without the folder; kRemote: `package`.
  std::string Package() const;
  friend bool operator==(const ModuleSource&, const ModuleSource&) = default;
};

// Of a configuration. Errors say what to write instead.
base::core::Result<ModuleSource> ParseModuleSource(std::string_view text);
// What is neither a folder nor a module of a registry, such as a registry's answer where a package is.
base::core::Result<ModuleSource> ParseRemoteModuleSource(std::string_view text);

// "./a", ".\a", "../a".
bool IsLocalModuleSource(std::string_view text);

// Splits "git::https://example.com/a.git//folder?ref=v1" into the address without the folder, and the folder
// as it is written. "://" does not begin a folder.
struct SplitSource {
  std::string package, subdirectory;
};
SplitSource SplitSubdirectory(std::string_view text);

// "git" of "git::https://…", and the rest; the first is empty where nothing is forced.
std::pair<std::string_view, std::string_view> SplitForcedGetter(std::string_view address);

// An address for people: a password or a private key in it is replaced.
std::string WithoutPassword(std::string_view address);

}  // namespace language::address
