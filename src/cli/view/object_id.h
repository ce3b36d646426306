// By what people recognise an object: its id, name or tag, as far as known and not sensitive.
// A guess by the usual names of attributes, not an identity of the provider.
// Used by the views of progress.
#pragma once

#include <string>

#include "language/value/value.h"

namespace cli::view {

struct ObjectId {
  std::string_view key;  // "id", "name", "tags.Name"
  std::string value;     // empty: there is none
};

// The object may be null or unknown. Source of rules: the reference's ObjectValueID.
ObjectId FindId(const language::value::Value& object);
// As lines at the start of an operation show it: by the name or a tag where there is no id.
ObjectId FindIdOrName(const language::value::Value& object);

}  // namespace cli::view
