#include "engine/run/ephemerals.h"

#include <fmt/format.h>

#include "engine/run/conditions.h"
#include "engine/run/meta_arguments.h"
#include "engine/run/provider_checks.h"

namespace engine::run {
namespace {

std::chrono::milliseconds Since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - start);
}

// One instance on its way; nothing after errors.
std::optional<Value> OpenInstance(const config::Resource& resource, const ResourceInstance& address,
                                  const InstanceScope& scope, Provider& provider,
                                  const EphemeralOptions& options, Ephemerals& open,
                                  Diagnostics& diagnostics) {
  if (!CheckConditions(resource.lifecycle.preconditions, "Resource precondition failed", scope,
                       options.condition_severity, CheckedResource(address), options.checks, diagnostics))
    return std::nullopt;
  const language::schema::Block& schema = *provider.FindEphemeral(resource.address.type);
  Diagnostics decoding;
  Value config = language::eval::DecodeBody(*resource.body.file, *resource.body.body, schema, scope,
                                            kResourceMetaArguments, kResourceMetaBlocks, decoding);
  bool failed = decoding.HasErrors();
  diagnostics.Append(std::move(decoding));
  if (failed) return std::nullopt;
  std::vector<std::pair<language::value::Path, language::value::Marks>> marks;
  config = config.UnmarkedDeep(&marks);
  provider::api::ProviderDiagnostics list = provider.ValidateEphemeral(resource.address.type, config);
  AppendProviderDiagnostics(list, BlockSource(&resource), address.ToString(), diagnostics);
  if (provider::api::HasErrors(list)) return std::nullopt;
  if (!config.IsWhollyKnown()) {
    options.hooks->EphemeralDeferred(address);
    return Value::Unknown(schema.implied_type()).NotNull();
  }
  std::optional<Value> value = open.Open(address, provider, config, BlockSource(&resource), diagnostics);
  if (!value) return std::nullopt;
  const auto text = [&] { return address.ToString(); };
  if (value->IsNull() || !CheckRead(resource.provider.provider, schema, *value, text, diagnostics)) {
    if (value->IsNull())
      diagnostics.Error("Provider produced invalid ephemeral resource instance",
                        fmt::format("Provider {} opened {} and returned nothing.",
                                    resource.provider.provider.ForDisplay(), text()));
    return std::nullopt;
  }
  return language::schema::MarkSensitive(schema, *value).MarkedAt(marks);
}

}  // namespace

std::optional<Value> Ephemerals::Open(const ResourceInstance& address, Provider& provider,
                                      const Value& config, const BlockSource& source,
                                      Diagnostics& diagnostics) {
  const auto start = std::chrono::steady_clock::now();
  const std::string text = address.ToString();
  hooks_.EphemeralBegins(address, EphemeralOperation::kOpen);
  provider::api::OpenResponse response =
      provider.Open({.type = address.resource.type, .config = config, .address = text}, stop_);
  const bool failed = provider::api::HasErrors(response.diagnostics);
  hooks_.EphemeralEnds(address, EphemeralOperation::kOpen, failed, Since(start));
  AppendProviderDiagnostics(response.diagnostics, source, text, diagnostics);
  if (failed) return std::nullopt;
  std::lock_guard lock(mutex_);
  live_.push_back({address, &provider, source, std::move(response.private_data), response.renew_at, {}});
  if (response.renew_at) {
    if (!renewer_.joinable())
      renewer_ = std::jthread([this](const std::stop_token& stop) { RenewInTime(stop); });
    opened_.notify_one();
  }
  return std::move(response.result);
}

Ephemerals::Live* Ephemerals::NextToRenew() {
  Live* next = nullptr;
  for (Live& live : live_)
    if (live.renew_at && (!next || *live.renew_at < *next->renew_at)) next = &live;
  return next;
}

