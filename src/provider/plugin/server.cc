#include "provider/plugin/server.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdio>

#include <grpcpp/impl/codegen/config_protobuf.h>
#include <grpcpp/impl/codegen/method_handler.h>
#include <grpcpp/impl/codegen/proto_utils.h>
#include <grpcpp/impl/codegen/rpc_service_method.h>
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>

#include <goplugin.pb.h>
#include "base/core/files.h"
#include "base/core/log.h"
#include "base/core/strings.h"
#include "base/crypto/certificate.h"
#include "base/json/writer.h"
#include "provider/plugin/connection.h"
#include "provider/plugin/handshake.h"
#include "provider/plugin/service.h"

namespace provider::plugin {
namespace {

namespace goplugin = ::plugin;  // the package's name on the wire

using base::core::Environment;
using base::core::Result;
using base::core::UniqueFd;

// What a plugin serves beside the provider: its end, and that it is well.
class ControlService final : public grpc::Service {
 public:
  ControlService() : end_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    Add<goplugin::Nothing, goplugin::Nothing>("/plugin.GRPCController/Shutdown",
                                              [this](goplugin::Nothing*) { ::eventfd_write(end_.get(), 1); });
    Add<goplugin::HealthRequest, goplugin::HealthResponse>(
        "/grpc.health.v1.Health/Check",
        [](goplugin::HealthResponse* response) { response->set_status(goplugin::HealthResponse::SERVING); });
  }
  // Readable once the host wants the end.
  int end() const { return end_.get(); }

 private:
  template <typename Request, typename Response>
  void Add(const char* path, std::function<void(Response*)> answer) {
    using Lite = grpc::protobuf::MessageLite;
    using Handler = grpc::internal::RpcMethodHandler<ControlService, Request, Response, Lite, Lite>;
    auto call = [answer = std::move(answer)](ControlService*, grpc::ServerContext*, const Request*,
                                             Response* response) {
      answer(response);
      return grpc::Status::OK;
    };
    auto served = std::make_unique<grpc::internal::RpcServiceMethod>(
        path, grpc::internal::RpcMethod::NORMAL_RPC,
        std::make_unique<Handler>(std::move(call), this).release());
    AddMethod(served.release());
  }

