#include "cli/commands/backend_migration.h"

#include <algorithm>

#include "base/core/files.h"
#include "base/core/product.h"
#include "base/core/strings.h"
#include "cli/commands/prompt.h"
#include "cli/commands/state_access.h"
#include "engine/backend/local.h"
#include "engine/state/state_file.h"
#include "engine/state/writer.h"

namespace cli::commands {
namespace {

using base::core::Result;
using base::diag::Diagnostics;
using engine::backend::Backend;
using engine::backend::Session;
using engine::backend::Snapshot;
using engine::state::State;

// yes, no; other answers are asked again once. Nothing after errors.
std::optional<bool> Confirm(CommandContext& command, const Question& question, Diagnostics& diagnostics) {
  for (int attempt = 0; attempt < 2; ++attempt) {
    auto answer = Ask(command, question);
    if (!answer.ok()) {
      diagnostics.Error("Error asking for state migration action: " + answer.error().message(), "");
      return std::nullopt;
    }
    const std::string word = base::core::AsciiLower(*answer);
    if (word == "yes") return true;
    if (word == "no") return false;
  }
  diagnostics.Error("Error asking for state migration action", "Only \"yes\" and \"no\" are answers.");
  return std::nullopt;
}

std::optional<State> Read(Backend& backend, const std::string& workspace, Diagnostics& diagnostics) {
  auto snapshot = engine::backend::ReadSnapshot(*backend.Storage(workspace));
  if (snapshot.ok()) return *snapshot->state;
  diagnostics.Error("Failed to load state", snapshot.error().message());
  return std::nullopt;
}

std::vector<std::string> Workspaces(Backend& backend, Diagnostics& diagnostics) {
  if (!backend.SupportsWorkspaces()) return {std::string(engine::backend::kDefaultWorkspace)};
  auto names = backend.Workspaces();
  if (names.ok()) return *std::move(names);
  diagnostics.Error("Failed to list workspaces", names.error().message());
  return {};
}

Question CopyToEmpty(const Migration& migration) {
  return {.title = "Do you want to copy existing state to the new backend?",
          .text = fmt::format("Pre-existing state was found while migrating the previous \"{0}\" backend to "
                              "the\nnewly configured "
                              "\"{1}\" backend. No existing state was found in the newly\nconfigured \"{1}\" "
                              "backend. Do you want to "
                              "copy this state to the new \"{1}\"\nbackend? Enter \"yes\" to copy and \"no\" "
                              "to start with an empty state.",
                              migration.from_type, migration.to_type)};
}

Question Overwrite(const Migration& migration, const std::string& before, const std::string& now) {
  return {.title = "Do you want to copy existing state to the new backend?",
          .text = fmt::format("Pre-existing state was found while migrating the previous \"{0}\" backend to "
                              "the\nnewly configured \"{1}\" backend. An existing non-empty state already "
                              "exists in\nthe new backend. The two states have been saved to temporary files "
                              "that will be\nremoved after responding to this query.\n\n"
                              "Previous (type \"{0}\"): {2}\nNew      (type \"{1}\"): {3}\n\n"
                              "Do you want to overwrite the state in the new backend with the previous "
                              "state?\nEnter \"yes\" to copy and \"no\" to start with the existing state in "
                              "the newly\nconfigured \"{1}\" backend without any changes.",
                              migration.from_type, migration.to_type, before, now)};
}

Question CopyAll(const Migration& migration) {
  return {.title = fmt::format("Do you want to migrate all workspaces to \"{}\"?", migration.to_type),
          .text = fmt::format(
              "Both the existing \"{0}\" backend and the newly configured \"{1}\" backend\nsupport "
              "workspaces. When migrating between backends, {2} will copy\nall workspaces (with the same "
              "names). THIS WILL OVERWRITE any conflicting\nstates in the destination.\n\nParterre "
              "initialization doesn't currently migrate only select workspaces.\nIf you want to migrate a "
              "select number of workspaces, you must manually\npull and push those states.\n\nIf you answer "
              "\"yes\", {2} will migrate all states. If you answer\n\"no\", {2} will abort.",
              migration.from_type, migration.to_type, base::core::ProductName())};
}

Question CopyCurrent(const Migration& migration, const std::string& workspace) {
  return {.title = fmt::format(
              "Destination state \"{}\" does not support workspaces.\nDo you want to copy only your "
              "current workspace?",
              migration.to_type),
          .text = fmt::format(
              "The existing \"{0}\" backend supports workspaces and you currently are\nusing more than one. "
              "The newly configured \"{1}\" backend doesn't support\nworkspaces. If you continue, {3} will "
              "copy your current workspace \"{2}\"\nto the default workspace in the new backend. Your "
              "existing workspaces in the\nsource backend won't be modified. If you want to switch "
              "workspaces, back them\nup, or cancel altogether, answer \"no\" and {3} will abort.",
              migration.from_type, migration.to_type, workspace, base::core::ProductName())};
}

bool SameStates(const State& a, const State& b) {
  return a.lineage == b.lineage && engine::state::SameContent(a, b);
}

bool MayAsk(CommandContext& command, Diagnostics& diagnostics) {
  if (command.options.Flag("input", true)) return true;
  diagnostics.Error("Can't ask approval for state migration when interactive input is disabled.",
                    "Leave out -input=false, or say -force-copy to have states copied without asking.");
  return false;
}

class Migrator {
 public:
  Migrator(CommandContext& command, const Migration& migration, Diagnostics& diagnostics)
      : command_(command), migration_(migration), diagnostics_(diagnostics) {}

