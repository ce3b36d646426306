#include "org/store/types_and_schemas.h"

#include "org/store/profile.h"
#include "org/store/schema_rows.h"

namespace org::store {
namespace {

namespace json = boost::json;

constexpr int kMaxTypes = 10;
constexpr int kMaxUnique = 5;
constexpr size_t kMaxName = 100;
constexpr std::string_view kTypeColumns =
    "id, schema_id, name, display_name, description, is_default, created, last_updated, created_by, "
    "last_updated_by";

UserType ReadType(const base::sql::Statement& row) {
  return {.id = row.Text(0),
          .schema_id = row.Text(1),
          .name = row.Text(2),
          .display_name = row.Text(3),
          .description = row.Text(4),
          .is_default = row.Int(5) != 0,
          .created = FromMillis(row.Int(6)),
          .last_updated = FromMillis(row.Int(7)),
          .created_by = row.Text(8),
          .last_updated_by = row.Text(9)};
}

template <typename Session>
Outcome<UserType> LoadType(Session& session, std::string_view id) {
  auto row = session.Query(fmt::format(
      "SELECT {} FROM user_types WHERE id = ?1 OR (?1 = 'default' AND is_default)", kTypeColumns));
  if (row.Bind(id).Step()) return ReadType(row);
  return NotFound(id, "UserType");
}

// A letter, then letters, digits and underscores.
bool IsVariableName(std::string_view name) {
  auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  if (name.empty() || name.size() > kMaxName || !letter(name[0])) return false;
  return std::all_of(name.begin(), name.end(),
                     [&](char c) { return letter(c) || (c >= '0' && c <= '9') || c == '_'; });
}

EventTarget TypeTarget(const UserType& type) { return {type.id, "UserType", "", type.display_name}; }

std::string Text(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  return value && value->is_string() ? std::string(value->as_string()) : std::string();
}

// Merges the changes of one schema's definitions; collects the custom properties that are to go.
class SchemaMerger {
 public:
  SchemaMerger(json::object* definitions, std::string_view entity)
      : definitions_(definitions), entity_(entity) {}

  std::optional<Refusal> Merge(const json::object& changes) {
    for (std::string_view part : {"base", "custom"}) {
      const json::value* section = changes.if_contains(part);
      if (!section || !section->is_object()) continue;
      const json::value* properties = section->as_object().if_contains("properties");
      if (!properties || !properties->is_object()) continue;
      for (const auto& [name, change] : properties->as_object()) {
        auto refusal = part == "base" ? MergeBase(name, change) : MergeCustom(name, change);
        if (refusal) return refusal;
      }
      if (part == "custom") RequireListed(section->as_object());
    }
    if (UniqueProperties(*definitions_).size() > kMaxUnique)
      return ValidationFailed(entity_, {"No more than 5 properties can be unique."});
    return std::nullopt;
  }

  const std::vector<std::string>& removed() const { return removed_; }

 private:
  json::object& Properties(std::string_view part) {
    return definitions_->at(part).at("properties").as_object();
  }

  void SetRequired(std::string_view part, std::string_view name, bool required) {
    json::array& list = definitions_->at(part).at("required").as_array();
    auto found =
        std::find_if(list.begin(), list.end(), [&](const json::value& v) { return v.as_string() == name; });
    if (required && found == list.end()) list.emplace_back(name);
    if (!required && found != list.end()) list.erase(found);
  }

  // Only titles, permissions, masters, the pattern of login, and whether first and last name are required.
  std::optional<Refusal> MergeBase(std::string_view name, const json::value& change) {
    json::value* property = Properties("base").if_contains(name);
    if (!property) return ValidationFailed(entity_, {fmt::format("'{}' is not a base property.", name)});
    if (!change.is_object()) return ValidationFailed(entity_, {"Base properties cannot be removed."});
    json::object& known = property->as_object();
    for (const auto& [key, value] : change.as_object()) {
      if (key == "title" || key == "permissions" || key == "master" ||
          (key == "pattern" && name == "login")) {
        if (value.is_null())
          known.erase(key);
        else
          known[key] = value;
      } else if (key == "required" && value.is_bool() && (name == "firstName" || name == "lastName")) {
        known["required"] = value;
        if (!value.as_bool()) known.erase("required");
        SetRequired("base", name, value.as_bool());
      }
    }
    return std::nullopt;
  }

