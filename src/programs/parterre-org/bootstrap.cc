#include "programs/parterre-org/bootstrap.h"

#include <cstdio>
#include <optional>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "base/core/files.h"
#include "base/core/result.h"
#include "base/core/strings.h"
#include "base/crypto/jws.h"
#include "base/crypto/key.h"
#include "base/net/http_client.h"

namespace programs::parterre_org {
namespace {

using base::core::Error;
using base::core::JoinPath;
using base::core::Result;

constexpr std::string_view kPasswordVariable = "PARTERRE_ORG_ADMIN_PASSWORD";
// The first line of the provider file, by which our own is told from one that somebody wrote.
constexpr std::string_view kMark = "# Written by parterre-org bootstrap.";

struct Options {
  std::string url;
  std::string directory;
  std::string app = "Terraform Workshop";
  std::vector<std::string> scopes = {"okta.groups.manage", "okta.users.manage", "okta.policies.manage"};
  std::string admin = "admin";
  std::string password_file;
  std::string provider_file = "provider.tf";
  bool json = false;
};

struct Outcome {
  std::string org_name;
  std::string client_id;
  bool key_is_new = false;
  bool provider_written = false;
};

// "--name value", "--name=value", with two hyphens or one.
Result<Options> ReadOptions(std::span<const std::string> arguments) {
  Options options;
  for (size_t i = 0; i < arguments.size(); ++i) {
    std::string_view name = arguments[i];
    if (!name.starts_with('-')) return Error(fmt::format("unexpected argument \"{}\"", name));
    name.remove_prefix(name.starts_with("--") ? 2 : 1);
    if (name == "json") {
      options.json = true;
      continue;
    }
    std::optional<std::string> value;
    if (auto split = base::core::SplitOnce(name, '=')) {
      name = split->first;
      value = split->second;
    } else if (i + 1 < arguments.size()) {
      value = arguments[++i];
    }
    struct Text {
      std::string_view name;
      std::string* target;
    };
    const Text texts[] = {{"url", &options.url},
                          {"dir", &options.directory},
                          {"app", &options.app},
                          {"admin", &options.admin},
                          {"admin-password-file", &options.password_file},
                          {"provider-file", &options.provider_file}};
    std::string* target = nullptr;
    for (const Text& text : texts) {
      if (text.name == name) target = text.target;
    }
    if (!target && name != "scopes") return Error(fmt::format("there is no option --{}", name));
    if (!value) return Error(fmt::format("--{} needs a value", name));
    if (target) {
      *target = *value;
      continue;
    }
    options.scopes.clear();
    for (std::string_view scope : base::core::SplitNonEmpty(*value, ',')) {
      options.scopes.emplace_back(base::core::Trim(scope));
    }
  }
  if (options.url.empty())
    return Error("--url is missing: where the org runs, such as http://127.0.0.1:8080");
  if (options.directory.empty()) return Error("--dir is missing: the folder of the configuration");
  while (options.url.ends_with('/')) options.url.pop_back();
  return options;
}

Result<std::string> ReadPassword(const Options& options, const base::core::Environment& environment) {
  if (options.password_file.empty()) {
    auto password = environment.Find(kPasswordVariable);
    if (!password) {
      return Error(
          fmt::format("the administrator's password is missing: set {} or give --admin-password-file",
                      kPasswordVariable));
    }
    return *password;
  }
  ASSIGN_OR_RETURN(std::string text, base::core::ReadFile(options.password_file, 4096));
  return std::string(base::core::TrimRight(text));
}

// The key in DIR/pkcs.pem, or a new one that is written there before anyone is told of it.
Result<base::crypto::PrivateKey> EnsureKey(const Options& options, bool* is_new) {
  std::string path = JoinPath(options.directory, "pkcs.pem");
  *is_new = !base::core::Exists(path);
  if (*is_new) {
    auto key = base::crypto::PrivateKey::GenerateRsa(2048);
    RETURN_IF_ERROR(base::core::ReplaceFile(path, key.ToPkcs8Pem(), 0600));
    return key;
  }
  ASSIGN_OR_RETURN(std::string pem, base::core::ReadFile(path, 1 << 20));
  auto key = base::crypto::PrivateKey::FromPem(pem);
  if (!key.ok()) return Error(fmt::format("{} holds no private key that can be used; move it away", path));
  return key;
}

// One signed-in conversation with the console.
class Conversation {
 public:
  Conversation(std::string url, const base::core::Environment& environment)
      : url_(std::move(url)),
        client_({.user_agent = "parterre-org-bootstrap",
                 .timeout = std::chrono::seconds(60),
                 .proxy = "",
                 .environment = environment}) {}

