#include "engine/test/suite.h"

#include <algorithm>

#include "base/core/files.h"
#include "engine/run/validate.h"
#include "engine/test/file_runner.h"

namespace engine::test {
namespace {

// What is given for tests as such counts for more than what is given for the configuration.
config::VariableInputs Merged(const config::VariableInputs& all, const config::VariableInputs& of_directory) {
  config::VariableInputs merged = of_directory;
  for (const auto& [name, source] : all.by_name) merged.by_name.try_emplace(name, source);
  return merged;
}

SuiteResult Collect(const SuiteOptions& options) {
  SuiteResult suite;
  for (const auto& [name, file] : *options.files) {
    if (!options.filter.empty() && !options.filter.contains(name)) continue;
    FileResult result{.file = &file};
    for (const config::TestRun& run : file.runs)
      result.runs.push_back({.run = &run, .index = result.runs.size()});
    suite.files.push_back(std::move(result));
  }
  return suite;
}

// Factories may remember things, and runs may want providers at the same time.
run::ProviderFactory OneAtATime(run::ProviderFactory factory) {
  auto mutex = std::make_shared<std::mutex>();
  return [factory = std::move(factory), mutex](const language::address::Provider& source) {
    std::lock_guard lock(*mutex);
    return factory(source);
  };
}

}  // namespace

SuiteResult RunSuite(const run::RunContext& given, const SuiteOptions& options) {
  run::RunContext context = given;
  context.providers = OneAtATime(given.providers);
  SuiteResult suite = Collect(options);
  Progress& progress = *options.progress;
  progress.SuiteBegun(suite);
  const config::VariableInputs in_directory = Merged(options.variables, options.directory_variables);
  const std::string directory = base::core::CleanPath(options.test_directory);
  suite.status = Status::kPass;
  for (FileResult& file : suite.files) {
    const bool inside = base::core::DirectoryName(file.file->name) == directory;
    FileRunner runner(context, options, inside ? in_directory : options.variables, file);
    if (options.inventory) options.inventory->Begin(file.file->name);
    progress.FileBegun(file);
    runner.Execute();
    progress.FileTearingDown(file);
    runner.CleanUp();
    progress.FileEnded(file);
    suite.status = std::max(suite.status, file.status);
  }
  suite.stopped = options.stop.stop_requested();
  progress.SuiteEnded(suite);
  return suite;
}

void ValidateTests(const run::RunContext& context, const config::TestFiles& files, Diagnostics& diagnostics) {
  std::set<const config::Configuration*> validated;
  for (const auto& [name, file] : files) {
    config::CheckTestFile(file, *context.configuration, diagnostics);
    for (const config::TestRun& run : file.runs) {
      const config::Configuration& configuration =
          run.configuration ? *run.configuration : *context.configuration;
      if (run.configuration && validated.insert(run.configuration.get()).second) {
        run::RunContext of_module = context;
        of_module.configuration = run.configuration.get();
        run::Validate(of_module, diagnostics);
      }
      config::CheckTestRun(run, configuration, diagnostics);
    }
  }
}

}  // namespace engine::test
