#include <algorithm>

#include "engine/run/run_test_support.h"

namespace engine::run {
namespace {

TEST(Run, CreatesUpdatesAndDestroysInOrder) {
  TestRun run(R"(
resource "terraform_data" "a" { input = "one" }
resource "terraform_data" "b" { input = terraform_data.a.output }
resource "terraform_data" "c" { input = "${terraform_data.b.id}!" }
output "b" { value = terraform_data.b.output }
)");
  run.Plan();
  EXPECT_EQ(run.problems(), "");
  EXPECT_EQ(run.Actions(), "create terraform_data.a\ncreate terraform_data.b\ncreate terraform_data.c\n");
  ApplyResult result = run.Apply();
  EXPECT_EQ(run.details(), "");
  EXPECT_EQ(result.added, 3);
  EXPECT_EQ(run.Addresses(), "terraform_data.a\nterraform_data.b\nterraform_data.c\n");
  EXPECT_EQ(run.State().outputs.at("b").value.AsString(), "one");
  run.Plan();
  EXPECT_EQ(run.Actions(), "");
  EXPECT_FALSE(run.Plan().Applyable());

  run.SetMain(R"(
resource "terraform_data" "a" { input = "two" }
resource "terraform_data" "b" { input = terraform_data.a.output }
resource "terraform_data" "c" { input = "${terraform_data.b.id}!" }
output "b" { value = terraform_data.b.output }
)");
  run.Plan();
  EXPECT_EQ(run.Actions(), "update terraform_data.a\nupdate terraform_data.b\n");
  result = run.Apply();
  EXPECT_EQ(run.details(), "");
  EXPECT_EQ(result.changed, 2);
  EXPECT_EQ(run.State().outputs.at("b").value.AsString(), "two");

  result = run.Destroy();
  EXPECT_EQ(run.details(), "");
  EXPECT_EQ(result.destroyed, 3);
  EXPECT_EQ(run.events,
            (std::vector<std::string>{"-terraform_data.c", "-terraform_data.b", "-terraform_data.a"}));
  EXPECT_TRUE(run.State().Empty());
}

TEST(Run, StateRemembersTransitiveDependencies) {
  TestRun run(R"(
locals { x = terraform_data.a.id }
resource "terraform_data" "a" {}
resource "terraform_data" "b" { input = local.x }
resource "terraform_data" "c" { depends_on = [terraform_data.b] }
)");
  run.Apply();
  EXPECT_EQ(run.details(), "");
  state::ObjectPtr c = run.State()
                           .Find({}, {language::address::ResourceMode::kManaged, "terraform_data", "c"})
                           ->instances[0]
                           .current;
  ASSERT_TRUE(c->dependencies);
  ASSERT_EQ(c->dependencies->size(), 2u);
  EXPECT_EQ((*c->dependencies)[0].ToString(), "terraform_data.a");
}

TEST(Run, CountAndForEach) {
  TestRun run(R"(
resource "terraform_data" "n" {
  count = 3
  input = count.index
}
resource "terraform_data" "m" {
  for_each = { a = 1, b = 2 }
  input    = "${each.key}${each.value}${terraform_data.n[each.value].output}"
}
output "all" { value = terraform_data.n[*].output }
)");
  ApplyResult result = run.Apply();
  EXPECT_EQ(run.details(), "");
  EXPECT_EQ(result.added, 5);
  EXPECT_EQ(run.Addresses(),
            "terraform_data.m[\"a\"]\nterraform_data.m[\"b\"]\nterraform_data.n[0]\nterraform_data.n[1]"
            "\nterraform_data.n[2]\n");
  run.SetMain(R"(
resource "terraform_data" "n" {
  count = 2
  input = count.index
}
)");
  const changes::Plan& plan = run.Plan();
  EXPECT_EQ(run.Actions(),
            "delete terraform_data.m[\"a\"]\ndelete terraform_data.m[\"b\"]\ndelete terraform_data.n[2]\n");
  EXPECT_EQ(plan.resources[0].reason, changes::ActionReason::kDeleteBecauseNoResourceConfig);
  EXPECT_EQ(plan.resources[2].reason, changes::ActionReason::kDeleteBecauseCountIndex);
}

TEST(Run, ReplaceDeletesFirstUnlessCreateBeforeDestroy) {
  constexpr std::string_view kText = R"(
resource "terraform_data" "a" {
  triggers_replace = %s
  lifecycle { create_before_destroy = %s }
}
resource "terraform_data" "b" { input = terraform_data.a.id }
)";
  for (bool create_first : {false, true}) {
    auto text = [&](std::string_view trigger) {
      std::string out(kText);
      out.replace(out.find("%s"), 2, trigger);
      out.replace(out.find("%s"), 2, create_first ? "true" : "false");
      return out;
    };
    TestRun run(text("1"));
    run.Apply();
    run.SetMain(text("2"));
    ApplyResult result = run.Apply();
    EXPECT_EQ(run.details(), "");
    EXPECT_EQ(result.added, 1);
    EXPECT_EQ(result.destroyed, 1);
    EXPECT_EQ(result.changed, 1);
    std::vector<std::string> expected =
        create_first
            ? std::vector<std::string>{"+terraform_data.a", "~terraform_data.b", "-terraform_data.a!"}
            : std::vector<std::string>{"-terraform_data.a", "+terraform_data.a", "~terraform_data.b"};
    EXPECT_EQ(run.events, expected);
    EXPECT_EQ(run.Addresses(), "terraform_data.a\nterraform_data.b\n");
  }
}

TEST(Run, ModulesWithCountAndOutputs) {
  TestRun run(R"(
module "m" {
  source = "./child"
  count  = 2
  name   = "n${count.index}"
}
output "ids" { value = module.m[*].name }
)");
  run.SetFile("child/main.tf", R"(
variable "name" {
  type = string
  validation {
    condition     = startswith(var.name, "n")
    error_message = "Names begin with n."
  }
}
resource "terraform_data" "x" { input = upper(var.name) }
output "name" { value = terraform_data.x.output }
)");
  ApplyResult result = run.Apply();
  EXPECT_EQ(run.details(), "");
  EXPECT_EQ(result.added, 2);
  EXPECT_EQ(run.Addresses(), "module.m[0].terraform_data.x\nmodule.m[1].terraform_data.x\n");
  EXPECT_EQ(run.State().outputs.at("ids").value.ElementAt(1).AsString(), "N1");
}

TEST(Run, FailureSparesIndependentResources) {
  TestRun run(std::string(kUseMock) + R"(
resource "mock_object" "bad" {
  name = "bad"
  fail = "create"
}
resource "mock_object" "after" { name = mock_object.bad.id }
resource "mock_object" "good" { name = "good" }
)");
  ApplyResult result = run.Apply();
  EXPECT_EQ(run.problems(), "error: Mock failure\n");
  EXPECT_EQ(result.added, 1);
  EXPECT_EQ(run.Addresses(), "mock_object.good\n");
}

TEST(Run, PartlyCreatedObjectsAreTainted) {
  TestRun run(std::string(kUseMock) +
              "resource \"mock_object\" \"x\" {\n  name = \"x\"\n  fail = \"after-create\"\n}\n");
  run.Apply();
  EXPECT_EQ(run.Addresses(), "mock_object.x (tainted)\n");
  const changes::Plan& plan = run.Plan();
  EXPECT_EQ(run.Actions(), "replace mock_object.x\n");
  EXPECT_EQ(plan.resources.at(0).reason, changes::ActionReason::kReplaceBecauseTainted);
}

TEST(Run, ProviderThatLiesIsNamed) {
  for (std::string when : {"plan", "apply"}) {
    TestRun run(std::string(kUseMock) + "resource \"mock_object\" \"x\" {\n  name = \"x\"\n  lie = \"" +
                when + "\"\n}\n");
    run.Apply();
    EXPECT_NE(run.details().find("registry.terraform.io/parterre/mock"), std::string::npos) << run.details();
    EXPECT_NE(run.problems().find(when == "plan" ? "Provider produced invalid plan"
                                                 : "Provider produced inconsistent result after apply"),
              std::string::npos)
        << run.problems();
  }
}

TEST(Run, MovedAndRemovedBlocks) {
  TestRun run("resource \"terraform_data\" \"a\" {}\nresource \"terraform_data\" \"gone\" {}\n");
  run.Apply();
  run.SetMain(R"(
resource "terraform_data" "b" {}
moved {
  from = terraform_data.a
  to   = terraform_data.b
}
removed {
  from = terraform_data.gone
  lifecycle { destroy = false }
}
)");
  run.Plan();
  EXPECT_EQ(run.problems(), "warning: Some objects will no longer be managed by Parterre\n");
  EXPECT_EQ(run.Actions(), "no-op terraform_data.b\nforget terraform_data.gone\n");
  run.Apply();
  EXPECT_EQ(run.Addresses(), "terraform_data.b\n");
}

TEST(Run, PreventDestroyIgnoreChangesAndConditions) {
  TestRun run(
      "resource \"terraform_data\" \"a\" {\n  input = 1\n  lifecycle { prevent_destroy = true }\n}\n");
  run.Apply();
  run.Destroy();
  EXPECT_EQ(run.problems(), "error: Instance cannot be destroyed\n");
  run.SetMain(
      "resource \"terraform_data\" \"a\" {\n  input = 2\n  lifecycle { ignore_changes = [input] }\n}\n");
  run.Plan();
  EXPECT_EQ(run.Actions(), "");
  run.SetMain(R"(
locals { wanted = 2 }
resource "terraform_data" "a" {
  input = 1
  lifecycle {
    precondition {
      condition     = local.wanted == 1
      error_message = "Never."
    }
  }
}
)");
  run.Plan();
  EXPECT_EQ(run.problems(), "error: Resource precondition failed\n");
}

TEST(Run, UnknownCountIsAnError) {
  TestRun run(
      "resource \"terraform_data\" \"a\" {}\nresource \"terraform_data\" \"b\" {\n  count = "
      "length(terraform_data.a.id)\n}\n");
  run.Plan();
  EXPECT_EQ(run.problems(), "error: Invalid count argument\n");
}

TEST(Run, CyclesAreNamed) {
  TestRun run("locals {\n  a = local.b\n  b = local.a\n}\n");
  run.Validate();
  EXPECT_EQ(run.problems(), "error: Cycle: local.a (expand), local.b (expand)\n");
}

TEST(Run, ImportGeneratesConfiguration) {
  TestRun run("import {\n  to = terraform_data.x\n  id = \"abc\"\n}\n");
  run.Plan();
  EXPECT_EQ(run.problems(), "error: Configuration for import target does not exist\n");
  const changes::Plan& plan = run.Plan({.generate_config = true});
  EXPECT_EQ(run.details(), "");
  ASSERT_EQ(plan.resources.size(), 1u);
  ASSERT_TRUE(plan.resources[0].importing);
  EXPECT_EQ(plan.resources[0].importing->generated_config,
            "resource \"terraform_data\" \"x\" {\n  input            = null\n  triggers_replace = null\n}\n");
}

TEST(Run, DataSourcesWaitForPendingChanges) {
  base::core::TempDirectory store;
  std::string text = std::string(kUseMock) + "provider \"mock\" {\n  store = \"" + store.path() + R"("
}
resource "mock_object" "x" { name = "x" }
data "mock_object" "x" {
  name       = "x"
  depends_on = [mock_object.x]
}
output "stamp" { value = data.mock_object.x.stamp }
)";
  TestRun run(text);
  run.Plan();
  EXPECT_EQ(run.details(), "");
  EXPECT_EQ(run.Actions(), "read data.mock_object.x\ncreate mock_object.x\n");
  run.Apply();
  EXPECT_EQ(run.details(), "");
  EXPECT_TRUE(run.State().outputs.contains("stamp"));
  run.Plan();
  EXPECT_EQ(run.Actions(), "");
}

