#include "engine/test/run_block.h"

#include <fmt/format.h>

#include "engine/run/apply.h"
#include "engine/run/validate.h"
#include "engine/test/expected_failures.h"
#include "engine/test/memory_session.h"

namespace engine::test {

using base::diag::Severity;
using config::TestRun;

RunBlock::RunBlock(FileContext& file, RunResult& result)
    : file_(file),
      result_(result),
      run_(*result.run),
      values_(file.file, file.globals, *file.Written(*result.run).root->module, file.outputs,
              file.base.functions),
      provider_scope_(ValuesScope::Kind::kProvider, values_),
      context_(file.base) {
  context_.hooks = &hooks_;
  context_.stop = {};
  context_.root_directory = file.Written(run_).root->module->directory;
}

StatePtr RunBlock::Execute(const StatePtr& before) {
  const config::Configuration& written = file_.Written(run_);
  Diagnostics found;
  config::CheckTestRun(run_, written, found);
  if (!Take(std::move(found))) return nullptr;
  found = {};
  Prepare(found);
  if (!Take(std::move(found))) return nullptr;
  found = {};
  run::Validate(context_, found, /*for_plan=*/true);
  if (!Take(std::move(found))) return nullptr;
  found = {};
  TakeVariables(/*warn=*/true, found);
  if (!Take(std::move(found))) return nullptr;
  return Plan(before);
}

bool RunBlock::Prepare(Diagnostics& diagnostics) {
  ProvidersInUse providers;
  context_.configuration = file_.Prepared(run_, providers, diagnostics);
  if (!context_.configuration) return false;
  substitutes_ = std::make_unique<RunSubstitutes>(file_.file, run_, *context_.configuration->root->module,
                                                  std::move(providers), provider_scope_, file_.options.texts);
  context_.substitutes = substitutes_.get();
  return true;
}

bool RunBlock::TakeVariables(bool warn, Diagnostics& diagnostics) {
  const config::Module& root = *context_.configuration->root->module;
  RunVariables variables = VariablesOfRun(run_, values_, warn, diagnostics);
  context_.unsuitable.clear();
  context_.variables = config::ResolveVariables(root, variables.module, diagnostics, &context_.unsuitable);
  context_.given_ephemeral.clear();
  context_.variable_places.clear();
  for (const auto& [name, source] : variables.module.by_name) {
    if (root.variables.at(name).ephemeral) context_.given_ephemeral.push_back(name);
    if (source.place) context_.variable_places[name] = *source.place;
  }
  other_variables_ = std::move(variables.others);
  return !diagnostics.HasErrors();
}

std::optional<run::PlanOptions> RunBlock::OptionsOfPlan(Diagnostics& diagnostics) const {
  run::PlanOptions options{
      .mode = run_.plan.refresh_only ? changes::Mode::kRefreshOnly : changes::Mode::kNormal,
      .refresh = run_.plan.refresh};
  for (const config::TraversalRef& reference : run_.plan.replace) {
    const auto address = config::ReadAddress(reference, diagnostics);
    if (!address) continue;
    const bool managed =
        address->resource && address->resource->mode == language::address::ResourceMode::kManaged;
    if (!managed)
      language::hcl::AddError(diagnostics,
                              address->resource ? "Can only target managed resources for forced replacements."
                                                : "Invalid address",
                              fmt::format("{} is no instance of a managed resource.", address->ToString()),
                              *reference.file, reference.traversal->span);
    else
      options.replace.push_back({address->module, *address->resource, address->key});
  }
  for (const config::TraversalRef& reference : run_.plan.targets)
    if (const auto address = config::ReadAddress(reference, diagnostics)) options.targets.push_back(*address);
  if (diagnostics.HasErrors()) return std::nullopt;
  return options;
}

StatePtr RunBlock::Plan(const StatePtr& before) {
  Diagnostics found;
  std::optional<run::PlanOptions> options = OptionsOfPlan(found);
  if (!options) {
    Take(std::move(found));
    return nullptr;
  }
  const bool only_plan = run_.command == TestRun::Command::kPlan;
  std::optional<Assessment> assessment;
  Diagnostics kept;
  options->inspect = [&](run::ModuleScope& scope) {
    if (!only_plan) return;
    kept = WithoutExpected(run_, found);
    if (!kept.HasErrors()) assessment = Assess(run_, scope, other_variables_, file_.outputs);
  };
  run::PlanResult planned = run::MakePlan(context_, before, *options, found);
  if (!only_plan) {
    if (!Take(WithExpectedExplained(run_, found))) return nullptr;
    result_.diagnostics = WithoutChecks(result_.diagnostics);
    return Apply(before, planned.plan);
  }
  if (!Take(std::move(kept)) || !assessment) return nullptr;
  if (file_.options.keep_results) result_.plan = std::make_shared<changes::Plan>(std::move(planned.plan));
  TakeAssessment(*std::move(assessment));
  return nullptr;
}

StatePtr RunBlock::Apply(const StatePtr& before, const changes::Plan& plan) {
  Diagnostics found, kept;
  std::optional<Assessment> assessment;
  MemorySession session(before);
  TellOfCreates(plan);
  run::ApplyResult applied = run::Apply(context_, plan, session, found, [&](run::ModuleScope& scope) {
    kept = WithoutExpected(run_, found);
    if (!kept.HasErrors()) assessment = Assess(run_, scope, other_variables_, file_.outputs);
  });
  auto after = std::make_shared<const state::State>(std::move(applied.state));
  if (!assessment && kept.empty()) kept = WithoutExpected(run_, found);
  if (!Take(std::move(kept)) || !assessment) return after;
  if (file_.options.keep_results) result_.state = after;
  TakeAssessment(*std::move(assessment));
  return after;
}

void RunBlock::TellOfCreates(const changes::Plan& plan) const {
  if (!file_.options.inventory) return;
  std::vector<std::string> addresses;
  for (const changes::ResourceChange& change : plan.resources)
    if (change.action == changes::Action::kCreate) addresses.push_back(change.address.ToString());
  file_.options.inventory->Creating(StateKey(run_), run_.name, run_.module ? run_.module->source : "",
                                    std::move(addresses));
}

bool RunBlock::Take(Diagnostics found) {
  const bool ok = !found.HasErrors();
  if (!ok) result_.status = Status::kError;
  result_.diagnostics.Append(std::move(found));
  return ok;
}

void RunBlock::TakeAssessment(Assessment assessment) {
  result_.status = std::max(result_.status, assessment.status);
  result_.diagnostics.Append(std::move(assessment.diagnostics));
  file_.outputs.Set(run_.name, std::move(assessment.outputs));
}

StatePtr RunBlock::Destroy(const StatePtr& state, Diagnostics& diagnostics) {
  if (!Prepare(diagnostics) || !TakeVariables(/*warn=*/false, diagnostics)) return state;
  Diagnostics found;
  const run::PlanResult planned = run::MakePlan(context_, state, {.mode = changes::Mode::kDestroy}, found);
  const bool failed = found.HasErrors();
  diagnostics.Append(std::move(found));
  if (failed) return state;
  MemorySession session(state);
  run::ApplyResult applied = run::Apply(context_, planned.plan, session, diagnostics);
  return std::make_shared<const state::State>(std::move(applied.state));
}

}  // namespace engine::test
