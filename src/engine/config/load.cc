#include "engine/config/load.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "base/core/files.h"
#include "engine/config/checks.h"
#include "engine/config/decode.h"
#include "engine/config/installed_modules.h"
#include "engine/config/provider_resolution.h"
#include "engine/config/version.h"
#include "language/hcl/parser.h"

namespace engine::config {
namespace {

// Beyond these a configuration is a mistake: calls nested into each other, and calls in all.
constexpr size_t kMaxModuleDepth = 100;
constexpr size_t kMaxModules = 20'000;

enum class FileKind { kOther, kPrimary, kOverride, kQuery };

FileKind KindOf(std::string_view name) {
  if (name.starts_with('.') || name.ends_with('~') || (name.starts_with('#') && name.ends_with('#')))
    return FileKind::kOther;
  if (name.ends_with(".tfquery.hcl") || name.ends_with(".tfquery.json")) return FileKind::kQuery;
  for (const std::string_view extension : {".tf", ".tf.json"}) {
    if (!name.ends_with(extension)) continue;
    name.remove_suffix(extension.size());
    return name == "override" || name.ends_with("_override") ? FileKind::kOverride : FileKind::kPrimary;
  }
  return FileKind::kOther;
}

class Loader {
 public:
  Loader(const FileSource& files, const LoadOptions& options, base::diag::Diagnostics& diagnostics)
      : files_(files), options_(options), diagnostics_(diagnostics) {}

  std::unique_ptr<ModuleNode> Load(const std::string& directory) {
    return LoadNode(nullptr, nullptr, {.path = base::core::CleanPath(directory), .key = options_.key}, {});
  }

  std::shared_ptr<const Module> LoadAlone(const std::string& directory) {
    return std::make_shared<Module>(std::move(ReadModule(base::core::CleanPath(directory))));
  }

 private:
  // Where a module is: its folder, the path of calls that leads to it, and whether init has recorded it so.
  struct Location {
    std::string path;
    std::string key;
    bool recorded = true;
  };

  // One folder, decoded once: calls of the same folder start from copies of it.
  Module& ReadModule(const std::string& directory) {
    auto [entry, added] = modules_.try_emplace(directory);
    Module& module = entry->second;
    if (!added) return module;
    module.directory = directory;
    base::diag::Diagnostics found;
    auto names = files_.ListFiles(directory);
    if (!names.ok()) {
      diagnostics_.Error("Failed to read module directory", fmt::format("The folder {} cannot be read: {}.",
                                                                        directory, names.error().message()));
      return module;
    }
    std::ranges::sort(*names);
    for (const FileKind kind : {FileKind::kPrimary, FileKind::kOverride}) {
      for (const std::string& name : *names) {
        if (KindOf(name) == kind) ReadConfigFile(module, name, kind, found);
      }
    }
    // What follows an unmet version requirement may be due to newer syntax: it would only distract.
    if (!CheckCoreVersion(module)) {
      broken_.insert(directory);
      return module;
    }
    if (found.HasErrors()) broken_.insert(directory);
    diagnostics_.Append(std::move(found));
    return module;
  }

  void ReadQueryFiles(Module& module) {
    auto names = files_.ListFiles(module.directory);
    if (!names.ok()) return;  // which has been told
    std::ranges::sort(*names);
    base::diag::Diagnostics found;
    for (const std::string& name : *names)
      if (KindOf(name) == FileKind::kQuery) ReadConfigFile(module, name, FileKind::kQuery, found);
    if (found.HasErrors()) broken_.insert(module.directory);
    diagnostics_.Append(std::move(found));
  }

