#include "cli/commands/init_backend.h"

#include <charconv>

#include "base/core/product.h"
#include "cli/commands/backend_migration.h"
#include "cli/commands/cloud_migration.h"
#include "cli/commands/init_cloud.h"
#include "cli/commands/init_output.h"
#include "cli/commands/prompt.h"
#include "cli/session/backend_block.h"
#include "cli/session/saved_backend.h"
#include "engine/remote/absent.h"
#include "engine/remote/catalog.h"
#include "engine/remote/cloud.h"
#include "language/value/codec.h"

namespace cli::commands {
namespace {

using base::core::Result;
using base::diag::Diagnostics;
using engine::backend::Backend;
using session::BackendBlock;
using session::SavedBackend;

std::vector<std::string> Overrides(const session::Options& options) {
  std::vector<std::string> overrides;
  for (const auto& [name, text] : options.given())
    if (name == "backend-config") overrides.push_back(text);
  return overrides;
}

// One init, from what the folder had to what the configuration wants.
class BackendInit {
 public:
  BackendInit(CommandContext& command, Diagnostics& diagnostics)
      : command_(command), diagnostics_(diagnostics), overrides_(Overrides(command.options)) {}

  bool Run() {
    auto saved = session::ReadSavedBackend(SavedPath());
    if (!saved.ok()) return Fail("Failed to load state: " + saved.error().message(), "");
    saved_ = *std::move(saved);
    const engine::config::Backend* configured = command_.session.configuration().root->module->StateBlock();
    const bool is_cloud = configured && configured->is_cloud_block;
    if (is_cloud && !CheckCloudOptions(command_, /*changes=*/false, diagnostics_)) return false;
    const bool forget = command_.options.Flag("reconfigure") && saved_;
    if (forget) saved_.reset();
    if (configured) {
      block_ = session::ReadBackendBlock(*configured, overrides_, "Unsupported backend type",
                                         command_.session.environment(), diagnostics_);
      if (!block_) return false;
    } else if (!overrides_.empty()) {
      diagnostics_.Warning(
          "Missing backend configuration",
          "-backend-config was given, but the configuration has no backend block for it. State is "
          "kept in local files.");
    }
    if (block_ && saved_ && Unchanged()) return Keep();
    if (is_cloud) return Activate();
    if (block_ && saved_) return Change();
    if (block_) return Begin();
    if (forget) return Forget();
    return saved_ ? Unset() : true;
  }

 private:
  std::string SavedPath() const { return session::SavedBackendPath(command_.session.data_directory()); }

  bool Fail(const std::string& summary, const std::string& detail) {
    diagnostics_.Error(summary, detail);
    return false;
  }
  bool Check(const Result<void>& result, const std::string& summary) {
    return result.ok() || Fail(summary, result.error().message());
  }

  // `before` and `after`: colours and blank lines around it, for people.
  void Say(std::string_view before, const std::string& text, std::string_view after) {
    InitOutput(command_).Say(fmt::format("{}{}{}", before, text, after), text);
  }
  void SayConfigured() {
    const view::Style& style = command_.terminal.style();
    Say(fmt::format("{}{}\n", style.Reset(), style.Green()),
        fmt::format("Successfully configured the backend \"{}\"! {} will automatically\nuse this backend "
                    "unless the backend configuration changes.",
                    block_->type, base::core::ProductName()),
        fmt::format("{}\n", style.Reset()));
  }

  bool Unchanged() const {
    if (saved_->type != block_->type) return false;
    if (overrides_.empty() && saved_->hash == block_->hash) return true;
    return session::SameArguments(saved_->arguments, *block_);
  }

  // The backend that the folder was initialised with.
  std::unique_ptr<Backend> OpenSaved() {
    const language::schema::Block* schema = engine::remote::FindBackendSchema(saved_->type);
    if (!schema) {
      Fail("Unsupported backend type",
           fmt::format("The folder was initialised with the backend \"{}\". {}", saved_->type,
                       engine::remote::AbsentBackendDetail(saved_->type)));
      return nullptr;
    }
    auto arguments = language::value::FromJson(saved_->arguments, schema->implied_type());
    if (!arguments.ok()) {
      Fail("Failed to decode current backend config",
           fmt::format("{} holds arguments that the backend \"{}\" does not know: {}.", SavedPath(),
                       saved_->type, arguments.error().message()));
      return nullptr;
    }
    return command_.session.MakeBackend(saved_->type, *arguments, diagnostics_);
  }

