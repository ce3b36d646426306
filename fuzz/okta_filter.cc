// Hostile search expressions: the parser must end within its limits, and what it takes must become valid SQL.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/core/check.h"
#include "org/store/events.h"
#include "org/store/groups.h"
#include "org/store/store.h"
#include "org/store/users.h"

namespace {

org::store::Store& EmptyOrg() {
  static const auto store = [] {
    auto opened = org::store::Store::Open({});
    CHECK(opened.ok());
    return std::move(*opened);
  }();
  return *store;
}

// Refused expressions are the client's fault; an internal error would be ours.
template <typename T>
void Expect(const org::store::Outcome<T>& outcome) {
  CHECK(outcome.ok() || outcome.refusal().status == 400);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  org::store::Store& store = EmptyOrg();
  Expect(org::store::ListUsers(store, {.search = text}));
  Expect(org::store::ListUsers(store, {.sort_by = text}));
  Expect(org::store::ListGroups(store, {.search = text}));
  Expect(org::store::ListEvents(store, {.filter = text}));
  return 0;
}
