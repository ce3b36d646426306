// Resource identity: the attributes that name a remote object for good, beside its id and its state (newer
// than Terraform 1.11). Not the address in a configuration. Part of Provider (provider.h).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "language/value/value.h"
#include "provider/api/diagnostics.h"

namespace provider::api {

struct IdentityAttribute {
  std::string name;
  language::value::Type type;
  std::string description;
  bool required_for_import = false;
  bool optional_for_import = false;
};

struct IdentitySchema {
  int64_t version = 0;
  std::vector<IdentityAttribute> attributes;  // sorted by name
  language::value::Type type;                 // the object of all of them
};

struct IdentityResponse {
  Value identity;
  ProviderDiagnostics diagnostics;
};

}  // namespace provider::api
