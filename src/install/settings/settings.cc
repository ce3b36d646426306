#include "install/settings/settings.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/core/files.h"
#include "base/core/strings.h"
#include "install/settings/host_name.h"

namespace install::settings {
namespace {

using base::core::Environment;
using base::diag::Diagnostics;

constexpr std::string_view kMethodBlock = "Invalid provider_installation method block";

// $NAME and ${NAME}.
std::string ExpandVariables(std::string_view text, const Environment& environment) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '$') {
      out += text[i];
      continue;
    }
    const bool braces = i + 1 < text.size() && text[i + 1] == '{';
    const size_t begin = i + (braces ? 2 : 1);
    size_t end = begin;
    while (end < text.size() && (std::isalnum(static_cast<unsigned char>(text[end])) || text[end] == '_'))
      ++end;
    if (end == begin || (braces && (end == text.size() || text[end] != '}'))) {
      out += text[i];
      continue;
    }
    out += environment.Get(text.substr(begin, end - begin));
    i = braces ? end : end - 1;
  }
  return out;
}

class SettingsReader {
 public:
  SettingsReader(std::string name, const Environment& environment, Settings* settings,
                 Diagnostics& diagnostics)
      : name_(std::move(name)), environment_(environment), settings_(*settings), diagnostics_(diagnostics) {}

  void Read(const Node& root) {
    ReadCache(root);
    for (const Found& host : FindItems(root, "host", 1)) ReadHost(host);
    for (const Found& host : FindItems(root, "credentials", 1)) ReadCredentials(host);
    for (const Found& helper : FindItems(root, "credentials_helper", 1)) ReadHelper(helper);
    const std::vector<Found> installation = FindItems(root, "provider_installation");
    for (const Found& block : installation) ReadInstallation(block);
  }

 private:
  void Error(std::string_view summary, std::string_view detail, Place place) {
    diagnostics_.Error(summary,
                       fmt::format("{}, line {}, column {}: {}", name_, place.line, place.column, detail));
  }

  void ReadCache(const Node& root) {
    for (const Found& item : FindItems(root, "plugin_cache_dir")) {
      settings_.plugin_cache_directory = ExpandVariables(item.value->text, environment_);
    }
    for (const Found& item : FindItems(root, "plugin_cache_may_break_dependency_lock_file")) {
      settings_.cache_may_break_lock_file = item.value->text == "true";
    }
  }

  // The host of the block in lower case, or nothing after an error.
  std::optional<std::string> HostOf(const Found& block, std::string_view type) {
    const std::string label = block.labels.size() == 1 ? block.labels[0] : "";
    auto host = NormalHost(label);
    if (host.ok()) return *std::move(host);
    Error(fmt::format("The {} \"{}\" block has an invalid hostname: {}", type, label, host.error().message()),
          "The label is a host name with an optional port, such as app.example.com.", block.place);
    return std::nullopt;
  }

  void ReadHost(const Found& block) {
    const auto host = HostOf(block, "host");
    if (!host) return;
    for (const Found& services : FindItems(*block.value, "services")) {
      for (const Item& service : services.value->items) {
        settings_.hosts[*host][service.keys[0]] = service.value;
      }
    }
    settings_.hosts[*host];
  }

  void ReadCredentials(const Found& block) {
    const auto host = HostOf(block, "credentials");
    if (!host) return;
    for (const Found& token : FindItems(*block.value, "token")) settings_.tokens[*host] = token.value->text;
  }

  void ReadHelper(const Found& block) {
    if (settings_.credentials_helper) {
      Error("No more than one credentials_helper block may be specified", "Remove all but one.", block.place);
      return;
    }
    CredentialsHelper helper;
    if (!block.labels.empty()) helper.name = block.labels[0];
    if (helper.name.empty() || helper.name.find('/') != std::string::npos) {
      Error("Invalid credentials_helper block", "Its label is the name of a program without its prefix.",
            block.place);
      return;
    }
    for (const Found& arguments : FindItems(*block.value, "args")) {
      for (const Node& each : arguments.value->elements) helper.arguments.push_back(each.text);
    }
    settings_.credentials_helper = std::move(helper);
  }

