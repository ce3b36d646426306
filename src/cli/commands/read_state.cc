#include "cli/commands/read_state.h"

#include "engine/encryption/envelope.h"
#include "engine/state/reader.h"

namespace cli::commands {

std::optional<engine::backend::Snapshot> ReadState(CommandContext& command, Diagnostics& diagnostics) {
  // Only the backend block matters here; mistakes elsewhere in the configuration must not hide the state.
  Diagnostics ignored;
  if (!command.session.has_configuration()) command.session.LoadConfiguration(ignored);
  std::unique_ptr<engine::backend::Backend> backend =
      command.session.OpenBackend(command.options, diagnostics);
  std::string workspace = command.session.Workspace(diagnostics);
  if (!backend || diagnostics.HasErrors()) return std::nullopt;
  std::unique_ptr<engine::state::StateStorage> storage = backend->Storage(workspace);
  view::Waiting waiting(command.live, "Reading the state");
  auto snapshot = engine::backend::ReadSnapshot(*storage);
  if (snapshot.ok()) return std::move(*snapshot);
  diagnostics.Error("Failed to load state", snapshot.error().message());
  return std::nullopt;
}

base::core::Result<engine::state::State> ParseStateFile(CommandContext& command, std::string text) {
  if (engine::encryption::IsEnvelope(text)) {
    Diagnostics found;
    engine::state::Sealer* const sealer = command.session.StateSealer(found);
    for (const base::diag::Diagnostic& diagnostic : found.items())
      if (diagnostic.severity == base::diag::Severity::kError)
        return base::core::Error(diagnostic.summary + ": " + diagnostic.detail);
    if (sealer) {
      ASSIGN_OR_RETURN(engine::state::Sealer::Opened opened, sealer->Open(std::move(text)));
      text = std::move(opened.text);
    }
  }
  return engine::state::ReadState(std::move(text));
}

}  // namespace cli::commands
