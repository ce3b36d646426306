#include "cli/view/json_test_view.h"

#include <fmt/format.h>

#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>

#include "base/core/product.h"
#include "base/json/writer.h"

namespace cli::view {
namespace {

using base::json::Quote;
using base::json::Writer;
using engine::test::FileResult;
using engine::test::Leftover;
using engine::test::RunResult;
using engine::test::Status;
using engine::test::SuiteResult;
using Fields = std::vector<JsonLog::Field>;

constexpr std::chrono::seconds kStillRunning{2};

// Unlike the text, it tells errors from failures.
std::string_view StatusName(Status status) {
  return status == Status::kError ? "error" : TestStatusText(status);
}

std::string FileJson(const FileResult& file, std::string_view progress) {
  std::string json;
  Writer writer(&json);
  writer.BeginObject().Member("path", file.file->name).Member("progress", progress);
  if (progress == "complete") writer.Member("status", StatusName(file.status));
  writer.EndObject();
  return json;
}

std::string RunJson(const FileResult& file, const RunResult& run, std::string_view progress,
                    int64_t elapsed) {
  std::string json;
  Writer writer(&json);
  writer.BeginObject()
      .Member("path", file.file->name)
      .Member("run", run.run->name)
      .Member("progress", progress);
  if (progress == "complete")
    writer.Member("status", StatusName(run.status));
  else
    writer.Member("elapsed", elapsed);
  writer.EndObject();
  return json;
}

Fields FieldsOf(const FileResult& file, const RunResult* run = nullptr) {
  Fields fields = {{"@testfile", Quote(file.file->name)}};
  if (run) fields.push_back({"@testrun", Quote(run->run->name)});
  return fields;
}

std::string ObjectsJson(const std::vector<Leftover>& objects) {
  std::string json;
  Writer writer(&json);
  writer.BeginArray();
  for (const Leftover& each : objects) {
    writer.BeginObject().Member("instance", each.address.ToString());
    if (!each.deposed.empty()) writer.Member("deposed_key", each.deposed);
    writer.EndObject();
  }
  writer.EndArray();
  return json;
}

class JsonTestView : public TestOutput {
 public:
  JsonTestView(Terminal& terminal, TestDocuments documents)
      : log_(terminal),
        documents_(std::move(documents)),
        ticker_([this](std::stop_token stop) { Tick(stop); }) {
    log_.Version();
  }

  void Tell(const base::diag::Diagnostics& diagnostics) override { log_.Diagnostics(diagnostics); }

  void Abandoned(const engine::test::Inventory::Contents& contents) override {
    if (contents.held.empty()) return;
    std::string state, states, planned;
    for (const engine::test::Inventory::Held& held : contents.held) {
      const std::string objects = ObjectsJson(held.objects);
      if (!held.objects.empty() && held.source.empty()) state = objects;
      if (!held.objects.empty() && !held.source.empty())
        states += (states.empty() ? "" : ",") + Quote(held.run) + ":" + objects;
      for (const std::string& address : held.creating)
        planned += (planned.empty() ? "" : ",") + Quote(address);
    }
    std::string json = "{";
    const auto add = [&](std::string_view key, const std::string& value) {
      json += fmt::format("{}\"{}\":{}", json.size() > 1 ? "," : "", key, value);
    };
    if (!state.empty()) add("state", state);
    if (!states.empty()) add("states", "{" + states + "}");
    if (!planned.empty()) add("planned", "[" + planned + "]");
    log_.Write(
        LogLevel::kError,
        base::core::Spoken(
            "Parterre was interrupted during test execution, and may not have performed the expected cleanup "
            "operations."),
        "test_interrupt", {{"@testfile", Quote(contents.file)}, {"test_interrupt", json + "}"}});
  }

  void SuiteBegun(const SuiteResult& suite) override {
    size_t runs = 0;
    std::string json;
    Writer writer(&json);
    writer.BeginObject();
    for (const FileResult& file : suite.files) {
      runs += file.runs.size();
      writer.Key(file.file->name);
      if (file.runs.empty()) {
        writer.Null();
        continue;
      }
      writer.BeginArray();
      for (const RunResult& run : file.runs) writer.String(run.run->name);
      writer.EndArray();
    }
    writer.EndObject();
    log_.Write(LogLevel::kInfo,
               fmt::format("Found {} file{} and {} run block{}", suite.files.size(),
                           suite.files.size() == 1 ? "" : "s", runs, runs == 1 ? "" : "s"),
               "test_abstract", {{"test_abstract", json}});
  }

  void FileBegun(const FileResult& file) override { File(file, "starting", "in progress"); }
  void FileTearingDown(const FileResult& file) override { File(file, "teardown", "tearing down"); }
  void FileEnded(const FileResult& file) override {
    File(file, "complete", TestStatusText(file.status));
    log_.Diagnostics(file.diagnostics, FieldsOf(file));
  }

