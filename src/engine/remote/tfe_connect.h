// Reaching HCP Terraform or Terraform Enterprise: where the API of a host is, whose token, whether the
// organization is there and the server new enough. Called by remote.cc and
// cloud.cc.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/diag/diagnostics.h"
#include "engine/remote/backend_type.h"
#include "engine/remote/tfe_backend.h"
#include "language/schema/schema.h"

namespace engine::remote {

struct TfeTarget {
  std::string type;     // "remote" or "cloud"
  std::string service;  // "tfe.v2"
  std::string host, organization;
  std::string token;  // of the block; empty: that of the host
  TfeMapping mapping;
};

// The arguments that both blocks have, and those that each has of its own for the workspaces.
language::schema::Block TfeSchema(language::schema::Attribute organization,
                                  std::vector<language::schema::Attribute> workspaces);

// Null after errors.
std::unique_ptr<TfeBackend> ConnectTfe(const TfeTarget& target, const Surroundings& surroundings,
                                       base::diag::Diagnostics& diagnostics);

}  // namespace engine::remote
