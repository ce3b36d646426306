// Test files as typed data: run blocks, variables, providers, mocks and overrides of *.tftest.hcl and
// *.tftest.json, with every check that needs no provider. Running them is engine/test's business.
// Used by engine/test and the commands test and validate.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/config/load.h"
#include "engine/config/module.h"

namespace engine::config {

// What stands for the computed attributes of an object, or for the outputs of a module.
struct Override {
  language::address::Target target;
  Value values;              // an object
  bool during_plan = false;  // known when planned, not only when applied
  bool of_data_file = false;
  Place place, target_place;
};
using Overrides = std::map<std::string, Override, std::less<>>;  // by the target's text

struct MockType {
  std::optional<Value> defaults;
  bool during_plan = false;
  Place place, type_place;
};

struct MockData {
  std::map<std::string, MockType, std::less<>> resources, data_sources;
  Overrides overrides;
};

// A provider block of a test file, or a mock_provider block.
struct TestProvider {
  ProviderBlock block;
  MockData mock;  // where block.mock
  std::string mock_source;
  bool mock_during_plan = false;
};

struct TestModule {
  std::string source;                       // as it is written
  language::address::ModuleSource address;  // of a folder or a registry
  std::string version;                      // constraint text; empty: any
  Place place, source_place;
};

struct PlanSettings {
  bool refresh_only = false, refresh = true;
  std::vector<TraversalRef> replace, targets;
  Place place;
};

struct PassedProvider {
  LocalProviderName child, ours;  // the module's name, and that of the test file
  Place ours_place;
};

struct TestRun {
  enum class Command { kApply, kPlan };
  std::string name;
  Command command = Command::kApply;
  PlanSettings plan;
  std::map<std::string, ExpressionRef> variables;
  Overrides overrides;
  std::vector<PassedProvider> providers;
  std::vector<Condition> assertions;
  std::vector<TraversalRef> expected_failures;
  std::optional<TestModule> module;
  std::string state_key;  // empty: by the module
  bool parallel = false;
  Place place;
  // What the run is about where `module` is set; else it is the configuration that the tests belong to.
  std::shared_ptr<const Configuration> configuration;
};

struct TestFile {
  std::string name;  // "tests/main.tftest.hcl"
  std::map<std::string, ExpressionRef> variables;
  std::map<LocalProviderName, TestProvider> providers;
  Overrides overrides;
  std::vector<TestRun> runs;
  bool parallel = false;
  std::optional<Place> variables_place, settings_place;
};

// By name.
using TestFiles = std::map<std::string, TestFile>;

// Reads the test files beside the configuration and in `test_directory` (seen from there), the mock data that
// they name, and the modules of their run blocks.
TestFiles LoadTests(const FileSource& files, const std::string& directory, const std::string& test_directory,
                    const Configuration& configuration, base::diag::Diagnostics& diagnostics,
                    const InstalledModules* installed = nullptr);
// The same files alone, without the modules of their runs, which init has yet to bring.
TestFiles ReadTestFiles(const FileSource& files, const std::string& directory,
                        const std::string& test_directory, base::diag::Diagnostics& diagnostics);

// decode_test_file.cc
TestFile DecodeTestFile(const std::string& name, const FilePtr& file, base::diag::Diagnostics& diagnostics);
// A *.tfmock.hcl file.
MockData DecodeMockFile(const FilePtr& file, bool during_plan, base::diag::Diagnostics& diagnostics);

// What a run expects to fail: an address as Diagnostic::condition_of has it.
struct ExpectedFailure {
  std::string address;
  Place place;
};
// Errors for what cannot fail.
std::vector<ExpectedFailure> ExpectedFailures(const TestRun& run, base::diag::Diagnostics& diagnostics);

// What is said of a run and of a file before anything runs: expected failures, and overrides of what is not
// there.
void CheckTestRun(const TestRun& run, const Configuration& configuration,
                  base::diag::Diagnostics& diagnostics);
void CheckTestFile(const TestFile& file, const Configuration& configuration,
                   base::diag::Diagnostics& diagnostics);

// The address of a resource, an instance or a module; nothing after an error.
std::optional<language::address::Target> ReadAddress(const TraversalRef& reference,
                                                     base::diag::Diagnostics& diagnostics);

// The configuration with the root's provider blocks replaced, or added to, by these.
std::unique_ptr<Configuration> WithProviders(const Configuration& configuration,
                                             const std::vector<ProviderBlock>& blocks,
                                             base::diag::Diagnostics& diagnostics);
// The root's configurations that `file` has a block for, by the names that the root uses.
std::vector<LocalProviderName> ProviderNames(const Module& root);

// Values for tests from everywhere they may come, also of variables that the root does not declare.
VariableInputs CollectTestVariables(const FileSource& files, const std::string& directory,
                                    const std::map<std::string, std::string>& environment,
                                    const std::vector<VariableOption>& options,
                                    base::diag::Diagnostics& diagnostics);
// The value as it was given, not converted; texts are read as the variable (null: none declared) wants them
// read. Nothing after an error.
std::optional<Value> GivenValue(const VariableSource& source, const Variable* variable,
                                base::diag::Diagnostics& diagnostics);

}  // namespace engine::config
