// A run in memory for tests: files as text, a state that lives on between steps, the real built-in and mock
// providers. Not the program: no command line, no disk.
// Only tests of this room include this.
#pragma once

#include <gtest/gtest.h>

#include "base/core/files.h"
#include "engine/backend/memory.h"
#include "engine/backend/session.h"
#include "engine/config/load.h"
#include "engine/run/apply.h"
#include "engine/run/plan.h"
#include "engine/run/validate.h"
#include "provider/builtin/terraform_provider.h"
#include "provider/mock/mock_provider.h"

namespace engine::run {

class TestRun {
 public:
  explicit TestRun(std::string main_tf) { files_["main.tf"] = std::move(main_tf); }
  void SetFile(const std::string& name, std::string text) { files_[name] = std::move(text); }
  void SetMain(std::string text) { files_["main.tf"] = std::move(text); }

  // Diagnostics of the last step as "error: summary" lines.
  std::string problems() const {
    std::string out;
    for (const auto& item : diagnostics_.items())
      out += (item.severity == base::diag::Severity::kError ? "error: " : "warning: ") + item.summary + "\n";
    return out;
  }
  std::string details() const {
    std::string out;
    for (const auto& item : diagnostics_.items()) out += item.summary + ": " + item.detail + "\n";
    return out;
  }

  const changes::Plan& Plan(PlanOptions options = {}) {
    Load();
    auto session = Open();
    if (!session || diagnostics_.HasErrors()) return plan_ = {.errored = true};
    if (options.in_doubt.empty()) options.in_doubt = session->recovery().in_doubt;
    PlanResult result = MakePlan(context_, session->initial(), options, diagnostics_);
    plan_calls = result.usage.calls;
    return plan_ = std::move(result.plan);
  }

  ApplyResult Apply(PlanOptions options = {}) {
    Load();
    auto session = Open();
    if (!session || diagnostics_.HasErrors()) return {};
    plan_ = MakePlan(context_, session->initial(), options, diagnostics_).plan;
    if (plan_.errored) return {};
    LoggedSession logged(*session, calls);
    return run::Apply(context_, plan_, logged, diagnostics_);
  }

  ApplyResult Destroy() { return Apply({.mode = changes::Mode::kDestroy}); }

  void Validate() {
    Load();
    if (!diagnostics_.HasErrors()) run::Validate(context_, diagnostics_);
  }

  // "create a", "update b", ... in display order; "" for no changes.
  std::string Actions() const {
    std::string out;
    for (const changes::ResourceChange& change : plan_.resources)
      out += std::string(changes::ActionName(change.action)) + " " + change.address.ToString() +
             (change.deposed.empty() ? "" : " (deposed)") + "\n";
    return out;
  }
  state::State State() {
    auto storage = backend_.Storage("default");
    return *engine::backend::ReadSnapshot(*storage)->state;
  }
  // The current object at an address of the root module; null when there is none.
  state::ObjectPtr Object(std::string_view address) {
    return State().FindObject(*language::address::ParseResourceInstance(address));
  }
  void SetState(std::string text) {
    auto storage = backend_.Storage("default");
    ASSERT_TRUE(storage->Write(text).ok());
  }
  // Addresses in the state, one a line.
  std::string Addresses() {
    std::string out;
    for (const auto& resource : State().resources)
      for (const auto& instance : resource.instances) {
        if (instance.current)
          out += language::address::ResourceInstance{resource.module, resource.resource, instance.key}
                     .ToString() +
                 (instance.current->tainted ? " (tainted)" : "") + "\n";
        for (size_t i = 0; i < instance.deposed.size(); ++i)
          out += resource.resource.ToString() + " (deposed)\n";
      }
    return out;
  }
  RunContext& context() { return context_; }
  // The order in which operations began: "+x", "~x" and "-x"; "!" after deposed ones. Of ephemeral resources:
  // "open x", "close x", "defer x".
  std::vector<std::string> events;
  // What the session was told: "intent x" and "x", "!" after deposed ones, "gone" for null.
  std::vector<std::string> calls;
  std::function<void()> on_refreshing = [] {};
  // The objects that hooks were given, and how many of them had an unmarked name.
  int objects_shown = 0, names_shown = 0;
  int64_t plan_calls = 0;  // of the providers, in the last Plan

