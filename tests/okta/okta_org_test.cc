// The provider and the local org together, without the engine between them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <boost/json.hpp>

#include "base/core/files.h"
#include "base/core/process.h"
#include "base/net/http_client.h"
#include "okta/resources/okta_provider.h"
#include "okta/resources/record.h"

namespace okta::resources {
namespace {

namespace json = boost::json;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* kPassword = "Correct-horse-7-battery";

// parterre-org in a folder of its own on a free port, ended with the test.
class RunningOrg {
 public:
  explicit RunningOrg(std::vector<std::string> options = {"--rate-limit=off"}) {
    base::core::ProcessSpec spec;
    spec.argv = {PARTERRE_ORG_PROGRAM,
                 "start",
                 "--port=0",
                 "--data=" + (folder_ / "org.db"),
                 "--port-file=" + (folder_ / "port"),
                 "--api-token-file=" + (folder_ / "token"),
                 "--ready-fd=1"};
    spec.argv.insert(spec.argv.end(), options.begin(), options.end());
    spec.environment = Environment();
    auto child = base::core::Child::Start(spec, base::core::Stream::kNull, base::core::Stream::kPipe,
                                          base::core::Stream::kInherit);
    EXPECT_TRUE(child.ok()) << child.error().message();
    child_.emplace(std::move(*child));
    std::string said;
    char byte = 0;
    while (!said.ends_with("ready\n") && read(child_->out().get(), &byte, 1) == 1) said += byte;
    url_ = "http://127.0.0.1:" + Trimmed("port");
    token_ = Trimmed("token");
  }

  // An app with a key and these scopes: the arguments of a provider block.
  std::vector<std::pair<std::string, Value>> Bootstrap(const std::string& scopes) {
    base::core::ProcessSpec spec;
    spec.argv = {PARTERRE_ORG_PROGRAM, "bootstrap", "-url", url_,   "-dir",
                 folder_ / "app",      "-scopes",   scopes, "-json"};
    spec.environment = Environment();
    auto run = base::core::RunProcess(spec);
    EXPECT_TRUE(run.ok() && run->status.code == 0) << (run.ok() ? run->err : run.error().message());
    json::value answer = json::parse(run->out);
    std::vector<Value> names;
    for (std::string_view rest = scopes; !rest.empty();) {
      size_t comma = std::min(rest.find(','), rest.size());
      names.push_back(Value::String(rest.substr(0, comma)));
      rest.remove_prefix(std::min(comma + 1, rest.size()));
    }
    return {{"client_id", Value::String(answer.at("client_id").as_string().c_str())},
            {"private_key", Value::String(folder_ / "app/rsa.pem")},
            {"scopes", Value::Set(Type::String(), std::move(names))}};
  }

  const std::string& url() const { return url_; }
  // A call with the administrator's API token, as if somebody had clicked.
  json::value Call(const std::string& method, const std::string& path, const std::string& body = "") {
    base::net::HttpClient client({});
    auto response = client.Call({method,
                                 url_ + path,
                                 {{"Authorization", "SSWS " + token_}, {"Content-Type", "application/json"}},
                                 body,
                                 {}});
    EXPECT_TRUE(response.ok() && response->status < 300)
        << method << " " << path << ": " << (response.ok() ? response->body : response.error().message());
    return response.ok() && !response->body.empty() ? json::parse(response->body) : json::value();
  }
  const std::string& token() const { return token_; }

 private:
  static std::vector<std::string> Environment() {
    return {std::string("PARTERRE_ORG_ADMIN_PASSWORD=") + kPassword, "PATH=/usr/bin:/bin"};
  }
  std::string Trimmed(const char* name) {
    auto text = base::core::ReadFile(folder_ / name);
    EXPECT_TRUE(text.ok()) << text.error().message();
    while (!text->empty() && text->back() == '\n') text->pop_back();
    return *text;
  }

