#include "engine/test/file_runner.h"

#include <algorithm>

#include "base/core/thread_pool.h"
#include "language/hcl/parser.h"

namespace engine::test {
namespace {

std::vector<Leftover> ManagedObjects(const state::State& state) {
  std::vector<Leftover> objects;
  for (const state::ResourceState& resource : state.resources) {
    if (resource.resource.mode != language::address::ResourceMode::kManaged) continue;
    for (const state::Instance& instance : resource.instances) {
      const language::address::ResourceInstance address{resource.module, resource.resource, instance.key};
      if (instance.current) objects.push_back({address, ""});
      for (const auto& [key, object] : instance.deposed) objects.push_back({address, key});
    }
  }
  std::ranges::sort(objects, {}, [](const Leftover& each) { return std::tie(each.address, each.deposed); });
  return objects;
}

std::set<std::string> RunsNamedIn(const language::hcl::Expression& expression) {
  std::set<std::string> names;
  language::hcl::ForEachTraversal(expression, [&](const language::hcl::TraversalExpression& traversal) {
    if (traversal.root == "run" && !traversal.steps.empty() &&
        traversal.steps[0].kind == language::hcl::TraversalStep::Kind::kAttribute)
      names.emplace(traversal.steps[0].name);
  });
  return names;
}

std::set<std::string> RunsNamedBy(const config::TestRun& run) {
  std::set<std::string> names;
  const auto add = [&](const config::ExpressionRef& expression) {
    if (expression) names.merge(RunsNamedIn(*expression.expression));
  };
  for (const auto& [name, expression] : run.variables) add(expression);
  for (const config::Condition& assertion : run.assertions) {
    add(assertion.condition);
    add(assertion.error_message);
  }
  return names;
}

// Runs that the file's provider blocks read: whoever comes later may use those.
std::set<std::string> RunsNamedByProviders(const config::TestFile& file) {
  std::set<std::string> names;
  for (const auto& [name, provider] : file.providers) {
    if (provider.block.mock) continue;
    for (const auto& attribute : provider.block.body.body->attributes)
      names.merge(RunsNamedIn(*attribute.expression));
  }
  return names;
}

}  // namespace

std::vector<std::vector<size_t>> RunsBefore(const config::TestFile& file) {
  std::vector<std::vector<size_t>> before(file.runs.size());
  const std::set<std::string> by_providers = RunsNamedByProviders(file);
  std::map<std::string, size_t> last_of_state;
  for (size_t index = 0; index < file.runs.size(); ++index) {
    const config::TestRun& run = file.runs[index];
    const std::set<std::string> named = RunsNamedBy(run);
    for (size_t earlier = 0; earlier < index; ++earlier) {
      const config::TestRun& other = file.runs[earlier];
      if (!run.parallel || !other.parallel || named.contains(other.name) || by_providers.contains(other.name))
        before[index].push_back(earlier);
    }
    const auto [last, first] = last_of_state.try_emplace(StateKey(run), index);
    if (!first && std::ranges::find(before[index], last->second) == before[index].end())
      before[index].push_back(last->second);
    last->second = index;
  }
  return before;
}

FileRunner::FileRunner(const run::RunContext& base, const SuiteOptions& options,
                       const config::VariableInputs& globals, FileResult& result)
    : options_(options),
      result_(result),
      context_(base, options, *result.file, globals),
      blocks_(result.runs.size()),
      done_(result.runs.size()) {
  for (const config::TestRun& run : result.file->runs) states_[StateKey(run)];
}

void FileRunner::Execute() {
  config::CheckTestFile(*result_.file, *context_.base.configuration, result_.diagnostics);
  result_.status = result_.runs.empty() ? Status::kPass : Status::kSkip;
  const bool together = std::ranges::count_if(result_.file->runs, &config::TestRun::parallel) > 1;
  if (together) return ExecuteTogether();
  for (size_t index = 0; index < result_.runs.size(); ++index) ExecuteOne(index);
}

// As many at once as operations may run at once; what must wait for others is not begun before.
void FileRunner::ExecuteTogether() {
  const std::vector<std::vector<size_t>> before = RunsBefore(*result_.file);
  std::vector<bool> begun(result_.runs.size());
  base::core::ThreadPool pool(std::max(1, context_.base.parallelism));
  std::unique_lock lock(mutex_);
  while (std::ranges::count(done_, true) < static_cast<std::ptrdiff_t>(done_.size())) {
    for (size_t index = 0; index < begun.size(); ++index) {
      const bool ready = std::ranges::all_of(before[index], [&](size_t earlier) { return done_[earlier]; });
      if (begun[index] || !ready) continue;
      begun[index] = true;
      pool.Submit([this, index] { ExecuteOne(index); });
    }
    done_signal_.wait(lock);
  }
}

void FileRunner::Keep(const std::string& key, Owned owned) {
  const config::TestRun& run = *result_.runs[owned.last].run;
  if (options_.inventory)
    options_.inventory->Holds(key, run.name, run.module ? run.module->source : "",
                              ManagedObjects(*owned.state));
  states_.at(key) = std::move(owned);
}

void FileRunner::ExecuteOne(size_t index) {
  RunResult& run = result_.runs[index];
  StatePtr before;
  {
    std::lock_guard lock(mutex_);
    if (options_.stop.stop_requested() || result_.status == Status::kError) {
      run.status = Status::kSkip;
      return Finish(index);
    }
    blocks_[index] = std::make_unique<RunBlock>(context_, run);
    before = states_.at(StateKey(*run.run)).state;
    run.started = std::chrono::system_clock::now();
    options_.progress->RunBegun(result_, run);
  }
  const auto start = std::chrono::steady_clock::now();
  const StatePtr after = blocks_[index]->Execute(before);
  run.duration = std::chrono::steady_clock::now() - start;
  std::lock_guard lock(mutex_);
  if (after) Keep(StateKey(*run.run), {after, index});
  result_.status = std::max(result_.status, run.status);
  Finish(index);
}

// Runs are told of in the order of the file, whichever is over first.
void FileRunner::Finish(size_t index) {
  done_[index] = true;
  for (; shown_ < done_.size() && done_[shown_]; ++shown_)
    options_.progress->RunEnded(result_, result_.runs[shown_]);
  done_signal_.notify_all();
}

void FileRunner::CleanUp() {
  std::vector<std::pair<std::string, Owned>> owned;
  for (const auto& each : states_)
    if (!ManagedObjects(*each.second.state).empty()) owned.push_back(each);
  std::ranges::sort(owned, std::greater(), [](const auto& each) { return each.second.last; });
  for (const auto& [key, each] : owned) {
    const RunResult& run = result_.runs[each.last];
    options_.progress->RunTearingDown(result_, run);
    Diagnostics found;
    const StatePtr after = blocks_[each.last]->Destroy(each.state, found);
    Keep(key, {after, each.last});
    const std::vector<Leftover> left = ManagedObjects(*after);
    if (!after->resources.empty()) result_.status = Status::kError;
    options_.progress->CleanedUp(result_, run, found, left);
  }
}

}  // namespace engine::test
