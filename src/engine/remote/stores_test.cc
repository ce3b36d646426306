// The storages of "consul" and "kubernetes" against the suite's own servers.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <unistd.h>

#include "base/core/files.h"
#include "base/core/process.h"
#include "base/core/strings.h"
#include "engine/remote/consul.h"
#include "engine/remote/kubernetes.h"

namespace engine::remote {
namespace {

using base::core::Environment;
using testing::HasSubstr;

// A server of tests/backends/servers; ends with this object, or with this program.
class TestServer {
 public:
  TestServer(const std::string& name, const std::vector<std::string>& options) {
    std::vector<std::string> argv = {
        "env",          std::string("PYTHONPATH=") + PARTERRE_SOURCE_DIR + "/tests/backends",
        "python3",      "-P",
        "-m",           "servers." + name,
        folder_.path(), "--until-eof"};
    argv.insert(argv.end(), options.begin(), options.end());
    auto child = base::core::Child::Start({.argv = std::move(argv)}, base::core::Stream::kPipe,
                                          base::core::Stream::kPipe, base::core::Stream::kInherit);
    if (!child.ok()) return;
    child_.emplace(*std::move(child));
    char c = 0;
    while (read(child_->out().get(), &c, 1) == 1 && c != '\n') url_ += c;
  }
  const std::string& url() const { return url_; }

 private:
  base::core::TempDirectory folder_;
  std::optional<base::core::Child> child_;
  std::string url_;
};

bool HasPython() {
  return base::core::FindProgram("python3", Environment::OfProcess().Get("PATH")).has_value();
}

// One for all tests, each of which works at another key.
std::string NewKey() {
  static int last = 0;
  return "state" + std::to_string(++last);
}

std::string Text(size_t size) {
  std::string text = R"({"version":4,"pad":")";
  uint32_t seed = 1;
  while (text.size() < size)
    text += static_cast<char>('a' + ((seed = seed * 1664525 + 1013904223) >> 24) % 26);
  return text + "\"}";
}

state::LockInfo Info() { return state::LockInfo::Make("test", base::core::RealClock().Now()); }

class ConsulTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    server_ = std::make_unique<TestServer>("consul", std::vector<std::string>{"--lock-delay-limit", "0"});
  }
  static void TearDownTestSuite() { server_.reset(); }
  void SetUp() override {
    if (!HasPython()) GTEST_SKIP() << "SKIPPED: python3 is not installed";
    ASSERT_FALSE(server_->url().empty()) << "the server has ended";
    client_ = std::make_shared<ConsulClient>(ConsulAddress{.url = server_->url()}, Environment());
  }
  ConsulBackend Backend() { return {{.url = server_->url()}, {.path = path_}, Environment()}; }
  std::unique_ptr<ConsulStorage> Open(bool gzip = false) {
    return std::make_unique<ConsulStorage>(
        client_, ConsulPlace{.path = path_, .gzip = gzip, .renewal = std::chrono::milliseconds(5)});
  }
  static std::unique_ptr<TestServer> server_;
  const std::string folder_ = NewKey() + "/", path_ = folder_ + "state";
  std::shared_ptr<ConsulClient> client_;
};
std::unique_ptr<TestServer> ConsulTest::server_;

TEST_F(ConsulTest, InOneKeyOrInChunksAndNothingIsLeftBehind) {
  auto storage = Open();
  EXPECT_EQ(*storage->Read(), "");
  for (const size_t size : {100, 2000000, 3000000, 500000, 100}) {
    ASSERT_TRUE(storage->Write(Text(size)).ok());
    EXPECT_EQ(*Open()->Read(), Text(size));
    const auto keys = client_->Keys(path_ + "/");
    EXPECT_EQ(keys->size(), size > 393216 ? 1u : 0u) << size;
  }
  ASSERT_TRUE(Open(true)->Write(Text(2000000)).ok());
  EXPECT_EQ(*Open()->Read(), Text(2000000));
  ASSERT_TRUE(storage->Remove().ok());
  EXPECT_EQ(client_->Keys(folder_)->size(), 0u);
}

