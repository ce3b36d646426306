#include "programs/parterre-org/start.h"

#include <csignal>
#include <cstdio>

#include <unistd.h>

#include "base/core/files.h"
#include "base/core/strings.h"
#include "base/crypto/digest.h"
#include "base/net/http_server.h"
#include "org/api/api.h"
#include "org/api/errors.h"
#include "org/console/console.h"
#include "org/store/admins.h"
#include "org/store/apps.h"
#include "org/store/store.h"

namespace programs::parterre_org {
namespace {

using base::core::Error;
using base::core::Result;

constexpr std::string_view kPasswordVariable = "PARTERRE_ORG_ADMIN_PASSWORD";

Error ToError(std::string_view doing, const org::store::Refusal& refusal) {
  return Error(fmt::format("{}: {}", doing, refusal.causes.empty() ? refusal.summary : refusal.causes[0]));
}

// A secret's file never has another mode, not even for a moment.
Result<void> WriteSecret(const std::string& path, std::string_view secret) {
  RETURN_IF_ERROR(base::core::RemoveFile(path));
  return base::core::ReplaceFile(path, fmt::format("{}\n", secret), 0600);
}

// How to sign in, as a sentence for the user.
Result<std::string> PrepareAdmin(org::store::Store& store, const StartOptions& options,
                                 const base::core::Environment& environment) {
  if (auto password = environment.Find(kPasswordVariable)) {
    auto admin = org::store::SetAdmin(store, options.admin, *password);
    if (!admin) return ToError(kPasswordVariable, admin.refusal());
    return fmt::format("{}, with the password of {}", options.admin, kPasswordVariable);
  }
  auto admins = org::store::ListAdmins(store);
  if (!admins) return ToError("reading the administrators", admins.refusal());
  const bool known = std::any_of(admins->begin(), admins->end(), [&](const org::store::Admin& admin) {
    return base::core::AsciiEqualIgnoreCase(admin.name, options.admin);
  });
  const std::string& file = options.admin_password_file;
  if (known && !file.empty() && base::core::Exists(file))
    return fmt::format("{}, password in {}", options.admin, file);
  if (known) return fmt::format("{}, with the password shown at the first start", options.admin);
  const std::string password = base::crypto::RandomAlphanumeric(20);
  auto admin = org::store::SetAdmin(store, options.admin, password);
  if (!admin) return ToError("making the administrator", admin.refusal());
  if (!file.empty()) RETURN_IF_ERROR(WriteSecret(file, password));
  // Where the output may be kept, the file alone has the password.
  if (!file.empty() && !isatty(STDOUT_FILENO)) return fmt::format("{}, password in {}", options.admin, file);
  return fmt::format("{}, password {}{}", options.admin, password,
                     file.empty() ? "" : fmt::format(" (also in {})", file));
}

Result<void> PrepareToken(org::store::Store& store, const StartOptions& options) {
  if (options.api_token_file.empty()) return {};
  auto admins = org::store::ListAdmins(store);
  if (!admins || admins->empty()) return Error("there is no administrator to make an API token for");
  const org::store::Admin& admin = (*admins)[0];
  auto token =
      org::store::CreateApiToken(store, org::store::AdminActor(admin), "parterre-org start", admin.id);
  if (!token) return ToError("making an API token", token.refusal());
  return WriteSecret(options.api_token_file, *token);
}

Result<std::unique_ptr<org::store::Store>> OpenStore(const StartOptions& options) {
  if (options.data != ":memory:")
    RETURN_IF_ERROR(base::core::MakeDirectories(base::core::DirectoryName(options.data), 0700));
  auto store = org::store::Store::Open({.path = options.data, .org_name = options.org_name});
  if (!store.ok() && base::core::Contains(store.error().message(), "locked"))
    return Error(
        fmt::format("{} is in use by another parterre-org; `parterre-org stop` ends it", options.data));
  return store;
}

std::vector<org::console::BucketUsage> Usage(const org::api::Api& api, const org::store::Store& store,
                                             std::string_view client_id) {
  std::vector<org::console::BucketUsage> usage;
  const auto window = std::chrono::ceil<std::chrono::seconds>(api.rate_window());
  for (const org::api::BucketState& state : api.Buckets(client_id)) {
    std::chrono::seconds left{0};
    if (state.reset) left = std::chrono::ceil<std::chrono::seconds>(*state.reset - store.Now());
    usage.push_back({.name = state.pattern,
                     .limit = state.limit,
                     .used = state.used,
                     .window = window,
                     .until_reset = left});
  }
  return usage;
}

bool IsLoopback(std::string_view host) { return host.starts_with("127.") || host == "::1"; }

// The org's parts, in the order in which they depend on each other.
struct Org {
  std::unique_ptr<org::store::Store> store;
  std::unique_ptr<org::api::Api> api;
  std::unique_ptr<org::console::Console> console;
  std::unique_ptr<base::net::HttpServer> server;
  std::string sign_in;

