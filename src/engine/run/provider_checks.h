// Holds what providers return against what the schema, the configuration and the plan allow; each breach is
// an error that names the provider. Not the diagnostics that providers send (provider_diagnostics.h).
// Used by planner and applier.
#pragma once

#include <functional>
#include <string>

#include "engine/config/module.h"
#include "engine/run/provider_diagnostics.h"
#include "engine/state/state.h"
#include "language/schema/schema.h"
#include "provider/api/provider.h"

namespace engine::run {

using base::diag::Diagnostics;
using language::value::Value;
// Addresses are only built when there is something to say.
using AddressText = std::function<std::string()>;

// A plan's answer: type, write-only attributes, agreement with the configuration. False after errors.
bool CheckPlanResponse(const language::address::Provider& provider, const language::schema::Block& schema,
                       const Value& prior, const Value& config, const provider::api::PlanResponse& response,
                       const AddressText& address, Diagnostics& diagnostics);

// What Apply returned, against what was planned. Unknown parts become null with an error each. False when the
// value is of the wrong type and must not be stored.
bool CheckApplied(const language::address::Provider& provider, const language::schema::Block& schema,
                  const Value& planned, provider::api::ApplyResponse& response, const AddressText& address,
                  Diagnostics& diagnostics);

// The plan made again during apply, against the one that was approved. False after errors.
bool CheckFinalPlan(const language::address::Provider& provider, const language::schema::Block& schema,
                    const Value& approved, const Value& final_plan, const AddressText& address,
                    Diagnostics& diagnostics);

// A read result: type, wholly known. False after errors.
bool CheckRead(const language::address::Provider& provider, const language::schema::Block& schema,
               const Value& value, const AddressText& address, Diagnostics& diagnostics);

// What a provider put off though the run did not allow it.
void AddDeferredError(const language::address::Provider& provider, const BlockSource& source,
                      const AddressText& address, Diagnostics& diagnostics);

// Ephemeral values may only go into write-only arguments: their marks are taken out of `marks`, for what such
// arguments hold goes nowhere. False after errors.
bool RejectEphemeral(std::vector<std::pair<language::value::Path, language::value::Marks>>& marks,
                     const language::schema::Block& schema, const config::Resource& resource,
                     Diagnostics& diagnostics);

// The stored value with its sensitive parts marked: those that the state names and those of the schema.
Value MarkedBefore(const Value& value, const state::Object* object, const language::schema::Block& schema);

void AddPreventDestroyError(const config::Resource& resource,
                            const language::address::ResourceInstance& address, Diagnostics& diagnostics);

}  // namespace engine::run