  void ReadInstallation(const Found& block) {
    if (settings_.methods) {
      Error("No more than one provider_installation block may be specified", "Remove all but one.",
            block.place);
      return;
    }
    settings_.methods.emplace();
    bool has_overrides = false;
    for (const Item& item : block.value->items) {
      // In JSON, several of one kind are a list.
      std::vector<const Node*> bodies;
      for (const Node& each : item.value.elements) bodies.push_back(&each);
      if (item.value.kind != Node::Kind::kList) bodies.push_back(&item.value);
      for (const Node* body : bodies) {
        if (item.keys[0] == "dev_overrides") {
          if (has_overrides || !settings_.methods->empty()) {
            Error(
                kMethodBlock,
                "There may be one dev_overrides block, and it comes before all other methods, because it is "
                "asked first in any case.",
                item.place);
          }
          has_overrides = true;
          ReadOverrides(*body);
        } else {
          ReadMethod(item.keys[0], *body, item.place);
        }
      }
    }
  }

  void ReadOverrides(const Node& body) {
    for (const Item& item : body.items) {
      auto provider = language::address::ParseProvider(item.keys[0]);
      if (!provider.ok()) {
        Error("Invalid provider source address in provider_installation", provider.error().message(),
              item.place);
        continue;
      }
      settings_.dev_overrides[*std::move(provider)] = ExpandVariables(item.value.text, environment_);
    }
  }

  void ReadMethod(const std::string& type, const Node& body, Place place) {
    using Kind = InstallationMethod::Kind;
    InstallationMethod method;
    std::string_view location;
    if (type == "filesystem_mirror") {
      method.kind = Kind::kFilesystemMirror;
      location = "path";
    } else if (type == "network_mirror") {
      method.kind = Kind::kNetworkMirror;
      location = "url";
    } else if (type != "direct") {
      Error(kMethodBlock, fmt::format("There is no installation method \"{}\".", type), place);
      return;
    }
    for (const Item& item : body.items) {
      if (item.keys[0] == "include") {
        ReadPatterns(item, &method.include);
      } else if (item.keys[0] == "exclude") {
        ReadPatterns(item, &method.exclude);
      } else if (!location.empty() && item.keys[0] == location) {
        method.location = item.value.text;
      }
    }
    if (!location.empty() && method.location.empty()) {
      Error(kMethodBlock, fmt::format("A {} block needs the argument \"{}\".", type, location), place);
      return;
    }
    if (method.kind == Kind::kNetworkMirror && !method.location.starts_with("https://")) {
      Error(
          "Invalid URL for provider installation source",
          fmt::format("A network mirror is asked over https only; \"{}\" begins otherwise.", method.location),
          place);
      return;
    }
    if (method.kind == Kind::kNetworkMirror && !method.location.ends_with('/')) method.location += '/';
    settings_.methods->push_back(std::move(method));
  }

  void ReadPatterns(const Item& item, std::vector<ProviderPattern>* patterns) {
    for (const Node& each : item.value.elements) {
      auto pattern = ProviderPattern::Parse(each.text);
      if (pattern) {
        patterns->push_back(*std::move(pattern));
      } else {
        Error("Invalid provider source matching pattern",
              fmt::format("\"{}\" has not the form [HOST/]NAMESPACE/TYPE, where trailing parts may be \"*\".",
                          each.text),
              each.place);
      }
    }
  }

  const std::string name_;
  const Environment& environment_;
  Settings& settings_;
  Diagnostics& diagnostics_;
};

void ReadOne(const std::string& path, const Environment& environment, Settings* settings,
             Diagnostics& diagnostics) {
  auto text = base::core::ReadFile(path, uint64_t{16} << 20);
  if (!text.ok()) {
    diagnostics.Error("Error reading " + path, text.error().message());
    return;
  }
  ParseSettings(path, *text, environment, settings, diagnostics);
}

void ReadFolder(const std::string& folder, const Environment& environment, Settings* settings,
                Diagnostics& diagnostics) {
  auto names = base::core::ListDirectory(folder);
  if (!names.ok()) return;
  for (const std::string& name : *names) {
    const std::string path = base::core::JoinPath(folder, name);
    if ((name.ends_with(".tfrc") || name.ends_with(".tfrc.json")) && !base::core::IsDirectory(path)) {
      ReadOne(path, environment, settings, diagnostics);
    }
  }
}

