#include "cli/commands/completion.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "base/core/files.h"
#include "base/core/strings.h"
#include "cli/commands/command.h"
#include "engine/backend/local.h"
#include "engine/state/reader.h"

namespace cli::commands {
namespace {

using base::core::Environment;

constexpr std::string_view kGlobalOptions[] = {"-chdir=", "-help", "-install-autocomplete",
                                               "-uninstall-autocomplete", "-version"};
constexpr uint64_t kStateLimit = 64u << 20;  // of larger ones no addresses are offered: a key was pressed

enum class Offer : uint8_t { kNothing, kFiles, kWorkspaces, kAddresses, kOutputs, kBooleans };

// What the operands of commands are; of those that are not here nothing is known.
struct OperandRule {
  std::string_view command;
  Offer offer;
};
constexpr OperandRule kOperands[] = {
    {"apply", Offer::kFiles},
    {"fmt", Offer::kFiles},
    {"import", Offer::kAddresses},
    {"output", Offer::kOutputs},
    {"show", Offer::kFiles},
    {"state list", Offer::kAddresses},
    {"state mv", Offer::kAddresses},
    {"state push", Offer::kFiles},
    {"state rm", Offer::kAddresses},
    {"state show", Offer::kAddresses},
    {"taint", Offer::kAddresses},
    {"untaint", Offer::kAddresses},
    {"why", Offer::kAddresses},
    {"workspace delete", Offer::kWorkspaces},
    {"workspace select", Offer::kWorkspaces},
};

Offer OfferOf(const session::OptionSpec& option) {
  if (option.kind == session::OptionKind::kFlag) return Offer::kBooleans;
  if (option.value == "resource") return Offer::kAddresses;
  for (std::string_view file : {"path", "filename", "file", "dir", "directory"})
    if (base::core::AsciiLower(option.value) == file) return Offer::kFiles;
  return Offer::kNothing;
}

// Files and folders that the text may be the beginning of; of folders their contents, once they are named.
std::vector<std::string> Files(std::string_view typed) {
  const size_t slash = typed.rfind('/');
  const std::string folder(slash == std::string_view::npos ? "" : typed.substr(0, slash + 1));
  const bool hidden = typed.substr(folder.size()).starts_with('.');
  std::vector<std::string> found;
  const auto names = base::core::ListDirectory(folder.empty() ? "." : folder);
  if (!names.ok()) return found;
  for (const std::string& name : *names) {
    if (name.starts_with('.') && !hidden) continue;
    found.push_back(folder + name + (base::core::IsDirectory(folder + name) ? "/" : ""));
  }
  return found;
}

std::vector<std::string> Workspaces() {
  std::vector<std::string> found{"default"};
  const auto names = base::core::ListDirectory("terraform.tfstate.d");
  if (names.ok()) found.insert(found.end(), names->begin(), names->end());
  return found;
}

// The state that the local backend keeps when nothing is said of its place.
std::optional<engine::state::State> LocalState(const Environment& environment) {
  const std::string data = environment.Get("TF_DATA_DIR");
  const auto workspace =
      engine::backend::SelectedWorkspace(environment.Get("TF_WORKSPACE"), data.empty() ? ".terraform" : data);
  const std::string name = workspace.ok() ? *workspace : "default";
  auto text = base::core::ReadFile(
      name == "default" ? "terraform.tfstate" : "terraform.tfstate.d/" + name + "/terraform.tfstate",
      kStateLimit);
  if (!text.ok()) return std::nullopt;
  auto state = engine::state::ReadState(std::move(*text));
  return state.ok() ? std::optional(std::move(*state)) : std::nullopt;
}

std::vector<std::string> Addresses(const Environment& environment) {
  std::vector<std::string> found;
  const auto state = LocalState(environment);
  if (!state) return found;
  for (const engine::state::ResourceState& resource : state->resources)
    for (const engine::state::Instance& instance : resource.instances)
      found.push_back(
          language::address::ResourceInstance{resource.module, resource.resource, instance.key}.ToString());
  return found;
}

std::vector<std::string> Outputs(const Environment& environment) {
  std::vector<std::string> found;
  if (const auto state = LocalState(environment))
    for (const auto& [name, output] : state->outputs) found.push_back(name);
  return found;
}

std::vector<std::string> Offered(Offer offer, std::string_view typed, const Environment& environment) {
  switch (offer) {
    case Offer::kNothing:
      return {};
    case Offer::kFiles:
      return Files(typed);
    case Offer::kWorkspaces:
      return Workspaces();
    case Offer::kAddresses:
      return Addresses(environment);
    case Offer::kOutputs:
      return Outputs(environment);
    case Offer::kBooleans:
      return {"false", "true"};
  }
  return {};
}

// As the shell wants it: keys in brackets and quotes would mean something to it.
std::string Quoted(const std::string& word) {
  if (word.find_first_of(" \"'[]$&;()*?") == std::string::npos) return word;
  return "'" + base::core::ReplaceAll(word, "'", "'\\''") + "'";
}

class Completion {
 public:
  explicit Completion(const Environment& environment) : environment_(environment) {}

