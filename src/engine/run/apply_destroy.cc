// Destruction during apply: of objects that go, of old objects in replacements, and of deposed ones.
#include "engine/run/applier.h"
#include "engine/run/identity.h"
#include "engine/run/provider_diagnostics.h"
#include "language/schema/proposed.h"

namespace engine::run {

using changes::Action;
using changes::ResourceChange;

Applier::TaskPtr Applier::PrepareDestroy(uint32_t vertex, const ResourceChange& change) {
  auto task = std::make_unique<ApplyTask>();
  task->vertex = vertex;
  task->change = &change;
  task->destroy = true;
  task->action = Action::kDelete;
  task->address = change.address.ToString();
  task->provider = ProviderFor(change.provider);
  if (!task->provider) return nullptr;
  task->schema = task->provider->FindResource(change.address.resource.type);
  if (!task->schema) return nullptr;
  task->resource = ConfigOf(change.address);
  task->deposed = change.deposed;
  if (change.action == Action::kCreateThenDelete) task->deposed = deposed_keys_.at(change.address);
  task->prior = change.before.UnmarkedDeep();
  task->planned = task->config = Value::Null(task->schema->block.implied_type());
  task->private_data = change.private_data;
  task->prior_object = plan_.prior_state->FindObject(change.address, change.deposed);
  if (task->prior_object)
    task->identity = IdentityOf(*task->prior_object, change.address.resource.type, *task->provider);
  return task->resource && !TakeProviderMeta(*task) ? nullptr : std::move(task);
}

void Applier::FinishDestroy(ApplyTask& task) {
  const ResourceChange& change = *task.change;
  provider::api::ApplyResponse& response = task.response;
  AppendProviderDiagnostics(response.diagnostics, BlockSource(task.resource), task.address, diagnostics_);
  bool failed = provider::api::HasErrors(response.diagnostics);
  if (!failed && !response.state.IsNull()) {
    base::diag::Diagnostic diagnostic{
        .summary = "Provider returned invalid result object after apply",
        .detail = fmt::format(
            "After {} was destroyed, provider {} still returned an object. It stays in the state.",
            task.address, change.provider.provider.ForDisplay()),
        .address = task.address};
    diagnostics_.Add(std::move(diagnostic));
    failed = true;
  }
  if (failed) {
    MarkFailed(task.vertex, change.address);
    context_.hooks->ApplyFailed(change.address, task.deposed);
    state::ObjectPtr kept = ObjectBefore(task);
    bool usable = !response.state.IsNull() && response.state.type() == task.schema->block.implied_type() &&
                  response.state.IsWhollyKnown();
    if (kept && usable) {
      auto object = std::make_shared<state::Object>(*kept);
      object->value = response.state;
      object->type = task.schema->block.implied_type();
      object->schema_version = task.schema->version;
      kept = std::move(object);
    }
    CheckSession(session_.Record({change.address, change.provider, task.deposed, std::move(kept)}));
    return;
  }
  CheckSession(session_.Record({change.address, change.provider, task.deposed, nullptr}));
  context_.hooks->Applied(
      change.address, task.deposed, Action::kDelete,
      std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - task.started),
      change.before);
  ++result_.destroyed;
}

}  // namespace engine::run
