// How PluginProvider makes a call and what is said when the call itself fails. Not for other files than
// plugin_*.cc of this room.
#pragma once

#include "provider/plugin/fan_out.h"
#include "provider/plugin/plugin_provider.h"

namespace provider::plugin {

// A failure on our side, or an answer that cannot be understood.
inline ProviderDiagnostics Failure(std::string summary, std::string detail) {
  return {{.summary = std::move(summary), .detail = std::move(detail)}};
}
ProviderDiagnostics BrokenAnswer(const Method& method, const base::core::Error& error);
ProviderDiagnostics BrokenRequest(const Method& method, const base::core::Error& error);

inline void Append(ProviderDiagnostics more, ProviderDiagnostics* diagnostics) {
  diagnostics->insert(diagnostics->end(), std::make_move_iterator(more.begin()),
                      std::make_move_iterator(more.end()));
}

// Puts a part of an answer where it belongs; where it cannot be understood, says so.
inline bool Take(const Method& method, Result<Value> part, Value* place, ProviderDiagnostics* diagnostics) {
  if (part.ok())
    *place = std::move(*part);
  else
    Append(BrokenAnswer(method, part.error()), diagnostics);
  return part.ok();
}

std::optional<api::DeferredReason> DecodeDeferred(bool present, const tfplugin6::Deferred& message);

template <typename Request, typename Response>
ProviderDiagnostics PluginProvider::Call(const Method& method, const Request& request, Response* response) {
  auto process = Process();
  if (!process.ok()) return Failure("Plugin did not start", process.error().message());
  grpc::Status status = (*process)->connection().Call(method, request, response);
  return status.ok() ? ProviderDiagnostics() : Explain(method, status, **process);
}

template <typename Request, typename Response>
ProviderDiagnostics PluginProvider::CallToValidate(const Method& method, const Request& request,
                                                   Response* response) {
  std::string question = method.name6 + std::string(1, '\0') + request.SerializeAsString();
  ValidationMemory& memory = program_->validations();
  if (memory.KnowsFromThisRun(question) || (!IsStarted() && memory.Knows(question))) return {};
  ProviderDiagnostics diagnostics = Call(method, request, response);
  Append(DecodeDiagnostics(response->diagnostics()), &diagnostics);
  if (diagnostics.empty()) memory.Remember(question);
  return diagnostics;
}

template <typename Request, typename Response>
bool PluginProvider::Ask(const Method& method, const Result<void>& encoded, const Request& request,
                         Response* response, ProviderDiagnostics* diagnostics) {
  *diagnostics = encoded.ok() ? Call(method, request, response) : BrokenRequest(method, encoded.error());
  Append(DecodeDiagnostics(response->diagnostics()), diagnostics);
  return !api::HasErrors(*diagnostics);
}

template <typename Request, typename Response>
void PluginProvider::EachRequest(std::span<const Request> requests, const api::Sink<Response>& sink,
                                 std::stop_token stop, Response (PluginProvider::*one)(const Request&)) {
  std::stop_callback tell(stop, [this] { Stop(); });
  FanOut(requests.size(), static_cast<size_t>(parallelism_),
         [&](size_t index) { sink(index, (this->*one)(requests[index])); });
}

}  // namespace provider::plugin