  std::optional<Refusal> MergeCustom(std::string_view name, const json::value& change) {
    json::object& properties = Properties("custom");
    if (change.is_null()) {
      if (properties.erase(name) > 0) removed_.emplace_back(name);
      SetRequired("custom", name, false);
      return std::nullopt;
    }
    if (!change.is_object()) return ValidationFailed(entity_, {fmt::format("{}: not a property", name)});
    if (!IsVariableName(name))
      return ValidationFailed(name,
                              {fmt::format("{}: A variable name starts with a letter and has only letters, "
                                           "digits and underscores",
                                           name)});
    if (Properties("base").if_contains(name))
      return ValidationFailed(name, {fmt::format("{}: A base property has this name", name)});
    json::object merged;
    if (const json::value* known = properties.if_contains(name)) merged = known->as_object();
    const std::string old_type = Text(merged, "type");
    for (const auto& [key, value] : change.as_object()) {
      if (value.is_null())
        merged.erase(key);
      else
        merged[key] = value;
    }
    if (auto refusal = CheckCustom(name, merged, old_type)) return refusal;
    if (!merged.contains("mutability")) merged["mutability"] = "READ_WRITE";
    if (!merged.contains("scope")) merged["scope"] = "NONE";
    if (!merged.contains("permissions"))
      merged["permissions"] = json::array{json::object{{"principal", "SELF"}, {"action", "READ_ONLY"}}};
    if (!merged.contains("master")) merged["master"] = json::object{{"type", "PROFILE_MASTER"}};
    if (const json::value* required = merged.if_contains("required"); required && required->is_bool())
      SetRequired("custom", name, required->as_bool());
    properties[name] = std::move(merged);
    return std::nullopt;
  }

  std::optional<Refusal> CheckCustom(std::string_view name, const json::object& property,
                                     const std::string& old_type) {
    const std::string type = Text(property, "type");
    static constexpr std::string_view kTypes[] = {"string",  "number", "integer",
                                                  "boolean", "array",  "reference"};
    if (std::find(std::begin(kTypes), std::end(kTypes), type) == std::end(kTypes))
      return ValidationFailed(
          name, {fmt::format("{}: The type is not one of string, number, integer, boolean, array", name)});
    if (!old_type.empty() && old_type != type)
      return ValidationFailed(name, {fmt::format("{}: The type of a property cannot be changed", name)});
    if (Text(property, "title").empty())
      return ValidationFailed(name, {fmt::format("{}: The title cannot be left blank", name)});
    const json::value* values = property.if_contains("enum");
    const json::value* one_of = property.if_contains("oneOf");
    if (values && one_of && values->is_array() && one_of->is_array() &&
        !SameConstants(values->as_array(), one_of->as_array()))
      return Refusal{400, "E0000123", "The enum values must match the constants of oneOf.", {}};
    return std::nullopt;
  }

  static bool SameConstants(const json::array& values, const json::array& one_of) {
    if (values.size() != one_of.size()) return false;
    for (size_t i = 0; i < values.size(); ++i) {
      const json::value* constant =
          one_of[i].is_object() ? one_of[i].as_object().if_contains("const") : nullptr;
      if (!constant || *constant != values[i]) return false;
    }
    return true;
  }

  // "required": [...] beside the properties says the same as each property's own member.
  void RequireListed(const json::object& section) {
    const json::value* required = section.if_contains("required");
    if (!required || !required->is_array()) return;
    for (const json::value& name : required->as_array())
      if (name.is_string() && Properties("custom").if_contains(name.as_string()))
        SetRequired("custom", name.as_string(), true);
  }