// What is being renewed stays where it is: closing waits.
void Ephemerals::RenewInTime(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested()) {
    Live* next = NextToRenew();
    if (!next) {
      opened_.wait(lock, stop, [&] { return NextToRenew() != nullptr; });
      continue;
    }
    const auto due = *next->renew_at;
    opened_.wait_until(lock, stop, due, [&] {
      Live* other = NextToRenew();
      return !other || *other->renew_at < due;
    });
    next = NextToRenew();
    if (stop.stop_requested() || !next || *next->renew_at > std::chrono::system_clock::now()) continue;
    next->renew_at.reset();
    const std::string private_data = next->private_data;
    renewing_ = next;
    lock.unlock();
    const auto start = std::chrono::steady_clock::now();
    hooks_.EphemeralBegins(next->address, EphemeralOperation::kRenew);
    provider::api::RenewResponse response = next->provider->Renew(next->address.resource.type, private_data);
    hooks_.EphemeralEnds(next->address, EphemeralOperation::kRenew,
                         provider::api::HasErrors(response.diagnostics), Since(start));
    lock.lock();
    renewing_ = nullptr;
    // After an error it is no longer asked for: what the provider said is told in the end.
    if (!provider::api::HasErrors(response.diagnostics)) {
      next->private_data = std::move(response.private_data);
      next->renew_at = response.renew_at;
    }
    next->problems.insert(next->problems.end(), response.diagnostics.begin(), response.diagnostics.end());
    opened_.notify_all();
  }
}

void Ephemerals::CloseOne(const Live& live, Diagnostics& diagnostics) {
  const auto start = std::chrono::steady_clock::now();
  hooks_.EphemeralBegins(live.address, EphemeralOperation::kClose);
  provider::api::ProviderDiagnostics closed =
      live.provider->Close(live.address.resource.type, live.private_data);
  hooks_.EphemeralEnds(live.address, EphemeralOperation::kClose, provider::api::HasErrors(closed),
                       Since(start));
  const std::string text = live.address.ToString();
  AppendProviderDiagnostics(live.problems, live.source, text, diagnostics);
  AppendProviderDiagnostics(closed, live.source, text, diagnostics);
}

void Ephemerals::Close(const config::Resource& resource, Diagnostics& diagnostics) {
  std::list<Live> closing;
  {
    std::unique_lock lock(mutex_);
    auto concerns = [&](const Live& live) { return live.source.body == resource.body.body; };
    opened_.wait(lock, [&] { return renewing_ == nullptr || !concerns(*renewing_); });
    for (auto at = live_.begin(); at != live_.end();) {
      const auto next = std::next(at);
      if (concerns(*at)) closing.splice(closing.begin(), live_, at);
      at = next;
    }
  }
  for (const Live& live : closing) CloseOne(live, diagnostics);
}

void Ephemerals::CloseAll(Diagnostics& diagnostics) {
  if (renewer_.joinable()) {
    renewer_.request_stop();
    renewer_.join();
  }
  for (; !live_.empty(); live_.pop_back()) CloseOne(live_.back(), diagnostics);
}

bool OpenEphemeral(const config::Resource& resource, ModuleScope& scope, Provider& provider,
                   const EphemeralOptions& options, Ephemerals& open, Diagnostics& diagnostics) {
  std::optional<Expansion> expansion = ExpandResource(scope, resource, options.phase, diagnostics);
  if (!expansion) return false;
  if (!provider.FindEphemeral(resource.address.type)) {
    language::hcl::AddError(diagnostics, "Invalid ephemeral resource",
                            fmt::format("The provider {} does not support ephemeral resource \"{}\".",
                                        resource.provider.provider.ForDisplay(), resource.address.type),
                            *resource.place.file, resource.type_span);
    return false;
  }
  ResourceValues& values = scope.Expanded(resource.address.ToString(), std::move(*expansion));
  for (size_t index = 0; index < values.values.size(); ++index) {
    const InstanceKey& key = values.expansion.keys[index];
    const Value each = values.expansion.each_values.empty() ? Value() : values.expansion.each_values[index];
    const ResourceInstance address{scope.path(), resource.address, key};
    Diagnostics own;
    std::optional<Value> value =
        OpenInstance(resource, address, InstanceScope(scope, values.expansion.repetition, key, each),
                     provider, options, open, own);
    if (value) {
      values.Set(index, value->WithMarks(language::value::kEphemeral));
      const Value self = values.values[index];
      const InstanceScope after(scope, values.expansion.repetition, key, each, &self);
      if (!CheckConditions(resource.lifecycle.postconditions, "Resource postcondition failed", after,
                           options.condition_severity, CheckedResource(address), options.checks, own))
        value.reset();
    }
    diagnostics.Append(std::move(own));
    if (!value) {
      values.expanded = false;
      return false;
    }
  }
  return true;
}

}  // namespace engine::run