  bool Run() {
    const std::vector<std::string> names = Workspaces(migration_.from, diagnostics_);
    if (diagnostics_.HasErrors()) return false;
    const std::string first(engine::backend::kDefaultWorkspace);
    bool forced = command_.options.Flag("force-copy");
    if (names.empty()) return true;
    // The only one there can be: by what name does not matter.
    if (names.size() == 1 && (names[0] == first || !migration_.from.HasDefaultWorkspace()))
      return CopyOnly(names[0], forced);
    if (!migration_.to.SupportsWorkspaces()) return CopyOne(forced);
    if (!forced && !AskOrAbort(CopyAll(migration_))) return false;
    for (const std::string& name : names) {
      if (name != first && !Create(name)) return false;
      if (!Copy(name, name, CopyConsent::kGiven)) return false;
    }
    return true;
  }

  // The destination's workspace; nothing after errors.
  std::optional<std::string> Copy(const std::string& from, std::string to, CopyConsent consent) {
    // Before the locks: both may be one and the same.
    std::optional<State> source = Read(migration_.from, from, diagnostics_);
    if (!source) return std::nullopt;
    if (source->Empty()) return to;
    if (to == engine::backend::kDefaultWorkspace && !migration_.to.HasDefaultWorkspace()) {
      auto name = AskForDefaultsName(command_, migration_.to_type, diagnostics_);
      if (!name) return std::nullopt;
      to = *std::move(name);
      if (!MoveSelection(from, to)) return std::nullopt;
    }
    if (!Create(to) || !CopyState(from, to, consent)) return std::nullopt;
    return to;
  }

 private:
  bool Create(const std::string& name) {
    auto created = migration_.to.CreateWorkspace(name);
    if (!created.ok()) diagnostics_.Error("Failed to create workspace", created.error().message());
    return created.ok();
  }

  // Who was on the workspace goes on there.
  bool MoveSelection(const std::string& from, const std::string& to) {
    if (command_.session.Workspace(diagnostics_) != from) return true;
    auto selected = engine::backend::SelectWorkspace(to, command_.session.data_directory());
    if (!selected.ok()) diagnostics_.Error("Failed to select workspace", selected.error().message());
    return selected.ok();
  }

  bool AskOrAbort(const Question& question) {
    if (!MayAsk(command_, diagnostics_)) return false;
    const std::optional<bool> answer = Confirm(command_, question, diagnostics_);
    if (answer == false) diagnostics_.Error("Migration aborted by user.", "");
    return answer == true;
  }

