#include <algorithm>

#include <fmt/format.h>

#include "engine/config/decode_test.h"

namespace engine::config {
namespace {

namespace hcl = language::hcl;

constexpr AttributeSpec kAttributes[] = {
    {"command"}, {"providers"}, {"expect_failures"}, {"state_key"}, {"parallel"}};
constexpr BlockSpec kBlocks[] = {
    {"plan_options", {}},      {"assert", {}},        {"variables", {}},      {"module", {}},
    {"override_resource", {}}, {"override_data", {}}, {"override_module", {}}};
constexpr AttributeSpec kPlanAttributes[] = {{"mode"}, {"refresh"}, {"replace"}, {"target"}};
constexpr AttributeSpec kModuleAttributes[] = {{"source"}, {"version"}};

class RunDecoder {
 public:
  RunDecoder(const DecodeContext& context, const hcl::Block& block, TestRun& run)
      : context_(context), block_(block), run_(run) {}

  void Decode() {
    const hcl::Body& body = ReadContent(context_, block_, {kAttributes, kBlocks});
    CheckName(context_, block_.labels[0], "Invalid run block name");
    for (const hcl::Block& inner : body.blocks) DecodeBlock(inner);
    DecodeCommand(body.FindAttribute("command"));
    if (const hcl::Attribute* attribute = body.FindAttribute("providers")) DecodePassed(*attribute);
    if (const hcl::Attribute* attribute = body.FindAttribute("expect_failures"))
      run_.expected_failures = DecodeTraversalList(context_, *attribute->expression);
    run_.state_key = ConstantString(context_, body.FindAttribute("state_key")).value_or("");
    run_.parallel = ConstantBool(context_, body.FindAttribute("parallel")).value_or(run_.parallel);
  }

 private:
  void DecodeBlock(const hcl::Block& block) {
    if (block.type == "assert") {
      if (auto condition = DecodeCondition(context_, block, nullptr))
        run_.assertions.push_back(*std::move(condition));
    } else if (block.type == "plan_options") {
      DecodePlanOptions(block);
    } else if (block.type == "variables") {
      DecodeTestVariables(context_, block, "run block", run_.variables, variables_place_);
    } else if (block.type == "module") {
      DecodeModule(block);
    } else {
      DecodeOverride(context_, block, /*during_plan=*/false, run_.overrides);
    }
  }

  void Repeated(const hcl::Block& block, const Place& first) {
    context_.Error(fmt::format("Multiple \"{}\" blocks", block.type),
                   fmt::format("This run block already has a {} block at {}. Keep one.", block.type,
                               DescribePlace(first)),
                   block.header_span);
  }

  void DecodeCommand(const hcl::Attribute* attribute) {
    if (attribute == nullptr) return;
    const std::string_view word = Keyword(*attribute->expression);
    if (word == "plan") {
      run_.command = TestRun::Command::kPlan;
    } else if (word != "apply") {
      context_.Error("Invalid \"command\" keyword",
                     "The command of a run is one of the words apply and plan, without quotes.",
                     StartSpan(*attribute->expression));
    }
  }

  void DecodePassed(const hcl::Attribute& attribute) {
    ModuleCall call;  // reads the same argument
    DecodeProviders(context_, *attribute.expression, call);
    for (const auto& [child, ours] : call.providers) {
      const size_t dot = child.find('.');
      run_.providers.push_back({{child.substr(0, dot), dot == child.npos ? "" : child.substr(dot + 1)},
                                ours,
                                {call.providers_file, call.provider_spans.at(child).ours}});
    }
  }

  void DecodePlanOptions(const hcl::Block& block) {
    const hcl::Body& body = ReadContent(context_, block, {kPlanAttributes, {}});
    if (plan_options_) return Repeated(block, *plan_options_);
    PlanSettings& plan = run_.plan;
    plan.place = context_.PlaceOf(block);
    const size_t before = context_.diagnostics.size();
    if (const hcl::Attribute* mode = body.FindAttribute("mode")) {
      const std::string_view word = Keyword(*mode->expression);
      plan.refresh_only = word == "refresh-only";
      if (!plan.refresh_only && word != "normal") {
        context_.Error("Invalid \"mode\" keyword",
                       "The mode of a plan is one of the words normal and refresh-only, without quotes.",
                       StartSpan(*mode->expression));
      }
    }
    const hcl::Attribute* refresh = body.FindAttribute("refresh");
    plan.refresh = ConstantBool(context_, refresh).value_or(true);
    if (const hcl::Attribute* attribute = body.FindAttribute("replace"))
      plan.replace = DecodeTraversalList(context_, *attribute->expression);
    if (const hcl::Attribute* attribute = body.FindAttribute("target"))
      plan.targets = DecodeTraversalList(context_, *attribute->expression);
    if (plan.refresh_only && !plan.refresh) {
      context_.Error(
          "Incompatible plan options",
          "A run in mode refresh-only does nothing but refresh: leave out refresh = false, or the mode.",
          refresh->span);
    }
    // Of one with mistakes the reference takes no notice when it comes upon another.
    if (context_.diagnostics.size() == before) plan_options_ = plan.place;
  }

