#include "cli/commands/read_state.h"

#include "engine/encryption/envelope.h"
#include "engine/state/journal.h"
#include "engine/state/reader.h"

namespace cli::commands {
namespace {

struct Opened {
  std::unique_ptr<engine::backend::Backend> backend;
  std::unique_ptr<engine::state::StateStorage> storage;  // null after errors
};

Opened OpenStorage(CommandContext& command, Diagnostics& diagnostics) {
  // Only the backend block matters here; mistakes elsewhere in the configuration must not hide the state.
  Diagnostics ignored;
  if (!command.session.has_configuration()) command.session.LoadConfiguration(ignored);
  std::unique_ptr<engine::backend::Backend> backend =
      command.session.OpenBackend(command.options, diagnostics);
  std::string workspace = command.session.Workspace(diagnostics);
  if (!backend || diagnostics.HasErrors()) return {};
  std::unique_ptr<engine::state::StateStorage> storage = backend->Storage(workspace);
  return {std::move(backend), std::move(storage)};
}

std::optional<engine::backend::Snapshot> ReadFrom(CommandContext& command,
                                                  engine::state::StateStorage& storage,
                                                  Diagnostics& diagnostics) {
  view::Waiting waiting(command.live, "Reading the state");
  auto snapshot = engine::backend::ReadSnapshot(storage);
  if (snapshot.ok()) return std::move(*snapshot);
  diagnostics.Error("Failed to load state", snapshot.error().message());
  return std::nullopt;
}

// What a dead run left is laid over the whole state only.
bool HasDeadJournal(const engine::state::StateStorage& storage) {
  const std::string path = storage.JournalPath();
  return !path.empty() && engine::state::ProbeJournal(path) == engine::state::JournalPresence::kDead;
}

}  // namespace

std::optional<engine::backend::Snapshot> ReadState(CommandContext& command, Diagnostics& diagnostics) {
  const auto [backend, storage] = OpenStorage(command, diagnostics);
  return storage ? ReadFrom(command, *storage, diagnostics) : std::nullopt;
}

std::optional<engine::state::StateOutputs> ReadOutputs(CommandContext& command, Diagnostics& diagnostics) {
  const auto [backend, storage] = OpenStorage(command, diagnostics);
  if (!storage) return std::nullopt;
  if (!HasDeadJournal(*storage)) {
    auto outputs = storage->ReadOutputs();
    if (!outputs.ok()) {
      diagnostics.Error("Failed to read the outputs", outputs.error().message());
      return std::nullopt;
    }
    if (*outputs) return **std::move(outputs);
  }
  auto snapshot = ReadFrom(command, *storage, diagnostics);
  if (!snapshot) return std::nullopt;
  return snapshot->state->outputs;
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
