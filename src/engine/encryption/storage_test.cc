#include "engine/encryption/storage.h"

#include <gmock/gmock.h>

#include <list>

#include "engine/backend/local.h"
#include "engine/backend/session.h"
#include "engine/encryption/test_support.h"
#include "engine/state/journal.h"
#include "engine/state/reader.h"

namespace engine::encryption {
namespace {

using testing::HasSubstr;
using testing::Not;

// A folder with a state under local files, and runs over it.
class EncryptedRuns : public testing::Test {
 protected:
  std::string Methods() {
    return folder_.Method("a", folder_.Key("a.key", 'a')) + folder_.Method("b", folder_.Key("b.key", 'b')) +
           "method \"unencrypted\" \"plain\" {}\n";
  }
  std::unique_ptr<backend::Backend> Open(const std::string& state_block) {
    const Made made = MakeEncryption(Methods() + "state {\n" + state_block + "\n}");
    EXPECT_TRUE(made.encryption) << made.Text();
    auto local =
        std::make_unique<backend::LocalBackend>(backend::LocalOptions{.path = Path("terraform.tfstate")});
    return EncryptBackend(std::move(local), made.encryption);
  }
  std::unique_ptr<backend::Session> Session(const std::string& state_block) {
    problems_ = {};
    backend_ = Open(state_block);
    return backend::OpenSession(backend_->Storage("default"), {}, problems_);
  }
  // A run that leaves an object with a secret, or changes nothing.
  bool Run(const std::string& state_block, const std::string& secret = "") {
    const auto session = Session(state_block);
    if (!session) return false;
    EXPECT_TRUE(session->Begin(*session->initial()).ok());
    if (!secret.empty()) {
      EXPECT_TRUE(session->Record(OutcomeWith(secret)).ok());
    }
    const auto finished = session->Finish();
    EXPECT_TRUE(finished.ok()) << finished.error().message();
    return finished.ok();
  }
  static state::Outcome OutcomeWith(const std::string& secret) {
    state::Outcome outcome{
        .address = language::address::ParseResourceInstance("terraform_data.x").value(),
        .provider =
            language::address::ParseProviderConfig("provider[\"terraform.io/builtin/terraform\"]").value()};
    auto object = std::make_shared<state::Object>();
    object->json = kept_.emplace_back(R"({"id":"1","input":")" + secret + "\"}");
    outcome.object = std::move(object);
    return outcome;
  }
  std::string Path(const std::string& name) { return state_ / name; }
  std::string File(const std::string& name = "terraform.tfstate") {
    return base::core::ReadFile(Path(name)).value();
  }
  std::string Problem() { return problems_.items().empty() ? "" : problems_.items()[0].detail; }
  uint64_t Serial(const std::string& state_block) { return Session(state_block)->initial()->serial; }

