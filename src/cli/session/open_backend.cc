// Session::OpenBackend: which backend a working folder has, and whether it was initialised.
#include "base/core/product.h"
#include "cli/session/backend_block.h"
#include "cli/session/host_services.h"
#include "cli/session/saved_backend.h"
#include "cli/session/session.h"
#include "engine/remote/catalog.h"
#include "language/value/codec.h"

namespace cli::session {
namespace {

using engine::backend::Backend;
using engine::backend::LocalOptions;
using language::value::Value;

// The reference puts a comma or a colon before "please", by the case.
void AskForInit(std::string_view separator, std::string_view reason, Diagnostics& diagnostics) {
  diagnostics.Error(
      fmt::format("Backend initialization required{} please run \"{} init\"", separator,
                  base::core::ProgramName()),
      fmt::format(
          "Reason: {}\n\nThe backend is where the state is kept. Nothing has been done, for the state that "
          "this configuration means may be another one than before.\n\nRun \"{} init -migrate-state\" "
          "to take the existing state along, or \"{} init -reconfigure\" to use what is there.",
          reason, base::core::ProgramName(), base::core::ProgramName()));
}

// The cloud block has words of its own, and needs no options.
void AskForCloudInit(std::string_view reason, Diagnostics& diagnostics) {
  diagnostics.Error(
      fmt::format("HCP Terraform or Terraform Enterprise initialization required: please run \"{} init\"",
                  base::core::ProgramName()),
      fmt::format(
          "Reason: {}\n\nThe cloud block says in which workspaces the state is kept. Nothing has been "
          "done, for the state that this configuration means may be another one than before.",
          reason));
}

void AskForInit(const std::optional<SavedBackend>& saved, const engine::config::Backend* block,
                Diagnostics& diagnostics) {
  if (block && block->is_cloud_block) {
    AskForCloudInit(!saved ? "Initial configuration of HCP Terraform or Terraform Enterprise."
                    : saved->type == "cloud"
                        ? "HCP Terraform configuration block has changed."
                        : fmt::format("Changed from backend \"{}\" to HCP Terraform.", saved->type),
                    diagnostics);
  } else if (!block) {
    AskForInit(",", fmt::format("Unsetting the previously set backend \"{}\"", saved->type), diagnostics);
  } else if (!saved) {
    AskForInit(",", fmt::format("Initial configuration of the requested backend \"{}\"", block->type),
               diagnostics);
  } else if (saved->type == block->type) {
    AskForInit(":", "Backend configuration block has changed", diagnostics);
  } else if (saved->type == "cloud") {
    AskForInit(":", fmt::format("Changed from HCP Terraform to backend \"{}\"", block->type), diagnostics);
  } else {
    AskForInit(":", fmt::format("Backend type changed from \"{}\" to \"{}\"", saved->type, block->type),
               diagnostics);
  }
}

}  // namespace

std::unique_ptr<Backend> Session::MakeBackend(std::string_view type, const Value& arguments,
                                              Diagnostics& diagnostics, LocalOptions paths) {
  return Encrypted(engine::remote::OpenBackend(type, arguments,
                                               {.environment = &environment_,
                                                .data_directory = data_directory(),
                                                .paths = std::move(paths),
                                                .services = MakeHostServices(plugins_, environment_, stop_),
                                                .state_document = state_document_},
                                               diagnostics),
                   diagnostics);
}

std::unique_ptr<Backend> Session::OpenBackend(const Options& options, Diagnostics& diagnostics) {
  return OpenBackend({.state_override = options.Text("state"),
                      .state_out_override = options.Text("state-out"),
                      .backup_override = options.Text("backup")},
                     diagnostics);
}

std::unique_ptr<Backend> Session::OpenBackend(LocalOptions paths, Diagnostics& diagnostics) {
  auto saved = ReadSavedBackend(SavedBackendPath(data_directory()));
  if (!saved.ok()) {
    diagnostics.Error("Failed to load state: " + saved.error().message(),
                      "The file " + SavedBackendPath(data_directory()) +
                          " should tell which backend this folder was initialised with.");
    return nullptr;
  }
  const engine::config::Backend* block =
      configuration_ ? configuration_->root->module->StateBlock() : nullptr;
  if (!block && !*saved)
    return Encrypted(std::make_unique<engine::backend::LocalBackend>(std::move(paths)), diagnostics);
  const language::schema::Block* schema =
      block ? SchemaOfBlock(*block, "Invalid backend type", diagnostics) : nullptr;
  if (block && !schema) return nullptr;
  if (block && *saved && (*saved)->type == block->type) {
    bool unchanged = (*saved)->hash == HashOfBlock(*block, *schema);
    if (!unchanged) {
      std::optional<BackendBlock> read =
          ReadBackendBlock(*block, {}, "Invalid backend type", environment_, diagnostics);
      if (!read) return nullptr;
      unchanged = SameArguments((*saved)->arguments, *read);
    }
    auto arguments = language::value::FromJson((*saved)->arguments, schema->implied_type());
    if (unchanged && arguments.ok())
      return MakeBackend(block->type, *arguments, diagnostics, std::move(paths));
  }
  AskForInit(*saved, block, diagnostics);
  return nullptr;
}

}  // namespace cli::session
