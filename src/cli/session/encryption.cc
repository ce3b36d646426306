// Session: encryption of this folder's states and plans, as the root module and TF_ENCRYPTION say.
#include "engine/encryption/encryption.h"

#include "base/core/files.h"
#include "cli/session/session.h"
#include "engine/config/encryption.h"
#include "engine/encryption/build.h"
#include "engine/encryption/static_scope.h"
#include "engine/encryption/storage.h"

namespace cli::session {
namespace {

using engine::backend::Backend;
using engine::config::EncryptionBlock;
using engine::config::VariableInputs;
using engine::config::VariableOption;

constexpr const char* kVariable = "TF_ENCRYPTION";

}  // namespace

std::map<std::string, language::value::Value> Session::StaticVariables(
    const engine::config::Module& root) const {
  if (known_variables_) return *known_variables_;
  // Mistakes are told by who reads all variables; here only some of them matter.
  Diagnostics ignored;
  std::map<std::string, std::string> environment(environment_.variables().begin(),
                                                 environment_.variables().end());
  std::vector<VariableOption> options;
  for (const auto& [name, text] : given_options_)
    if (name == "var" || name == "var-file") options.push_back({name == "var-file", text});
  const auto disk = engine::config::DiskFiles();
  const VariableInputs inputs =
      engine::config::CollectVariables(*disk, ".", root, environment, options, ignored);
  engine::config::UnsuitableVariables unsuitable;
  std::map<std::string, language::value::Value> values =
      engine::config::ResolveVariables(root, inputs, ignored, &unsuitable);
  // What is missing must be so, to be told of.
  for (const engine::config::Variable* missing : engine::config::MissingVariables(root, inputs))
    values.erase(missing->name);
  return values;
}

std::shared_ptr<const engine::encryption::Encryption> Session::Encryption(Diagnostics& diagnostics) {
  if (*encryption_) return *encryption_;
  // The files of a saved plan may be encrypted themselves, so those in the folder count; where there are
  // none, the plan's.
  std::shared_ptr<const engine::config::Module> root;
  Diagnostics ignored;
  if (configuration_ && manifest_path_ != kPlannedManifest)
    root = configuration_->root->module;
  else
    root = engine::config::ReadModule(*engine::config::DiskFiles(), ".", ignored);
  if ((!root || root->files.empty()) && configuration_) root = configuration_->root->module;
  const engine::config::Module none;
  const engine::config::Module& module = root ? *root : none;
  Diagnostics found;
  const std::optional<EncryptionBlock> block =
      engine::config::ReadEncryption(module, environment_.Get(kVariable), found);
  if (block && !found.HasErrors()) {
    engine::encryption::StaticNames names{.module = &module, .variables = StaticVariables(module)};
    names.workspace = Workspace(found);
    names.working_directory = original_directory_;
    names.root_directory = ".";
    const language::functions::Environment functions = MakeFunctions(environment_);
    const engine::encryption::StaticScope scope(names, functions);
    if (auto configuration = engine::encryption::Build(*block, scope, found))
      *encryption_ = std::make_shared<engine::encryption::Encryption>(*configuration);
  }
  for (base::diag::Diagnostic& diagnostic : found.mutable_items()) {
    const bool error = diagnostic.severity == base::diag::Severity::kError;
    (error ? diagnostics : encryption_warnings_).Add(std::move(diagnostic));
  }
  return *encryption_;
}

Diagnostics Session::TakeEncryptionWarnings() { return std::exchange(encryption_warnings_, {}); }

engine::state::Sealer* Session::StateSealer(Diagnostics& diagnostics) {
  const auto encryption = Encryption(diagnostics);
  return encryption ? encryption->state() : nullptr;
}

engine::state::Sealer* Session::PlanSealer(Diagnostics& diagnostics) {
  const auto encryption = Encryption(diagnostics);
  return encryption ? encryption->plan() : nullptr;
}

std::unique_ptr<Backend> Session::Encrypted(std::unique_ptr<Backend> backend, Diagnostics& diagnostics) {
  Diagnostics found;
  auto encryption = Encryption(found);
  const bool failed = found.HasErrors();
  diagnostics.Append(std::move(found));
  if (failed || !backend) return nullptr;
  if (!encryption || !encryption->state()) return backend;
  return engine::encryption::EncryptBackend(std::move(backend), std::move(encryption));
}

}  // namespace cli::session
