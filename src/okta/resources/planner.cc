#include "okta/resources/planner.h"

#include "base/core/strings.h"
#include "okta/resources/build_schema.h"
#include "okta/resources/go_json.h"

namespace okta::resources {
namespace {

namespace json = boost::json;
using language::value::Path;
using language::value::PathStep;
using provider::api::PlanRequest;
using provider::api::PlanResponse;
using provider::api::ProviderDiagnostic;
using provider::api::ProviderDiagnostics;

bool IsComputed(Mode mode) { return mode == Mode::kComputed || mode == Mode::kOptionalComputed; }

bool IsSuppressed(const Field& field, const Value& prior, const Value& planned) {
  switch (field.suppress) {
    case Suppress::kNone:
      return false;
    case Suppress::kSameJson:
      return SameJson(TextOf(prior), TextOf(planned));
    case Suppress::kUserStatus: {
      std::string before = TextOf(prior);
      return TextOf(planned) == "ACTIVE" && (before == "PROVISIONED" || before == "PASSWORD_EXPIRED");
    }
  }
  return false;
}

Value PlanField(const Field& field, const Value& config, const Value& prior, bool create) {
  Type type = TypeOf(field.type);
  if (!config.IsWhollyKnown()) return Value::Unknown(type);  // SDKv2 knows no partly known sets
  // An empty text is as good as none where the org has a value of its own.
  bool unset = config.IsNull() || (field.mode == Mode::kOptionalComputed && IsZero(config));
  Value planned = config;
  if (unset) {
    if (!field.fallback.empty()) {
      planned = DefaultOf(field);
    } else if (IsComputed(field.mode)) {
      return create ? Value::Unknown(type) : prior;
    } else {
      planned = Value::Null(type);
    }
  }
  if (field.check == Check::kJson && IsSetText(planned)) {
    planned = Value::String(NormalizeJson(planned.AsString()).value_or(TextOf(planned)));
  }
  if (create) return planned;
  if (planned.IsNull() && IsZero(prior)) return prior;
  if (IsSuppressed(field, prior, planned)) return prior;
  return planned;
}

Value PlanNested(const Nested& nested, const Value& config, const Value& prior, bool create) {
  if (!config.IsKnown()) return config;
  if (config.IsKnownNotNull() && config.Length() > 0) return config;
  if (!IsComputed(nested.mode)) return config;
  return create ? Value::Unknown(config.type()) : prior;
}

// custom_profile_attributes_to_ignore: the named members keep their old values (update) or are left out
// (create), so that others may own them.
Value WithoutIgnored(const Value& planned, const Value& prior, const std::vector<std::string>& ignored,
                     bool create) {
  if (!IsSetText(planned)) return planned;
  std::optional<json::value> wanted = ParseJsonText(planned.AsString());
  if (!wanted || !wanted->is_object()) return planned;
  std::optional<json::value> old = create ? std::nullopt : ParseJsonText(TextOf(prior));
  for (const std::string& name : ignored) {
    wanted->get_object().erase(name);
    if (!old || !old->is_object()) continue;
    if (const json::value* value = old->get_object().if_contains(name)) wanted->get_object()[name] = *value;
  }
  std::string text = GoJson(*wanted);
  if (!create && SameJson(text, TextOf(prior))) return prior;
  return Value::String(text);
}

ProviderDiagnostic Problem(std::string summary, std::string detail, std::string_view attribute) {
  ProviderDiagnostic diagnostic;
  diagnostic.summary = std::move(summary);
  diagnostic.detail = std::move(detail);
  diagnostic.attribute = {PathStep::Attribute(std::string(attribute))};
  return diagnostic;
}

bool IsConfigured(const Value& config, std::string_view name) {
  const Value* value = config.Find(name);
  if (value == nullptr || value->IsNull()) return false;
  // Blocks that are not there are empty collections.
  return !(value->IsKnown() && value->type().IsCollection() && value->Length() == 0);
}

void CheckConflicts(std::string_view name, std::span<const std::string_view> conflicts, const Value& config,
                    ProviderDiagnostics* diagnostics) {
  for (std::string_view other : conflicts) {
    if (!IsConfigured(config, other)) continue;
    diagnostics->push_back(Problem("Conflicting configuration arguments",
                                   fmt::format("\"{}\": conflicts with {}", name, other), name));
    return;
  }
}

void CheckValue(const Field& field, const Value& value, ProviderDiagnostics* diagnostics) {
  if (!value.IsKnownNotNull()) return;
  switch (field.check) {
    case Check::kNone:
      break;
    case Check::kJson:
      if (IsSetText(value) && !ParseJsonText(value.AsString())) {
        diagnostics->push_back(
            Problem(fmt::format("\"{}\" contains an invalid JSON", field.name),
                    "The text must be one JSON document; jsonencode(...) always makes one.", field.name));
      }
      break;
    case Check::kAtMost255Runes: {
      std::string_view text = value.AsString();
      auto is_start = [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; };
      auto runes = std::count_if(text.begin(), text.end(), is_start);
      if (runes > 255) {
        diagnostics->push_back(Problem(
            fmt::format("{} must be 255 characters or less, it has {}", field.name, runes), "", field.name));
      }
      break;
    }
    case Check::kOneTo10000: {
      int64_t number = value.AsInt64().value_or(0);
      if (number < 1 || number > 10000) {
        diagnostics->push_back(
            Problem(fmt::format("expected {} to be in the range (1 - 10000), got {}", field.name, number), "",
                    field.name));
      }
      break;
    }
  }
}

}  // namespace

Value DefaultOf(const Field& field) {
  switch (field.type) {
    case FieldType::kString:
      return Value::String(field.fallback);
    case FieldType::kBool:
      return Value::Bool(field.fallback == "true");
    case FieldType::kInt:
      return Value::Int(base::core::ParseInt64(field.fallback).value_or(0));
    case FieldType::kStringSet:
      break;
  }
  CHECK(false);
}

void FillDefaults(std::span<const Field> fields, Record* record) {
  for (const Field& field : fields) {
    if (!field.fallback.empty() && record->Get(field.name).IsNull())
      record->Set(field.name, DefaultOf(field));
  }
}

PlanResponse PlanResource(const ResourceSpec& spec, const PlanRequest& request) {
  PlanResponse response;
  response.legacy_type_system = true;
  response.private_data = std::string(request.private_data);
  response.planned = request.proposed;
  if (request.proposed.IsNull()) return response;

  bool create = request.prior.IsNull();
  Record planned(request.proposed);
  auto prior_of = [&](std::string_view name) {
    return create ? Value::Null(planned.TypeOf(name)) : request.prior.Get(name);
  };
  const Value& own_id = request.config.Get("id");
  planned.Set("id", own_id.IsNull() ? (create ? Value::Unknown(Type::String()) : prior_of("id")) : own_id);
  for (const Field& field : spec.fields) {
    Value prior = prior_of(field.name);
    Value value = PlanField(field, request.config.Get(field.name), prior, create);
    if (!create && field.replaces && !value.RawEquals(prior)) {
      response.requires_replace.push_back({PathStep::Attribute(std::string(field.name))});
    }
    planned.Set(field.name, std::move(value));
  }
  for (const Nested& nested : spec.nested) {
    planned.Set(nested.name,
                PlanNested(nested, request.config.Get(nested.name), prior_of(nested.name), create));
  }
  if (spec.objects != nullptr && spec.objects->hooks == Hooks::kUser) {
    std::vector<std::string> ignored = TextsOf(planned.Get("custom_profile_attributes_to_ignore"));
    if (!ignored.empty()) {
      planned.Set("custom_profile_attributes",
                  WithoutIgnored(planned.Get("custom_profile_attributes"),
                                 prior_of("custom_profile_attributes"), ignored, create));
    }
  }
  response.planned = planned.Finish();
  return response;
}

ProviderDiagnostics ValidateFields(std::span<const Field> fields, std::span<const Nested> nested,
                                   const Value& config) {
  ProviderDiagnostics diagnostics;
  if (!config.IsKnownNotNull()) return diagnostics;
  for (const Field& field : fields) {
    if (!IsConfigured(config, field.name)) continue;
    CheckConflicts(field.name, field.conflicts, config, &diagnostics);
    for (std::string_view other : field.needs) {
      if (IsConfigured(config, other)) continue;
      diagnostics.push_back(
          Problem("Missing required argument",
                  fmt::format("\"{}\": all of `{},{}` must be specified", field.name, field.name, other),
                  field.name));
    }
    CheckValue(field, config.Get(field.name), &diagnostics);
  }
  for (const Nested& part : nested) {
    if (IsConfigured(config, part.name)) CheckConflicts(part.name, part.conflicts, config, &diagnostics);
  }
  return diagnostics;
}

}  // namespace okta::resources
