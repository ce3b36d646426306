#include "org/store/groups.h"

#include "org/store/filter_sql.h"
#include "org/store/member_rows.h"
#include "org/store/profile.h"
#include "org/store/schema_rows.h"

namespace org::store {
namespace {

namespace json = boost::json;

constexpr int kMaxPage = 10000;

// A description that is empty or absent is null in the API; the store keeps no nulls.
std::optional<Refusal> CheckGroup(Writing& writing, int64_t own_seq, json::object* profile) {
  const Schema* schema = CachedSchema(writing, "group");
  if (auto refusal = CheckProfile(schema->definitions, "group", profile)) return refusal;
  auto taken = writing.Query("SELECT 1 FROM groups WHERE type = 'OKTA_GROUP' AND name_key = ? AND seq <> ?");
  if (taken.Bind(Fold(profile->at("name").as_string())).Bind(own_seq).Step())
    return ValidationFailed("name",
                            {"name: An object with this field already exists in the current organization"});
  return std::nullopt;
}

}  // namespace

std::string_view GroupTypeName(GroupType type) {
  switch (type) {
    case GroupType::kBuiltIn:
      return "BUILT_IN";
    case GroupType::kApp:
      return "APP_GROUP";
    default:
      return "OKTA_GROUP";
  }
}

std::string_view Group::Attribute(std::string_view name) const {
  const json::value* value = profile.if_contains(name);
  return value && value->is_string() ? std::string_view(value->as_string()) : std::string_view();
}

GroupRow ReadGroupRow(const base::sql::Statement& row) {
  GroupRow result;
  result.seq = row.Int(0);
  Group& group = result.group;
  group.id = row.Text(1);
  std::string_view type = row.View(2);
  group.type = type == "BUILT_IN"    ? GroupType::kBuiltIn
               : type == "APP_GROUP" ? GroupType::kApp
                                     : GroupType::kOkta;
  group.profile = ParseObject(row.View(3));
  group.created = FromMillis(row.Int(4));
  group.last_updated = FromMillis(row.Int(5));
  group.last_membership_updated = FromMillis(row.Int(6));
  return result;
}

template <typename Session>
Outcome<GroupRow> LoadGroup(Session& session, std::string_view id) {
  auto row = session.Query(fmt::format("SELECT {} FROM groups g WHERE g.id = ?", kGroupColumns));
  if (row.Bind(id).Step()) return ReadGroupRow(row);
  return NotFound(id, "UserGroup");
}
template Outcome<GroupRow> LoadGroup(Reading&, std::string_view);
template Outcome<GroupRow> LoadGroup(Writing&, std::string_view);

EventTarget GroupTarget(const Group& group) {
  return {group.id, "UserGroup", "unknown", std::string(group.Attribute("name"))};
}

Outcome<Group> CreateGroup(Store& store, const Actor& actor, const json::object& profile) {
  Writing writing(store, actor);
  Group group;
  group.profile = profile;
  if (auto refusal = CheckGroup(writing, 0, &group.profile)) return *refusal;
  group.id = store.NewId("00g");
  group.created = group.last_updated = group.last_membership_updated = writing.now();
  writing.Query("INSERT INTO groups VALUES(NULL, ?, 'OKTA_GROUP', ?, ?, ?, ?, ?)")
      .Bind(group.id)
      .Bind(Fold(group.Attribute("name")))
      .Bind(JsonText(group.profile))
      .Bind(writing.now_millis())
      .Bind(writing.now_millis())
      .Bind(writing.now_millis())
      .Run();
  writing.Event(
      {.type = "group.lifecycle.create", .message = "Create Okta group", .targets = {GroupTarget(group)}});
  return writing.Commit(std::move(group));
}

Outcome<Group> FindGroup(Store& store, std::string_view id) {
  Reading reading(store);
  ASSIGN_OR_REFUSE(GroupRow row, LoadGroup(reading, id));
  return reading.Finish(std::move(row.group));
}

Outcome<Group> UpdateGroup(Store& store, const Actor& actor, std::string_view id,
                           const json::object& profile) {
  Writing writing(store, actor);
  ASSIGN_OR_REFUSE(GroupRow row, LoadGroup(writing, id));
  if (row.group.type != GroupType::kOkta) return NoPermission();
  row.group.profile = profile;
  if (auto refusal = CheckGroup(writing, row.seq, &row.group.profile)) return *refusal;
  row.group.last_updated = writing.now();
  writing.Query("UPDATE groups SET name_key = ?, profile = ?, last_updated = ? WHERE seq = ?")
      .Bind(Fold(row.group.Attribute("name")))
      .Bind(JsonText(row.group.profile))
      .Bind(writing.now_millis())
      .Bind(row.seq)
      .Run();
  writing.Event({.type = "group.profile.update",
                 .message = "Update Okta group profile",
                 .targets = {GroupTarget(row.group)}});
  return writing.Commit(std::move(row.group));
}

Change DeleteGroup(Store& store, const Actor& actor, std::string_view id) {
  Writing writing(store, actor);
  ASSIGN_OR_REFUSE(GroupRow row, LoadGroup(writing, id));
  if (row.group.type != GroupType::kOkta) return NoPermission();
  writing.Query("DELETE FROM roles WHERE holder = 1 AND holder_id = ?").Bind(id).Run();
  writing.Query("DELETE FROM groups WHERE seq = ?").Bind(row.seq).Run();
  writing.Event({.type = "group.lifecycle.delete",
                 .message = "Delete Okta group",
                 .targets = {GroupTarget(row.group)}});
  return writing.Commit(Done());
}

Outcome<Page<Group>> ListGroups(Store& store, const GroupQuery& query) {
  SqlCondition conditions[2];
  if (!query.filter.empty()) {
    ASSIGN_OR_REFUSE(conditions[0], CompileFilter(query.filter, GroupFilterAttributes()));
  }
  if (!query.search.empty()) {
    ASSIGN_OR_REFUSE(conditions[1], CompileFilter(query.search, GroupSearchAttributes()));
  }
  std::string sort = "g.seq";
  const bool sorted = !query.sort_by.empty();
  if (sorted) {
    ASSIGN_OR_REFUSE(sort, SortExpression(query.sort_by, GroupSearchAttributes()));
  }
  std::optional<Cursor> after;
  if (!query.page.after.empty()) {
    after = DecodeCursor(query.page.after);
    if (!after || after->key.has_value() != sorted) return InvalidCursor();
  }
  std::string sql = fmt::format("SELECT {}, {} FROM groups g WHERE 1", kGroupColumns, sort);
  for (const SqlCondition& condition : conditions)
    if (!condition.sql.empty()) sql += " AND " + condition.sql;
  if (!query.q.empty()) sql += " AND name_key >= ? AND name_key < ?";
  const std::string_view beyond = query.descending ? "<" : ">";
  if (after && sorted)
    sql += fmt::format(" AND ({0} {1} ? OR ({0} = ? AND g.seq {1} ?))", sort, beyond);
  else if (after)
    sql += fmt::format(" AND g.seq {} ?", beyond);
  sql += fmt::format(" ORDER BY {0}{1}, g.seq{1} LIMIT ?", sort, query.descending ? " DESC" : "");

  const int limit = std::clamp(query.page.limit, 1, kMaxPage);
  Page<Group> page;
  Reading reading(store);
  {
    auto row = reading.Query(sql);
    for (const SqlCondition& condition : conditions) condition.BindTo(row);
    if (!query.q.empty()) row.Bind(Fold(query.q)).Bind(Fold(query.q) + "\xF4\x8F\xBF\xBF");
    if (after && sorted) row.Bind(*after->key).Bind(*after->key);
    if (after) row.Bind(after->seq);
    row.Bind(limit + 1);
    page = ReadPage<Group>(row, limit, [&](Cursor& last) {
      GroupRow found = ReadGroupRow(row);
      last = {.seq = found.seq, .key = sorted ? std::optional(row.Text(7)) : std::nullopt};
      return std::move(found.group);
    });
  }
  return reading.Finish(std::move(page));
}

}  // namespace org::store
