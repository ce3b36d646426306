// The function table: parameters, documentation and implementation of every function of the language.
// Not the evaluation of calls' arguments (language/eval). One file per family beside this, merged in
// table.cc. Used by language/eval and `metadata functions`.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/core/result.h"
#include "base/text/source.h"
#include "language/value/value.h"

namespace language::functions {

struct Function;

// What functions may read of the world; language itself does no I/O. Members may be empty: then the functions
// that need them fail with an error.
struct Environment {
  std::string base_directory;  // relative paths of file() start here
  std::function<base::core::Result<std::string>(const std::string& path)> read_file;
  std::function<bool(const std::string& path)> file_exists;
  // What is there instead where file_exists says no: "is a directory, not a file"; empty where there is
  // nothing. May be empty: then nothing is ever there.
  std::function<std::string(const std::string& path)> describe_other;
  // Paths below the directory, relative to it and with '/', of the regular files in it and in its subfolders.
  std::function<base::core::Result<std::vector<std::string>>(const std::string& directory)> list_files;
  std::string home_directory;
  std::string working_directory;
  std::string plan_timestamp;  // RFC 3339, what plantimestamp() gives; empty: unknown
  std::string
      apply_timestamp;  // what timestamp() gives; empty: timestamp(), uuid() and bcrypt() give unknown values
  // Functions beyond the table by their full name ("provider::okta::f"); may be empty. Null when there is
  // none; `problem` then says why, where that is known.
  std::function<const Function*(std::string_view name, std::string* problem)> find_function;
};

// Why a call failed, and which argument (0-based) is to blame, if one is.
struct CallError {
  std::string message;
  int argument = -1;
};
struct CallResult {
  value::Value value;
  std::optional<CallError> error;
  CallResult(value::Value v) : value(std::move(v)) {}
  CallResult(CallError e) : error(std::move(e)) {}
};
struct TypeResult {
  value::Type type;
  std::optional<CallError> error;
  TypeResult(value::Type t) : type(t) {}
  TypeResult(CallError e) : error(std::move(e)) {}
};

// What a parameter lets through to the implementation, joined by `|`.
enum Allow : uint8_t {
  kAllowNothing = 0,
  kAllowNull = 1,
  kAllowUnknown = 2,
  kAllowDynamic = 4,  // unknown of unknown type
  kAllowMarked = 8,   // else marks are taken off, deep, and put onto the result
};

struct Parameter {
  std::string name;
  value::Type type;  // what arguments are converted to; dynamic: as they come
  uint8_t allow = kAllowNothing;
  std::string description;
};

using Arguments = std::span<const value::Value>;
// Arguments arrive converted, and, unless the parameter allows otherwise, known, not null and unmarked.
// Collections may hold unknown elements.
using Implementation = std::function<CallResult(const Environment&, Arguments)>;
// Type of the result by the types (and sometimes values) of the arguments, which may be unknown. Checks what
// can be checked by then.
using TypeRule = TypeResult (*)(Arguments);

// Functions whose call language/eval itself carries out, since they evaluate: their `call` is empty.
enum class Special : uint8_t { kNone, kTry, kCan, kTemplateFile, kTemplateString, kConvert, kType };

struct Function {
  std::string name;
  std::string description;
  std::vector<Parameter> parameters;
  std::optional<Parameter> variadic;
  value::Type result;  // where it is always the same
  Implementation call;
  TypeRule result_rule = nullptr;  // where it depends on the arguments
  bool null_result = false;        // may be null: an unknown result is not refined to "not null"
  Special special = Special::kNone;
};

// By name without namespace ("upper"; "core::upper" is the caller's business). Null when there is none.
const Function* Find(std::string_view name);
// All, sorted by name.
std::span<const Function* const> All();
// The nearest known name, for "did you mean"; empty when none is near.
std::string_view Suggest(std::string_view name);
// The result's type as far as the declaration tells it: dynamic where a parameter's type may be anything.
// What `metadata functions` prints.
value::Type DeclaredResult(const Function& function);
// "upper(str)", as diagnostics print signatures.
std::string Signature(const Function& function);

// {"name":"upper","params":[{"name":"str","type":"string"}],"return_type":"string"}, with "variadic_param"
// where there is one: as -json outputs describe the call that a diagnostic is about.
std::string SignatureJson(const Function& function);

// The document of `metadata functions -json`, with a final newline: these functions, each also as core::name.
std::string MetadataJson(std::span<const Function* const> functions);

// Carries out a call with arguments already converted to the parameters' types: refuses nulls, answers
// unknown arguments by an unknown result, takes marks off and puts them back. `implementation` replaces
// function.call for special functions. The number of arguments must fit.
CallResult Call(const Function& function, const Environment& environment, Arguments arguments);
CallResult Call(const Function& function, const Environment& environment, Arguments arguments,
                const Implementation& implementation);

}  // namespace language::functions
