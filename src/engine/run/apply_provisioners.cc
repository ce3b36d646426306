// Provisioners during apply: what runs beside the creation of an object or before its destruction. One after
// the other for an object, beside the provider calls and the provisioners of others on the pool. Their
// arguments are evaluated just before each, since it may read what the one before has made.
#include <fmt/format.h>

#include "engine/run/applier.h"
#include "engine/run/meta_arguments.h"
#include "engine/run/provider_diagnostics.h"
#include "engine/run/provisioners.h"

namespace engine::run {

using changes::Action;
using language::address::ModuleStep;

namespace {

// Whether the removed block, written in a module `depth` steps down the address, speaks of this resource.
bool Names(const config::Removed& removed, const ResourceInstance& address, size_t depth) {
  const std::vector<ModuleStep>& from = removed.from.module.steps;
  const std::vector<ModuleStep>& steps = address.module.steps;
  if (removed.from.resource
          ? depth + from.size() != steps.size() || *removed.from.resource != address.resource
          : depth + from.size() > steps.size())
    return false;
  for (size_t i = 0; i < from.size(); ++i)
    if (from[i].name != steps[depth + i].name) return false;
  return true;
}

const std::vector<config::Provisioner>* RemovedProvisioners(const config::Configuration& configuration,
                                                            const ResourceInstance& address) {
  ModuleInstance path;
  for (size_t depth = 0; depth <= address.module.steps.size(); ++depth) {
    if (depth > 0) path.steps.push_back(address.module.steps[depth - 1]);
    const config::ModuleNode* node = configuration.Find(path);
    if (!node) return nullptr;
    for (const config::Removed& removed : node->module->removed)
      if (Names(removed, address, depth)) return &removed.provisioners;
  }
  return nullptr;
}

std::string_view Suppressed(const Value& config) {
  if (!config.HasMarksDeep()) return {};
  std::vector<std::pair<language::value::Path, language::value::Marks>> marked;
  config.UnmarkedDeep(&marked);
  language::value::Marks all = 0;
  for (const auto& [path, marks] : marked) all |= marks;
  const bool sensitive = all & language::value::kSensitive, ephemeral = all & language::value::kEphemeral;
  if (sensitive && ephemeral) return "(output suppressed due to sensitive, ephemeral value in config)";
  if (ephemeral) return "(output suppressed due to ephemeral value in config)";
  return sensitive ? "(output suppressed due to sensitive value in config)" : "";
}

}  // namespace

// Those of the current object only: a deposed one goes without, and so does one that was not finished.
std::vector<const config::Provisioner*> Applier::ProvisionersOf(const ApplyTask& task) const {
  std::vector<const config::Provisioner*> found;
  if (task.destroy && (!task.deposed.empty() || (task.prior_object && task.prior_object->tainted)))
    return found;
  const std::vector<config::Provisioner>* all =
      task.resource ? &task.resource->provisioners
                    : RemovedProvisioners(*context_.configuration, task.change->address);
  if (!all) return found;
  for (const config::Provisioner& provisioner : *all)
    if (provisioner.at_destroy == task.destroy) found.push_back(&provisioner);
  return found;
}

void Applier::NextProvisioner(TaskPtr task) {
  const bool left = task->provisioning->current < task->provisioning->provisioners.size();
  if (left && PrepareProvisioner(*task)) {
    queue_.push_front(std::move(task));  // what has begun comes before what has not
  } else {
    EndProvisioners(std::move(task), !left);
  }
}

// Finds and evaluates the current one. False after errors.
bool Applier::PrepareProvisioner(ApplyTask& task) {
  ProvisionerRun& run = *task.provisioning;
  const config::Provisioner& block = *run.provisioners[run.current];
  run.provisioner = FindProvisioner(context_, block, diagnostics_);
  if (!run.provisioner) return false;
  const ResourceInstance& address = task.change->address;
  Diagnostics own;
  Value config, connection;
  auto evaluate = [&](const language::eval::Scope& outer, Repetition repetition, const Value& each) {
    const InstanceScope scope(outer, repetition, address.key, each, &run.self);
    config = language::eval::DecodeBody(*block.body.file, *block.body.body, run.provisioner->schema, scope,
                                        kProvisionerMetaArguments, kProvisionerMetaBlocks, own);
    connection = EvaluateConnection(block, scope, own);
  };
  if (task.destroy) {  // which may use self, count.index and each.key only, and has no place any more
    evaluate(*root_,
             address.key.IsInt()      ? Repetition::kCount
             : address.key.IsString() ? Repetition::kForEach
                                      : Repetition::kNone,
             Value());
  } else if (std::optional<InstancePlace> place = FindPlace(address, *task.resource, own)) {
    evaluate(*place->scope, place->values->expansion.repetition, place->each);
  }
  if (!own.HasErrors() && !(config.IsWhollyKnown() && connection.IsWhollyKnown()))
    own.Error(
        "Provisioner with unknown values",
        fmt::format("An argument of the {} provisioner of {}, or of its connection, depends on something "
                    "that was not applied.",
                    block.type, task.address));
  const bool ok = !own.HasErrors();
  diagnostics_.Append(std::move(own));
  if (!ok) return false;
  run.suppressed = Suppressed(config);
  // What the connection holds is never told, so that it suppresses nothing.
  run.request = {.config = config.UnmarkedDeep(),
                 .connection = connection.UnmarkedDeep(),
                 .confidential = !run.suppressed.empty()};
  return true;
}

void Applier::SubmitProvisioner(TaskPtr task) {
  Announce(*task);
  const ProvisionerRun& run = *task->provisioning;
  context_.hooks->ProvisionerBegins(task->change->address, run.provisioners[run.current]->type);
  context_.hooks->ApplyProgress(done_, running_, total_);
  pool_.Submit([this, task = task.release()] {
    TaskPtr owned(task);
    ProvisionerRun& run = *owned->provisioning;
    run.diagnostics = run.provisioner->run(
        run.request,
        [&](std::string_view text) {
          context_.hooks->ProvisionerOutput(owned->change->address, run.provisioners[run.current]->type,
                                            run.suppressed.empty() ? text : run.suppressed);
        },
        context_.stop);
    std::lock_guard lock(mutex_);
    finished_.push_back(std::move(owned));
    finished_signal_.notify_one();
  });
}

void Applier::FinishProvisioner(TaskPtr task) {
  ProvisionerRun& run = *task->provisioning;
  const config::Provisioner& block = *run.provisioners[run.current];
  const bool failed = provider::api::HasErrors(run.diagnostics);
  context_.hooks->ProvisionerEnds(task->change->address, block.type, failed);
  const bool ends = failed && !block.continue_on_failure;
  if (!failed || ends)
    AppendProviderDiagnostics(run.diagnostics, BlockSource(block.body), task->address, diagnostics_);
  if (ends) return EndProvisioners(std::move(task), false);
  ++run.current;
  NextProvisioner(std::move(task));
}

// All are done, or one has failed: then a new object stays tainted, and one that was to go stays.
void Applier::EndProvisioners(TaskPtr task, bool ok) {
  const ProvisionerRun run = *std::exchange(task->provisioning, std::nullopt);
  const changes::ResourceChange& change = *task->change;
  if (!ok || (task->destroy && halted_)) {
    MarkFailed(task->vertex, change.address);
    context_.hooks->ApplyFailed(change.address, task->deposed);
    return EndTask(*task);
  }
  if (task->destroy) {
    std::vector<TaskPtr> tasks;
    tasks.push_back(std::move(task));
    return StartTasks(std::move(tasks));
  }
  CheckSession(session_.Record({change.address, change.provider, "", run.created}));
  CompleteChange(*task, run.self);
  EndTask(*task);
}

}  // namespace engine::run
