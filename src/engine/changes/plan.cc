#include "engine/changes/plan.h"

#include <algorithm>
#include <tuple>

namespace engine::changes {

bool IsReplace(Action action) {
  return action == Action::kDeleteThenCreate || action == Action::kCreateThenDelete;
}

std::string_view ActionName(Action action) {
  switch (action) {
    case Action::kNoOp:
      return "no-op";
    case Action::kCreate:
      return "create";
    case Action::kRead:
      return "read";
    case Action::kUpdate:
      return "update";
    case Action::kDelete:
      return "delete";
    case Action::kDeleteThenCreate:
    case Action::kCreateThenDelete:
      return "replace";
    case Action::kForget:
      return "forget";
  }
  return "no-op";
}

bool Plan::Applyable() const {
  if (errored) return false;
  for (const ResourceChange& change : resources)
    if (change.action != Action::kNoOp || change.importing || change.previous_address) return true;
  for (const OutputChange& output : outputs)
    if (output.action != Action::kNoOp) return true;
  return mode == Mode::kRefreshOnly && !drift.empty();
}

Plan::Counts Plan::Count() const {
  Counts counts;
  for (const ResourceChange& change : resources) {
    if (change.importing) ++counts.import;
    switch (change.action) {
      case Action::kCreate:
        ++counts.add;
        break;
      case Action::kUpdate:
        ++counts.change;
        break;
      case Action::kDelete:
        if (change.address.resource.mode == language::address::ResourceMode::kManaged) ++counts.destroy;
        break;
      case Action::kDeleteThenCreate:
      case Action::kCreateThenDelete:
        ++counts.add;
        ++counts.destroy;
        break;
      case Action::kForget:
        ++counts.forget;
        break;
      case Action::kNoOp:
      case Action::kRead:
        break;
    }
  }
  return counts;
}

void SortForDisplay(std::vector<ResourceChange>& changes) {
  std::stable_sort(changes.begin(), changes.end(), [](const ResourceChange& a, const ResourceChange& b) {
    return std::tie(a.address, a.deposed) < std::tie(b.address, b.deposed);
  });
}

}  // namespace engine::changes