  void ReadConfigFile(Module& module, const std::string& name, FileKind kind,
                      base::diag::Diagnostics& found) {
    const std::string path = base::core::CleanPath(base::core::JoinPath(module.directory, name));
    auto text = files_.Read(path);
    if (!text.ok()) {
      found.Error("Failed to read file",
                  fmt::format("The file {} cannot be read: {}.", path, text.error().message()));
      return;
    }
    FilePtr file = name.ends_with(".json") ? language::hcl::ParseJsonConfig(path, *std::move(text), found)
                                           : language::hcl::ParseConfig(path, *std::move(text), found);
    if (kind == FileKind::kOverride) {
      DecodeOverrides(file, module, found);
    } else if (kind == FileKind::kQuery) {
      DecodeQueryFile(file, module, found);
    } else {
      DecodeFile(file, module, found);
    }
    module.files.push_back(std::move(file));
  }

  bool CheckCoreVersion(const Module& module) {
    bool ok = true;
    const Version ours = *Version::Parse(kCompatibilityVersion);
    for (size_t i = 0; i < module.required_version.size(); ++i) {
      const auto constraints = VersionConstraints::Parse(module.required_version[i]);
      if (constraints->Allow(ours)) continue;
      ok = false;
      const Place& place = module.required_version_places[i];
      language::hcl::AddError(
          diagnostics_, "Unsupported Terraform Core version",
          fmt::format("This module requires version {} of the language, and this program is compatible "
                      "with {}. Change the constraint if the module works with that, or use a program "
                      "of that version.",
                      module.required_version[i], kCompatibilityVersion),
          *place.file, place.span);
    }
    return ok;
  }

  std::unique_ptr<ModuleNode> LoadNode(ModuleNode* parent, const ModuleCall* call, const Location& location,
                                       ModuleInstance path) {
    const std::string& directory = location.path;
    auto node = std::make_unique<ModuleNode>();
    node->path = std::move(path);
    node->parent = parent;
    node->call = call;
    ++count_;
    // Nobody can call the root's folder again (MayLoad), so that one need not be copied.
    Module& pristine = ReadModule(directory);
    auto module = parent == nullptr ? std::make_shared<Module>(std::move(pristine))
                                    : std::make_shared<Module>(pristine);
    if (parent == nullptr) {
      if (options_.queries) ReadQueryFiles(*module);
    } else {
      CheckChild(*module, *node);
    }
    node->module = module;
    // Calls of a module that could not be read in full would only add echoes.
    if (broken_.contains(directory)) return node;
    ResolveProviders(*node, *module, options_.for_tests, diagnostics_);
    if (!options_.follow_calls) return node;
    for (const auto& [name, child_call] : module->module_calls) {
      if (child_call.source.empty()) continue;
      const auto child = Locate(location, child_call);
      if (!child || !MayLoad(*node, child_call, child->path)) continue;
      node->children[name] = LoadNode(node.get(), &child_call, *child, node->path.Child(name));
      CheckProviderPassing(*node, child_call, *node->children[name], diagnostics_);
    }
    return node;
  }

  // Nothing after an error.
  std::optional<Location> Locate(const Location& parent, const ModuleCall& call) {
    Location child{.key = parent.key.empty() ? call.name : fmt::format("{}.{}", parent.key, call.name)};
    if (call.address.kind != language::address::ModuleSource::Kind::kLocal) {
      auto directory =
          FindInstalled(options_.installed, child.key,
                        {call.address, call.version, call.place, call.source_place}, files_, diagnostics_);
      if (!directory) return std::nullopt;
      child.path = base::core::CleanPath(*directory);
      return child;
    }
    // The record knows where symbolic links lead; it may be out of date, and folders can be found without it.
    const InstalledModule* record = nullptr;
    if (options_.installed != nullptr && parent.recorded) {
      const auto found = options_.installed->find(child.key);
      if (found != options_.installed->end() && found->second.source == call.address.ToString() &&
          files_.DirectoryExists(found->second.directory))
        record = &found->second;
    }
    child.recorded = record != nullptr;
    child.path = base::core::CleanPath(
        record != nullptr ? record->directory : base::core::JoinPath(parent.path, call.address.path));
    return child;
  }

