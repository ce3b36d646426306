// What names mean in test files: variables of the file and from outside, and the outputs of earlier runs.
// Not what assertions see of the module under test (assertions.h).
// Used by run_block.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "engine/config/test_file.h"
#include "engine/run/context.h"
#include "language/eval/evaluate.h"

namespace engine::test {

using base::diag::Diagnostics;
using language::value::Value;

// The outputs of the runs of one file. Safe from several threads.
class RunOutputs {
 public:
  explicit RunOutputs(const config::TestFile& file);
  void Set(const std::string& run, Value outputs);
  bool Exists(const std::string& run) const { return outputs_.contains(run); }
  std::optional<Value> Find(const std::string& run) const;  // nothing: not executed yet
  std::vector<std::string_view> Names() const;

 private:
  mutable std::mutex mutex_;
  std::map<std::string, std::optional<Value>> outputs_;
};

// Values as one run sees them. Each is evaluated once, and what is wrong with it told once.
class RunValues {
 public:
  // `root`: of the module under test, whose variables say how texts are read.
  RunValues(const config::TestFile& file, const config::VariableInputs& globals, const config::Module& root,
            const RunOutputs& outputs, const language::functions::Environment& functions)
      : file_(file), globals_(globals), root_(root), outputs_(outputs), functions_(functions) {}

  // Of the file, else from outside; null where there is none.
  const Value* Variable(const std::string& name, Diagnostics& diagnostics);
  const Value* FileVariable(const std::string& name, Diagnostics& diagnostics);
  const Value* GlobalVariable(const std::string& name, Diagnostics& diagnostics);

  std::optional<config::Place> PlaceOfGlobal(const std::string& name) const {
    return globals_.by_name.at(name).place;
  }

  const config::TestFile& file() const { return file_; }
  const config::Module& root() const { return root_; }
  const RunOutputs& outputs() const { return outputs_; }
  const language::functions::Environment& functions() const { return functions_; }

 private:
  const config::TestFile& file_;
  const config::VariableInputs& globals_;
  const config::Module& root_;
  const RunOutputs& outputs_;
  const language::functions::Environment& functions_;
  std::map<std::string, Value> file_values_, global_values_;
};

// Expressions outside of assertions: what each kind may refer to differs.
class ValuesScope : public language::eval::Scope {
 public:
  enum class Kind { kFileVariable, kRunVariable, kProvider };
  ValuesScope(Kind kind, RunValues& values) : kind_(kind), values_(values) {}
  std::optional<Resolved> Resolve(const language::eval::Reference& reference, const language::hcl::File& file,
                                  Diagnostics& diagnostics) const override;
  const language::functions::Environment& functions() const override { return values_.functions(); }

 private:
  std::optional<Resolved> ResolveVariable(const language::eval::Reference& reference,
                                          const language::hcl::File& file, Diagnostics& diagnostics) const;
  std::optional<Resolved> ResolveRun(const language::eval::Reference& reference,
                                     const language::hcl::File& file, Diagnostics& diagnostics) const;

  const Kind kind_;
  RunValues& values_;
};

// The root and first name of a reference: var.x, run.y.
language::hcl::Span NameSpan(const language::eval::Reference& reference);

// The variables of one run. `module`: what the module under test gets; `others`: what only assertions read.
struct RunVariables {
  config::VariableInputs module;
  std::map<std::string, Value> others;
};
// With warnings of values that nobody asks for, if so wanted (`warn`).
RunVariables VariablesOfRun(const config::TestRun& run, RunValues& values, bool warn,
                            Diagnostics& diagnostics);

}  // namespace engine::test
