// Functions that a provider offers to expressions, as provider::NAME::FUNCTION. Not the functions of the
// language itself (language/functions). Part of Provider (provider.h), called through engine/run.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "language/value/value.h"

namespace provider::api {

struct FunctionParameter {
  std::string name;
  language::value::Type type;  // dynamic: anything
  bool allow_null = false;     // else null is an error before the call
  bool allow_unknown = false;  // else an argument that is not wholly known makes the result unknown
  std::string description;
};

struct FunctionSignature {
  std::string name;
  std::string description;
  std::vector<FunctionParameter> parameters;
  std::optional<FunctionParameter> variadic;
  language::value::Type result;
  std::string summary;      // in a few words
  std::string deprecation;  // what to use instead; empty: it is not deprecated
};

struct FunctionResult {
  language::value::Value value;
  std::optional<std::string> error;  // why the call failed
  int argument = -1;                 // the argument (0-based) to blame, if one is
};

}  // namespace provider::api
