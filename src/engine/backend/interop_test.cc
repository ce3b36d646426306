// The state file shared with the stock program, where that is on the machine.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/core/environment.h"
#include "base/core/files.h"
#include "base/core/process.h"
#include "engine/backend/local.h"
#include "engine/backend/session.h"
#include "engine/state/reader.h"
#include "engine/state/writer.h"

namespace engine::backend {
namespace {

using base::core::ReadFile;
using base::diag::Diagnostics;
using language::address::ParseResourceInstance;
using testing::HasSubstr;

class StockTest : public testing::Test {
 protected:
  void SetUp() override {
    const std::string path = base::core::Environment::OfProcess().Get("PATH");
    if (!base::core::FindProgram("terraform", path)) GTEST_SKIP() << "no terraform on PATH";
    ASSERT_TRUE(base::core::WriteFile(dir_ / "main.tf", kConfiguration).ok());
    ASSERT_TRUE(base::core::WriteFile(dir_ / "rc", "").ok());
    ASSERT_EQ(Stock({"init"}).status.code, 0);
  }

  base::core::RunResult Stock(std::vector<std::string> arguments) {
    base::core::Environment environment = base::core::Environment::OfProcess();
    environment.Set("TF_CLI_CONFIG_FILE", dir_ / "rc");
    environment.Set("CHECKPOINT_DISABLE", "1");
    environment.Set("TF_IN_AUTOMATION", "1");
    arguments.insert(arguments.begin(), "terraform");
    base::core::ProcessSpec spec{.argv = std::move(arguments), .environment = environment.ToStrings()};
    spec.directory = dir_.path();
    return base::core::RunProcess(spec).value();
  }

  std::unique_ptr<Session> Open() {
    Diagnostics diagnostics;
    auto session = OpenSession(backend_.Storage("default"), {}, diagnostics);
    error_ = diagnostics.empty() ? "" : diagnostics.items()[0].detail;
    return session;
  }

  std::string path() const { return dir_ / "terraform.tfstate"; }

  static constexpr std::string_view kConfiguration = R"(
variable "n" { default = 2 }
resource "terraform_data" "one" {
  input = { text = "<&>\u2028\u0008\u0001", number = 1.50, secret = sensitive("s") }
}
resource "terraform_data" "many" {
  count            = var.n
  input            = terraform_data.one.id
  triggers_replace = [1, "a"]
  lifecycle { create_before_destroy = true }
}
output "o" { value = [terraform_data.many[0].id, 1e30, null, true] }
)";

  base::core::TempDirectory dir_;
  LocalBackend backend_{{.path = dir_ / "terraform.tfstate", .workspace_dir = dir_ / "terraform.tfstate.d"}};
  std::string error_;
};

TEST_F(StockTest, ReadsAndWritesTheSameBytes) {
  ASSERT_EQ(Stock({"apply", "-auto-approve"}).status.code, 0);
  const std::string text = *ReadFile(path());
  const auto state = state::ReadState(text);
  ASSERT_TRUE(state.ok()) << state.error().message();
  EXPECT_EQ(state::WriteState(*state).value(), text);
}

TEST_F(StockTest, PlansNoChangeOverWhatWeWrote) {
  ASSERT_EQ(Stock({"apply", "-auto-approve"}).status.code, 0);
  {
    auto session = Open();
    ASSERT_TRUE(session) << error_;
    ASSERT_TRUE(session->Begin(*session->initial()).ok());
    session->SetOutput("o", std::nullopt);
    ASSERT_TRUE(session->Finish().ok());
  }
  // It sees the missing output and nothing else.
  const auto plan = Stock({"plan", "-detailed-exitcode", "-no-color"});
  EXPECT_EQ(plan.status.code, 2) << plan.err;
  EXPECT_THAT(plan.out, HasSubstr("You can apply this plan to save these new output values"));
  ASSERT_EQ(Stock({"apply", "-auto-approve"}).status.code, 0);
  EXPECT_EQ(Stock({"plan", "-detailed-exitcode"}).status.code, 0);
  EXPECT_TRUE(Open());
}

TEST_F(StockTest, SeesOurLock) {
  auto session = Open();
  ASSERT_TRUE(session) << error_;
  const auto plan = Stock({"plan", "-no-color"});
  EXPECT_EQ(plan.status.code, 1);
  EXPECT_THAT(plan.err, HasSubstr("Error acquiring the state lock"));
  EXPECT_THAT(plan.err, HasSubstr("Operation: OperationTypePlan"));
  session.reset();
  EXPECT_EQ(Stock({"plan", "-no-color"}).status.code, 0);
  EXPECT_FALSE(base::core::Exists(path()));
}

TEST_F(StockTest, ItsLockHoldsUsOff) {
  // An external data source would need a plugin; a provisioner that waits for us keeps the lock instead.
  ASSERT_EQ(::mkfifo((dir_ / "gate").c_str(), 0600), 0);
  ASSERT_EQ(::mkfifo((dir_ / "ready").c_str(), 0600), 0);
  ASSERT_TRUE(base::core::WriteFile(dir_ / "main.tf", R"(
resource "terraform_data" "slow" {
  provisioner "local-exec" { command = "echo > ready; read x < gate" }
})")
                  .ok());
  base::core::Environment environment = base::core::Environment::OfProcess();
  environment.Set("TF_CLI_CONFIG_FILE", dir_ / "rc");
  base::core::ProcessSpec spec{.argv = {"terraform", "apply", "-auto-approve"},
                               .environment = environment.ToStrings()};
  spec.directory = dir_.path();
  auto child = base::core::Child::Start(spec, base::core::Stream::kNull, base::core::Stream::kNull,
                                        base::core::Stream::kNull);
  ASSERT_TRUE(child.ok());
  (void)ReadFile(dir_ / "ready");  // returns once the provisioner runs
  EXPECT_FALSE(Open());
  EXPECT_THAT(error_, HasSubstr("Operation: OperationTypeApply"));
  EXPECT_THAT(error_, HasSubstr("Error message: resource temporarily unavailable"));
  ASSERT_TRUE(base::core::WriteFile(dir_ / "gate", "go\n").ok());
  EXPECT_EQ(child->Wait().code, 0);
  auto session = Open();
  ASSERT_TRUE(session) << error_;
  EXPECT_TRUE(session->initial()->FindObject(ParseResourceInstance("terraform_data.slow").value()));
}

TEST_F(StockTest, AcceptsOurErroredState) {
  ASSERT_EQ(Stock({"apply", "-auto-approve"}).status.code, 0);
  {
    auto session = Open();
    ASSERT_TRUE(session->Begin(*session->initial()).ok());
    session->SetOutput("o", std::nullopt);
    ASSERT_TRUE(WriteErroredState(session->Snapshot(), dir_ / "errored.tfstate").ok());
  }
  std::string err = Stock({"state", "push", "errored.tfstate"}).err;
  EXPECT_EQ(err, "");
}

}  // namespace
}  // namespace engine::backend
