// The provider interface as plain structs: blocking, thread-safe, batch-shaped (reads, plans and
// applies take spans, every result goes to a sink as it arrives). Implemented by provider/builtin,
// provider/mock, okta/resources and later the plugin adapter; called by engine/run only.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/diag/diagnostics.h"
#include "language/schema/schema.h"
#include "language/value/value.h"
#include "provider/api/diagnostics.h"
#include "provider/api/ephemeral.h"
#include "provider/api/functions.h"
#include "provider/api/identity.h"
#include "provider/api/list.h"

namespace provider::api {

using language::schema::Block;

struct ResourceSchema {
  int64_t version = 0;
  Block block;
};

// Why a provider puts a change or a read off until a later run; it does so only where a run allows it.
enum class DeferredReason { kUnknown, kResourceConfigUnknown, kProviderConfigUnknown, kAbsentPrerequisite };

struct ReadRequest {
  std::string_view type;
  Value prior;  // unmarked, known, implied type
  std::string_view private_data;
  std::string_view address;  // for progress and logs only
  Value identity;            // as last known; null: none
  Value provider_meta;       // the module's provider_meta block; null: none
};
struct ReadResponse {
  Value state;  // null: the object is gone
  std::string private_data;
  Value identity;
  std::optional<DeferredReason> deferred;
  ProviderDiagnostics diagnostics;
};

struct PlanRequest {
  std::string_view type;
  Value prior;     // null: create
  Value proposed;  // null: destroy
  Value config;
  std::string_view private_data;
  std::string_view address;
  Value prior_identity;
  Value provider_meta;
};
struct PlanResponse {
  Value planned;
  std::vector<Path> requires_replace;
  std::string private_data;
  Value planned_identity;
  std::optional<DeferredReason> deferred;
  // Old SDK semantics: plan checks only warn in the log (okta resources built on SDKv2).
  bool legacy_type_system = false;
  ProviderDiagnostics diagnostics;
};

struct ApplyRequest {
  std::string_view type;
  Value prior;    // null: create
  Value planned;  // null: destroy
  Value config;   // null: destroy
  std::string_view private_data;
  std::string_view address;
  Value planned_identity;
  Value provider_meta;
};
struct ApplyResponse {
  Value state;  // null after destroy, or nothing was made
  std::string private_data;
  Value identity;
  bool legacy_type_system = false;
  ProviderDiagnostics diagnostics;
};

struct ReadDataRequest {
  std::string_view type;
  Value config;
  std::string_view address;
  Value provider_meta;
};
struct ReadDataResponse {
  Value state;
  std::optional<DeferredReason> deferred;
  ProviderDiagnostics diagnostics;
};

struct ImportRequest {
  std::string_view type;
  std::string_view id;  // empty where `identity` is set
  Value identity;       // of the type's identity schema; null: by id
};
struct ImportedObject {
  std::string type;
  Value state;
  std::string private_data;
  Value identity;
};
struct ImportResponse {
  std::vector<ImportedObject> objects;
  std::optional<DeferredReason> deferred;
  ProviderDiagnostics diagnostics;
};

// An object as the state file holds it.
struct UpgradeRequest {
  std::string_view type;
  int64_t version = 0;  // of the schema that it was written with
  std::string json;     // the attributes
  bool flat = false;    // `json` has the flat texts of states before Terraform 0.12
};
struct UpgradeResponse {
  Value state;
  ProviderDiagnostics diagnostics;
};

// An object that a `moved` block takes over from another resource type, as the state file holds it.
struct MoveRequest {
  std::string_view source_provider;  // "registry.terraform.io/hashicorp/null"
  std::string_view source_type;
  int64_t source_version = 0;
  std::string_view source_json;
  bool source_flat = false;  // as UpgradeRequest::flat
  std::string_view source_private_data;
  std::string_view source_identity_json;  // empty: none
  int64_t source_identity_version = 0;
  std::string_view target_type;
};
struct MoveResponse {
  Value state;
  std::string private_data;
  Value identity;
  ProviderDiagnostics diagnostics;
};

// A create whose answer was lost: what was asked for, and when the intent was written.
struct FindCreatedRequest {
  std::string_view type;
  Value planned;
  std::chrono::system_clock::time_point since;
};
struct FindCreatedResponse {
  Value state;  // null: nothing found
  ProviderDiagnostics diagnostics;
};

struct PlannedChange {
  std::string_view type;
  char action = 'c';  // c(reate) u(pdate) d(elete) r(eplace)
  Value prior, planned;
};
struct Forecast {
  int64_t calls = 0;
  std::chrono::seconds duration{0};
};

// What a run cost the remote side: shown when calls were held back.
struct Usage {
  int64_t calls = 0;
  int64_t waits = 0;  // calls that the rate budget held back
  std::chrono::milliseconds waited{0};
  // Who counts: configurations that share one budget name the same counter, and are counted once. Null: its
  // own.
  const void* counter = nullptr;
};

// index: into the request span. May be called from any thread, in any order, once for each request.
template <typename Response>
using Sink = std::function<void(size_t index, Response response)>;

// One configured (or not yet configured) provider. All methods may be called from several threads at once;
// Configure happens before all but the schema and validation methods.
class Provider {
 public:
  virtual ~Provider() = default;

