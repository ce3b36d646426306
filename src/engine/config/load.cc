#include "engine/config/load.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "base/core/files.h"
#include "engine/config/checks.h"
#include "engine/config/decode.h"
#include "engine/config/provider_resolution.h"
#include "engine/config/version.h"
#include "language/hcl/parser.h"

namespace engine::config {
namespace {

// Beyond these a configuration is a mistake: calls nested into each other, and calls in all.
constexpr size_t kMaxModuleDepth = 100;
constexpr size_t kMaxModules = 20'000;

bool IsIgnoredName(std::string_view name) {
  return name.starts_with('.') || name.ends_with('~') || (name.starts_with('#') && name.ends_with('#'));
}

bool IsOverrideName(std::string_view name) { return name == "override.tf" || name.ends_with("_override.tf"); }

class Loader {
 public:
  Loader(const FileSource& files, base::diag::Diagnostics& diagnostics)
      : files_(files), diagnostics_(diagnostics) {}

  std::unique_ptr<ModuleNode> Load(const std::string& directory) {
    return LoadNode(nullptr, nullptr, base::core::CleanPath(directory), {});
  }

 private:
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
    for (const std::string& name : *names) {
      if (!IsIgnoredName(name)) ReadConfigFile(module, name, found);
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

  void ReadConfigFile(Module& module, const std::string& name, base::diag::Diagnostics& found) {
    const std::string path = base::core::CleanPath(base::core::JoinPath(module.directory, name));
    if (name.ends_with(".tf.json")) {
      found.Error(
          "Unsupported JSON configuration",
          fmt::format(
              "This version reads configurations in the native syntax only, and {} is in JSON. Rewrite it as "
              "a .tf file, or move it out of the folder.",
              path));
      return;
    }
    if (!name.ends_with(".tf")) return;
    if (IsOverrideName(name)) {
      found.Error(
          "Unsupported override file",
          fmt::format(
              "This version does not merge override files such as {}. Write the changes into the files that "
              "they concern, or move the file out of the folder.",
              path));
      return;
    }
    auto text = files_.Read(path);
    if (!text.ok()) {
      found.Error("Failed to read file",
                  fmt::format("The file {} cannot be read: {}.", path, text.error().message()));
      return;
    }
    FilePtr file = language::hcl::ParseConfig(path, *std::move(text), found);
    DecodeFile(file, module, found);
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

  std::unique_ptr<ModuleNode> LoadNode(ModuleNode* parent, const ModuleCall* call,
                                       const std::string& directory, ModuleInstance path) {
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
      CheckRoot(*module);
    } else {
      CheckChild(*module, *node);
    }
    node->module = module;
    // Calls of a module that could not be read in full would only add echoes.
    if (broken_.contains(directory)) return node;
    ResolveProviders(*node, *module, diagnostics_);
    for (const auto& [name, child_call] : module->module_calls) {
      if (child_call.source.empty()) continue;
      const std::string child = base::core::CleanPath(base::core::JoinPath(directory, child_call.source));
      if (!MayLoad(*node, child_call, child)) continue;
      node->children[name] = LoadNode(node.get(), &child_call, child, node->path.Child(name));
      CheckProviderPassing(*node, child_call, *node->children[name], diagnostics_);
    }
    return node;
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

  void CheckRoot(const Module& module) {
    if (!module.cloud || module.backend) return;
    language::hcl::AddError(
        diagnostics_, "Unsupported cloud block",
        "This version does not work with HCP Terraform. Remove the cloud block to keep the state in a local "
        "file, or configure a backend block.",
        *module.cloud->file, module.cloud->span);
  }

  // What only the root module may hold.
  void CheckChild(Module& module, const ModuleNode& node) {
    if (module.backend || module.cloud) {
      const Place place = module.backend ? module.backend->place : *module.cloud;
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
  configuration->root = Loader(files, found).Load(directory);
  if (options.check_references) {
    // Each kind of check would repeat in other words what the one before it has found.
    if (!found.HasErrors()) CheckModuleTree(*configuration, found);
    if (!found.HasErrors()) CheckReferences(*configuration, found);
  }
  diagnostics.Append(std::move(found));
  return configuration;
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
