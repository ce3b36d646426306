// Ephemeral resources while applying: those that changes need are opened by the first of them
// (apply_scope.cc) and closed after the last; those that nothing needs are opened as well, and closed at
// once.
#include <algorithm>

#include "engine/run/applier.h"

namespace engine::run {

bool Applier::Uses(const ApplyVertex& vertex, const EphemeralUse& use) const {
  if (!vertex.destroy && use.users.contains(vertex.node)) return true;
  return std::ranges::any_of(vertex.changes, [&](uint32_t change) {
    return use.providers.contains(plan_.resources[change].provider);
  });
}

void Applier::CountEphemeralUsers() {
  ephemeral_uses_ = FindEphemeralUses(*graph_);
  for (const EphemeralUse& use : ephemeral_uses_) {
    uint32_t users = 0, waits = 0;
    for (const ApplyVertex& vertex : order_.vertices) {
      users += Uses(vertex, use);
      waits += !vertex.destroy && use.comes_after.contains(vertex.node);
    }
    ephemeral_users_.push_back(users);
    ephemeral_waits_.push_back(waits);
  }
}

void Applier::BeginEphemerals() {
  for (size_t i = 0; i < ephemeral_uses_.size(); ++i)
    if (ephemeral_users_[i] == 0 && ephemeral_waits_[i] == 0) OpenUnused(ephemeral_uses_[i]);
}

// What only outputs and checks still read is closed in the end.
void Applier::FollowEphemerals(const ApplyVertex& done) {
  for (size_t i = 0; i < ephemeral_uses_.size(); ++i) {
    const EphemeralUse& use = ephemeral_uses_[i];
    const bool waited = !done.destroy && use.comes_after.contains(done.node);
    if (waited && --ephemeral_waits_[i] == 0 && ephemeral_users_[i] == 0) OpenUnused(use);
    if (Uses(done, use) && --ephemeral_users_[i] == 0 && !use.checked)
      ephemerals_.Close(*use.resource, diagnostics_);
  }
}

void Applier::OpenUnused(const EphemeralUse& use) {
  const graph::NodeId id = graph_->FindResource(*use.module, use.resource->address);
  if (halted_ || plan_.mode == changes::Mode::kDestroy || !targeting_.Keeps(id)) return;
  for (ModuleScope* scope : ScopesOf(*use.module))
    if (!scope->Values(use.resource->address.ToString()).expanded &&
        !unopened_.contains({scope, use.resource}))
      OpenForApply(*scope, *use.resource, diagnostics_);
  if (!use.checked) ephemerals_.Close(*use.resource, diagnostics_);
}

}  // namespace engine::run