  json::object* definitions_;
  std::string_view entity_;
  std::vector<std::string> removed_;
};

// Values of a property that is gone must not come back with a new property of this name.
void DropValues(Writing& writing, std::string_view table, std::string_view condition, std::string_view value,
                const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    auto statement =
        writing.Query(fmt::format("UPDATE {} SET profile = json_remove(profile, '$.\"{}\"') WHERE {} AND "
                                  "json_type(profile, '$.\"{}\"') IS NOT NULL",
                                  table, name, condition, name));
    if (!value.empty()) statement.Bind(value);
    statement.Run();
  }
}

Outcome<Schema> UpdateSchema(Writing& writing, std::string_view id, std::string_view entity,
                             const json::object& changes) {
  const Schema* known = CachedSchema(writing, id);
  if (!known) return NotFound(id, "Schema");
  Schema schema = *known;
  SchemaMerger merger(&schema.definitions, entity);
  if (auto refusal = merger.Merge(changes)) return *refusal;
  schema.last_updated = writing.now();
  writing.Query("UPDATE schemas SET definitions = ?, last_updated = ? WHERE id = ?")
      .Bind(JsonText(schema.definitions))
      .Bind(writing.now_millis())
      .Bind(id)
      .Run();
  if (schema.type_id.empty())
    DropValues(writing, "groups", "1", "", merger.removed());
  else
    DropValues(writing, "users", "type_id = ?", schema.type_id, merger.removed());
  writing.store().impl().schema_cache.clear();
  return schema;
}

template <typename Session>
std::string SchemaIdOf(Session& session, std::string_view id) {
  if (id != "default") return std::string(id);
  auto row = session.Query("SELECT schema_id FROM user_types WHERE is_default");
  return row.Step() ? row.Text(0) : std::string();
}

}  // namespace

template <typename Session>
const Schema* CachedSchema(Session& session, std::string_view id) {
  auto& cache = session.store().impl().schema_cache;
  if (auto found = cache.find(id); found != cache.end()) return &found->second;
  auto row = session.Query(
      "SELECT type_id, is_default, definitions, created, last_updated FROM schemas WHERE id = ?");
  if (!row.Bind(id).Step()) return nullptr;
  Schema schema{.id = std::string(id),
                .type_id = row.Text(0),
                .is_default = row.Int(1) != 0,
                .created = FromMillis(row.Int(3)),
                .last_updated = FromMillis(row.Int(4)),
                .definitions = ParseObject(row.View(2))};
  return &cache.emplace(std::string(id), std::move(schema)).first->second;
}
template const Schema* CachedSchema(Reading&, std::string_view);
template const Schema* CachedSchema(Writing&, std::string_view);

template <typename Session>
std::string DefaultTypeId(Session& session) {
  auto row = session.Query("SELECT id FROM user_types WHERE is_default");
  return row.Step() ? row.Text(0) : std::string();
}
template std::string DefaultTypeId(Reading&);
template std::string DefaultTypeId(Writing&);

Outcome<std::vector<UserType>> ListUserTypes(Store& store) {
  std::vector<UserType> types;
  Reading reading(store);
  {
    auto row =
        reading.Query(fmt::format("SELECT {} FROM user_types ORDER BY is_default DESC, seq", kTypeColumns));
    while (row.Step()) types.push_back(ReadType(row));
  }
  return reading.Finish(std::move(types));
}

Outcome<UserType> FindUserType(Store& store, std::string_view id) {
  Reading reading(store);
  ASSIGN_OR_REFUSE(UserType type, LoadType(reading, id));
  return reading.Finish(std::move(type));
}

Outcome<UserType> CreateUserType(Store& store, const Actor& actor, std::string_view name,
                                 std::string_view display_name, std::string_view description) {
  if (!IsVariableName(name))
    return ValidationFailed(
        "name", {"name: A name starts with a letter and has only letters, digits and underscores"});
  if (display_name.empty())
    return ValidationFailed("displayName", {"displayName: The field cannot be left blank"});
  Writing writing(store, actor);
  {
    auto row = writing.Query("SELECT count(*), coalesce(sum(name = ?), 0) FROM user_types");
    row.Bind(name).Step();
    if (row.Int(1) > 0)
      return ValidationFailed("name",
                              {"name: An object with this field already exists in the current organization"});
    if (row.Int(0) >= kMaxTypes)
      return ValidationFailed("userType", {"The maximum number of user types has been reached."});
  }
  UserType type{.id = store.NewId("oty"),
                .schema_id = store.NewId("osc"),
                .name = std::string(name),
                .display_name = std::string(display_name),
                .description = std::string(description),
                .created = writing.now(),
                .last_updated = writing.now(),
                .created_by = actor.id,
                .last_updated_by = actor.id};
  writing.Query("INSERT INTO user_types VALUES(NULL, ?, ?, ?, ?, ?, 0, ?, ?, ?, ?)")
      .Bind(type.id)
      .Bind(type.schema_id)
      .Bind(type.name)
      .Bind(type.display_name)
      .Bind(type.description)
      .Bind(writing.now_millis())
      .Bind(writing.now_millis())
      .Bind(actor.id)
      .Bind(actor.id)
      .Run();
  // A copy of the default schema as it is now; later changes of that do not come here.
  writing
      .Query(
          "INSERT INTO schemas SELECT ?, ?, 0, definitions, ?, ? FROM schemas "
          "WHERE id = (SELECT schema_id FROM user_types WHERE is_default)")
      .Bind(type.schema_id)
      .Bind(type.id)
      .Bind(writing.now_millis())
      .Bind(writing.now_millis())
      .Run();
  writing.Event(
      {.type = "user_type.lifecycle.create", .message = "Create user type", .targets = {TypeTarget(type)}});
  return writing.Commit(std::move(type));
}