TEST_F(ConsulTest, ALostRaceIsToldAndNothingIsWrittenOver) {
  auto ours = Open(), other = Open();
  EXPECT_EQ(*ours->Read(), "");
  EXPECT_EQ(*other->Read(), "");
  ASSERT_TRUE(other->Write(Text(10)).ok());
  EXPECT_THAT(ours->Write(Text(1000000)).error().message(), HasSubstr("was changed by another run"));
  EXPECT_EQ(*Open()->Read(), Text(10));
  EXPECT_EQ(client_->Keys(path_ + "/")->size(), 0u);
}

TEST_F(ConsulTest, AMissingOrChangedChunkIsNoState) {
  auto storage = Open();
  ASSERT_TRUE(storage->Write(Text(1000000)).ok());
  const std::string folder = (*client_->Keys(path_ + "/"))[0];
  ASSERT_TRUE(client_->Put(folder + "1", "x").ok());
  EXPECT_THAT(Open()->Read().error().message(), HasSubstr("does not match the expected hash"));
  ASSERT_TRUE(client_->Delete(folder + "1").ok());
  EXPECT_THAT(Open()->Read().error().message(), HasSubstr("could not be found"));
}

TEST_F(ConsulTest, TheLockIsHeldByOneAndFreeAfterwards) {
  auto ours = Open(), other = Open();
  state::LockInfo info = Info();
  ASSERT_FALSE(ours->TryLock(&info)->has_value());
  EXPECT_EQ(info.path, path_);
  state::LockInfo second = Info();
  const auto conflict = *other->TryLock(&second);
  ASSERT_TRUE(conflict && conflict->holder);
  EXPECT_EQ(conflict->holder->id, info.id);
  EXPECT_THAT(other->ForceUnlock("x").error().message(), HasSubstr("does not match existing lock"));
  // As it is for a moment while a lock is taken or released: whoever waits goes on waiting.
  EXPECT_FALSE(conflict->passes);
  ASSERT_TRUE(client_->Delete(path_ + "/.lockinfo").ok());
  const auto nameless = *other->TryLock(&second);
  ASSERT_TRUE(nameless && !nameless->holder);
  EXPECT_TRUE(nameless->passes);
  ASSERT_TRUE(ours->Unlock().ok());
  EXPECT_EQ(client_->Keys(folder_)->size(), 0u);
  EXPECT_FALSE(other->TryLock(&second)->has_value());
}

// A session that is gone is noticed, and the lock is had again where it is free.
TEST_F(ConsulTest, ALostLockIsTakenAgainOrRefusesToWrite) {
  auto ours = Open(), other = Open();
  state::LockInfo info = Info();
  ASSERT_FALSE(ours->TryLock(&info)->has_value());
  ASSERT_TRUE(client_->DestroySession(info.id).ok());
  ASSERT_TRUE(ours->Write(Text(10)).ok());
  const std::string again = (*client_->Get(path_ + "/.lock"))->session;
  EXPECT_NE(again, info.id);
  // The keeper may take it back at any time; the breaking and the taking go on until the other has it.
  state::LockInfo second = Info();
  for (;;) {
    const auto entry = *client_->Get(path_ + "/.lock");
    if (entry && !entry->session.empty()) (void)client_->DestroySession(entry->session);
    const auto conflict = other->TryLock(&second);
    ASSERT_TRUE(conflict.ok());
    if (!*conflict) break;
  }
  EXPECT_THAT(ours->Write(Text(20)).error().message(), HasSubstr("holds it now"));
  EXPECT_FALSE(ours->Unlock().ok());
  EXPECT_TRUE(other->Unlock().ok());
}

TEST_F(ConsulTest, WorkspacesAreKeysBesideThePath) {
  ConsulBackend backend = Backend();
  for (const char* name : {"b", "a", "default"}) ASSERT_TRUE(backend.CreateWorkspace(name).ok());
  EXPECT_THAT(*backend.Workspaces(), testing::ElementsAre("default", "a", "b"));
  ASSERT_TRUE(backend.DeleteWorkspace("a").ok());
  EXPECT_THAT(*backend.Workspaces(), testing::ElementsAre("default", "b"));
}

class KubernetesTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    server_ = std::make_unique<TestServer>("kubernetes", std::vector<std::string>{"--token", "sesame"});
  }
  static void TearDownTestSuite() { server_.reset(); }
  void SetUp() override {
    if (!HasPython()) GTEST_SKIP() << "SKIPPED: python3 is not installed";
    ASSERT_FALSE(server_->url().empty()) << "the server has ended";
    client_ = std::make_shared<KubernetesClient>(
        KubernetesAccess{.server = server_->url(), .token = "sesame"}, Environment());
  }
  std::unique_ptr<KubernetesStorage> Open(const std::string& workspace = "default") {
    return std::make_unique<KubernetesStorage>(
        client_,
        SecretPlace{
            .namespace_name = "default", .suffix = "x", .workspace = workspace, .labels = {{"a", "b"}}});
  }
  static std::unique_ptr<TestServer> server_;
  const std::string suffix_ = NewKey();
  std::shared_ptr<KubernetesClient> client_;
};
std::unique_ptr<TestServer> KubernetesTest::server_;

TEST_F(KubernetesTest, InOneSecretOrInSeveral) {
  auto storage = Open();
  EXPECT_EQ(*storage->Read(), "");
  for (const size_t size : {100, 6000000, 2500000, 100}) {
    ASSERT_TRUE(storage->Write(Text(size)).ok());
    EXPECT_EQ(*Open()->Read(), Text(size));
  }
  EXPECT_EQ(client_->Call("GET", "/api/v1/namespaces/default/secrets/tfstate-default-" + suffix_ + "-part-1")
                ->status,
            404);
  ASSERT_TRUE(storage->Remove().ok());
  EXPECT_EQ(*Open()->Read(), "");
}

TEST_F(KubernetesTest, ALostRaceIsToldAndNothingIsWrittenOver) {
  auto ours = Open(), other = Open();
  for (const size_t size : {10, 20}) {
    ASSERT_TRUE(ours->Read().ok());
    ASSERT_TRUE(other->Read().ok());
    ASSERT_TRUE(other->Write(Text(size)).ok());
    EXPECT_THAT(ours->Write(Text(30)).error().message(), HasSubstr("was changed by another run"));
    EXPECT_EQ(*Open()->Read(), Text(size));
  }
}

TEST_F(KubernetesTest, TheLeaseIsHeldByOne) {
  auto ours = Open(), other = Open();
  for (int round = 0; round < 2; ++round) {
    state::LockInfo info = Info(), second = Info();
    ASSERT_FALSE(ours->TryLock(&info)->has_value());
    const auto conflict = *other->TryLock(&second);
    ASSERT_TRUE(conflict && conflict->holder);
    EXPECT_EQ(conflict->holder->id, info.id);
    EXPECT_THAT(other->ForceUnlock("x").error().message(), HasSubstr("does not match existing lock"));
    if (round == 0) {
      ASSERT_TRUE(ours->Unlock().ok());
    } else {
      ASSERT_TRUE(other->ForceUnlock(info.id).ok());
      EXPECT_EQ(ours->Unlock().error().message(), "state is already unlocked");
    }
  }
}

TEST_F(KubernetesTest, WorkspacesByLabelsAndNamesThatMeet) {
  KubernetesBackend backend(client_, {.namespace_name = "default", .suffix = "b-c", .workspace = "default"});
  ASSERT_TRUE(backend.CreateWorkspace("a").ok());
  EXPECT_THAT(*backend.Workspaces(), testing::ElementsAre("default", "a"));
  KubernetesBackend meeting(client_, {.namespace_name = "default", .suffix = "c", .workspace = "default"});
  EXPECT_THAT(*meeting.Workspaces(), testing::ElementsAre("default"));
  EXPECT_THAT(meeting.CreateWorkspace("a-b").error().message(), HasSubstr("another secret_suffix"));
  EXPECT_THAT(meeting.CreateWorkspace("Big").error().message(),
              HasSubstr("the secret name tfstate-Big-c is invalid"));
  ASSERT_TRUE(backend.DeleteWorkspace("a").ok());
  EXPECT_THAT(*backend.Workspaces(), testing::ElementsAre("default"));
}

TEST_F(KubernetesTest, WrongCredentialsAreSaid) {
  auto stranger = std::make_shared<KubernetesClient>(
      KubernetesAccess{.server = server_->url(), .token = "wrong"}, Environment());
  KubernetesStorage storage(stranger, {.namespace_name = "default", .suffix = "x", .workspace = "default"});
  EXPECT_THAT(storage.Read().error().message(),
              HasSubstr("Unauthorized (the credentials are missing, wrong"));
}

}  // namespace
}  // namespace engine::remote