  bool MayLoad(const ModuleNode& node, const ModuleCall& call, const std::string& directory) {
    const auto error = [&](std::string summary, std::string detail) {
      language::hcl::AddError(diagnostics_, std::move(summary), std::move(detail), *call.place.file,
                              call.place.span);
      return false;
    };
    for (const ModuleNode* each = &node; each != nullptr; each = each->parent) {
      if (each->module->directory != directory) continue;
      return error("Module calls itself",
                   fmt::format("The module in {} would contain itself without end: {} calls it again.",
                               directory, node.path.IsRoot() ? "the root module" : node.path.ToString()));
    }
    if (node.path.steps.size() >= kMaxModuleDepth || count_ >= kMaxModules) {
      return error("Too many modules",
                   fmt::format("Modules may be nested {} levels deep, and there may be {} calls in all.",
                               kMaxModuleDepth, kMaxModules));
    }
    if (!files_.DirectoryExists(directory)) {
      return error("Unreadable module directory",
                   fmt::format("The folder {} of module \"{}\" does not exist.", directory, call.name));
    }
    return true;
  }

  // What only the root module may hold.
  void CheckChild(Module& module, const ModuleNode& node) {
    if (module.backend) {
      const Place place = module.backend->place;
      diagnostics_.Add(language::hcl::MakeDiagnostic(
          base::diag::Severity::kWarning, "Backend configuration ignored",
          fmt::format(
              "The backend of the root module holds the state of all modules; the one in {} has no effect.",
              node.path.ToString()),
          *place.file, place.span));
      module.backend.reset();
    }
    for (const Import& import : module.imports) {
      language::hcl::AddError(
          diagnostics_, "Invalid import configuration",
          fmt::format("An import block stands in {}. Import blocks belong into the root module; there, "
                      "write \"to\" with the module's address.",
                      node.path.ToString()),
          *import.place.file, import.place.span);
    }
  }

  const FileSource& files_;
  const LoadOptions options_;
  base::diag::Diagnostics& diagnostics_;
  std::map<std::string, Module> modules_;
  std::set<std::string> broken_;
  size_t count_ = 0;
};

void CollectProviders(const ModuleNode& node, std::vector<language::address::Provider>& found) {
  for (const auto& [name, provider] : node.module->required_providers) found.push_back(provider.source);
  for (const auto& [name, child] : node.children) CollectProviders(*child, found);
}

}  // namespace

std::unique_ptr<Configuration> LoadConfiguration(const FileSource& files, const std::string& directory,
                                                 base::diag::Diagnostics& diagnostics,
                                                 const LoadOptions& options) {
  base::diag::Diagnostics found;
  auto configuration = std::make_unique<Configuration>();
  configuration->root = Loader(files, options, found).Load(directory);
  if (!found.HasErrors()) CheckImportBlocks(*configuration, found);
  // Each kind of check would repeat in other words what the one before it has found.
  if (options.check_references && !found.HasErrors()) {
    if (auto mistakes = CheckConfiguration(*configuration, found)) {
      for (ReferenceMistakes::Unit& unit : mistakes->units) found.Append(std::move(unit.diagnostics));
      if (!found.HasErrors()) found.Append(std::move(mistakes->when_planning));
    }
  }
  diagnostics.Append(std::move(found));
  return configuration;
}

std::shared_ptr<const Module> ReadModule(const FileSource& files, const std::string& directory,
                                         base::diag::Diagnostics& diagnostics) {
  if (!files.DirectoryExists(directory)) return nullptr;
  return Loader(files, {}, diagnostics).LoadAlone(directory);
}

std::vector<language::address::Provider> Configuration::Providers() const {
  std::vector<language::address::Provider> found;
  CollectProviders(*root, found);
  std::ranges::sort(found);
  const auto repeated = std::ranges::unique(found);
  found.erase(repeated.begin(), repeated.end());
  return found;
}

const ModuleNode* Configuration::Find(const ModuleInstance& path) const {
  const ModuleNode* node = root.get();
  for (const auto& step : path.steps) {
    const auto child = node->children.find(step.name);
    if (child == node->children.end()) return nullptr;
    node = child->second.get();
  }
  return node;
}

}  // namespace engine::config