  std::vector<std::string> Of(std::string_view line) {
    std::vector<std::string_view> words = base::core::SplitNonEmpty(line, ' ');
    if (words.empty() || (words.size() == 1 && !line.ends_with(' '))) return {};  // the program's name itself
    words.erase(words.begin());
    const bool begun = !line.ends_with(' ') && !words.empty();
    typed_ = begun ? words.back() : std::string_view();
    if (begun) words.pop_back();
    std::erase_if(words, [](std::string_view word) { return word.starts_with("-chdir="); });
    const size_t used = FindCommand(words);
    if (!command_) {
      CommandWords(words);
    } else {
      Arguments(std::span(words).subspan(used));
    }
    return {found_.begin(), found_.end()};
  }

 private:
  // How many words name the command; the longest name wins.
  size_t FindCommand(std::span<const std::string_view> words) {
    size_t used = 0;
    for (const Command* command : AllCommands()) {
      const auto name = base::core::Split(command->name, ' ');
      if (name.size() <= used || name.size() > words.size() ||
          !std::equal(name.begin(), name.end(), words.begin()))
        continue;
      used = name.size();
      command_ = command;
    }
    return used;
  }

  void CommandWords(std::span<const std::string_view> words) {
    if (words.empty())
      for (std::string_view option : kGlobalOptions) Add(std::string(option), !typed_.empty());
    for (const Command* command : AllCommands()) {
      const auto name = base::core::Split(command->name, ' ');
      if (name.size() > words.size() && std::equal(words.begin(), words.end(), name.begin()))
        Add(std::string(name[words.size()]), true);
    }
  }

  void Arguments(std::span<const std::string_view> words) {
    if (const auto value = base::core::SplitOnce(typed_, '='); value && typed_.starts_with('-')) {
      typed_ = value->second;
      if (const session::OptionSpec* option = FindOption(value->first)) AddAll(OfferOf(*option));
    } else if (const session::OptionSpec* option = words.empty() ? nullptr : FindOption(words.back());
               option && option->kind != session::OptionKind::kFlag) {
      AddAll(OfferOf(*option));
    } else if (typed_.starts_with('-')) {
      Add("-help", true);
      for (const session::OptionSpec& each : command_->options) Add("-" + std::string(each.name), true);
    } else {
      for (const OperandRule& rule : kOperands)
        if (rule.command == command_->name) AddAll(rule.offer);
    }
  }

  const session::OptionSpec* FindOption(std::string_view word) const {
    if (!word.starts_with('-')) return nullptr;
    word.remove_prefix(word.starts_with("--") ? 2 : 1);
    for (const session::OptionSpec& option : command_->options)
      if (option.name == word) return &option;
    return nullptr;
  }

  void AddAll(Offer offer) {
    for (const std::string& word : Offered(offer, typed_, environment_)) Add(word, true);
  }
  void Add(const std::string& word, bool wanted) {
    std::string_view typed = typed_;
    if (typed.starts_with('\'') || typed.starts_with('"')) typed.remove_prefix(1);
    if (wanted && word.starts_with(typed)) found_.insert(Quoted(word));
  }

  const Environment& environment_;
  std::string_view typed_;  // the word at the cursor
  const Command* command_ = nullptr;
  std::set<std::string> found_;
};

}  // namespace

std::vector<std::string> CompleteLine(std::string_view line, const Environment& environment) {
  return Completion(environment).Of(line);
}

}  // namespace cli::commands
