#include "okta/resources/okta_provider.h"

#include <shared_mutex>

#include "language/value/codec.h"
#include "okta/resources/build_schema.h"
#include "okta/resources/catalog.h"
#include "okta/resources/data_sources.h"
#include "okta/resources/find_created.h"
#include "okta/resources/forecast.h"
#include "okta/resources/go_json.h"
#include "okta/resources/importer.h"
#include "okta/resources/lister.h"
#include "okta/resources/planner.h"
#include "okta/resources/reader.h"
#include "okta/resources/writer.h"

namespace okta::resources {
namespace {

namespace json = boost::json;
using language::value::PathStep;
using provider::api::ApplyRequest;
using provider::api::ApplyResponse;
using provider::api::Block;
using provider::api::FindCreatedRequest;
using provider::api::FindCreatedResponse;
using provider::api::Forecast;
using provider::api::IdentityResponse;
using provider::api::IdentitySchema;
using provider::api::ImportRequest;
using provider::api::ImportResponse;
using provider::api::ListRequest;
using provider::api::ListSink;
using provider::api::PlannedChange;
using provider::api::PlanRequest;
using provider::api::PlanResponse;
using provider::api::ReadDataRequest;
using provider::api::ReadDataResponse;
using provider::api::ReadRequest;
using provider::api::ReadResponse;
using provider::api::ResourceSchema;
using provider::api::Sink;
using provider::api::UpgradeResponse;
using provider::api::Usage;

// A token that stops when either of two does.
class JoinedStop {
 public:
  JoinedStop(std::stop_token a, std::stop_token b)
      : on_a_(std::move(a), Ask{&source_}), on_b_(std::move(b), Ask{&source_}) {}
  std::stop_token token() const { return source_.get_token(); }

 private:
  struct Ask {
    std::stop_source* source;
    void operator()() const { source->request_stop(); }
  };
  std::stop_source source_;
  std::stop_callback<Ask> on_a_, on_b_;
};

api::Arguments ArgumentsOf(const Value& config) {
  api::Arguments arguments;
  auto text = [&](const char* name, std::optional<std::string>* out) {
    const Value& value = config.Get(name);
    if (value.IsKnownNotNull()) *out = std::string(value.AsString());
  };
  auto number = [&](const char* name, std::optional<int64_t>* out) {
    const Value& value = config.Get(name);
    if (value.IsKnownNotNull()) *out = value.AsInt64();
  };
  text("org_name", &arguments.org_name);
  text("base_url", &arguments.base_url);
  text("http_proxy", &arguments.http_proxy);
  text("api_token", &arguments.api_token);
  text("access_token", &arguments.access_token);
  text("client_id", &arguments.client_id);
  text("private_key", &arguments.private_key);
  text("private_key_id", &arguments.private_key_id);
  number("min_wait_seconds", &arguments.min_wait_seconds);
  number("max_wait_seconds", &arguments.max_wait_seconds);
  number("max_retries", &arguments.max_retries);
  number("parallelism", &arguments.parallelism);
  number("log_level", &arguments.log_level);
  number("max_api_capacity", &arguments.max_api_capacity);
  number("request_timeout", &arguments.request_timeout);
  if (const Value& scopes = config.Get("scopes"); scopes.IsKnownNotNull()) arguments.scopes = TextsOf(scopes);
  if (const Value& backoff = config.Get("backoff"); backoff.IsKnownNotNull())
    arguments.backoff = backoff.AsBool();
  return arguments;
}

// Attributes that this version does not know are dropped, as SDKv2 does.
void DropUnknown(const Type& type, json::value* value) {
  if (type.IsObject() && value->is_object()) {
    json::object& object = value->get_object();
    for (auto it = object.begin(); it != object.end();) {
      int index = type.AttributeIndex(std::string_view(it->key().data(), it->key().size()));
      if (index < 0) {
        it = object.erase(it);
      } else {
        DropUnknown(type.attributes()[static_cast<size_t>(index)].type, &it->value());
        ++it;
      }
    }
  } else if (type.IsCollection() && value->is_array()) {
    for (json::value& element : value->get_array()) DropUnknown(type.element(), &element);
  }
}

class OktaProvider : public provider::api::Provider {
 public:
  OktaProvider(base::core::Environment environment, std::shared_ptr<api::Connections> connections)
      : environment_(std::move(environment)), connections_(std::move(connections)) {}

  const Block& ConfigSchema() const override {
    std::lock_guard lock(schema_mutex_);
    if (!config_schema_) config_schema_ = std::make_unique<Block>(ProviderBlock());
    return *config_schema_;
  }

  const ResourceSchema* FindResource(std::string_view type) const override {
    const ResourceSpec* spec = FindResourceSpec(type);
    return spec == nullptr ? nullptr : Schema(&resources_, type, [&] { return ResourceBlock(*spec); });
  }

  const ResourceSchema* FindDataSource(std::string_view type) const override {
    const DataSourceSpec* spec = FindDataSourceSpec(type);
    return spec == nullptr ? nullptr : Schema(&data_sources_, type, [&] { return DataSourceBlock(*spec); });
  }