 private:
  struct Recorder : Hooks {
    TestRun* run;
    void Applying(const ResourceInstance& address, std::string_view deposed, Action action,
                  const Value& known) override {
      run->Show(known);
      run->events.push_back(std::string(action == Action::kDelete   ? "-"
                                        : action == Action::kCreate ? "+"
                                                                    : "~") +
                            address.ToString() + std::string(deposed.empty() ? "" : "!"));
    }
    void Applied(const ResourceInstance&, std::string_view, Action, std::chrono::milliseconds,
                 const Value& known) override {
      run->Show(known);
    }
    void DataRead(const ResourceInstance&, std::chrono::milliseconds, const Value& known) override {
      run->Show(known);
    }
    void EphemeralBegins(const ResourceInstance& address, EphemeralOperation operation) override {
      // Renewals come when they will.
      if (operation == EphemeralOperation::kRenew) return;
      run->events.push_back((operation == EphemeralOperation::kOpen ? "open " : "close ") +
                            address.ToString());
    }
    void EphemeralDeferred(const ResourceInstance& address) override {
      run->events.push_back("defer " + address.ToString());
    }
    void Refreshing(const ResourceInstance&, std::string_view, const Value& known) override {
      run->Show(known);
      run->on_refreshing();
    }
  };

  // Passes everything on to the real session.
  struct LoggedSession : state::StateSession {
    LoggedSession(state::StateSession& session, std::vector<std::string>& calls)
        : session(session), calls(calls) {}
    std::shared_ptr<const state::State> initial() const override { return session.initial(); }
    const state::Recovery& recovery() const override { return session.recovery(); }
    base::core::Result<void> Begin(state::State base) override { return session.Begin(std::move(base)); }
    base::core::Result<void> WriteIntents(std::span<const state::Intent> intents) override {
      for (const state::Intent& intent : intents)
        calls.push_back("intent " + intent.address.ToString() + (intent.deposed.empty() ? "" : "!"));
      return session.WriteIntents(intents);
    }
    base::core::Result<void> Record(state::Outcome outcome) override {
      calls.push_back(outcome.address.ToString() + (outcome.deposed.empty() ? "" : "!") +
                      (outcome.object ? "" : " gone"));
      return session.Record(std::move(outcome));
    }
    void SetOutput(const std::string& name, std::optional<state::OutputValue> value) override {
      session.SetOutput(name, std::move(value));
    }
    void SetCheckResults(std::string json) override { session.SetCheckResults(std::move(json)); }
    base::core::Result<void> Finish() override { return session.Finish(); }
    state::State Snapshot() const override { return session.Snapshot(); }
    state::StateSession& session;
    std::vector<std::string>& calls;
  };

  void Show(const Value& known) {
    ++objects_shown;
    const Value* name = known.IsKnownNotNull() ? known.Find("name") : nullptr;
    if (name && !name->IsMarked(language::value::kSensitive)) ++names_shown;
  }
  void Load() {
    diagnostics_ = {};
    events.clear();
    calls.clear();
    source_ = config::MemoryFiles(files_);
    configuration_ = config::LoadConfiguration(*source_, ".", diagnostics_);
    recorder_.run = this;
    context_.configuration = configuration_.get();
    context_.hooks = &recorder_;
    context_.providers = [](const language::address::Provider& source)
        -> base::core::Result<std::shared_ptr<provider::api::Provider>> {
      if (source.type == "terraform") return provider::builtin::MakeTerraformProvider();
      if (source.type == "mock") return provider::mock::MakeMockProvider();
      return base::core::Error("no provider " + source.ToString());
    };
    if (diagnostics_.HasErrors()) return;
    config::VariableInputs inputs =
        config::CollectVariables(*source_, ".", *configuration_->root->module, {}, {}, diagnostics_);
    context_.variables = config::ResolveVariables(*configuration_->root->module, inputs, diagnostics_);
  }
  std::unique_ptr<engine::backend::Session> Open() {
    engine::backend::SessionOptions options;
    return engine::backend::OpenSession(backend_.Storage("default"), options, diagnostics_);
  }

  std::map<std::string, std::string> files_;
  std::unique_ptr<config::FileSource> source_;
  std::unique_ptr<config::Configuration> configuration_;
  engine::backend::MemoryBackend backend_;
  Recorder recorder_;
  RunContext context_;
  base::diag::Diagnostics diagnostics_;
  changes::Plan plan_;
};

inline constexpr std::string_view kUseMock = R"(
terraform {
  required_providers {
    mock = { source = "parterre/mock" }
  }
}
)";

}  // namespace engine::run
