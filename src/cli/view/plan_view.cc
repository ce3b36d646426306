#include "cli/view/plan_view.h"

#include <fmt/format.h>

#include <array>

#include "base/core/product.h"
#include "cli/view/change_comment.h"
#include "cli/view/value_render.h"

namespace cli::view {
namespace {

using engine::changes::Drift;
using engine::changes::Mode;
using engine::changes::OutputChange;
using engine::changes::Plan;
using engine::changes::ResourceChange;
using language::schema::Block;

void AppendHeader(const language::address::Resource& resource, Action action, const Style& style,
                  std::string* out) {
  AppendSymbol(action, style, out);
  *out += resource.mode == language::address::ResourceMode::kManaged ? " resource \"" : " data \"";
  *out += resource.type;
  *out += "\" \"";
  *out += resource.name;
  *out += "\" ";
}

void AppendChange(const ResourceChange& change, const Diff& diff, bool drift, const Style& style,
                  std::string* out) {
  AppendChangeComment(change, drift, style, out);
  AppendHeader(change.address.resource, change.action, style, out);
  // Of what is imported all is shown: it is news.
  RenderDiff(diff, 0, {.show_unchanged = change.importing.has_value()}, style, out);
}

Value Marked(const Block& block, const Value& value) {
  return block.ContainsSensitive() && value.IsKnownNotNull() ? language::schema::MarkSensitive(block, value)
                                                             : value;
}

// The change in words and symbols; values of schema-sensitive attributes never show, whatever the plan says.
void AppendResource(const ResourceChange& change, const Block& block, const Style& style, std::string* out) {
  const Value before = Marked(block, change.before);
  // The object that is forgotten stays as it is.
  const Value after = change.action == Action::kForget ? before : Marked(block, change.after);
  AppendChange(change, DiffBlock(block, before, after, ReplacePaths(change.replace_paths)), false, style,
               out);
}

// A stand-in where no schema is known: attributes as the values have them.
Block BlockOfValues(const Value& before, const Value& after) {
  Block block;
  const Value& known = after.IsKnownNotNull() ? after : before;
  if (known.IsKnownNotNull() && known.type().IsObject()) {
    for (const auto& attribute : known.type().attributes())
      block.attributes.push_back(
          {.name = attribute.name, .type = language::value::Type::Dynamic(), .computed = true});
  }
  block.Finish();
  return block;
}

template <typename Use>
void WithBlock(const SchemaLookup& schemas, const language::address::ProviderConfig& provider,
               const language::address::Resource& resource, const Value& before, const Value& after,
               Use use) {
  const provider::api::ResourceSchema* schema = schemas(provider.provider, resource);
  if (schema != nullptr) {
    use(schema->block);
  } else {
    use(BlockOfValues(before, after));
  }
}

struct Outputs {
  std::string text;
  bool changed = false;
};

Outputs DrawOutputs(const Plan& plan, const Style& style) {
  Outputs out;
  size_t width = 0;
  for (const OutputChange& output : plan.outputs) width = std::max(width, AttributeName(output.name).size());
  for (const OutputChange& output : plan.outputs) {
    if (output.action == Action::kNoOp) continue;
    const language::value::Marks marks =
        output.sensitive ? language::value::kSensitive : language::value::kNoMarks;
    const Value before = output.before.WithMarks(marks);
    const Value after = output.after.WithMarks(marks);
    const Diff diff = DiffDynamic(before, after);
    if (diff.action == Action::kNoOp) continue;
    out.changed = true;
    AppendSymbol(diff.action, style, &out.text);
    out.text += ' ';
    AppendPadded(AttributeName(output.name), width, &out.text);
    out.text += " = ";
    RenderDiff(diff, 0, {}, style, &out.text);
    out.text += '\n';
  }
  return out;
}

void AppendRule(const Style& style, std::string* out) {
  *out += style.DarkGray();
  *out += '\n';
  *out += Rule(style);
  *out += style.Reset();
  *out += '\n';
}

void AppendParagraph(std::string_view text, const Style& style, std::string* out) {
  *out += Wrap(base::core::Spoken(text), style.width - 1);
  *out += '\n';
}

// By resource: which of its attributes the changes have to do with.
std::map<language::address::ResourceInstance, Relevant> RelevantByResource(const Plan& plan) {
  std::map<language::address::ResourceInstance, Relevant> out;
  for (const auto& relevant : plan.relevant_attributes)
    out[relevant.resource].push_back(
        relevant.attribute.empty() ? std::string_view() : std::string_view(relevant.attribute[0].attribute));
  return out;
}

bool ChangesNothing(const Plan& plan, const Outputs& outputs) {
  if (outputs.changed) return false;
  for (const ResourceChange& change : plan.resources) {
    if (change.action != Action::kNoOp || change.previous_address) return false;
  }
  return true;
}

// Empty where there is nothing to tell.
std::string DrawDrift(const Plan& plan, const SchemaLookup& schemas, const Style& style) {
  const bool refresh_only = plan.mode == Mode::kRefreshOnly;
  std::string blocks;
  const auto relevant_by_resource = RelevantByResource(plan);
  for (const Drift& drift : plan.drift) {
    const auto found = relevant_by_resource.find(drift.address);
    if (!refresh_only && found == relevant_by_resource.end()) continue;
    WithBlock(
        schemas, drift.provider, drift.address.resource, drift.before, drift.after, [&](const Block& block) {
          const Value before = Marked(block, drift.before);
          const Value after = Marked(block, drift.after);
          const Diff diff = DiffBlock(block, before, after, {}, refresh_only ? nullptr : &found->second);
          const bool moved = drift.previous_address && !(*drift.previous_address == drift.address);
          if (diff.action == Action::kNoOp && !(refresh_only && moved)) return;
          ResourceChange change;
          change.address = drift.address;
          change.previous_address = drift.previous_address;
          change.action = drift.action;
          blocks += '\n';
          AppendChange(change, diff, true, style, &blocks);
          blocks += '\n';
        });
  }
  if (blocks.empty()) return "";
  std::string out =
      fmt::format("\n{}{}Note:{}{} Objects have changed outside of {}\n{}\n", style.Bold(), style.Cyan(),
                  style.Reset(), style.Bold(), base::core::ProductName(), style.Reset());
  AppendParagraph(
      "Parterre detected the following changes made outside of Parterre since the last \"parterre apply\" "
      "which may have affected this plan:",
      style, &out);
  out += blocks;
  out += "\n\n";
  AppendParagraph(refresh_only
                      ? "This is a refresh-only plan, so Parterre will not take any actions to undo these. "
                        "If you were expecting these changes then you can apply this plan to record the "
                        "updated values in the Parterre state without changing any remote objects."
                      : "Unless you have made equivalent changes to your configuration, or ignored the "
                        "relevant attributes using ignore_changes, the following plan may include actions to "
                        "undo or respond to these changes.",
                  style, &out);
  return out;
}

void AppendNoChanges(const Plan& plan, bool have_drift, const Style& style, std::string* out) {
  auto title = [&](std::string_view color, std::string_view what, std::string_view rest) {
    *out += fmt::format("\n{}{}{}{}{}{}{}{}\n\n{}", style.Reset(), style.Bold(), color, what, style.Reset(),
                        style.Bold(), rest, style.Reset(), style.Reset());
  };
  if (have_drift && (plan.errored || plan.mode != Mode::kRefreshOnly)) AppendRule(style, out);
  if (plan.errored) {
    title(style.Red(), "Planning failed.",
          base::core::Spoken(" Parterre encountered an error while generating this plan."));
    return;
  }
  switch (plan.mode) {
    case Mode::kRefreshOnly:
      if (have_drift) return;  // what applying does is told already
      title(style.Green(), "No changes.", " Your infrastructure still matches the configuration.");
      AppendParagraph(
          "Parterre has checked that the real remote objects still match the result of your most recent "
          "changes, and found no differences.",
          style, out);
      return;
    case Mode::kDestroy:
      title(style.Green(), "No changes.", " No objects need to be destroyed.");
      AppendParagraph(
          "Either you have not created any objects yet or the existing objects were already deleted outside "
          "of Parterre.",
          style, out);
      return;
    case Mode::kNormal:
      title(style.Green(), "No changes.", " Your infrastructure matches the configuration.");
      AppendParagraph(
          "Parterre has compared your real infrastructure against your configuration and found no "
          "differences, so no changes are "
          "needed.",
          style, out);
  }
}

void AppendLegend(const std::vector<const ResourceChange*>& shown, const Style& style, std::string* out) {
  std::array<bool, 8> used{};
  bool any = false;
  for (const ResourceChange* change : shown) {
    used[static_cast<size_t>(change->action)] = true;
    any = any || change->action != Action::kNoOp;
  }
  if (!any) return;
  *out += '\n';
  AppendParagraph(
      "Parterre used the selected providers to generate the following execution plan. Resource actions are "
      "indicated with the following symbols:",
      style, out);
  static constexpr std::pair<Action, std::string_view> kLines[] = {
      {Action::kCreate, "create"},
      {Action::kUpdate, "update in-place"},
      {Action::kDelete, "destroy"},
      {Action::kDeleteThenCreate, "destroy and then create replacement"},
      {Action::kCreateThenDelete, "create replacement and then destroy"},
      {Action::kRead, "read (data resources)"},
  };
  for (const auto& [action, text] : kLines) {
    if (!used[static_cast<size_t>(action)]) continue;
    std::string line;
    AppendSymbol(action, style, &line);
    // The text stands before the last reset.
    line.insert(line.size() - style.Reset().size(), " " + std::string(text));
    *out += line + "\n";
  }
}

void AppendSummary(const Plan& plan, const Style& style, std::string* out) {
  const Plan::Counts counts = plan.Count();
  *out += fmt::format("\n{}Plan:{} ", style.Bold(), style.Reset());
  if (counts.import > 0) *out += fmt::format("{} to import, ", counts.import);
  *out += fmt::format("{} to add, {} to change, {} to destroy.\n{}", counts.add, counts.change,
                      counts.destroy, style.Reset());
}

}  // namespace

bool IsShown(const ResourceChange& change) {
  if (change.action == Action::kNoOp) return change.previous_address || change.importing;
  const bool managed = change.address.resource.mode == language::address::ResourceMode::kManaged;
  return managed || change.action != Action::kDelete;
}

std::string RenderResourceChange(const ResourceChange& change, const SchemaLookup& schemas,
                                 const Style& style) {
  std::string out;
  WithBlock(schemas, change.provider, change.address.resource, change.before, change.after,
            [&](const Block& block) { AppendResource(change, block, style, &out); });
  return out;
}

std::string RenderResourceChange(const ResourceChange& change, const Block& schema, const Style& style) {
  std::string out;
  AppendResource(change, schema, style, &out);
  return out;
}

std::string RenderOutputChanges(const Plan& plan, const Style& style) {
  Outputs outputs = DrawOutputs(plan, style);
  return outputs.changed ? "\nChanges to Outputs:\n" + std::move(outputs.text) : "";
}

std::string RenderPlan(const Plan& plan, const SchemaLookup& schemas, const Style& style) {
  std::string out;
  RenderPlan(plan, schemas, style, [&](std::string_view part) { out += part; });
  return out;
}

void RenderPlan(const Plan& plan, const SchemaLookup& schemas, const Style& style, const PrintPart& print) {
  constexpr size_t kPart = 1 << 18;
  const Outputs outputs = DrawOutputs(plan, style);
  std::string out;
  if (plan.mode == Mode::kRefreshOnly || !ChangesNothing(plan, outputs))
    out = DrawDrift(plan, schemas, style);
  const bool have_drift = !out.empty();
  std::vector<const ResourceChange*> shown;
  bool acts = false;
  for (const ResourceChange& change : plan.resources) {
    if (!IsShown(change)) continue;
    shown.push_back(&change);
    acts = acts || change.action != Action::kNoOp;
  }
  if (shown.empty() && !outputs.changed) {
    AppendNoChanges(plan, have_drift, style, &out);
    return print(out);
  }
  if (have_drift) AppendRule(style, &out);
  if (!shown.empty()) {
    AppendLegend(shown, style, &out);
    out += base::core::Spoken(
        plan.errored ? "\nParterre planned the following actions, but then encountered a problem:\n"
                     : "\nParterre will perform the following actions:\n");
    for (const ResourceChange* change : shown) {
      out += '\n';
      WithBlock(schemas, change->provider, change->address.resource, change->before, change->after,
                [&](const Block& block) { AppendResource(*change, block, style, &out); });
      out += '\n';
      if (out.size() < kPart) continue;
      print(out);
      out.clear();
    }
    AppendSummary(plan, style, &out);
  }
  if (!outputs.changed) return print(out);
  out += "\nChanges to Outputs:\n";
  out += outputs.text;
  if (!acts) {
    out += '\n';
    AppendParagraph(
        "You can apply this plan to save these new output values to the Parterre state, without changing any "
        "real infrastructure.",
        style, &out);
  }
  print(out);
}

}  // namespace cli::view
