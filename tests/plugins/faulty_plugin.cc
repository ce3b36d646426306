// A provider plugin that goes wrong as it is told. FAULT in its environment names what happens at the start
// (hang, exit, garbage, flood, version, no-tls); after that, the text of an object's `name` decides: "die in
// plan", "hang in apply", "large in apply", "broken in read", "refuse in validate", ...
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <condition_variable>
#include <cstdio>
#include <cstdlib>

#include <grpcpp/impl/codegen/config_protobuf.h>
#include <grpcpp/impl/codegen/method_handler.h>
#include <grpcpp/impl/codegen/proto_utils.h>
#include <grpcpp/impl/codegen/rpc_service_method.h>
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>
#include <grpcpp/support/sync_stream.h>

#include <goplugin.pb.h>
#include <tfplugin6.pb.h>

#include "base/core/files.h"
#include "base/crypto/certificate.h"
#include "provider/plugin/handshake.h"

namespace {

using provider::plugin::Method;
namespace methods = provider::plugin::methods;

constexpr size_t kLarge = size_t{300} << 20;

class Service final : public grpc::Service {
 public:
  Service();

 private:
  template <typename Request, typename Response>
  using Handler = std::function<grpc::Status(const Request&, Response*)>;

  template <typename Request, typename Response>
  void Serve(const char* path, Handler<Request, Response> handler) {
    using Lite = grpc::protobuf::MessageLite;
    using Sync = grpc::internal::RpcMethodHandler<Service, Request, Response, Lite, Lite>;
    AddMethod(new grpc::internal::RpcServiceMethod(
        path, grpc::internal::RpcMethod::NORMAL_RPC,
        new Sync([handler](Service*, grpc::ServerContext*, const Request* request,
                           Response* response) { return handler(*request, response); },
                 this)));
  }
  // Three objects, and between the first two what the configuration says.
  grpc::Status List(const tfplugin6::ListResourceRequest& request,
                    grpc::ServerWriter<tfplugin6::ListResourceEvent>& writer);
  // Does what `text` says is to happen in `step`.
  grpc::Status Act(const std::string& text, const std::string& step, tfplugin6::DynamicValue* answer);

  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;
};

grpc::Status Service::Act(const std::string& text, const std::string& step, tfplugin6::DynamicValue* answer) {
  auto told = [&](const char* what) { return text.find(what + (" in " + step)) != std::string::npos; };
  if (told("die")) {
    fprintf(stderr, "panic: told to die\n\ngoroutine 1 [running]:\nmain.main()\n");
    ::_exit(2);
  }
  if (told("exit")) ::_exit(0);
  if (told("hang")) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return stopping_; });
    return {grpc::StatusCode::CANCELLED, "stopped"};
  }
  if (told("refuse")) return {grpc::StatusCode::INTERNAL, "told to refuse"};
  if (told("unknown")) return {grpc::StatusCode::UNIMPLEMENTED, ""};
  if (answer && told("large")) answer->set_msgpack(std::string(kLarge, '\0'));
  if (answer && told("broken")) answer->set_msgpack("\x93\xc4\xff");
  if (answer && told("null")) answer->set_msgpack("\xc0");
  return grpc::Status::OK;
}

grpc::Status Service::List(const tfplugin6::ListResourceRequest& request,
                           grpc::ServerWriter<tfplugin6::ListResourceEvent>& writer) {
  for (const char* identity : {"\x81\xa4name\xa1"
                               "a",
                               "\x81\xa4name\xa1"
                               "b",
                               "\x81\xa4name\xa1"
                               "c"}) {
    tfplugin6::ListResourceEvent event;
    event.mutable_identity()->mutable_identity_data()->set_msgpack(identity);
    event.set_display_name("a thing");
    const bool first = identity[7] == 'a';
    if (!first) {
      grpc::Status status =
          Act(request.config().msgpack(), "list", event.mutable_identity()->mutable_identity_data());
      if (!status.ok()) return status;
    }
    if (!writer.Write(event)) break;
  }
  return grpc::Status::OK;
}

