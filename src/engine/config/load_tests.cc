#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "base/core/files.h"
#include "engine/config/decode_test.h"
#include "engine/config/installed_modules.h"
#include "language/hcl/parser.h"

namespace engine::config {
namespace {

namespace hcl = language::hcl;
using base::core::CleanPath;
using base::core::JoinPath;

constexpr std::string_view kDefaultDirectory = "tests";

bool IsIgnored(std::string_view name) {
  return name.starts_with('.') || name.ends_with('~') || (name.starts_with('#') && name.ends_with('#'));
}

bool HasKind(std::string_view name, std::string_view kind) {
  return !IsIgnored(name) &&
         (name.ends_with(fmt::format(".{}.hcl", kind)) || name.ends_with(fmt::format(".{}.json", kind)));
}

class TestLoader {
 public:
  TestLoader(const FileSource& files, const std::string& directory, const InstalledModules* installed,
             base::diag::Diagnostics& diagnostics)
      : files_(files), directory_(directory), installed_(installed), diagnostics_(diagnostics) {}

  void Read(const std::string& test_directory) {
    const std::string folder = CleanPath(JoinPath(directory_, test_directory));
    if (files_.DirectoryExists(folder)) {
      if (folder != CleanPath(directory_)) ReadFolder(folder, test_directory);
    } else if (test_directory != kDefaultDirectory) {
      diagnostics_.Warning(
          "Test directory does not exist",
          fmt::format("There is no folder {}: only the test files beside the configuration are "
                      "read.",
                      folder));
    }
    ReadFolder(CleanPath(directory_), "");
  }

  void LoadModules(const Configuration& configuration) {
    for (auto& [name, file] : tests_) {
      for (TestRun& run : file.runs) LoadModule(file, run);
      for (auto& [local_name, provider] : file.providers) LoadMockData(provider);
      CheckProviders(file, configuration);
    }
  }

  TestFiles Take() { return std::move(tests_); }

 private:
  void ReadFolder(const std::string& folder, const std::string& shown) {
    for (const std::string& name : Names(folder, "tftest")) {
      const FilePtr file = Parse(CleanPath(JoinPath(folder, name)));
      if (file == nullptr) continue;
      const std::string key = shown.empty() ? name : CleanPath(JoinPath(shown, name));
      tests_[key] = DecodeTestFile(key, file, diagnostics_);
    }
  }

  std::vector<std::string> Names(const std::string& folder, std::string_view kind) {
    auto names = files_.ListFiles(folder);
    if (!names.ok()) return {};
    std::erase_if(*names, [&](const std::string& name) { return !HasKind(name, kind); });
    std::ranges::sort(*names);
    return *std::move(names);
  }

  FilePtr Parse(const std::string& path) {
    auto text = files_.Read(path);
    if (!text.ok()) {
      diagnostics_.Error("Failed to read file",
                         fmt::format("The file {} cannot be read: {}.", path, text.error().message()));
      return nullptr;
    }
    return path.ends_with(".json") ? hcl::ParseJsonConfig(path, *std::move(text), diagnostics_)
                                   : hcl::ParseConfig(path, *std::move(text), diagnostics_);
  }

  // Runs of one module share it.
  void LoadModule(const TestFile& file, TestRun& run) {
    if (!run.module) return;
    const TestModule& module = *run.module;
    const std::string key = TestModuleKey(file.name, run.name);
    std::string folder = JoinPath(directory_, module.address.path);
    if (module.address.kind == language::address::ModuleSource::Kind::kRegistry) {
      const auto found =
          FindInstalled(installed_, key, {module.address, module.version, module.place, module.source_place},
                        files_, diagnostics_);
      if (!found) return;
      folder = *found;
    }
    folder = CleanPath(folder);
    if (!files_.DirectoryExists(folder)) {
      hcl::AddError(diagnostics_, "Module not installed",
                    fmt::format("The folder {} does not exist.", folder), *run.module->place.file,
                    run.module->place.span);
      return;
    }
    auto [known, added] = modules_.try_emplace(folder);
    if (added) known->second = ReadModule(folder, key);
    run.configuration = known->second;
  }

  std::shared_ptr<const Configuration> ReadModule(const std::string& folder, const std::string& key) {
    std::shared_ptr<const Configuration> loaded = LoadConfiguration(
        files_, folder, diagnostics_,
        {.check_references = false, .for_tests = true, .installed = installed_, .key = key});
    const Module& root = *loaded->root->module;
    if (root.backend) {
      diagnostics_.Add(
          hcl::MakeDiagnostic(base::diag::Severity::kWarning, "Backend configuration ignored",
                              "Tests keep their states in memory; this backend block has no effect in them.",
                              *root.backend->place.file, root.backend->place.span));
    }
    if (!root.imports.empty()) {
      hcl::AddError(
          diagnostics_, "Invalid import configuration",
          fmt::format("An import block stands in {}. A module that tests set up with may not import.",
                      folder),
          *root.imports[0].place.file, root.imports[0].place.span);
    }
    return loaded;
  }

