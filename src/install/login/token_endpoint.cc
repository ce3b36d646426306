#include "install/login/token_endpoint.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "base/core/strings.h"
#include "base/json/reader.h"
#include "base/net/http_server.h"
#include "install/discovery/services.h"
#include "install/login/printable.h"

namespace install::login {
namespace {

using base::core::Error;
using base::core::Result;

constexpr uint64_t kAnswerLimit = 1 << 20;

base::net::ClientOptions MakeOptions(const base::core::Environment& environment) {
  base::net::ClientOptions options = discovery::MakeClientOptions(environment);
  options.redirects = 0;
  options.response_limit = kAnswerLimit;
  return options;
}

// The texts of an answer: JSON, or a form, as older servers have it. Nothing for what is neither.
std::optional<std::map<std::string, std::string>> ReadAnswer(const base::net::ClientResponse& response) {
  std::map<std::string, std::string> texts;
  const std::string type =
      base::core::AsciiLower(base::core::Trim(std::string_view(response.Header("Content-Type"))
                                                  .substr(0, response.Header("Content-Type").find(';'))));
  if (type == "application/x-www-form-urlencoded" || type == "text/plain") {
    for (auto& [name, value] : base::net::ParseForm(response.body)) texts[name] = value;
    return texts;
  }
  const auto document = base::json::Document::Parse(response.body, {.max_depth = 20});
  if (!document.ok() || !document->root().IsObject()) return std::nullopt;
  for (const base::json::Member member : document->root().Members())
    if (member.value.IsString()) texts[member.key()] = member.value.AsString();
  return texts;
}

bool IsUsable(std::string_view token) {
  return !token.empty() && std::ranges::all_of(token, [](char c) { return c > ' ' && c < '\x7f'; });
}

}  // namespace

TokenEndpoint::TokenEndpoint(const base::core::Environment& environment)
    : client_(MakeOptions(environment)) {}

Result<std::string> TokenEndpoint::Exchange(const discovery::OAuthClient& client,
                                            const AuthorizationCode& code, std::stop_token stop) {
  return Ask(client.token_url,
             {{"client_id", client.id},
              {"code", code.code},
              {"code_verifier", code.verifier},
              {"grant_type", "authorization_code"},
              {"redirect_uri", code.redirect_uri}},
             std::move(stop));
}

Result<std::string> TokenEndpoint::SignIn(const discovery::OAuthClient& client, const std::string& name,
                                          const std::string& password, std::stop_token stop) {
  Form form = {
      {"client_id", client.id}, {"grant_type", "password"}, {"password", password}, {"username", name}};
  if (!client.scopes.empty()) form.emplace_back("scope", base::core::Join(client.scopes, " "));
  return Ask(client.token_url, form, std::move(stop));
}

Result<std::string> TokenEndpoint::Ask(const std::string& url, const Form& form, std::stop_token stop) {
  base::net::ClientRequest request;
  request.method = "POST";
  request.url = url;
  request.headers = {{"Content-Type", "application/x-www-form-urlencoded"}, {"Accept", "application/json"}};
  for (const auto& [name, value] : form) {
    if (!request.body.empty()) request.body += '&';
    request.body += name + "=" + base::net::PercentEncode(value);
  }
  ASSIGN_OR_RETURN(const base::net::ClientResponse response, client_.Call(request, std::move(stop)));
  const bool fine = response.status >= 200 && response.status < 300;
  auto answer = ReadAnswer(response);
  if (answer && !(*answer)["error"].empty()) {
    std::string reason = (*answer)["error"];
    if (const std::string& more = (*answer)["error_description"]; !more.empty()) reason += ": " + more;
    // A host may repeat what it was sent.
    for (const auto& [name, value] : form) {
      const bool secret = name == "code" || name == "code_verifier" || name == "password";
      if (secret && !value.empty()) reason = base::core::ReplaceAll(reason, value, "...");
    }
    return Error("the host refuses: " + Printable(reason));
  }
  if (!fine)
    return Error(fmt::format("the host answered {} {}", response.status, Printable(response.reason)));
  if (!answer) return Error("the host's answer is neither JSON nor a form");
  std::string& token = (*answer)["access_token"];
  if (token.empty()) return Error("the host's answer has no access_token");
  if (!IsUsable(token)) return Error("the access_token has characters that no header can carry");
  return std::move(token);
}

}  // namespace install::login
