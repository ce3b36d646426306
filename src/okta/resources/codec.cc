#include "okta/resources/codec.h"

#include "base/core/clock.h"
#include "base/core/strings.h"
#include "okta/resources/build_schema.h"
#include "okta/resources/go_json.h"

namespace okta::resources {
namespace {

namespace json = boost::json;

constexpr std::string_view kProfile = "profile.";

std::string_view View(const json::string& text) { return {text.data(), text.size()}; }

std::string Shown(const json::value& value) {
  return value.is_string() ? std::string(View(value.get_string())) : GoJson(value);
}

// States in which the org counts a user as active although more is to be done (facts of the provider).
std::string ManagedStatus(std::string status) {
  return status == "PASSWORD_EXPIRED" || status == "RECOVERY" ? "ACTIVE" : status;
}

Value DecodeField(const Field& field, const json::object& object, const Value& known) {
  const json::value* member = FindMember(object, field.json);
  if (member == nullptr) {
    // SDKv2 cannot tell "" from unset, and keeps what was there.
    if (known.IsKnownNotNull() && known.AsString().empty()) return known;
    return field.empty_when_absent ? Value::String("") : Value::Null(Type::String());
  }
  std::string text = Shown(*member);
  if (field.decode == Decode::kTimestamp) text = SecondsOnly(text);
  if (field.decode == Decode::kUserStatus) text = ManagedStatus(std::move(text));
  return Value::String(text);
}

Value DecodeNested(const Nested& nested, const json::object& object) {
  Type element = ElementType(nested);
  const json::value* member = FindMember(object, nested.json);
  std::vector<Value> elements;
  if (member != nullptr && member->is_object()) {
    Record record = Record::Nulls(element);
    DecodeFields(nested.fields, nested.nested, member->get_object(), &record);
    elements.push_back(record.Finish());
  }
  return Value::List(element, std::move(elements));
}

json::object& Child(json::object& object, std::string_view name) {
  json::value& child = object[name];
  if (!child.is_object()) child = json::object();
  return child.get_object();
}

void SetMember(json::object& object, std::string_view path, json::value value) {
  json::object* at = &object;
  for (size_t dot; (dot = path.find('.')) != std::string_view::npos; path.remove_prefix(dot + 1)) {
    at = &Child(*at, path.substr(0, dot));
  }
  (*at)[path] = std::move(value);
}

json::value ToJson(const std::string& text) { return json::value(json::string(text)); }

}  // namespace

const json::value* FindMember(const json::object& object, std::string_view path) {
  const json::object* at = &object;
  while (true) {
    size_t dot = path.find('.');
    const json::value* member = at->if_contains(path.substr(0, dot));
    if (member == nullptr || member->is_null()) return nullptr;
    if (dot == std::string_view::npos) return member;
    if (!member->is_object()) return nullptr;
    at = &member->get_object();
    path.remove_prefix(dot + 1);
  }
}

std::string MemberText(const json::object& object, std::string_view path) {
  const json::value* member = FindMember(object, path);
  return member == nullptr ? std::string() : Shown(*member);
}

std::string SecondsOnly(std::string_view timestamp) {
  std::optional<base::core::TimePoint> time = base::core::ParseRfc3339(timestamp);
  return time ? base::core::FormatRfc3339(*time) : std::string(timestamp);
}

std::string CustomAttributes(std::span<const Field> fields, const json::object& object) {
  const json::value* profile = FindMember(object, "profile");
  json::object custom;
  if (profile != nullptr && profile->is_object()) {
    for (const auto& member : profile->get_object()) {
      std::string_view key(member.key().data(), member.key().size());
      bool known = std::any_of(fields.begin(), fields.end(), [&](const Field& field) {
        return field.json.starts_with(kProfile) && field.json.substr(kProfile.size()) == key;
      });
      if (!known && !member.value().is_null()) custom[member.key()] = member.value();
    }
  }
  return GoJson(custom);
}

void DecodeFields(std::span<const Field> fields, std::span<const Nested> nested, const json::object& object,
                  Record* record) {
  for (const Field& field : fields) {
    if (!field.json.empty()) record->Set(field.name, DecodeField(field, object, Value::Null(Type::String())));
  }
  for (const Nested& part : nested) {
    if (!part.json.empty()) record->Set(part.name, DecodeNested(part, object));
  }
}

Value DecodeObject(const ResourceSpec& spec, const json::object& object, const Value& known) {
  Record record(known);
  for (const auto& attribute : record.type().attributes()) {
    if (record.Get(attribute.name).IsUnknown()) record.Set(attribute.name, Value::Null(attribute.type));
  }
  record.Set("id", Value::String(MemberText(object, "id")));
  for (const Field& field : spec.fields) {
    if (!field.json.empty()) record.Set(field.name, DecodeField(field, object, record.Get(field.name)));
  }
  for (const Nested& nested : spec.nested) {
    if (!nested.json.empty()) {
      record.Set(nested.name, DecodeNested(nested, object));
    } else if (record.Get(nested.name).IsNull()) {
      record.Set(nested.name, Value::Set(ElementType(nested), {}));
    }
  }
  if (spec.objects != nullptr && !spec.objects->custom.empty()) {
    std::string custom = CustomAttributes(spec.fields, object);
    const Value& before = record.Get(spec.objects->custom);
    if (custom != "{}" || spec.objects->custom_always) {
      // A text that means the same stays as it is written.
      if (!SameJson(TextOf(before), custom)) record.Set(spec.objects->custom, Value::String(custom));
    } else if (!SameJson(TextOf(before), custom) && !IsZero(before)) {
      record.Set(spec.objects->custom, Value::Null(Type::String()));
    }
  }
  return record.Finish();
}

json::object EncodeObject(const ResourceSpec& spec, const Value& planned) {
  json::object object;
  json::object& profile = Child(object, "profile");
  if (spec.objects != nullptr && !spec.objects->custom.empty()) {
    std::optional<json::value> custom = ParseJsonText(TextOf(planned.Get(spec.objects->custom)));
    if (custom && custom->is_object()) profile = std::move(custom->get_object());
  }
  for (const Field& field : spec.fields) {
    if (field.send == Send::kNever) continue;
    const Value& value = planned.Get(field.name);
    if (field.send == Send::kAlways || IsSetText(value)) {
      SetMember(object, field.json, ToJson(TextOf(value)));
    } else if (field.send == Send::kNullWhenUnset) {
      SetMember(object, field.json, nullptr);
    }
  }
  for (const Nested& nested : spec.nested) {
    const Value& value = planned.Get(nested.name);
    if (nested.json.empty() || !value.IsKnownNotNull() || value.Length() == 0) continue;
    json::object& child = Child(object, nested.json);
    for (const Field& field : nested.fields) {
      std::string text = TextOf(value.ElementAt(0).Get(field.name));
      if (!text.empty()) child[field.json] = ToJson(text);
    }
  }
  return object;
}

bool AgreesWith(const ResourceSpec& spec, const Value& a, const Value& b) {
  for (const auto& attribute : a.type().attributes()) {
    if (a.Get(attribute.name).RawEquals(b.Get(attribute.name))) continue;
    bool volatile_field = std::any_of(spec.fields.begin(), spec.fields.end(), [&](const Field& field) {
      return field.name == attribute.name && field.changes_by_itself;
    });
    if (!volatile_field) return false;
  }
  return true;
}

}  // namespace okta::resources
