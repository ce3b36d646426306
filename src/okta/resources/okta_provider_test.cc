// The provider against a small org of its own: enough of users, groups and members to follow requests.
#include "okta/resources/okta_provider.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "base/net/http_server.h"
#include "okta/resources/record.h"

namespace okta::resources {
namespace {

namespace json = boost::json;
using base::net::ServerRequest;
using base::net::ServerResponse;
using provider::api::FindCreatedRequest;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

ServerResponse Json(int status, const json::value& body) {
  return {status, {{"Content-Type", "application/json"}}, json::serialize(body)};
}

// Behaves as the API's documentation says, for one caller; keeps a list of what was asked.
class FakeOrg {
 public:
  FakeOrg() {
    server_ =
        std::move(base::net::HttpServer::Start({}, [this](ServerRequest& r) { return Handle(r); })).value();
  }

  std::string AddUser(const std::string& login, const std::string& status = "ACTIVE") {
    std::lock_guard lock(mutex_);
    return std::string(
        MakeUser({{"login", login}, {"email", login}, {"firstName", "F"}, {"lastName", "L"}}, status)
            .at("id")
            .as_string());
  }
  std::string AddGroup(const std::string& name) {
    std::lock_guard lock(mutex_);
    std::string id = fmt::format("00g{:05}", ++next_);
    groups_[id] = {{"id", id},
                   {"type", "OKTA_GROUP"},
                   {"created", "2026-01-02T03:04:05.000Z"},
                   {"profile", {{"name", name}, {"description", "d"}}}};
    return id;
  }
  std::vector<std::string> TakeCalls() {
    std::lock_guard lock(mutex_);
    return std::exchange(calls_, {});
  }

  std::string url() const { return server_->url(); }
  std::map<std::string, json::object> users_, groups_;
  std::map<std::string, std::set<std::string>> members_;
  std::set<std::string> hidden_;          // not in lists yet
  std::map<std::string, int> fail_;       // "METHOD /path" -> status
  std::set<std::string> lose_answer_of_;  // carried out, but the answer is 500

 private:
  json::object& MakeUser(json::object profile, const std::string& status) {
    std::string id = fmt::format("00u{:05}", ++next_);
    users_[id] = {{"id", id},
                  {"status", status},
                  {"created", base::core::FormatRfc3339Milli(base::core::RealClock().Now())},
                  {"lastUpdated", "2026-01-02T03:04:05.000Z"},
                  {"type", {{"id", "oty1"}}},
                  {"profile", std::move(profile)}};
    return users_[id];
  }

  ServerResponse NotFound() {
    return Json(404, {{"errorCode", "E0000007"},
                      {"errorSummary", "Not found: Resource not found: x (User)"},
                      {"errorCauses", json::array()}});
  }

  ServerResponse ListOf(ServerRequest& request, const std::map<std::string, json::object>& objects,
                        bool users) {
    std::string filter(request.Query("filter"));
    size_t limit = request.HasQuery("limit") ? std::stoul(std::string(request.Query("limit"))) : 200;
    std::string after(request.Query("after")), last, q(request.Query("q")), search(request.Query("search"));
    json::array page;
    bool more = false;
    for (const auto& [id, object] : objects) {
      if (hidden_.contains(id) || id <= after) continue;
      auto in_filter = [&](std::string_view text) {
        return filter.find(fmt::format("\"{}\"", text)) != std::string::npos;
      };
      const json::value* login = object.at("profile").as_object().if_contains("login");
      if (!filter.empty() && !in_filter(id) && !(login && in_filter(login->as_string()))) continue;
      if (!search.empty() && search.find('"' + std::string(object.at("profile").at("name").as_string()) +
                                         '"') == std::string::npos)
        continue;
      if (!q.empty() && !std::string_view(object.at("profile").at("name").as_string()).starts_with(q))
        continue;
      if (filter.empty() && users && object.at("status") == "DEPROVISIONED") continue;
      if (page.size() == limit) {
        more = true;
        break;
      }
      page.push_back(object);
      last = id;
    }
    ServerResponse response = Json(200, page);
    if (more)
      response.Add("Link",
                   fmt::format("<https://x{}?after={}&limit={}>; rel=\"next\"", request.path, last, limit));
    return response;
  }

  ServerResponse Handle(ServerRequest& request) {
    std::lock_guard lock(mutex_);
    std::string call = request.method + " " + request.path;
    calls_.push_back(request.target.size() < 70 ? request.method + " " + request.target : call + "?...");
    if (auto found = fail_.find(call); found != fail_.end()) {
      return Json(found->second,
                  {{"errorCode", "E0000006"},
                   {"errorSummary", "You do not have permission to perform the requested action"},
                   {"errorCauses", json::array()}});
    }
    ServerResponse response = Act(request);
    if (lose_answer_of_.contains(call)) return Json(500, json::object());
    return response;
  }

