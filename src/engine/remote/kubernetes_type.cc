// The arguments of the backend "kubernetes" and their KUBE_* variables.
#include <algorithm>
#include <array>

#include "base/core/strings.h"
#include "engine/remote/arguments.h"
#include "engine/remote/client_options.h"
#include "engine/remote/kubernetes.h"

namespace engine::remote {
namespace {

using base::core::Environment;
using base::core::Error;
using base::core::Result;
using language::schema::Block;
using language::value::Type;
using language::value::Value;

constexpr const char* kTexts[] = {"client_certificate",
                                  "client_key",
                                  "cluster_ca_certificate",
                                  "config_context",
                                  "config_context_auth_info",
                                  "config_context_cluster",
                                  "config_path",
                                  "host",
                                  "namespace",
                                  "password",
                                  "proxy_url",
                                  "token",
                                  "username"};

Block ExecSchema() {
  Block block;
  block.attributes = {Required("api_version", Type::String()), Optional("args", Type::List(Type::String())),
                      Required("command", Type::String()), Optional("env", Type::Map(Type::String()))};
  block.Finish();
  return block;
}

const Block& Schema() {
  static const Block schema = [] {
    Block block;
    block.attributes.push_back(Required("secret_suffix", Type::String()));
    block.attributes.push_back(Optional("labels", Type::Map(Type::String())));
    block.attributes.push_back(Optional("config_paths", Type::List(Type::String())));
    for (const char* name : kTexts) block.attributes.push_back(Optional(name, Type::String()));
    for (const char* name : {"in_cluster_config", "insecure", "load_config_file"})
      block.attributes.push_back(Optional(name, Type::Bool()));
    block.blocks.push_back({.type_name = "exec",
                            .nesting = language::schema::Nesting::kSingle,
                            .block = std::make_shared<const Block>(ExecSchema())});
    block.Finish();
    return block;
  }();
  return schema;
}

std::string ElementText(const Value& element) {
  return element.IsKnownNotNull() ? std::string(element.AsString()) : "";
}

std::vector<std::string> Texts(const Value& list) {
  std::vector<std::string> texts;
  if (list.IsKnownNotNull())
    for (const Value& element : list.Elements()) texts.push_back(ElementText(element));
  return texts;
}

std::map<std::string, std::string> TextMap(const Value& map) {
  std::map<std::string, std::string> texts;
  if (map.IsKnownNotNull())
    for (size_t i = 0; i < map.Length(); ++i)
      texts.emplace(std::string(map.KeyAt(i)), ElementText(map.ElementAt(i)));
  return texts;
}

std::optional<KubeExec> ReadExec(const Value& arguments) {
  const Value& block = arguments.Get("exec");
  if (!block.IsKnownNotNull()) return std::nullopt;
  KubeExec exec{.api_version = Text(block, "api_version").value_or(""),
                .command = Text(block, "command").value_or(""),
                .args = Texts(block.Get("args"))};
  for (const auto& [name, value] : TextMap(block.Get("env"))) exec.env.emplace_back(name, value);
  return exec;
}

std::vector<std::string> ConfigPaths(const Value& arguments, const Environment& environment) {
  if (auto path = TextOrVariable(arguments, "config_path", environment, {"KUBE_CONFIG_PATH"});
      path && !path->empty())
    return {*path};
  if (const Value& paths = arguments.Get("config_paths"); paths.IsKnownNotNull()) return Texts(paths);
  const std::string variable = environment.Get("KUBE_CONFIG_PATHS");
  std::vector<std::string> paths;
  for (std::string_view path : base::core::SplitNonEmpty(variable, ':')) paths.emplace_back(path);
  return paths;
}

KubernetesSettings ReadSettings(const Value& arguments, const Environment& environment) {
  auto text = [&](std::string_view name, std::string_view variable) {
    return TextOrVariable(arguments, name, environment, {variable}).value_or("");
  };
  // Words that are no truth values are refused by Check.
  auto flag = [&](std::string_view name, std::string_view variable) {
    const std::string word = text(name, variable);
    return word == "1" || base::core::AsciiLower(word) == "true" || base::core::AsciiLower(word) == "t";
  };
  return {.in_cluster = flag("in_cluster_config", "KUBE_IN_CLUSTER_CONFIG"),
          .insecure = flag("insecure", "KUBE_INSECURE"),
          .config_paths = ConfigPaths(arguments, environment),
          .context = text("config_context", "KUBE_CTX"),
          .context_cluster = text("config_context_cluster", "KUBE_CTX_CLUSTER"),
          .context_user = text("config_context_auth_info", "KUBE_CTX_AUTH_INFO"),
          .host = text("host", "KUBE_HOST"),
          .username = text("username", "KUBE_USER"),
          .password = text("password", "KUBE_PASSWORD"),
          .token = text("token", "KUBE_TOKEN"),
          .client_certificate = text("client_certificate", "KUBE_CLIENT_CERT_DATA"),
          .client_key = text("client_key", "KUBE_CLIENT_KEY_DATA"),
          .ca_certificate = text("cluster_ca_certificate", "KUBE_CLUSTER_CA_CERT_DATA"),
          .proxy_url = text("proxy_url", "KUBE_PROXY_URL"),
          .exec = ReadExec(arguments)};
}

// The backend appends numbers itself.
bool EndsWithNumber(std::string_view suffix) {
  const size_t dash = suffix.rfind('-');
  return dash != std::string_view::npos && base::core::ParseInt64(suffix.substr(dash + 1)).has_value();
}

bool IsNamespaceName(std::string_view name) {
  return !name.empty() &&
         name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string_view::npos;
}

std::string NamespaceOf(const Value& arguments, const Environment& environment) {
  return TextOrVariable(arguments, "namespace", environment, {"KUBE_NAMESPACE"}).value_or("default");
}

std::optional<ArgumentProblem> Check(const Value& arguments, const Environment& environment) {
  const std::string suffix = Text(arguments, "secret_suffix").value_or("");
  if (EndsWithNumber(suffix))
    return ArgumentProblem{
        fmt::format("secret_suffix must not end with '-<number>', got {}", base::core::GoQuote(suffix)),
        "Large states take several Secrets, which get such numbers.", "secret_suffix"};
  if (!IsNamespaceName(NamespaceOf(arguments, environment)))
    return ArgumentProblem{"Invalid namespace",
                           "A namespace's name holds lower-case letters, digits and '-' only.", "namespace"};
  for (const char* name : {"KUBE_IN_CLUSTER_CONFIG", "KUBE_INSECURE", "KUBE_LOAD_CONFIG_FILE"}) {
    const std::string word = base::core::AsciiLower(environment.Get(name));
    constexpr std::array<std::string_view, 7> kWords = {"", "1", "0", "t", "f", "true", "false"};
    if (std::find(kWords.begin(), kWords.end(), word) == kWords.end())
      return ArgumentProblem{fmt::format("Invalid {}", name), "It must be true or false.", ""};
  }
  return std::nullopt;
}

std::unique_ptr<Backend> Open(const Value& arguments, const Surroundings& surroundings,
                              base::diag::Diagnostics& diagnostics) {
  const Environment& environment = *surroundings.environment;
  Result<KubernetesAccess> access = ResolveAccess(ReadSettings(arguments, environment), environment);
  if (!access.ok()) {
    diagnostics.Error("Failed to initialize kubernetes configuration", access.error().message() + ".");
    return nullptr;
  }
  auto client = std::make_shared<KubernetesClient>(*std::move(access), environment);
  SecretPlace place{.namespace_name = NamespaceOf(arguments, environment),
                    .suffix = Text(arguments, "secret_suffix").value_or(""),
                    .workspace = std::string(backend::kDefaultWorkspace),
                    .labels = TextMap(arguments.Get("labels")),
                    .journal_directory = surroundings.data_directory};
  return std::make_unique<KubernetesBackend>(std::move(client), std::move(place));
}

}  // namespace

const BackendType kKubernetesType = {.name = "kubernetes", .schema = Schema, .check = Check, .open = Open};

}  // namespace engine::remote
