#include "provider/plugin/plugin_program.h"

#include <grpcpp/support/byte_buffer.h>
#include <tfplugin6.pb.h>

#include "base/core/log.h"
#include "provider/plugin/schema_cache.h"

namespace provider::plugin {

using base::core::Error;
using base::core::Result;

namespace {

// The answer as it was on the wire.
Result<std::string> CallForBytes(PluginProcess& process, const Method& method) {
  tfplugin6::Empty request;
  grpc::ByteBuffer answer;
  grpc::Status status = process.connection().Call(method, request, &answer);
  if (!status.ok()) {
    bool gone = status.error_code() == grpc::StatusCode::UNAVAILABLE;
    std::string obituary = gone ? process.Obituary() : "";
    return Error(obituary.empty() ? "the plugin did not tell its schemas: " + status.error_message()
                                  : obituary);
  }
  std::vector<grpc::Slice> slices;
  if (!answer.Dump(&slices).ok()) return Error("the plugin's schemas could not be read");
  std::string bytes;
  bytes.reserve(answer.Length());
  for (const grpc::Slice& slice : slices)
    bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  return bytes;
}

}  // namespace

PluginProgram::PluginProgram(PluginSource source, base::core::Environment environment)
    : source_(std::move(source)),
      environment_(std::move(environment)),
      fingerprint_(source_.schema_cache.empty() ? "" : FileFingerprint(source_.executable)),
      validations_(source_.schema_cache + ".valid", fingerprint_, environment_) {}

Result<std::shared_ptr<const Catalog>> PluginProgram::Schemas() {
  std::lock_guard lock(mutex_);
  if (catalog_) return catalog_;
  if (auto cached = LoadSchemas(source_.schema_cache, fingerprint_)) {
    auto catalog = Catalog::Make(std::move(*cached));
    if (catalog.ok()) return catalog_ = *catalog;
  }
  ASSIGN_OR_RETURN(catalog_, AskForSchemas());
  if (!fingerprint_.empty()) StoreSchemas(source_.schema_cache, fingerprint_, catalog_->bytes());
  return catalog_;
}

Result<std::shared_ptr<const Catalog>> PluginProgram::AskForSchemas() {
  ASSIGN_OR_RETURN(std::shared_ptr<PluginProcess> process, UnconfiguredLocked());
  auto owner = std::make_shared<std::pair<std::string, std::string>>();
  ASSIGN_OR_RETURN(owner->first, CallForBytes(*process, methods::kGetProviderSchema));
  // Older plugins do not know the method: then there are no identities.
  auto identities = CallForBytes(*process, methods::kGetResourceIdentitySchemas);
  if (identities.ok()) owner->second = std::move(*identities);
  ASSIGN_OR_RETURN(std::shared_ptr<const Catalog> catalog,
                   Catalog::Make({.protocol = process->connection().protocol(),
                                  .schemas = owner->first,
                                  .identities = owner->second,
                                  .owner = owner}));
  RETURN_IF_ERROR(catalog->CheckAll().Wrap("the plugin's schemas break the protocol's rules"));
  return catalog;
}

Result<std::shared_ptr<PluginProcess>> PluginProgram::Launch() {
  if (source_.reattach) return PluginProcess::Attach(*source_.reattach);
  auto started = PluginProcess::Start(source_.executable, environment_);
  if (!started.ok()) return std::move(started).Wrap("starting " + source_.executable);
  std::shared_ptr<PluginProcess> process = std::move(started).value();
  // Some expect to be asked for their schemas before anything else.
  if (catalog_ && !catalog_->schema_is_optional())
    RETURN_IF_ERROR(CallForBytes(*process, methods::kGetProviderSchema));
  return process;
}

Result<std::shared_ptr<PluginProcess>> PluginProgram::UnconfiguredLocked() {
  if (!unconfigured_) {
    ASSIGN_OR_RETURN(unconfigured_, Launch());
  }
  return unconfigured_;
}

bool PluginProgram::IsIdle() {
  std::lock_guard lock(mutex_);
  return unconfigured_ == nullptr;
}

Result<std::shared_ptr<PluginProcess>> PluginProgram::Unconfigured() {
  std::lock_guard lock(mutex_);
  return UnconfiguredLocked();
}

Result<std::shared_ptr<PluginProcess>> PluginProgram::ToConfigure() {
  std::lock_guard lock(mutex_);
  if (unconfigured_) return std::exchange(unconfigured_, nullptr);
  return Launch();
}

}  // namespace provider::plugin