TEST(Run, ReplaceTriggeredBy) {
  auto text = [](int input) {
    return fmt::format(R"(
resource "terraform_data" "a" {{
  count = 2
  input = {{ changes = count.index == 0 ? {} : 0, stays = 0 }}
}}
resource "terraform_data" "grows" {{ count = {} }}
resource "terraform_data" "whole" {{
  lifecycle {{ replace_triggered_by = [terraform_data.a] }}
}}
resource "terraform_data" "each" {{
  count = 2
  lifecycle {{ replace_triggered_by = [terraform_data.a[count.index].input] }}
}}
resource "terraform_data" "deep" {{
  lifecycle {{ replace_triggered_by = [terraform_data.a[0].input.changes] }}
}}
resource "terraform_data" "id" {{
  lifecycle {{ replace_triggered_by = [terraform_data.a[0].id] }}
}}
resource "terraform_data" "part" {{
  lifecycle {{ replace_triggered_by = [terraform_data.a[0].input.stays] }}
}}
resource "terraform_data" "each_part" {{
  count = 2
  lifecycle {{ replace_triggered_by = [terraform_data.a[count.index].input.stays] }}
}}
resource "terraform_data" "creation" {{
  lifecycle {{ replace_triggered_by = [terraform_data.grows] }}
}}
)",
                       input, input);
  };
  TestRun run(text(1));
  run.Apply();
  EXPECT_EQ(run.details(), "");
  run.SetMain(text(2));
  run.Plan();
  EXPECT_EQ(run.Actions(),
            "update terraform_data.a[0]\nreplace terraform_data.deep\nreplace terraform_data.each[0]\n"
            "create terraform_data.grows[1]\nreplace terraform_data.whole\n");
  run.SetMain(R"(
resource "terraform_data" "a" { count = 2 }
resource "terraform_data" "t" {
  count = 3
  lifecycle { replace_triggered_by = [terraform_data.a[count.index]] }
}
)");
  run.Plan();
  EXPECT_EQ(run.problems(), "error: no change found for terraform_data.a[2] in the root module\n");
  TestRun none(R"(
resource "terraform_data" "none" { count = 0 }
resource "terraform_data" "t" {
  lifecycle { replace_triggered_by = [terraform_data.none] }
}
)");
  none.Plan();
  EXPECT_EQ(none.problems(), "error: no change found for terraform_data.none in the root module\n");
}

