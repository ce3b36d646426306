#include "org/store/apps.h"

#include "org/store/app_rows.h"
#include "org/store/roles.h"

namespace org::store {
namespace {

namespace json = boost::json;

constexpr std::string_view kColumns =
    "seq, id, name, label, active, sign_on_mode, application_type, auth_method, dpop_bound, rate_percentage, "
    "settings, created, last_updated";
constexpr int kMaxPage = 200;
constexpr size_t kMaxLabel = 100;

App ReadApp(const base::sql::Statement& row) {
  App app;
  app.id = row.Text(1);
  app.name = row.Text(2);
  app.label = row.Text(3);
  app.active = row.Int(4) != 0;
  app.sign_on_mode = row.Text(5);
  app.application_type = row.Text(6);
  app.auth_method = row.Text(7);
  app.dpop_bound = row.Int(8) != 0;
  app.rate_percentage = static_cast<int>(row.Int(9));
  app.settings = ParseObject(row.View(10));
  app.created = FromMillis(row.Int(11));
  app.last_updated = FromMillis(row.Int(12));
  return app;
}

std::optional<Refusal> CheckApp(const App& app) {
  if (app.label.empty()) return ValidationFailed("label", {"label: The field cannot be left blank"});
  if (app.label.size() > kMaxLabel) return ValidationFailed("label", {"label: The field is too long"});
  static constexpr std::string_view kMethods[] = {"private_key_jwt", "client_secret_basic",
                                                  "client_secret_post", "client_secret_jwt", "none"};
  if (std::find(std::begin(kMethods), std::end(kMethods), app.auth_method) == std::end(kMethods))
    return ValidationFailed("token_endpoint_auth_method",
                            {"token_endpoint_auth_method: The value is not one of the supported methods"});
  static constexpr std::string_view kTypes[] = {"service", "web", "browser", "native"};
  if (std::find(std::begin(kTypes), std::end(kTypes), app.application_type) == std::end(kTypes))
    return ValidationFailed("application_type",
                            {"application_type: The value is not one of the supported types"});
  return CheckPercentage(app.rate_percentage);
}

std::optional<Refusal> CheckClientId(Writing& writing, std::string_view id) {
  bool plain = id.size() >= 6 && id.size() <= 100 && std::all_of(id.begin(), id.end(), [](char c) {
                 return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                        c == '-' || c == '_';
               });
  if (!plain)
    return ValidationFailed("client_id", {"client_id: 6 to 100 letters, digits, '-' and '_' are allowed"});
  auto taken = writing.Query("SELECT 1 FROM apps WHERE id = ?");
  if (taken.Bind(id).Step())
    return ValidationFailed(
        "client_id", {"client_id: An object with this field already exists in the current organization"});
  return std::nullopt;
}

void SaveApp(Writing& writing, const App& app) {
  writing
      .Query(
          "UPDATE apps SET label = ?, label_key = ?, active = ?, auth_method = ?, dpop_bound = ?, "
          "rate_percentage = ?, settings = ?, last_updated = ? WHERE id = ?")
      .Bind(app.label)
      .Bind(Fold(app.label))
      .Bind(app.active)
      .Bind(app.auth_method)
      .Bind(app.dpop_bound)
      .Bind(app.rate_percentage)
      .Bind(JsonText(app.settings))
      .Bind(ToMillis(app.last_updated))
      .Bind(app.id)
      .Run();
}

void LifecycleEvents(Writing& writing, const App& app, std::string_view what, std::string_view words) {
  writing.Event({.type = fmt::format("application.lifecycle.{}", what),
                 .message = fmt::format("{} application", words),
                 .targets = {AppTarget(app)}});
  writing.Event({.type = fmt::format("app.oauth2.client.lifecycle.{}", what),
                 .message = fmt::format("{} OAuth client", words),
                 .targets = {{app.id, "PublicClientApp", app.id, app.label}}});
}

}  // namespace

template <typename Session>
Outcome<App> LoadApp(Session& session, std::string_view id) {
  auto row = session.Query(fmt::format("SELECT {} FROM apps WHERE id = ?", kColumns));
  if (row.Bind(id).Step()) return ReadApp(row);
  return NotFound(id, "AppInstance");
}
template Outcome<App> LoadApp(Reading&, std::string_view);
template Outcome<App> LoadApp(Writing&, std::string_view);

EventTarget AppTarget(const App& app) { return {app.id, "AppInstance", app.label, app.label}; }

std::optional<Refusal> CheckPercentage(int percentage) {
  if (percentage >= 1 && percentage <= 100) return std::nullopt;
  return ValidationFailed("defaultPercentage", {"defaultPercentage: The value must be between 1 and 100"});
}

Outcome<App> CreateApp(Store& store, const Actor& actor, const NewApp& input) {
  Writing writing(store, actor);
  App app;
  app.label = input.label;
  app.auth_method = input.auth_method;
  app.application_type = input.application_type;
  app.dpop_bound = input.dpop_bound;
  app.active = input.activate;
  app.settings = input.settings;
  app.created = app.last_updated = writing.now();
  if (auto refusal = CheckApp(app)) return *refusal;
  if (!input.client_id.empty())
    if (auto refusal = CheckClientId(writing, input.client_id)) return *refusal;
  app.id = input.client_id.empty() ? store.NewId("0oa") : input.client_id;
  writing.Query("INSERT INTO apps VALUES(NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
      .Bind(app.id)
      .Bind(app.name)
      .Bind(app.label)
      .Bind(Fold(app.label))
      .Bind(app.active)
      .Bind(app.sign_on_mode)
      .Bind(app.application_type)
      .Bind(app.auth_method)
      .Bind(app.dpop_bound)
      .Bind(app.rate_percentage)
      .Bind(JsonText(app.settings))
      .Bind(writing.now_millis())
      .Bind(writing.now_millis())
      .Run();
  LifecycleEvents(writing, app, "create", "Create");
  if (app.active) LifecycleEvents(writing, app, "activate", "Activate");
  if (app.application_type == "service") {
    writing.Query("INSERT INTO roles VALUES(NULL, ?, ?, ?, 'SUPER_ADMIN', ?, ?)")
        .Bind(store.NewId("cra"))
        .Bind(static_cast<int>(RoleHolder::kClient))
        .Bind(app.id)
        .Bind(writing.now_millis())
        .Bind(writing.now_millis())
        .Run();
    writing.Event({.type = "app.oauth2.client.privilege.grant",
                   .message = "Grant privilege to OAuth client",
                   .targets = {{app.id, "PublicClientApp", app.id, app.label}}});
  }
  return writing.Commit(std::move(app));
}

Outcome<App> FindApp(Store& store, std::string_view id) {
  Reading reading(store);
  ASSIGN_OR_REFUSE(App app, LoadApp(reading, id));
  return reading.Finish(std::move(app));
}

Outcome<Page<App>> ListApps(Store& store, const PageRequest& request, std::string_view q,
                            std::optional<bool> active) {
  Cursor after;
  if (!request.after.empty()) {
    auto cursor = DecodeCursor(request.after);
    if (!cursor) return InvalidCursor();
    after = *cursor;
  }
  std::string sql = fmt::format("SELECT {} FROM apps WHERE seq > ?", kColumns);
  if (!q.empty()) sql += " AND (instr(label_key, ?) = 1 OR instr(name, ?) = 1)";
  if (active) sql += " AND active = ?";
  sql += " ORDER BY seq LIMIT ?";
  const int limit = std::clamp(request.limit, 1, kMaxPage);
  Page<App> page;
  Reading reading(store);
  {
    auto row = reading.Query(sql);
    row.Bind(after.seq);
    if (!q.empty()) row.Bind(Fold(q)).Bind(q);
    if (active) row.Bind(*active);
    row.Bind(limit + 1);
    page = ReadPage<App>(row, limit, [&](Cursor& last) {
      last.seq = row.Int(0);
      return ReadApp(row);
    });
  }
  return reading.Finish(std::move(page));
}

Outcome<App> UpdateApp(Store& store, const Actor& actor, std::string_view id, const AppUpdate& update) {
  Writing writing(store, actor);
  ASSIGN_OR_REFUSE(App app, LoadApp(writing, id));
  if (update.label) app.label = *update.label;
  if (update.auth_method) app.auth_method = *update.auth_method;
  if (update.dpop_bound) app.dpop_bound = *update.dpop_bound;
  if (update.rate_percentage) app.rate_percentage = *update.rate_percentage;
  if (update.settings) app.settings = *update.settings;
  app.last_updated = writing.now();
  if (auto refusal = CheckApp(app)) return *refusal;
  SaveApp(writing, app);
  LifecycleEvents(writing, app, "update", "Update");
  return writing.Commit(std::move(app));
}

Outcome<App> SetAppActive(Store& store, const Actor& actor, std::string_view id, bool active) {
  Writing writing(store, actor);
  ASSIGN_OR_REFUSE(App app, LoadApp(writing, id));
  if (app.active == active) return writing.Commit(std::move(app));
  app.active = active;
  app.last_updated = writing.now();
  SaveApp(writing, app);
  LifecycleEvents(writing, app, active ? "activate" : "deactivate", active ? "Activate" : "Deactivate");
  return writing.Commit(std::move(app));
}

Change DeleteApp(Store& store, const Actor& actor, std::string_view id) {
  Writing writing(store, actor);
  ASSIGN_OR_REFUSE(App app, LoadApp(writing, id));
  if (app.active)
    return Refusal{403,
                   "E0000056",
                   "Delete application forbidden.",
                   {"The application must be deactivated before deletion."}};
  writing.Query("DELETE FROM apps WHERE id = ?").Bind(id).Run();
  writing.Query("DELETE FROM used_ids WHERE app_id = ?").Bind(id).Run();
  writing.Query("DELETE FROM roles WHERE holder = 2 AND holder_id = ?").Bind(id).Run();
  LifecycleEvents(writing, app, "delete", "Delete");
  return writing.Commit(Done());
}

Outcome<bool> UseOnce(Store& store, std::string_view app_id, std::string_view jti, Time expires) {
  const Actor nobody;
  Writing writing(store, nobody);
  writing.Query("DELETE FROM used_ids WHERE expires < ?").Bind(writing.now_millis()).Run();
  writing.Query("INSERT OR IGNORE INTO used_ids VALUES(?, ?, ?)")
      .Bind(app_id)
      .Bind(jti)
      .Bind(ToMillis(expires))
      .Run();
  return writing.Commit(writing.changes() == 1);
}

}  // namespace org::store
