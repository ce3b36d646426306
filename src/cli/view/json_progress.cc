#include "cli/view/json_progress.h"

#include <fmt/format.h>

#include "base/core/strings.h"
#include "base/json/writer.h"
#include "cli/view/object_id.h"
#include "cli/view/output_lines.h"
#include "cli/view/progress_view.h"

namespace cli::view {
namespace {

using base::json::Writer;
using engine::changes::Action;
using engine::run::ResourceInstance;
using engine::run::Value;

struct Words {
  std::string_view name, start, still, done;
};

// The reference speaks of data sources as refreshed here.
Words WordsOf(Action action) {
  switch (action) {
    case Action::kCreate:
      return {"create", "Creating", "creating", "Creation"};
    case Action::kUpdate:
      return {"update", "Modifying", "modifying", "Modifications"};
    case Action::kDelete:
      return {"delete", "Destroying", "destroying", "Destruction"};
    case Action::kRead:
      return {"read", "Refreshing", "refreshing", "Refresh"};
    case Action::kForget:
      return {"remove", "Removing", "applying", "Removal"};
    default:
      return {"noop", "Applying", "applying", "Apply"};
  }
}

std::string Bracketed(const ObjectId& id) {
  return id.value.empty() ? "" : fmt::format(" [{}={}]", id.key, id.value);
}

// {"resource":...,"action":"create","id_key":"id","id_value":"x","elapsed_seconds":1}, as far as given.
std::string HookJson(const std::string& resource, std::string_view action, const ObjectId& id,
                     std::optional<int64_t> seconds) {
  std::string out;
  Writer json(&out);
  json.BeginObject().Key("resource").RawVerbatim(resource);
  if (!action.empty()) json.Member("action", action);
  if (!id.value.empty()) json.Member("id_key", id.key).Member("id_value", id.value);
  if (seconds) json.Member("elapsed_seconds", *seconds);
  json.EndObject();
  return out;
}

int64_t Seconds(std::chrono::milliseconds elapsed) { return (elapsed.count() + 500) / 1000; }

std::chrono::milliseconds Since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - start);
}

}  // namespace

std::string ResourceJson(const ResourceInstance& address) {
  std::string out;
  Writer json(&out);
  ResourceInstance local = address;
  local.module.steps.clear();
  const std::string& type = address.resource.type;
  json.BeginObject().Member("addr", address.ToString()).Member("module", address.module.ToString());
  json.Member("resource", local.ToString()).Member("implied_provider", type.substr(0, type.find('_')));
  json.Member("resource_type", type).Member("resource_name", address.resource.name).Key("resource_key");
  if (address.key.IsInt()) {
    json.Int(address.key.AsInt());
  } else if (address.key.IsString()) {
    json.String(address.key.AsString());
  } else {
    json.Null();
  }
  json.EndObject();
  return out;
}

JsonProgress::JsonProgress(Terminal& terminal, std::chrono::milliseconds period,
                           std::vector<JsonLog::Field> common)
    : common_(std::move(common)),
      heartbeat_(terminal, period, [this](const RunningOperations::Due& due) { StillRunning(due); }) {}

void JsonProgress::Print(std::string_view message, std::string_view type, std::string hook) {
  std::vector<JsonLog::Field> fields = common_;
  fields.push_back({"hook", std::move(hook)});
  heartbeat_.PrintSoon(JsonLog::Line(LogLevel::kInfo, message, type, std::move(fields)));
}

void JsonProgress::StillRunning(const RunningOperations::Due& due) {
  auto found = running_.find(due.address);
  if (found == running_.end()) return;
  const Running& running = found->second;
  Print(fmt::format("{}: Still {}... [{} elapsed]", running.address, running.still, ElapsedText(due.elapsed)),
        fmt::format("{}_progress", running.kind),
        HookJson(running.resource, running.action, {}, Seconds(due.elapsed)));
}

void JsonProgress::Start(const ResourceInstance& address, std::string_view deposed, Action action,
                         const Value& known) {
  const Words words = WordsOf(action);
  const ObjectId id = FindIdOrName(known);
  Running running{.address = address.ToString(),
                  .resource = ResourceJson(address),
                  .action = words.name,
                  .still = words.still,
                  .done = words.done,
                  .kind = "apply",
                  .start = std::chrono::steady_clock::now()};
  std::lock_guard lock(heartbeat_.mutex());
  Print(fmt::format("{}: {}...{}", running.address, words.start, Bracketed(id)), "apply_start",
        HookJson(running.resource, words.name, id, {}));
  std::string name = OperationName(address, deposed);
  heartbeat_.Start(name, "", "");
  running_.insert_or_assign(std::move(name), std::move(running));
}

void JsonProgress::Complete(const ResourceInstance& address, std::string_view deposed, Action action,
                            std::chrono::milliseconds elapsed, const Value& known) {
  const Words words = WordsOf(action);
  const ObjectId id = FindId(known);
  std::lock_guard lock(heartbeat_.mutex());
  const std::string name = OperationName(address, deposed);
  heartbeat_.Finish(name);
  running_.erase(name);
  Print(fmt::format("{}: {} complete after {}{}", address.ToString(), words.done, ElapsedText(elapsed),
                    Bracketed(id)),
        "apply_complete", HookJson(ResourceJson(address), words.name, id, Seconds(elapsed)));
}

void JsonProgress::Refreshing(const ResourceInstance& address, std::string_view, const Value& known) {
  const ObjectId id = FindId(known);
  std::lock_guard lock(heartbeat_.mutex());
  Print(fmt::format("{}: Refreshing state...{}", address.ToString(), Bracketed(id)), "refresh_start",
        HookJson(ResourceJson(address), "", id, {}));
}

