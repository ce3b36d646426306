#include <atomic>
#include <condition_variable>
#include <mutex>

#include "engine/run/run_test_support.h"

namespace engine::run {
namespace {

using provider::api::ProviderDiagnostics;
using provider::api::Provisioner;
using Texts = std::vector<std::string>;

// The provisioner "note": notes its one argument, and fails where that begins with "fail".
class Notes {
 public:
  explicit Notes(TestRun& run) {
    run.context().provisioners =
        [this](const std::string& type) -> base::core::Result<std::shared_ptr<const Provisioner>> {
      if (type != "note") return base::core::Error("no " + type);
      Provisioner made;
      made.schema.attributes = {{.name = "text", .type = language::value::Type::String(), .required = true}};
      made.schema.Finish();
      made.run = [this](const provider::api::ProvisionRequest& request,
                        const std::function<void(std::string_view)>&, std::stop_token) {
        const std::string text(request.config.Get("text").AsString());
        {
          std::lock_guard lock(mutex_);
          texts.push_back(text);
        }
        on_run();
        if (!text.starts_with("fail")) return ProviderDiagnostics{};
        return ProviderDiagnostics{{.summary = "note failed", .detail = text}};
      };
      return std::make_shared<const Provisioner>(std::move(made));
    };
  }
  Texts texts;
  std::function<void()> on_run = [] {};

 private:
  std::mutex mutex_;
};

TEST(Provisioners, RunInOrderAfterCreationOnly) {
  TestRun run(R"(
resource "terraform_data" "a" {
  input = "x"
  provisioner "note" { text = "one ${self.input}" }
  provisioner "note" { text = "two" }
}
)");
  Notes notes(run);
  EXPECT_EQ(run.Apply().added, 1);
  EXPECT_EQ(run.details(), "");
  EXPECT_EQ(notes.texts, (Texts{"one x", "two"}));
  EXPECT_EQ(run.Addresses(), "terraform_data.a\n");
  run.SetMain(
      "resource \"terraform_data\" \"a\" {\n  input = \"y\"\n  provisioner \"note\" { text = \"one\" }\n}\n");
  EXPECT_EQ(run.Apply().changed, 1);
  EXPECT_EQ(notes.texts.size(), 2u);
}

TEST(Provisioners, AFailureTaintsAndLeavesDependantsOut) {
  TestRun run(R"(
resource "terraform_data" "a" {
  provisioner "note" { text = "fail" }
  provisioner "note" { text = "next" }
}
resource "terraform_data" "after" { input = terraform_data.a.id }
resource "terraform_data" "goes_on" {
  provisioner "note" {
    text       = "fail, and go on"
    on_failure = continue
  }
}
)");
  Notes notes(run);
  run.Apply();
  EXPECT_EQ(run.details(), "note failed: fail\n");
  EXPECT_EQ(run.Addresses(), "terraform_data.a (tainted)\nterraform_data.goes_on\n");
  EXPECT_EQ(notes.texts.size(), 2u);
  // What is not finished goes without its provisioners.
  run.Destroy();
  EXPECT_EQ(run.Addresses(), "");
}

TEST(Provisioners, AFailureBeforeDestructionKeepsTheObject) {
  const std::string text = R"(
resource "terraform_data" "a" {
  input = "INPUT"
  provisioner "note" {
    when = destroy
    text = self.input
  }
}
)";
  TestRun run(text);
  Notes notes(run);
  run.SetMain(std::string(text).replace(text.find("INPUT"), 5, "fail"));
  run.Apply();
  EXPECT_EQ(notes.texts, Texts());
  EXPECT_EQ(run.Destroy().destroyed, 0);
  EXPECT_EQ(run.problems(), "error: note failed\n");
  EXPECT_EQ(run.Addresses(), "terraform_data.a\n");
  run.SetMain(text);
  run.Apply();
  EXPECT_EQ(run.Destroy().destroyed, 1);
  EXPECT_EQ(notes.texts, (Texts{"fail", "INPUT"}));
}

TEST(Provisioners, TheTypeMustBeThere) {
  TestRun run("resource \"terraform_data\" \"a\" {\n  provisioner \"other\" {}\n}\n");
  Notes notes(run);
  run.Validate();
  EXPECT_EQ(run.details(), "Missing required provisioner plugin: no other\n");
}

TEST(Provisioners, ThoseOfSeveralObjectsRunBesideEachOther) {
  TestRun run(
      "resource \"terraform_data\" \"a\" {\n  count = 10\n  provisioner \"note\" { text = count.index "
      "}\n}\n");
  Notes notes(run);
  std::mutex mutex;
  std::condition_variable all_there;
  int there = 0;
  std::atomic<int> met = 0;
  notes.on_run = [&] {
    std::unique_lock lock(mutex);
    if (++there == 10) all_there.notify_all();
    if (all_there.wait_for(lock, std::chrono::seconds(30), [&] { return there == 10; })) ++met;
  };
  EXPECT_EQ(run.Apply().added, 10);
  EXPECT_EQ(met, 10);
}

TEST(Provisioners, AStoppedRunBeginsNoOther) {
  TestRun run(R"(
resource "terraform_data" "a" {
  provisioner "note" { text = "one" }
  provisioner "note" { text = "two" }
}
)");
  Notes notes(run);
  std::stop_source source;
  run.context().stop = source.get_token();
  notes.on_run = [&] { source.request_stop(); };
  EXPECT_TRUE(run.Apply().stopped);
  EXPECT_EQ(notes.texts, (Texts{"one"}));
  EXPECT_EQ(run.Addresses(), "terraform_data.a (tainted)\n");
}

}  // namespace
}  // namespace engine::run