  ServerResponse Act(ServerRequest& request) {
    std::vector<std::string> parts;
    std::string rest = request.path.substr(1);
    while (!rest.empty()) {
      size_t slash = rest.find('/');
      parts.push_back(base::net::PercentDecode(rest.substr(0, slash)));
      rest = slash == std::string::npos ? "" : rest.substr(slash + 1);
    }
    bool users = parts[2] == "users";
    auto& objects = users ? users_ : groups_;
    if (parts.size() == 3 && request.method == "GET") return ListOf(request, objects, users);
    json::value body = request.body.empty() ? json::value() : json::parse(request.body);
    if (parts.size() == 3) {
      if (!users) {
        std::string id = fmt::format("00g{:05}", ++next_);
        return Json(
            200, groups_[id] = {
                     {"id", id}, {"created", "2026-01-02T03:04:05.000Z"}, {"profile", body.at("profile")}});
      }
      bool password = body.at("credentials").at("password").as_object().contains("value");
      std::string status = request.Query("activate") == "false" ? "STAGED"
                           : password                           ? "ACTIVE"
                                                                : "PROVISIONED";
      return Json(200, MakeUser(body.at("profile").as_object(), status));
    }
    std::string id = parts[3];
    for (auto& [key, object] : users_) {
      if (users && object.at("profile").at("login") == json::string(id)) id = key;
    }
    auto found = objects.find(id);
    if (found == objects.end()) return NotFound();
    if (parts.size() == 4) {
      if (request.method == "PUT") found->second["profile"] = body.at("profile");
      if (request.method == "DELETE") {
        if (users && found->second.at("status") != "DEPROVISIONED")
          found->second["status"] = "DEPROVISIONED";
        else
          objects.erase(found);
        return {204, {}, ""};
      }
      return Json(200, found->second);
    }
    if (parts[4] == "lifecycle") {
      static const std::map<std::string, std::string> kTo = {{"suspend", "SUSPENDED"},
                                                             {"unsuspend", "ACTIVE"},
                                                             {"activate", "ACTIVE"},
                                                             {"deactivate", "DEPROVISIONED"},
                                                             {"expire_password", "PASSWORD_EXPIRED"}};
      found->second["status"] = kTo.at(parts[5]);
      return Json(200, json::object());
    }
    if (parts.size() == 6) {
      if (!users_.contains(parts[5])) return NotFound();
      if (request.method == "PUT")
        members_[id].insert(parts[5]);
      else
        members_[id].erase(parts[5]);
      return {204, {}, ""};
    }
    json::array list;
    if (parts[4] == "users") {
      for (const std::string& user : members_[id]) list.push_back(users_[user]);
    } else if (parts[4] == "groups") {
      for (const auto& [group, members] : members_)
        if (members.contains(id)) list.push_back(groups_[group]);
    } else {
      list.push_back(json::object{{"type", "ORG_ADMIN"}});
    }
    return Json(200, list);
  }

  std::mutex mutex_;
  std::vector<std::string> calls_;
  int next_ = 0;
  std::unique_ptr<base::net::HttpServer> server_;
};

class ProviderTest : public ::testing::Test {
 protected:
  ProviderTest() {
    base::core::Environment environment({{"OKTA_HTTP_PROXY", org_.url()}, {"OKTA_API_TOKEN", "t"}});
    provider_ = MakeOktaProvider(environment, std::make_shared<api::Connections>(clock_));
    EXPECT_TRUE(provider_->Configure(provider_->ConfigSchema().EmptyValue()).empty());
  }

  Value Config(const char* type, const std::vector<std::pair<std::string, Value>>& settings,
               bool data = false) {
    const auto* schema = data ? provider_->FindDataSource(type) : provider_->FindResource(type);
    Record record = Record::Empty(schema->block);
    for (const auto& [name, value] : settings) record.Set(name, value);
    return record.Finish();
  }
  Value User(const std::string& login, std::vector<std::pair<std::string, Value>> more = {}) {
    std::vector<std::pair<std::string, Value>> settings = {{"login", Value::String(login)},
                                                           {"email", Value::String(login)},
                                                           {"first_name", Value::String("F")},
                                                           {"last_name", Value::String("L")}};
    settings.insert(settings.end(), more.begin(), more.end());
    return Config("okta_user", settings);
  }

