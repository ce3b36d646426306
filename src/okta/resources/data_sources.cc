#include "okta/resources/data_sources.h"

#include "base/core/strings.h"
#include "base/core/thread_pool.h"
#include "base/net/http_server.h"
#include "okta/resources/build_schema.h"
#include "okta/resources/codec.h"
#include "okta/resources/planner.h"
#include "okta/resources/search.h"

namespace okta::resources {
namespace {

namespace json = boost::json;
using api::ApiError;
using base::net::PercentEncode;
using provider::api::ReadDataRequest;
using provider::api::ReadDataResponse;

constexpr int kThreads = 8;
// Groups looked up by name in one walk: from so many on, one search for many of them beats a query for each.
constexpr size_t kWorthSearching = 3;

// One data source being read: the state so far and what went wrong.
struct Reading {
  const DataSourceSpec& spec;
  const Session& session;
  const ObjectList& found_groups;  // by the common search
  Record state;
  ProviderDiagnostics diagnostics;

  void Fail(std::string_view action, const ApiError& error) {
    diagnostics.push_back(ErrorDiagnostic(action, error));
  }
  void Fail(std::string summary, std::string detail = {}) {
    diagnostics.push_back(ErrorDiagnostic(std::move(summary), std::move(detail)));
  }
  bool failed() const { return !diagnostics.empty() && provider::api::HasErrors(diagnostics); }
};

// IEEE CRC-32, by which the provider names the results of queries.
uint32_t Crc32(std::string_view text) {
  uint32_t crc = 0xFFFFFFFF;
  for (unsigned char byte : text) {
    crc ^= byte;
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0xEDB88320 : 0);
  }
  return ~crc;
}

// The search blocks joined: name comparison "value", or the raw expression.
std::string SearchExpression(const Record& state) {
  std::string joined;
  std::string op = TextOf(state.Get("compound_search_operator"));
  for (const Value& block : state.Get("search").Elements()) {
    std::string expression = TextOf(block.Get("expression"));
    if (expression.empty()) {
      expression = fmt::format("{} {} {}", TextOf(block.Get("name")), TextOf(block.Get("comparison")),
                               QuoteForSearch(TextOf(block.Get("value"))));
    }
    joined += joined.empty() ? expression : fmt::format(" {} {}", op, expression);
  }
  return joined;
}

// Defaults of absent arguments, also inside of blocks.
void FillDefaults(const DataSourceSpec& spec, Record* state) {
  FillDefaults(spec.fields, state);
  for (const Nested& nested : spec.nested) {
    const Value& blocks = state->Get(nested.name);
    if (nested.shape != Shape::kSetBlock || !blocks.IsKnownNotNull()) continue;
    std::vector<Value> filled;
    for (const Value& block : blocks.Elements()) {
      Record record(block);
      FillDefaults(nested.fields, &record);
      filled.push_back(record.Finish());
    }
    state->Set(nested.name, Value::Set(ElementType(nested), std::move(filled)));
  }
}

bool Delay(Reading* reading) {
  if (reading->state.type().AttributeIndex("delay_read_seconds") < 0) return true;
  std::string text = TextOf(reading->state.Get("delay_read_seconds"));
  int64_t delay = std::min<int64_t>(base::core::ParseInt64(text).value_or(0), 3600);
  return delay <= 0 ||
         reading->session.client->clock().Sleep(std::chrono::seconds(delay), reading->session.stop);
}

std::variant<ObjectList, ApiError> List(const Session& session, const std::string& path,
                                        size_t at_most = SIZE_MAX) {
  ObjectList objects;
  std::optional<ApiError> error = session.client->ForEachPage(
      path,
      [&](json::array& page) {
        for (json::value& element : page) {
          if (element.is_object() && objects.size() < at_most)
            objects.push_back(std::move(element.get_object()));
        }
        return objects.size() < at_most;
      },
      session.stop);
  if (error) return std::move(*error);
  return objects;
}

// admin_roles: the standard roles by type; roles: those and the custom ones by the id of their definition.
void SetRoles(Reading* reading, const std::string& user, Record* record) {
  auto got = List(reading->session, fmt::format("{}/roles", ObjectPath("/api/v1/users", user)));
  if (auto* error = std::get_if<ApiError>(&got)) {
    // Whoever may read users may lack the right to see their roles.
    if (error->status != 403) reading->Fail("failed to get the user's roles", *error);
    return;
  }
  std::vector<std::string> standard, all;
  for (const json::object& role : std::get<ObjectList>(got)) {
    std::string type = MemberText(role, "type");
    if (type != "CUSTOM") standard.push_back(type);
    std::string definition = MemberText(role, "role");
    all.push_back(type == "CUSTOM" && !definition.empty() ? definition : type);
  }
  record->Set("admin_roles", StringSet(standard));
  record->Set("roles", StringSet(all));
}

void SetGroups(Reading* reading, const std::string& user, Record* record) {
  auto got = ListIds(reading->session, fmt::format("{}/groups", ObjectPath("/api/v1/users", user)));
  if (auto* error = std::get_if<ApiError>(&got))
    return reading->Fail("failed to get the user's groups", *error);
  record->Set("group_memberships", StringSet(std::get<std::vector<std::string>>(got)));
}

void FillUser(const json::object& user, Record* record) {
  DecodeFields(UserDataFields(), UserDataNested(), user, record);
  record->Set("custom_profile_attributes", Value::String(CustomAttributes(UserDataFields(), user)));
  record->Set("id", Value::String(MemberText(user, "id")));
}

void ReadUser(Reading* reading) {
  Record& state = reading->state;
  json::object user;
  std::string id = TextOf(state.Get("user_id"));
  std::string search = SearchExpression(state);
  if (!id.empty()) {
    auto got = GetObject(reading->session, ObjectPath("/api/v1/users", id));
    if (auto* error = std::get_if<ApiError>(&got)) return reading->Fail("failed to get user", *error);
    user = std::move(std::get<json::object>(got));
  } else if (!search.empty()) {
    auto got =
        List(reading->session, fmt::format("/api/v1/users?search={}&limit=2", PercentEncode(search)), 2);
    if (auto* error = std::get_if<ApiError>(&got)) return reading->Fail("failed to list users", *error);
    ObjectList& found = std::get<ObjectList>(got);
    if (found.empty()) {
      return reading->Fail(
          fmt::format("failed to list users: no users found using the provided search: {}", search));
    }
    if (found.size() > 1) {
      ProviderDiagnostic warning = ErrorDiagnostic(
          "More than one user matches the search",
          fmt::format(
              "The search {} has several hits; the first one, {}, is used. Which one is first is up to the "
              "organization: search by login or use user_id.",
              search, MemberText(found[0], "profile.login")));
      warning.severity = base::diag::Severity::kWarning;
      reading->diagnostics.push_back(std::move(warning));
    }
    user = std::move(found[0]);
  } else {
    return reading->Fail("failed to get user: either user_id or a search block is needed");
  }
  FillUser(user, &state);
  std::string found_id = MemberText(user, "id");
  if (!IsTrue(state.Get("skip_roles"))) SetRoles(reading, found_id, &state);
  if (!IsTrue(state.Get("skip_groups"))) SetGroups(reading, found_id, &state);
}

void ReadUsers(Reading* reading) {
  Record& state = reading->state;
  std::string group = TextOf(state.Get("group_id"));
  std::string search = SearchExpression(state);
  std::string query = fmt::format("?limit=200&search={}&sortOrder=0", PercentEncode(search));
  if (group.empty() && search.empty()) {
    return reading->Fail("failed to list users: either group_id or a search block is needed");
  }
  std::string path = group.empty() ? "/api/v1/users" + query
                                   : fmt::format("{}/users?limit=200", ObjectPath("/api/v1/groups", group));
  auto got = List(reading->session, path);
  if (auto* error = std::get_if<ApiError>(&got)) return reading->Fail("failed to list users", *error);
  std::vector<Value> elements;
  Type element = state.TypeOf("users").element();
  for (const json::object& user : std::get<ObjectList>(got)) {
    Record record = Record::Nulls(element);
    FillUser(user, &record);
    for (const char* set : {"admin_roles", "roles", "group_memberships"}) record.Set(set, StringSet({}));
    std::string id = MemberText(user, "id");
    if (IsTrue(state.Get("include_roles"))) SetRoles(reading, id, &record);
    if (IsTrue(state.Get("include_groups"))) SetGroups(reading, id, &record);
    if (reading->failed()) return;
    elements.push_back(record.Finish());
  }
  state.Set("users", Value::List(element, std::move(elements)));
  state.Set("id", Value::String(group.empty() ? std::to_string(Crc32(query)) : group));
}

// The one group of this name (and type). Only an exact match counts: q matches prefixes.
std::optional<json::object> FindGroup(Reading* reading, const std::string& name, const std::string& type) {
  auto pick = [&](const ObjectList& groups) -> std::optional<json::object> {
    for (const json::object& group : groups) {
      if (MemberText(group, "profile.name") != name) continue;
      if (!type.empty() && MemberText(group, "type") != type) continue;
      return group;
    }
    return std::nullopt;
  };
  if (auto group = pick(reading->found_groups)) return group;
  std::string suffix = type.empty() ? "" : "&filter=" + PercentEncode(fmt::format("type eq \"{}\"", type));
  auto got = List(reading->session, fmt::format("/api/v1/groups?q={}{}", PercentEncode(name), suffix));
  if (auto* error = std::get_if<ApiError>(&got)) {
    reading->Fail("failed to query for groups", *error);
    return std::nullopt;
  }
  if (auto group = pick(std::get<ObjectList>(got))) return group;
  // q shows the first 300 only.
  if (std::get<ObjectList>(got).size() >= 300) {
    std::string search = fmt::format("profile.name eq {}", QuoteForSearch(name));
    auto more = List(reading->session, "/api/v1/groups?search=" + PercentEncode(search));
    if (auto* error = std::get_if<ApiError>(&more)) {
      reading->Fail("failed to query for groups", *error);
      return std::nullopt;
    }
    if (auto group = pick(std::get<ObjectList>(more))) return group;
  }
  reading->Fail(type.empty() ? fmt::format("group \"{}\" was not found", name)
                             : fmt::format("group \"{}\" with type \"{}\" was not found", name, type),
                "The whole name must match, with its case.");
  return std::nullopt;
}

void SetMembers(Reading* reading, const std::string& group) {
  auto got =
      ListIds(reading->session, fmt::format("{}/users?limit=1000", ObjectPath("/api/v1/groups", group)));
  if (auto* error = std::get_if<ApiError>(&got))
    return reading->Fail("failed to list the group's users", *error);
  reading->state.Set("users", StringSet(std::get<std::vector<std::string>>(got)));
}

void ReadGroup(Reading* reading) {
  Record& state = reading->state;
  std::string id = TextOf(state.Get("id"));
  std::string name = TextOf(state.Get("name"));
  std::optional<json::object> group;
  if (!id.empty()) {
    auto got = GetObject(reading->session, ObjectPath("/api/v1/groups", id));
    if (auto* error = std::get_if<ApiError>(&got)) return reading->Fail("failed to get group", *error);
    group = std::move(std::get<json::object>(got));
  } else if (!name.empty()) {
    group = FindGroup(reading, name, TextOf(state.Get("type")));
    if (!group) return;
  } else {
    return reading->Fail("config must provide either 'id' or 'name' to retrieve the group");
  }
  Value type = state.Get("type");
  DecodeFields(reading->spec.fields, {}, *group, &state);
  state.Set("type", type.IsNull() ? Value::String(MemberText(*group, "type")) : type);
  if (IsTrue(state.Get("include_users"))) SetMembers(reading, MemberText(*group, "id"));
}

void ReadEveryone(Reading* reading) {
  std::optional<json::object> group = FindGroup(reading, "Everyone", "BUILT_IN");
  if (!group) return;
  DecodeFields(reading->spec.fields, {}, *group, &reading->state);
  reading->state.Set("id", Value::String(MemberText(*group, "id")));
}

void ReadGroups(Reading* reading) {
  Record& state = reading->state;
  std::string query = fmt::format("?limit={}", state.Get("limit").AsInt64().value_or(200));
  if (std::string q = TextOf(state.Get("q")); !q.empty()) query += "&q=" + PercentEncode(q);
  if (std::string search = TextOf(state.Get("search")); !search.empty())
    query += "&search=" + PercentEncode(search);
  if (std::string type = TextOf(state.Get("type")); !type.empty()) {
    query += "&filter=" + PercentEncode(fmt::format("type eq \"{}\"", type));
  }
  auto got = List(reading->session, "/api/v1/groups" + query);
  if (auto* error = std::get_if<ApiError>(&got)) return reading->Fail("failed to list groups", *error);
  const Nested& list = reading->spec.nested[0];
  Type element = ElementType(list);
  std::vector<Value> elements;
  for (const json::object& group : std::get<ObjectList>(got)) {
    Record record = Record::Nulls(element);
    DecodeFields(list.fields, {}, group, &record);
    record.Set("custom_profile_attributes", Value::String(CustomAttributes(list.fields, group)));
    elements.push_back(record.Finish());
  }
  state.Set("groups", Value::List(element, std::move(elements)));
  state.Set("id", Value::String(std::to_string(Crc32(query))));
}

// All the groups that are asked for by name, some fifty names to a call. What is missing here (the search
// index lags, or the search was refused) is asked for one by one.
ObjectList SearchGroups(std::span<const ReadDataRequest> requests, const Session& session) {
  std::set<std::string> names;
  for (const ReadDataRequest& request : requests) {
    const DataSourceSpec* spec = FindDataSourceSpec(request.type);
    if (spec == nullptr || spec->kind != DataKind::kGroup || IsSetText(request.config.Get("id"))) continue;
    if (IsSetText(request.config.Get("name"))) names.insert(TextOf(request.config.Get("name")));
  }
  if (names.size() < kWorthSearching) return {};
  auto got = FindByTexts(session, "/api/v1/groups", "search", "profile.name", names);
  return std::holds_alternative<ApiError>(got) ? ObjectList() : std::move(std::get<ObjectList>(got));
}

ReadDataResponse ReadOne(const ReadDataRequest& request, const Session& session,
                         const ObjectList& found_groups) {
  const DataSourceSpec* spec = FindDataSourceSpec(request.type);
  CHECK(spec != nullptr);
  Reading reading{*spec, session, found_groups, Record(request.config), {}};
  FillDefaults(*spec, &reading.state);
  if (!Delay(&reading)) {
    reading.Fail("interrupted");
  } else {
    switch (spec->kind) {
      case DataKind::kUser:
        ReadUser(&reading);
        break;
      case DataKind::kUsers:
        ReadUsers(&reading);
        break;
      case DataKind::kGroup:
        ReadGroup(&reading);
        break;
      case DataKind::kGroups:
        ReadGroups(&reading);
        break;
      case DataKind::kEveryone:
        ReadEveryone(&reading);
        break;
    }
  }
  ReadDataResponse response;
  response.state = reading.failed() ? Value::Null(request.config.type()) : reading.state.Finish();
  response.diagnostics = std::move(reading.diagnostics);
  return response;
}

}  // namespace

void ReadDataSources(std::span<const ReadDataRequest> requests,
                     const provider::api::Sink<ReadDataResponse>& sink, const Session& session) {
  ObjectList found_groups = SearchGroups(requests, session);
  if (requests.size() == 1) return sink(0, ReadOne(requests[0], session, found_groups));
  base::core::ThreadPool pool(kThreads);
  for (size_t i = 0; i < requests.size(); ++i) {
    pool.Submit([&, i] { sink(i, ReadOne(requests[i], session, found_groups)); });
  }
  pool.Wait();
}

}  // namespace okta::resources