  base::core::TempDirectory folder_;
  std::optional<base::core::Child> child_;
  std::string url_, token_;
};

class OktaOrgTest : public ::testing::Test {
 protected:
  std::unique_ptr<provider::api::Provider> Provider(std::vector<std::pair<std::string, Value>> settings) {
    auto provider = MakeOktaProvider({}, std::make_shared<api::Connections>(base::core::RealClock()));
    Record config = Record::Empty(provider->ConfigSchema());
    config.Set("org_name", Value::String("dev-1234567890"));
    config.Set("base_url", Value::String(std::string_view(org_->url()).substr(7)));
    for (auto& [name, value] : settings) config.Set(name, value);
    EXPECT_THAT(provider->ValidateConfig(config.Finish()), IsEmpty());
    EXPECT_THAT(provider->Configure(config.Finish()), IsEmpty());
    return provider;
  }

  static Value Config(provider::api::Provider& provider, const char* type,
                      const std::vector<std::pair<std::string, Value>>& settings) {
    Record record = Record::Empty(provider.FindResource(type)->block);
    for (const auto& [name, value] : settings) record.Set(name, value);
    return record.Finish();
  }
  static Value Person(provider::api::Provider& provider, const std::string& login,
                      std::vector<std::pair<std::string, Value>> more = {}) {
    more.insert(more.end(), {{"first_name", Value::String("First")},
                             {"last_name", Value::String("Last")},
                             {"login", Value::String(login)},
                             {"email", Value::String(login)}});
    return Config(provider, "okta_user", more);
  }

  static Value Plan(provider::api::Provider& provider, const char* type, const Value& prior,
                    const Value& config) {
    Value planned;
    provider::api::PlanRequest request{type, prior, config, config, {}, {}};
    provider.Plan({&request, 1},
                  [&](size_t, provider::api::PlanResponse response) { planned = response.planned; }, {});
    return planned;
  }
  // Applies and returns the state; errors are collected.
  Value Apply(provider::api::Provider& provider, const char* type, const Value& prior, const Value& config) {
    Value planned = Plan(provider, type, prior, config), state;
    provider::api::ApplyRequest request{type, prior, planned, config, {}, {}};
    provider.Apply({&request, 1},
                   [&](size_t, provider::api::ApplyResponse response) {
                     state = response.state;
                     for (auto& diagnostic : response.diagnostics) errors_ += diagnostic.summary + "\n";
                   },
                   {});
    return state;
  }
  Value Create(provider::api::Provider& provider, const char* type, const Value& config) {
    return Apply(provider, type, Null(provider, type), config);
  }
  std::vector<Value> Refresh(provider::api::Provider& provider,
                             const std::vector<std::pair<const char*, Value>>& priors) {
    std::vector<provider::api::ReadRequest> requests;
    for (const auto& [type, prior] : priors) requests.push_back({type, prior, "", ""});
    std::vector<Value> states(priors.size());
    std::mutex mutex;
    provider.Read(requests,
                  [&](size_t index, provider::api::ReadResponse response) {
                    std::lock_guard lock(mutex);
                    states[index] = response.state;
                    for (auto& diagnostic : response.diagnostics) errors_ += diagnostic.summary + "\n";
                  },
                  {});
    return states;
  }
  static Value Null(provider::api::Provider& provider, const char* type) {
    return Value::Null(provider.FindResource(type)->block.implied_type());
  }
  std::string TakeErrors() { return std::exchange(errors_, {}); }

