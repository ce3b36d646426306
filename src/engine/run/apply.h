// Apply: carries out a Plan in dependency order, several changes at once, and records each result in the
// session. Plans nothing new: what does not come out as approved is an error.
// Called by cli commands apply and destroy after approval.
#pragma once

#include <functional>
#include <vector>

#include "base/diag/diagnostics.h"
#include "engine/changes/plan.h"
#include "engine/run/context.h"
#include "engine/state/session.h"

namespace engine::run {

class ModuleScope;

struct ApplyResult {
  int imported = 0, added = 0, changed = 0, destroyed = 0;
  bool stopped = false;      // by context.stop
  bool save_failed = false;  // not all results could be recorded where they belong
  state::State state;        // as saved, or as it should have been
  // Root outputs with marks, for printing; sorted by name.
  std::vector<std::pair<std::string, language::value::Value>> outputs;
  provider::api::Usage usage;
};

// The session must hold the lock. What was done is in the session's state, also after errors; Finish has been
// called.
// `inspect` may be empty: called at the end, errors or not, with what the root module's names mean then.
ApplyResult Apply(const RunContext& context, const changes::Plan& plan, state::StateSession& session,
                  base::diag::Diagnostics& diagnostics,
                  const std::function<void(ModuleScope&)>& inspect = {});

}  // namespace engine::run
