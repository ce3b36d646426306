#include "provider/mock/mock_provider.h"

#include <condition_variable>

#include "base/core/files.h"
#include "base/core/random.h"
#include "base/core/thread_pool.h"
#include "language/value/codec.h"
#include "provider/mock/schemas.h"

namespace provider::mock {
namespace {

using api::Block;
using api::ProviderDiagnostic;
using api::ProviderDiagnostics;
using language::value::Path;
using language::value::PathStep;
using language::value::Type;
using language::value::Value;

ProviderDiagnostic Failure(std::string_view what) {
  return {.summary = "Mock failure",
          .detail = fmt::format("The configuration asked for a failure while {}.", what)};
}

std::string TextOf(const Value& object, std::string_view name) {
  if (!object.IsKnownNotNull()) return {};
  const Value* value = object.Find(name);
  return value && value->IsKnownNotNull() && value->type().IsString() ? std::string(value->AsString())
                                                                      : std::string();
}

Value With(const Value& object, std::string_view name, const Value& value) {
  std::vector<Value> values(object.Elements().begin(), object.Elements().end());
  values[static_cast<size_t>(object.type().AttributeIndex(name))] = value;
  return Value::ObjectOf(object.type(), std::move(values));
}

class MockProvider : public api::Provider {
 public:
  const language::schema::Block& ConfigSchema() const override { return config_; }
  const api::ResourceSchema* FindResource(std::string_view type) const override {
    if (type == "mock_object") return &object_;
    if (type == "mock_nested") return &nested_;
    if (type == "mock_vault") return &vault_;
    return type == "mock_wide" ? &wide_ : nullptr;
  }
  const api::ResourceSchema* FindDataSource(std::string_view type) const override {
    return type == "mock_object" ? &data_ : nullptr;
  }
  std::vector<std::string> ResourceTypes() const override {
    return {"mock_nested", "mock_object", "mock_vault", "mock_wide"};
  }
  std::vector<std::string> DataSourceTypes() const override { return {"mock_object"}; }

  ProviderDiagnostics ValidateConfig(const Value&) override { return {}; }
  ProviderDiagnostics ValidateResource(std::string_view, const Value& config) override {
    if (TextOf(config, "fail") != "validate") return {};
    ProviderDiagnostic failure = Failure("validating");
    failure.attribute = {PathStep::Attribute("fail")};
    return {failure};
  }
  ProviderDiagnostics ValidateDataSource(std::string_view, const Value&) override { return {}; }
  ProviderDiagnostics Configure(const Value& config) override {
    store_ = TextOf(config, "store");
    const Value* delay = config.Find("delay_ms");
    if (delay && delay->IsKnownNotNull()) delay_ms_ = delay->AsInt64().value_or(0);
    if (store_.empty()) return {};
    auto made = base::core::MakeDirectories(store_);
    if (made.ok()) return {};
    return {{.summary = "Mock store", .detail = made.error().message()}};
  }

  api::UpgradeResponse Upgrade(std::string_view type, int64_t, std::string_view json) override {
    api::UpgradeResponse response;
    auto value = language::value::FromJson(json, FindResource(type)->block.implied_type());
    if (value.ok())
      response.state = std::move(value).value();
    else
      response.diagnostics.push_back({.summary = "Invalid stored object", .detail = value.error().message()});
    return response;
  }

  void Read(std::span<const api::ReadRequest> requests, const api::Sink<api::ReadResponse>& sink,
            std::stop_token) override {
    for (size_t index = 0; index < requests.size(); ++index) {
      const api::ReadRequest& request = requests[index];
      api::ReadResponse response{.state = request.prior, .private_data = std::string(request.private_data)};
      ++calls_;
      if (request.type == "mock_vault") response.identity = IdentityNamed(TextOf(request.prior, "name"));
      if (TextOf(request.prior, "fail") == "read")
        response.diagnostics.push_back(Failure("reading"));
      else if (!store_.empty())
        response.state = Stored(request.type, TextOf(request.prior, "id"));
      sink(index, std::move(response));
    }
  }

  void Plan(std::span<const api::PlanRequest> requests, const api::Sink<api::PlanResponse>& sink,
            std::stop_token) override {
    for (size_t index = 0; index < requests.size(); ++index) sink(index, PlanOne(requests[index]));
  }

  void Apply(std::span<const api::ApplyRequest> requests, const api::Sink<api::ApplyResponse>& sink,
             std::stop_token stop) override {
    for (size_t index = 0; index < requests.size(); ++index) sink(index, ApplyOne(requests[index], stop));
  }