  bool CopyOnly(const std::string& from, bool forced) {
    const std::string first(engine::backend::kDefaultWorkspace);
    const auto to = Copy(from, first, forced ? CopyConsent::kGiven : CopyConsent::kAsk);
    return to && (*to != first || MoveSelection(from, first));
  }

  // To a backend that has one state only.
  bool CopyOne(bool forced) {
    const std::string current = command_.session.Workspace(diagnostics_);
    if (diagnostics_.HasErrors() || (!forced && !AskOrAbort(CopyCurrent(migration_, current)))) return false;
    const std::string first(engine::backend::kDefaultWorkspace);
    if (!Copy(current, first, CopyConsent::kGiven)) return false;
    auto selected = engine::backend::SelectWorkspace(first, command_.session.data_directory());
    if (!selected.ok()) diagnostics_.Error("Failed to select workspace", selected.error().message());
    return selected.ok();
  }

  bool CopyState(const std::string& from, const std::string& to, CopyConsent consent) {
    std::optional<State> source = Read(migration_.from, from, diagnostics_);
    std::optional<State> destination = source ? Read(migration_.to, to, diagnostics_) : std::nullopt;
    if (!destination) return false;
    if (SameStates(*source, *destination)) return true;
    const bool ignore = command_.options.Flag("ignore-remote-version");
    if (!migration_.to.AllowUse(to, {.ignore_remote_version = ignore}, diagnostics_)) return false;
    auto source_session =
        OpenSession(command_, migration_.from, from, "migration source state", diagnostics_);
    if (!source_session) return false;
    auto session = OpenSession(command_, migration_.to, to, "migration destination state", diagnostics_);
    if (!session) return false;
    source = *source_session->initial();
    destination = *session->initial();
    if (source->Empty()) return true;
    if (consent == CopyConsent::kAsk || (consent == CopyConsent::kAskToOverwrite && !destination->Empty())) {
      if (!MayAsk(command_, diagnostics_)) return false;
      const std::optional<bool> answer = AskToCopy(*source, *destination);
      if (!answer) return false;
      if (!*answer) return true;
    }
    auto pushed = session->Push(*std::move(source), /*force=*/true);
    if (!pushed.ok())
      diagnostics_.Error(
          fmt::format("Error copying state from the previous \"{}\" backend to the newly configured "
                      "\"{}\" backend",
                      migration_.from_type, migration_.to_type),
          pushed.error().message() + "\n\nThe state in the previous backend is as it was.");
    return pushed.ok();
  }

  std::optional<bool> AskToCopy(const State& source, const State& destination) {
    if (destination.Empty()) return Confirm(command_, CopyToEmpty(migration_), diagnostics_);
    auto folder = base::core::TempDirectory::Create();
    const std::string before = folder.ok() ? *folder / ("1-" + migration_.from_type + ".tfstate") : "";
    const std::string now = folder.ok() ? *folder / ("2-" + migration_.to_type + ".tfstate") : "";
    engine::state::Sealer* const sealer = command_.session.StateSealer(diagnostics_);
    Result<void> written = folder.ok() ? WriteFor(before, source, sealer) : Result<void>(folder.error());
    if (written.ok()) written = WriteFor(now, destination, sealer);
    if (!written.ok()) {
      diagnostics_.Error("Failed to save the states for comparison", written.error().message());
      return std::nullopt;
    }
    return Confirm(command_, Overwrite(migration_, before, now), diagnostics_);
  }

  static Result<void> WriteFor(const std::string& path, const State& state, engine::state::Sealer* sealer) {
    ASSIGN_OR_RETURN(std::string text, engine::state::WriteState(state));
    if (sealer != nullptr) {
      ASSIGN_OR_RETURN(text, sealer->Seal(text));
    }
    return base::core::WriteFile(path, text, 0600);
  }