  // Gives the org's name.
  Result<std::string> SignIn(const std::string& name, const std::string& password) {
    ASSIGN_OR_RETURN(auto answer, Post("/admin/internal/session",
                                       boost::json::object{{"name", name}, {"password", password}}));
    const auto* token = answer.if_contains("csrfToken");
    const auto* org_name = answer.if_contains("orgName");
    if (!token || !token->is_string() || !org_name || !org_name->is_string()) return Foreign();
    csrf_token_ = token->as_string();
    return std::string(org_name->as_string());
  }

  // Gives the client id.
  Result<std::string> EnsureApplication(const Options& options, const base::crypto::PublicKey& key) {
    boost::json::object jwk = key.ToJwk();
    jwk["kid"] = key.Thumbprint();
    jwk["use"] = "sig";
    boost::json::array scopes(options.scopes.begin(), options.scopes.end());
    ASSIGN_OR_RETURN(
        auto answer,
        Post("/admin/internal/applications",
             boost::json::object{{"label", options.app}, {"scopes", std::move(scopes)}, {"jwk", jwk}}));
    const auto* client_id = answer.if_contains("clientId");
    if (!client_id || !client_id->is_string()) return Foreign();
    return std::string(client_id->as_string());
  }

 private:
  Error Foreign() const { return Error(fmt::format("{} does not answer as parterre-org does", url_)); }

  Result<boost::json::object> Post(std::string_view path, const boost::json::object& body) {
    base::net::ClientRequest request{.method = "POST", .url = url_ + std::string(path)};
    request.headers = {{"Content-Type", "application/json"}, {"Accept", "application/json"}};
    if (!cookie_.empty()) request.headers.emplace_back("Cookie", cookie_);
    if (!csrf_token_.empty()) request.headers.emplace_back("X-CSRF-Token", csrf_token_);
    request.body = boost::json::serialize(body);
    ASSIGN_OR_RETURN(auto response, client_.Call(request));
    auto json = base::crypto::ParseJson(response.body);
    if (!json.ok() || !json->is_object()) return Foreign();
    if (response.status != 200) return Refused(response.status, json->as_object());
    for (std::string_view value : response.HeaderValues("Set-Cookie")) {
      cookie_ = value.substr(0, value.find(';'));
    }
    return std::move(json->as_object());
  }

  Error Refused(int status, const boost::json::object& body) const {
    if (status == 401) return Error("the org does not know this administrator and password");
    std::string text;
    if (const auto* summary = body.if_contains("errorSummary"); summary && summary->is_string()) {
      text = summary->as_string();
    }
    const auto* causes = body.if_contains("errorCauses");
    if (causes && causes->is_array()) {
      for (const auto& cause : causes->as_array()) {
        const auto* object = cause.if_object();
        const auto* summary = object ? object->if_contains("errorSummary") : nullptr;
        if (summary && summary->is_string())
          text += fmt::format(": {}", std::string_view(summary->as_string()));
      }
    }
    return Error(fmt::format("the org answered {}: {}", status, text));
  }

