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

std::string_view ReasonName(ActionReason reason) {
  switch (reason) {
    case ActionReason::kNone:
      return "";
    case ActionReason::kReplaceBecauseTainted:
      return "replace_because_tainted";
    case ActionReason::kReplaceByRequest:
      return "replace_by_request";
    case ActionReason::kReplaceByTriggers:
      return "replace_by_triggers";
    case ActionReason::kReplaceBecauseCannotUpdate:
      return "replace_because_cannot_update";
    case ActionReason::kDeleteBecauseNoResourceConfig:
      return "delete_because_no_resource_config";
    case ActionReason::kDeleteBecauseNoModule:
      return "delete_because_no_module";
    case ActionReason::kDeleteBecauseWrongRepetition:
      return "delete_because_wrong_repetition";
    case ActionReason::kDeleteBecauseCountIndex:
      return "delete_because_count_index";
    case ActionReason::kDeleteBecauseEachKey:
      return "delete_because_each_key";
    case ActionReason::kDeleteBecauseNoMoveTarget:
      return "delete_because_no_move_target";
    case ActionReason::kReadBecauseConfigUnknown:
      return "read_because_config_unknown";
    case ActionReason::kReadBecauseDependencyPending:
      return "read_because_dependency_pending";
    case ActionReason::kReadBecauseCheckNested:
      return "read_because_check_nested";
  }
  return "";
}

bool Plan::Applyable() const {
  if (errored) return false;
  for (const ResourceChange& change : resources)
    if (change.action != Action::kNoOp || change.importing || change.previous_address) return true;
  // A refresh keeps no output that is not known yet.
  for (const OutputChange& output : outputs)
    if (output.action != Action::kNoOp && (mode != Mode::kRefreshOnly || output.after.IsWhollyKnown()))
      return true;
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
