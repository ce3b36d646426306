// A provider that passes everything on to another one: what stand-ins derive from, and change in part.
// Changes nothing by itself.
// Used by mocked_provider and overriding_provider.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "provider/api/provider.h"

namespace engine::test {

namespace api = provider::api;
using language::value::Value;

class ForwardingProvider : public api::Provider {
 public:
  explicit ForwardingProvider(std::shared_ptr<api::Provider> real) : real_(std::move(real)) {}

  const api::Block& ConfigSchema() const override { return real_->ConfigSchema(); }
  const api::ResourceSchema* FindResource(std::string_view type) const override {
    return real_->FindResource(type);
  }
  const api::ResourceSchema* FindDataSource(std::string_view type) const override {
    return real_->FindDataSource(type);
  }
  std::vector<std::string> ResourceTypes() const override { return real_->ResourceTypes(); }
  std::vector<std::string> DataSourceTypes() const override { return real_->DataSourceTypes(); }
  api::ProviderDiagnostics ValidateConfig(const Value& config) override {
    return real_->ValidateConfig(config);
  }
  api::ProviderDiagnostics ValidateResource(std::string_view type, const Value& config) override {
    return real_->ValidateResource(type, config);
  }
  api::ProviderDiagnostics ValidateDataSource(std::string_view type, const Value& config) override {
    return real_->ValidateDataSource(type, config);
  }
  api::ProviderDiagnostics Configure(const Value& config) override { return real_->Configure(config); }
  api::UpgradeResponse Upgrade(std::string_view type, int64_t version, std::string_view json) override {
    return real_->Upgrade(type, version, json);
  }
  void UpgradeAll(std::span<const api::UpgradeRequest> requests, const api::Sink<api::UpgradeResponse>& sink,
                  std::stop_token stop) override {
    real_->UpgradeAll(requests, sink, stop);
  }
  bool UpgradesAlways() const override { return real_->UpgradesAlways(); }
  void Read(std::span<const api::ReadRequest> requests, const api::Sink<api::ReadResponse>& sink,
            std::stop_token stop) override {
    real_->Read(requests, sink, stop);
  }
  void Plan(std::span<const api::PlanRequest> requests, const api::Sink<api::PlanResponse>& sink,
            std::stop_token stop) override {
    real_->Plan(requests, sink, stop);
  }
  void Apply(std::span<const api::ApplyRequest> requests, const api::Sink<api::ApplyResponse>& sink,
             std::stop_token stop) override {
    real_->Apply(requests, sink, stop);
  }
  void ReadData(std::span<const api::ReadDataRequest> requests, const api::Sink<api::ReadDataResponse>& sink,
                std::stop_token stop) override {
    real_->ReadData(requests, sink, stop);
  }
  api::ImportResponse Import(const api::ImportRequest& request) override { return real_->Import(request); }
  void ImportAll(std::span<const api::ImportRequest> requests, const api::Sink<api::ImportResponse>& sink,
                 std::stop_token stop) override {
    real_->ImportAll(requests, sink, stop);
  }
  bool CanMove() const override { return real_->CanMove(); }
  bool PlansDestroy() const override { return real_->PlansDestroy(); }
  api::MoveResponse Move(const api::MoveRequest& request) override { return real_->Move(request); }
  void FindCreated(std::span<const api::FindCreatedRequest> requests,
                   const api::Sink<api::FindCreatedResponse>& sink, std::stop_token stop) override {
    real_->FindCreated(requests, sink, stop);
  }
  api::Forecast ForecastChanges(std::span<const api::PlannedChange> changes) override {
    return real_->ForecastChanges(changes);
  }
  api::Usage CurrentUsage() const override { return real_->CurrentUsage(); }
  const api::Block* MetaSchema() const override { return real_->MetaSchema(); }
  const api::IdentitySchema* FindIdentity(std::string_view type) const override {
    return real_->FindIdentity(type);
  }
  api::IdentityResponse UpgradeIdentity(std::string_view type, int64_t version,
                                        std::string_view json) override {
    return real_->UpgradeIdentity(type, version, json);
  }
  const api::Block* FindEphemeral(std::string_view type) const override { return real_->FindEphemeral(type); }
  std::vector<std::string> EphemeralTypes() const override { return real_->EphemeralTypes(); }
  api::ProviderDiagnostics ValidateEphemeral(std::string_view type, const Value& config) override {
    return real_->ValidateEphemeral(type, config);
  }
  api::OpenResponse Open(const api::OpenRequest& request, std::stop_token stop) override {
    return real_->Open(request, stop);
  }
  api::RenewResponse Renew(std::string_view type, std::string_view private_data) override {
    return real_->Renew(type, private_data);
  }
  api::ProviderDiagnostics Close(std::string_view type, std::string_view private_data) override {
    return real_->Close(type, private_data);
  }
  const api::Block* FindList(std::string_view type) const override { return real_->FindList(type); }
  std::vector<std::string> ListTypes() const override { return real_->ListTypes(); }
  api::ProviderDiagnostics ValidateList(const api::ListRequest& request) override {
    return real_->ValidateList(request);
  }
  api::ProviderDiagnostics List(const api::ListRequest& request, const api::ListSink& sink,
                                std::stop_token stop) override {
    return real_->List(request, sink, stop);
  }
  std::span<const api::FunctionSignature> Functions() const override { return real_->Functions(); }
  api::FunctionResult CallFunction(std::string_view name, std::span<const Value> arguments) override {
    return real_->CallFunction(name, arguments);
  }
  bool IsLocal() const override { return real_->IsLocal(); }
  void EndWalk() override { real_->EndWalk(); }
  void Stop() override { real_->Stop(); }

 protected:
  const std::shared_ptr<api::Provider> real_;
};

}  // namespace engine::test
