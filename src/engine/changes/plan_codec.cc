#include "engine/changes/plan_codec.h"

#include "base/core/strings.h"
#include "base/json/reader.h"
#include "base/json/writer.h"
#include "engine/state/reader.h"
#include "engine/state/writer.h"
#include "language/value/codec.h"

namespace engine::changes {
namespace {

using base::core::Error;
using base::core::Result;
using base::json::Node;
using base::json::Writer;
using language::value::Marks;
using language::value::PathStep;
using language::value::Type;

Result<std::string> Pack(const Value& value) {
  ASSIGN_OR_RETURN(std::string bytes, language::value::ToMessagePack(value, Type::Dynamic()));
  return base::core::Base64Encode(bytes);
}

Result<Value> Unpack(std::string_view text) {
  auto bytes = base::core::Base64Decode(text);
  if (!bytes) return Error("a value is not base64");
  return language::value::FromMessagePack(*bytes, Type::Dynamic());
}

// A step is {"a": name} or {"i": packed key}.
Result<void> WritePath(const Path& path, Writer& writer) {
  writer.BeginArray();
  for (const PathStep& step : path) {
    writer.BeginObject();
    if (step.IsAttribute()) {
      writer.Member("a", step.attribute);
    } else {
      ASSIGN_OR_RETURN(std::string key, Pack(step.key.UnmarkedDeep()));
      writer.Member("i", key);
    }
    writer.EndObject();
  }
  writer.EndArray();
  return {};
}

Result<Path> ReadPath(Node node) {
  Path path;
  if (!node || !node.IsArray()) return Error("a path is malformed");
  for (Node step : node.Elements()) {
    if (auto name = step.FindString("a")) {
      path.push_back(PathStep::Attribute(*name));
    } else if (auto key = step.FindString("i")) {
      ASSIGN_OR_RETURN(Value value, Unpack(*key));
      path.push_back(PathStep::Index(std::move(value)));
    } else {
      return Error("a path is malformed");
    }
  }
  return path;
}

Result<void> WriteValue(std::string_view name, const Value& value, Writer& writer) {
  std::vector<std::pair<Path, Marks>> marks;
  ASSIGN_OR_RETURN(std::string packed, Pack(value.UnmarkedDeep(&marks)));
  writer.Key(name).BeginObject().Member("v", packed);
  if (!marks.empty()) {
    writer.Key("marks").BeginArray();
    for (const auto& [path, mark] : marks) {
      writer.BeginObject().Member("m", static_cast<int>(mark)).Key("p");
      RETURN_IF_ERROR(WritePath(path, writer));
      writer.EndObject();
    }
    writer.EndArray();
  }
  writer.EndObject();
  return {};
}

Result<Value> ReadValue(Node node) {
  auto packed = node ? node.FindString("v") : std::nullopt;
  if (!packed) return Error("a value is missing");
  ASSIGN_OR_RETURN(Value value, Unpack(*packed));
  Node marked = node.Find("marks");
  if (!marked || !marked.IsArray()) return value;
  std::vector<std::pair<Path, Marks>> marks;
  for (Node mark : marked.Elements()) {
    ASSIGN_OR_RETURN(Path path, ReadPath(mark.Find("p")));
    marks.emplace_back(std::move(path), static_cast<Marks>(mark.FindInt64("m").value_or(0)));
  }
  return value.MarkedAt(marks);
}

Result<void> WriteChange(const ResourceChange& change, Writer& writer) {
  writer.BeginObject()
      .Member("address", change.address.ToString())
      .Member("provider", change.provider.ToString());
  writer.Member("action", static_cast<int>(change.action)).Member("reason", static_cast<int>(change.reason));
  writer.Member("repetition", static_cast<int>(change.configured_repetition));
  if (change.previous_address) writer.Member("previous_address", change.previous_address->ToString());
  if (!change.deposed.empty()) writer.Member("deposed", change.deposed);
  if (!change.private_data.empty()) writer.Member("private", base::core::Base64Encode(change.private_data));
  RETURN_IF_ERROR(WriteValue("before", change.before, writer));
  RETURN_IF_ERROR(WriteValue("after", change.after, writer));
  writer.Key("replace_paths").BeginArray();
  for (const Path& path : change.replace_paths) RETURN_IF_ERROR(WritePath(path, writer));
  writer.EndArray();
  if (change.importing)
    writer.Key("importing")
        .BeginObject()
        .Member("id", change.importing->id)
        .Member("config", change.importing->generated_config)
        .EndObject();
  writer.EndObject();
  return {};
}

template <typename Enum>
Result<Enum> ReadEnum(Node node, std::string_view name, Enum last) {
  std::optional<int64_t> number = node.FindInt64(name);
  if (!number || *number < 0 || *number > static_cast<int64_t>(last))
    return Error(std::string(name) + " is malformed");
  return static_cast<Enum>(*number);
}

Result<ResourceChange> ReadChange(Node node) {
  ResourceChange change;
  ASSIGN_OR_RETURN(change.address,
                   language::address::ParseResourceInstance(node.FindString("address").value_or("")));
  ASSIGN_OR_RETURN(change.provider,
                   language::address::ParseProviderConfig(node.FindString("provider").value_or("")));
  ASSIGN_OR_RETURN(change.action, ReadEnum(node, "action", Action::kForget));
  ASSIGN_OR_RETURN(change.reason, ReadEnum(node, "reason", ActionReason::kReadBecauseCheckNested));
  ASSIGN_OR_RETURN(change.configured_repetition,
                   ReadEnum(node, "repetition", ResourceChange::Repetition::kForEach));
  if (auto previous = node.FindString("previous_address")) {
    ASSIGN_OR_RETURN(change.previous_address, language::address::ParseResourceInstance(*previous));
  }
  change.deposed = node.FindString("deposed").value_or("");
  change.private_data = base::core::Base64Decode(node.FindString("private").value_or("")).value_or("");
  ASSIGN_OR_RETURN(change.before, ReadValue(node.Find("before")));
  ASSIGN_OR_RETURN(change.after, ReadValue(node.Find("after")));
  if (Node paths = node.Find("replace_paths"); paths && paths.IsArray())
    for (Node path : paths.Elements()) {
      ASSIGN_OR_RETURN(Path read, ReadPath(path));
      change.replace_paths.push_back(std::move(read));
    }
  if (Node importing = node.Find("importing"))
    change.importing = Importing{.id = importing.FindString("id").value_or(""),
                                 .generated_config = importing.FindString("config").value_or("")};
  return change;
}

Result<void> WriteStates(const Plan& plan, Writer& writer) {
  ASSIGN_OR_RETURN(std::string prior, state::WriteState(*plan.prior_state));
  writer.Member("prior_state", prior);
  if (plan.previous_state == plan.prior_state) return {};
  ASSIGN_OR_RETURN(std::string previous, state::WriteState(*plan.previous_state));
  writer.Member("previous_state", previous);
  return {};
}

Result<void> ReadStates(Node root, Plan& plan) {
  ASSIGN_OR_RETURN(state::State prior, state::ReadState(root.FindString("prior_state").value_or("")));
  plan.prior_state = plan.previous_state = std::make_shared<const state::State>(std::move(prior));
  if (auto text = root.FindString("previous_state")) {
    ASSIGN_OR_RETURN(state::State previous, state::ReadState(std::move(*text)));
    plan.previous_state = std::make_shared<const state::State>(std::move(previous));
  }
  return {};
}

void WriteTargets(std::string_view name, const std::vector<language::address::Target>& targets,
                  Writer& writer) {
  writer.Key(name).BeginArray();
  for (const language::address::Target& target : targets) writer.String(target.ToString());
  writer.EndArray();
}

Result<std::vector<language::address::Target>> ReadTargets(Node list) {
  std::vector<language::address::Target> targets;
  if (!list || !list.IsArray()) return targets;
  for (Node text : list.Elements()) {
    ASSIGN_OR_RETURN(language::address::Target target,
                     language::address::ParseTarget(text.IsString() ? text.AsString() : std::string()));
    targets.push_back(std::move(target));
  }
  return targets;
}

Result<void> WriteOutputs(const Plan& plan, Writer& writer) {
  writer.Key("outputs").BeginArray();
  for (const OutputChange& output : plan.outputs) {
    writer.BeginObject()
        .Member("name", output.name)
        .Member("action", static_cast<int>(output.action))
        .Member("sensitive", output.sensitive);
    RETURN_IF_ERROR(WriteValue("before", output.before, writer));
    RETURN_IF_ERROR(WriteValue("after", output.after, writer));
    writer.EndObject();
  }
  writer.EndArray();
  return {};
}

Result<void> ReadOutputs(Node root, Plan& plan) {
  Node outputs = root.Find("outputs");
  if (!outputs || !outputs.IsArray()) return Error("the outputs are missing");
  for (Node node : outputs.Elements()) {
    OutputChange output{.name = node.FindString("name").value_or(""),
                        .sensitive = node.FindBool("sensitive").value_or(false)};
    ASSIGN_OR_RETURN(output.action, ReadEnum(node, "action", Action::kForget));
    ASSIGN_OR_RETURN(output.before, ReadValue(node.Find("before")));
    ASSIGN_OR_RETURN(output.after, ReadValue(node.Find("after")));
    plan.outputs.push_back(std::move(output));
  }
  return {};
}

}  // namespace

Result<std::string> EncodePlan(const SavedPlan& saved) {
  const Plan& plan = saved.plan;
  std::string out;
  Writer writer(&out);
  writer.BeginObject().Member("mode", static_cast<int>(plan.mode)).Member("errored", plan.errored);
  writer.Member("timestamp", plan.timestamp).Member("workspace", saved.workspace);
  writer.Member("check_results", plan.check_results);
  writer.Key("variables").BeginObject();
  for (const auto& [name, value] : plan.variables) RETURN_IF_ERROR(WriteValue(name, value, writer));
  writer.EndObject();
  writer.Key("given").BeginObject();
  for (const auto& [name, value] : plan.given) RETURN_IF_ERROR(WriteValue(name, value, writer));
  writer.EndObject();
  writer.Key("ephemeral").BeginArray();
  for (const std::string& name : plan.ephemeral_variables) writer.String(name);
  writer.EndArray();
  WriteTargets("targets", plan.targets, writer);
  WriteTargets("excludes", plan.excludes, writer);
  writer.Key("changes").BeginArray();
  for (const ResourceChange& change : plan.resources)
    RETURN_IF_ERROR(WriteChange(change, writer).Wrap(change.address.ToString()));
  writer.EndArray();
  RETURN_IF_ERROR(WriteOutputs(plan, writer));
  writer.Key("drift").BeginArray();
  for (const Drift& drift : plan.drift) {
    ResourceChange change{.address = drift.address,
                          .previous_address = drift.previous_address,
                          .provider = drift.provider,
                          .action = drift.action,
                          .before = drift.before,
                          .after = drift.after};
    RETURN_IF_ERROR(WriteChange(change, writer));
  }
  writer.EndArray();
  writer.Key("relevant").BeginArray();
  for (const RelevantAttribute& relevant : plan.relevant_attributes) {
    writer.BeginObject().Member("resource", relevant.resource.ToString()).Key("attribute");
    RETURN_IF_ERROR(WritePath(relevant.attribute, writer));
    writer.EndObject();
  }
  writer.EndArray();
  writer.Key("unplanned").BeginArray();
  for (const ResourceInstance& address : plan.unplanned) writer.String(address.ToString());
  writer.EndArray();
  RETURN_IF_ERROR(WriteStates(plan, writer));
  writer.Key("files").BeginObject();
  for (const auto& [path, text] : saved.files) writer.Member(path, text);
  writer.EndObject();
  writer.EndObject();
  return out;
}

Result<SavedPlan> DecodePlan(std::string_view text) {
  ASSIGN_OR_RETURN(base::json::Document document, base::json::Document::Parse(text));
  Node root = document.root();
  if (!root.IsObject()) return Error("it is no JSON object");
  SavedPlan saved;
  Plan& plan = saved.plan;
  ASSIGN_OR_RETURN(plan.mode, ReadEnum(root, "mode", Mode::kRefreshOnly));
  plan.errored = root.FindBool("errored").value_or(true);
  plan.timestamp = root.FindString("timestamp").value_or("");
  plan.check_results = root.FindString("check_results").value_or("");
  saved.workspace = root.FindString("workspace").value_or("");
  if (Node variables = root.Find("variables"); variables && variables.IsObject())
    for (base::json::Member member : variables.Members()) {
      ASSIGN_OR_RETURN(Value value, ReadValue(member.value));
      plan.variables.emplace_back(member.key(), std::move(value));
    }
  if (Node given = root.Find("given"); given && given.IsObject())
    for (base::json::Member member : given.Members()) {
      ASSIGN_OR_RETURN(Value value, ReadValue(member.value));
      plan.given.insert_or_assign(member.key(), std::move(value));
    }
  if (Node ephemeral = root.Find("ephemeral"); ephemeral && ephemeral.IsArray())
    for (Node name : ephemeral.Elements())
      if (name.IsString()) plan.ephemeral_variables.emplace_back(name.AsString());
  ASSIGN_OR_RETURN(plan.targets, ReadTargets(root.Find("targets")));
  ASSIGN_OR_RETURN(plan.excludes, ReadTargets(root.Find("excludes")));
  Node list = root.Find("changes");
  if (!list || !list.IsArray()) return Error("the changes are missing");
  for (Node node : list.Elements()) {
    ASSIGN_OR_RETURN(ResourceChange change, ReadChange(node));
    plan.resources.push_back(std::move(change));
  }
  if (Node drifts = root.Find("drift"); drifts && drifts.IsArray())
    for (Node node : drifts.Elements()) {
      ASSIGN_OR_RETURN(ResourceChange change, ReadChange(node));
      plan.drift.push_back({change.address, change.previous_address, change.provider, change.action,
                            change.before, change.after});
    }
  if (Node relevant = root.Find("relevant"); relevant && relevant.IsArray())
    for (Node node : relevant.Elements()) {
      RelevantAttribute relevant;
      ASSIGN_OR_RETURN(relevant.resource,
                       language::address::ParseResourceInstance(node.FindString("resource").value_or("")));
      ASSIGN_OR_RETURN(relevant.attribute, ReadPath(node.Find("attribute")));
      plan.relevant_attributes.push_back(std::move(relevant));
    }
  if (Node unplanned = root.Find("unplanned"); unplanned && unplanned.IsArray())
    for (Node node : unplanned.Elements()) {
      if (!node.IsString()) return Error("an address is malformed");
      ASSIGN_OR_RETURN(ResourceInstance address, language::address::ParseResourceInstance(node.AsString()));
      plan.unplanned.push_back(std::move(address));
    }
  RETURN_IF_ERROR(ReadOutputs(root, plan));
  RETURN_IF_ERROR(ReadStates(root, plan));
  if (Node files = root.Find("files"); files && files.IsObject())
    for (base::json::Member member : files.Members())
      if (member.value.IsString()) saved.files.emplace(member.key(), member.value.AsString());
  return saved;
}

}  // namespace engine::changes