  std::vector<std::string> ResourceTypes() const override {
    std::vector<std::string> types;
    for (const ResourceSpec& spec : AllResources()) types.emplace_back(spec.type);
    return types;
  }
  std::vector<std::string> DataSourceTypes() const override {
    std::vector<std::string> types;
    for (const DataSourceSpec& spec : AllDataSources()) types.emplace_back(spec.type);
    return types;
  }

  ProviderDiagnostics ValidateConfig(const Value& config) override {
    ProviderDiagnostics diagnostics;
    if (!config.IsKnownNotNull()) return diagnostics;
    for (api::ArgumentProblem& problem : api::CheckArguments(ArgumentsOf(config.UnmarkedDeep()))) {
      ProviderDiagnostic diagnostic = ErrorDiagnostic(std::move(problem.summary), std::move(problem.detail));
      diagnostic.attribute = {PathStep::Attribute(std::move(problem.attribute))};
      diagnostics.push_back(std::move(diagnostic));
    }
    return diagnostics;
  }

  ProviderDiagnostics ValidateResource(std::string_view type, const Value& config) override {
    const ResourceSpec* spec = FindResourceSpec(type);
    CHECK(spec != nullptr);
    return ValidateFields(spec->fields, spec->nested, config);
  }

  ProviderDiagnostics ValidateDataSource(std::string_view type, const Value& config) override {
    const DataSourceSpec* spec = FindDataSourceSpec(type);
    CHECK(spec != nullptr);
    return ValidateFields(spec->fields, spec->nested, config);
  }

  ProviderDiagnostics Configure(const Value& config) override {
    api::Arguments arguments;
    if (config.IsKnownNotNull()) arguments = ArgumentsOf(config.UnmarkedDeep());
    std::unique_lock lock(client_mutex_);
    client_ = connections_->Get(api::ResolveSettings(arguments, environment_));
    return {};
  }

  UpgradeResponse Upgrade(std::string_view type, int64_t version, std::string_view text) override {
    UpgradeResponse response;
    const ResourceSchema* schema = FindResource(type);
    CHECK(schema != nullptr);
    Type implied = schema->block.implied_type();
    response.state = Value::Null(implied);
    if (version > schema->version) {
      response.diagnostics.push_back(ErrorDiagnostic(
          "Resource instance managed by newer provider version",
          fmt::format(
              "The state of {} was written with schema version {}, this provider knows versions up to {}. "
              "Use a newer version of the okta provider.",
              type, version, schema->version)));
      return response;
    }
    auto state = language::value::FromJson(text, implied);
    if (!state.ok()) {
      std::optional<json::value> document = ParseJsonText(text);
      if (document) {
        DropUnknown(implied, &*document);
        state = language::value::FromJson(json::serialize(*document), implied);
      }
    }
    if (!state.ok()) {
      response.diagnostics.push_back(
          ErrorDiagnostic(fmt::format("Invalid state of {}", type), state.error().message()));
      return response;
    }
    response.state = std::move(*state);
    return response;
  }

  void Read(std::span<const ReadRequest> requests, const Sink<ReadResponse>& sink,
            std::stop_token stop) override {
    if (requests.empty()) return;
    JoinedStop joined(std::move(stop), stop_.get_token());
    ReadResources(requests, sink, MakeSession(joined.token()));
  }

  void Plan(std::span<const PlanRequest> requests, const Sink<PlanResponse>& sink, std::stop_token) override {
    for (size_t i = 0; i < requests.size(); ++i) {
      const ResourceSpec* spec = FindResourceSpec(requests[i].type);
      CHECK(spec != nullptr);
      sink(i, PlanResource(*spec, requests[i]));
    }
  }

  void Apply(std::span<const ApplyRequest> requests, const Sink<ApplyResponse>& sink,
             std::stop_token stop) override {
    if (requests.empty()) return;
    cache_.Clear();
    JoinedStop joined(std::move(stop), stop_.get_token());
    ApplyResources(requests, sink, MakeSession(joined.token()));
  }

  void ReadData(std::span<const ReadDataRequest> requests, const Sink<ReadDataResponse>& sink,
                std::stop_token stop) override {
    if (requests.empty()) return;
    JoinedStop joined(std::move(stop), stop_.get_token());
    ReadDataSources(requests, sink, MakeSession(joined.token()));
  }

  ImportResponse Import(const ImportRequest& request) override {
    const ResourceSpec* spec = FindResourceSpec(request.type);
    CHECK(spec != nullptr);
    const Block& block = FindResource(request.type)->block;
    const Session session = MakeSession(stop_.get_token());
    // States keep the identity of what was imported by it, and of nothing else: the stock provider has none.
    return request.identity.IsNull() ? ImportObject(*spec, block, request.id, session)
                                     : ImportByIdentity(*spec, block, request.identity, session);
  }

