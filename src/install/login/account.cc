#include "install/login/account.h"

#include <fmt/format.h>

#include "install/login/printable.h"

namespace install::login {

using base::core::Error;
using base::core::Result;

constexpr size_t kMaxMessage = 16 << 10;

Result<std::string> UserOf(discovery::Services& services, const std::string& tfe_url,
                           const std::string& token, std::stop_token stop) {
  ASSIGN_OR_RETURN(const discovery::Answer answer,
                   services.Get(tfe_url + "account/details", "", std::move(stop), "Bearer " + token));
  if (answer.status == 401 || answer.status == 403) return Error("unauthorized");
  if (answer.status != 200) return Error(fmt::format("the host answered {}", answer.status));
  const auto document = base::json::Document::Parse(answer.body, {.max_depth = 64});
  if (!document.ok()) return Error("the host answered with something that is no JSON");
  base::json::Node node = document->root();
  for (std::string_view key : {"data", "attributes"})
    if (node && node.IsObject()) node = node.Find(key);
  const auto name = node && node.IsObject() ? node.FindString("username") : std::nullopt;
  if (!name) return Error("the host does not say whose token it is");
  return Printable(*name, 100);
}

std::string MessageOfTheDay(discovery::Services& services, const std::string& host, const std::string& token,
                            std::stop_token stop) {
  const auto url = services.ExactUrlOf(host, "motd.v1", stop);
  if (!url.ok() || url->empty()) return {};
  const auto answer = services.Get(*url, "", std::move(stop), "Bearer " + token);
  if (!answer.ok() || answer->status != 200) return {};
  const auto document = base::json::Document::Parse(answer->body, {.max_depth = 64});
  if (!document.ok() || !document->root().IsObject()) return {};
  const base::json::Node errors = document->root().Find("errors");
  if (errors && !errors.IsNull()) return {};
  std::string message = document->root().FindString("msg").value_or("");
  if (message.size() > kMaxMessage) return {};
  std::erase_if(message, [](char c) {
    return (static_cast<unsigned char>(c) < ' ' && c != '\n' && c != '\t') || c == '\x7f';
  });
  return message;
}

}  // namespace install::login
