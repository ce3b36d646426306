#include "engine/backend/catalog.h"

#include <array>

#include "base/core/strings.h"
#include "engine/backend/http.h"
#include "language/value/convert.h"

namespace engine::backend {
namespace {

using language::schema::Attribute;
using language::schema::Block;
using language::value::Type;
using language::value::Value;

Attribute Optional(std::string name, Type type, std::string description) {
  Attribute attribute;
  attribute.name = std::move(name);
  attribute.type = type;
  attribute.optional = true;
  attribute.description = std::move(description);
  return attribute;
}

Block MakeLocalSchema() {
  Block block;
  block.attributes = {
      Optional("path", Type::String(), "Where the state of the default workspace lies."),
      Optional("workspace_dir", Type::String(), "The folder of the other workspaces' states."),
  };
  block.Finish();
  return block;
}

std::optional<std::string> Text(const Value& arguments, std::string_view name) {
  const Value& value = arguments.Get(name);
  if (!value.IsKnownNotNull()) return std::nullopt;
  return std::string(value.AsString());
}

std::optional<ArgumentProblem> CheckLocal(const Value& arguments, const base::core::Environment&) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 2> kPaths = {
      {{"path", "Invalid local state file path"},
       {"workspace_dir", "Invalid local workspace directory path"}}};
  for (const auto& [name, summary] : kPaths) {
    if (Text(arguments, name) != "") continue;
    return ArgumentProblem{
        std::string(summary),
        fmt::format("The argument \"{}\" must not be empty: leave it out, or give a path.", name),
        std::string(name)};
  }
  return std::nullopt;
}

std::unique_ptr<Backend> MakeLocal(const Value& arguments, const Surroundings& surroundings) {
  LocalOptions options = surroundings.paths;
  if (auto path = Text(arguments, "path")) options.path = *path;
  if (auto directory = Text(arguments, "workspace_dir")) options.workspace_dir = *directory;
  return std::make_unique<LocalBackend>(std::move(options));
}

constexpr std::string_view kHttpTexts[] = {"address",
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
constexpr std::string_view kHttpNumbers[] = {"retry_max", "retry_wait_max", "retry_wait_min"};
constexpr std::string_view kSkipVerification = "skip_cert_verification";

const Block& HttpSchema() {
  static const Block schema = [] {
    Block block;
    for (std::string_view name : kHttpTexts)
      block.attributes.push_back(Optional(std::string(name), Type::String(), ""));
    for (std::string_view name : kHttpNumbers)
      block.attributes.push_back(Optional(std::string(name), Type::Number(), ""));
    block.attributes.push_back(Optional(std::string(kSkipVerification), Type::Bool(), ""));
    block.Finish();
    return block;
  }();
  return schema;
}

// The argument, else TF_HTTP_<NAME>, as text.
std::string HttpText(const Value& arguments, const base::core::Environment& environment,
                     std::string_view name) {
  const Value& value = arguments.Get(name);
  if (!value.IsKnownNotNull()) return environment.Get("TF_HTTP_" + base::core::AsciiUpper(name));
  return std::string(language::value::Convert(value, Type::String()).value.AsString());
}

std::optional<ArgumentProblem> CheckHttp(const Value& arguments, const base::core::Environment& environment) {
  auto text = [&](std::string_view name) { return HttpText(arguments, environment, name); };
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
  for (std::string_view name : kHttpNumbers)
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

std::unique_ptr<Backend> MakeHttp(const Value& arguments, const Surroundings& surroundings) {
  const base::core::Environment& environment = *surroundings.environment;
  auto text = [&](std::string_view name, std::string otherwise = "") {
    std::string found = HttpText(arguments, environment, name);
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

struct Entry {
  std::string_view type;
  const Block& (*schema)();
  std::optional<ArgumentProblem> (*check)(const Value& arguments, const base::core::Environment& environment);
  std::unique_ptr<Backend> (*make)(const Value& arguments, const Surroundings& surroundings);
};

const Block& LocalSchema() {
  static const Block schema = MakeLocalSchema();
  return schema;
}

constexpr Entry kEntries[] = {
    {"http", HttpSchema, CheckHttp, MakeHttp},
    {"local", LocalSchema, CheckLocal, MakeLocal},
};

const Entry* FindEntry(std::string_view type) {
  for (const Entry& entry : kEntries)
    if (entry.type == type) return &entry;
  return nullptr;
}

}  // namespace

const Block* FindBackendSchema(std::string_view type) {
  const Entry* entry = FindEntry(type);
  return entry ? &entry->schema() : nullptr;
}

std::optional<ArgumentProblem> CheckArguments(std::string_view type, const Value& arguments,
                                              const base::core::Environment& environment) {
  return FindEntry(type)->check(arguments, environment);
}

std::unique_ptr<Backend> MakeBackend(std::string_view type, const Value& arguments,
                                     const Surroundings& surroundings) {
  return FindEntry(type)->make(arguments, surroundings);
}

}  // namespace engine::backend
