// Identities of remote objects: from the state's text to values and back, through the provider's schema.
// Not imports by identity themselves (plan_import.cc). Used by planner and applier.
#pragma once

#include "engine/run/providers.h"
#include "engine/state/state.h"

namespace engine::run {

// What the object's identity is in the provider's present schema; null where there is none, or where the
// provider no longer understands it.
Value IdentityOf(const state::Object& object, std::string_view type, Provider& provider);

// Writes the identity into the object. Null takes nothing away: what names an object for good stays.
void SetIdentity(const Value& identity, std::string_view type, const Provider& provider,
                 state::Object& object);

// What an import block gives, as a value of the schema: what may be left out is null. Nothing where it cannot
// name an object; `problem` then says why.
std::optional<Value> ReadIdentity(const provider::api::IdentitySchema& schema, const Value& given,
                                  std::string& problem);

// "name=a,zone=b": how lines of progress show it.
std::string IdentityText(const Value& identity);

}  // namespace engine::run