TEST(Run, ObjectsDoNotMeetWhenMoving) {
  TestRun run("resource \"terraform_data\" \"a\" {}\nresource \"terraform_data\" \"b\" {}\n");
  run.Apply();
  run.SetMain(R"(
resource "terraform_data" "c" {}
moved {
  from = terraform_data.a
  to   = terraform_data.b
}
moved {
  from = terraform_data.b
  to   = terraform_data.c
}
)");
  run.Plan();
  EXPECT_EQ(run.problems(), "warning: Unresolved resource instance address changes\n");
  EXPECT_EQ(run.Actions(), "delete terraform_data.a\nno-op terraform_data.c\n");
}

TEST(Run, DestroyReadsNothingLater) {
  TestRun run(std::string(kUseMock) + R"(
resource "mock_object" "a" { name = "a" }
data "mock_object" "d" { name = mock_object.a.id }
)");
  run.Destroy();
  EXPECT_EQ(run.details(), "");
  EXPECT_EQ(run.Actions(), "");
  run.Plan({.mode = changes::Mode::kRefreshOnly});
  EXPECT_EQ(run.Actions(), "");
}

TEST(Run, EphemeralValuesAreNotStored) {
  constexpr std::string_view kVariable = R"(
variable "token" {
  ephemeral = true
  default   = "t"
}
)";
  TestRun run(std::string(kVariable) + "output \"o\" { value = \"x-${var.token}\" }\n");
  run.Plan();
  EXPECT_EQ(run.problems(), "error: Ephemeral value not allowed\n");
  run.SetMain(std::string(kVariable) + "output \"o\" { value = ephemeralasnull(var.token) }\n");
  EXPECT_TRUE(run.Plan().variables.empty());
  EXPECT_EQ(run.details(), "");
}

