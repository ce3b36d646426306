#include "engine/remote/kubeconfig.h"

#include "base/core/files.h"
#include "base/core/strings.h"
#include "language/functions/functions.h"
#include "language/value/convert.h"

namespace engine::remote {
namespace {

using base::core::Error;
using base::core::Result;
using language::value::Type;
using language::value::Value;

// Walks one document; the first mistake is kept, with where it is.
class Reader {
 public:
  explicit Reader(const std::string& directory) : directory_(directory) {}

  Result<KubeConfig> Read(const Value& document) {
    KubeConfig config;
    if (document.IsNull()) return config;
    if (!IsMapping(document)) return Error("it is no mapping of clusters, users and contexts");
    config.current_context = Text(document, "current-context");
    Named(document, "clusters", "cluster",
          [&](const std::string& name, const Value& body) { config.clusters.emplace(name, Cluster(body)); });
    Named(document, "users", "user",
          [&](const std::string& name, const Value& body) { config.users.emplace(name, User(body)); });
    Named(document, "contexts", "context", [&](const std::string& name, const Value& body) {
      config.contexts.emplace(name, KubeContext{Text(body, "cluster"), Text(body, "user")});
    });
    if (!problem_.empty()) return Error(problem_);
    return config;
  }

 private:
  static bool IsMapping(const Value& value) { return value.IsKnownNotNull() && value.type().IsObject(); }

  static const Value* Find(const Value& mapping, std::string_view key) {
    if (!IsMapping(mapping)) return nullptr;
    const Value* found = mapping.Find(key);
    return found && found->IsKnownNotNull() ? found : nullptr;
  }

  void Fault(std::string_view key, std::string_view wanted) {
    if (problem_.empty()) problem_ = fmt::format("{}{} is no {}", place_, key, wanted);
  }

  std::string AsText(const Value& value, std::string_view key) {
    const language::value::Conversion text = language::value::Convert(value, Type::String());
    if (text.ok() && text.value.IsKnownNotNull()) return std::string(text.value.AsString());
    Fault(key, "text");
    return "";
  }
  std::string Text(const Value& mapping, std::string_view key) {
    const Value* found = Find(mapping, key);
    return found ? AsText(*found, key) : "";
  }
  bool Flag(const Value& mapping, std::string_view key) {
    const Value* found = Find(mapping, key);
    if (found && found->type().IsBool()) return found->AsBool();
    if (found) Fault(key, "true or false");
    return false;
  }
  std::string Path(const Value& mapping, std::string_view key) {
    const std::string path = Text(mapping, key);
    return path.empty() ? path : base::core::JoinPath(directory_, path);
  }
  // Base64 of PEM.
  std::string Data(const Value& mapping, std::string_view key) {
    const std::string text = Text(mapping, key);
    if (text.empty()) return "";
    const std::optional<std::string> bytes = base::core::Base64Decode(text);
    if (!bytes) Fault(key, "Base64");
    return bytes.value_or("");
  }
  template <typename Visit>
  void Each(const Value& mapping, std::string_view key, Visit visit) {
    const Value* found = Find(mapping, key);
    if (!found) return;
    if (!found->type().IsTuple()) return Fault(key, "list");
    for (const Value& element : found->Elements()) visit(element);
  }
  std::vector<std::string> Texts(const Value& mapping, std::string_view key) {
    std::vector<std::string> texts;
    Each(mapping, key, [&](const Value& element) { texts.push_back(AsText(element, key)); });
    return texts;
  }

  // A list of {name, <kind>}; of one name, the first counts.
  template <typename Add>
  void Named(const Value& document, std::string_view list, std::string_view kind, Add add) {
    Each(document, list, [&](const Value& item) {
      const std::string name = Text(item, "name");
      const Value* body = Find(item, kind);
      place_ = fmt::format("{} {}: ", kind, base::core::GoQuote(name));
      if (!IsMapping(item) || (body && !IsMapping(*body))) Fault(kind, "mapping");
      add(name, body ? *body : Value::EmptyObject());
      place_.clear();
    });
  }

  KubeCluster Cluster(const Value& body) {
    return {.server = Text(body, "server"),
            .certificate_authority = Path(body, "certificate-authority"),
            .certificate_authority_data = Data(body, "certificate-authority-data"),
            .tls_server_name = Text(body, "tls-server-name"),
            .proxy_url = Text(body, "proxy-url"),
            .skip_verification = Flag(body, "insecure-skip-tls-verify")};
  }

  KubeUser User(const Value& body) {
    KubeUser user{.client_certificate = Path(body, "client-certificate"),
                  .client_key = Path(body, "client-key"),
                  .client_certificate_data = Data(body, "client-certificate-data"),
                  .client_key_data = Data(body, "client-key-data"),
                  .token = Text(body, "token"),
                  .token_file = Path(body, "tokenFile"),
                  .username = Text(body, "username"),
                  .password = Text(body, "password"),
                  .as = Text(body, "as"),
                  .as_uid = Text(body, "as-uid"),
                  .as_groups = Texts(body, "as-groups")};
    if (const Value* provider = Find(body, "auth-provider")) user.auth_provider = Text(*provider, "name");
    if (const Value* exec = Find(body, "exec")) user.exec = Exec(*exec);
    return user;
  }

  KubeExec Exec(const Value& body) {
    KubeExec exec{.api_version = Text(body, "apiVersion"),
                  .command = Text(body, "command"),
                  .args = Texts(body, "args"),
                  .install_hint = Text(body, "installHint"),
                  .interactive_mode = Text(body, "interactiveMode"),
                  .provide_cluster_info = Flag(body, "provideClusterInfo")};
    // A bare name is looked for in PATH.
    if (exec.command.find('/') != std::string::npos)
      exec.command = base::core::JoinPath(directory_, exec.command);
    Each(body, "env", [&](const Value& variable) {
      exec.env.emplace_back(Text(variable, "name"), Text(variable, "value"));
    });
    return exec;
  }

  const std::string& directory_;
  std::string place_, problem_;
};

}  // namespace

Result<KubeConfig> ParseKubeConfig(std::string_view text, const std::string& directory) {
  if (base::core::Trim(text).empty()) return KubeConfig{};
  const language::functions::Function* decode = language::functions::Find("yamldecode");
  CHECK(decode != nullptr);
  const Value argument = Value::String(text);
  language::functions::CallResult document = language::functions::Call(*decode, {}, {&argument, 1});
  if (document.error) return Error("it is no readable YAML: " + document.error->message);
  return Reader(directory).Read(document.value);
}

void LayUnder(KubeConfig&& other, KubeConfig* config) {
  if (config->current_context.empty()) config->current_context = std::move(other.current_context);
  config->clusters.merge(other.clusters);
  config->users.merge(other.users);
  config->contexts.merge(other.contexts);
}

}  // namespace engine::remote
