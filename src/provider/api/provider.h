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

namespace provider::api {

using base::diag::Diagnostics;
using language::schema::Block;
using language::value::Path;
using language::value::Value;

struct ResourceSchema {
  int64_t version = 0;
  Block block;
};

// A diagnostic of a provider may point at an attribute; the engine resolves it to source.
struct ProviderDiagnostic {
  base::diag::Severity severity = base::diag::Severity::kError;
  std::string summary;
  std::string detail;
  Path attribute;
};
using ProviderDiagnostics = std::vector<ProviderDiagnostic>;
bool HasErrors(const ProviderDiagnostics& diagnostics);

struct ReadRequest {
  std::string_view type;
  Value prior;  // unmarked, known, implied type
  std::string_view private_data;
  std::string_view address;  // for progress and logs only
};
struct ReadResponse {
  Value state;  // null: the object is gone
  std::string private_data;
  ProviderDiagnostics diagnostics;
};

struct PlanRequest {
  std::string_view type;
  Value prior;     // null: create
  Value proposed;  // null: destroy
  Value config;
  std::string_view private_data;
  std::string_view address;
};
struct PlanResponse {
  Value planned;
  std::vector<Path> requires_replace;
  std::string private_data;
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
};
struct ApplyResponse {
  Value state;  // null after destroy, or nothing was made
  std::string private_data;
  bool legacy_type_system = false;
  ProviderDiagnostics diagnostics;
};

struct ReadDataRequest {
  std::string_view type;
  Value config;
  std::string_view address;
};
struct ReadDataResponse {
  Value state;
  ProviderDiagnostics diagnostics;
};

struct ImportedObject {
  std::string type;
  Value state;
  std::string private_data;
};
struct ImportResponse {
  std::vector<ImportedObject> objects;
  ProviderDiagnostics diagnostics;
};

struct UpgradeResponse {
  Value state;
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
  virtual void Read(std::span<const ReadRequest> requests, const Sink<ReadResponse>& sink,
                    std::stop_token stop) = 0;
  virtual void Plan(std::span<const PlanRequest> requests, const Sink<PlanResponse>& sink,
                    std::stop_token stop) = 0;
  virtual void Apply(std::span<const ApplyRequest> requests, const Sink<ApplyResponse>& sink,
                     std::stop_token stop) = 0;
  virtual void ReadData(std::span<const ReadDataRequest> requests, const Sink<ReadDataResponse>& sink,
                        std::stop_token stop) = 0;
  virtual ImportResponse Import(std::string_view type, std::string_view id) = 0;
  virtual FindCreatedResponse FindCreated(const FindCreatedRequest& request) = 0;
  virtual Forecast ForecastChanges(std::span<const PlannedChange> changes) = 0;
  virtual Usage CurrentUsage() const { return {}; }

  // Whether Apply may be called for many instances at once without the network: then the engine asks in
  // larger batches and needs no intent in the journal (terraform_data).
  virtual bool IsLocal() const { return false; }
  // Ends the walk: caches of this plan or apply are dropped (never kept across the approval prompt).
  virtual void EndWalk() {}
  virtual void Stop() {}
};

}  // namespace provider::api