  const UniqueFd end_;
};

// The newest that both know; without a word from the host the oldest, as go-plugin has it.
Protocol ChooseProtocol(std::string_view versions) {
  for (std::string_view version : base::core::Split(versions, ','))
    if (base::core::Trim(version) == "6") return Protocol::k6;
  return Protocol::k5;
}

struct Credentials {
  std::shared_ptr<grpc::ServerCredentials> grpc;
  std::string certificate_der;  // empty: no TLS
};

Result<Credentials> MakeCredentials(const std::string& host_certificate) {
  if (host_certificate.empty()) return Credentials{grpc::InsecureServerCredentials(), ""};
  const base::crypto::PrivateKey key = base::crypto::PrivateKey::GenerateEc();
  ASSIGN_OR_RETURN(std::string certificate, base::crypto::MakeLocalhostCertificate(key, "Parterre"));
  grpc::SslServerCredentialsOptions options(GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
  options.pem_root_certs = host_certificate;
  options.pem_key_cert_pairs.push_back({key.ToPkcs8Pem(), certificate});
  ASSIGN_OR_RETURN(std::string der, DerOfPem(certificate));
  return Credentials{grpc::SslServerCredentials(options), std::move(der)};
}

std::string ReattachLine(const ServeOptions& options, const std::string& socket) {
  std::string json;
  base::json::Writer writer(&json);
  writer.BeginObject().Key(options.address).BeginObject();
  writer.Member("Protocol", "grpc").Member("ProtocolVersion", 6).Member("Pid", int64_t{::getpid()});
  writer.Key("Test").Bool(true);
  writer.Key("Addr").BeginObject().Member("Network", "unix").Member("String", socket).EndObject();
  writer.EndObject().EndObject();
  return json;
}

void BlockSignals(sigset_t* signals) {
  sigemptyset(signals);
  sigaddset(signals, SIGINT);
  sigaddset(signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, signals, nullptr);
}

// Until the host says so, or is no more; under a debugger, until a signal. A host's Ctrl-C reaches us too,
// and is the host's business.
void WaitForTheEnd(int end, const sigset_t& signals, bool debug) {
  const UniqueFd signal_fd(::signalfd(-1, &signals, SFD_CLOEXEC));
  const UniqueFd host(debug ? -1 : static_cast<int>(::syscall(SYS_pidfd_open, ::getppid(), 0)));
  while (true) {
    pollfd waits[3] = {{end, POLLIN, 0}, {signal_fd.get(), POLLIN, 0}, {host.get(), POLLIN, 0}};
    if (::poll(waits, 3, -1) < 0) continue;
    signalfd_siginfo got{};
    const bool signalled = waits[1].revents != 0 && ::read(signal_fd.get(), &got, sizeof(got)) == sizeof(got);
    if (signalled && (debug || got.ssi_signo == SIGTERM)) return;
    if (waits[2].revents != 0 || (waits[0].revents != 0 && !debug)) return;
    // Under a debugger the next run comes to the same process.
    eventfd_t ignored = 0;
    (void)::eventfd_read(end, &ignored);
  }
}

// The host reads our stderr, line by line, and knows the levels of JSON lines.
void LogForTheHost(Environment environment) {
  const std::string own = environment.Get("TF_LOG_PROVIDER");
  const bool wanted = !own.empty() || !environment.Get("TF_LOG").empty();
  const bool off = base::core::AsciiEqualIgnoreCase(own.empty() ? environment.Get("TF_LOG") : own, "off");
  environment.Set("TF_LOG", wanted && !off ? "JSON" : "");
  environment.Unset("TF_LOG_CORE");
  environment.Unset("TF_LOG_PATH");
  (void)base::core::StartLog(environment);
}

int Fail(const std::string& why) {
  std::fprintf(stderr, "%s\n", why.c_str());
  return 1;
}

}  // namespace

int Serve(std::shared_ptr<api::Provider> provider, const ServeOptions& options,
          const Environment& environment) {
  if (!options.debug && environment.Get(kMagicCookie.first) != kMagicCookie.second)
    return Fail(
        "This program is a provider plugin: terraform, tofu or parterre start it by themselves.\n"
        "Put it where they look for plugins, or run it with -debug and tell them by "
        "TF_REATTACH_PROVIDERS.");
  if (!options.debug) LogForTheHost(environment);
  KeepLibraryQuiet();
  sigset_t signals;
  BlockSignals(&signals);
  const Protocol protocol =
      options.debug ? Protocol::k6 : ChooseProtocol(environment.Get(kProtocolVersionsVariable));
  auto credentials = MakeCredentials(options.debug ? "" : environment.Get(kClientCertificateVariable));
  if (!credentials.ok()) return Fail("no certificate: " + credentials.error().message());
  // Only this user comes near the socket.
  auto folder = base::core::TempDirectory::Create();
  if (!folder.ok()) return Fail(folder.error().message());
  const std::string socket = folder->path() + "/plugin";

  ProviderService service(provider, protocol);
  ControlService control;
  grpc::ServerBuilder builder;
  builder.SetMaxReceiveMessageSize(kMaxMessageSize);
  builder.SetMaxSendMessageSize(kMaxMessageSize);
  builder.AddListeningPort("unix:" + socket, credentials->grpc);
  builder.RegisterService(&service);
  builder.RegisterService(&control);
  const std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  if (!server) return Fail("cannot listen on " + socket);

  if (options.debug)
    std::printf("The provider is running. Where it is to be used:\n\n  export TF_REATTACH_PROVIDERS='%s'\n\n",
                ReattachLine(options, socket).c_str());
  else
    std::fputs(HandshakeLine({.protocol = protocol,
                              .network = "unix",
                              .address = socket,
                              .certificate_der = credentials->certificate_der})
                   .c_str(),
               stdout);
  std::fflush(stdout);
  WaitForTheEnd(control.end(), signals, options.debug);

  provider->Stop();
  constexpr std::chrono::milliseconds kGrace{200};
  server->Shutdown(std::chrono::system_clock::now() + kGrace);
  return 0;
}

}  // namespace provider::plugin
