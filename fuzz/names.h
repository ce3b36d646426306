// The names that expressions and templates under fuzzing may refer to: a value of each sort.
// Used by the targets that evaluate.
#pragma once

#include "language/eval/evaluate.h"

namespace fuzz {

class Names {
 public:
  Names() : scope_(nullptr, environment_) {
    using language::value::Type;
    using language::value::Value;
    environment_.working_directory = environment_.home_directory = "/";
    scope_.Set("s", Value::String("text"));
    scope_.Set("n", Value::Int(3));
    scope_.Set("b", Value::True());
    scope_.Set("l", Value::List(Type::String(), {Value::String("a"), Value::String("b")}));
    scope_.Set("m", Value::Map(Type::Number(), {{"k", Value::Int(1)}}));
    scope_.Set("o", Value::Object({{"x", Value::Tuple({Value::Int(1), Value()})}}));
    scope_.Set("u", Value::Unknown(Type::String()).NotNull());
    scope_.Set("ul", Value::Unknown(Type::List(Type::Number())));
    scope_.Set("d", Value::DynamicUnknown());
    scope_.Set("p", Value::String("secret").WithMarks(language::value::kSensitive));
  }
  const language::eval::Scope& scope() const { return scope_; }

 private:
  language::functions::Environment environment_;
  language::eval::LocalScope scope_;
};

}  // namespace fuzz
