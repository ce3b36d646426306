#include "provider/builtin/terraform_provider.h"

#include "base/core/random.h"
#include "base/json/reader.h"
#include "language/value/codec.h"

namespace provider::builtin {
namespace {

using api::ProviderDiagnostics;
using language::schema::Attribute;
using language::value::PathStep;
using language::value::Type;
using language::value::Value;

constexpr std::string_view kDataType = "terraform_data";

api::ResourceSchema DataSchema() {
  api::ResourceSchema schema;
  schema.block.attributes = {
      Attribute{.name = "id", .type = Type::String(), .computed = true},
      Attribute{.name = "input", .type = Type::Dynamic(), .optional = true},
      Attribute{.name = "output", .type = Type::Dynamic(), .computed = true},
      Attribute{.name = "triggers_replace", .type = Type::Dynamic(), .optional = true},
  };
  schema.block.Finish();
  return schema;
}

// Positions in the sorted attributes.
enum : size_t { kId, kInput, kOutput, kTriggers };

Value Rebuild(const Value& id, const Value& input, const Value& output, const Value& triggers) {
  return Value::Object({{"id", id}, {"input", input}, {"output", output}, {"triggers_replace", triggers}});
}

Value UnknownId() { return Value::Unknown(Type::String()).NotNull(); }

Value PlannedOutput(const Value& input) { return input.IsNull() ? input : Value::Unknown(input.type()); }

api::PlanResponse PlanData(const api::PlanRequest& request) {
  api::PlanResponse response;
  const Value& proposed = request.proposed;
  response.planned = proposed;
  if (proposed.IsNull()) return response;
  const Value& input = proposed.ElementAt(kInput);
  const Value& triggers = proposed.ElementAt(kTriggers);
  if (request.prior.IsNull()) {
    response.planned = Rebuild(UnknownId(), input, PlannedOutput(input), triggers);
  } else if (!request.prior.ElementAt(kTriggers).RawEquals(triggers)) {
    response.requires_replace.push_back({PathStep::Attribute("triggers_replace")});
    response.planned = Rebuild(UnknownId(), input, PlannedOutput(input), triggers);
  } else if (!request.prior.ElementAt(kInput).RawEquals(input)) {
    response.planned = Rebuild(proposed.ElementAt(kId), input, Value::Unknown(input.type()), triggers);
  }
  return response;
}

api::ApplyResponse ApplyData(const api::ApplyRequest& request) {
  api::ApplyResponse response;
  response.state = request.planned;
  if (request.planned.IsNull()) return response;
  const Value& id = request.planned.ElementAt(kId);
  const Value& input = request.planned.ElementAt(kInput);
  const Value& output = request.planned.ElementAt(kOutput);
  if (id.IsKnown() && output.IsKnown()) return response;
  response.state = Rebuild(id.IsKnown() ? id : Value::String(base::core::RandomUuid()), input,
                           output.IsKnown() ? output : input, request.planned.ElementAt(kTriggers));
  return response;
}

api::ProviderDiagnostics UnknownTypeError(std::string_view type) {
  return {{.summary = "Unsupported resource type",
           .detail = "This provider has no \"" + std::string(type) + "\"."}};
}

class TerraformProvider : public api::Provider {
 public:
  TerraformProvider() { config_.Finish(); }

  const language::schema::Block& ConfigSchema() const override { return config_; }
  const api::ResourceSchema* FindResource(std::string_view type) const override {
    return type == kDataType ? &data_ : nullptr;
  }
  const api::ResourceSchema* FindDataSource(std::string_view) const override { return nullptr; }
  std::vector<std::string> ResourceTypes() const override { return {std::string(kDataType)}; }
  std::vector<std::string> DataSourceTypes() const override { return {}; }

  ProviderDiagnostics ValidateConfig(const Value&) override { return {}; }
  ProviderDiagnostics ValidateResource(std::string_view, const Value&) override { return {}; }
  ProviderDiagnostics ValidateDataSource(std::string_view type, const Value&) override {
    return UnknownTypeError(type);
  }
  ProviderDiagnostics Configure(const Value&) override { return {}; }

  api::UpgradeResponse Upgrade(std::string_view, int64_t, std::string_view json) override {
    api::UpgradeResponse response;
    auto value = language::value::FromJson(json, data_.block.implied_type());
    if (value.ok())
      response.state = std::move(value).value();
    else
      response.diagnostics.push_back({.summary = "Invalid stored object", .detail = value.error().message()});
    return response;
  }
  void Read(std::span<const api::ReadRequest> requests, const api::Sink<api::ReadResponse>& sink,
            std::stop_token) override {
    for (size_t index = 0; index < requests.size(); ++index)
      sink(index,
           {.state = requests[index].prior, .private_data = std::string(requests[index].private_data)});
  }
  void Plan(std::span<const api::PlanRequest> requests, const api::Sink<api::PlanResponse>& sink,
            std::stop_token) override {
    for (size_t index = 0; index < requests.size(); ++index) {
      api::PlanResponse response = PlanData(requests[index]);
      response.private_data = requests[index].private_data;
      sink(index, std::move(response));
    }
  }
  void Apply(std::span<const api::ApplyRequest> requests, const api::Sink<api::ApplyResponse>& sink,
             std::stop_token) override {
    for (size_t index = 0; index < requests.size(); ++index) sink(index, ApplyData(requests[index]));
  }
  void ReadData(std::span<const api::ReadDataRequest> requests, const api::Sink<api::ReadDataResponse>& sink,
                std::stop_token) override {
    for (size_t index = 0; index < requests.size(); ++index)
      sink(index, {.diagnostics = UnknownTypeError(requests[index].type)});
  }
  api::ImportResponse Import(std::string_view type, std::string_view id) override {
    Value null = Value::Null(Type::Dynamic());
    return {.objects = {{.type = std::string(type), .state = Rebuild(Value::String(id), null, null, null)}}};
  }
  api::FindCreatedResponse FindCreated(const api::FindCreatedRequest&) override { return {}; }
  api::Forecast ForecastChanges(std::span<const api::PlannedChange>) override { return {}; }
  bool IsLocal() const override { return true; }

 private:
  language::schema::Block config_;
  api::ResourceSchema data_ = DataSchema();
};

}  // namespace

std::shared_ptr<api::Provider> MakeTerraformProvider() { return std::make_shared<TerraformProvider>(); }

}  // namespace provider::builtin