  struct Applied {
    Value state;
    std::string error;
  };
  // Plan and apply of one instance; config null destroys.
  Applied Apply(const char* type, const Value& prior, const Value& config) {
    Applied applied;
    Value planned;
    provider::api::PlanRequest plan{type, prior, config, config, {}, {}};
    provider_->Plan({&plan, 1},
                    [&](size_t, provider::api::PlanResponse response) { planned = response.planned; }, {});
    last_planned_ = planned;
    provider::api::ApplyRequest apply{type, prior, planned, config, {}, {}};
    provider_->Apply({&apply, 1},
                     [&](size_t, provider::api::ApplyResponse response) {
                       applied.state = response.state;
                       for (auto& diagnostic : response.diagnostics)
                         applied.error += diagnostic.summary + "\n";
                     },
                     {});
    return applied;
  }
  Value NullOf(const char* type) { return Value::Null(provider_->FindResource(type)->block.implied_type()); }

  struct Refreshed {
    std::vector<Value> states;
    std::string errors;
  };
  Refreshed Refresh(const char* type, const std::vector<Value>& priors) {
    std::vector<provider::api::ReadRequest> requests;
    for (const Value& prior : priors) requests.push_back({type, prior, "p", ""});
    Refreshed refreshed{std::vector<Value>(priors.size()), {}};
    std::mutex mutex;
    std::vector<int> answers(priors.size());
    provider_->Read(requests,
                    [&](size_t index, provider::api::ReadResponse response) {
                      std::lock_guard lock(mutex);
                      ++answers[index];
                      EXPECT_EQ(response.private_data, "p");
                      refreshed.states[index] = response.state;
                      for (auto& diagnostic : response.diagnostics)
                        refreshed.errors += diagnostic.summary + "\n";
                    },
                    {});
    EXPECT_THAT(answers, ::testing::Each(1));
    return refreshed;
  }
  std::vector<Value> FindCreated(const std::vector<FindCreatedRequest>& requests) {
    std::vector<Value> found(requests.size());
    std::vector<int> answers(requests.size());
    std::mutex mutex;
    provider_->FindCreated(requests,
                           [&](size_t index, provider::api::FindCreatedResponse response) {
                             std::lock_guard lock(mutex);
                             ++answers[index];
                             found[index] = response.state;
                           },
                           {});
    EXPECT_THAT(answers, ::testing::Each(1));
    return found;
  }
  std::vector<Value> ImportAll(const char* type, const std::vector<std::string>& ids) {
    std::vector<Value> states;
    for (const std::string& id : ids) {
      auto response = provider_->Import({.type = type, .id = id});
      EXPECT_TRUE(response.diagnostics.empty()) << response.diagnostics[0].summary;
      states.push_back(response.objects.at(0).state);
    }
    provider_->EndWalk();
    org_.TakeCalls();
    return states;
  }

  Value ReadData(const char* type, const std::vector<std::pair<std::string, Value>>& settings,
                 std::string* error = nullptr) {
    Value config = Config(type, settings, true), state;
    provider::api::ReadDataRequest request{type, config, ""};
    provider_->ReadData({&request, 1},
                        [&](size_t, provider::api::ReadDataResponse response) {
                          state = response.state;
                          for (auto& diagnostic : response.diagnostics)
                            (error ? *error : unexpected_) += diagnostic.summary;
                        },
                        {});
    EXPECT_EQ(unexpected_, "");
    return state;
  }