  std::unique_ptr<RunningOrg> org_ = std::make_unique<RunningOrg>();
  std::string errors_;
};

TEST_F(OktaOrgTest, GardenOfTheWorkshop) {
  auto provider = Provider(org_->Bootstrap("okta.groups.manage,okta.users.manage,okta.policies.manage"));
  Value bird_config = Person(*provider, "bird@example.com");
  Value bird = Create(*provider, "okta_user", bird_config);
  Value flower_config =
      Person(*provider, "flower@example.com", {{"password", Value::String("Tulip-and-rose-42")}});
  Value flower = Create(*provider, "okta_user", flower_config);
  Value group_config = Config(*provider, "okta_group",
                              {{"name", Value::String("The Garden")},
                               {"description", Value::String("Terraform created this group")}});
  Value group = Create(*provider, "okta_group", group_config);
  ASSERT_EQ(TakeErrors(), "");
  Value members_config = Config(*provider, "okta_group_memberships",
                                {{"group_id", group.Get("id")},
                                 {"users", StringSet({TextOf(bird.Get("id")), TextOf(flower.Get("id"))})}});
  Value members = Create(*provider, "okta_group_memberships", members_config);
  ASSERT_EQ(TakeErrors(), "");

  std::vector<Value> states = Refresh(*provider, {{"okta_user", bird},
                                                  {"okta_user", flower},
                                                  {"okta_group", group},
                                                  {"okta_group_memberships", members}});
  ASSERT_EQ(TakeErrors(), "");
  EXPECT_TRUE(Plan(*provider, "okta_user", states[0], bird_config).RawEquals(states[0]));
  EXPECT_TRUE(Plan(*provider, "okta_user", states[1], flower_config).RawEquals(states[1]));
  EXPECT_TRUE(Plan(*provider, "okta_group", states[2], group_config).RawEquals(states[2]));
  EXPECT_TRUE(Plan(*provider, "okta_group_memberships", states[3], members_config).RawEquals(states[3]));

  std::string flower_id = TextOf(flower.Get("id")), group_id = TextOf(group.Get("id"));
  org_->Call("DELETE", "/api/v1/groups/" + group_id + "/users/" + flower_id);
  org_->Call("POST", "/api/v1/users/" + flower_id + "/lifecycle/suspend");
  states = Refresh(*provider, {{"okta_user", flower}, {"okta_group_memberships", members}});
  EXPECT_EQ(TextOf(states[0].Get("status")), "SUSPENDED");
  EXPECT_THAT(TextsOf(states[1].Get("users")), ::testing::ElementsAre(TextOf(bird.Get("id"))));
  flower = Apply(*provider, "okta_user", states[0], flower_config);
  members = Apply(*provider, "okta_group_memberships", states[1], members_config);
  EXPECT_EQ(TakeErrors(), "");
  EXPECT_EQ(TextOf(flower.Get("status")), "ACTIVE");
  EXPECT_EQ(org_->Call("GET", "/api/v1/groups/" + group_id + "/users").as_array().size(), 2u);

  EXPECT_TRUE(Apply(*provider, "okta_group_memberships", members, Null(*provider, "okta_group_memberships"))
                  .IsNull());
  EXPECT_TRUE(Apply(*provider, "okta_group", group, Null(*provider, "okta_group")).IsNull());
  EXPECT_TRUE(Apply(*provider, "okta_user", flower, Null(*provider, "okta_user")).IsNull());
  EXPECT_TRUE(Apply(*provider, "okta_user", bird, Null(*provider, "okta_user")).IsNull());
  EXPECT_EQ(TakeErrors(), "");
  EXPECT_TRUE(Refresh(*provider, {{"okta_user", bird}})[0].IsNull());
}

TEST_F(OktaOrgTest, ErrorsOfTheWorkshop) {
  auto arguments = org_->Bootstrap("okta.groups.manage,okta.policies.manage");
  auto without_scope = Provider(arguments);
  Create(*without_scope, "okta_user", Person(*without_scope, "foxglove@example.com"));
  EXPECT_EQ(
      TakeErrors(),
      "failed to create user: the API returned an error: The access token provided does not contain the "
      "required scopes., Status: 403 Forbidden\n");

  auto wrong_kid = arguments;
  wrong_kid.emplace_back("private_key_id", Value::String("nobody"));
  auto provider = Provider(wrong_kid);
  auto imported = provider->Import({.type = "okta_user", .id = "x"});
  ASSERT_EQ(imported.diagnostics.size(), 1u);
  EXPECT_EQ(imported.diagnostics[0].summary,
            "failed to get user: the API returned an error: The client_assertion JWT kid is invalid.");
  EXPECT_THAT(imported.diagnostics[0].detail, HasSubstr("nobody"));

  auto other_key = arguments;
  base::core::TempDirectory folder;
  std::string pem = base::crypto::PrivateKey::GenerateRsa().ToPkcs8Pem();
  for (auto& [name, value] : other_key) {
    if (name == "private_key") value = Value::String(pem);
  }
  EXPECT_EQ(Provider(other_key)->Import({.type = "okta_user", .id = "x"}).diagnostics[0].summary,
            "failed to get user: the API returned an error: The client_assertion signature is invalid.");

  auto no_grant = arguments;
  for (auto& [name, value] : no_grant) {
    if (name == "scopes") value = StringSet({"okta.users.manage"});
  }
  EXPECT_THAT(Provider(no_grant)->Import({.type = "okta_user", .id = "x"}).diagnostics[0].summary,
              HasSubstr("You are not allowed any of the requested scopes."));
}

TEST_F(OktaOrgTest, BoundTokensWhenTheAppWantsThem) {
  auto arguments = org_->Bootstrap("okta.users.manage");
  std::string app = TextOf(arguments[0].second);
  json::value object = org_->Call("GET", "/api/v1/apps/" + app);
  object.at("settings").at("oauthClient").as_object()["dpop_bound_access_tokens"] = true;
  org_->Call("PUT", "/api/v1/apps/" + app, json::serialize(object));
  auto provider = Provider(arguments);
  Value bird = Create(*provider, "okta_user", Person(*provider, "bird@example.com"));
  EXPECT_EQ(TakeErrors(), "");
  EXPECT_TRUE(Refresh(*provider, {{"okta_user", bird}})[0].RawEquals(bird));
  EXPECT_EQ(TakeErrors(), "");
}

TEST_F(OktaOrgTest, LimitsAreWaitedForNotRunInto) {
  org_ = std::make_unique<RunningOrg>(
      std::vector<std::string>{"--rate-limit=users=16", "--rate-limit=users/id/write=16", "--rate-window=1"});
  auto provider = Provider(org_->Bootstrap("okta.users.manage"));
  for (int i = 0; i < 10; ++i) {
    Value user = Create(*provider, "okta_user", Person(*provider, fmt::format("u{}@example.com", i)));
    EXPECT_EQ(TakeErrors(), "") << i;
  }
  EXPECT_GE(provider->CurrentUsage().waits, 1);
  EXPECT_EQ(org_->Call("GET", "/api/v1/logs?filter=eventType%20eq%20%22system.org.rate_limit.violation%22")
                .as_array()
                .size(),
            0u);
}

TEST_F(OktaOrgTest, RefusalsOfTheOrgComeWhole) {
  auto provider = Provider({{"api_token", Value::String(org_->token())}});
  Create(*provider, "okta_user", Person(*provider, "twin@example.com"));
  EXPECT_EQ(TakeErrors(), "");
  EXPECT_TRUE(Create(*provider, "okta_user", Person(*provider, "twin@example.com")).IsNull());
  EXPECT_EQ(TakeErrors(),
            "failed to create user: the API returned an error: Api validation failed: login. Causes: "
            "errorSummary: login: An "
            "object with this field already exists in the current organization, Status: 400 Bad Request\n");
  auto stranger = Provider({{"api_token", Value::String("00nobody")}});
  EXPECT_EQ(
      stranger->Import({.type = "okta_group", .id = "x"}).diagnostics[0].summary,
      "failed to get group: the API returned an error: Invalid token provided, Status: 401 Unauthorized");
}

TEST_F(OktaOrgTest, ImportGivesWhatTheConsoleMade) {
  auto provider = Provider({{"api_token", Value::String(org_->token())}});
  json::value made = org_->Call(
      "POST", "/api/v1/users?activate=false",
      R"({"profile":{"login":"tree@example.com","email":"tree@example.com","firstName":"Acer","lastName":"macrophyllum"}})");
  std::string id = made.at("id").as_string().c_str();
  for (const std::string& name : {id, std::string("tree@example.com")}) {
    auto imported = provider->Import({.type = "okta_user", .id = name});
    ASSERT_EQ(imported.objects.size(), 1u);
    const Value& state = imported.objects[0].state;
    EXPECT_EQ(TextOf(state.Get("id")), id);
    EXPECT_EQ(TextOf(state.Get("status")), "STAGED");
    EXPECT_EQ(TextOf(state.Get("custom_profile_attributes")), "{}");
    EXPECT_TRUE(state.Get("city").IsNull());
    provider->EndWalk();
  }
}

TEST_F(OktaOrgTest, PasswordsQuestionsAndCustomAttributes) {
  auto provider = Provider({{"api_token", Value::String(org_->token())}});
  org_->Call("POST", "/api/v1/meta/schemas/user/default",
             R"({"definitions":{"custom":{"id":"#custom","type":"object","properties":{
                 "petals":{"title":"Petals","type":"integer"},"colours":{"title":"Colours","type":"array","items":{"type":"string"}}}}}})");
  auto config = [&](const char* password, const char* answer, const char* custom) {
    return Person(*provider, "flower@example.com",
                  {{"password", Value::String(password)},
                   {"recovery_question", Value::String("Where?")},
                   {"recovery_answer", Value::String(answer)},
                   {"custom_profile_attributes", Value::String(custom)},
                   {"city", Value::String("Portland")}});
  };
  Value made = Create(*provider, "okta_user", config("Tulip-and-rose-42", "garden", R"({"petals": 5})"));
  EXPECT_EQ(TakeErrors(), "");
  EXPECT_EQ(TextOf(made.Get("status")), "ACTIVE");
  EXPECT_EQ(TextOf(made.Get("custom_profile_attributes")), R"({"petals":5})");
  Value changed = Apply(*provider, "okta_user", made,
                        config("Daisy-and-oak-77", "meadow", R"({"petals":6,"colours":["red","blue"]})"));
  EXPECT_EQ(TakeErrors(), "");
  EXPECT_EQ(TextOf(changed.Get("custom_profile_attributes")), R"({"colours":["red","blue"],"petals":6})");
  EXPECT_EQ(TextOf(changed.Get("city")), "Portland") << "the password's change leaves the profile alone";
  EXPECT_TRUE(Refresh(*provider, {{"okta_user", changed}})[0].RawEquals(changed));
  Value without =
      Apply(*provider, "okta_user", changed,
            Person(*provider, "flower@example.com", {{"custom_profile_attributes", Value::String("{}")}}));
  EXPECT_EQ(TakeErrors(), "");
  EXPECT_TRUE(without.Get("city").IsNull());
  EXPECT_EQ(TextOf(without.Get("custom_profile_attributes")), "{}");
}

