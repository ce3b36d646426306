#include "engine/remote/tfe_connect.h"

#include <fmt/format.h>

#include "base/core/product.h"
#include "engine/remote/arguments.h"
#include "language/address/version.h"

namespace engine::remote {
namespace {

using base::core::Error;
using base::core::Result;
using base::diag::Diagnostics;
using language::address::Version;

// What the cloud block needs of a server.
constexpr std::string_view kOldestApi = "2.5";

std::optional<std::string> FindToken(const TfeTarget& target, const Surroundings& surroundings,
                                     Diagnostics& diagnostics) {
  if (!target.token.empty()) return target.token;
  const auto token = surroundings.services.token_for(target.host);
  if (!token.ok()) {
    diagnostics.Error(fmt::format("Failed to find the token of {}", target.host), token.error().message());
    return std::nullopt;
  }
  if (*token && !(*token)->empty()) return **token;
  std::string variable;
  for (const char c : target.host) variable += c == '.' ? "_" : c == '-' ? "__" : std::string(1, c);
  diagnostics.Error("Required token could not be found",
                    fmt::format("There is no token for {0}. Get one with:\n    {2} login {0}\nor set it in "
                                "the CLI configuration or in the environment variable TF_TOKEN_{1}.",
                                target.host, variable, base::core::ProgramName()));
  return std::nullopt;
}

bool CheckOrganization(TfeService& service, const TfeTarget& target, TfeSettings& settings,
                       Diagnostics& diagnostics) {
  const auto entitlements = service.Entitlements();
  if (entitlements.ok() && *entitlements) {
    settings.runs_remotely = (*entitlements)->operations;
    return true;
  }
  const std::string why =
      entitlements.ok()
          ? fmt::format(
                "The organization \"{}\" at host {} was not found: see to it that its name and the "
                "host are right, and that the token for {} may see it.",
                target.organization, target.host, target.host)
      : entitlements.error().message() == "unauthorized"
          ? fmt::format(
                "The host does not accept the token (unauthorized). Get a new one with \"{} login "
                "{}\".",
                base::core::ProgramName(), target.host)
          : entitlements.error().message();
  diagnostics.Error(
      fmt::format("Failed to read organization \"{}\" at host {}", target.organization, target.host), why);
  return false;
}

bool CheckApiVersion(const TfeServer& server, Diagnostics& diagnostics) {
  const auto version = Version::Parse(server.api_version);
  if (version && *version >= *Version::Parse(kOldestApi)) return true;
  diagnostics.Error(
      "Unsupported Terraform Enterprise version",
      fmt::format(
          "The cloud block needs a server whose API has at least the version {}; this one says \"{}\". "
          "Use the backend \"remote\" with it.",
          kOldestApi, server.api_version));
  return false;
}

}  // namespace

language::schema::Block TfeSchema(language::schema::Attribute organization,
                                  std::vector<language::schema::Attribute> workspaces) {
  using language::value::Type;
  auto inner = std::make_shared<language::schema::Block>();
  inner->attributes = std::move(workspaces);
  inner->Finish();
  language::schema::Block block;
  block.attributes = {Optional("hostname", Type::String()), std::move(organization),
                      Optional("token", Type::String())};
  block.blocks = {
      {.type_name = "workspaces", .nesting = language::schema::Nesting::kSingle, .block = std::move(inner)}};
  block.Finish();
  return block;
}

std::unique_ptr<TfeBackend> ConnectTfe(const TfeTarget& target, const Surroundings& surroundings,
                                       Diagnostics& diagnostics) {
  auto url = surroundings.services.url_of(target.host, target.service);
  if (!url.ok()) {
    diagnostics.Error(
        fmt::format("Failed to find {} on {}",
                    target.type == "cloud" ? "HCP Terraform" : "the remote backend", target.host),
        url.error().message());
    return nullptr;
  }
  std::optional<std::string> token = FindToken(target, surroundings, diagnostics);
  if (!token) return nullptr;
  const base::core::Environment& environment = *surroundings.environment;
  TfeSettings settings{.type = target.type,
                       .host = target.host,
                       .mapping = target.mapping,
                       .run_id = environment.Get("TFE_RUN_ID"),
                       .journal_directory = surroundings.data_directory,
                       .state_document = {}};
  if (target.type == "cloud") settings.state_document = surroundings.state_document;
  auto service = std::make_shared<TfeService>(TfeClientSettings{.base_url = *std::move(url),
                                                                .token = *std::move(token),
                                                                .from_cloud_block = target.type == "cloud",
                                                                .environment = environment},
                                              target.organization);
  const auto server = service->Ping();
  if (!server.ok()) {
    diagnostics.Error(fmt::format("Failed to reach {}", target.host), server.error().message());
    return nullptr;
  }
  settings.product = server->product;
  if (!CheckOrganization(*service, target, settings, diagnostics)) return nullptr;
  if (target.type == "cloud" && !CheckApiVersion(*server, diagnostics)) return nullptr;
  // In a run on the server, which is this very program's surroundings then.
  if (!environment.Get("TF_FORCE_LOCAL_BACKEND").empty()) settings.runs_remotely = false;
  return std::make_unique<TfeBackend>(std::move(service), std::move(settings));
}

}  // namespace engine::remote