  void LoadMockData(TestProvider& provider) {
    if (provider.mock_source.empty()) return;
    const std::string folder = CleanPath(JoinPath(directory_, provider.mock_source));
    if (!files_.DirectoryExists(folder)) {
      hcl::AddError(
          diagnostics_, "Failed to read mock data directory",
          fmt::format("The folder {}, which \"source\" names, does not exist. It is looked for from the "
                      "folder of the configuration.",
                      folder),
          *provider.block.place.file, provider.block.place.span);
      return;
    }
    MockData data;
    for (const std::string& name : Names(folder, "tfmock")) {
      if (const FilePtr file = Parse(CleanPath(JoinPath(folder, name))))
        Merge(DecodeMockFile(file, provider.mock_during_plan, diagnostics_), data);
    }
    // What the block itself says counts for more.
    provider.mock.resources.merge(data.resources);
    provider.mock.data_sources.merge(data.data_sources);
    provider.mock.overrides.merge(data.overrides);
  }

  void Merge(MockData from, MockData& into) {
    MergeTypes("mock_resource", std::move(from.resources), into.resources);
    MergeTypes("mock_data", std::move(from.data_sources), into.data_sources);
    for (auto& [target, override] : from.overrides) {
      const auto first = into.overrides.find(target);
      if (first == into.overrides.end()) {
        into.overrides.emplace(target, std::move(override));
        continue;
      }
      hcl::AddError(
          diagnostics_, "Duplicate override block",
          fmt::format("{} is overridden at {} already.", target, DescribePlace(first->second.place)),
          *override.place.file, override.place.span);
    }
  }

  using Types = std::map<std::string, MockType, std::less<>>;
  void MergeTypes(std::string_view block, Types from, Types& into) {
    for (auto& [name, type] : from) {
      const auto first = into.find(name);
      if (first == into.end()) {
        into.emplace(name, std::move(type));
        continue;
      }
      hcl::AddError(diagnostics_, "Duplicate mock resource block",
                    fmt::format("A {} block for {} stands at {} already.", block, name,
                                DescribePlace(first->second.place)),
                    *type.type_place.file, type.type_place.span);
    }
  }

  // A provider of the file may serve several modules, but only as one and the same provider.
  void CheckProviders(const TestFile& file, const Configuration& tested) {
    std::map<std::string, language::address::Provider> sources;  // by the file's name
    for (const TestRun& run : file.runs) {
      const Configuration* configuration = run.module ? run.configuration.get() : &tested;
      if (configuration == nullptr) continue;
      const auto& required = configuration->root->module->required_providers;
      for (const PassedProvider& passed : run.providers) {
        const auto entry = required.find(passed.child.name);
        const auto source =
            entry == required.end() ? ImpliedProvider(passed.child.name) : entry->second.source;
        const auto [known, added] = sources.try_emplace(passed.ours.name, source);
        if (added || known->second == source) continue;
        hcl::AddError(
            diagnostics_, "Provider type mismatch",
            fmt::format("The run \"{}\" passes \"{}\" as {}, and another run of {} as {}. A provider "
                        "block of a test file stands for one provider.",
                        run.name, passed.ours.name, source.ForDisplay(), file.name,
                        known->second.ForDisplay()),
            *passed.ours_place.file, passed.ours_place.span);
      }
    }
  }

  const FileSource& files_;
  const std::string directory_;
  const InstalledModules* const installed_;
  base::diag::Diagnostics& diagnostics_;
  TestFiles tests_;
  std::map<std::string, std::shared_ptr<const Configuration>> modules_;  // by folder
};

bool Exists(const language::address::Target& target, const Configuration& configuration) {
  const ModuleNode* module = configuration.Find(target.module);
  return module != nullptr &&
         (!target.resource || module->module->resources.contains(target.resource->ToString()));
}

void WarnOfTarget(const Override& override, base::diag::Diagnostics& diagnostics) {
  diagnostics.Add(hcl::MakeDiagnostic(
      base::diag::Severity::kWarning, "Invalid override target",
      fmt::format("There is no {} in the configuration under test: its address is misspelt, or the override "
                  "serves no purpose.",
                  override.target.ToString()),
      *override.target_place.file, override.target_place.span));
}

}  // namespace

TestFiles LoadTests(const FileSource& files, const std::string& directory, const std::string& test_directory,
                    const Configuration& configuration, base::diag::Diagnostics& diagnostics,
                    const InstalledModules* installed) {
  TestLoader loader(files, directory, installed, diagnostics);
  loader.Read(test_directory);
  loader.LoadModules(configuration);
  return loader.Take();
}

TestFiles ReadTestFiles(const FileSource& files, const std::string& directory,
                        const std::string& test_directory, base::diag::Diagnostics& diagnostics) {
  TestLoader loader(files, directory, nullptr, diagnostics);
  loader.Read(test_directory);
  return loader.Take();
}

void CheckTestRun(const TestRun& run, const Configuration& configuration,
                  base::diag::Diagnostics& diagnostics) {
  ExpectedFailures(run, diagnostics);
  for (const auto& [target, override] : run.overrides)
    if (!Exists(override.target, configuration)) WarnOfTarget(override, diagnostics);
}

void CheckTestFile(const TestFile& file, const Configuration& configuration,
                   base::diag::Diagnostics& diagnostics) {
  const auto exists = [&](const language::address::Target& target) {
    return Exists(target, configuration) || std::ranges::any_of(file.runs, [&](const TestRun& run) {
             return run.configuration != nullptr && Exists(target, *run.configuration);
           });
  };
  const auto check = [&](const Overrides& overrides) {
    for (const auto& [target, override] : overrides)
      if (!override.of_data_file && !exists(override.target)) WarnOfTarget(override, diagnostics);
  };
  for (const auto& [name, provider] : file.providers) check(provider.mock.overrides);
  check(file.overrides);
}

}  // namespace engine::config
