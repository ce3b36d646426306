// Writing state files of format v4, byte for byte as the stock program writes them.
// Not the saving to disk (state_file.h). Used by engine/backend, plan files and the state commands.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/core/result.h"
#include "base/json/writer.h"
#include "engine/state/state.h"

namespace engine::state {

// The version that state files, plans and lock infos carry.
inline constexpr std::string_view kWriterVersion = "1.11.4";

// The whole file with its final newline; terraform_version is ours, lineage and serial are the state's. An
// error means that some value cannot be stored, and names the instance.
base::core::Result<std::string> WriteState(const State& state);
// The same in pieces, for whoever passes them on: a large state is then never there as a whole. After an
// error some pieces may have been put already.
base::core::Result<void> WriteStateInPieces(const State& state,
                                            const std::function<void(std::string_view)>& put);

// One element of "instances".
base::core::Result<void> WriteObject(const InstanceKey& key, std::string_view deposed, const Object& object,
                                     base::json::Writer* writer);
// One member of "outputs": its name and body. Nulls are not stored; the caller skips them.
base::core::Result<void> WriteOutput(const std::string& name, const OutputValue& output,
                                     base::json::Writer* writer);

}  // namespace engine::state