void JsonProgress::Refreshed(const ResourceInstance& address, std::string_view, const Value& known) {
  const ObjectId id = FindId(known);
  std::lock_guard lock(heartbeat_.mutex());
  Print(fmt::format("{}: Refresh complete{}", address.ToString(), Bracketed(id)), "refresh_complete",
        HookJson(ResourceJson(address), "", id, {}));
}

void JsonProgress::ReadingData(const ResourceInstance& address) {
  Start(address, "", Action::kRead, Value());
}

void JsonProgress::DataRead(const ResourceInstance& address, std::chrono::milliseconds elapsed,
                            const Value& known) {
  Complete(address, "", Action::kRead, elapsed, known);
}

void JsonProgress::Applying(const ResourceInstance& address, std::string_view deposed, Action action,
                            const Value& known) {
  if (action == Action::kNoOp) return;
  Start(address, deposed, action, action == Action::kCreate ? Value() : known);
}

void JsonProgress::Applied(const ResourceInstance& address, std::string_view deposed, Action action,
                           std::chrono::milliseconds elapsed, const Value& known) {
  if (action == Action::kNoOp) return;
  Complete(address, deposed, action, elapsed, action == Action::kDelete ? Value() : known);
}

void JsonProgress::ApplyFailed(const ResourceInstance& address, std::string_view deposed) {
  Errored(OperationName(address, deposed));
}

void JsonProgress::Errored(const std::string& name) {
  std::lock_guard lock(heartbeat_.mutex());
  auto found = running_.find(name);
  if (found == running_.end()) return;
  const Running running = std::move(found->second);
  running_.erase(found);
  heartbeat_.Finish(name);
  if (running.action == "read") return;  // its diagnostic says it
  const auto elapsed = Since(running.start);
  Print(fmt::format("{}: {} errored after {}", running.address, running.done, ElapsedText(elapsed)),
        fmt::format("{}_errored", running.kind),
        HookJson(running.resource, running.action, {}, Seconds(elapsed)));
}

namespace {

struct EphemeralWords {
  std::string_view action, still, doing, done;
};
const EphemeralWords& WordsOf(engine::run::EphemeralOperation operation) {
  static constexpr EphemeralWords kWords[] = {{"open", "opening", "Opening", "Opening"},
                                              {"renew", "renewing", "Renewing", "Renewal"},
                                              {"close", "closing", "Closing", "Closing"}};
  return kWords[static_cast<size_t>(operation)];
}

}  // namespace

void JsonProgress::EphemeralBegins(const ResourceInstance& address,
                                   engine::run::EphemeralOperation operation) {
  const EphemeralWords& words = WordsOf(operation);
  Running running{.address = address.ToString(),
                  .resource = ResourceJson(address),
                  .action = words.action,
                  .still = words.still,
                  .done = words.doing,
                  .kind = "ephemeral_op",
                  .start = std::chrono::steady_clock::now()};
  std::lock_guard lock(heartbeat_.mutex());
  Print(fmt::format("{}: {}...", running.address, running.done), "ephemeral_op_start",
        HookJson(running.resource, running.action, {}, {}));
  std::string name = OperationName(address, "");
  heartbeat_.Start(name, "", "");
  running_.insert_or_assign(std::move(name), std::move(running));
}

void JsonProgress::EphemeralEnds(const ResourceInstance& address, engine::run::EphemeralOperation operation,
                                 bool failed, std::chrono::milliseconds elapsed) {
  const std::string name = OperationName(address, "");
  if (failed) return Errored(name);
  std::lock_guard lock(heartbeat_.mutex());
  heartbeat_.Finish(name);
  running_.erase(name);
  Print(fmt::format("{}: {} complete after {}", address.ToString(), WordsOf(operation).done,
                    ElapsedText(elapsed)),
        "ephemeral_op_complete",
        HookJson(ResourceJson(address), WordsOf(operation).action, {}, Seconds(elapsed)));
}

namespace {

// {"resource":...,"provisioner":"local-exec","output":"x"}
std::string ProvisionerJson(const ResourceInstance& address, std::string_view type,
                            std::optional<std::string_view> output = std::nullopt) {
  std::string out;
  Writer json(&out);
  json.BeginObject().Key("resource").RawVerbatim(ResourceJson(address)).Member("provisioner", type);
  if (output) json.Member("output", *output);
  json.EndObject();
  return out;
}

}  // namespace

void JsonProgress::ProvisionerBegins(const ResourceInstance& address, std::string_view type) {
  std::lock_guard lock(heartbeat_.mutex());
  Print(fmt::format("{}: Provisioning with '{}'...", address.ToString(), type), "provision_start",
        ProvisionerJson(address, type));
}

void JsonProgress::ProvisionerOutput(const ResourceInstance& address, std::string_view type,
                                     std::string_view text) {
  std::lock_guard lock(heartbeat_.mutex());
  ForEachLine(text, [&](std::string_view line) {
    if (line = base::core::TrimRight(line); line.empty()) return;
    Print(fmt::format("{}: ({}): {}", address.ToString(), type, line), "provision_progress",
          ProvisionerJson(address, type, line));
  });
}

void JsonProgress::ProvisionerEnds(const ResourceInstance& address, std::string_view type, bool failed) {
  std::lock_guard lock(heartbeat_.mutex());
  Print(fmt::format("{}: ({}) Provisioning {}", address.ToString(), type, failed ? "errored" : "complete"),
        failed ? "provision_errored" : "provision_complete", ProvisionerJson(address, type));
}

}  // namespace cli::view