  void ReadData(std::span<const api::ReadDataRequest> requests, const api::Sink<api::ReadDataResponse>& sink,
                std::stop_token) override {
    for (size_t index = 0; index < requests.size(); ++index) {
      api::ReadDataResponse response;
      ++calls_;
      std::string name = TextOf(requests[index].config, "name");
      Value found = FindByName(name);
      if (found.IsNull())
        response.diagnostics.push_back(
            {.summary = "No such object", .detail = "The store has no object named \"" + name + "\"."});
      else
        response.state = Value::Object({{"id", found.Get("id")},
                                        {"name", found.Get("name")},
                                        {"size", found.Get("size")},
                                        {"stamp", found.Get("stamp")}});
      sink(index, std::move(response));
    }
  }

  const Block* MetaSchema() const override { return &meta_; }
  const api::IdentitySchema* FindIdentity(std::string_view type) const override {
    return type == "mock_vault" ? &identity_ : nullptr;
  }
  api::IdentityResponse UpgradeIdentity(std::string_view, int64_t, std::string_view json) override {
    auto old = language::value::FromJson(json, Type::Object({{"name", Type::String()}}));
    if (!old.ok())
      return {.diagnostics = {{.summary = "Invalid stored identity", .detail = old.error().message()}}};
    return {.identity = IdentityNamed(TextOf(*old, "name"))};
  }
  bool CanMove() const override { return true; }
  api::MoveResponse Move(const api::MoveRequest& request) override {
    if (request.source_type != "mock_object" || request.target_type != "mock_vault")
      return {.diagnostics = {{.summary = "Unsupported move", .detail = "Only objects can become vaults."}}};
    auto object = language::value::FromJson(request.source_json, object_.block.implied_type());
    if (!object.ok())
      return {.diagnostics = {{.summary = "Invalid stored object", .detail = object.error().message()}}};
    Value state = vault_.block.EmptyValue();
    for (const char* name : {"id", "name"}) state = With(state, name, object->Get(name));
    return {.state = std::move(state), .identity = IdentityNamed(TextOf(*object, "name"))};
  }

  const Block* FindEphemeral(std::string_view type) const override {
    return type == "mock_token" ? &token_ : nullptr;
  }
  std::vector<std::string> EphemeralTypes() const override { return {"mock_token"}; }
  ProviderDiagnostics ValidateEphemeral(std::string_view, const Value&) override { return {}; }
  // What is private of a token: how it fails, and when it wants to be renewed.
  api::OpenResponse Open(const api::OpenRequest& request, std::stop_token) override {
    ++calls_;
    const std::string fail = TextOf(request.config, "fail");
    if (fail == "open") return {.diagnostics = {Failure("opening")}};
    const Value& renew = request.config.Get("renew_ms");
    const int64_t period = renew.IsKnownNotNull() ? renew.AsInt64().value_or(0) : 0;
    api::OpenResponse response{.private_data = fmt::format("{} {}", period, fail), .renew_at = After(period)};
    response.result =
        With(request.config, "token", Value::String("token-of-" + TextOf(request.config, "name")));
    return response;
  }
  api::RenewResponse Renew(std::string_view, std::string_view private_data) override {
    ++calls_;
    {
      std::lock_guard lock(renewals_mutex_);
      ++renewals_;
    }
    renewed_.notify_all();
    if (private_data.ends_with(" renew")) return {.diagnostics = {Failure("renewing")}};
    return {.private_data = std::string(private_data),
            .renew_at = After(std::strtoll(std::string(private_data).c_str(), nullptr, 10))};
  }
  ProviderDiagnostics Close(std::string_view, std::string_view private_data) override {
    ++calls_;
    if (private_data.ends_with(" close")) return {Failure("closing")};
    return {};
  }

  const Block* FindList(std::string_view type) const override {
    return type == "mock_vault" ? &vaults_ : nullptr;
  }
  std::vector<std::string> ListTypes() const override { return {"mock_vault"}; }
  ProviderDiagnostics ValidateList(const api::ListRequest& request) override {
    if (TextOf(request.config, "fail") != "validate") return {};
    ProviderDiagnostic failure = Failure("validating");
    failure.attribute = {PathStep::Attribute("fail")};
    return {failure};
  }
  ProviderDiagnostics List(const api::ListRequest& request, const api::ListSink& sink,
                           std::stop_token stop) override {
    ++calls_;
    const std::string fail = TextOf(request.config, "fail");
    const int64_t count = std::min(request.config.Get("count").AsInt64().value_or(0), request.limit);
    for (int64_t number = 0; number < count && !stop.stop_requested(); ++number) {
      const std::string name = fmt::format("vault-{}", number);
      api::ListedObject listed{.identity = IdentityNamed(name), .display_name = "Vault " + name};
      if (request.with_objects)
        listed.object = With(With(vault_.block.EmptyValue(), "id", Value::String("id-of-" + name)), "name",
                             Value::String(name));
      if (fail == "object" && number == 1) listed = {.diagnostics = {Failure("reading one")}};
      if (!sink(std::move(listed))) return {};
    }
    return fail == "list" ? ProviderDiagnostics{Failure("listing")} : ProviderDiagnostics();
  }

