#include "cli/view/json_plan_log.h"

#include <fmt/format.h>

#include "base/json/writer.h"
#include "cli/view/json_progress.h"
#include "language/value/codec.h"

namespace cli::view {
namespace {

using base::json::Writer;
using engine::changes::Action;
using engine::changes::ActionReason;
using engine::changes::Plan;
using engine::changes::ResourceChange;

// The log's own names; plan documents have others.
std::string_view NameOf(Action action) {
  switch (action) {
    case Action::kNoOp:
      return "noop";
    case Action::kForget:
      return "remove";
    default:
      return engine::changes::ActionName(action);
  }
}

std::string_view NameOf(ActionReason reason) {
  switch (reason) {
    case ActionReason::kReplaceBecauseTainted:
      return "tainted";
    case ActionReason::kReplaceByRequest:
      return "requested";
    case ActionReason::kReplaceByTriggers:
      return "replace_triggered_by";
    case ActionReason::kReplaceBecauseCannotUpdate:
      return "cannot_update";
    default:
      return engine::changes::ReasonName(reason);
  }
}

void LogChange(const ResourceChange& change, bool drift, JsonLog& log) {
  std::string_view action = NameOf(change.action);
  if (change.action == Action::kNoOp) {
    if (change.importing) action = "import";
    if (change.previous_address) action = "move";
  }
  std::string out;
  Writer json(&out);
  json.BeginObject().Key("resource").RawVerbatim(ResourceJson(change.address));
  if (change.previous_address)
    json.Key("previous_resource").RawVerbatim(ResourceJson(*change.previous_address));
  json.Member("action", action);
  if (std::string_view reason = NameOf(change.reason); !reason.empty()) json.Member("reason", reason);
  if (change.importing) {
    json.Key("importing").BeginObject();
    if (!change.importing->id.empty()) json.Member("id", change.importing->id);
    json.EndObject();
    if (!change.importing->generated_config.empty())
      json.Member("generated_config", change.importing->generated_config);
  }
  json.EndObject();
  const std::string address = change.address.ToString();
  if (drift) {
    log.Write(LogLevel::kInfo, fmt::format("{}: Drift detected ({})", address, action), "resource_drift",
              {{"change", std::move(out)}});
  } else {
    log.Write(LogLevel::kInfo, fmt::format("{}: Plan to {}", address, action), "planned_change",
              {{"change", std::move(out)}});
  }
}

// That a data source goes out of the state is nobody's business.
void LogPlannedChange(const ResourceChange& change, JsonLog& log) {
  const bool data = change.address.resource.mode == language::address::ResourceMode::kData;
  if (!data || change.action != Action::kDelete) LogChange(change, false, log);
}

void LogSummary(const Plan::Counts& counts, std::string_view operation, const std::string& message,
                JsonLog& log) {
  std::string out;
  Writer json(&out);
  json.BeginObject().Member("add", counts.add).Member("change", counts.change);
  json.Member("import", counts.import).Member("remove", counts.destroy).Member("operation", operation);
  json.EndObject();
  log.Write(LogLevel::kInfo, message, "change_summary", {{"changes", std::move(out)}});
}

void LogOutputChanges(const Plan& plan, JsonLog& log) {
  if (plan.outputs.empty()) return;
  std::string out;
  Writer json(&out);
  json.BeginObject();
  for (const engine::changes::OutputChange& output : plan.outputs)
    json.Key(output.name)
        .BeginObject()
        .Member("sensitive", output.sensitive)
        .Member("action", NameOf(output.action))
        .EndObject();
  json.EndObject();
  log.Write(LogLevel::kInfo, fmt::format("Outputs: {}", plan.outputs.size()), "outputs",
            {{"outputs", std::move(out)}});
}

}  // namespace

void LogPlannedActions(const Plan& plan, JsonLog& log) {
  for (const ResourceChange& change : plan.resources)
    if (change.action != Action::kNoOp) LogPlannedChange(change, log);
}

void LogPlan(const Plan& plan, JsonLog& log) {
  for (const engine::changes::Drift& drift : plan.drift) {
    // Mere moves are among the changes, but for plans that have none.
    if (drift.action == Action::kNoOp && plan.mode != engine::changes::Mode::kRefreshOnly) continue;
    ResourceChange change{
        .address = drift.address, .previous_address = drift.previous_address, .action = drift.action};
    LogChange(change, true, log);
  }
  for (const ResourceChange& change : plan.resources)
    if (change.action != Action::kNoOp || change.previous_address || change.importing)
      LogPlannedChange(change, log);
  const Plan::Counts counts = plan.Count();
  std::string message = "Plan: ";
  if (counts.import > 0) message += fmt::format("{} to import, ", counts.import);
  message +=
      fmt::format("{} to add, {} to change, {} to destroy.", counts.add, counts.change, counts.destroy);
  LogSummary(counts, "plan", message, log);
  LogOutputChanges(plan, log);
}

void LogApplySummary(const engine::run::ApplyResult& result, std::string_view operation, JsonLog& log) {
  const Plan::Counts counts{
      .import = result.imported, .add = result.added, .change = result.changed, .destroy = result.destroyed};
  std::string message;
  if (operation == "destroy") {
    message = fmt::format("Destroy complete! Resources: {} destroyed.", counts.destroy);
  } else {
    message = "Apply complete! Resources: ";
    if (counts.import > 0) message += fmt::format("{} imported, ", counts.import);
    message += fmt::format("{} added, {} changed, {} destroyed.", counts.add, counts.change, counts.destroy);
  }
  LogSummary(counts, operation, message, log);
}

void LogOutputs(const std::vector<std::pair<std::string, language::value::Value>>& outputs, JsonLog& log) {
  std::string out;
  Writer json(&out);
  json.BeginObject();
  size_t count = 0;
  for (const auto& [name, value] : outputs) {
    if (value.IsNull()) continue;  // states do not keep these
    ++count;
    const bool sensitive = value.HasMarksDeep();
    const language::value::Value plain = value.UnmarkedDeep();
    json.Key(name).BeginObject().Member("sensitive", sensitive);
    json.Key("type").RawVerbatim(plain.type().ToJson());
    auto text = language::value::ToJson(plain, plain.type());
    if (!sensitive) json.Key("value").RawVerbatim(text.ok() ? *text : "null");
    json.EndObject();
  }
  json.EndObject();
  log.Write(LogLevel::kInfo, fmt::format("Outputs: {}", count), "outputs", {{"outputs", std::move(out)}});
}

}  // namespace cli::view