  base::core::FakeClock clock_{base::core::RealClock().Now()};
  FakeOrg org_;
  std::unique_ptr<provider::api::Provider> provider_;
  Value last_planned_;
  std::string unexpected_;
};

TEST_F(ProviderTest, LifeOfAUser) {
  Applied made = Apply("okta_user", NullOf("okta_user"), User("bird@example.com"));
  EXPECT_EQ(made.error, "");
  EXPECT_EQ(TextOf(made.state.Get("raw_status")), "PROVISIONED");
  EXPECT_EQ(TextOf(made.state.Get("custom_profile_attributes")), "{}");
  EXPECT_THAT(org_.TakeCalls(), ElementsAre("POST /api/v1/users"));
  std::string path = "/api/v1/users/" + TextOf(made.state.Get("id"));

  Applied renamed =
      Apply("okta_user", made.state, User("bird@example.com", {{"city", Value::String("Bend")}}));
  EXPECT_EQ(renamed.error, "");
  EXPECT_EQ(TextOf(renamed.state.Get("city")), "Bend");
  EXPECT_THAT(org_.TakeCalls(), ElementsAre("PUT " + path));

  org_.users_.begin()->second["status"] = "ACTIVE";
  Value refreshed = Refresh("okta_user", {renamed.state}).states[0];
  EXPECT_EQ(TextOf(refreshed.Get("status")), "ACTIVE");
  org_.TakeCalls();
  Applied suspended = Apply(
      "okta_user", refreshed,
      User("bird@example.com", {{"city", Value::String("Bend")}, {"status", Value::String("SUSPENDED")}}));
  EXPECT_EQ(suspended.error, "");
  EXPECT_EQ(TextOf(suspended.state.Get("raw_status")), "SUSPENDED");
  EXPECT_THAT(org_.TakeCalls(),
              ElementsAre("GET " + path, "POST " + path + "/lifecycle/suspend", "GET " + path));
  Applied staged =
      Apply("okta_user", suspended.state, User("bird@example.com", {{"status", Value::String("STAGED")}}));
  EXPECT_THAT(staged.error, HasSubstr("STAGED"));
  EXPECT_TRUE(staged.state.RawEquals(suspended.state));

  org_.TakeCalls();
  Applied gone = Apply("okta_user", suspended.state, NullOf("okta_user"));
  EXPECT_EQ(gone.error, "");
  EXPECT_TRUE(gone.state.IsNull());
  EXPECT_THAT(org_.TakeCalls(), ElementsAre("DELETE " + path, "DELETE " + path));
  EXPECT_TRUE(org_.users_.empty());
}

TEST_F(ProviderTest, CreatesUsersInOtherStates) {
  const struct {
    std::vector<std::pair<std::string, Value>> settings;
    const char* status;
  } kCases[] = {
      {{{"status", Value::String("STAGED")}}, "STAGED"},
      {{{"status", Value::String("DEPROVISIONED")}}, "DEPROVISIONED"},
      {{{"password", Value::String("secret")}}, "ACTIVE"},
      {{{"password", Value::String("secret")}, {"expire_password_on_create", Value::True()}},
       "PASSWORD_EXPIRED"},
  };
  int number = 0;
  for (const auto& c : kCases) {
    Applied made =
        Apply("okta_user", NullOf("okta_user"), User(fmt::format("u{}@x.com", ++number), c.settings));
    EXPECT_EQ(made.error, "");
    EXPECT_EQ(TextOf(made.state.Get("raw_status")), c.status);
  }
}

TEST_F(ProviderTest, RefreshOfManyUsesPagesAndAsksAgainOnlyWhatDiffers) {
  std::vector<std::string> ids;
  for (int i = 0; i < 450; ++i) ids.push_back(org_.AddUser(fmt::format("u{}@x.com", i)));
  std::vector<Value> states = ImportAll("okta_user", ids);
  Refreshed same = Refresh("okta_user", states);
  EXPECT_EQ(same.errors, "");
  EXPECT_EQ(org_.TakeCalls().size(), 3u) << "450 users are 3 pages";
  for (size_t i = 0; i < states.size(); ++i) ASSERT_TRUE(same.states[i].RawEquals(states[i]));

  org_.users_[ids[7]]["status"] = "SUSPENDED";
  org_.users_[ids[8]]["status"] = "DEPROVISIONED";  // not in the plain list
  org_.users_[ids[9]]["lastLogin"] = "2026-05-05T05:05:05.000Z";
  org_.hidden_.insert(ids[10]);  // the list lags
  org_.users_.erase(ids[11]);
  Refreshed changed = Refresh("okta_user", states);
  EXPECT_EQ(changed.errors, "");
  EXPECT_EQ(TextOf(changed.states[7].Get("status")), "SUSPENDED");
  EXPECT_EQ(TextOf(changed.states[8].Get("status")), "DEPROVISIONED");
  EXPECT_EQ(TextOf(changed.states[9].Get("last_login")), "2026-05-05T05:05:05Z");
  EXPECT_TRUE(changed.states[10].RawEquals(states[10]));
  EXPECT_TRUE(changed.states[11].IsNull());
  EXPECT_EQ(org_.TakeCalls().size(), 3u + 1 + 4) << "pages, one filter for three left out, four singles";
}

TEST_F(ProviderTest, RefreshStaysWithinItsBudget) {
  std::vector<std::string> users, groups, memberships;
  for (int i = 0; i < 2000; ++i) users.push_back(org_.AddUser(fmt::format("u{}@x.com", i)));
  for (int i = 0; i < 200; ++i) groups.push_back(org_.AddGroup(fmt::format("g{}", i)));
  for (int i = 0; i < 50; ++i) {
    memberships.push_back(groups[i]);
    for (int j = 0; j < 5; ++j) org_.members_[groups[i]].insert(users[i * 5 + j]);
  }
  std::vector<Value> states;
  std::vector<provider::api::ReadRequest> requests;
  for (const auto& [type, ids] : {std::pair<const char*, std::vector<std::string>*>{"okta_user", &users},
                                  {"okta_group", &groups},
                                  {"okta_group_memberships", &memberships}}) {
    for (Value& state : ImportAll(type, *ids)) {
      states.push_back(std::move(state));
      requests.push_back({type, {}, "", ""});
    }
  }
  for (size_t i = 0; i < states.size(); ++i) requests[i].prior = states[i];
  std::atomic<size_t> same = 0;
  provider_->Read(requests,
                  [&](size_t index, provider::api::ReadResponse response) {
                    same += response.state.RawEquals(states[index]);
                  },
                  {});
  EXPECT_EQ(same, requests.size());
  size_t calls = org_.TakeCalls().size();
  EXPECT_LE(calls, 2000u / 100 + 200 / 100 + 50) << "one per 100 objects and one per parent";
  EXPECT_EQ(calls, 10u + 1 + 50);
}

TEST_F(ProviderTest, RefreshOfFewInALargeOrgUsesFilters) {
  std::vector<std::string> ids;
  for (int i = 0; i < 1200; ++i) {
    std::string id = org_.AddUser(fmt::format("u{}@x.com", i));
    if (i % 8 == 0) ids.push_back(id);
  }
  std::vector<Value> states = ImportAll("okta_user", ids);
  Refreshed same = Refresh("okta_user", states);
  EXPECT_EQ(same.errors, "");
  EXPECT_EQ(org_.TakeCalls().size(), 3u) << "one page that is not worth it, two filters for the other 125";
  Refresh("okta_user", {states[0], states[1]});
  EXPECT_EQ(org_.TakeCalls().size(), 1u);
  Refresh("okta_user", {states[0]});
  EXPECT_THAT(org_.TakeCalls(), ElementsAre("GET /api/v1/users/" + ids[0]));
}

TEST_F(ProviderTest, RefusalsComeToEachResource) {
  std::vector<Value> states = ImportAll("okta_user", {org_.AddUser("a@x.com"), org_.AddUser("b@x.com")});
  org_.fail_["GET /api/v1/users"] = 403;
  Refreshed refused = Refresh("okta_user", states);
  const std::string text =
      "failed to get user: the API returned an error: You do not have permission to perform the requested "
      "action, Status: 403 Forbidden\n";
  EXPECT_EQ(refused.errors, text + text);
  EXPECT_EQ(org_.TakeCalls().size(), 1u);
  org_.fail_["GET /api/v1/users"] = 400;
  EXPECT_EQ(Refresh("okta_user", states).errors, "") << "a refused filter falls back to single calls";
}

TEST_F(ProviderTest, ImportServesTheFollowingRefresh) {
  std::string id = org_.AddUser("tree@x.com", "STAGED");
  auto imported = provider_->Import({.type = "okta_user", .id = "tree@x.com"});
  ASSERT_EQ(imported.objects.size(), 1u);
  EXPECT_EQ(TextOf(imported.objects[0].state.Get("id")), id);
  Refreshed refreshed = Refresh("okta_user", {imported.objects[0].state});
  EXPECT_TRUE(refreshed.states[0].RawEquals(imported.objects[0].state));
  EXPECT_EQ(org_.TakeCalls().size(), 1u);
  Refresh("okta_user", {imported.objects[0].state});
  EXPECT_EQ(org_.TakeCalls().size(), 1u) << "used once";
  EXPECT_THAT(provider_->Import({.type = "okta_user", .id = "nobody"}).diagnostics[0].summary,
              HasSubstr("Status: 404 Not Found"));
  EXPECT_FALSE(provider_->Import({.type = "okta_user_group_memberships", .id = "x"}).diagnostics.empty());
}

TEST_F(ProviderTest, MembershipsFollowTheSetAndReportEachFailure) {
  std::string group = org_.AddGroup("Garden"), a = org_.AddUser("a@x.com"), b = org_.AddUser("b@x.com"),
              c = org_.AddUser("c@x.com");
  const char* type = "okta_group_memberships";
  auto config = [&](const std::vector<std::string>& users, bool all = false) {
    return Config(type, {{"group_id", Value::String(group)},
                         {"users", StringSet(users)},
                         {"track_all_users", all ? Value::True() : Value::Null(Type::Bool())}});
  };
  Applied made = Apply(type, NullOf(type), config({a, b}));
  EXPECT_EQ(made.error, "");
  EXPECT_EQ(TextOf(made.state.Get("id")), group);
  EXPECT_THAT(org_.members_[group], ElementsAre(a, b));
  org_.TakeCalls();

  org_.members_[group] = {a, c};  // b was removed by hand, c added
  Value drifted = Refresh(type, {made.state}).states[0];
  EXPECT_THAT(TextsOf(drifted.Get("users")), ElementsAre(a));
  EXPECT_EQ(org_.TakeCalls().size(), 1u);

  Applied fixed = Apply(type, drifted, config({a, b}));
  EXPECT_EQ(fixed.error, "");
  EXPECT_THAT(org_.members_[group], ElementsAre(a, b, c)) << "others than ours stay";
  Record all(fixed.state);
  all.Set("track_all_users", Value::True());
  EXPECT_THAT(TextsOf(Refresh(type, {all.Finish()}).states[0].Get("users")), ElementsAre(a, b, c));

  org_.fail_["PUT /api/v1/groups/" + group + "/users/" + c] = 403;
  Applied refused = Apply(type, fixed.state, config({b, c}));
  EXPECT_THAT(refused.error, HasSubstr("failed to add user (" + c + ") to group (" + group +
                                       "): the API returned an error"));
  EXPECT_THAT(TextsOf(refused.state.Get("users")), ElementsAre(b)) << "the state tells what is";

  auto imported = provider_->Import({.type = type, .id = group + "/true"});
  EXPECT_TRUE(imported.objects[0].state.Get("track_all_users").AsBool());
  EXPECT_EQ(imported.objects[0].state.Get("users").Length(), 2u);
  org_.TakeCalls();
  EXPECT_TRUE(Refresh(type, {imported.objects[0].state}).states[0].RawEquals(imported.objects[0].state));
  EXPECT_THAT(org_.TakeCalls(), ::testing::IsEmpty()) << "the import's list serves its refresh";

  Applied gone = Apply(type, refused.state, NullOf(type));
  EXPECT_TRUE(gone.state.IsNull());
  EXPECT_THAT(org_.members_[group], ElementsAre(c));
  org_.groups_.clear();
  EXPECT_TRUE(Refresh(type, {fixed.state}).states[0].IsNull()) << "without its group it is gone";
}

TEST_F(ProviderTest, GroupsOfAUserKeepWhatIsThere) {
  std::string g1 = org_.AddGroup("1"), g2 = org_.AddGroup("2"), user = org_.AddUser("a@x.com");
  const char* type = "okta_user_group_memberships";
  Applied made = Apply(type, NullOf(type),
                       Config(type, {{"user_id", Value::String(user)}, {"groups", StringSet({g1, g2})}}));
  EXPECT_EQ(made.error, "");
  EXPECT_EQ(TextOf(made.state.Get("id")), user);
  org_.members_[g2].clear();
  EXPECT_THAT(TextsOf(Refresh(type, {made.state}).states[0].Get("groups")), ElementsAre(g1));
}

TEST_F(ProviderTest, LostCreatesAreFoundAgain) {
  org_.lose_answer_of_.insert("POST /api/v1/users");
  Applied made = Apply("okta_user", NullOf("okta_user"), User("lost@x.com"));
  EXPECT_EQ(made.error, "") << "found by its login";
  EXPECT_EQ(TextOf(made.state.Get("id")), org_.users_.begin()->first);
  auto since = std::chrono::system_clock::now() - std::chrono::seconds(30);
  Value found = FindCreated({{"okta_user", last_planned_, since}})[0];
  ASSERT_FALSE(found.IsNull());
  EXPECT_EQ(TextOf(found.Get("login")), "lost@x.com");
  EXPECT_TRUE(FindCreated({{"okta_user", last_planned_, since + std::chrono::minutes(5)}})[0].IsNull())
      << "made before the intent: somebody else's";

  org_.AddGroup("Garden");
  Apply("okta_group", NullOf("okta_group"), Config("okta_group", {{"name", Value::String("Gar")}}));
  org_.groups_.rbegin()->second["profile"] = json::object{{"name", "Other"}};
  EXPECT_TRUE(FindCreated({{"okta_group", last_planned_, since}})[0].IsNull()) << "a prefix is no match";
}

TEST_F(ProviderTest, ManyLostCreatesAreFoundByLists) {
  auto now = std::chrono::system_clock::now();
  std::vector<std::string> ids;
  for (int i = 0; i < 120; ++i) ids.push_back(org_.AddUser(fmt::format("u{}@x.com", i)));
  org_.hidden_.insert(ids[7]);
  std::vector<FindCreatedRequest> requests;
  for (int i = 0; i < 150; ++i) {
    requests.push_back({"okta_user", User(fmt::format("u{}@x.com", i)), now - std::chrono::minutes(5)});
  }
  org_.TakeCalls();
  std::vector<Value> found = FindCreated(requests);
  for (int i = 0; i < 150; ++i) {
    if (i < 120 && i != 7)
      EXPECT_EQ(TextOf(found[i].Get("id")), ids[i]);
    else
      EXPECT_TRUE(found[i].IsNull()) << i;
  }
  EXPECT_EQ(org_.TakeCalls().size(), 3u) << "150 users are three filters; so old a create is in every list";

  for (FindCreatedRequest& request : requests) request.since = now - std::chrono::seconds(5);
  requests.resize(121);
  found = FindCreated(requests);
  EXPECT_EQ(TextOf(found[7].Get("id")), ids[7]) << "the list lags behind a new one";
  EXPECT_TRUE(found[120].IsNull());
  EXPECT_EQ(org_.TakeCalls().size(), 3u + 2u);

  org_.fail_["GET /api/v1/users"] = 403;
  EXPECT_TRUE(FindCreated(requests)[0].IsNull());
  EXPECT_EQ(org_.TakeCalls().size(), 1u) << "a refusal is told for all of them";
}

TEST_F(ProviderTest, DataSources) {
  std::string group = org_.AddGroup("Garden"), longer = org_.AddGroup("Garden Gnomes"),
              user = org_.AddUser("a@x.com");
  org_.members_[group].insert(user);
  Value one = ReadData("okta_user", {{"user_id", Value::String(user)}});
  EXPECT_EQ(TextOf(one.Get("login")), "a@x.com");
  EXPECT_EQ(TextOf(one.Get("status")), "ACTIVE");
  EXPECT_THAT(TextsOf(one.Get("group_memberships")), ElementsAre(group));
  EXPECT_THAT(TextsOf(one.Get("admin_roles")), ElementsAre("ORG_ADMIN"));
  EXPECT_EQ(org_.TakeCalls().size(), 3u);
  ReadData("okta_user",
           {{"user_id", Value::String(user)}, {"skip_roles", Value::True()}, {"skip_groups", Value::True()}});
  EXPECT_EQ(org_.TakeCalls().size(), 1u);

  EXPECT_EQ(TextOf(ReadData("okta_group", {{"name", Value::String("Garden")}}).Get("id")), group);
  Value members = ReadData("okta_group", {{"id", Value::String(group)}, {"include_users", Value::True()}});
  EXPECT_THAT(TextsOf(members.Get("users")), ElementsAre(user));
  std::string error;
  EXPECT_TRUE(ReadData("okta_group", {{"name", Value::String("Gard")}}, &error).IsNull());
  EXPECT_EQ(error, "group \"Gard\" was not found");

  EXPECT_EQ(ReadData("okta_groups", {{"q", Value::String("Garden")}}).Get("groups").Length(), 2u);
  Value users = ReadData("okta_users", {{"group_id", Value::String(group)}});
  ASSERT_EQ(users.Get("users").Length(), 1u);
  EXPECT_EQ(TextOf(users.Get("users").ElementAt(0).Get("id")), user);
}

TEST_F(ProviderTest, ManyGroupsByNameAreOneSearch) {
  std::vector<Value> configs;
  for (int i = 0; i < 40; ++i) {
    org_.AddGroup(fmt::format("group {}", i));
    configs.push_back(Config("okta_group", {{"name", Value::String(fmt::format("group {}", i))}}, true));
  }
  configs.push_back(Config("okta_group", {{"name", Value::String("none")}}, true));
  std::vector<provider::api::ReadDataRequest> requests;
  for (const Value& config : configs) requests.push_back({"okta_group", config, ""});
  std::mutex mutex;
  int found = 0, failed = 0;
  provider_->ReadData(requests,
                      [&](size_t index, provider::api::ReadDataResponse response) {
                        std::lock_guard lock(mutex);
                        if (response.state.IsNull()) {
                          ++failed;
                        } else {
                          found += response.state.Get("name").RawEquals(configs[index].Get("name"));
                        }
                      },
                      {});
  EXPECT_EQ(found, 40);
  EXPECT_EQ(failed, 1);
  EXPECT_EQ(org_.TakeCalls().size(), 2u) << "one search, one question for the missing one";
}

TEST_F(ProviderTest, ForecastAndUsage) {
  Value planned = Config("okta_group_memberships",
                         {{"group_id", Value::String("g")}, {"users", StringSet({"a", "b", "c"})}});
  Value prior =
      Config("okta_group_memberships", {{"group_id", Value::String("g")}, {"users", StringSet({"a", "d"})}});
  std::vector<provider::api::PlannedChange> changes = {{"okta_group_memberships", 'u', prior, planned},
                                                       {"okta_user", 'c', NullOf("okta_user"), User("x")},
                                                       {"okta_user", 'd', User("x"), NullOf("okta_user")}};
  EXPECT_EQ(provider_->ForecastChanges(changes).calls, 3 + 1 + 2);
  std::vector<provider::api::PlannedChange> many(1000, {"okta_user", 'c', NullOf("okta_user"), User("x")});
  EXPECT_GE(provider_->ForecastChanges(many).duration, std::chrono::minutes(3));
  EXPECT_EQ(provider_->CurrentUsage().calls, 0);
  org_.AddUser("a@x.com");
  provider_->Import({.type = "okta_user", .id = "a@x.com"});
  EXPECT_EQ(provider_->CurrentUsage().calls, 1);
}

TEST_F(ProviderTest, UpgradeTakesStateOfOtherVersions) {
  auto response =
      provider_->Upgrade("okta_group", 0, R"({"id":"00g1","name":"n","users":["removed attribute"]})");
  EXPECT_TRUE(response.diagnostics.empty());
  EXPECT_EQ(TextOf(response.state.Get("name")), "n");
  EXPECT_TRUE(response.state.Get("description").IsNull());
  EXPECT_FALSE(provider_->Upgrade("okta_group", 1, "{}").diagnostics.empty());
  EXPECT_FALSE(provider_->Upgrade("okta_group", 0, "[").diagnostics.empty());
}

TEST_F(ProviderTest, ListsPageByPage) {
  for (int i = 0; i < 450; ++i) org_.AddUser(fmt::format("u{}@x.com", i));
  org_.AddGroup("staff");
  const std::string built_in = org_.AddGroup("Everyone");
  org_.groups_[built_in]["type"] = "BUILT_IN";
  std::vector<provider::api::ListedObject> found;
  const auto list = [&](std::string_view type, int64_t limit, bool with_objects = false) {
    found.clear();
    org_.TakeCalls();
    return provider_->List({.type = type,
                            .config = provider_->FindList(type)->EmptyValue(),
                            .with_objects = with_objects,
                            .limit = limit},
                           [&](provider::api::ListedObject object) {
                             found.push_back(std::move(object));
                             return true;
                           },
                           {});
  };
  EXPECT_EQ(provider_->ListTypes(), (std::vector<std::string>{"okta_group", "okta_user"}));
  EXPECT_TRUE(list("okta_user", 10'000).empty());
  EXPECT_EQ(found.size(), 450u);
  EXPECT_EQ(org_.TakeCalls().size(), 3u);
  EXPECT_EQ(TextOf(found[0].identity.Get("id")), org_.users_.begin()->first);
  EXPECT_EQ(found[0].display_name, "u0@x.com");
  EXPECT_TRUE(found[0].object.IsNull());
  EXPECT_TRUE(list("okta_user", 5, true).empty());
  EXPECT_EQ(found.size(), 5u);
  EXPECT_EQ(org_.TakeCalls().size(), 1u);
  EXPECT_EQ(TextOf(found[4].object.Get("login")), "u4@x.com");
  EXPECT_TRUE(list("okta_group", 10).empty());
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].display_name, "staff");
  org_.fail_["GET /api/v1/groups"] = 403;
  EXPECT_THAT(list("okta_group", 10).at(0).summary, HasSubstr("failed to list groups"));
}

TEST_F(ProviderTest, ImportsByIdentity) {
  const std::string id = org_.AddGroup("staff");
  const Value identity = Value::Object({{"id", Value::String(id)}});
  const auto by_identity = provider_->Import({.type = "okta_group", .identity = identity});
  ASSERT_EQ(by_identity.objects.size(), 1u);
  EXPECT_TRUE(by_identity.objects[0].identity.RawEquals(identity));
  EXPECT_EQ(TextOf(by_identity.objects[0].state.Get("name")), "staff");
  EXPECT_FALSE(by_identity.objects[0].state.Get("skip_users").IsNull());
  const auto by_id = provider_->Import({.type = "okta_group", .id = id});
  EXPECT_TRUE(by_id.objects.at(0).identity.IsNull());
  EXPECT_TRUE(by_id.objects[0].state.Get("skip_users").IsNull());
  EXPECT_TRUE(provider_->FindIdentity("okta_group")->attributes.at(0).required_for_import);
  EXPECT_EQ(provider_->FindIdentity("okta_group_memberships"), nullptr);
  EXPECT_TRUE(
      provider_->UpgradeIdentity("okta_group", 0, R"({"id":")" + id + R"("})").identity.RawEquals(identity));
}

TEST_F(ProviderTest, MissingCredentialsFailCallsNotConfiguration) {
  auto provider = MakeOktaProvider({}, std::make_shared<api::Connections>(clock_));
  EXPECT_TRUE(provider->Configure(provider->ConfigSchema().EmptyValue()).empty());
  EXPECT_THAT(provider->Import({.type = "okta_user", .id = "x"}).diagnostics[0].summary,
              HasSubstr("org_name"));
  Record config = Record::Empty(provider->ConfigSchema());
  config.Set("api_token", Value::String("a"));
  config.Set("client_id", Value::String("b"));
  auto problems = provider->ValidateConfig(config.Finish());
  ASSERT_EQ(problems.size(), 2u);
  EXPECT_EQ(problems[0].summary, "Conflicting configuration arguments");
  EXPECT_EQ(problems[0].attribute[0].attribute, "api_token");
}

}  // namespace
}  // namespace okta::resources
