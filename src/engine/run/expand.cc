#include <algorithm>

#include "engine/run/scope.h"
#include "language/eval/evaluate.h"
#include "language/value/convert.h"

namespace engine::run {
namespace {

using language::value::Type;

// What a count may not be, in the reference's summaries.
void AddCountError(Diagnostics& diagnostics, std::string detail, const config::ExpressionRef& count) {
  language::hcl::AddError(diagnostics, "Invalid count argument", std::move(detail), *count.file,
                          count.expression->span);
}

std::string UnknownDetail(std::string_view argument, std::string_view address) {
  return fmt::format(
      "The \"{}\" value of {} depends on values that are known only after apply, so it cannot be said now "
      "how many instances there will be.\n\nApply first what it depends on, with -target, or compute it from "
      "values that are in the configuration.",
      argument, address);
}

std::optional<Expansion> ExpandCount(const config::ExpressionRef& count, const language::eval::Scope& scope,
                                     Phase phase, std::string_view address, Diagnostics& diagnostics) {
  size_t before = diagnostics.size();
  Value value = language::eval::Evaluate(*count.file, *count.expression, scope, diagnostics);
  if (diagnostics.size() > before && diagnostics.HasErrors()) return std::nullopt;
  Expansion expansion{.repetition = Repetition::kCount};
  if (value.IsMarked(language::value::kEphemeral)) {
    AddCountError(diagnostics, "The \"count\" value is ephemeral, so it cannot decide what exists.", count);
    return std::nullopt;
  }
  value = value.Unmarked();
  language::value::Conversion converted = language::value::Convert(value, Type::Number());
  if (!converted.ok()) {
    language::eval::AddExpressionError(
        diagnostics, "Incorrect value type",
        "The \"count\" value is not suitable: " + converted.error->message + ".", *count.file,
        *count.expression, scope);
    return std::nullopt;
  }
  if (converted.value.IsUnknown()) {
    if (phase == Phase::kValidate) return expansion;
    AddCountError(diagnostics, UnknownDetail("count", address), count);
    return std::nullopt;
  }
  if (converted.value.IsNull()) {
    AddCountError(diagnostics, "The \"count\" value is null. A whole number is needed, 0 for no instance.",
                  count);
    return std::nullopt;
  }
  std::optional<int64_t> number = converted.value.AsInt64();
  if (!number || *number < 0) {
    AddCountError(diagnostics,
                  number ? "The \"count\" value is negative. It must be 0 or more."
                         : "The \"count\" value must be a whole number.",
                  count);
    return std::nullopt;
  }
  constexpr int64_t kMaximum = 10'000'000;
  if (*number > kMaximum) {
    AddCountError(diagnostics, "The \"count\" value is over 10 million.", count);
    return std::nullopt;
  }
  expansion.keys.reserve(static_cast<size_t>(*number));
  for (int64_t index = 0; index < *number; ++index) expansion.keys.emplace_back(index);
  return expansion;
}

std::optional<Expansion> ExpandForEach(const config::ExpressionRef& for_each,
                                       const language::eval::Scope& scope, Phase phase,
                                       std::string_view address, Diagnostics& diagnostics) {
  size_t before = diagnostics.size();
  Value value = language::eval::Evaluate(*for_each.file, *for_each.expression, scope, diagnostics);
  if (diagnostics.size() > before && diagnostics.HasErrors()) return std::nullopt;
  auto fail = [&](std::string detail, const language::eval::ExpressionErrorOptions& options = {},
                  std::string summary = "Invalid for_each argument") -> std::optional<Expansion> {
    language::eval::AddExpressionError(diagnostics, std::move(summary), std::move(detail), *for_each.file,
                                       *for_each.expression, scope, options);
    return std::nullopt;
  };
  auto fail_set = [&](std::string detail) {
    return fail(std::move(detail), {}, "Invalid for_each set argument");
  };
  Expansion expansion{.repetition = Repetition::kForEach};
  if (value.IsMarked(language::value::kSensitive))
    return fail(
        "Sensitive values may not be keys of instances: they would be shown in addresses. Use nonsensitive() "
        "on the keys if they are no secret.",
        {.caused_by_sensitive = true});
  if (value.IsMarked(language::value::kEphemeral))
    return fail("The \"for_each\" value is ephemeral, so it cannot decide what exists.",
                {.caused_by_ephemeral = true});
  Type type = value.type();
  bool suitable = type.IsMap() || type.IsObject() ||
                  (type.IsSet() && (type.element().IsString() || type.element().IsDynamic())) ||
                  (type.IsDynamic() && value.IsUnknown());
  if (type.IsDynamic() && value.IsNull()) suitable = true;
  if (!suitable && type.IsSet())
    return fail_set("The \"for_each\" set holds " + type.element().FriendlyName() +
                    " values. Every element must be a string.");
  if (!suitable)
    return fail("The \"for_each\" value must be a map, an object or a set of strings, and this is " +
                type.FriendlyName() +
                (type.IsTuple() || type.IsList() ? ". toset() makes a set of a list of strings." : "."));
  if (value.IsNull()) return fail("The \"for_each\" value is null. For no instance, use {} or toset([]).");
  if (value.IsUnknown()) {
    if (phase == Phase::kValidate) return expansion;
    return fail(UnknownDetail("for_each", address), {.caused_by_unknown = true});
  }
  bool is_set = type.IsSet();
  for (size_t index = 0; index < value.Length(); ++index) {
    const Value& element = value.ElementAt(index);
    if (!is_set) {
      expansion.keys.emplace_back(std::string(value.KeyAt(index)));
      expansion.each_values.push_back(element.WithMarks(value.marks()));
      continue;
    }
    if (element.IsUnknown()) {
      if (phase == Phase::kValidate) return Expansion{.repetition = Repetition::kForEach};
      return fail(UnknownDetail("for_each", address), {.caused_by_unknown = true});
    }
    if (element.IsNull())
      return fail_set("The \"for_each\" set contains a null value. Every element must be a string.");
    expansion.keys.emplace_back(std::string(element.AsString()));
    expansion.each_values.push_back(element);
  }
  return expansion;
}

}  // namespace

std::optional<Expansion> Expand(const config::ExpressionRef& count, const config::ExpressionRef& for_each,
                                const language::eval::Scope& scope, Phase phase, std::string_view address,
                                Diagnostics& diagnostics) {
  if (count) return ExpandCount(count, scope, phase, address, diagnostics);
  if (for_each) return ExpandForEach(for_each, scope, phase, address, diagnostics);
  Expansion single;
  single.keys.emplace_back();
  return single;
}

std::optional<Expansion> ExpandResource(const ModuleScope& scope, const config::Resource& resource,
                                        Phase phase, Diagnostics& diagnostics) {
  const std::string address = language::address::ModuleResource{scope.path(), resource.address}.ToString();
  return Expand(resource.count, resource.for_each, scope, phase, address, diagnostics);
}

}  // namespace engine::run