TEST_F(OktaOrgTest, DataSourcesFindWhatIsThere) {
  auto provider = Provider(org_->Bootstrap("okta.groups.manage,okta.users.manage"));
  Value bird = Create(*provider, "okta_user", Person(*provider, "bird@example.com"));
  Value group = Create(*provider, "okta_group",
                       Config(*provider, "okta_group", {{"name", Value::String("The Garden")}}));
  Create(*provider, "okta_group_memberships",
         Config(*provider, "okta_group_memberships",
                {{"group_id", group.Get("id")}, {"users", StringSet({TextOf(bird.Get("id"))})}}));
  ASSERT_EQ(TakeErrors(), "");
  auto read = [&](const char* type, const std::vector<std::pair<std::string, Value>>& settings) {
    Record config = Record::Empty(provider->FindDataSource(type)->block);
    for (const auto& [name, value] : settings) config.Set(name, value);
    Value request_config = config.Finish(), state;
    provider::api::ReadDataRequest request{type, request_config, ""};
    provider->ReadData({&request, 1},
                       [&](size_t, provider::api::ReadDataResponse response) {
                         state = response.state;
                         for (auto& diagnostic : response.diagnostics) errors_ += diagnostic.summary + "\n";
                       },
                       {});
    EXPECT_EQ(TakeErrors(), "") << type;
    return state;
  };
  auto search = [&](const char* type, const char* expression) {
    Type element = provider->FindDataSource(type)->block.FindBlock("search")->block->implied_type();
    Record block = Record::Nulls(element);
    block.Set("expression", Value::String(expression));
    return std::pair<std::string, Value>{"search", Value::Set(element, {block.Finish()})};
  };
  std::string id = TextOf(bird.Get("id"));
  EXPECT_EQ(
      TextOf(read("okta_user", {search("okta_user", R"(profile.login eq "bird@example.com")")}).Get("id")),
      id);
  Value by_id = read("okta_user", {{"user_id", Value::String(id)}});
  EXPECT_EQ(TextOf(by_id.Get("first_name")), "First");
  EXPECT_EQ(TextsOf(by_id.Get("group_memberships")).size(), 2u) << "Everyone and The Garden";
  EXPECT_EQ(read("okta_users", {search("okta_users", R"(profile.lastName eq "Last")")}).Get("users").Length(),
            1u);
  EXPECT_EQ(read("okta_users", {{"group_id", group.Get("id")}}).Get("users").Length(), 1u);
  Value by_name =
      read("okta_group", {{"name", Value::String("The Garden")}, {"include_users", Value::True()}});
  EXPECT_TRUE(by_name.Get("id").RawEquals(group.Get("id")));
  EXPECT_THAT(TextsOf(by_name.Get("users")), ::testing::ElementsAre(id));
  EXPECT_EQ(read("okta_groups", {{"q", Value::String("The")}}).Get("groups").Length(), 1u);
  EXPECT_GE(read("okta_groups", {{"type", Value::String("BUILT_IN")}}).Get("groups").Length(), 1u);
  EXPECT_FALSE(TextOf(read("okta_everyone_group", {}).Get("id")).empty());
}