  CommandContext& command_;
  const Migration& migration_;
  Diagnostics& diagnostics_;
};

// The backup is encrypted if states are, whatever the file was.
Result<void> Erase(engine::state::StateFilePaths paths, engine::state::Sealer* sealer) {
  engine::state::StateFile storage(std::move(paths));
  engine::state::LockInfo info =
      engine::state::LockInfo::Make("migration source state", base::core::RealClock().Now());
  ASSIGN_OR_RETURN(const auto conflict, storage.TryLock(&info));
  if (conflict) return base::core::Error("the state is locked: " + conflict->reason);
  ASSIGN_OR_RETURN(std::string text, storage.Read());
  if (!text.empty()) {
    if (sealer != nullptr) {
      ASSIGN_OR_RETURN(engine::state::Sealer::Opened opened, sealer->Open(std::move(text)));
      ASSIGN_OR_RETURN(text, sealer->Seal(opened.text));
    }
    RETURN_IF_ERROR(storage.WriteBackup(text));
    RETURN_IF_ERROR(storage.Erase());
  }
  return storage.Unlock();
}

}  // namespace

bool MigrateStates(CommandContext& command, const Migration& migration, Diagnostics& diagnostics) {
  return Migrator(command, migration, diagnostics).Run();
}

std::optional<std::string> CopyWorkspace(CommandContext& command, const Migration& migration,
                                         const std::string& from, const std::string& to, CopyConsent consent,
                                         Diagnostics& diagnostics) {
  return Migrator(command, migration, diagnostics).Copy(from, to, consent);
}

std::optional<bool> AskToMigrate(CommandContext& command, const std::string& title, const std::string& text,
                                 Diagnostics& diagnostics) {
  if (!MayAsk(command, diagnostics)) return std::nullopt;
  return Confirm(command, {.title = title, .text = text}, diagnostics);
}

std::optional<std::string> AskForDefaultsName(CommandContext& command, std::string_view destination,
                                              Diagnostics& diagnostics) {
  if (!MayAsk(command, diagnostics)) return std::nullopt;
  auto answer = Ask(
      command, {.title = fmt::format("{} has no workspace \"default\".",
                                     destination == "cloud" ? "HCP Terraform"
                                                            : fmt::format("The backend \"{}\"", destination)),
                .text = "The state of the workspace \"default\" needs a workspace with a name of its "
                        "own,\nsuch as dev or test. It is made when it does not exist."});
  if (answer.ok() && engine::backend::IsValidWorkspaceName(*answer) &&
      *answer != engine::backend::kDefaultWorkspace)
    return *std::move(answer);
  diagnostics.Error("Error asking for new state name",
                    answer.ok() ? fmt::format("\"{}\" cannot be the name of a workspace.", *answer)
                                : answer.error().message());
  return std::nullopt;
}

bool HasStates(Backend& backend, Diagnostics& diagnostics) {
  for (const std::string& name : Workspaces(backend, diagnostics)) {
    const std::optional<State> state = Read(backend, name, diagnostics);
    if (!state) return false;
    if (!state->Empty()) return true;
  }
  return false;
}

bool EraseMigrated(CommandContext& command, engine::backend::LocalBackend& local, Backend& to,
                   Diagnostics& diagnostics, const std::string& only) {
  auto* other = dynamic_cast<engine::backend::LocalBackend*>(&to.Innermost());
  const std::vector<std::string> names = Workspaces(local, diagnostics);
  // One path in common is enough to leave everything.
  for (const std::string& name : names)
    if (other &&
        base::core::CleanPath(other->Paths(name).path) == base::core::CleanPath(local.Paths(name).path))
      return !diagnostics.HasErrors();
  for (const std::string& name : names) {
    if ((!only.empty() && name != only) || !base::core::Exists(local.Paths(name).path)) continue;
    auto erased = Erase(local.Paths(name), command.session.StateSealer(diagnostics));
    if (erased.ok()) continue;
    diagnostics.Error("Error clearing the state that was migrated",
                      fmt::format("{}: {}", local.Paths(name).path, erased.error().message()));
    return false;
  }
  return !diagnostics.HasErrors();
}

namespace {

// Nothing can be selected in a backend without workspaces, unless the first one is made now.
std::optional<std::string> FirstWorkspace(CommandContext& command, const std::string& tags,
                                          Diagnostics& diagnostics) {
  if (tags.empty() || !command.options.Flag("input", true)) {
    diagnostics.Error("No existing workspaces.",
                      base::core::Spoken(
                          "Make one with \"parterre workspace new\". If there should be some already, see to "
                          "it that the backend's configuration means those."));
    return std::nullopt;
  }
  auto answer =
      Ask(command, {.title = "\nNo workspaces found.",
                    .text = fmt::format("No workspace of the organization has the tags of the cloud "
                                        "block ({}).\nPlease enter a name for the first one, which is "
                                        "made with these tags.",
                                        tags)});
  if (answer.ok() && engine::backend::IsValidWorkspaceName(*answer)) return *std::move(answer);
  diagnostics.Error("Couldn't create initial workspace",
                    !answer.ok()      ? answer.error().message()
                    : answer->empty() ? "No name was given."
                                      : fmt::format("\"{}\" cannot be the name of a workspace.", *answer));
  return std::nullopt;
}

// Which of several, when the selected one is none of them.
std::optional<std::string> ChooseWorkspace(CommandContext& command, const std::vector<std::string>& names,
                                           const std::string& selected, Diagnostics& diagnostics) {
  if (!command.options.Flag("input", true)) {
    diagnostics.Error(
        fmt::format("Currently selected workspace \"{}\" does not exist", selected),
        base::core::Spoken(
            "Select one that exists with \"parterre workspace select\", or leave out -input=false."));
    return std::nullopt;
  }
  std::string list;
  for (size_t i = 0; i < names.size(); ++i) list += fmt::format("{}. {}\n", i + 1, names[i]);
  auto answer =
      Ask(command, {.title = fmt::format("\nThe currently selected workspace ({}) does not exist.", selected),
                    .text = "This is expected behavior when the selected workspace did not have an\nexisting "
                            "non-empty state. Please enter a number to select a workspace:\n\n" +
                            list});
  const std::optional<int64_t> number = answer.ok() ? base::core::ParseInt64(*answer) : std::nullopt;
  if (number && *number >= 1 && static_cast<size_t>(*number) <= names.size())
    return names[static_cast<size_t>(*number) - 1];
  diagnostics.Error("Error selecting workspace: input not a valid number", "");
  return std::nullopt;
}

}  // namespace

bool SelectExistingWorkspace(CommandContext& command, Backend& backend, Diagnostics& diagnostics,
                             const std::string& tags) {
  Result<void> done;
  if (backend.SupportsWorkspaces()) {
    const std::vector<std::string> names = Workspaces(backend, diagnostics);
    std::string selected = command.session.Workspace(diagnostics);
    if (diagnostics.HasErrors()) return false;
    const bool exists = std::find(names.begin(), names.end(), selected) != names.end();
    if (!exists) {
      std::optional<std::string> other = names.empty() ? FirstWorkspace(command, tags, diagnostics)
                                         : names.size() == 1
                                             ? names[0]
                                             : ChooseWorkspace(command, names, selected, diagnostics);
      if (!other) return false;
      selected = *std::move(other);
    }
    // Where there is no "default", what TF_WORKSPACE says is kept as well.
    if (!exists || !backend.HasDefaultWorkspace())
      done = engine::backend::SelectWorkspace(selected, command.session.data_directory());
    if (done.ok() && !backend.HasDefaultWorkspace()) done = backend.CreateWorkspace(selected);
  } else {
    done = backend.CreateWorkspace(engine::backend::kDefaultWorkspace);
  }
  if (!done.ok()) diagnostics.Error("Failed to select workspace", done.error().message());
  return done.ok();
}

}  // namespace cli::commands
