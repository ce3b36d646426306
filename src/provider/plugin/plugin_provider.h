// A provider that is a plugin: the interface's calls as messages to its process, batches as concurrent single
// calls. Not the process (plugin_program.h). Made by PluginHost, called by engine/run.
#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "provider/api/provider.h"
#include "provider/plugin/codec.h"
#include "provider/plugin/plugin_program.h"

namespace provider::plugin {

class PluginProvider final : public api::Provider {
 public:
  // Fails when the plugin cannot be started or does not tell its schemas.
  static base::core::Result<std::shared_ptr<api::Provider>> Make(std::shared_ptr<PluginProgram> program,
                                                                 int parallelism);

  const api::Block& ConfigSchema() const override { return catalog_->provider(); }
  const api::ResourceSchema* FindResource(std::string_view type) const override {
    return catalog_->FindResource(type);
  }
  const api::ResourceSchema* FindDataSource(std::string_view type) const override {
    return catalog_->FindDataSource(type);
  }
  std::vector<std::string> ResourceTypes() const override { return catalog_->ResourceTypes(); }
  std::vector<std::string> DataSourceTypes() const override { return catalog_->DataSourceTypes(); }
  const api::Block* MetaSchema() const override { return catalog_->meta(); }
  const api::IdentitySchema* FindIdentity(std::string_view type) const override {
    return catalog_->FindIdentity(type);
  }
  const api::Block* FindEphemeral(std::string_view type) const override;
  std::vector<std::string> EphemeralTypes() const override { return catalog_->EphemeralTypes(); }
  const api::Block* FindList(std::string_view type) const override;
  std::vector<std::string> ListTypes() const override { return catalog_->ListTypes(); }
  std::span<const api::FunctionSignature> Functions() const override { return catalog_->functions(); }
  bool CanMove() const override { return catalog_->moves_state(); }
  bool PlansDestroy() const override { return catalog_->plans_destroy(); }

  ProviderDiagnostics ValidateConfig(const Value& config) override;
  ProviderDiagnostics ValidateResource(std::string_view type, const Value& config) override;
  ProviderDiagnostics ValidateDataSource(std::string_view type, const Value& config) override;
  ProviderDiagnostics ValidateEphemeral(std::string_view type, const Value& config) override;
  ProviderDiagnostics Configure(const Value& config) override;

  api::UpgradeResponse Upgrade(std::string_view type, int64_t version, std::string_view json) override;
  void UpgradeAll(std::span<const api::UpgradeRequest> requests, const api::Sink<api::UpgradeResponse>& sink,
                  std::stop_token stop) override;
  bool UpgradesAlways() const override { return true; }
  api::IdentityResponse UpgradeIdentity(std::string_view type, int64_t version,
                                        std::string_view json) override;
  void Read(std::span<const api::ReadRequest> requests, const api::Sink<api::ReadResponse>& sink,
            std::stop_token stop) override;
  void Plan(std::span<const api::PlanRequest> requests, const api::Sink<api::PlanResponse>& sink,
            std::stop_token stop) override;
  void Apply(std::span<const api::ApplyRequest> requests, const api::Sink<api::ApplyResponse>& sink,
             std::stop_token stop) override;
  void ReadData(std::span<const api::ReadDataRequest> requests, const api::Sink<api::ReadDataResponse>& sink,
                std::stop_token stop) override;
  api::ImportResponse Import(const api::ImportRequest& request) override;
  void ImportAll(std::span<const api::ImportRequest> requests, const api::Sink<api::ImportResponse>& sink,
                 std::stop_token stop) override;
  api::MoveResponse Move(const api::MoveRequest& request) override;
  // A plugin has no way to look for what a run that died may have made.
  void FindCreated(std::span<const api::FindCreatedRequest> requests,
                   const api::Sink<api::FindCreatedResponse>& sink, std::stop_token stop) override;
  api::Forecast ForecastChanges(std::span<const api::PlannedChange> changes) override;

  api::OpenResponse Open(const api::OpenRequest& request, std::stop_token stop) override;
  api::RenewResponse Renew(std::string_view type, std::string_view private_data) override;
  ProviderDiagnostics Close(std::string_view type, std::string_view private_data) override;
  ProviderDiagnostics ValidateList(const api::ListRequest& request) override;
  ProviderDiagnostics List(const api::ListRequest& request, const api::ListSink& sink,
                           std::stop_token stop) override;
  api::FunctionResult CallFunction(std::string_view name, std::span<const Value> arguments) override;
  void Stop() override;

 private:
  PluginProvider(std::shared_ptr<PluginProgram> program, std::shared_ptr<const Catalog> catalog,
                 int parallelism)
      : program_(std::move(program)), catalog_(std::move(catalog)), parallelism_(parallelism) {}

  // Our own process once configured, else the one that all share.
  base::core::Result<std::shared_ptr<PluginProcess>> Process();
  // Errors of the call itself; those in the answer are the caller's.
  template <typename Request, typename Response>
  ProviderDiagnostics Call(const Method& method, const Request& request, Response* response);
  // The same for a message that has been `encoded`, together with the errors in the answer: false if there
  // are any.
  template <typename Request, typename Response>
  bool Ask(const Method& method, const Result<void>& encoded, const Request& request, Response* response,
           ProviderDiagnostics* diagnostics);
  ProviderDiagnostics Explain(const Method& method, const grpc::Status& status, PluginProcess& process) const;
  ProviderDiagnostics Validate(const Method& method, std::string_view type, const Value& config,
                               const api::Block* schema);
  // A call about which nothing but diagnostics counts. One that was found valid before is not made only for
  // that: the plugin is not started for it.
  template <typename Request, typename Response>
  ProviderDiagnostics CallToValidate(const Method& method, const Request& request, Response* response);
  bool IsStarted();
  // A call for each request, several at a time; a stop reaches the plugin once.
  template <typename Request, typename Response>
  void EachRequest(std::span<const Request> requests, const api::Sink<Response>& sink, std::stop_token stop,
                   Response (PluginProvider::*one)(const Request&));

  api::UpgradeResponse UpgradeOne(const api::UpgradeRequest& request);
  api::ReadResponse ReadOne(const api::ReadRequest& request);
  api::PlanResponse PlanOne(const api::PlanRequest& request);
  api::ApplyResponse ApplyOne(const api::ApplyRequest& request);
  api::ReadDataResponse ReadDataOne(const api::ReadDataRequest& request);

  Result<void> EncodeMeta(const Value& meta, tfplugin6::DynamicValue* message) const;
  bool HasIdentity(std::string_view type, const Value& identity) const;
  Result<void> EncodeIdentity(std::string_view type, const Value& identity,
                              tfplugin6::IdentityData* message) const;
  api::ListedObject DecodeListed(const api::ListRequest& request,
                                 const tfplugin6::ListResourceEvent& event) const;
  Result<Value> DecodeIdentity(std::string_view type, const tfplugin6::IdentityData& message) const;

  const std::shared_ptr<PluginProgram> program_;
  const std::shared_ptr<const Catalog> catalog_;
  const int parallelism_;
  std::mutex mutex_;  // of what follows
  std::shared_ptr<PluginProcess> process_;
};

}  // namespace provider::plugin
