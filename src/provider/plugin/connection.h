// A gRPC channel to a plugin that has said where it listens, and calls over it. Not the process behind it
// (plugin_process.h). Used by PluginProcess and through it by PluginProvider.
#pragma once

#include <memory>
#include <string>

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>
#include <grpcpp/impl/codegen/client_unary_call.h>
#include <grpcpp/impl/codegen/proto_utils.h>
#include <grpcpp/support/status.h>
#include <grpcpp/support/sync_stream.h>

#include "provider/plugin/handshake.h"

namespace provider::plugin {

// Our end of the mutual TLS, made for one process. Empty: no TLS.
struct ClientCertificate {
  std::string certificate_pem;
  std::string key_pem;
};

// Messages beyond this are refused before they are in memory.
inline constexpr int kMaxMessageSize = 256 << 20;

// The library would write on our stderr; TF_LOG has its words instead.
void KeepLibraryQuiet();

class Connection {
 public:
  Connection(const Handshake& handshake, const ClientCertificate& certificate);

  Protocol protocol() const { return protocol_; }

  // Blocks until the answer is there. A plugin that has died answers at once with UNAVAILABLE.
  template <typename Request, typename Response>
  grpc::Status Call(const char* path, const Request& request, Response* response) {
    grpc::ClientContext context;
    // Each call tells its own channel apart by the method's text, which lives as long as the program.
    const grpc::internal::RpcMethod method(path, grpc::internal::RpcMethod::NORMAL_RPC);
    return grpc::internal::BlockingUnaryCall<Request, Response>(channel_.get(), method, &context, request,
                                                                response);
  }
  template <typename Request, typename Response>
  grpc::Status Call(const Method& method, const Request& request, Response* response) {
    return Call(method.path(protocol_), request, response);
  }
  // Answers that come one after the other, until the plugin or `context` ends them.
  template <typename Response, typename Request>
  std::unique_ptr<grpc::ClientReader<Response>> Listen(const char* path, const Request& request,
                                                       grpc::ClientContext* context) {
    const grpc::internal::RpcMethod method(path, grpc::internal::RpcMethod::SERVER_STREAMING);
    return std::unique_ptr<grpc::ClientReader<Response>>(
        grpc::internal::ClientReaderFactory<Response>::Create(channel_.get(), method, context, request));
  }

 private:
  const Protocol protocol_;
  const std::shared_ptr<grpc::Channel> channel_;
};

}  // namespace provider::plugin
