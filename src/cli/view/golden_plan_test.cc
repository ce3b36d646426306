// Pictures of plans against those of the stock program, byte by byte. testdata/record.py records them.
#include <gtest/gtest.h>

#include "base/json/reader.h"
#include "cli/view/golden_test_support.h"
#include "cli/view/plan_view.h"
#include "language/value/codec.h"

namespace cli::view {
namespace {

using base::json::Node;
using engine::changes::Action;
using engine::changes::ActionReason;
using engine::changes::Plan;
using language::value::PathStep;
using language::value::Value;

// The value in JSON, with what `unknown` says is unknown, and `sensitive` sensitive.
Value ReadValue(Node json, Node unknown, Node sensitive) {
  const bool is_sensitive = sensitive && sensitive.IsBool() && sensitive.AsBool();
  const language::value::Marks marks = is_sensitive ? language::value::kSensitive : language::value::kNoMarks;
  if (unknown && unknown.IsBool() && unknown.AsBool()) return Value::DynamicUnknown().WithMarks(marks);
  if (json && json.IsObject()) {
    std::vector<std::pair<std::string, Value>> attributes;
    for (auto member : json.Members()) {
      attributes.emplace_back(member.key(),
                              ReadValue(member.value, unknown ? unknown.Find(member.key()) : Node(),
                                        sensitive ? sensitive.Find(member.key()) : Node()));
    }
    if (unknown && unknown.IsObject()) {
      for (auto member : unknown.Members()) {
        if (!json.Find(member.key()))
          attributes.emplace_back(member.key(), ReadValue(Node(), member.value,
                                                          sensitive ? sensitive.Find(member.key()) : Node()));
      }
    }
    return Value::Object(std::move(attributes)).WithMarks(marks);
  }
  if (json && json.IsArray()) {
    auto items = [](Node node) {
      std::vector<Node> out;
      if (node && node.IsArray())
        for (Node item : node.Elements()) out.push_back(item);
      return out;
    };
    const std::vector<Node> values = items(json), unknowns = items(unknown), sensitives = items(sensitive);
    std::vector<Value> elements;
    for (size_t i = 0; i < values.size(); ++i) {
      elements.push_back(ReadValue(values[i], i < unknowns.size() ? unknowns[i] : Node(),
                                   i < sensitives.size() ? sensitives[i] : Node()));
    }
    return Value::Tuple(std::move(elements)).WithMarks(marks);
  }
  if (!json) return Value::DynamicUnknown().WithMarks(marks);
  auto value = language::value::FromImpliedJson(json);
  EXPECT_TRUE(value.ok());
  return value->WithMarks(marks);
}

Action ReadAction(Node actions) {
  std::string text;
  for (Node action : actions.Elements()) text += action.AsString() + " ";
  static const std::map<std::string, Action> kActions = {{"no-op ", Action::kNoOp},
                                                         {"create ", Action::kCreate},
                                                         {"read ", Action::kRead},
                                                         {"update ", Action::kUpdate},
                                                         {"delete ", Action::kDelete},
                                                         {"delete create ", Action::kDeleteThenCreate},
                                                         {"create delete ", Action::kCreateThenDelete},
                                                         {"forget ", Action::kForget}};
  return kActions.at(text);
}

ActionReason ReadReason(const std::string& text) {
  static const std::map<std::string, ActionReason> kReasons = {
      {"", ActionReason::kNone},
      {"replace_because_tainted", ActionReason::kReplaceBecauseTainted},
      {"replace_by_request", ActionReason::kReplaceByRequest},
      {"replace_by_triggers", ActionReason::kReplaceByTriggers},
      {"replace_because_cannot_update", ActionReason::kReplaceBecauseCannotUpdate},
      {"delete_because_no_resource_config", ActionReason::kDeleteBecauseNoResourceConfig},
      {"delete_because_no_module", ActionReason::kDeleteBecauseNoModule},
      {"delete_because_wrong_repetition", ActionReason::kDeleteBecauseWrongRepetition},
      {"delete_because_count_index", ActionReason::kDeleteBecauseCountIndex},
      {"delete_because_each_key", ActionReason::kDeleteBecauseEachKey},
      {"delete_because_no_move_target", ActionReason::kDeleteBecauseNoMoveTarget},
      {"read_because_config_unknown", ActionReason::kReadBecauseConfigUnknown},
      {"read_because_dependency_pending", ActionReason::kReadBecauseDependencyPending},
      {"read_because_check_nested", ActionReason::kReadBecauseCheckNested}};
  return kReasons.at(text);
}

engine::changes::ResourceChange ReadResource(Node json) {
  engine::changes::ResourceChange out;
  out.address = *language::address::ParseResourceInstance(*json.FindString("address"));
  if (auto previous = json.FindString("previous_address"))
    out.previous_address = *language::address::ParseResourceInstance(*previous);
  out.deposed = json.FindString("deposed").value_or("");
  out.reason = ReadReason(json.FindString("action_reason").value_or(""));
  const Node change = json.Find("change");
  out.action = ReadAction(change.Find("actions"));
  out.before = ReadValue(change.Find("before"), Node(), change.Find("before_sensitive"));
  out.after = ReadValue(change.Find("after"), change.Find("after_unknown"), change.Find("after_sensitive"));
  if (Node importing = change.Find("importing")) {
    out.importing =
        engine::changes::Importing{.id = importing.FindString("id").value_or(""),
                                   .generated_config = change.FindString("generated_config").value_or("")};
  }
  if (Node paths = change.Find("replace_paths")) {
    for (Node path : paths.Elements()) {
      language::value::Path steps;
      for (Node step : path.Elements()) {
        steps.push_back(step.IsString() ? PathStep::Attribute(step.AsString())
                                        : PathStep::Index(Value::Int(step.AsInt64().value())));
      }
      out.replace_paths.push_back(std::move(steps));
    }
  }
  return out;
}

Plan ReadPlan(Node json, std::string_view options) {
  Plan plan;
  plan.errored = json.FindBool("errored").value_or(false);
  if (options.find("-destroy") != options.npos) plan.mode = engine::changes::Mode::kDestroy;
  if (options.find("-refresh-only") != options.npos) plan.mode = engine::changes::Mode::kRefreshOnly;
  if (Node resources = json.Find("resource_changes")) {
    for (Node resource : resources.Elements()) plan.resources.push_back(ReadResource(resource));
  }
  if (Node outputs = json.Find("output_changes")) {
    for (auto member : outputs.Members()) {
      engine::changes::OutputChange output{.name = member.key(),
                                           .action = ReadAction(member.value.Find("actions"))};
      const Node before = member.value.Find("before_sensitive"), after = member.value.Find("after_sensitive");
      output.sensitive = (before && before.AsBool()) || (after && after.AsBool());
      output.before = ReadValue(member.value.Find("before"), Node(), Node());
      output.after = ReadValue(member.value.Find("after"), member.value.Find("after_unknown"), Node());
      plan.outputs.push_back(std::move(output));
    }
  }
  return plan;
}

// What the reference says of itself becomes ours, wrapped as ours is.
std::string InOurWords(std::string text) {
  // NOLINTBEGIN(bugprone-suspicious-missing-comma): each goes over several lines
  static constexpr std::string_view kParagraphs[] = {
      "Terraform used the selected providers to generate the following execution plan. Resource actions are "
      "indicated with the following symbols:",
      "Terraform has compared your real infrastructure against your configuration and found no differences, "
      "so no changes are needed.",
      "Terraform has checked that the real remote objects still match the result of your most recent "
      "changes, and found no differences.",
      "Either you have not created any objects yet or the existing objects were already deleted outside of "
      "Terraform.",
      "You can apply this plan to save these new output values to the Terraform state, without changing any "
      "real infrastructure.",
  };
  // NOLINTEND(bugprone-suspicious-missing-comma)
  for (std::string_view paragraph : kParagraphs) {
    const std::string ours = base::core::ReplaceAll(paragraph, "Terraform", "Parterre");
    text = base::core::ReplaceAll(text, Wrap(paragraph, 77), Wrap(ours, 77));
  }
  for (std::string_view sentence :
       {"Terraform will perform the following actions:", "Terraform planned the following actions, but",
        "no longer be managed by Terraform", "Terraform encountered an error while"}) {
    text = base::core::ReplaceAll(text, sentence, base::core::ReplaceAll(sentence, "Terraform", "Parterre"));
  }
  return text;
}

class GoldenPlan : public testing::TestWithParam<std::string> {};

TEST_P(GoldenPlan, IsAsRecorded) {
  std::map<std::string, std::string> sections = ReadSections("plans", GetParam());
  auto document = base::json::Document::Parse(sections["json"]);
  ASSERT_TRUE(document.ok());
  const Plan plan = ReadPlan(document->root(), base::core::Split(sections["after"], '\n')[0]);
  const BuiltinSchemas builtin;
  const SchemaLookup schemas = builtin.Lookup();
  EXPECT_EQ(RenderPlan(plan, schemas, {.color = false}), InOurWords(sections["plan"]));
  if (sections.contains("color")) {
    EXPECT_EQ(RenderPlan(plan, schemas, {.color = true}), InOurWords(sections["color"]));
  }
}

INSTANTIATE_TEST_SUITE_P(All, GoldenPlan, testing::ValuesIn(Cases("plans")),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace cli::view