TEST(Run, HooksAreGivenMarks) {
  base::core::TempDirectory store;
  auto text = [&](int size) {
    return std::string(kUseMock) + fmt::format(R"(
provider "mock" {{ store = "{}" }}
resource "mock_object" "a" {{
  name = sensitive("hush")
  size = {}
}}
data "mock_object" "d" {{
  name       = sensitive("hush")
  depends_on = [mock_object.a]
}}
)",
                                               store.path(), size);
  };
  TestRun run(text(1));
  run.Apply();
  run.Plan();
  run.SetMain(text(2));
  run.Apply();
  run.Destroy();
  EXPECT_EQ(run.details(), "");
  EXPECT_GT(run.objects_shown, 8);
  EXPECT_EQ(run.names_shown, 0);
}

TEST(Run, RefreshOnlyKeepsSecrets) {
  constexpr std::string_view kText = R"(
variable "secret" {
  sensitive = true
  default   = "s"
}
resource "terraform_data" "a" { input = var.secret }
)";
  TestRun run{std::string(kText)};
  run.Apply();
  run.SetMain(std::string(kText) + "output \"o\" { value = terraform_data.a.input }\n");
  run.Plan({.mode = changes::Mode::kRefreshOnly});
  EXPECT_EQ(run.problems(), "error: Output refers to sensitive values\n");
}