  void WarnOfPlainHttp(const std::string& host) {
    if (host.empty()) return;
    diagnostics_.Warning(
        "State without TLS",
        fmt::format(
            "The backend \"{}\" reaches {} by plain http: whoever is on the way can read and change the "
            "state and the credentials. Let the server offer https.",
            block_->type, host));
  }

  // The backend that the configuration wants.
  std::unique_ptr<Backend> MakeNew() {
    std::unique_ptr<Backend> backend =
        command_.session.MakeBackend(block_->type, block_->arguments, diagnostics_);
    if (backend) WarnOfPlainHttp(engine::remote::HostWithoutTls(*backend));
    return backend;
  }

  // The states in this folder, which are elsewhere now.
  bool Erase(Backend& local, Backend& to, const std::string& only = {}) {
    auto& files = dynamic_cast<engine::backend::LocalBackend&>(local.Innermost());
    return EraseMigrated(command_, files, to, diagnostics_, only);
  }

  std::unique_ptr<Backend> Local() {
    return command_.session.Encrypted(
        std::make_unique<engine::backend::LocalBackend>(engine::backend::LocalOptions{}), diagnostics_);
  }

  bool Migrate(const Migration& migration) { return MigrateStates(command_, migration, diagnostics_); }

  bool Save() {
    auto arguments = language::value::ToJson(block_->arguments, block_->schema->implied_type());
    if (!arguments.ok()) return Fail("Failed to encode the backend's arguments", arguments.error().message());
    return Check(
        session::WriteSavedBackend(SavedPath(), SavedBackend{block_->type, *arguments, block_->hash}),
        "Failed to write the backend's configuration");
  }

  bool Select(Backend& backend) {
    std::string tags;
    if (block_ && block_->type == "cloud") tags = engine::remote::DescribeTags(Mapping().tags);
    return SelectExistingWorkspace(command_, backend, diagnostics_, tags);
  }

  engine::remote::TfeMapping Mapping() const {
    return engine::remote::CloudMapping(block_->arguments, command_.session.environment());
  }

  bool NeedsLeave() {
    // There the way out is open, as the way in is.
    if (saved_->type == "cloud") return false;
    if (command_.options.Flag("migrate-state") || command_.options.Flag("force-copy")) return false;
    Fail("Backend configuration changed",
         base::core::Spoken(
             "States may have to move with it. Run \"parterre init -migrate-state\" to take them along, or "
             "\"parterre "
             "init -reconfigure\" to use the new backend as it is."));
    return true;
  }

  bool Keep() {
    if (saved_->hash != block_->hash && !Save()) return false;
    auto backend = OpenSaved();
    return backend && Select(*backend);
  }

  // A cloud block that the folder was not initialised with: what is asked is what to take along.
  bool Activate() {
    if (!CheckCloudOptions(command_, /*changes=*/true, diagnostics_)) return false;
    const view::Style& style = command_.terminal.style();
    if (saved_)
      Say(style.Reset(),
          saved_->type == "cloud"
              ? "HCP Terraform configuration has changed."
              : fmt::format("Migrating from backend \"{}\" to HCP Terraform.", saved_->type),
          fmt::format("{}\n", style.Reset()));
    std::unique_ptr<Backend> backend = MakeNew();
    return backend && TakeAlong(*backend) && Save() && Select(*backend);
  }

  bool TakeAlong(Backend& backend) {
    if (saved_ && saved_->type == "cloud") return true;
    if (saved_) {
      std::unique_ptr<Backend> from = OpenSaved();
      return from &&
             MigrateToCloud(command_, {saved_->type, "cloud", *from, backend}, Mapping(), diagnostics_).ok;
    }
    std::unique_ptr<Backend> local = Local();
    if (!local || !HasStates(*local, diagnostics_)) return !diagnostics_.HasErrors();
    const CloudMigration migration =
        MigrateToCloud(command_, {"local", "cloud", *local, backend}, Mapping(), diagnostics_);
    return migration.ok && Erase(*local, backend, migration.only);
  }

