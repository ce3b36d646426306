// What a run of a test puts in the place of providers and modules, by the mock and override blocks of its
// file. Not how the stand-ins behave (mocked_provider.h, overriding_provider.h). Used by run_block.
#pragma once

#include <map>
#include <string>

#include "engine/config/test_file.h"
#include "engine/run/context.h"
#include "engine/test/mock_values.h"

namespace engine::test {

// The providers of the test file that a run uses, by the names that the module under test has for them.
using ProvidersInUse = std::map<config::LocalProviderName, const config::TestProvider*>;

class RunSubstitutes : public run::Substitutes {
 public:
  // Everything given must outlive this. `root`: of the module under test, with the providers in place.
  RunSubstitutes(const config::TestFile& file, const config::TestRun& run, const config::Module& root,
                 ProvidersInUse providers, const language::eval::Scope& provider_scope,
                 const TextSource& texts);

  std::shared_ptr<provider::api::Provider> Around(
      const language::address::ProviderConfig& config,
      std::shared_ptr<provider::api::Provider> real) const override;
  const language::value::Value* OutputsOf(const language::address::ModuleInstance& module) const override;
  const language::eval::Scope& provider_scope() const override { return provider_scope_; }

 private:
  const config::MockData* MockOf(const language::address::ProviderConfig& config) const;
  const config::Override* Find(std::string_view address, const config::MockData* mock) const;

  const config::Module& root_;
  const ProvidersInUse providers_;
  std::map<std::string, const config::Override*, std::less<>> overrides_;  // of the run, else of the file
  bool any_module_ = false;
  const language::eval::Scope& provider_scope_;
  const TextSource& texts_;
};

}  // namespace engine::test
