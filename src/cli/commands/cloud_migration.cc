#include "cli/commands/cloud_migration.h"

#include <algorithm>

#include "base/core/strings.h"
#include "cli/commands/prompt.h"
#include "engine/backend/local.h"
#include "engine/backend/session.h"

namespace cli::commands {
namespace {

using base::diag::Diagnostics;
using engine::backend::Backend;
using engine::backend::kDefaultWorkspace;
using engine::remote::TfeMapping;

class Migrator {
 public:
  Migrator(CommandContext& command, const Migration& migration, const TfeMapping& mapping,
           Diagnostics& diagnostics)
      : command_(command), migration_(migration), mapping_(mapping), diagnostics_(diagnostics) {}

  CloudMigration Run() {
    std::vector<std::string> names = {std::string(kDefaultWorkspace)};
    if (migration_.from.SupportsWorkspaces()) {
      auto listed = migration_.from.Workspaces();
      if (!listed.ok()) return Fail("Failed to list workspaces", listed.error().message());
      names = *std::move(listed);
    }
    current_ = command_.session.Workspace(diagnostics_);
    if (diagnostics_.HasErrors()) return {};
    if (names.empty()) return {.ok = true};
    if (names.size() == 1) return {.ok = MigrateOnly(names[0])};
    if (!mapping_.name.empty()) return {.ok = MigrateCurrent(), .only = current_};
    return {.ok = MigrateAll(names)};
  }

 private:
  CloudMigration Fail(const std::string& summary, const std::string& detail) {
    diagnostics_.Error(summary, detail);
    return {};
  }

  std::string Destination() const {
    return mapping_.name.empty() ? std::string(kDefaultWorkspace) : mapping_.name;
  }

  std::optional<bool> IsEmpty(const std::string& workspace) {
    const auto snapshot = engine::backend::ReadSnapshot(*migration_.from.Storage(workspace));
    if (snapshot.ok()) return snapshot->state->Empty();
    diagnostics_.Error("Failed to load state", snapshot.error().message());
    return std::nullopt;
  }

  bool MigrateOnly(const std::string& name) {
    const std::optional<bool> empty = IsEmpty(name);
    if (!empty || *empty) return empty.has_value();
    const auto wanted = AskToMigrate(
        command_, "\nDo you wish to proceed?",
        "The state of this configuration can be copied to its workspace on HCP Terraform.\n\nAnswer "
        "\"yes\" to copy it. Answer \"no\" to leave it where it is, and to go on with what\nthe "
        "workspace has.",
        diagnostics_);
    if (!wanted || !*wanted) return wanted.has_value();
    return CopyWorkspace(command_, migration_, name, Destination(), CopyConsent::kAskToOverwrite,
                         diagnostics_)
        .has_value();
  }

  bool MigrateCurrent() {
    return Agree("\nDo you want to copy only your current workspace?",
                 fmt::format(
                     "The backend \"{}\" has several workspaces, and the cloud block names one (\"{}\"). "
                     "The state of\nyour current workspace \"{}\" is copied to it, the others stay where "
                     "they are. To take all of\nthem along, answer \"no\" and use \"tags\" in the cloud "
                     "block.\n\nEnter \"yes\" to proceed or \"no\" to cancel.",
                     migration_.from_type, mapping_.name, current_)) &&
           CopyWorkspace(command_, migration_, current_, mapping_.name, CopyConsent::kAskToOverwrite,
                         diagnostics_);
  }

  bool MigrateAll(const std::vector<std::string>& names) {
    std::string default_name;
    if (std::ranges::find(names, kDefaultWorkspace) != names.end()) {
      const std::optional<bool> empty = IsEmpty(std::string(kDefaultWorkspace));
      if (!empty) return false;
      if (!*empty) {
        auto name = AskForDefaultsName(command_, migration_.to_type, diagnostics_);
        if (!name) return false;
        default_name = *std::move(name);
      }
    }
    const std::optional<std::string> pattern = AskForPattern();
    if (!pattern) return false;
    std::string selected;
    for (const std::string& name : names) {
      if (name == kDefaultWorkspace && default_name.empty()) continue;  // it has no state
      const std::optional<bool> empty = IsEmpty(name);
      if (!empty) return false;
      if (*empty) continue;
      std::string to = *pattern;
      const size_t star = to.find('*');
      if (star != std::string::npos) to.replace(star, 1, name == kDefaultWorkspace ? default_name : name);
      if (!CopyWorkspace(command_, migration_, name, to, CopyConsent::kGiven, diagnostics_)) return false;
      if (name == current_) selected = to;
    }
    if (selected.empty()) return true;
    auto done = engine::backend::SelectWorkspace(selected, command_.session.data_directory());
    if (!done.ok()) diagnostics_.Error("Failed to select workspace", done.error().message());
    return done.ok();
  }

  // How names there are made of names here, which stand for the star. Nothing after errors.
  std::optional<std::string> AskForPattern() {
    // Those workspaces are there already, and get the tags.
    if (const auto* remote = dynamic_cast<engine::remote::TfeBackend*>(&migration_.from.Innermost())) {
      const std::string pattern = remote->settings().mapping.prefix + "*";
      if (!Agree("\nDo you wish to proceed?",
                 fmt::format(
                     "The workspaces of the backend \"remote\" with the prefix \"{}\" stay as they are, and "
                     "get the tags of\nthe cloud block. From now on they go by their whole names "
                     "here.\n\nEnter \"yes\" to proceed or \"no\" to cancel.",
                     remote->settings().mapping.prefix)))
        return std::nullopt;
      return pattern;
    }
    auto choice = Ask(
        command_, {.title = "\nWould you like to rename your workspaces?",
                   .text = fmt::format(
                       "Names of workspaces on HCP Terraform are unique in their organization, so that "
                       "\"prod\" may be\ntaken, or say too little: <component>-<environment>-<region> is a "
                       "usual form.\n\nShould the workspaces of \"{}\" get other names? Enter 1 or 2.\n\n1. "
                       "Yes, by a pattern that I will enter.\n2. No, they keep their names.",
                       migration_.from_type)});
    if (choice.ok() && *choice == "2") return "*";
    if (!choice.ok() || *choice != "1") {
      diagnostics_.Error("Error asking for state migration action",
                         choice.ok() ? "Only 1 and 2 are answers." : choice.error().message());
      return std::nullopt;
    }
    auto pattern = Ask(command_, {.title = "\nHow would you like to rename your workspaces?",
                                  .text = "Enter a pattern with a star (*) for the present name, such as "
                                          "networking-*."});
    if (pattern.ok() && std::ranges::count(*pattern, '*') == 1) return *std::move(pattern);
    diagnostics_.Error(
        "Error asking for state migration action",
        pattern.ok() ? "The pattern must have exactly one star (*)." : pattern.error().message());
    return std::nullopt;
  }

  bool Agree(const std::string& title, const std::string& text) {
    const auto answer = AskToMigrate(command_, title, text, diagnostics_);
    if (answer == false) diagnostics_.Error("Migration aborted by user.", "");
    return answer == true;
  }

  CommandContext& command_;
  const Migration& migration_;
  const TfeMapping& mapping_;
  Diagnostics& diagnostics_;
  std::string current_;
};

}  // namespace

CloudMigration MigrateToCloud(CommandContext& command, const Migration& migration, const TfeMapping& mapping,
                              Diagnostics& diagnostics) {
  return Migrator(command, migration, mapping, diagnostics).Run();
}

}  // namespace cli::commands