  // From no backend block, whose states lie in the working folder.
  bool Begin() {
    std::unique_ptr<Backend> backend = MakeNew();
    std::unique_ptr<Backend> local = Local();
    if (!backend || !local) return false;
    if (!command_.options.Flag("reconfigure") && HasStates(*local, diagnostics_)) {
      if (!Migrate({"local", block_->type, *local, *backend})) return false;
      if (!Erase(*local, *backend)) return false;
    }
    if (diagnostics_.HasErrors() || !Save()) return false;
    SayConfigured();
    return Select(*backend);
  }

  bool Change() {
    if (NeedsLeave()) return false;
    const view::Style& style = command_.terminal.style();
    if (saved_->type == "cloud")
      Say(style.Reset(), fmt::format("Migrating from HCP Terraform to backend \"{}\".", block_->type),
          fmt::format("{}\n\n", style.Reset()));
    else if (saved_->type == block_->type)
      Say(fmt::format("{}{}Backend configuration changed!{}\n\n", style.Reset(), style.Bold(), style.Reset()),
          base::core::Spoken("Parterre has detected that the configuration specified for the backend\nhas "
                             "changed. Parterre will now check for existing state in the backends."),
          fmt::format("{}\n\n", style.Reset()));
    else
      Say(style.Reset(),
          fmt::format("{} detected that the backend type changed from \"{}\" to \"{}\".",
                      base::core::ProductName(), saved_->type, block_->type),
          fmt::format("{}\n\n", style.Reset()));
    std::unique_ptr<Backend> from = OpenSaved();
    if (!from) return false;
    std::unique_ptr<Backend> to = MakeNew();
    if (!to || !Migrate({saved_->type, block_->type, *from, *to}) || !Save()) return false;
    SayConfigured();
    return Select(*to);
  }

  bool Forget() {
    return Check(session::WriteSavedBackend(SavedPath(), std::nullopt),
                 "Failed to write the backend's configuration");
  }

  bool Unset() {
    if (NeedsLeave()) return false;
    const view::Style& style = command_.terminal.style();
    Say(style.Reset(),
        saved_->type == "cloud"
            ? "Migrating from HCP Terraform or Terraform Enterprise to local state."
            : fmt::format("{} has detected you're unconfiguring your previously set \"{}\" backend.",
                          base::core::ProductName(), saved_->type),
        fmt::format("{}\n", style.Reset()));
    std::unique_ptr<Backend> from = OpenSaved();
    if (!from) return false;
    std::unique_ptr<Backend> local = Local();
    if (!local || !Migrate({saved_->type, "local", *from, *local}) || !Forget() ||
        !SelectExistingWorkspace(command_, *local, diagnostics_))
      return false;
    Say(fmt::format("{}{}\n\n", style.Reset(), style.Green()),
        fmt::format("Successfully unset the backend \"{}\". {} will now operate locally.", saved_->type,
                    base::core::ProductName()),
        fmt::format("{}\n", style.Reset()));
    return true;
  }

  CommandContext& command_;
  Diagnostics& diagnostics_;
  const std::vector<std::string> overrides_;
  std::optional<SavedBackend> saved_;
  std::optional<BackendBlock> block_;
};

}  // namespace

bool CheckBackendOptions(CommandContext& command, Diagnostics& diagnostics) {
  if (!CheckAliases(command, diagnostics)) return false;
  if (!command.options.Flag("migrate-state") || !command.options.Flag("reconfigure")) return true;
  diagnostics.Error("Invalid init options",
                    "The options -migrate-state and -reconfigure exclude each other.");
  return false;
}

bool InitBackend(CommandContext& command, Diagnostics& diagnostics) {
  if (SkipsBackend(command.options)) return true;
  if (command.session.configuration().root->module->cloud)
    InitOutput(command).Step("initializing_terraform_cloud_message", "Initializing HCP Terraform...");
  else
    InitOutput(command).Step("initializing_backend_message", "Initializing the backend...");
  return BackendInit(command, diagnostics).Run() && !diagnostics.HasErrors();
}

}  // namespace cli::commands
