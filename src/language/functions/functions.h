// The function table: parameters, documentation and implementation of every function of the language.
// Not the evaluation of calls' arguments (language/eval). One file per family beside this.
// Used by language/eval and `metadata functions`.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/core/result.h"
#include "base/text/source.h"
#include "language/value/value.h"

namespace language::functions {

// What functions may read of the world; language itself does no I/O. Members may be empty: then the functions that
// need them fail with an error.
struct Environment {
  std::string base_directory;  // relative paths of file() start here
  std::function<base::core::Result<std::string>(const std::string& path)> read_file;
  std::function<bool(const std::string& path)> file_exists;
  std::function<base::core::Result<std::vector<std::string>>(const std::string& directory, const std::string& pattern)> list_files;
  std::string home_directory;
  std::string working_directory;
  // RFC 3339 of the plan; timestamp() is unknown while planning, when this and `pure` say so.
  std::string plan_timestamp;
  std::string apply_timestamp;  // empty: timestamp(), uuid() and bcrypt() give unknown values
  // templatefile() and provider functions call back into the evaluator: set by language/eval.
};

// Why a call failed, and which argument (0-based) is to blame, if one is.
struct CallError {
  std::string message;
  int argument = -1;
};
struct CallResult {
  value::Value value;
  std::optional<CallError> error;
};

struct Parameter {
  const char* name;
  value::Type (*type)();     // what arguments are converted to; dynamic: as they come
  bool allow_null = false;
  bool allow_unknown = false;
  bool allow_dynamic = false;  // unknown of unknown type
  bool allow_marked = false;
  const char* description = "";
};

// Arguments arrive converted, and, unless the parameter allows otherwise, known, not null and unmarked.
using Implementation = CallResult (*)(const Environment&, std::span<const value::Value> arguments);

struct Function {
  const char* name;
  const char* description;
  std::vector<Parameter> parameters;
  std::optional<Parameter> variadic;
  // Result type when it follows from the arguments alone (used for unknown arguments); null: dynamic.
  value::Type (*return_type)(std::span<const value::Value> arguments);
  Implementation call;
};

// By name without namespace ("upper"; "core::upper" is the caller's business). Null when there is none.
const Function* Find(std::string_view name);
// All, sorted by name.
std::span<const Function* const> All();
// The nearest known name, for "did you mean"; empty when none is near.
std::string_view Suggest(std::string_view name);
// "upper(str)", as diagnostics print signatures.
std::string Signature(const Function& function);

}  // namespace language::functions