  void ImportAll(std::span<const ImportRequest> requests, const Sink<ImportResponse>& sink,
                 std::stop_token stop) override {
    JoinedStop joined(std::move(stop), stop_.get_token());
    const Session session = MakeSession(joined.token());
    std::map<const Objects*, std::vector<std::string>> ids;
    for (const ImportRequest& request : requests) {
      const ResourceSpec* spec = FindResourceSpec(request.type);
      if (spec == nullptr || spec->objects == nullptr) continue;
      const std::string id =
          request.identity.IsNull() ? std::string(request.id) : TextOf(request.identity.Get("id"));
      ids[spec->objects].push_back(id.substr(0, id.find('/')));
    }
    for (const auto& [objects, list] : ids)
      if (list.size() > 1) ListForImport(*objects, list, session);
    for (size_t index = 0; index < requests.size(); ++index) sink(index, Import(requests[index]));
  }

  const Block* FindList(std::string_view type) const override {
    const ResourceSpec* spec = FindResourceSpec(type);
    if (spec == nullptr || !HasList(*spec)) return nullptr;
    return &Schema(&lists_, type, [&] { return ListBlock(*spec->objects); })->block;
  }
  std::vector<std::string> ListTypes() const override {
    std::vector<std::string> types;
    for (const ResourceSpec& spec : AllResources())
      if (HasList(spec)) types.emplace_back(spec.type);
    return types;
  }
  ProviderDiagnostics ValidateList(const ListRequest& request) override {
    return ValidateFields(FindResourceSpec(request.type)->objects->list_fields, {}, request.config);
  }
  ProviderDiagnostics List(const ListRequest& request, const ListSink& sink, std::stop_token stop) override {
    JoinedStop joined(std::move(stop), stop_.get_token());
    return ListObjects(*FindResourceSpec(request.type), FindResource(request.type)->block, request, sink,
                       MakeSession(joined.token()));
  }

  const IdentitySchema* FindIdentity(std::string_view type) const override {
    const ResourceSpec* spec = FindResourceSpec(type);
    return spec != nullptr && HasList(*spec) ? &identity_ : nullptr;
  }
  IdentityResponse UpgradeIdentity(std::string_view type, int64_t, std::string_view text) override {
    auto identity = language::value::FromJson(text, identity_.type);
    if (identity.ok()) return {.identity = std::move(*identity)};
    return {.diagnostics = {
                ErrorDiagnostic(fmt::format("Invalid identity of {}", type), identity.error().message())}};
  }

  void FindCreated(std::span<const FindCreatedRequest> requests, const Sink<FindCreatedResponse>& sink,
                   std::stop_token stop) override {
    if (requests.empty()) return;
    JoinedStop joined(std::move(stop), stop_.get_token());
    FindCreatedObjects(requests, sink, MakeSession(joined.token()));
  }

  Forecast ForecastChanges(std::span<const PlannedChange> changes) override {
    std::shared_ptr<api::Client> client = CurrentClient();
    return ForecastOf(changes, client == nullptr ? nullptr : &client->governor());
  }

  Usage CurrentUsage() const override {
    std::shared_ptr<api::Client> client = CurrentClient();
    if (client == nullptr) return {};
    api::GovernorUsage usage = client->governor().usage();
    return {usage.calls, usage.waits, std::chrono::duration_cast<std::chrono::milliseconds>(usage.waited),
            &client->governor()};
  }

  void EndWalk() override { cache_.Clear(); }
  void Stop() override { stop_.request_stop(); }

 private:
  using Schemas = std::map<std::string, std::unique_ptr<ResourceSchema>, std::less<>>;

  template <typename Make>
  const ResourceSchema* Schema(Schemas* schemas, std::string_view type, const Make& make) const {
    std::lock_guard lock(schema_mutex_);
    auto found = schemas->find(type);
    if (found == schemas->end()) {
      auto schema = std::make_unique<ResourceSchema>();
      schema->block = make();
      found = schemas->emplace(std::string(type), std::move(schema)).first;
    }
    return found->second.get();
  }

  std::shared_ptr<api::Client> CurrentClient() const {
    std::shared_lock lock(client_mutex_);
    return client_;
  }

  Session MakeSession(std::stop_token stop) {
    std::shared_ptr<api::Client> client = CurrentClient();
    CHECK(client != nullptr);  // the engine configures first
    return {std::move(client), &cache_, std::move(stop)};
  }

  const base::core::Environment environment_;
  const std::shared_ptr<api::Connections> connections_;
  mutable std::shared_mutex client_mutex_;
  std::shared_ptr<api::Client> client_;
  mutable std::mutex schema_mutex_;
  mutable std::unique_ptr<Block> config_schema_;
  mutable Schemas resources_, data_sources_, lists_;
  const IdentitySchema identity_ = IdIdentity();
  WalkCache cache_;
  std::stop_source stop_;
};

}  // namespace

std::unique_ptr<provider::api::Provider> MakeOktaProvider(base::core::Environment environment,
                                                          std::shared_ptr<api::Connections> connections) {
  return std::make_unique<OktaProvider>(std::move(environment), std::move(connections));
}

}  // namespace okta::resources
