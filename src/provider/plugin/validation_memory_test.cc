#include "provider/plugin/validation_memory.h"

#include <gtest/gtest.h>

#include "base/core/files.h"

namespace provider::plugin {
namespace {

TEST(ValidationMemory, HoldsForTheSameQuestionOfTheSameWorld) {
  base::core::TempDirectory folder;
  std::string file = folder / "valid";
  base::core::Environment environment({{"TOKEN", "a"}, {"SHLVL", "1"}});
  {
    ValidationMemory memory(file, "program 1", environment);
    EXPECT_FALSE(memory.Knows("question"));
    memory.Remember("question");
    EXPECT_TRUE(memory.Knows("question"));
  }
  EXPECT_TRUE(ValidationMemory(file, "program 1", environment).Knows("question"));
  EXPECT_FALSE(ValidationMemory(file, "program 1", environment).Knows("another"));
  EXPECT_FALSE(ValidationMemory(file, "program 2", environment).Knows("question"));
  environment.Set("SHLVL", "2");
  EXPECT_TRUE(ValidationMemory(file, "program 1", environment).Knows("question"));
  environment.Set("TOKEN", "b");
  EXPECT_FALSE(ValidationMemory(file, "program 1", environment).Knows("question"));
  // It says nothing of what was asked.
  EXPECT_EQ(base::core::ReadFile(file)->find("question"), std::string::npos);
}

TEST(ValidationMemory, KnowsNothingWithoutAFile) {
  ValidationMemory memory("", "program", {});
  memory.Remember("question");
  EXPECT_FALSE(memory.Knows("question"));
  EXPECT_TRUE(memory.KnowsFromThisRun("question"));
  EXPECT_FALSE(memory.KnowsFromThisRun("another"));
  base::core::TempDirectory folder;
  ASSERT_TRUE(base::core::WriteFile(folder / "valid", "garbage").ok());
  EXPECT_FALSE(ValidationMemory(folder / "valid", "program", {}).Knows("question"));
}

}  // namespace
}  // namespace provider::plugin
