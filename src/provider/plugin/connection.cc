#include "provider/plugin/connection.h"

#include <mutex>

#include <grpc/support/log.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/support/channel_arguments.h>

#include "base/core/log.h"

namespace provider::plugin {

void KeepLibraryQuiet() {
  static std::once_flag once;
  std::call_once(once, [] {
    gpr_set_log_function([](gpr_log_func_args* args) {
      base::core::Log(base::core::LogLevel::kDebug, "grpc", "{}", args->message);
    });
  });
}

namespace {

std::shared_ptr<grpc::ChannelCredentials> Credentials(const Handshake& handshake,
                                                      const ClientCertificate& certificate) {
  if (certificate.certificate_pem.empty()) return grpc::InsecureChannelCredentials();
  grpc::SslCredentialsOptions options;
  options.pem_root_certs = PemOfDer(handshake.certificate_der);
  options.pem_cert_chain = certificate.certificate_pem;
  options.pem_private_key = certificate.key_pem;
  return grpc::SslCredentials(options);
}

std::shared_ptr<grpc::Channel> MakeChannel(const Handshake& handshake, const ClientCertificate& certificate) {
  KeepLibraryQuiet();
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(kMaxMessageSize);
  arguments.SetMaxSendMessageSize(kMaxMessageSize);
  arguments.SetSslTargetNameOverride("localhost");
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  std::string target =
      handshake.network == "unix" ? "unix:" + handshake.address : "ipv4:" + handshake.address;
  return grpc::CreateCustomChannel(target, Credentials(handshake, certificate), arguments);
}

}  // namespace

Connection::Connection(const Handshake& handshake, const ClientCertificate& certificate)
    : protocol_(handshake.protocol), channel_(MakeChannel(handshake, certificate)) {}

}  // namespace provider::plugin
