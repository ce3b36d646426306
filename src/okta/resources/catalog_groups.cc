#include "okta/resources/catalog_groups.h"

namespace okta::resources {
namespace {

constexpr Field kGroupFields[] = {
    {.name = "name",
     .mode = Mode::kRequired,
     .json = "profile.name",
     .send = Send::kAlways,
     .check = Check::kAtMost255Runes},
    {.name = "description", .json = "profile.description", .send = Send::kAlways, .empty_when_absent = true},
    {.name = "skip_users", .type = FieldType::kBool, .fallback = "false", .deprecated = true},
    {.name = "custom_profile_attributes", .suppress = Suppress::kSameJson, .check = Check::kJson},
};

constexpr Field kGroupListFields[] = {{.name = "search"}, {.name = "q"}};

constexpr Objects kGroupObjects = {.noun = "group",
                                   .path = "/api/v1/groups",
                                   .page_limit = 200,
                                   .custom = "custom_profile_attributes",
                                   .natural_key = "name",
                                   .json_key = "profile.name",
                                   .import_flag = "skip_users",
                                   .list_fields = kGroupListFields,
                                   .listed_type = "OKTA_GROUP"};

constexpr Field kGroupMembershipsFields[] = {
    {.name = "group_id", .mode = Mode::kRequired, .replaces = true},
    {.name = "users", .type = FieldType::kStringSet, .mode = Mode::kRequired},
    {.name = "track_all_users", .type = FieldType::kBool, .fallback = "false"},
};

constexpr Edges kGroupMemberships = {.noun = "group memberships",
                                     .parent = "group_id",
                                     .members = "users",
                                     .list_prefix = "/api/v1/groups/",
                                     .list_suffix = "/users?limit=1000",
                                     .parent_is_group = true,
                                     .track_all = "track_all_users"};

constexpr Field kUserGroupMembershipsFields[] = {
    {.name = "user_id", .mode = Mode::kRequired, .replaces = true},
    {.name = "groups", .type = FieldType::kStringSet, .mode = Mode::kRequired},
};

constexpr Edges kUserGroupMemberships = {.noun = "user group memberships",
                                         .parent = "user_id",
                                         .members = "groups",
                                         .list_prefix = "/api/v1/users/",
                                         .list_suffix = "/groups",
                                         .parent_is_group = false};

constexpr std::string_view kNameAndType[] = {"name", "type"};
constexpr std::string_view kSearch[] = {"search"};
constexpr std::string_view kTypeAndQ[] = {"type", "q"};

constexpr Field kGroupDataFields[] = {
    {.name = "id", .mode = Mode::kOptionalComputed, .json = "id", .conflicts = kNameAndType},
    {.name = "name", .mode = Mode::kOptionalComputed, .json = "profile.name"},
    {.name = "type"},
    {.name = "description",
     .mode = Mode::kComputed,
     .json = "profile.description",
     .empty_when_absent = true},
    {.name = "include_users", .type = FieldType::kBool, .fallback = "false"},
    {.name = "users", .type = FieldType::kStringSet, .mode = Mode::kComputed},
    {.name = "delay_read_seconds"},
};

constexpr Field kGroupsFields[] = {
    {.name = "q", .conflicts = kSearch},
    {.name = "search", .conflicts = kTypeAndQ},
    {.name = "type", .conflicts = kSearch},
    {.name = "limit", .type = FieldType::kInt, .fallback = "200", .check = Check::kOneTo10000},
};

constexpr Field kGroupsElementFields[] = {
    {.name = "id", .mode = Mode::kComputed, .json = "id"},
    {.name = "name", .mode = Mode::kComputed, .json = "profile.name"},
    {.name = "type", .mode = Mode::kComputed, .json = "type"},
    {.name = "description",
     .mode = Mode::kComputed,
     .json = "profile.description",
     .empty_when_absent = true},
    {.name = "source", .mode = Mode::kComputed, .json = "source.id", .empty_when_absent = true},
    {.name = "custom_profile_attributes", .mode = Mode::kComputed},
};

constexpr Nested kGroupsNested[] = {{.name = "groups",
                                     .shape = Shape::kComputedList,
                                     .mode = Mode::kComputed,
                                     .fields = kGroupsElementFields}};

constexpr Field kEveryoneFields[] = {
    {.name = "description",
     .mode = Mode::kComputed,
     .json = "profile.description",
     .empty_when_absent = true},
    {.name = "include_users", .type = FieldType::kBool, .fallback = "false"},
};

}  // namespace

const ResourceSpec kGroupResource = {.type = "okta_group", .fields = kGroupFields, .objects = &kGroupObjects};
const ResourceSpec kGroupMembershipsResource = {
    .type = "okta_group_memberships", .fields = kGroupMembershipsFields, .edges = &kGroupMemberships};
const ResourceSpec kUserGroupMembershipsResource = {.type = "okta_user_group_memberships",
                                                    .fields = kUserGroupMembershipsFields,
                                                    .importable = false,
                                                    .edges = &kUserGroupMemberships};

const DataSourceSpec kGroupDataSource = {
    .type = "okta_group", .kind = DataKind::kGroup, .fields = kGroupDataFields, .own_id = true};
const DataSourceSpec kGroupsDataSource = {
    .type = "okta_groups", .kind = DataKind::kGroups, .fields = kGroupsFields, .nested = kGroupsNested};
const DataSourceSpec kEveryoneDataSource = {
    .type = "okta_everyone_group", .kind = DataKind::kEveryone, .fields = kEveryoneFields};

}  // namespace okta::resources
