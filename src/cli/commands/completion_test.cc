#include "cli/commands/completion.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include "base/core/files.h"
#include "base/core/strings.h"

namespace cli::commands {
namespace {

// In a folder of its own, with a state and some files.
class CompletionTest : public testing::Test {
 protected:
  CompletionTest() : before_(*base::core::CurrentDirectory()) {
    EXPECT_EQ(::chdir(folder_.path().c_str()), 0);
    Write("terraform.tfstate", R"({"version":4,"terraform_version":"1.11.4","serial":1,"lineage":"x",
"outputs":{"ip":{"value":"x","type":"string"}},"resources":[
{"mode":"managed","type":"terraform_data","name":"a","provider":"provider[\"terraform.io/builtin/terraform\"]",
 "instances":[{"index_key":"k","schema_version":0,"attributes":{}}]},
{"mode":"managed","type":"terraform_data","name":"b","provider":"provider[\"terraform.io/builtin/terraform\"]",
 "instances":[{"schema_version":0,"attributes":{}}]}],"check_results":null})");
    EXPECT_TRUE(base::core::MakeDirectories("terraform.tfstate.d/green").ok());
    EXPECT_TRUE(base::core::MakeDirectories("vars").ok());
    Write("vars/one.tfvars", "");
    Write(".hidden", "");
  }
  ~CompletionTest() override { EXPECT_EQ(::chdir(before_.c_str()), 0); }

  static void Write(const std::string& path, const std::string& text) {
    ASSERT_TRUE(base::core::WriteFile(path, text).ok());
  }
  static std::string Read(const std::string& path) { return *base::core::ReadFile(path); }
  static std::string Complete(std::string_view line) {
    return base::core::Join(CompleteLine(line, base::core::Environment()), " ");
  }

  base::core::TempDirectory folder_;
  const std::string before_;
};

TEST_F(CompletionTest, CommandsOptionsAndValues) {
  const std::pair<std::string_view, std::string_view> kCases[] = {
      {"parterre va", "validate"},
      {"parterre -c", "-chdir="},
      {"parterre -chdir=x va", "validate"},
      {"parterre state m", "mv"},
      {"parterre workspace select ", "default green"},
      {"parterre workspace select g", "green"},
      {"parterre plan -out", "-out"},
      {"parterre plan --refresh=", "false true"},
      {"parterre plan -refresh=t", "true"},
      {"parterre plan -var-file v", "vars/"},
      {"parterre plan -var-file vars/", "vars/one.tfvars"},
      {"parterre plan -var-file=vars/o", "vars/one.tfvars"},
      {"parterre plan -var-file .h", ".hidden"},
      {"parterre apply -auto-approve v", "vars/"},
      {"parterre state show ", "'terraform_data.a[\"k\"]' terraform_data.b"},
      {"parterre state show 'terraform_data.a", "'terraform_data.a[\"k\"]'"},
      {"parterre plan -target terraform_data.b", "terraform_data.b"},
      {"parterre output ", "ip"},
      {"parterre validate x", ""},
      {"parterre nope ", ""},
      {"parterre", ""},
      {"", ""},
  };
  for (const auto& [line, wanted] : kCases) EXPECT_EQ(Complete(line), wanted) << line;
  EXPECT_NE(Complete("parterre ").find("apply"), std::string::npos);
  EXPECT_EQ(Complete("parterre ").find("-help"), std::string::npos);
  Write("terraform.tfstate", "{broken");
  EXPECT_EQ(Complete("parterre state show "), "");
}

TEST_F(CompletionTest, StartUpFilesGetTheirLinesOnceAndLoseThemAgain) {
  const std::string home = folder_.path() + "/home";
  ASSERT_TRUE(base::core::MakeDirectories(home + "/.config/fish").ok());
  Write(home + "/.bashrc", "alias x=y");
  Write(home + "/.zshrc", "setopt z\n");
  auto changed = InstallCompletion("parterre", "/opt/parterre", home);
  ASSERT_TRUE(changed.ok());
  EXPECT_EQ(changed->size(), 3u);
  EXPECT_EQ(Read(home + "/.bashrc"), "alias x=y\ncomplete -C /opt/parterre parterre\n");
  EXPECT_EQ(Read(home + "/.zshrc"),
            "setopt z\nautoload -U +X bashcompinit && bashcompinit\n"
            "complete -o nospace -C /opt/parterre parterre\n");
  EXPECT_FALSE(InstallCompletion("parterre", "/opt/parterre", home).ok());
  ASSERT_TRUE(UninstallCompletion("parterre", "/opt/parterre", home).ok());
  EXPECT_EQ(Read(home + "/.bashrc"), "alias x=y\n");
  EXPECT_EQ(Read(home + "/.zshrc"), "setopt z\n");
  EXPECT_FALSE(base::core::Exists(home + "/.config/fish/completions/parterre.fish"));
  EXPECT_FALSE(UninstallCompletion("parterre", "/opt/parterre", home).ok());
  EXPECT_FALSE(InstallCompletion("parterre", "/opt/parterre", home + "/none").ok());
}

}  // namespace
}  // namespace cli::commands
