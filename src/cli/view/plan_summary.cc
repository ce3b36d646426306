#include "cli/view/plan_summary.h"

#include <fmt/format.h>

#include <array>
#include <map>

#include "cli/view/value_render.h"

namespace cli::view {
namespace {

using engine::changes::Action;
using engine::changes::ActionReason;
using engine::changes::Plan;
using engine::changes::ResourceChange;

constexpr size_t kMaxDestructive = 100;  // lines

enum Column : uint8_t { kDestroy, kReplace, kUpdate, kCreate, kRead, kForget, kColumns };
constexpr std::array<std::string_view, kColumns> kTitles = {"destroy", "replace", "update",
                                                            "create",  "read",    "forget"};

std::optional<Column> ColumnOf(const ResourceChange& change) {
  const bool data = change.address.resource.mode == language::address::ResourceMode::kData;
  switch (change.action) {
    case Action::kDelete:
      return data ? std::nullopt : std::optional(kDestroy);
    case Action::kDeleteThenCreate:
    case Action::kCreateThenDelete:
      return kReplace;
    case Action::kUpdate:
      return kUpdate;
    case Action::kCreate:
      return kCreate;
    case Action::kRead:
      return kRead;
    case Action::kForget:
      return kForget;
    case Action::kNoOp:
      return std::nullopt;
  }
  return std::nullopt;
}

using Counts = std::array<size_t, kColumns>;

std::string Table(std::string_view title, const std::map<std::string, Counts>& rows, const Counts& total,
                  const Style& style) {
  size_t width = title.size();
  for (const auto& [name, counts] : rows) width = std::max(width, name.size() + 2);
  std::string out = fmt::format("\n{}{:<{}}", style.Bold(), title, width);
  for (uint8_t column = 0; column < kColumns; ++column)
    if (total[column] > 0) out += fmt::format("  {:>8}", kTitles[column]);
  out += std::string(style.Reset()) + "\n";
  for (const auto& [name, counts] : rows) {
    out += fmt::format("  {:<{}}", name, width - 2);
    for (uint8_t column = 0; column < kColumns; ++column) {
      if (total[column] == 0) continue;
      out += counts[column] > 0 ? fmt::format("  {:>8}", counts[column]) : fmt::format("  {:>8}", "");
    }
    while (out.ends_with(' ')) out.pop_back();
    out += '\n';
  }
  return out;
}

// One line of what is destroyed or replaced.
struct Line {
  Action action;
  std::string name;
  std::string reason;
  size_t count = 0;
};

std::vector<Line> DestructiveLines(const Plan& plan) {
  std::vector<Line> lines;
  std::map<std::tuple<bool, std::string, uint8_t, std::string>, size_t> known;
  for (const bool replaced : {false, true})
    for (const ResourceChange& change : plan.resources) {
      const std::optional<Column> column = ColumnOf(change);
      if (column != (replaced ? kReplace : kDestroy)) continue;
      std::string reason = ShortReason(change);
      const std::string resource = change.address.Containing().ToString();
      auto [found, added] = known.emplace(
          std::tuple(replaced, resource, static_cast<uint8_t>(change.action), reason), lines.size());
      if (added) {
        std::string name = change.address.ToString();
        if (!change.deposed.empty()) name += " (deposed object " + change.deposed + ")";
        lines.push_back({change.action, std::move(name), std::move(reason), 0});
      }
      Line& line = lines[found->second];
      if (++line.count == 2) line.name = resource;
    }
  return lines;
}

std::string Destructive(const Plan& plan, const Style& style) {
  const std::vector<Line> lines = DestructiveLines(plan);
  if (lines.empty()) return "";
  std::string out = fmt::format("\n{}Destroyed or replaced{}\n", style.Bold(), style.Reset());
  for (size_t index = 0; index < std::min(lines.size(), kMaxDestructive); ++index) {
    const Line& line = lines[index];
    AppendSymbol(line.action, style, &out);
    out += " " + line.name;
    if (line.count > 1) out += fmt::format(" ({} instances)", line.count);
    if (!line.reason.empty()) out += ": " + line.reason;
    out += '\n';
  }
  if (lines.size() > kMaxDestructive) out += fmt::format("    and {} more\n", lines.size() - kMaxDestructive);
  return out;
}

std::string Totals(const Plan& plan, const Style& style) {
  const Plan::Counts counts = plan.Count();
  std::string out = fmt::format("\n{}Plan:{} ", style.Bold(), style.Reset());
  if (counts.import > 0) out += fmt::format("{} to import, ", counts.import);
  return out +
         fmt::format("{} to add, {} to change, {} to destroy.\n", counts.add, counts.change, counts.destroy);
}

}  // namespace

std::string ShortReason(const ResourceChange& change) {
  std::string forcing;
  for (const language::value::Path& path : change.replace_paths) {
    std::string text = language::value::PathToString(path);
    if (text.starts_with('.')) text.erase(0, 1);
    forcing += (forcing.empty() ? "" : ", ") + text;
  }
  if (!change.deposed.empty()) return "left over from a replacement";
  switch (change.reason) {
    case ActionReason::kReplaceBecauseTainted:
      return "tainted";
    case ActionReason::kReplaceByRequest:
      return "as requested";
    case ActionReason::kReplaceByTriggers:
      return "replace_triggered_by";
    case ActionReason::kDeleteBecauseNoResourceConfig:
    case ActionReason::kDeleteBecauseNoModule:
    case ActionReason::kDeleteBecauseNoMoveTarget:
      return "not in configuration";
    case ActionReason::kDeleteBecauseWrongRepetition:
      return "count or for_each was added or removed";
    case ActionReason::kDeleteBecauseCountIndex:
      return "out of range for count";
    case ActionReason::kDeleteBecauseEachKey:
      return "key not in for_each";
    default:
      return forcing;
  }
}

std::string RenderPlanSummary(const Plan& plan, const Style& style) {
  std::map<std::string, Counts> types, modules;
  Counts total{};
  for (const ResourceChange& change : plan.resources) {
    const std::optional<Column> column = ColumnOf(change);
    if (!column) continue;
    const auto& address = change.address;
    const bool data = address.resource.mode == language::address::ResourceMode::kData;
    ++types[(data ? "data." : "") + address.resource.type][*column];
    const std::string module = address.module.WithoutKeys().ToString();
    ++modules[module.empty() ? "(root module)" : module][*column];
    ++total[*column];
  }
  std::string out = Destructive(plan, style);
  if (!types.empty())
    out += Table("By type", types, total, style) + Table("By module", modules, total, style);
  size_t moved = 0;
  for (const ResourceChange& change : plan.resources)
    moved += change.previous_address && !(*change.previous_address == change.address);
  if (moved > 0) out += fmt::format("\n{} moved.\n", moved);
  size_t outputs = 0;
  for (const engine::changes::OutputChange& output : plan.outputs) outputs += output.action != Action::kNoOp;
  if (outputs > 0) out += fmt::format("\n{} output{} will change.\n", outputs, outputs == 1 ? "" : "s");
  return out + Totals(plan, style);
}

}  // namespace cli::view