Outcome<UserType> UpdateUserType(Store& store, const Actor& actor, std::string_view id,
                                 std::optional<std::string> name, std::optional<std::string> display_name,
                                 std::optional<std::string> description) {
  Writing writing(store, actor);
  ASSIGN_OR_REFUSE(UserType type, LoadType(writing, id));
  if (name && *name != type.name)
    return ValidationFailed("name", {"name: The name of a user type cannot be changed"});
  if (display_name && display_name->empty())
    return ValidationFailed("displayName", {"displayName: The field cannot be left blank"});
  if (display_name) type.display_name = *display_name;
  if (description) type.description = *description;
  type.last_updated = writing.now();
  type.last_updated_by = actor.id;
  writing
      .Query(
          "UPDATE user_types SET display_name = ?, description = ?, last_updated = ?, last_updated_by = ? "
          "WHERE id = ?")
      .Bind(type.display_name)
      .Bind(type.description)
      .Bind(writing.now_millis())
      .Bind(actor.id)
      .Bind(type.id)
      .Run();
  writing.Event(
      {.type = "user_type.lifecycle.update", .message = "Update user type", .targets = {TypeTarget(type)}});
  return writing.Commit(std::move(type));
}

Change DeleteUserType(Store& store, const Actor& actor, std::string_view id) {
  Writing writing(store, actor);
  ASSIGN_OR_REFUSE(UserType type, LoadType(writing, id));
  {
    auto row = writing.Query("SELECT 1 FROM users WHERE type_id = ? LIMIT 1");
    if (type.is_default || row.Bind(type.id).Step())
      return Refusal{403, "E0000142", "This User Type cannot be deleted.", {}};
  }
  writing.Query("DELETE FROM user_types WHERE id = ?").Bind(type.id).Run();
  writing.Query("DELETE FROM schemas WHERE id = ?").Bind(type.schema_id).Run();
  store.impl().schema_cache.clear();
  writing.Event(
      {.type = "user_type.lifecycle.delete", .message = "Delete user type", .targets = {TypeTarget(type)}});
  return writing.Commit(Done());
}

Outcome<Schema> FindUserSchema(Store& store, std::string_view id) {
  Reading reading(store);
  const Schema* schema = CachedSchema(reading, SchemaIdOf(reading, id));
  if (!schema || schema->type_id.empty()) return NotFound(id, "Schema");
  return reading.Finish(Schema(*schema));
}

Outcome<Schema> FindGroupSchema(Store& store) {
  Reading reading(store);
  const Schema* schema = CachedSchema(reading, "group");
  if (!schema) return NotFound("default", "Schema");
  return reading.Finish(Schema(*schema));
}

Outcome<Schema> UpdateUserSchema(Store& store, const Actor& actor, std::string_view id,
                                 const json::object& changes) {
  Writing writing(store, actor);
  const std::string schema_id = SchemaIdOf(writing, id);
  if (schema_id == "group") return NotFound(id, "Schema");
  ASSIGN_OR_REFUSE(Schema schema, UpdateSchema(writing, schema_id, "updateUserSchema", changes));
  writing.Event({.type = "user_schema.update",
                 .message = "Update user schema",
                 .targets = {{schema.id, "UserSchema", "", "user"}}});
  return writing.Commit(std::move(schema));
}

Outcome<Schema> UpdateGroupSchema(Store& store, const Actor& actor, const json::object& changes) {
  Writing writing(store, actor);
  ASSIGN_OR_REFUSE(Schema schema, UpdateSchema(writing, "group", "updateGroupSchema", changes));
  writing.Event({.type = "group_schema.update",
                 .message = "Update group schema",
                 .targets = {{"group", "GroupSchema", "", "group"}}});
  return writing.Commit(std::move(schema));
}

}  // namespace org::store