  api::ImportResponse Import(const api::ImportRequest& request) override {
    if (!request.identity.IsNull()) {
      const std::string name = TextOf(request.identity, "name");
      Value state = With(vault_.block.EmptyValue(), "id", Value::String("id-of-" + name));
      return {.objects = {{.type = std::string(request.type),
                           .state = With(state, "name", Value::String(name)),
                           .identity = IdentityNamed(name)}}};
    }
    const api::ResourceSchema* schema = FindResource(request.type);
    return {.objects = {{.type = std::string(request.type),
                         .state = With(schema->block.EmptyValue(), "id", Value::String(request.id))}}};
  }
  void FindCreated(std::span<const api::FindCreatedRequest> requests,
                   const api::Sink<api::FindCreatedResponse>& sink, std::stop_token) override {
    ++calls_;
    for (size_t index = 0; index < requests.size(); ++index)
      sink(index, {.state = FindByName(TextOf(requests[index].planned, "name"))});
  }
  api::Forecast ForecastChanges(std::span<const api::PlannedChange> changes) override {
    return {.calls = static_cast<int64_t>(changes.size())};
  }
  api::Usage CurrentUsage() const override { return {.calls = calls_}; }

 private:
  api::PlanResponse PlanOne(const api::PlanRequest& request) {
    api::PlanResponse response{.planned = request.proposed,
                               .private_data = std::string(request.private_data)};
    if (request.proposed.IsNull()) return response;
    if (TextOf(request.proposed, "fail") == "defer")
      response.deferred = api::DeferredReason::kResourceConfigUnknown;
    if (TextOf(request.proposed, "fail") == "plan") response.diagnostics.push_back(Failure("planning"));
    // What is write-only goes by the configuration alone.
    const Block& schema = FindResource(request.type)->block;
    const Value proposed = schema.ContainsWriteOnly()
                               ? language::schema::WithoutWriteOnly(schema, request.proposed)
                               : request.proposed;
    std::vector<Value> values(proposed.Elements().begin(), proposed.Elements().end());
    bool create = request.prior.IsNull();
    bool changed = create || !request.prior.RawEquals(proposed);
    const auto& attributes = schema.attributes;
    Type type = request.proposed.type();
    for (const language::schema::Attribute& attribute : attributes) {
      size_t position = static_cast<size_t>(type.AttributeIndex(attribute.name));
      const Value& configured = request.config.Get(attribute.name);
      if (attribute.computed && configured.IsNull() &&
          (create || (changed && (attribute.name == "stamp" || attribute.name == "secret_length"))))
        values[position] = Value::Unknown(attribute.type);
    }
    if (!create && request.type == "mock_object" &&
        !request.prior.Get("size").RawEquals(request.proposed.Get("size")))
      response.requires_replace.push_back({PathStep::Attribute("size")});
    if (TextOf(request.proposed, "lie") == "plan")
      values[static_cast<size_t>(type.AttributeIndex("name"))] = Value::String("something else");
    response.planned = Value::ObjectOf(type, std::move(values));
    return response;
  }

  api::ApplyResponse ApplyOne(const api::ApplyRequest& request, std::stop_token stop) {
    ++calls_;
    Pause(request.planned.IsNull() ? request.prior : request.planned, stop);
    if (TextOf(request.planned, "lie") == "until-renewed") WaitForRenewal(stop);
    api::ApplyResponse response{.state = request.planned, .private_data = std::string(request.private_data)};
    if (request.planned.IsNull()) {
      if (TextOf(request.prior, "fail") == "delete") {
        response.diagnostics.push_back(Failure("deleting"));
        response.state = request.prior;
      } else if (!store_.empty()) {
        (void)base::core::RemoveFile(FileOf(request.type, TextOf(request.prior, "id")));
      }
      return response;
    }
    std::string fail = TextOf(request.planned, "fail");
    bool create = request.prior.IsNull();
    if (fail == (create ? "create" : "update")) {
      response.state = request.prior;
      response.diagnostics.push_back(Failure(create ? "creating" : "updating"));
      return response;
    }
    std::vector<Value> values(request.planned.Elements().begin(), request.planned.Elements().end());
    for (size_t index = 0; index < values.size(); ++index) {
      if (values[index].IsKnown()) continue;
      std::string_view name = request.planned.KeyAt(index);
      if (name == "id")
        values[index] = Value::String(base::core::RandomHex(8));
      else if (name == "stamp")
        values[index] = Value::String("stamp-" + base::core::RandomHex(4));
      else if (name == "secret_length")
        values[index] = Value::Int(static_cast<int64_t>(TextOf(request.config, "secret").size()));
      else if (name == "team")
        values[index] = Value::String(TextOf(request.provider_meta, "team"));
      else if (values[index].type().IsString())
        values[index] = Value::String("computed");
      else
        values[index] = Value::Null(values[index].type());
    }
    response.state = Value::ObjectOf(request.planned.type(), std::move(values));
    if (request.type == "mock_vault") response.identity = IdentityNamed(TextOf(response.state, "name"));
    if (TextOf(request.planned, "lie") == "apply")
      response.state = With(response.state, "name", Value::String("something else"));
    if (!store_.empty()) Store(request.type, response.state, response.diagnostics);
    if (fail == "after-create" && create) response.diagnostics.push_back(Failure("finishing the creation"));
    return response;
  }