  Folder folder_;
  base::core::TempDirectory state_;
  std::unique_ptr<backend::Backend> backend_;
  base::diag::Diagnostics problems_;
  const std::string a_ = "method = method.aes_gcm.a", b_ = "method = method.aes_gcm.b",
                    plain_ = "method = method.unencrypted.plain";
  static inline std::list<std::string> kept_;
};

TEST_F(EncryptedRuns, StateAndBackupAreEncrypted) {
  ASSERT_TRUE(Run(a_, "hush-hush-1"));
  ASSERT_TRUE(Run(a_, "hush-hush-2"));
  EXPECT_THAT(File(), Not(HasSubstr("hush-hush")));
  EXPECT_THAT(File("terraform.tfstate.backup"), Not(HasSubstr("hush-hush")));
  EXPECT_EQ(Session(a_)->initial()->resources.size(), 1u);
  EXPECT_FALSE(base::core::Exists(Path("terraform.tfstate.journal")));
}

TEST_F(EncryptedRuns, AnUnchangedStateMovesToTheNewKeyOnce) {
  ASSERT_TRUE(Run(a_, "hush-hush"));
  const std::string moving = b_ + "\n fallback {\n" + a_ + "\n}";
  const uint64_t before = Serial(a_);
  ASSERT_TRUE(Run(moving));
  EXPECT_EQ(Serial(b_), before + 1);
  const std::string written = File();
  ASSERT_TRUE(Run(moving));
  EXPECT_EQ(File(), written);
  EXPECT_FALSE(Session(a_));
  EXPECT_THAT(Problem(), HasSubstr("cannot be decrypted"));
  EXPECT_EQ(File(), written);
}

TEST_F(EncryptedRuns, FromPlainAndBack) {
  ASSERT_TRUE(Run(plain_, "hush-hush"));
  EXPECT_THAT(File(), HasSubstr("hush-hush"));
  EXPECT_FALSE(Run(a_));
  EXPECT_THAT(Problem(), HasSubstr("is not encrypted"));
  ASSERT_TRUE(Run(a_ + "\n fallback {\n" + plain_ + "\n}"));
  EXPECT_THAT(File(), Not(HasSubstr("hush-hush")));
  EXPECT_THAT(File("terraform.tfstate.backup"), Not(HasSubstr("hush-hush")));
  ASSERT_TRUE(Run(plain_ + "\n fallback {\n" + a_ + "\n}"));
  EXPECT_THAT(File(), HasSubstr("hush-hush"));
}

TEST_F(EncryptedRuns, AKeyThatIsMissingShowsBeforeAnythingIsDone) {
  const std::string methods = folder_.Method("a", "/nowhere.key");
  const Made made = MakeEncryption(methods + "state {\n" + a_ + "\n}");
  auto local =
      std::make_unique<backend::LocalBackend>(backend::LocalOptions{.path = Path("terraform.tfstate")});
  const auto backend = EncryptBackend(std::move(local), made.encryption);
  EXPECT_FALSE(backend::OpenSession(backend->Storage("default"), {}, problems_));
  EXPECT_THAT(Problem(), HasSubstr("/nowhere.key"));
}

class BeginsWithAState : public backend::LocalBackend {
 public:
  using LocalBackend::LocalBackend;
  base::core::Result<void> CreateWorkspace(std::string_view name) override {
    RETURN_IF_ERROR(LocalBackend::CreateWorkspace(name));
    return Storage(name)->Write(R"({"version":4,"serial":1,"lineage":"l","outputs":{},"resources":[]})");
  }
};

TEST_F(EncryptedRuns, TheFirstStateOfAWorkspaceMayBePlain) {
  const Made made = MakeEncryption(Methods() + "state {\n" + a_ + "\n}");
  const auto backend = EncryptBackend(
      std::make_unique<BeginsWithAState>(backend::LocalOptions{.workspace_dir = Path("d")}), made.encryption);
  ASSERT_TRUE(backend->CreateWorkspace("x").ok());
  const auto storage = backend->Storage("x");
  const auto read = storage->Read();
  ASSERT_TRUE(read.ok()) << read.error().message();
  EXPECT_THAT(*read, HasSubstr("\"lineage\":\"l\""));
  EXPECT_TRUE(storage->IsOutdated());
  ASSERT_TRUE(storage->Write(*read).ok());
  EXPECT_THAT(base::core::ReadFile(Path("d/x/terraform.tfstate")).value(), HasSubstr("encrypted_data"));
  // Not one that has had a past.
  ASSERT_TRUE(base::core::WriteFile(Path("d/x/terraform.tfstate"),
                                    R"({"version":4,"serial":2,"lineage":"l","outputs":{},"resources":[]})")
                  .ok());
  EXPECT_FALSE(backend->Storage("x")->Read().ok());
}

// What is left of a run that dies: the journal, encrypted, which the next run folds in.
TEST_F(EncryptedRuns, TheJournalOfADeadRunIsEncryptedToo) {
  ASSERT_TRUE(Run(a_, "hush-hush-old"));
  const std::string state = File();
  {
    const auto session = Session(a_);
    ASSERT_TRUE(session->Begin(*session->initial()).ok());
    const state::Outcome outcome = OutcomeWith("hush-hush-new");
    const state::Intent intent{.address = outcome.address,
                               .provider = outcome.provider,
                               .action = 'u',
                               .deposed = "",
                               .planned_json = R"({"input":"hush-hush-planned"})"};
    ASSERT_TRUE(session->WriteIntents(std::span(&intent, 1)).ok());
    ASSERT_TRUE(session->Record(outcome).ok());
  }
  ASSERT_TRUE(base::core::WriteFile(Path("terraform.tfstate"), state).ok());
  const std::string journal = File("terraform.tfstate.journal");
  EXPECT_THAT(journal, Not(HasSubstr("hush-hush")));
  EXPECT_THAT(journal, Not(HasSubstr("terraform_data")));

  EXPECT_FALSE(Session(b_));
  EXPECT_EQ(File("terraform.tfstate.journal"), journal);
  // By a run that exchanges the key as well.
  auto session = Session(b_ + "\n fallback {\n" + a_ + "\n}");
  ASSERT_TRUE(session) << Problem();
  EXPECT_EQ(session->recovery().recovered.size(), 1u);
  EXPECT_THAT(std::string(session->initial()->resources[0].instances[0].current->json),
              HasSubstr("hush-hush-new"));
  EXPECT_FALSE(base::core::Exists(Path("terraform.tfstate.journal")));
  session.reset();
  EXPECT_TRUE(Session(b_)) << Problem();
}

TEST_F(EncryptedRuns, JournalsAreNotTakenForWhatTheyAreNot) {
  const state::JournalHeader header{"local", "l-1", state::BindingOf(0, "")};
  const std::string path = Path("x.journal");
  const Made made = MakeEncryption(Methods() + "state {\n" + a_ + "\n}");
  state::Sealer* const sealer = made.encryption->journal();
  const std::vector<state::JournalChange> changes = {{OutcomeWith("hush-hush-1"), ""}};
  {
    auto journal = state::Journal::Create(path, header, changes, {}, sealer);
    ASSERT_TRUE(journal.ok());
    ASSERT_TRUE(journal->AppendChange(OutcomeWith("hush-hush-2"), "").ok());
  }
  const std::string whole = base::core::ReadFile(path).value();
  const auto read = [&](const std::string& text, state::Sealer* by) {
    EXPECT_TRUE(base::core::WriteFile(path, text).ok());
    return state::ReadJournal(path, by);
  };
  ASSERT_TRUE(read(whole, sealer).ok());
  EXPECT_EQ((*read(whole, sealer))->changes.size(), 1u);
  // A torn tail is cut off.
  for (size_t cut = 1; cut < 60; cut += 7) {
    const auto torn = read(whole.substr(0, whole.size() - cut), sealer);
    ASSERT_TRUE(torn.ok());
    EXPECT_THAT(std::string((*torn)->changes[0].outcome.object->json), HasSubstr("hush-hush-1"));
  }
  // Records in another order are no torn tail.
  std::vector<std::string> lines;
  for (size_t at = 0; at < whole.size(); at = whole.find('\n', at) + 1)
    lines.push_back(whole.substr(at, whole.find('\n', at) + 1 - at));
  ASSERT_EQ(lines.size(), 4u);
  EXPECT_THAT(read(lines[0] + lines[1] + lines[3] + lines[2], sealer).error().message(),
              HasSubstr("has been changed"));
  EXPECT_THAT(read(whole, nullptr).error().message(), HasSubstr("the journal is encrypted"));
  const Made other = MakeEncryption(Methods() + "state {\n" + b_ + "\n}");
  EXPECT_THAT(read(whole, other.encryption->journal()).error().message(), HasSubstr("cannot be decrypted"));
  // A plain one only passes where plain states do.
  ASSERT_TRUE(state::Journal::Create(path, header, changes, {}).ok());
  const std::string plain = base::core::ReadFile(path).value();
  EXPECT_THAT(read(plain, sealer).error().message(), HasSubstr("is not encrypted"));
  const Made moving = MakeEncryption(Methods() + "state {\n" + a_ + "\n fallback {\n" + plain_ + "\n}\n}");
  EXPECT_TRUE(read(plain, moving.encryption->journal()).ok());
}

}  // namespace
}  // namespace engine::encryption