Service::Service() {
  using tfplugin6::Empty;
  Serve<Empty, tfplugin6::ProviderSchemaResponse>(
      methods::kGetProviderSchema.name6, [](const Empty&, tfplugin6::ProviderSchemaResponse* response) {
        response->mutable_provider()->mutable_block();
        auto& schema = (*response->mutable_resource_schemas())["faulty_thing"];
        for (const char* name : {"name", "size"}) {
          auto* attribute = schema.mutable_block()->add_attributes();
          attribute->set_name(name);
          attribute->set_type(name == std::string("name") ? "\"string\"" : "\"number\"");
          attribute->set_optional(true);
        }
        (*response->mutable_list_resource_schemas())["faulty_thing"] = schema;
        const char* fault = ::getenv("FAULT");
        if (fault && fault == std::string("schema"))
          schema.mutable_block()->mutable_attributes(0)->set_type("[");
        if (fault && fault == std::string("schema-size"))
          schema.mutable_block()->set_description(std::string(kLarge, 'x'));
        response->mutable_server_capabilities()->set_get_provider_schema_optional(true);
        return grpc::Status::OK;
      });
  Serve<Empty, tfplugin6::ResourceIdentitySchemasResponse>(
      methods::kGetResourceIdentitySchemas.name6,
      [](const Empty&, tfplugin6::ResourceIdentitySchemasResponse* response) {
        auto* attribute = (*response->mutable_identity_schemas())["faulty_thing"].add_identity_attributes();
        attribute->set_name("name");
        attribute->set_type("\"string\"");
        attribute->set_required_for_import(true);
        return grpc::Status::OK;
      });
  using Stream = grpc::internal::ServerStreamingHandler<Service, tfplugin6::ListResourceRequest,
                                                        tfplugin6::ListResourceEvent>;
  AddMethod(new grpc::internal::RpcServiceMethod(
      methods::kListResource.name6, grpc::internal::RpcMethod::SERVER_STREAMING,
      new Stream(
          [](Service* self, grpc::ServerContext*, const tfplugin6::ListResourceRequest* request,
             grpc::ServerWriter<tfplugin6::ListResourceEvent>* writer) {
            return self->List(*request, *writer);
          },
          this)));
  Serve<tfplugin6::ValidateListResourceConfigRequest, tfplugin6::DiagnosticsResponse>(
      methods::kValidateListResourceConfig.name6,
      [this](const auto& request, auto*) { return Act(request.config().msgpack(), "validate", nullptr); });
  Serve<tfplugin6::ValidateProviderConfigRequest, tfplugin6::ValidateProviderConfigResponse>(
      methods::kValidateProviderConfig.name6, [](const auto&, auto*) { return grpc::Status::OK; });
  Serve<tfplugin6::ConfigureProviderRequest, tfplugin6::DiagnosticsResponse>(
      methods::kConfigureProvider.name6, [](const auto&, auto*) { return grpc::Status::OK; });
  Serve<tfplugin6::ValidateConfigRequest, tfplugin6::DiagnosticsResponse>(
      methods::kValidateResourceConfig.name6,
      [this](const auto& request, auto*) { return Act(request.config().msgpack(), "validate", nullptr); });
  Serve<tfplugin6::PlanResourceChangeRequest, tfplugin6::PlanResourceChangeResponse>(
      methods::kPlanResourceChange.name6, [this](const auto& request, auto* response) {
        *response->mutable_planned_state() = request.proposed_new_state();
        return Act(request.config().msgpack(), "plan", response->mutable_planned_state());
      });
  Serve<tfplugin6::ApplyResourceChangeRequest, tfplugin6::ApplyResourceChangeResponse>(
      methods::kApplyResourceChange.name6, [this](const auto& request, auto* response) {
        *response->mutable_new_state() = request.planned_state();
        return Act(request.config().msgpack(), "apply", response->mutable_new_state());
      });
  Serve<tfplugin6::ReadResourceRequest, tfplugin6::ReadResourceResponse>(
      methods::kReadResource.name6, [this](const auto& request, auto* response) {
        *response->mutable_new_state() = request.current_state();
        return Act(request.current_state().msgpack(), "read", response->mutable_new_state());
      });
  Serve<tfplugin6::UpgradeResourceStateRequest, tfplugin6::UpgradeResourceStateResponse>(
      methods::kUpgradeResourceState.name6, [](const auto& request, auto* response) {
        response->mutable_upgraded_state()->set_json(request.raw_state().json());
        return grpc::Status::OK;
      });
  Serve<Empty, tfplugin6::StopResponse>(methods::kStopProvider.name6, [this](const auto&, auto*) {
    std::lock_guard lock(mutex_);
    stopping_ = true;
    changed_.notify_all();
    return grpc::Status::OK;
  });
  Serve<plugin::Nothing, plugin::Nothing>("/plugin.GRPCController/Shutdown",
                                          [](const auto&, auto*) -> grpc::Status {
                                            const char* fault = ::getenv("FAULT");
                                            if (!fault || fault != std::string("linger")) ::_exit(0);
                                            return grpc::Status::OK;
                                          });
}

// What goes wrong before anything is served.
void ActAtStart(const std::string& fault) {
  if (fault == "hang") ::pause();
  if (fault == "exit") {
    fprintf(stderr, "no licence found\n");
    ::_exit(3);
  }
  if (fault == "garbage") {
    printf("Hello, world!\n");
    fflush(stdout);
    ::pause();
  }
  if (fault == "version" || fault == "no-tls") {
    printf("1|%s|unix|/tmp/nowhere|grpc|\n", fault == "version" ? "7" : "6");
    fflush(stdout);
    ::pause();
  }
  for (std::string text(4096, 'x'); fault == "flood";)
    if (::write(STDOUT_FILENO, text.data(), text.size()) < 0) ::_exit(1);
}

}  // namespace

int main() {
  const char* fault = ::getenv("FAULT");
  ActAtStart(fault ? fault : "");
  base::core::TempDirectory folder;
  provider::plugin::Handshake handshake{.network = "unix", .address = folder / "socket"};
  std::shared_ptr<grpc::ServerCredentials> credentials = grpc::InsecureServerCredentials();
  if (const char* client = ::getenv("PLUGIN_CLIENT_CERT")) {
    base::crypto::PrivateKey key = base::crypto::PrivateKey::GenerateEc();
    std::string certificate = *base::crypto::MakeLocalhostCertificate(key, "Faulty");
    handshake.certificate_der = *provider::plugin::DerOfPem(certificate);
    grpc::SslServerCredentialsOptions options(GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
    options.pem_root_certs = client;
    options.pem_key_cert_pairs.push_back({key.ToPkcs8Pem(), certificate});
    credentials = grpc::SslServerCredentials(options);
  }
  Service service;
  grpc::ServerBuilder builder;
  builder.AddListeningPort("unix:" + handshake.address, credentials);
  builder.SetMaxSendMessageSize(-1);
  builder.RegisterService(&service);
  std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  if (!server) return 1;
  fputs(provider::plugin::HandshakeLine(handshake).c_str(), stdout);
  fflush(stdout);
  server->Wait();
}
