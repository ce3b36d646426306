#include "engine/run/why.h"

#include <gtest/gtest.h>

#include "engine/run/run_test_support.h"

namespace engine::run {
namespace {

void Outline(const std::vector<Cause>& causes, int depth, std::string* out) {
  static constexpr std::string_view kNames[] = {"argument", "change",        "value",   "variable",
                                                "outside",  "configuration", "provider"};
  for (const Cause& cause : causes) {
    out->append(static_cast<size_t>(depth) * 2, ' ');
    *out += kNames[static_cast<size_t>(cause.kind)];
    if (!cause.subject.empty()) *out += " " + cause.subject;
    if (cause.forces_replacement) *out += " !";
    if (cause.source) *out += " @" + cause.source->file + ":" + std::to_string(cause.source->line);
    *out += "\n";
    Outline(cause.because, depth + 1, out);
  }
}

std::string Why(TestRun& run, std::string_view address) {
  const changes::Plan& plan = run.Plan();
  EXPECT_EQ(run.problems(), "");
  const WhyFinder finder(*run.context().configuration, plan);
  const auto explanation = finder.Explain(*language::address::ParseResourceInstance(address));
  if (!explanation) return "unknown";
  std::string out =
      explanation->address.ToString() + ": " +
      std::string(explanation->change != nullptr ? changes::ActionName(explanation->change->action)
                                                 : std::string_view("nothing"));
  out += "\n";
  Outline(explanation->because, 1, &out);
  for (const std::string& name : explanation->direct) out += "direct " + name + "\n";
  out += "transitive " + std::to_string(explanation->transitive.size()) + "\n";
  return out;
}

std::string Chain(std::string_view first) {
  return "locals { first = \"" + std::string(first) +
         "\" }\n"
         "resource \"terraform_data\" \"a\" {\n"
         "  triggers_replace = local.first\n"
         "}\n"
         "module \"m\" {\n"
         "  source = \"./m\"\n"
         "  in     = terraform_data.a.id\n"
         "}\n"
         "resource \"terraform_data\" \"z\" {\n"
         "  triggers_replace = [module.m.out]\n"
         "}\n"
         "resource \"terraform_data\" \"user\" { input = terraform_data.z.id }\n"
         "resource \"terraform_data\" \"last\" { input = terraform_data.user.id }\n";
}

TEST(Why, GoesBackOverModulesToTheFirstCause) {
  TestRun run(Chain("one"));
  run.SetFile("m/main.tf",
              "variable \"in\" {}\n"
              "resource \"terraform_data\" \"inner\" {\n"
              "  triggers_replace = var.in\n"
              "}\n"
              "output \"out\" { value = terraform_data.inner.id }\n");
  run.Apply();
  ASSERT_EQ(run.problems(), "");
  run.SetMain(Chain("two"));
  EXPECT_EQ(Why(run, "terraform_data.z"),
            "terraform_data.z: replace\n"
            "  argument triggers_replace ! @main.tf:10\n"
            "    value module.m.output.out @m/main.tf:5\n"
            "      change module.m.terraform_data.inner.id @m/main.tf:2\n"
            "        argument triggers_replace ! @m/main.tf:3\n"
            "          value module.m.var.in @main.tf:7\n"
            "            change terraform_data.a.id @main.tf:2\n"
            "              argument triggers_replace ! @main.tf:3\n"
            "                value local.first @main.tf:1\n"
            "direct terraform_data.user\n"
            "transitive 2\n");
}

TEST(Why, VariablesAndPlainWordsAreWhereItBegins) {
  TestRun run(
      "variable \"v\" { default = \"a\" }\nresource \"terraform_data\" \"x\" {\n  input = var.v\n}\n");
  run.Apply();
  run.SetMain(
      "variable \"v\" { default = \"b\" }\nresource \"terraform_data\" \"x\" {\n  input = var.v\n}\n");
  EXPECT_EQ(Why(run, "terraform_data.x"),
            "terraform_data.x: update\n"
            "  argument input @main.tf:3\n"
            "    variable var.v @main.tf:1\n"
            "transitive 0\n");
  run.SetMain("resource \"terraform_data\" \"x\" {\n  input = \"c\"\n}\n");
  EXPECT_EQ(Why(run, "terraform_data.x"),
            "terraform_data.x: update\n"
            "  argument input @main.tf:2\n"
            "    configuration\n"
            "transitive 0\n");
}

TEST(Why, InstancesFollowTheirOwnKind) {
  const std::string text =
      "variable \"n\" { default = 3 }\n"
      "resource \"terraform_data\" \"a\" {\n  count = var.n\n  triggers_replace = %\n}\n"
      "resource \"terraform_data\" \"b\" {\n  count = var.n\n  input = terraform_data.a[count.index].id\n}\n";
  auto with = [&](std::string trigger) {
    std::string out = text;
    return out.replace(out.find('%'), 1, trigger);
  };
  TestRun run(with("1"));
  run.Apply();
  run.SetMain(with("count.index == 1 ? 2 : 1"));
  EXPECT_EQ(Why(run, "terraform_data.b[1]"),
            "terraform_data.b[1]: update\n"
            "  argument input @main.tf:8\n"
            "    change terraform_data.a[1] @main.tf:2\n"
            "      argument triggers_replace ! @main.tf:4\n"
            "        configuration\n"
            "transitive 0\n");
  EXPECT_EQ(Why(run, "terraform_data.b[0]").substr(0, 31), "terraform_data.b[0]: nothing\ntr");
  EXPECT_EQ(Why(run, "terraform_data.b").substr(0, 27), "terraform_data.b[1]: update");
  EXPECT_EQ(Why(run, "terraform_data.c"), "unknown");
  EXPECT_EQ(Why(run, "terraform_data.b[9]"), "unknown");
}

TEST(Why, TriggersAndWhatGoesAway) {
  auto text = [](std::string input, int count) {
    return "resource \"terraform_data\" \"a\" {\n  input = \"" + input +
           "\"\n}\nresource \"terraform_data\" \"b\" {\n  count = " + std::to_string(count) +
           "\n  lifecycle {\n    replace_triggered_by = [terraform_data.a]\n  }\n}\n";
  };
  TestRun run(text("x", 2));
  run.Apply();
  run.SetMain(text("y", 1));
  EXPECT_EQ(Why(run, "terraform_data.b[0]"),
            "terraform_data.b[0]: replace\n"
            "  argument replace_triggered_by ! @main.tf:7\n"
            "    change terraform_data.a @main.tf:1\n"
            "      argument input @main.tf:2\n"
            "        configuration\n"
            "transitive 0\n");
  EXPECT_EQ(Why(run, "terraform_data.b[1]"),
            "terraform_data.b[1]: delete\n"
            "  argument count @main.tf:5\n"
            "transitive 0\n");
}

}  // namespace
}  // namespace engine::run
