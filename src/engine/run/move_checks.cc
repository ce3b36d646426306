#include "engine/run/move_checks.h"

#include <map>
#include <set>
#include <vector>

namespace engine::run {
namespace {

using config::ModuleNode;
using config::Moved;
using language::address::Target;

struct Statement {
  const ModuleNode* node;
  const Moved* moved;
  std::string from, to;  // addresses in the whole configuration
};

std::string Absolute(const ModuleNode& node, const Target& target) {
  std::string base = node.path.ToString();
  return base.empty() ? target.ToString() : base + "." + target.ToString();
}

void Collect(const ModuleNode& node, std::vector<Statement>& statements) {
  for (const Moved& moved : node.module->moved)
    statements.push_back({&node, &moved, Absolute(node, moved.from), Absolute(node, moved.to)});
  for (const auto& [name, child] : node.children) Collect(*child, statements);
}

void AddError(base::diag::Diagnostics& diagnostics, std::string summary, std::string detail,
              const config::Place& place) {
  language::hcl::AddError(diagnostics, std::move(summary), std::move(detail), *place.file, place.span);
}

std::string DescribeOther(const config::Place& place) {
  base::text::Range range = place.file->RangeOf(place.span);
  return fmt::format("{} line {}", range.filename, range.start.line);
}

// Statements that lead back to where they began.
std::vector<std::string> FindLoop(const std::map<std::string, const Statement*>& by_from) {
  std::set<std::string_view> done;
  for (const auto& [start, statement] : by_from) {
    std::vector<std::string> path;
    std::set<std::string_view> on_path;
    for (auto at = by_from.find(start); at != by_from.end() && !done.contains(at->first);
         at = by_from.find(at->second->to)) {
      if (!on_path.insert(at->first).second) return path;
      path.push_back(at->first + " to " + at->second->to);
    }
    done.insert(on_path.begin(), on_path.end());
  }
  return {};
}

bool IsWhole(const Moved& moved) {
  if (moved.from.resource) return moved.from.key.IsNone() && moved.to.key.IsNone();
  return !moved.from.module.steps.empty() && moved.from.module.steps.back().key.IsNone() &&
         !moved.to.module.steps.empty() && moved.to.module.steps.back().key.IsNone();
}

}  // namespace

bool CheckMoves(const config::Configuration& configuration, const IsDeclared& is_declared,
                base::diag::Diagnostics& diagnostics) {
  std::vector<Statement> statements;
  Collect(*configuration.root, statements);
  std::map<std::string, const Statement*> by_from, by_to;
  bool ok = true;
  for (const Statement& statement : statements) {
    const config::Place& place = statement.moved->place;
    if (statement.from == statement.to) {
      AddError(diagnostics, "Redundant move statement",
               fmt::format("This statement moves {} to itself. Remove it.", statement.from), place);
      ok = false;
      continue;
    }
    for (auto [table, address, word] :
         {std::tuple{&by_from, &statement.from, "from"}, std::tuple{&by_to, &statement.to, "to"}}) {
      auto [known, added] = table->emplace(*address, &statement);
      if (added) continue;
      const Statement& first = *known->second;
      if (first.from == statement.from && first.to == statement.to) continue;
      AddError(
          diagnostics, "Ambiguous move statements",
          fmt::format("{} already has a statement that moves {} {}. Only one can hold: remove the other.",
                      DescribeOther(first.moved->place), word, *address),
          place);
      ok = false;
    }
  }
  if (std::vector<std::string> loop = FindLoop(by_from); !loop.empty()) {
    std::string lines;
    for (const std::string& step : loop) lines += "\n  - " + step;
    diagnostics.Error(
        "Cyclic dependency in move statements",
        "These statements lead back to where they began, so that nothing could ever arrive:" + lines);
    return false;
  }
  for (const Statement& statement : statements) {
    if (statement.from == statement.to ||
        !is_declared(*statement.node, statement.moved->from, IsWhole(*statement.moved)))
      continue;
    AddError(
        diagnostics, "Moved object still exists",
        fmt::format("This statement says that {0} became {1}, but the configuration still has {0}. Remove "
                    "its block, or this statement.",
                    statement.from, statement.to),
        statement.moved->place);
    ok = false;
  }
  return ok;
}

namespace {

bool CheckRemovedIn(const ModuleNode& within, base::diag::Diagnostics& diagnostics) {
  bool ok = true;
  for (const config::Removed& removed : within.module->removed) {
    const ModuleNode* node = &within;
    for (const language::address::ModuleStep& step : removed.from.module.steps) {
      auto child = node->children.find(std::string(step.name));
      node = child == node->children.end() ? nullptr : child->second.get();
      if (!node) break;
    }
    if (!node) continue;
    std::string detail = fmt::format(
        "A removed block at {} says that {} is gone, but the configuration still has it. Remove one "
        "of both.",
        DescribeOther(removed.place), removed.from.ToString());
    if (!removed.from.resource) {
      if (!node->call) continue;
      AddError(diagnostics, "Removed module still exists", detail, node->call->place);
      ok = false;
      continue;
    }
    auto found = node->module->resources.find(removed.from.resource->ToString());
    if (found == node->module->resources.end()) continue;
    AddError(diagnostics, "Removed resource still exists", detail, found->second.place);
    ok = false;
  }
  for (const auto& [name, child] : within.children) ok = CheckRemovedIn(*child, diagnostics) && ok;
  return ok;
}

}  // namespace

bool CheckRemoved(const config::Configuration& configuration, base::diag::Diagnostics& diagnostics) {
  return CheckRemovedIn(*configuration.root, diagnostics);
}

}  // namespace engine::run
