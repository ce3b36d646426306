#include "engine/test/mocked_provider.h"

#include <fmt/format.h>

#include "engine/test/forwarding_provider.h"
#include "language/value/codec.h"

namespace engine::test {
namespace {

// Carried from plan to apply: only what is created has something to be computed.
constexpr std::string_view kCreate = "create", kUpdate = "update", kDestroy = "destroy";

std::string PlaceText(const config::Place& place) {
  const base::text::Range range = place.file->RangeOf(place.span);
  return fmt::format("{}:{}", range.filename, range.start.line);
}

class MockedProvider : public ForwardingProvider {
 public:
  MockedProvider(std::shared_ptr<api::Provider> real, const config::MockData& data, TextSource texts)
      : ForwardingProvider(std::move(real)), data_(data), texts_(std::move(texts)) {
    no_arguments_.Finish();
  }

  const api::Block& ConfigSchema() const override { return no_arguments_; }
  api::ProviderDiagnostics ValidateConfig(const Value&) override { return {}; }
  api::ProviderDiagnostics Configure(const Value&) override { return {}; }
  bool IsLocal() const override { return true; }
  api::Usage CurrentUsage() const override { return {}; }
  api::Forecast ForecastChanges(std::span<const api::PlannedChange>) override { return {}; }
  void EndWalk() override {}

  // The state was written by this very mock: there are no older schemas.
  api::UpgradeResponse Upgrade(std::string_view type, int64_t, std::string_view json) override {
    api::UpgradeResponse response;
    auto value = language::value::FromJson(json, real_->FindResource(type)->block.implied_type());
    if (value.ok())
      response.state = std::move(value).value();
    else
      response.diagnostics.push_back({.summary = "Invalid stored object", .detail = value.error().message()});
    return response;
  }
  void UpgradeAll(std::span<const api::UpgradeRequest> requests, const api::Sink<api::UpgradeResponse>& sink,
                  std::stop_token stop) override {
    Provider::UpgradeAll(requests, sink, std::move(stop));
  }
  void ImportAll(std::span<const api::ImportRequest> requests, const api::Sink<api::ImportResponse>& sink,
                 std::stop_token stop) override {
    Provider::ImportAll(requests, sink, std::move(stop));
  }
  bool UpgradesAlways() const override { return false; }
  bool PlansDestroy() const override { return false; }

  void Read(std::span<const api::ReadRequest> requests, const api::Sink<api::ReadResponse>& sink,
            std::stop_token) override {
    for (size_t index = 0; index < requests.size(); ++index)
      sink(index, {.state = requests[index].prior,
                   .private_data = std::string(requests[index].private_data),
                   .identity = requests[index].identity});
  }

  void Plan(std::span<const api::PlanRequest> requests, const api::Sink<api::PlanResponse>& sink,
            std::stop_token) override {
    for (size_t index = 0; index < requests.size(); ++index) sink(index, PlanOne(requests[index]));
  }

  void Apply(std::span<const api::ApplyRequest> requests, const api::Sink<api::ApplyResponse>& sink,
             std::stop_token) override {
    for (size_t index = 0; index < requests.size(); ++index) {
      const api::ApplyRequest& request = requests[index];
      api::ApplyResponse response{.state = request.planned};
      if (request.private_data == kCreate)
        response.state =
            FillComputed(real_->FindResource(request.type)->block, request.planned, Fill::kUnknowns,
                         FillingOf(FindType(data_.resources, request.type)), texts_, response.diagnostics);
      sink(index, std::move(response));
    }
  }

  void ReadData(std::span<const api::ReadDataRequest> requests, const api::Sink<api::ReadDataResponse>& sink,
                std::stop_token) override {
    for (size_t index = 0; index < requests.size(); ++index) {
      const api::ReadDataRequest& request = requests[index];
      const language::schema::Block& schema = real_->FindDataSource(request.type)->block;
      api::ReadDataResponse response;
      response.state = language::schema::WithoutWriteOnly(
          schema,
          FillComputed(schema, request.config, Fill::kNulls,
                       FillingOf(FindType(data_.data_sources, request.type)), texts_, response.diagnostics));
      sink(index, std::move(response));
    }
  }

  api::ImportResponse Import(const api::ImportRequest&) override {
    return {.diagnostics = {{.summary = "Invalid import request",
                             .detail = "A mock knows no objects that could be imported. Say with an "
                                       "override_resource block what the object is like."}}};
  }
  void FindCreated(std::span<const api::FindCreatedRequest> requests,
                   const api::Sink<api::FindCreatedResponse>& sink, std::stop_token) override {
    for (size_t index = 0; index < requests.size(); ++index) sink(index, {});
  }

  api::ProviderDiagnostics ValidateEphemeral(std::string_view, const Value&) override {
    return NoEphemeral();
  }
  api::OpenResponse Open(const api::OpenRequest&, std::stop_token) override {
    return {.diagnostics = NoEphemeral()};
  }

 private:
  static const config::MockType* FindType(const std::map<std::string, config::MockType, std::less<>>& types,
                                          std::string_view type) {
    const auto found = types.find(type);
    return found == types.end() ? nullptr : &found->second;
  }

  static api::ProviderDiagnostics NoEphemeral() {
    return {{.summary = "No ephemeral resource types in mock providers",
             .detail = "Mocks have no ephemeral resources. Use the real provider for them in this test."}};
  }

  api::PlanResponse PlanOne(const api::PlanRequest& request) {
    if (request.proposed.IsNull())
      return {.planned = request.proposed, .private_data = std::string(kDestroy)};
    const language::schema::Block& schema = real_->FindResource(request.type)->block;
    api::PlanResponse response{.planned = request.proposed, .private_data = std::string(kUpdate)};
    if (request.prior.IsNull()) {
      const config::MockType* type = FindType(data_.resources, request.type);
      Filling filling = FillingOf(type);
      filling.unknown = !type || !type->during_plan;
      response.planned =
          FillComputed(schema, request.proposed, Fill::kNulls, filling, texts_, response.diagnostics);
      response.private_data = kCreate;
    }
    response.planned = language::schema::WithoutWriteOnly(schema, response.planned);
    return response;
  }

  const config::MockData& data_;
  const TextSource texts_;
  api::Block no_arguments_;
};

}  // namespace

Filling FillingOf(const config::MockType* type) {
  if (!type) return {};
  return {.given = type->defaults.value_or(Value()), .given_at = PlaceText(type->place)};
}

Filling FillingOf(const config::Override& override) {
  return {.given = override.values, .given_at = PlaceText(override.place)};
}

std::shared_ptr<api::Provider> MakeMockedProvider(std::shared_ptr<api::Provider> real,
                                                  const config::MockData& data, TextSource texts) {
  return std::make_shared<MockedProvider>(std::move(real), data, std::move(texts));
}

}  // namespace engine::test
