#include "engine/remote/catalog.h"

#include <algorithm>

#include "base/net/http_client.h"
#include "engine/remote/cloud.h"
#include "engine/remote/consul.h"
#include "engine/remote/http.h"
#include "engine/remote/kubernetes.h"
#include "engine/remote/local_type.h"
#include "engine/remote/pg.h"
#include "engine/remote/remote.h"
#include "engine/remote/s3.h"

namespace engine::remote {
namespace {

constexpr const BackendType* kTypes[] = {
    &kCloudType, &kConsulType, &kHttpType, &kKubernetesType, &kLocalType, &kPgType, &kRemoteType, &kS3Type,
};

}  // namespace

std::span<const BackendType* const> AllBackendTypes() { return kTypes; }

const BackendType* FindBackendType(std::string_view name) {
  const auto* found = std::ranges::find(kTypes, name, [](const BackendType* type) { return type->name; });
  return found == std::end(kTypes) ? nullptr : *found;
}

const language::schema::Block* FindBackendSchema(std::string_view name) {
  const BackendType* type = FindBackendType(name);
  return type ? &type->schema() : nullptr;
}

std::optional<ArgumentProblem> CheckArguments(std::string_view type, const language::value::Value& arguments,
                                              const base::core::Environment& environment) {
  return FindBackendType(type)->check(arguments, environment);
}

std::unique_ptr<Backend> OpenBackend(std::string_view type, const language::value::Value& arguments,
                                     const Surroundings& surroundings, base::diag::Diagnostics& diagnostics) {
  return FindBackendType(type)->open(arguments, surroundings, diagnostics);
}

std::string HostWithoutTls(Backend& backend) {
  const auto url = base::net::ParseUrl(backend.Innermost().Url());
  return url && url->scheme == "http" && !base::net::IsLoopbackHost(url->host) ? url->host : "";
}

}  // namespace engine::remote