  void RunBegun(const FileResult& file, const RunResult& run) override {
    Run(file, run, "starting", "in progress", 0);
    Watch(file, run, "running", "in progress");
  }
  void RunEnded(const FileResult& file, const RunResult& run) override {
    Unwatch(run);
    Run(file, run, "complete", TestStatusText(run.status), 0);
    if (run.plan) Verbose(file, run, "plan", "test_plan", documents_.plan(run));
    if (run.state) Verbose(file, run, "state", "test_state", documents_.state(run));
    log_.Diagnostics(run.diagnostics, FieldsOf(file, &run));
  }
  void RunTearingDown(const FileResult& file, const RunResult& run) override {
    Run(file, run, "teardown", "tearing down", 0);
    Watch(file, run, "teardown", "tearing down");
  }

  void CleanedUp(const FileResult& file, const RunResult& run, const base::diag::Diagnostics& diagnostics,
                 const std::vector<Leftover>& left) override {
    Unwatch(run);
    if (!left.empty()) {
      Fields fields = FieldsOf(file, &run);
      fields.push_back({"test_cleanup", "{\"failed_resources\":" + ObjectsJson(left) + "}"});
      log_.Write(
          LogLevel::kError,
          fmt::format("{} left some resources in state after executing {}/{}, they need to be cleaned up "
                      "manually.",
                      base::core::ProductName(), file.file->name, run.run->name),
          "test_cleanup", std::move(fields));
    }
    log_.Diagnostics(diagnostics, FieldsOf(file, &run));
  }

  void SuiteEnded(const SuiteResult& suite) override {
    std::map<Status, int> counts;
    for (const FileResult& file : suite.files)
      for (const RunResult& run : file.runs) ++counts[run.status];
    std::string json;
    Writer(&json)
        .BeginObject()
        .Member("status", StatusName(suite.status))
        .Member("passed", counts[Status::kPass])
        .Member("failed", counts[Status::kFail])
        .Member("errored", counts[Status::kError])
        .Member("skipped", counts[Status::kSkip])
        .EndObject();
    log_.Write(LogLevel::kInfo, TestSummary(suite), "test_summary", {{"test_summary", json}});
  }

 private:
  // A run of which nothing has been heard for a while is told of again.
  struct Watched {
    const FileResult* file;
    std::string_view progress, message;
    std::chrono::steady_clock::time_point started, told;
  };

  void Verbose(const FileResult& file, const RunResult& run, std::string_view what, std::string_view type,
               std::string document) {
    if (document.empty()) return;
    Fields fields = FieldsOf(file, &run);
    fields.push_back({type, std::move(document)});
    log_.Write(LogLevel::kInfo, fmt::format("-verbose flag enabled, printing {}", what), type,
               std::move(fields));
  }

  void File(const FileResult& file, std::string_view progress, std::string_view message) {
    Fields fields = FieldsOf(file);
    fields.push_back({"test_file", FileJson(file, progress)});
    log_.Write(LogLevel::kInfo, fmt::format("{}... {}", file.file->name, message), "test_file",
               std::move(fields));
  }

  void Run(const FileResult& file, const RunResult& run, std::string_view progress, std::string_view message,
           int64_t elapsed) {
    Fields fields = FieldsOf(file, &run);
    fields.push_back({"test_run", RunJson(file, run, progress, elapsed)});
    log_.Write(LogLevel::kInfo, fmt::format("  \"{}\"... {}", run.run->name, message), "test_run",
               std::move(fields));
  }

  void Watch(const FileResult& file, const RunResult& run, std::string_view progress,
             std::string_view message) {
    std::lock_guard lock(mutex_);
    const auto now = std::chrono::steady_clock::now();
    watched_[&run] = {&file, progress, message, now, now};
  }
  void Unwatch(const RunResult& run) {
    std::lock_guard lock(mutex_);
    watched_.erase(&run);
  }

  void Tick(std::stop_token stop) {
    std::unique_lock lock(mutex_);
    while (!stop.stop_requested()) {
      wake_.wait_for(lock, stop, std::chrono::milliseconds(100), [] { return false; });
      const auto now = std::chrono::steady_clock::now();
      for (auto& [run, watched] : watched_) {
        if (now - watched.told < kStillRunning) continue;
        watched.told = now;
        const auto elapsed = std::chrono::duration_cast<std::chrono::milliseconds>(now - watched.started);
        Run(*watched.file, *run, watched.progress, watched.message, elapsed.count());
      }
    }
  }

  JsonLog log_;
  const TestDocuments documents_;
  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::map<const RunResult*, Watched> watched_;
  std::jthread ticker_;  // last: it uses what is above
};

}  // namespace

std::unique_ptr<TestOutput> MakeJsonTestView(Terminal& terminal, TestDocuments documents) {
  return std::make_unique<JsonTestView>(terminal, std::move(documents));
}

}  // namespace cli::view