TEST(Run, OldObjectIsDeposedBeforeTheNewOneIsAskedFor) {
  auto text = [](int size, std::string_view fail) {
    return std::string(kUseMock) + fmt::format(R"(
resource "mock_object" "a" {{
  name = "a"
  size = {}
  fail = {}
  lifecycle {{ create_before_destroy = true }}
}}
)",
                                               size, fail);
  };
  TestRun run(text(1, "null"));
  run.Apply();
  run.SetMain(text(2, "null"));
  run.Apply();
  EXPECT_EQ(run.details(), "");
  EXPECT_EQ(run.calls,
            (std::vector<std::string>{"mock_object.a!", "mock_object.a gone", "intent mock_object.a",
                                      "mock_object.a", "intent mock_object.a!", "mock_object.a! gone"}));
  run.SetMain(text(3, "\"create\""));
  run.Apply();
  EXPECT_EQ(run.problems(), "error: Mock failure\n");
  EXPECT_EQ(run.Addresses(), "mock_object.a\n");
}

TEST(Run, DeposedObjectsGoBeforeWhatTheyNeed) {
  auto text = [](int size, std::string_view fail) {
    return std::string(kUseMock) + fmt::format(R"(
resource "mock_object" "a" {{ name = "a" }}
resource "mock_object" "b" {{
  name = mock_object.a.name
  size = {}
  fail = {}
  lifecycle {{ create_before_destroy = true }}
}}
)",
                                               size, fail);
  };
  TestRun run(text(1, "\"delete\""));
  run.Apply();
  run.SetMain(text(2, "null"));
  run.Apply();
  EXPECT_EQ(run.Addresses(), "mock_object.a\nmock_object.b\nmock_object.b (deposed)\n");
  for (int attempt = 0; attempt < 2; ++attempt) {
    run.Destroy();
    EXPECT_EQ(run.problems(), "error: Mock failure\n");
    EXPECT_EQ(run.Addresses(), "mock_object.a\nmock_object.b (deposed)\n");
  }
}

// What fails at one address keeps nothing of the same resource from what happens at others.
TEST(Run, InstancesOfAResourceDoNotWaitForEachOther) {
  auto text = [](int count, int size, std::string_view name, std::string_view more) {
    return std::string(kUseMock) + fmt::format(R"(
resource "mock_object" "a" {{
  count = {}
  name  = "{}"
  size  = count.index == 0 ? 1 : {}
  {}
}}
)",
                                               count, name, size, more);
  };
  TestRun shrunk(text(3, 1, "old", "fail = count.index == 2 ? \"delete\" : null"));
  shrunk.Apply();
  shrunk.SetMain(text(2, 1, "new", ""));
  EXPECT_EQ(shrunk.Apply().changed, 2);
  EXPECT_EQ(shrunk.problems(), "error: Mock failure\n");
  EXPECT_EQ(shrunk.Addresses(), "mock_object.a[0]\nmock_object.a[1]\nmock_object.a[2]\n");

  TestRun replaced(text(3, 1, "old", "fail = count.index == 1 ? \"delete\" : null"));
  replaced.Apply();
  replaced.SetMain(text(3, 2, "new", ""));
  ApplyResult result = replaced.Apply();
  EXPECT_EQ(replaced.problems(), "error: Mock failure\n");
  EXPECT_EQ(result.changed, 1);
  EXPECT_EQ(result.added, 1);

  constexpr std::string_view kCreateFirst = "lifecycle { create_before_destroy = true }";
  TestRun deposing(text(4, 1, "old", kCreateFirst));
  deposing.Apply();
  deposing.SetMain(
      text(4, 2, "old", "fail = count.index == 1 ? \"create\" : null\n" + std::string(kCreateFirst)));
  result = deposing.Apply();
  EXPECT_EQ(deposing.problems(), "error: Mock failure\n");
  EXPECT_EQ(result.added, 2);
  EXPECT_EQ(result.destroyed, 2) << "the siblings' old objects go";
  EXPECT_EQ(deposing.Addresses(), "mock_object.a[0]\nmock_object.a[1]\nmock_object.a[2]\nmock_object.a[3]\n");
}