  base::net::ServerResponse Handle(base::net::ServerRequest& request) {
    if (request.method == "CONNECT") return org::api::RenderRefusal(org::api::MethodNotSupported());
    if (api->Owns(request.path)) return api->Handle(request);
    if (org::console::Console::Owns(request.path)) return console->Handle(request);
    return org::api::RenderRefusal(org::api::PathNotFound());
  }
};

Result<void> Build(const StartOptions& options, const base::core::Environment& environment, Org* org) {
  ASSIGN_OR_RETURN(org->store, OpenStore(options));
  ASSIGN_OR_RETURN(org->sign_in, PrepareAdmin(*org->store, options, environment));
  RETURN_IF_ERROR(PrepareToken(*org->store, options));
  ASSIGN_OR_RETURN(org->api, org::api::Api::Create(*org->store, {.rate_limits = options.rate_limits,
                                                                 .test_hooks = options.test_hooks}));
  for (const std::string& pattern : options.holds) RETURN_IF_ERROR(org->api->hooks().Hold(pattern, 0));
  const std::string& name = org->store->org_name();
  org::console::ConsoleOptions console{.host_names = {name + ".okta.com", name + "-admin.okta.com"},
                                       .any_host = !IsLoopback(options.host)};
  console.buckets = [org] { return Usage(*org->api, *org->store, {}); };
  console.client_buckets = [org](std::string_view client_id) {
    return Usage(*org->api, *org->store, client_id);
  };
  org->console = std::make_unique<org::console::Console>(*org->store, std::move(console));
  ASSIGN_OR_RETURN(org->server,
                   base::net::HttpServer::Start(
                       {.address = options.host, .port = options.port, .threads = 16},
                       [org](base::net::ServerRequest& request) { return org->Handle(request); }));
  return {};
}

void Greet(const StartOptions& options, const Org& org) {
  const std::string url = org.server->url();
  fmt::print("The org {} is running.\n\n", org.store->org_name());
  fmt::print("  API      {}\n", url);
  fmt::print("  Console  {}/admin/getting-started\n", url);
  fmt::print("  Sign in  {}\n", org.sign_in);
  fmt::print("  Data     {}\n", options.data == ":memory:" ? "in memory, gone at the end" : options.data);
  if (!options.api_token_file.empty()) fmt::print("  Token    in {}\n", options.api_token_file);
  fmt::print(
      "\nA provider block with org_name = \"{}\" and base_url = \"okta.com\" reaches it by\n"
      "http_proxy = \"{}\", or with OKTA_HTTP_PROXY={}.\n",
      org.store->org_name(), url, url);
  if (!IsLoopback(options.host))
    fmt::print("\nIt listens on {}: whoever reaches this machine reaches it, without TLS.\n", options.host);
  std::fflush(stdout);
}

// After this a script may send requests.
Result<void> TellReady(const StartOptions& options, const Org& org) {
  if (!options.pid_file.empty())
    RETURN_IF_ERROR(base::core::ReplaceFile(options.pid_file, fmt::format("{}\n", getpid()), 0600));
  if (!options.port_file.empty())
    RETURN_IF_ERROR(
        base::core::ReplaceFile(options.port_file, fmt::format("{}\n", org.server->port()), 0644));
  if (options.ready_fd >= 0) {
    base::core::UniqueFd ready(options.ready_fd);
    RETURN_IF_ERROR(base::core::WriteAll(ready.get(), "ready\n", "--ready-fd"));
  }
  return {};
}

sigset_t EndSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGHUP);
  return signals;
}

int Fail(const Error& error) {
  fmt::print(stderr, "parterre-org: {}\n", error.message());
  return 1;
}

}  // namespace

int Start(const StartOptions& options, const base::core::Environment& environment) {
  std::signal(SIGPIPE, SIG_IGN);
  // Blocked before any thread exists, so that none of them takes the signal that this one waits for.
  const sigset_t signals = EndSignals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  Org org;
  if (auto built = Build(options, environment, &org); !built.ok()) return Fail(built.error());
  Greet(options, org);
  if (auto told = TellReady(options, org); !told.ok()) {
    org.server->Stop();
    return Fail(told.error());
  }
  int signal = 0;
  sigwait(&signals, &signal);
  // A second signal ends it at once.
  pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
  org.api->hooks().Close();
  org.server->Stop();
  for (const std::string& file : {options.pid_file, options.port_file})
    if (!file.empty()) (void)base::core::RemoveFile(file);
  return 0;
}

}  // namespace programs::parterre_org