TEST_F(OktaOrgTest, ManyUsersCostFewCalls) {
  auto provider = Provider({{"api_token", Value::String(org_->token())}});
  std::vector<Value> configs, planned;
  std::vector<provider::api::ApplyRequest> requests;
  Value null = Null(*provider, "okta_user");
  for (int i = 0; i < 450; ++i) {
    configs.push_back(Person(*provider, fmt::format("user{}@example.com", i)));
    planned.push_back(Plan(*provider, "okta_user", null, configs.back()));
  }
  for (int i = 0; i < 450; ++i) requests.push_back({"okta_user", null, planned[i], configs[i], {}, {}});
  std::vector<std::pair<const char*, Value>> states(450, {"okta_user", Value()});
  std::mutex mutex;
  provider->Apply(requests,
                  [&](size_t index, provider::api::ApplyResponse response) {
                    std::lock_guard lock(mutex);
                    states[index].second = response.state;
                    for (auto& diagnostic : response.diagnostics) errors_ += diagnostic.summary + "\n";
                  },
                  {});
  ASSERT_EQ(TakeErrors(), "");
  int64_t before = provider->CurrentUsage().calls;
  std::vector<Value> refreshed = Refresh(*provider, states);
  EXPECT_EQ(TakeErrors(), "");
  for (size_t i = 0; i < states.size(); ++i) ASSERT_TRUE(refreshed[i].RawEquals(states[i].second)) << i;
  EXPECT_LE(provider->CurrentUsage().calls - before, 5);
  before = provider->CurrentUsage().calls;
  states.resize(90);
  refreshed = Refresh(*provider, states);
  EXPECT_EQ(provider->CurrentUsage().calls - before, 1) << "the org reads the id filter";
  for (size_t i = 0; i < states.size(); ++i) ASSERT_TRUE(refreshed[i].RawEquals(states[i].second)) << i;
}

}  // namespace
}  // namespace okta::resources