  static api::RenewAt After(int64_t milliseconds) {
    if (milliseconds <= 0) return {};
    return std::chrono::system_clock::now() + std::chrono::milliseconds(milliseconds);
  }
  static Value IdentityNamed(const std::string& name) {
    return Value::Object({{"name", Value::String(name)}, {"zone", Value::String("here")}});
  }

  // Waits as long as the object (or the provider) says, but not longer than the run is wanted, unless it lies
  // about that too.
  void Pause(const Value& object, std::stop_token stop) {
    int64_t delay = delay_ms_;
    if (const Value* own = object.Find("delay_ms"); own && own->IsKnownNotNull())
      delay = own->AsInt64().value_or(0);
    if (delay <= 0) return;
    if (TextOf(object, "lie") == "stop") stop = {};
    std::mutex mutex;
    std::unique_lock lock(mutex);
    std::condition_variable_any wake;
    wake.wait_for(lock, stop, std::chrono::milliseconds(delay), [] { return false; });
  }

  void WaitForRenewal(std::stop_token stop) {
    std::unique_lock lock(renewals_mutex_);
    renewed_.wait_for(lock, stop, std::chrono::seconds(30), [this] { return renewals_ > 0; });
  }

  std::string FileOf(std::string_view type, std::string_view id) const {
    return base::core::JoinPath(store_, fmt::format("{}.{}.json", type, id));
  }
  Value Stored(std::string_view type, std::string_view id) const {
    Type wanted = FindResource(type)->block.implied_type();
    auto text = base::core::ReadFile(FileOf(type, id));
    if (!text.ok()) return Value::Null(wanted);
    auto value = language::value::FromJson(*text, wanted);
    return value.ok() ? *value : Value::Null(wanted);
  }
  void Store(std::string_view type, const Value& object, ProviderDiagnostics& diagnostics) {
    auto json = language::value::ToJson(object, FindResource(type)->block.implied_type());
    if (!json.ok()) return;
    auto written = base::core::ReplaceFile(FileOf(type, TextOf(object, "id")), *json, 0600);
    if (!written.ok()) diagnostics.push_back({.summary = "Mock store", .detail = written.error().message()});
  }
  Value FindByName(std::string_view name) const {
    Type wanted = object_.block.implied_type();
    auto files = base::core::ListDirectory(store_.empty() ? "." : store_);
    if (store_.empty() || !files.ok()) return Value::Null(wanted);
    for (const std::string& file : *files) {
      if (!file.starts_with("mock_object.") || !file.ends_with(".json")) continue;
      std::string id = file.substr(12, file.size() - 12 - 5);
      Value found = Stored("mock_object", id);
      if (TextOf(found, "name") == name) return found;
    }
    return Value::Null(wanted);
  }

  const language::schema::Block config_ = mock::ConfigSchema();
  const api::ResourceSchema object_ = ObjectSchema();
  const api::ResourceSchema wide_ = WideSchema();
  const api::ResourceSchema nested_ = NestedSchema();
  const api::ResourceSchema vault_ = VaultSchema();
  const api::IdentitySchema identity_ = VaultIdentity();
  const language::schema::Block token_ = TokenSchema();
  const language::schema::Block vaults_ = VaultListSchema();
  const language::schema::Block meta_ = mock::MetaSchema();
  const api::ResourceSchema data_ = ObjectDataSchema();
  std::string store_;
  int64_t delay_ms_ = 0;
  std::atomic<int64_t> calls_{0};
  std::mutex renewals_mutex_;
  std::condition_variable_any renewed_;
  int64_t renewals_ = 0;
};

}  // namespace

std::shared_ptr<api::Provider> MakeMockProvider() { return std::make_shared<MockProvider>(); }

}  // namespace provider::mock
