#include "provider/builtin/terraform_provider.h"

#include "base/core/random.h"
#include "base/json/reader.h"
#include "language/value/codec.h"
#include "provider/builtin/terraform_functions.h"

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

api::MoveResponse MoveToData(const api::MoveRequest& request) {
  const std::string detail = "terraform_data takes over objects of null_resource of hashicorp/null only.";
  if (!request.source_provider.ends_with("/hashicorp/null"))
    return {.diagnostics = {{.summary = "Unsupported source provider for move operation", .detail = detail}}};
  if (request.source_type != "null_resource")
    return {.diagnostics = {
                {.summary = "Unsupported source resource type for move operation", .detail = detail}}};
  const Type stored = Type::Object({{"id", Type::String()}, {"triggers", Type::Map(Type::String())}});
  auto object = language::value::FromJson(request.source_json, stored);
  if (!object.ok())
    return {.diagnostics = {{.summary = "Invalid stored object", .detail = object.error().message()}}};
  const Value null = Value::Null(Type::Dynamic());
  const Value& triggers = object->Get("triggers");
  if (triggers.IsNull()) return {.state = Rebuild(object->Get("id"), null, null, null)};
  // In configurations, triggers are mostly written as an object.
  std::vector<std::pair<std::string, Value>> attributes;
  for (size_t index = 0; index < triggers.Length(); ++index)
    attributes.emplace_back(std::string(triggers.KeyAt(index)), triggers.ElementAt(index));
  return {.state = Rebuild(object->Get("id"), null, null, Value::Object(std::move(attributes)))};
}

class TerraformProvider : public api::Provider {
 public:
  explicit TerraformProvider(StateReader reader) : reader_(std::move(reader)) { config_.Finish(); }

  const language::schema::Block& ConfigSchema() const override { return config_; }
  const api::ResourceSchema* FindResource(std::string_view type) const override {
    return type == kDataType ? &data_ : nullptr;
  }
  const api::ResourceSchema* FindDataSource(std::string_view type) const override {
    return type == kRemoteStateType && reader_.read ? &remote_state_ : nullptr;
  }
  std::vector<std::string> ResourceTypes() const override { return {std::string(kDataType)}; }
  std::vector<std::string> DataSourceTypes() const override { return {std::string(kRemoteStateType)}; }

  ProviderDiagnostics ValidateConfig(const Value&) override { return {}; }
  ProviderDiagnostics ValidateResource(std::string_view, const Value& config) override {
    ProviderDiagnostics found;
    for (const auto& [position, name] : {std::pair{kId, "id"}, std::pair{kOutput, "output"}}) {
      if (config.IsNull() || config.ElementAt(position).IsNull()) continue;
      found.push_back({.summary = std::string("\"") + name + "\" attribute is read-only",
                       .detail = "Its value is decided when the object is created. Remove the argument."});
    }
    return found;
  }
  ProviderDiagnostics ValidateDataSource(std::string_view, const Value& config) override {
    return ValidateRemoteState(config, reader_);
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
      sink(index, ReadRemoteState(requests[index].address, requests[index].config, reader_));
  }
  api::ImportResponse Import(const api::ImportRequest& request) override {
    Value null = Value::Null(Type::Dynamic());
    return {.objects = {{.type = std::string(request.type),
                         .state = Rebuild(Value::String(request.id), null, null, null)}}};
  }
  // A null_resource is what terraform_data came to replace.
  bool CanMove() const override { return true; }
  api::MoveResponse Move(const api::MoveRequest& request) override { return MoveToData(request); }
  // Nothing exists outside of the state: there is nothing to find.
  void FindCreated(std::span<const api::FindCreatedRequest> requests,
                   const api::Sink<api::FindCreatedResponse>& sink, std::stop_token) override {
    for (size_t index = 0; index < requests.size(); ++index) sink(index, {});
  }
  api::Forecast ForecastChanges(std::span<const api::PlannedChange>) override { return {}; }
  std::span<const api::FunctionSignature> Functions() const override { return TerraformFunctions(); }
  api::FunctionResult CallFunction(std::string_view name, std::span<const Value> arguments) override {
    return CallTerraformFunction(name, arguments);
  }
  bool IsLocal() const override { return true; }

 private:
  language::schema::Block config_;
  const StateReader reader_;
  api::ResourceSchema data_ = DataSchema();
  api::ResourceSchema remote_state_ = RemoteStateSchema();
};

}  // namespace

std::shared_ptr<api::Provider> MakeTerraformProvider(StateReader reader) {
  return std::make_shared<TerraformProvider>(std::move(reader));
}

}  // namespace provider::builtin
