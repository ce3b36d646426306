// The arguments of the backend "http".
#include "base/core/strings.h"
#include "engine/remote/arguments.h"
#include "engine/remote/http.h"

namespace engine::remote {
namespace {

using base::core::Environment;
using language::schema::Block;
using language::value::Type;
using language::value::Value;

constexpr std::string_view kTexts[] = {"address",
                                       "client_ca_certificate_pem",
                                       "client_certificate_pem",
                                       "client_private_key_pem",
                                       "lock_address",
                                       "lock_method",
                                       "password",
                                       "unlock_address",
                                       "unlock_method",
                                       "update_method",
                                       "username"};
constexpr std::string_view kNumbers[] = {"retry_max", "retry_wait_max", "retry_wait_min"};
constexpr std::string_view kSkipVerification = "skip_cert_verification";

const Block& Schema() {
  static const Block schema = [] {
    Block block;
    for (std::string_view name : kTexts) block.attributes.push_back(Optional(name, Type::String()));
    for (std::string_view name : kNumbers) block.attributes.push_back(Optional(name, Type::Number()));
    block.attributes.push_back(Optional(kSkipVerification, Type::Bool()));
    block.Finish();
    return block;
  }();
  return schema;
}

// The argument, else TF_HTTP_<NAME>, as text.
std::string TextOf(const Value& arguments, const Environment& environment, std::string_view name) {
  return TextOrVariable(arguments, name, environment, {"TF_HTTP_" + base::core::AsciiUpper(name)})
      .value_or("");
}

std::optional<ArgumentProblem> Check(const Value& arguments, const Environment& environment) {
  auto text = [&](std::string_view name) { return TextOf(arguments, environment, name); };
  if (text("address").empty())
    return ArgumentProblem{"address argument is required",
                           "Give the address of the state: the argument \"address\", or TF_HTTP_ADDRESS.",
                           ""};
  for (const char* name : {"address", "lock_address", "unlock_address"})
    if (const std::string address = text(name); !address.empty() && !base::net::ParseUrl(address))
      return ArgumentProblem{
          fmt::format("{} must be HTTP or HTTPS", name),
          "It must be a whole URL that begins with https:// or http://, without user names: those go "
          "to the arguments \"username\" and \"password\".",
          name};
  for (std::string_view name : kNumbers)
    if (const std::string number = text(name);
        !number.empty() && base::core::ParseInt64(number).value_or(-1) < 0)
      return ArgumentProblem{fmt::format("Invalid {}", name), "It must be a whole number, 0 or more.",
                             std::string(name)};
  if (text("client_certificate_pem").empty() != text("client_private_key_pem").empty())
    return ArgumentProblem{
        "client_certificate_pem and client_private_key_pem go together",
        "A client's certificate is of no use without its key, nor the key without the certificate.", ""};
  return std::nullopt;
}

std::unique_ptr<Backend> Open(const Value& arguments, const Surroundings& surroundings,
                              base::diag::Diagnostics&) {
  const Environment& environment = *surroundings.environment;
  auto text = [&](std::string_view name, std::string otherwise = "") {
    std::string found = TextOf(arguments, environment, name);
    return found.empty() ? otherwise : found;
  };
  auto seconds = [&](std::string_view name, int64_t otherwise) {
    return std::chrono::seconds(base::core::ParseInt64(text(name)).value_or(otherwise));
  };
  HttpSettings settings{.address = text("address"),
                        .lock_address = text("lock_address"),
                        .unlock_address = text("unlock_address"),
                        .update_method = text("update_method", "POST"),
                        .lock_method = text("lock_method", "LOCK"),
                        .unlock_method = text("unlock_method", "UNLOCK"),
                        .username = text("username"),
                        .password = text("password")};
  settings.retry_max = base::core::ParseInt64(text("retry_max")).value_or(settings.retry_max);
  settings.retry_wait_min = seconds("retry_wait_min", 1);
  settings.retry_wait_max = seconds("retry_wait_max", 30);
  settings.tls = {.skip_verification = text(kSkipVerification) == "true",
                  .ca_pem = text("client_ca_certificate_pem"),
                  .certificate_pem = text("client_certificate_pem"),
                  .private_key_pem = text("client_private_key_pem")};
  return std::make_unique<HttpBackend>(std::move(settings), environment, surroundings.data_directory);
}

}  // namespace

const BackendType kHttpType = {.name = "http", .schema = Schema, .check = Check, .open = Open};

}  // namespace engine::remote