  std::string url_;
  base::net::HttpClient client_;
  std::string cookie_;
  std::string csrf_token_;
};

// As an HCL string. What the org and the options bring must not end the string or begin a template.
std::string HclQuote(std::string_view text) {
  std::string out = "\"";
  for (size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '"' || c == '\\') out.push_back('\\');
    if ((c == '$' || c == '%') && i + 1 < text.size() && text[i + 1] == '{') out.push_back(c);
    if (c == '\n') {
      out += "\\n";
    } else {
      out.push_back(c);
    }
  }
  return out + "\"";
}

std::string ProviderBlock(const Options& options, const Outcome& outcome) {
  std::string scopes;
  for (const std::string& scope : options.scopes) scopes += (scopes.empty() ? "" : ", ") + HclQuote(scope);
  return fmt::format(
      "{}\n"
      "provider \"okta\" {{\n"
      "  org_name    = {}\n"
      "  base_url    = \"okta.com\"\n"
      "  http_proxy  = {}\n"
      "  client_id   = {}\n"
      "  scopes      = [{}]\n"
      "  private_key = \"${{path.module}}/rsa.pem\"\n"
      "}}\n",
      kMark, HclQuote(outcome.org_name), HclQuote(options.url), HclQuote(outcome.client_id), scopes);
}

// A file of the same name that somebody else wrote stays as it is; no name, no file.
Result<bool> WriteProvider(const Options& options, const Outcome& outcome) {
  if (options.provider_file.empty()) return false;
  std::string path = JoinPath(options.directory, options.provider_file);
  if (base::core::Exists(path)) {
    ASSIGN_OR_RETURN(std::string old, base::core::ReadFile(path, 1 << 20));
    if (!old.starts_with(kMark)) return false;
  }
  RETURN_IF_ERROR(base::core::ReplaceFile(path, ProviderBlock(options, outcome), 0644));
  return true;
}

Result<Outcome> Run(const Options& options, const base::core::Environment& environment) {
  Outcome outcome;
  ASSIGN_OR_RETURN(std::string password, ReadPassword(options, environment));
  Conversation org(options.url, environment);
  ASSIGN_OR_RETURN(outcome.org_name, org.SignIn(options.admin, password));
  RETURN_IF_ERROR(base::core::MakeDirectories(options.directory));
  ASSIGN_OR_RETURN(auto key, EnsureKey(options, &outcome.key_is_new));
  ASSIGN_OR_RETURN(outcome.client_id, org.EnsureApplication(options, key.Public()));
  std::string rsa = JoinPath(options.directory, "rsa.pem");
  // Removed first: replacing would keep the mode of an older file.
  RETURN_IF_ERROR(base::core::RemoveFile(rsa));
  RETURN_IF_ERROR(base::core::ReplaceFile(rsa, key.ToTraditionalPem(), 0600));
  ASSIGN_OR_RETURN(outcome.provider_written, WriteProvider(options, outcome));
  return outcome;
}

void Print(const Options& options, const Outcome& outcome) {
  std::string rsa = JoinPath(options.directory, "rsa.pem");
  if (options.json) {
    boost::json::array scopes(options.scopes.begin(), options.scopes.end());
    boost::json::object object{{"org_name", outcome.org_name}, {"base_url", "okta.com"},
                               {"http_proxy", options.url},    {"client_id", outcome.client_id},
                               {"scopes", std::move(scopes)},  {"private_key", rsa}};
    fmt::print("{}\n", boost::json::serialize(object));
    return;
  }
  fmt::print("The app \"{}\" of {} is ready: client_id {}\n", options.app, outcome.org_name,
             outcome.client_id);
  fmt::print("  {}  {}\n", JoinPath(options.directory, "pkcs.pem"),
             outcome.key_is_new ? "its new private key, PKCS#8" : "its private key, kept");
  fmt::print("  {}  the same as RSA key\n", rsa);
  if (options.provider_file.empty()) return;
  fmt::print("  {}  {}\n", JoinPath(options.directory, options.provider_file),
             outcome.provider_written ? "the provider block" : "kept as it was: put this client_id in");
}

}  // namespace

std::string BootstrapHelp() {
  return R"(Usage: parterre-org bootstrap --url URL --dir DIR [options]

  Makes an API Services app in a running org, with a key pair and scopes, and
  writes pkcs.pem, rsa.pem and provider.tf into DIR. What is there already is
  used again, so that it can be run any number of times.

Options:

  --url http://127.0.0.1:PORT   Where the org runs.
  --dir DIR                     The folder of the configuration; made if missing.
  --app "Terraform Workshop"    The name of the app.
  --scopes a,b                  What it may do. Without it: okta.groups.manage,
                                okta.users.manage, okta.policies.manage.
  --admin admin                 The administrator's name.
  --admin-password-file FILE    Their password. Without it the environment
                                variable PARTERRE_ORG_ADMIN_PASSWORD.
  --provider-file provider.tf   The name of the file with the provider block.
  --json                        Prints one JSON object instead of words.
)";
}

int Bootstrap(std::span<const std::string> arguments, const base::core::Environment& environment) {
  for (const std::string& argument : arguments) {
    if (argument == "-h" || argument == "-help" || argument == "--help") {
      fmt::print("{}", BootstrapHelp());
      return 0;
    }
  }
  auto options = ReadOptions(arguments);
  if (!options.ok()) {
    fmt::print(stderr, "parterre-org bootstrap: {}\n", options.error().message());
    return 1;
  }
  auto outcome = Run(*options, environment);
  if (!outcome.ok()) {
    fmt::print(stderr, "parterre-org bootstrap: {}\n", outcome.error().message());
    return 1;
  }
  Print(*options, *outcome);
  return 0;
}

}  // namespace programs::parterre_org