  void DecodeModule(const hcl::Block& block) {
    const hcl::Body& body = ReadContent(context_, block, {kModuleAttributes, {}});
    if (run_.module) Repeated(block, run_.module->place);
    TestModule module{.place = context_.PlaceOf(block)};
    const hcl::Attribute* source = body.FindAttribute("source");
    if (source == nullptr) {
      context_.Error("Missing \"source\" attribute for module block",
                     "The module block of a run names the folder to be tested: source = \"./tests/setup\".",
                     block.header_span);
      return;
    }
    module.source_place = {context_.file, source->span};
    const auto text = ConstantString(context_, source);
    if (!text) return;
    module.source = *text;
    using Kind = language::address::ModuleSource::Kind;
    auto address = language::address::ParseModuleSource(*text);
    const hcl::Attribute* version = body.FindAttribute("version");
    if (version != nullptr && (!address.ok() || address->kind != Kind::kRegistry)) {
      context_.Error(
          "Invalid registry module source address",
          fmt::format("Only modules of a registry have versions, and \"{}\" is none of a registry. "
                      "Remove the version argument.",
                      language::address::WithoutPassword(*text)),
          source->span);
      return;
    }
    if (!address.ok() || address->kind == Kind::kRemote) {
      context_.Error(
          "Invalid module source address",
          fmt::format(
              "A run can test modules of local folders and of registries: \"{0}\" is none. If a folder "
              "was meant, write \"./{0}\".",
              language::address::WithoutPassword(*text)),
          source->span);
      return;
    }
    auto constraint = DecodeModuleVersion(context_, version);
    if (!constraint) return;
    module.version = *std::move(constraint);
    module.address = *std::move(address);
    run_.module = std::move(module);
  }

  const DecodeContext& context_;
  const hcl::Block& block_;
  TestRun& run_;
  std::optional<Place> plan_options_, variables_place_;
};

// output.x, check.y and run.z have a meaning in tests only.
std::optional<std::string> CheckableAddress(const hcl::TraversalExpression& traversal) {
  const bool named =
      !traversal.steps.empty() && traversal.steps[0].kind == hcl::TraversalStep::Kind::kAttribute;
  for (const std::string_view root : {"var", "output", "check"})
    if (traversal.root == root && named) return fmt::format("{}.{}", root, traversal.steps[0].name);
  if (traversal.root == "run") return std::nullopt;
  const ReferencedObject object = ParseReference(traversal);
  if (object.kind != ReferencedObject::Kind::kResource || object.resource.mode == ResourceMode::kEphemeral)
    return std::nullopt;
  return object.resource.ToString() + object.key.value_or(InstanceKey()).ToString();
}

}  // namespace

std::optional<TestRun> DecodeTestRun(const DecodeContext& context, const hcl::Block& block, bool parallel) {
  base::diag::Diagnostics found;
  TestRun run{
      .name = std::string(block.labels[0].text), .parallel = parallel, .place = context.PlaceOf(block)};
  RunDecoder({context.file, context.module, found}, block, run).Decode();
  const bool ok = !found.HasErrors();
  context.diagnostics.Append(std::move(found));
  if (!ok) return std::nullopt;
  return run;
}

std::vector<ExpectedFailure> ExpectedFailures(const TestRun& run, base::diag::Diagnostics& diagnostics) {
  std::vector<ExpectedFailure> result;
  for (const TraversalRef& reference : run.expected_failures) {
    const Place place{reference.file, reference.traversal->span};
    if (reference.traversal->steps.empty()) {
      hcl::AddError(diagnostics, "Invalid reference",
                    fmt::format("\"{}\" alone names nothing that could fail: write {}.NAME.",
                                reference.traversal->root, reference.traversal->root),
                    *place.file, place.span);
      continue;
    }
    if (auto address = CheckableAddress(*reference.traversal)) {
      result.push_back({*std::move(address), place});
      continue;
    }
    hcl::AddError(
        diagnostics, "Invalid `expect_failures` reference",
        fmt::format("{} has no conditions that could fail. Variables, outputs, check blocks, resources and "
                    "data sources of the root module have.",
                    place.file->source().text().substr(place.span.begin, place.span.end - place.span.begin)),
        *place.file, place.span);
  }
  return result;
}

}  // namespace engine::config
