#include "base/sql/sql.h"

#include <sys/stat.h>

#include <gtest/gtest.h>

#include "base/core/files.h"
#include "base/core/strings.h"

namespace base::sql {
namespace {

std::unique_ptr<Database> Memory() {
  auto database = Database::Open(":memory:");
  EXPECT_TRUE(database.ok());
  EXPECT_TRUE((*database)->Execute("CREATE TABLE t(a INTEGER PRIMARY KEY, b TEXT NOT NULL)").ok());
  return std::move(database).value();
}

int Rows(Database& database) {
  Statement statement = database.Query("SELECT count(*) FROM t");
  EXPECT_TRUE(statement.Step());
  return static_cast<int>(statement.Int(0));
}

TEST(Sql, BindsAndReadsEveryKind) {
  auto database = Memory();
  Statement statement = database->Query("SELECT ?, ?, ?, ?, ?");
  statement.Bind(int64_t{1} << 40)
      .Bind("ä")
      .Bind(1.5)
      .Bind(std::optional<int64_t>())
      .Bind(std::string_view());
  ASSERT_TRUE(statement.Step());
  EXPECT_EQ(statement.Int(0), int64_t{1} << 40);
  EXPECT_EQ(statement.Text(1), "ä");
  EXPECT_EQ(statement.Double(2), 1.5);
  EXPECT_TRUE(statement.IsNull(3));
  EXPECT_EQ(statement.OptionalInt(3), std::nullopt);
  EXPECT_FALSE(statement.IsNull(4));
  EXPECT_FALSE(statement.Step());
}

TEST(Sql, SameTextTwiceAtOnce) {
  auto database = Memory();
  for (int i = 1; i <= 3; ++i) database->Query("INSERT INTO t VALUES(?, 'x')").Bind(i).Run();
  Statement outer = database->Query("SELECT a FROM t ORDER BY a");
  int sum = 0;
  while (outer.Step()) {
    Statement inner = database->Query("SELECT a FROM t ORDER BY a");
    while (inner.Step()) sum += static_cast<int>(inner.Int(0));
  }
  EXPECT_EQ(sum, 18);
}

TEST(Sql, TransactionRollsBackUnlessCommitted) {
  auto database = Memory();
  {
    Transaction transaction(*database);
    database->Query("INSERT INTO t VALUES(1, 'x')").Run();
  }
  EXPECT_EQ(Rows(*database), 0);
  Transaction transaction(*database);
  database->Query("INSERT INTO t VALUES(1, 'x')").Run();
  EXPECT_TRUE(transaction.Commit().ok());
  EXPECT_EQ(Rows(*database), 1);
}

TEST(Sql, AFailureSpoilsTheTransactionAndNothingElse) {
  auto database = Memory();
  {
    Transaction transaction(*database);
    database->Query("INSERT INTO t VALUES(1, 'x')").Run();
    EXPECT_FALSE(database->Query("INSERT INTO t VALUES(2, NULL)").Run());
    EXPECT_FALSE(database->Query("INSERT INTO t VALUES(3, 'x')").Run());
    auto commit = transaction.Commit();
    ASSERT_FALSE(commit.ok());
    EXPECT_NE(commit.error().message().find("NOT NULL"), std::string::npos);
  }
  EXPECT_FALSE(database->failed());
  EXPECT_EQ(Rows(*database), 0);
  database->Query("SELECT nonsense FROM nowhere").Run();
  EXPECT_FALSE(database->TakeError().ok());
  EXPECT_EQ(Rows(*database), 0);
}

TEST(Sql, FilesAreForTheirOwnerAndForOneProcess) {
  core::TempDirectory directory;
  std::string path = directory / "org.db";
  DatabaseOptions options{.busy_milliseconds = 0, .exclusive = true};
  auto first = Database::Open(path, options);
  ASSERT_TRUE(first.ok());
  struct stat info{};
  ASSERT_EQ(stat(path.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);
  auto second = Database::Open(path, options);
  ASSERT_FALSE(second.ok());
  EXPECT_NE(second.error().message().find("locked"), std::string::npos);
}

TEST(Sql, ForeignFilesAreRefused) {
  core::TempDirectory directory;
  std::string path = directory / "notes.txt";
  ASSERT_TRUE(core::WriteFile(path, std::string(5000, 'x')).ok());
  EXPECT_FALSE(Database::Open(path).ok());
}

TEST(Sql, VersionAndFunctions) {
  auto database = Memory();
  EXPECT_EQ(*database->Version(), 0);
  EXPECT_TRUE(database->SetVersion(7).ok());
  EXPECT_EQ(*database->Version(), 7);
  ASSERT_TRUE(
      database->AddTextFunction("lowered", [](std::string_view text) { return core::AsciiLower(text); })
          .ok());
  Statement statement = database->Query("SELECT lowered('ABC'), lowered(NULL)");
  ASSERT_TRUE(statement.Step());
  EXPECT_EQ(statement.Text(0), "abc");
  EXPECT_TRUE(statement.IsNull(1));
}

}  // namespace
}  // namespace base::sql
