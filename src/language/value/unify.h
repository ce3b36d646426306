// Parts that conversion and unification share. Not for use outside this room.
// Called by convert.cc, unify.cc and mismatch.cc.
#pragma once

#include <optional>
#include <vector>

#include "language/value/convert.h"

namespace language::value {

std::vector<Type> AttributeTypes(Type object);
inline std::vector<Type> ElementTypes(Type tuple) {
  return {tuple.elements().begin(), tuple.elements().end()};
}

// The element type that a tuple or object gets as collection of `wanted`: what its parts unify to where
// `wanted` is dynamic. Nothing when they do not, or when some part has no conversion.
std::optional<Type> StructuralElementType(Type structure, Type wanted, bool safe);

// The wanted type, its dynamic parts taken from the given one.
Type ReplaceDynamic(Type given, Type wanted);

}  // namespace language::value