void TakeEnvironment(const Environment& environment, Settings* settings, Diagnostics& diagnostics) {
  if (std::string folder = environment.Get("TF_PLUGIN_CACHE_DIR"); !folder.empty()) {
    settings->plugin_cache_directory = std::move(folder);
  }
  if (std::string flag = environment.Get("TF_PLUGIN_CACHE_MAY_BREAK_DEPENDENCY_LOCK_FILE");
      !flag.empty() && flag != "0") {
    settings->cache_may_break_lock_file = true;
  }
  std::string& folder = settings->plugin_cache_directory;
  if (folder.empty() || base::core::IsDirectory(folder)) return;
  diagnostics.Error(fmt::format("The specified plugin cache dir {} cannot be opened", folder),
                    "Make that folder, or remove the setting plugin_cache_dir (or TF_PLUGIN_CACHE_DIR).");
  folder.clear();
}

}  // namespace

bool ProviderPattern::Matches(const Provider& provider) const {
  return (host == "*" || host == provider.host) && (space == "*" || space == provider.space) &&
         (type == "*" || type == provider.type);
}

std::optional<ProviderPattern> ProviderPattern::Parse(std::string_view text) {
  auto parts = base::core::Split(text, '/');
  if (parts.size() == 1) parts.insert(parts.begin(), "hashicorp");
  if (parts.size() == 2) parts.insert(parts.begin(), "registry.terraform.io");
  if (parts.size() != 3) return std::nullopt;
  bool wild = false;
  for (std::string_view part : parts) {
    // Behind a "*", all is open.
    if (part.empty() || (wild && part != "*")) return std::nullopt;
    wild = part == "*";
    if (!wild && !NormalHost(part).ok()) return std::nullopt;
  }
  return ProviderPattern{base::core::AsciiLower(parts[0]), base::core::AsciiLower(parts[1]),
                         base::core::AsciiLower(parts[2])};
}

bool InstallationMethod::Accepts(const Provider& provider) const {
  const auto matches = [&](const ProviderPattern& pattern) { return pattern.Matches(provider); };
  return std::ranges::none_of(exclude, matches) && (include.empty() || std::ranges::any_of(include, matches));
}

bool InstallationMethod::Names(const Provider& provider) const {
  return std::ranges::any_of(include, [&](const ProviderPattern& pattern) {
    return pattern.host == provider.host && pattern.space == provider.space && pattern.type == provider.type;
  });
}

void ParseSettings(const std::string& name, std::string_view text, const Environment& environment,
                   Settings* settings, Diagnostics& diagnostics) {
  // The stock program tells the two apart by the first character, whatever the file is called.
  const bool json = base::core::Trim(text).starts_with('{');
  auto tree = json ? ParseJsonTree(text) : ParseTree(text);
  if (!tree.ok()) {
    diagnostics.Error("Error parsing " + name, tree.error().message());
    return;
  }
  SettingsReader(name, environment, settings, diagnostics).Read(*tree);
}

Settings ReadSettings(const Environment& environment, Diagnostics& diagnostics) {
  Settings settings;
  const std::string home = environment.HomeDirectory();
  const std::string folder = home.empty() ? "" : base::core::JoinPath(home, ".terraform.d");
  if (!folder.empty()) settings.credentials_file = base::core::JoinPath(folder, "credentials.tfrc.json");
  std::string path = environment.Get("TF_CLI_CONFIG_FILE");
  if (path.empty()) path = environment.Get("TERRAFORM_CONFIG");
  if (!path.empty()) {
    if (base::core::Exists(path)) {
      // /dev/null and the like are empty files.
      ReadOne(path, environment, &settings, diagnostics);
    } else {
      diagnostics.Warning("Unable to open CLI configuration file",
                          fmt::format("The CLI configuration file at \"{}\" does not exist.", path));
    }
    Settings stored;
    base::diag::Diagnostics ignored;
    if (base::core::IsRegularFile(settings.credentials_file)) {
      ReadOne(settings.credentials_file, environment, &stored, ignored);
    }
    settings.tokens.merge(stored.tokens);
  } else if (!home.empty()) {
    if (std::string main = base::core::JoinPath(home, ".terraformrc"); base::core::IsRegularFile(main)) {
      ReadOne(main, environment, &settings, diagnostics);
    }
    ReadFolder(folder, environment, &settings, diagnostics);
  }
  TakeEnvironment(environment, &settings, diagnostics);
  return settings;
}

}  // namespace install::settings
