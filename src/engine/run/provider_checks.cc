#include "engine/run/provider_checks.h"

#include "language/schema/proposed.h"

namespace engine::run {
namespace {

using language::schema::Problem;
using language::value::Path;

void AddProblems(std::span<const Problem> problems, std::string_view summary, std::string_view verb,
                 const language::address::Provider& provider, const AddressText& address,
                 Diagnostics& diagnostics) {
  for (const Problem& problem : problems) {
    std::string where = address();
    base::diag::Diagnostic diagnostic{
        .summary = std::string(summary),
        .detail = fmt::format(
            "Provider \"{}\" {} {}{}: {}.\n\nThis is a bug in the provider, which should be reported in the "
            "provider's own issue tracker.",
            provider.ToString(), verb, where, language::value::PathToString(problem.path), problem.message),
        .address = where};
    diagnostics.Add(std::move(diagnostic));
  }
}

}  // namespace

bool CheckPlanResponse(const language::address::Provider& provider, const language::schema::Block& schema,
                       const Value& prior, const Value& config, const provider::api::PlanResponse& response,
                       const AddressText& address, Diagnostics& diagnostics) {
  if (response.planned.type() != schema.implied_type()) {
    std::vector<Problem> problems = language::schema::CheckConforms(schema.implied_type(), response.planned);
    AddProblems(problems, "Provider produced invalid plan", "planned an invalid value for", provider, address,
                diagnostics);
    if (!problems.empty()) return false;
  }
  if (response.legacy_type_system) return true;
  std::vector<Problem> problems = language::schema::CheckPlanValid(schema, prior, config, response.planned);
  AddProblems(problems, "Provider produced invalid plan", "planned an invalid value for", provider, address,
              diagnostics);
  return problems.empty();
}

bool CheckApplied(const language::address::Provider& provider, const language::schema::Block& schema,
                  const Value& planned, provider::api::ApplyResponse& response, const AddressText& address,
                  Diagnostics& diagnostics) {
  bool failed = provider::api::HasErrors(response.diagnostics);
  if (response.state.IsNull()) {
    if (!planned.IsNull() && !failed) {
      std::vector<Problem> problems{{{}, "the provider returned no object, and no error either"}};
      AddProblems(problems, "Provider produced invalid object", "produced an invalid new value for", provider,
                  address, diagnostics);
    }
    return true;
  }
  if (response.state.type() != schema.implied_type()) {
    std::vector<Problem> problems = language::schema::CheckConforms(schema.implied_type(), response.state);
    AddProblems(problems, "Provider produced invalid object", "produced an invalid new value for", provider,
                address, diagnostics);
    if (!problems.empty()) return false;
  }
  if (!response.state.IsWhollyKnown()) {
    response.state = response.state.Transform([&](const Path& path, const Value& value) {
      if (value.IsKnown()) return value;
      if (!failed) {
        std::vector<Problem> problems{{path, "is still unknown after the apply"}};
        AddProblems(problems, "Provider returned invalid result object after apply", "returned a value that",
                    provider, address, diagnostics);
      }
      return Value::Null(value.type());
    });
  }
  if (failed || response.legacy_type_system) return true;
  if (planned.IsNull()) {
    std::vector<Problem> problems{{{}, "the object is still there after it was destroyed"}};
    AddProblems(problems, "Provider returned invalid result object after apply",
                "produced an invalid new value for", provider, address, diagnostics);
    return true;
  }
  std::vector<Problem> problems = language::schema::CheckCompatible(schema, planned, response.state);
  std::string verb = "produced an unexpected new value when applying changes to";
  AddProblems(problems, "Provider produced inconsistent result after apply", verb, provider, address,
              diagnostics);
  return true;
}

bool CheckFinalPlan(const language::address::Provider& provider, const language::schema::Block& schema,
                    const Value& approved, const Value& final_plan, const AddressText& address,
                    Diagnostics& diagnostics) {
  std::vector<Problem> problems = language::schema::CheckCompatible(schema, approved, final_plan);
  AddProblems(
      problems, "Provider produced inconsistent final plan",
      "produced an invalid new value, when the plan was completed with values learned during apply, for",
      provider, address, diagnostics);
  return problems.empty();
}

bool CheckRead(const language::address::Provider& provider, const language::schema::Block& schema,
               const Value& value, const AddressText& address, Diagnostics& diagnostics) {
  if (value.IsNull()) return true;
  std::vector<Problem> problems;
  if (value.type() != schema.implied_type())
    problems = language::schema::CheckConforms(schema.implied_type(), value);
  if (problems.empty() && !value.IsWhollyKnown())
    problems.push_back({{}, "the provider left a part of it unknown"});
  AddProblems(problems, "Provider produced invalid object", "produced an invalid value for", provider,
              address, diagnostics);
  return problems.empty();
}

namespace {

// Whether the path leads to a write-only attribute, or into one.
bool IsWriteOnly(const language::schema::Block& schema, const Path& path) {
  const language::schema::Block* block = &schema;
  const language::schema::NestedType* nested = nullptr;
  for (const language::value::PathStep& step : path) {
    if (!step.IsAttribute()) continue;
    const language::schema::Attribute* attribute = nullptr;
    if (block) {
      attribute = block->FindAttribute(step.attribute);
      const language::schema::NestedBlock* inner = attribute ? nullptr : block->FindBlock(step.attribute);
      block = inner ? inner->block.get() : nullptr;
      if (inner) continue;
    } else if (nested) {
      for (const language::schema::Attribute& candidate : nested->attributes)
        if (candidate.name == step.attribute) attribute = &candidate;
    }
    if (!attribute) return false;
    if (attribute->write_only) return true;
    nested = attribute->nested.get();
  }
  return false;
}

}  // namespace

void AddDeferredError(const language::address::Provider& provider, const BlockSource& source,
                      const AddressText& address, Diagnostics& diagnostics) {
  const std::string where = address();
  const provider::api::ProviderDiagnostic problem{
      .summary = "Invalid Deferred Response",
      .detail =
          fmt::format("Provider {} put {} off until a later run, which it may do only when asked to. This "
                      "is a bug in the provider, which should be reported in its own issue tracker.",
                      provider.ForDisplay(), where)};
  AppendProviderDiagnostics({problem}, source, where, diagnostics);
}

bool RejectEphemeral(std::vector<std::pair<Path, language::value::Marks>>& marks,
                     const language::schema::Block& schema, const config::Resource& resource,
                     Diagnostics& diagnostics) {
  for (auto& [path, mark] : marks) {
    // What is kept nowhere needs no mark.
    if (IsWriteOnly(schema, path)) {
      mark = language::value::kNoMarks;
      continue;
    }
    if (!(mark & language::value::kEphemeral)) continue;
    const language::eval::SourcePlace place =
        language::eval::PlaceOfPath(*resource.body.file, *resource.body.body, path)
            .value_or(language::eval::SourcePlace{resource.place.file.get(), resource.place.span});
    language::hcl::AddError(
        diagnostics, "Invalid use of ephemeral value",
        "Ephemeral values are never stored, so they may only be used in write-only arguments.", *place.file,
        place.span);
    return false;
  }
  std::erase_if(marks, [](const auto& marked) { return marked.second == language::value::kNoMarks; });
  return true;
}

Value MarkedBefore(const Value& value, const state::Object* object, const language::schema::Block& schema) {
  if (value.IsNull()) return value;
  Value marked = language::schema::MarkSensitive(schema, value);
  if (!object || object->sensitive_paths.empty()) return marked;
  std::vector<std::pair<Path, language::value::Marks>> marks;
  for (const Path& path : object->sensitive_paths) marks.emplace_back(path, language::value::kSensitive);
  return marked.MarkedAt(marks);
}

void AddPreventDestroyError(const config::Resource& resource,
                            const language::address::ResourceInstance& address, Diagnostics& diagnostics) {
  language::hcl::AddError(
      diagnostics, "Instance cannot be destroyed",
      fmt::format(
          "Resource {} has lifecycle.prevent_destroy set, but this plan would destroy it. Remove "
          "prevent_destroy if that is what you want, or change the configuration so that the object stays.",
          address.ToString()),
      *resource.place.file, resource.place.span);
}

}  // namespace engine::run
