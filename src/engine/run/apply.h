// Apply: carries out a Plan in dependency order, several changes at once, and records each result in the
// session. Called by cli commands apply and destroy after approval.
#pragma once

#include <vector>

#include "base/diag/diagnostics.h"
#include "engine/changes/plan.h"
#include "engine/run/context.h"
#include "engine/state/session.h"

namespace engine::run {

struct ApplyResult {
  int imported = 0, added = 0, changed = 0, destroyed = 0;
  bool stopped = false;  // by context.stop
  state::State state;    // as saved
  // Root outputs with marks, for printing; sorted by name.
  std::vector<std::pair<std::string, language::value::Value>> outputs;
  provider::api::Usage usage;
};

// The session must hold the lock. What was done is in the session's state, also after errors; Finish has been
// called.
ApplyResult Apply(const RunContext& context, const changes::Plan& plan, state::StateSession& session,
                  base::diag::Diagnostics& diagnostics);

}  // namespace engine::run
