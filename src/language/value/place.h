// Where a recursion through a value is, as a chain through the stack that costs nothing until something
// fails. Not a Path, which owns what it says. Called by conversion and the codecs.
#pragma once

#include <string>
#include <string_view>

#include "base/core/result.h"
#include "language/value/value.h"

namespace language::value {

// The root is a Place without parent. Names must outlive it.
struct Place {
  const Place* parent = nullptr;
  bool is_attribute = false;
  bool is_key = false;
  std::string_view name;
  size_t index = 0;
};

Path PathOf(const Place& place);
// ".a[0]: message"
base::core::Error PlaceError(const Place& place, std::string_view message);

}  // namespace language::value