TEST(Run, UpdatesThatDoNotComeAboutKeepWhatTheObjectDependsOn) {
  auto text = [](int input, std::string_view needed, std::string_view more) {
    return fmt::format(R"(
resource "terraform_data" "old" {{}}
resource "terraform_data" "new" {{}}
resource "terraform_data" "user" {{
  input      = {}
  depends_on = [terraform_data.{}]
  {}
}}
)",
                       input, needed, more);
  };
  TestRun run(text(1, "old", ""));
  run.Apply();
  auto dependencies = [&] {
    std::string out;
    state::State state = run.State();
    auto object = state.FindObject(language::address::ParseResourceInstance("terraform_data.user").value());
    for (const auto& resource : *object->dependencies) out += resource.ToString() + " ";
    return out;
  };
  EXPECT_EQ(dependencies(), "terraform_data.old ");
  run.SetMain(text(2, "new", R"(lifecycle {
    precondition {
      condition     = terraform_data.fresh.id == ""
      error_message = "No."
    }
  }
}
resource "terraform_data" "fresh" {)"));
  run.Apply();
  EXPECT_EQ(run.problems(), "error: Resource precondition failed\n");
  EXPECT_EQ(dependencies(), "terraform_data.fresh terraform_data.new terraform_data.old ");
  run.SetMain(text(2, "new", ""));
  run.Apply();
  EXPECT_EQ(dependencies(), "terraform_data.new ");
}

TEST(Run, DestroyTakesWhatADeadRunHadMade) {
  base::core::TempDirectory store;
  std::string text = std::string(kUseMock) + "provider \"mock\" {\n  store = \"" + store.path() +
                     "\"\n}\nresource \"mock_object\" \"x\" { name = \"x\" }\n";
  TestRun dead(text);
  dead.Apply();
  state::Intent intent{
      .address = language::address::ParseResourceInstance("mock_object.x").value(),
      .provider = dead.State().resources[0].provider,
      .planned_json = R"({"name":"x"})",
  };
  TestRun run(text);
  ApplyResult result = run.Apply({.mode = changes::Mode::kDestroy, .in_doubt = {intent}});
  EXPECT_EQ(run.problems(), "warning: Recovered object\n");
  EXPECT_EQ(result.destroyed, 1);
  EXPECT_TRUE(base::core::ListDirectory(store.path()).value().empty());
  EXPECT_TRUE(run.State().resources.empty());
}

TEST(Run, CreatesInDoubtAreLookedForAtOnce) {
  base::core::TempDirectory store;
  auto text = [&](int count) {
    return std::string(kUseMock) + fmt::format(R"(
provider "mock" {{ store = "{}" }}
resource "mock_object" "x" {{
  count = {}
  name  = "x${{count.index}}"
}}
)",
                                               store.path(), count);
  };
  TestRun dead(text(3));
  dead.Apply();
  PlanOptions options;
  for (int index = 0; index < 20; ++index)
    options.in_doubt.push_back(
        {.address = language::address::ParseResourceInstance(fmt::format("mock_object.x[{}]", index)).value(),
         .provider = dead.State().resources[0].provider,
         .planned_json = fmt::format(R"({{"name":"x{}"}})", index)});
  TestRun run(text(20));
  run.Plan(options);
  EXPECT_EQ(run.plan_calls, 1);
  EXPECT_EQ(run.Actions().find("mock_object.x[2]"), std::string::npos) << "taken over, and as it should be";
  EXPECT_EQ(std::ranges::count(run.Actions(), '\n'), 17);
}

TEST(Run, InterruptedPlanTakesNothingForAnOrphan) {
  TestRun run("resource \"terraform_data\" \"a\" {}\n");
  run.Apply();
  std::stop_source source;
  run.context().stop = source.get_token();
  run.on_refreshing = [&] { source.request_stop(); };
  run.Plan();
  EXPECT_EQ(run.problems(), "error: Execution halted\n");
  EXPECT_EQ(run.Actions(), "");
}

TEST(Destroy, LeavesNothingThatWasOnlyRead) {
  base::core::TempDirectory store;
  TestRun run(std::string(kUseMock) + "provider \"mock\" {\n  store = \"" + store.path() + R"("
}
resource "mock_object" "a" { name = "a" }
data "mock_object" "d" { name = mock_object.a.name }
output "d" { value = data.mock_object.d.name }
)");
  run.Apply();
  EXPECT_NE(run.Addresses(), "");
  run.Destroy();
  EXPECT_EQ(run.problems(), "");
  EXPECT_EQ(run.Addresses(), "");
  EXPECT_TRUE(run.State().outputs.empty());
}

}  // namespace
}  // namespace engine::run
