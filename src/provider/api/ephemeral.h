// Ephemeral resources: opened for one run, renewed while it lasts, closed at its end, stored nowhere.
// Not what the engine knows of them. Part of Provider (provider.h).
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "language/value/value.h"
#include "provider/api/diagnostics.h"

namespace provider::api {

using RenewAt = std::optional<std::chrono::system_clock::time_point>;  // nothing: needs no renewal

struct OpenRequest {
  std::string_view type;
  Value config;  // wholly known
  std::string_view address;
};
struct OpenResponse {
  Value result;  // of the type's schema
  std::string private_data;
  RenewAt renew_at;
  ProviderDiagnostics diagnostics;
};

struct RenewResponse {
  std::string private_data;
  RenewAt renew_at;
  ProviderDiagnostics diagnostics;
};

}  // namespace provider::api
