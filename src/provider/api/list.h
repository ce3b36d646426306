// Lists: what there is of a resource type, whoever made it, object by object as the provider finds it. Not
// data sources, whose result is one object, and no part of plans. Part of Provider (provider.h).
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "language/value/value.h"
#include "provider/api/diagnostics.h"

namespace provider::api {

struct ListRequest {
  std::string_view type;
  Value config;  // of the type's list schema; wholly known where the list is to be made
  bool with_objects = false;
  int64_t limit = 100;  // no more objects than this
};

struct ListedObject {
  Value identity;  // of the type's identity schema; null after errors only
  std::string display_name;
  Value object;  // of the type's schema; null where none was asked for
  ProviderDiagnostics diagnostics;
};

// One call after the other, from the thread that lists. False: no more are wanted.
using ListSink = std::function<bool(ListedObject)>;

}  // namespace provider::api
