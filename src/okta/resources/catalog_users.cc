#include "okta/resources/catalog_users.h"

namespace okta::resources {
namespace {

constexpr Field Profile(std::string_view name, std::string_view json, Send send = Send::kWhenSet,
                        Mode mode = Mode::kOptional) {
  return {.name = name, .mode = mode, .json = json, .send = send};
}

constexpr Field Timestamp(std::string_view name, std::string_view json) {
  return {.name = name,
          .mode = Mode::kComputed,
          .json = json,
          .decode = Decode::kTimestamp,
          .changes_by_itself = true};
}

constexpr std::string_view kPassword[] = {"password"};
constexpr std::string_view kPasswordAndHash[] = {"password", "password_hash"};

constexpr Field kUserFields[] = {
    {.name = "skip_roles", .type = FieldType::kBool, .fallback = "false", .deprecated = true},
    Profile("city", "profile.city"),
    Profile("cost_center", "profile.costCenter"),
    Profile("country_code", "profile.countryCode"),
    {.name = "custom_profile_attributes",
     .mode = Mode::kOptionalComputed,
     .suppress = Suppress::kSameJson,
     .check = Check::kJson},
    {.name = "custom_profile_attributes_to_ignore", .type = FieldType::kStringSet},
    Profile("department", "profile.department"),
    Profile("display_name", "profile.displayName"),
    Profile("division", "profile.division"),
    Profile("email", "profile.email", Send::kAlways, Mode::kRequired),
    Profile("employee_number", "profile.employeeNumber"),
    Profile("first_name", "profile.firstName", Send::kAlways, Mode::kRequired),
    Profile("honorific_prefix", "profile.honorificPrefix"),
    Profile("honorific_suffix", "profile.honorificSuffix"),
    Profile("last_name", "profile.lastName", Send::kAlways, Mode::kRequired),
    Profile("locale", "profile.locale"),
    Profile("login", "profile.login", Send::kAlways, Mode::kRequired),
    Profile("manager", "profile.manager"),
    Profile("manager_id", "profile.managerId"),
    Profile("middle_name", "profile.middleName"),
    Profile("mobile_phone", "profile.mobilePhone"),
    Profile("nick_name", "profile.nickName"),
    Profile("organization", "profile.organization"),
    Profile("postal_address", "profile.postalAddress", Send::kNullWhenUnset),
    Profile("preferred_language", "profile.preferredLanguage"),
    Profile("primary_phone", "profile.primaryPhone"),
    Profile("profile_url", "profile.profileUrl"),
    Profile("second_email", "profile.secondEmail"),
    Profile("state", "profile.state"),
    {.name = "status",
     .json = "status",
     .fallback = "ACTIVE",
     .suppress = Suppress::kUserStatus,
     .decode = Decode::kUserStatus},
    {.name = "raw_status", .mode = Mode::kComputed, .json = "status"},
    Profile("street_address", "profile.streetAddress"),
    Profile("timezone", "profile.timezone"),
    Profile("title", "profile.title"),
    Profile("user_type", "profile.userType"),
    Profile("zip_code", "profile.zipCode"),
    {.name = "password", .sensitive = true},
    {.name = "expire_password_on_create", .type = FieldType::kBool, .fallback = "false", .needs = kPassword},
    {.name = "password_inline_hook", .conflicts = kPasswordAndHash},
    {.name = "old_password", .sensitive = true},
    {.name = "recovery_question"},
    {.name = "recovery_answer", .sensitive = true},
    {.name = "realm_id", .mode = Mode::kOptionalComputed, .json = "realmId", .send = Send::kWhenSet},
    Timestamp("created", "created"),
    Timestamp("activated", "activated"),
    Timestamp("status_changed", "statusChanged"),
    Timestamp("last_login", "lastLogin"),
    Timestamp("last_updated", "lastUpdated"),
    Timestamp("password_changed", "passwordChanged"),
};

constexpr Field kHashFields[] = {
    {.name = "algorithm", .mode = Mode::kRequired},
    {.name = "work_factor", .type = FieldType::kInt},
    {.name = "salt"},
    {.name = "salt_order"},
    {.name = "value", .mode = Mode::kRequired},
};

constexpr Field kTypeFields[] = {{.name = "id", .mode = Mode::kRequired, .json = "id"}};
constexpr Field kTypeDataFields[] = {{.name = "id", .mode = Mode::kComputed, .json = "id"}};

constexpr Nested kUserNested[] = {
    {.name = "password_hash", .shape = Shape::kSetBlock, .max_items = 1, .fields = kHashFields},
    {.name = "type",
     .shape = Shape::kListBlock,
     .mode = Mode::kOptionalComputed,
     .max_items = 1,
     .fields = kTypeFields,
     .json = "type"},
};

constexpr Field kUserListFields[] = {{.name = "search"}, {.name = "filter"}, {.name = "q"}};

constexpr Objects kUserObjects = {.noun = "user",
                                  .path = "/api/v1/users",
                                  .page_limit = 200,
                                  .custom = "custom_profile_attributes",
                                  .custom_always = true,
                                  .natural_key = "login",
                                  .json_key = "profile.login",
                                  .found_by_path = true,
                                  .many_by = "filter",
                                  .list_fields = kUserListFields,
                                  .hooks = Hooks::kUser};

// What the org tells of a user, all computed.
constexpr bool IsUserData(const Field& field) {
  return (!field.json.empty() && field.name != "raw_status") || field.name == "custom_profile_attributes";
}

constexpr size_t CountUserData() {
  size_t count = 0;
  for (const Field& field : kUserFields) count += IsUserData(field);
  return count;
}

constexpr auto MakeUserData() {
  std::array<Field, CountUserData()> fields{};
  size_t next = 0;
  for (const Field& field : kUserFields) {
    if (!IsUserData(field)) continue;
    fields[next].name = field.name;
    fields[next].mode = Mode::kComputed;
    fields[next].json = field.json;
    // Data sources show the status as the org has it.
    fields[next].decode = field.decode == Decode::kUserStatus ? Decode::kPlain : field.decode;
    ++next;
  }
  return fields;
}

constexpr auto kUserDataFields = MakeUserData();

constexpr Nested kUserDataNested[] = {{.name = "type",
                                       .shape = Shape::kComputedList,
                                       .mode = Mode::kComputed,
                                       .fields = kTypeDataFields,
                                       .json = "type"}};

constexpr Field kUserSets[] = {
    {.name = "admin_roles", .type = FieldType::kStringSet, .mode = Mode::kComputed},
    {.name = "roles", .type = FieldType::kStringSet, .mode = Mode::kComputed},
    {.name = "group_memberships", .type = FieldType::kStringSet, .mode = Mode::kComputed},
};

constexpr Field kUserQueryFields[] = {
    {.name = "user_id"},
    {.name = "compound_search_operator", .fallback = "and"},
    {.name = "delay_read_seconds"},
    {.name = "skip_groups", .type = FieldType::kBool, .fallback = "false"},
    {.name = "skip_roles", .type = FieldType::kBool, .fallback = "false"},
};

constexpr std::string_view kSearchName[] = {"search"};
constexpr std::string_view kGroupIdName[] = {"group_id"};

constexpr Field kUsersFields[] = {
    {.name = "group_id", .conflicts = kSearchName},
    {.name = "include_groups", .type = FieldType::kBool, .fallback = "false"},
    {.name = "include_roles", .type = FieldType::kBool, .fallback = "false"},
    {.name = "compound_search_operator", .fallback = "and"},
    {.name = "delay_read_seconds"},
};

constexpr Field kSearchFields[] = {
    {.name = "name"}, {.name = "value"}, {.name = "comparison", .fallback = "eq"}, {.name = "expression"}};

template <size_t... N>
constexpr auto Concat(const std::array<Field, N>&... parts) {
  std::array<Field, (N + ...)> all{};
  size_t next = 0;
  auto append = [&](const auto& part) {
    for (const Field& field : part) all[next++] = field;
  };
  (append(parts), ...);
  return all;
}

constexpr auto kUserDataSourceFields =
    Concat(kUserDataFields, std::to_array(kUserSets), std::to_array(kUserQueryFields));
constexpr Field kIdField[] = {{.name = "id", .mode = Mode::kComputed, .json = "id"}};
constexpr auto kUsersElementFields =
    Concat(kUserDataFields, std::to_array(kUserSets), std::to_array(kIdField));

constexpr Nested kUserDataSourceNested[] = {
    kUserDataNested[0], {.name = "search", .shape = Shape::kSetBlock, .fields = kSearchFields}};

constexpr Nested kUsersNested[] = {
    {.name = "search", .shape = Shape::kSetBlock, .fields = kSearchFields, .conflicts = kGroupIdName},
    {.name = "users",
     .shape = Shape::kComputedList,
     .mode = Mode::kComputed,
     .fields = kUsersElementFields,
     .nested = kUserDataNested},
};

}  // namespace

const ResourceSpec kUserResource = {
    .type = "okta_user", .fields = kUserFields, .nested = kUserNested, .objects = &kUserObjects};

const DataSourceSpec kUserDataSource = {.type = "okta_user",
                                        .kind = DataKind::kUser,
                                        .fields = kUserDataSourceFields,
                                        .nested = kUserDataSourceNested};

const DataSourceSpec kUsersDataSource = {
    .type = "okta_users", .kind = DataKind::kUsers, .fields = kUsersFields, .nested = kUsersNested};

std::span<const Field> UserDataFields() { return kUserDataFields; }
std::span<const Nested> UserDataNested() { return kUserDataNested; }

}  // namespace okta::resources