  virtual const Block& ConfigSchema() const = 0;
  // Null when the type is unknown. The reference stays valid for the provider's life; built on first use.
  virtual const ResourceSchema* FindResource(std::string_view type) const = 0;
  virtual const ResourceSchema* FindDataSource(std::string_view type) const = 0;
  virtual std::vector<std::string> ResourceTypes() const = 0;
  virtual std::vector<std::string> DataSourceTypes() const = 0;

  virtual ProviderDiagnostics ValidateConfig(const Value& config) = 0;
  virtual ProviderDiagnostics ValidateResource(std::string_view type, const Value& config) = 0;
  virtual ProviderDiagnostics ValidateDataSource(std::string_view type, const Value& config) = 0;

  // Must not fail a plan that makes no call: errors of credentials come with the calls.
  virtual ProviderDiagnostics Configure(const Value& config) = 0;

  // `json`: the attributes object as the state file holds it, written with schema `version`.
  virtual UpgradeResponse Upgrade(std::string_view type, int64_t version, std::string_view json) = 0;
  // Many at once; by Upgrade where that is all that there is.
  virtual void UpgradeAll(std::span<const UpgradeRequest> requests, const Sink<UpgradeResponse>& sink,
                          std::stop_token stop);
  // Whether objects of the current schema are to be shown to Upgrade, too: plugins may rely on seeing all.
  virtual bool UpgradesAlways() const { return false; }
  virtual void Read(std::span<const ReadRequest> requests, const Sink<ReadResponse>& sink,
                    std::stop_token stop) = 0;
  virtual void Plan(std::span<const PlanRequest> requests, const Sink<PlanResponse>& sink,
                    std::stop_token stop) = 0;
  virtual void Apply(std::span<const ApplyRequest> requests, const Sink<ApplyResponse>& sink,
                     std::stop_token stop) = 0;
  virtual void ReadData(std::span<const ReadDataRequest> requests, const Sink<ReadDataResponse>& sink,
                        std::stop_token stop) = 0;
  // Whether Plan is to be asked about destructions, too (`proposed` null): to warn of them, or to refuse
  // them.
  virtual bool PlansDestroy() const { return false; }
  virtual ImportResponse Import(const ImportRequest& request) = 0;
  // Many at once; by Import where that is all that there is.
  virtual void ImportAll(std::span<const ImportRequest> requests, const Sink<ImportResponse>& sink,
                         std::stop_token stop);
  // Whether Move may be asked at all; most providers know no other types than their own.
  virtual bool CanMove() const { return false; }
  virtual MoveResponse Move(const MoveRequest& request);
  // What a run that died may have left behind, for all of its creates in doubt at once: an object is an
  // answer only when its natural key matches and it was made at or after `since`.
  virtual void FindCreated(std::span<const FindCreatedRequest> requests,
                           const Sink<FindCreatedResponse>& sink, std::stop_token stop) = 0;
  virtual Forecast ForecastChanges(std::span<const PlannedChange> changes) = 0;
  virtual Usage CurrentUsage() const { return {}; }

  // Null: the provider knows no provider_meta blocks.
  virtual const Block* MetaSchema() const { return nullptr; }
  // Null: objects of the type have no identity.
  virtual const IdentitySchema* FindIdentity(std::string_view type) const;
  virtual IdentityResponse UpgradeIdentity(std::string_view type, int64_t version, std::string_view json);

  // Resources that live as long as a run. They stay open until Close; whoever opened one renews it in time.
  virtual const Block* FindEphemeral(std::string_view type) const;
  virtual std::vector<std::string> EphemeralTypes() const { return {}; }
  virtual ProviderDiagnostics ValidateEphemeral(std::string_view type, const Value& config);
  virtual OpenResponse Open(const OpenRequest& request, std::stop_token stop);
  virtual RenewResponse Renew(std::string_view type, std::string_view private_data);
  virtual ProviderDiagnostics Close(std::string_view type, std::string_view private_data);

  // What exists of a type. Null: there is no list of it. The schema is that of the list's own arguments.
  virtual const Block* FindList(std::string_view type) const;
  virtual std::vector<std::string> ListTypes() const { return {}; }
  virtual ProviderDiagnostics ValidateList(const ListRequest& request);
  // Blocks until all is found, the limit is reached, or the sink wants no more. Errors of single objects come
  // with them.
  virtual ProviderDiagnostics List(const ListRequest& request, const ListSink& sink, std::stop_token stop);

  // Functions for expressions; they need no configuration. Valid for the provider's life.
  virtual std::span<const FunctionSignature> Functions() const { return {}; }
  // `name` is one of Functions(); the arguments fit its signature, and are unmarked.
  virtual FunctionResult CallFunction(std::string_view name, std::span<const Value> arguments) {
    static_cast<void>(arguments);
    return {.error = "there is no function named " + std::string(name)};
  }

  // Whether Apply may be called for many instances at once without the network: then the engine asks in
  // larger batches and needs no intent in the journal (terraform_data).
  virtual bool IsLocal() const { return false; }
  // Ends the walk: caches of this plan or apply are dropped (never kept across the approval prompt).
  virtual void EndWalk() {}
  virtual void Stop() {}
};

}  // namespace provider::api
