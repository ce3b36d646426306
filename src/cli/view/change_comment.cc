#include "cli/view/change_comment.h"
#include "base/core/product.h"

#include <fmt/format.h>

namespace cli::view {
namespace {

using engine::changes::Action;
using engine::changes::ActionReason;
using engine::changes::ResourceChange;

std::string RedBold(std::string_view text, const Style& style) {
  return fmt::format("{}{}{}{}", style.Bold(), style.Red(), text, style.Reset());
}

std::string_view ReadReason(ActionReason reason) {
  switch (reason) {
    case ActionReason::kReadBecauseConfigUnknown:
      return "\n  # (config refers to values not yet known)";
    case ActionReason::kReadBecauseDependencyPending:
      return "\n  # (depends on a resource or a module with changes pending)";
    case ActionReason::kReadBecauseCheckNested:
      return "\n  # (config will be reloaded to verify a check block)";
    default:
      return "";
  }
}

std::string ReplaceText(ActionReason reason, const Style& style) {
  const std::string replaced = RedBold("replaced", style);
  switch (reason) {
    case ActionReason::kReplaceBecauseTainted:
      return " is tainted, so must be " + replaced;
    case ActionReason::kReplaceByRequest:
      return " will be " + replaced + ", as requested";
    case ActionReason::kReplaceByTriggers:
      return " will be " + replaced + " due to changes in replace_triggered_by";
    default:
      return " must be " + replaced;
  }
}

std::string DeleteReason(const ResourceChange& change) {
  const auto& address = change.address;
  switch (change.reason) {
    case ActionReason::kDeleteBecauseNoResourceConfig:
      return fmt::format("\n  # (because {}.{} is not in configuration)", address.resource.type,
                         address.resource.name);
    case ActionReason::kDeleteBecauseNoMoveTarget:
      return fmt::format("\n  # (because {} was moved to {}, which is not in configuration)",
                         change.previous_address ? change.previous_address->ToString() : "",
                         address.ToString());
    case ActionReason::kDeleteBecauseNoModule:
      return fmt::format("\n  # (because {} is not in configuration)", address.module.ToString());
    case ActionReason::kDeleteBecauseWrongRepetition:
      if (address.key.IsNone()) return "\n  # (because resource uses count or for_each)";
      return address.key.IsInt() ? "\n  # (because resource does not use count)"
                                 : "\n  # (because resource does not use for_each)";
    case ActionReason::kDeleteBecauseCountIndex:
      return fmt::format("\n  # (because index {} is out of range for count)", address.key.ToString());
    case ActionReason::kDeleteBecauseEachKey:
      return fmt::format("\n  # (because key {} is not in for_each map)", address.key.ToString());
    default:
      return "";
  }
}

bool IsMoved(const ResourceChange& change) {
  return change.previous_address && !(*change.previous_address == change.address);
}

}  // namespace

void AppendChangeComment(const ResourceChange& change, bool drift, const Style& style, std::string* out) {
  std::string address = change.address.ToString();
  if (!change.deposed.empty()) address += " (deposed object " + change.deposed + ")";
  auto line = [&](std::string_view name, std::string_view text) {
    for (std::string_view part : {style.Bold(), std::string_view("  # "), name, style.Reset(), text})
      *out += part;
  };
  bool told_move = false;
  bool told_import = false;
  switch (change.action) {
    case Action::kCreate:
      line(address, " will be created");
      break;
    case Action::kRead:
      line(address, " will be read during apply");
      *out += ReadReason(change.reason);
      break;
    case Action::kUpdate:
      line(address, drift ? " has changed" : " will be updated in-place");
      break;
    case Action::kDeleteThenCreate:
    case Action::kCreateThenDelete:
      line(address, ReplaceText(change.reason, style));
      break;
    case Action::kDelete:
      line(address, drift ? " has been deleted" : " will be " + RedBold("destroyed", style));
      *out += DeleteReason(change);
      if (!change.deposed.empty())
        *out += "\n  # (left over from a partially-failed replacement of this instance)";
      break;
    case Action::kNoOp:
      if (IsMoved(change)) {
        line(change.previous_address->ToString(),
             fmt::format(" has moved to {}{}{}", style.Bold(), address, style.Reset()));
        told_move = true;
      } else if (change.importing) {
        line(address, " will be imported");
        if (!change.importing->generated_config.empty())
          *out += fmt::format("\n  #{} (config will be generated)", style.Reset());
        told_import = true;
      }
      break;
    case Action::kForget:
      *out += fmt::format("{} # {}{} will no longer be managed by {}, but {}\n", style.Bold(), address,
                          style.Reset(), base::core::ProductName(), RedBold("will not be destroyed", style));
      *out += " # (destroy = false is set in the configuration)";
      break;
  }
  *out += '\n';
  if (IsMoved(change) && !told_move)
    *out += fmt::format("  # {}(moved from {})\n", style.Reset(), change.previous_address->ToString());
  if (change.importing && !told_import) {
    if (change.importing->id.empty()) {
      *out += fmt::format("  # {}(will be imported first)\n", style.Reset());
    } else {
      *out += fmt::format("  # {}(imported from \"{}\")\n", style.Reset(), change.importing->id);
    }
  }
  if (change.importing && engine::changes::IsReplace(change.action))
    *out += fmt::format("  # {}{}Warning: this will destroy the imported resource{}\n", style.Reset(),
                        style.Yellow(), style.Reset());
  *out += style.Reset();
}

}  // namespace cli::view
