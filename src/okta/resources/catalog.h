// The catalog: each resource and data source as constant data - schema, paths, mapping to JSON, read
// strategy, quirks. Not code that runs them (planner, decode, reader, writer) but for the few hooks named
// here. Adding a resource is adding a table. Source: the schemas and requests of okta/okta 6.12.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace okta::resources {

enum class FieldType : uint8_t { kString, kBool, kInt, kStringSet };
enum class Mode : uint8_t { kRequired, kOptional, kComputed, kOptionalComputed };
// When an attribute goes into the JSON that is sent.
enum class Send : uint8_t { kNever, kWhenSet, kAlways, kNullWhenUnset };
// Differences between state and configuration that are none.
enum class Suppress : uint8_t { kNone, kSameJson, kUserStatus };
enum class Check : uint8_t { kNone, kJson, kAtMost255Runes, kOneTo10000 };
// How the JSON value becomes the attribute.
enum class Decode : uint8_t { kPlain, kTimestamp, kUserStatus };

struct Field {
  std::string_view name;
  FieldType type = FieldType::kString;
  Mode mode = Mode::kOptional;
  std::string_view json = {};  // "profile.firstName"; empty: not part of the object
  Send send = Send::kNever;
  std::string_view fallback = {};  // default, as text; empty: none
  Suppress suppress = Suppress::kNone;
  Check check = Check::kNone;
  Decode decode = Decode::kPlain;
  bool sensitive = false;
  bool deprecated = false;
  bool replaces = false;           // a change forces replacement
  bool empty_when_absent = false;  // "" in state where the org has none, as the SDK's plain strings do
  bool changes_by_itself = false;  // the org changes it without anybody managing the object
  std::span<const std::string_view> conflicts = {};
  std::span<const std::string_view> needs = {};
};

enum class Shape : uint8_t { kListBlock, kSetBlock, kComputedList };

// A nested block, or a computed list of objects.
struct Nested {
  std::string_view name;
  Shape shape = Shape::kListBlock;
  Mode mode = Mode::kOptional;
  int64_t max_items = 0;
  std::span<const Field> fields = {};
  std::span<const Nested> nested = {};  // computed lists inside of computed lists
  std::string_view json = {};           // a single JSON object that becomes the one element; empty: none
  std::span<const std::string_view> conflicts = {};
};

struct Objects;
struct Edges;

struct ResourceSpec {
  std::string_view type;
  std::span<const Field> fields;
  std::span<const Nested> nested = {};
  bool importable = true;
  // Exactly one of the two.
  const Objects* objects = nullptr;
  const Edges* edges = nullptr;
};

enum class Hooks : uint8_t { kNone, kUser };

// Objects with an id of their own below one collection.
struct Objects {
  std::string_view noun;         // in messages: "failed to get user: ..."
  std::string_view path;         // "/api/v1/users"
  int page_limit = 200;          // of the collection's list
  std::string_view custom;       // attribute that holds the profile's other members as JSON; empty: none
  bool custom_always = false;    // "{}" when there are none, else null
  std::string_view natural_key;  // attribute by which a lost create is found
  std::string_view json_key;     // the same in JSON
  bool found_by_path = false;    // GET path/{natural key} works; else GET path?q=
  std::string_view many_by = "search";      // the parameter that finds many by json_key: "search" or "filter"
  std::string_view import_flag;             // bool attribute that "id/<flag>" sets on import
  std::span<const Field> list_fields = {};  // arguments of the list, which are the API's; empty: no list
  std::string_view listed_type = {};        // only objects with this JSON "type" are listed; empty: all
  Hooks hooks = Hooks::kNone;
};

// A set of links between one parent and many others: the id is the parent's.
struct Edges {
  std::string_view noun;
  std::string_view parent;       // "group_id"
  std::string_view members;      // "users"
  std::string_view list_prefix;  // "/api/v1/groups/"
  std::string_view list_suffix;  // "/users?limit=1000"
  bool parent_is_group = true;   // decides which id comes first in groups/{g}/users/{u}
  std::string_view track_all;    // bool attribute: others than ours count too; empty: never
};

struct DataSourceSpec;

std::span<const ResourceSpec> AllResources();
const ResourceSpec* FindResourceSpec(std::string_view type);

enum class DataKind : uint8_t { kUser, kUsers, kGroup, kGroups, kEveryone };

struct DataSourceSpec {
  std::string_view type;
  DataKind kind;
  std::span<const Field> fields;
  std::span<const Nested> nested = {};
  bool own_id = false;  // `id` is among the fields
};

std::span<const DataSourceSpec> AllDataSources();
const DataSourceSpec* FindDataSourceSpec(std::string_view type);

// Arguments of the provider block.
std::span<const Field> ProviderFields();

// The attributes that a user or group has when read as data, without id.
std::span<const Field> UserDataFields();
std::span<const Nested> UserDataNested();

}  // namespace okta::resources
