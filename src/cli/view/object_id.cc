#include "cli/view/object_id.h"

namespace cli::view {
namespace {

using language::value::Value;

// Text of an attribute that may be shown.
std::string_view KnownText(const Value& object, std::string_view name) {
  const Value* value = object.Find(name);
  if (value == nullptr || value->IsMarked(language::value::kSensitive) || !value->IsKnownNotNull()) return "";
  return value->type().IsString() ? value->AsString() : std::string_view();
}

bool HasText(const Value& object, std::string_view name) {
  const Value* value = object.Find(name);
  return value != nullptr && value->type().IsString();
}

ObjectId Of(const Value& object, std::string_view name, std::string_view key) {
  return {key, std::string(KnownText(object, name))};
}

}  // namespace

ObjectId FindId(const Value& object) {
  if (!object.IsKnownNotNull() || !object.type().IsObject()) return {};
  const std::string_view key = HasText(object, "id") ? "id" : "name";
  return Of(object, key, key);
}

ObjectId FindIdOrName(const Value& object) {
  if (ObjectId id = FindId(object); !id.value.empty()) return id;
  if (!object.IsKnownNotNull() || !object.type().IsObject()) return {};
  if (ObjectId id = Of(object, "name", "name"); !id.value.empty()) return id;
  const Value* tags = object.Find("tags");
  if (tags == nullptr || !tags->IsKnownNotNull() || tags->MarksDeep() != language::value::kNoMarks ||
      !tags->type().IsMap())
    return {};
  if (ObjectId id = Of(*tags, "name", "tags.name"); !id.value.empty()) return id;
  return Of(*tags, "Name", "tags.Name");
}

}  // namespace cli::view
