#include "okta/resources/writer.h"

#include "base/core/thread_pool.h"
#include "okta/resources/codec.h"
#include "okta/resources/edges.h"
#include "okta/resources/find_created.h"
#include "okta/resources/user.h"

namespace okta::resources {
namespace {

namespace json = boost::json;
using api::ApiError;
using base::core::TimePoint;
using provider::api::ApplyRequest;
using provider::api::ApplyResponse;
using provider::api::Sink;

constexpr int kThreads = 16;

Written CreateObject(const ResourceSpec& spec, const Value& planned, const Session& session) {
  const Objects& objects = *spec.objects;
  bool is_user = objects.hooks == Hooks::kUser;
  json::value body = EncodeObject(spec, planned);
  std::string path(objects.path);
  if (is_user) path += PrepareUserCreate(planned, &body.get_object());
  TimePoint before = session.client->clock().Now();
  auto made = SendObject(session, "POST", path, &body);
  Written written{Value::Null(planned.type()), {}};
  if (auto* error = std::get_if<ApiError>(&made)) {
    if (error->in_doubt) {
      Written found = FindCreatedObject(spec, planned, before, session);
      if (!found.state.IsNull()) return found;
    }
    written.diagnostics.push_back(ErrorDiagnostic(fmt::format("failed to create {}", objects.noun), *error));
    return written;
  }
  json::object& object = std::get<json::object>(made);
  if (is_user) FinishUserCreate(planned, session, &object, &written.diagnostics);
  written.state = DecodeObject(spec, object, planned);
  return written;
}

Written UpdateObject(const ResourceSpec& spec, const Value& prior, const Value& planned,
                     const Session& session) {
  if (spec.objects->hooks == Hooks::kUser) return UpdateUser(spec, prior, planned, session);
  json::value body = EncodeObject(spec, planned);
  auto made = SendObject(session, "PUT", ObjectPath(spec.objects->path, TextOf(prior.Get("id"))), &body);
  if (auto* error = std::get_if<ApiError>(&made)) {
    return {prior, {ErrorDiagnostic(fmt::format("failed to update {}", spec.objects->noun), *error)}};
  }
  return {DecodeObject(spec, std::get<json::object>(made), planned), {}};
}

Written DeleteObject(const ResourceSpec& spec, const Value& prior, const Session& session) {
  if (spec.objects->hooks == Hooks::kUser) return DeleteUser(prior, session);
  std::optional<ApiError> error =
      SendPlain(session, "DELETE", ObjectPath(spec.objects->path, TextOf(prior.Get("id"))));
  if (error && !error->IsNotFound()) {
    return {prior, {ErrorDiagnostic(fmt::format("failed to delete {}", spec.objects->noun), *error)}};
  }
  return {Value::Null(prior.type()), {}};
}

Written ApplyOne(const ApplyRequest& request, const Session& session) {
  const ResourceSpec* spec = FindResourceSpec(request.type);
  CHECK(spec != nullptr);
  if (spec->edges != nullptr) return WriteEdges(*spec, request.prior, request.planned, session);
  if (request.planned.IsNull()) return DeleteObject(*spec, request.prior, session);
  if (request.prior.IsNull()) return CreateObject(*spec, request.planned, session);
  return UpdateObject(*spec, request.prior, request.planned, session);
}

}  // namespace

void ApplyResources(std::span<const ApplyRequest> requests, const Sink<ApplyResponse>& sink,
                    const Session& session) {
  auto run = [&](size_t index) {
    const ApplyRequest& request = requests[index];
    Written written = ApplyOne(request, session);
    ApplyResponse response;
    response.state = std::move(written.state);
    response.diagnostics = std::move(written.diagnostics);
    response.legacy_type_system = true;
    // What SDKv2 leaves behind for a resource without timeouts.
    response.private_data = request.private_data.empty() ? "null" : std::string(request.private_data);
    sink(index, std::move(response));
  };
  if (requests.size() == 1) return run(0);
  base::core::ThreadPool pool(kThreads);
  for (size_t i = 0; i < requests.size(); ++i) pool.Submit([&, i] { run(i); });
  pool.Wait();
}

}  // namespace okta::resources
