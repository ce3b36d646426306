// Values that nobody computed: for the computed attributes of mocked and overridden objects, given ones
// fitted to the schema, or made up. Not who is mocked (substitutes.h). Used by the providers of this room.
#pragma once

#include <functional>
#include <string>

#include "language/schema/schema.h"
#include "provider/api/diagnostics.h"

namespace engine::test {

using language::value::Path;
using language::value::Type;
using language::value::Value;

// Eight letters and digits; another text each time.
using TextSource = std::function<std::string()>;
TextSource RandomTexts();
// The same texts for the same seed.
TextSource RepeatableTexts(uint64_t seed);

// Text, zero, false, empty collections; null of dynamic type where any type would do.
Value MadeUp(Type type, const TextSource& texts);
Value MadeUp(const language::schema::Attribute& attribute, const TextSource& texts);

struct Filling {
  Value given;           // an object; null: everything is made up
  bool unknown = false;  // nothing is given yet: an object that is only planned
  std::string given_at;  // where `given` is written
};
enum class Fill { kNulls, kUnknowns };

// The object with its computed attributes that are null (or unknown) filled in. Inside of blocks and nested
// attributes, what is given for one counts for all.
Value FillComputed(const language::schema::Block& schema, const Value& object, Fill which,
                   const Filling& filling, const TextSource& texts,
                   provider::api::ProviderDiagnostics& diagnostics);

}  // namespace engine::test
