// Calls to a Kubernetes API server: signed in, tried again where that helps, failures in its own words.
// Not what the objects mean (kubernetes_storage.h). Called by kubernetes.cc and kubernetes_storage.cc.
#pragma once

#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/core/environment.h"
#include "base/core/result.h"
#include "base/net/http_client.h"
#include "engine/remote/kubernetes_access.h"
#include "engine/remote/kubernetes_exec.h"

namespace engine::remote {

// What the server answered; errors of Call are only those without an answer.
struct KubernetesAnswer {
  int status = 0;
  std::string body;
  std::string reason;   // of a Status object: NotFound, AlreadyExists, Conflict, ...
  std::string message;  // for people

  bool ok() const { return status >= 200 && status < 300; }
};

class KubernetesClient {
 public:
  KubernetesClient(KubernetesAccess access, base::core::Environment environment);

  // What lists are asked for when only names and labels matter.
  static constexpr std::string_view kMetadataOnly =
      "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json";
  // `path` begins with a slash; parts of it that are data have been percent-encoded.
  base::core::Result<KubernetesAnswer> Call(std::string_view method, const std::string& path,
                                            std::string body = "",
                                            std::string_view accept = "application/json");
  const std::string& server() const { return access_.server; }

 private:
  base::core::Result<void> SignIn(bool anew);
  base::net::ClientOptions Options() const;
  base::core::Result<std::string> Authorization() const;

  KubernetesAccess access_;
  const base::core::Environment environment_;
  std::mutex mutex_;
  std::optional<KubeCredential> credential_;
  std::shared_ptr<base::net::HttpClient> client_;
};

}  // namespace engine::remote
