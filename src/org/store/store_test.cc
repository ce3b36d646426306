#include "org/store/store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <boost/json.hpp>

#include "base/core/files.h"
#include "base/crypto/key.h"
#include "org/store/admins.h"
#include "org/store/apps.h"
#include "org/store/events.h"
#include "org/store/groups.h"
#include "org/store/roles.h"
#include "org/store/types_and_schemas.h"
#include "org/store/users.h"

namespace org::store {
namespace {

namespace json = boost::json;
using testing::ElementsAre;

const Actor kActor{.id = "00uadmin", .type = "User", .alternate_id = "admin", .display_name = "admin"};
constexpr const char* kPassword = "Humming8ird";

class StoreTest : public testing::Test {
 protected:
  StoreTest() : store_(Open(":memory:")) {}

  std::unique_ptr<Store> Open(const std::string& path) {
    OpenOptions options{.path = path,
                        .now = [this] { return now_ += std::chrono::milliseconds(1); },
                        .password_cost = 4,
                        .signing_key_pem = SigningKey()};
    auto store = Store::Open(options);
    EXPECT_TRUE(store.ok()) << (store.ok() ? "" : store.error().message());
    return std::move(*store);
  }

  static std::string SigningKey() {
    static const std::string key = base::crypto::PrivateKey::GenerateRsa().ToPkcs8Pem();
    return key;
  }

  static json::object Profile(std::string_view name) {
    std::string login = fmt::format("{}@example.com", name);
    return {{"firstName", name}, {"lastName", "Bird"}, {"login", login}, {"email", login}};
  }

  User Create(std::string_view name, bool activate = true, bool password = false) {
    NewUser input{.profile = Profile(name), .activate = activate};
    if (password) input.credentials.password = kPassword;
    auto user = CreateUser(*store_, kActor, input);
    EXPECT_TRUE(user.ok()) << (user.ok() ? "" : user.refusal().summary);
    return *user;
  }

  // A user in each status.
  User In(UserStatus status, std::string_view name) {
    auto run = [&](const User& user, UserOperation operation) {
      auto result = RunUserOperation(*store_, kActor, user.id, operation);
      EXPECT_TRUE(result.ok());
      return result->user;
    };
    switch (status) {
      case UserStatus::kStaged:
        return Create(name, false);
      case UserStatus::kProvisioned:
        return Create(name);
      case UserStatus::kActive:
        return Create(name, true, true);
      case UserStatus::kRecovery:
        return run(Create(name, true, true), UserOperation::kResetPassword);
      case UserStatus::kLockedOut:
        return *LockUser(*store_, kActor, Create(name, true, true).id);
      case UserStatus::kPasswordExpired:
        return run(Create(name, true, true), UserOperation::kExpirePassword);
      case UserStatus::kSuspended:
        return run(Create(name, true, true), UserOperation::kSuspend);
      case UserStatus::kDeprovisioned:
        return run(Create(name, true, true), UserOperation::kDeactivate);
    }
    return {};
  }

  std::vector<std::string> Logins(const UserQuery& query) {
    std::vector<std::string> logins;
    auto page = ListUsers(*store_, query);
    EXPECT_TRUE(page.ok()) << (page.ok() ? "" : page.refusal().causes[0]);
    if (page.ok())
      for (const User& user : page->items) logins.emplace_back(user.Attribute("firstName"));
    return logins;
  }

  std::vector<std::string> EventTypes() {
    std::vector<std::string> types;
    auto page = ListEvents(*store_, {.page = {.limit = 1000}});
    for (const json::object& event : page->items) types.emplace_back(event.at("eventType").as_string());
    return types;
  }

  Time now_ = *ParseTime("2026-01-01T00:00:00Z");
  std::unique_ptr<Store> store_;
};

TEST_F(StoreTest, StatusMachine) {
  using S = UserStatus;
  using O = UserOperation;
  struct Case {
    O operation;
    S from;
    std::optional<S> to;
    const char* code = "";
  };
  const Case cases[] = {
      {O::kActivate, S::kStaged, S::kProvisioned},
      {O::kActivate, S::kDeprovisioned, S::kProvisioned},
      {O::kActivate, S::kActive, {}, "E0000016"},
      {O::kActivate, S::kProvisioned, {}, "E0000016"},
      {O::kReactivate, S::kProvisioned, S::kProvisioned},
      {O::kReactivate, S::kActive, {}, "E0000038"},
      {O::kDeactivate, S::kStaged, S::kDeprovisioned},
      {O::kDeactivate, S::kProvisioned, S::kDeprovisioned},
      {O::kDeactivate, S::kSuspended, S::kDeprovisioned},
      {O::kDeactivate, S::kLockedOut, S::kDeprovisioned},
      {O::kDeactivate, S::kDeprovisioned, {}, "E0000038"},
      {O::kSuspend, S::kActive, S::kSuspended},
      {O::kSuspend, S::kProvisioned, S::kSuspended},
      {O::kSuspend, S::kStaged, {}, "E0000001"},
      {O::kSuspend, S::kSuspended, {}, "E0000001"},
      {O::kUnsuspend, S::kSuspended, S::kActive},
      {O::kUnsuspend, S::kActive, {}, "E0000001"},
      {O::kUnlock, S::kLockedOut, S::kActive},
      {O::kUnlock, S::kActive, {}, "E0000032"},
      {O::kExpirePassword, S::kActive, S::kPasswordExpired},
      {O::kExpirePassword, S::kStaged, {}, "E0000038"},
      {O::kResetPassword, S::kActive, S::kRecovery},
      {O::kResetPassword, S::kSuspended, {}, "E0000038"},
      {O::kResetFactors, S::kActive, S::kActive},
      {O::kResetFactors, S::kDeprovisioned, {}, "E0000038"},
  };
  int number = 0;
  for (const Case& test : cases) {
    User user = In(test.from, fmt::format("user{}", number++));
    ASSERT_EQ(user.status, test.from);
    EXPECT_EQ(UserOperationAllowed(test.operation, test.from), test.to.has_value());
    auto result = RunUserOperation(*store_, kActor, user.id, test.operation);
    EXPECT_EQ(result.ok(), test.to.has_value()) << number;
    if (result.ok())
      EXPECT_EQ(result->user.status, *test.to) << number;
    else
      EXPECT_EQ(result.refusal().code, test.code) << number;
    EXPECT_EQ(FindUser(*store_, user.id)->status, test.to.value_or(test.from)) << number;
  }
}

TEST_F(StoreTest, FirstStatusFollowsTheCredentials) {
  EXPECT_EQ(Create("none").status, UserStatus::kProvisioned);
  EXPECT_EQ(Create("password", true, true).status, UserStatus::kActive);
  EXPECT_EQ(Create("staged", false, true).status, UserStatus::kStaged);
  NewUser change{.profile = Profile("change"),
                 .credentials = {.password = kPassword},
                 .change_password_at_next_login = true};
  EXPECT_EQ(CreateUser(*store_, kActor, change)->status, UserStatus::kPasswordExpired);
  change.credentials.password.reset();
  EXPECT_EQ(CreateUser(*store_, kActor, change).refusal().code, "E0000124");
  // A staged user with a password becomes ACTIVE at once.
  EXPECT_EQ(RunUserOperation(*store_, kActor, "staged", UserOperation::kActivate)->user.status,
            UserStatus::kActive);
}

TEST_F(StoreTest, ProfilesAreChecked) {
  Create("taken");
  struct Case {
    const char* changes;  // merged over a good profile; null removes
    const char* summary;
    const char* cause;
  };
  const Case cases[] = {
      {R"({"notValid": 1})", "newUser", "Property name 'notValid' is not defined in profile"},
      {R"({"login": "TAKEN@example.com"})", "login",
       "login: An object with this field already exists in the current organization"},
      {R"({"firstName": null})", "firstName", "firstName: The field cannot be left blank"},
      {R"({"lastName": ""})", "lastName", "lastName: The field cannot be left blank"},
      {R"({"login": "plain"})", "login", "login: Username must be in the form of an email address"},
      {R"({"email": "no one"})", "email", "email: Does not match required pattern"},
      {R"({"firstName": "123456789012345678901234567890123456789012345678901"})", "firstName",
       "firstName: The field is too long"},
      {R"({"city": 5})", "city", "city: Must be of type string"},
  };
  for (const Case& test : cases) {
    json::object profile = Profile("fresh");
    const json::value changes = json::parse(test.changes);
    for (const auto& [name, value] : changes.as_object()) profile[name] = value;
    auto result = CreateUser(*store_, kActor, {.profile = profile});
    ASSERT_FALSE(result.ok()) << test.changes;
    EXPECT_EQ(result.refusal().code, "E0000001");
    EXPECT_EQ(result.refusal().summary, std::string("Api validation failed: ") + test.summary);
    EXPECT_THAT(result.refusal().causes, ElementsAre(test.cause));
  }
}

TEST_F(StoreTest, UpdateMergesOrReplaces) {
  User user = Create("bird");
  json::object title{{"title", "Dr"}, {"city", "Here"}};
  EXPECT_EQ(UpdateUser(*store_, kActor, user.id, {.profile = title})->Attribute("title"), "Dr");
  json::object clear{{"title", nullptr}};
  user = *UpdateUser(*store_, kActor, "bird", {.profile = clear});
  EXPECT_EQ(user.Attribute("title"), "");
  EXPECT_EQ(user.Attribute("city"), "Here");
  user = *UpdateUser(*store_, kActor, user.id, {.profile = Profile("bird"), .replace_profile = true});
  EXPECT_EQ(user.Attribute("city"), "");
  std::string etag = UserEtag(user);
  EXPECT_TRUE(UpdateUser(*store_, kActor, user.id, {.profile = title, .if_match = etag}).ok());
  EXPECT_EQ(UpdateUser(*store_, kActor, user.id, {.profile = title, .if_match = etag}).refusal().code,
            "E0000231");
  // Credentials alone leave the profile as it is, and end the wait for a password.
  user = *UpdateUser(*store_, kActor, user.id,
                     {.replace_profile = true, .credentials = {.password = kPassword}});
  EXPECT_EQ(user.Attribute("city"), "Here");
  EXPECT_EQ(user.status, UserStatus::kActive);
  EXPECT_EQ(ChangePassword(*store_, kActor, user.id, "wrong", "Other8irds").refusal().code, "E0000014");
  EXPECT_TRUE(ChangePassword(*store_, kActor, user.id, kPassword, "Other8irds").ok());
  EXPECT_TRUE(ChangeRecoveryQuestion(*store_, kActor, user.id, "Other8irds", "Colour?", "green").ok());
  EXPECT_EQ(CreateUser(*store_, kActor, {.profile = Profile("weak"), .credentials = {.password = "weak"}})
                .refusal()
                .code,
            "E0000001");
}

TEST_F(StoreTest, ImportedHashesVerify) {
  struct Case {
    const char* hash;
    const char* password;
  };
  const Case cases[] = {
      {R"({"algorithm":"SHA-256","salt":"c2FsdA==","saltOrder":"PREFIX","value":"E2Ab2k6nng/d7XK2+nBJuF2yFAgnlcXpF+QXP8b5V9I="})",
       ""},
      {R"({"algorithm":"BCRYPT","workFactor":10,"salt":"rwh>vH.J","value":"x"})", ""},
      {R"({"algorithm":"NONE","value":"x"})", ""},
  };
  EXPECT_TRUE(CreateUser(*store_, kActor,
                         {.profile = Profile("hash0"),
                          .credentials = {.password_hash = json::parse(cases[0].hash).as_object()}})
                  .ok());
  for (int i = 1; i < 3; ++i)
    EXPECT_EQ(CreateUser(*store_, kActor,
                         {.profile = Profile("hash"),
                          .credentials = {.password_hash = json::parse(cases[i].hash).as_object()}})
                  .refusal()
                  .code,
              "E0000001");
  // RFC 7914 §11: PBKDF2-HMAC-SHA-256 ("passwd", "salt", 1), the first 32 bytes.
  NewUser input{.profile = Profile("pbkdf2")};
  input.credentials.password_hash =
      json::parse(
          R"({"algorithm":"PBKDF2","digestAlgorithm":"SHA256_HMAC","iterationCount":1,"salt":"c2FsdA==",
          "keySize":32,"value":"VawEbiK2T7+RIkZQaLboWxfv7cYzpgoEtLxJyiK5YFw="})")
          .as_object();
  ASSERT_TRUE(CreateUser(*store_, kActor, input).ok());
  EXPECT_EQ(ChangePassword(*store_, kActor, "pbkdf2", "passwX", "Other8irds").refusal().code, "E0000014");
}

TEST_F(StoreTest, DeletingTakesTwoSteps) {
  User user = Create("bird");
  Group group = *CreateGroup(*store_, kActor, {{"name", "Garden"}});
  ASSERT_TRUE(AddMember(*store_, kActor, group.id, user.id).ok());
  bool removed = true;
  EXPECT_TRUE(DeleteUser(*store_, kActor, user.id, &removed).ok());
  EXPECT_FALSE(removed);
  EXPECT_EQ(FindUser(*store_, user.id)->status, UserStatus::kDeprovisioned);
  EXPECT_EQ(*CountMembers(*store_, group.id), 0);
  EXPECT_TRUE(DeleteUser(*store_, kActor, user.id, &removed).ok());
  EXPECT_TRUE(removed);
  auto gone = FindUser(*store_, user.id);
  EXPECT_EQ(gone.refusal().summary, fmt::format("Not found: Resource not found: {} (User)", user.id));
  EXPECT_EQ(DeleteUser(*store_, kActor, user.id).refusal().status, 404);
}

TEST_F(StoreTest, FindsByLoginAndUnambiguousShortName) {
  User bird = Create("bird");
  EXPECT_EQ(FindUser(*store_, "BIRD@example.com")->id, bird.id);
  EXPECT_EQ(FindUser(*store_, "bird")->id, bird.id);
  json::object other = Profile("bird");
  other["login"] = "bird@other.org";
  ASSERT_TRUE(CreateUser(*store_, kActor, {.profile = other}).ok());
  EXPECT_FALSE(FindUser(*store_, "bird").ok());
}

TEST_F(StoreTest, SearchAndFilter) {
  for (const char* name : {"anna", "Bert", "carl"}) Create(name);
  ASSERT_TRUE(UpdateUserSchema(*store_, kActor, "default",
                               json::parse(R"({"custom": {"properties": {
                                 "tags": {"title": "Tags", "type": "array", "items": {"type": "string"}},
                                 "level": {"title": "Level", "type": "integer"}}}})")
                                   .as_object())
                  .ok());
  json::object custom{{"tags", json::array{"red", "Blue"}}, {"level", 7}, {"costCenter", "A\"b"}};
  ASSERT_TRUE(UpdateUser(*store_, kActor, "carl", {.profile = custom}).ok());
  RunUserOperation(*store_, kActor, "Bert", UserOperation::kSuspend).ok();
  std::string anna = FindUser(*store_, "anna")->id, carl = FindUser(*store_, "carl")->id;
  struct Case {
    std::string search;
    std::vector<std::string> names;
  };
  const Case cases[] = {
      {R"(profile.firstName eq "ANNA")", {"anna"}},
      {R"(profile.firstName sw "b" or profile.email co "CARL@")", {"Bert", "carl"}},
      {R"(status eq "suspended")", {"Bert"}},
      {R"(NOT (status eq "SUSPENDED") and profile.lastName eq "bird")", {"anna", "carl"}},
      {R"(profile.tags eq "blue")", {"carl"}},
      {R"(profile.level gt 6 and profile.level le 7)", {"carl"}},
      {R"(profile.costCenter pr)", {"carl"}},
      {R"(not (profile.costCenter pr))", {"anna", "Bert"}},
      {R"(profile.costCenter eq "A\"b")", {"carl"}},
      {fmt::format(R"(id eq "{}" or id eq "{}" or id eq "00unone")", anna, carl), {"anna", "carl"}},
      {R"(created gt "2025-12-31T23:59:59.000Z" and lastUpdated lt "2027-01-01")", {"anna", "Bert", "carl"}},
      {R"(profile.firstName lt "b" or profile.firstName gt "c")", {"anna", "carl"}},
      {R"(type.id pr and (status eq "STAGED" or (status eq "PROVISIONED" and profile.login sw "anna")))",
       {"anna"}},
  };
  for (const Case& test : cases) EXPECT_EQ(Logins({.search = test.search}), test.names) << test.search;
  EXPECT_EQ(Logins({.filter = fmt::format(R"(id eq "{}")", carl)}), std::vector<std::string>{"carl"});
  EXPECT_EQ(Logins({.q = "b"}), (std::vector<std::string>{"anna", "Bert", "carl"}));  // all are named Bird
  EXPECT_EQ(Logins({.q = "CAR"}), std::vector<std::string>{"carl"});

  for (const char* wrong :
       {"id", "id eq", "id eq x", "id ne \"x\"", "(id eq \"x\"", "id eq \"x\" id eq \"y\"", "status co \"A\"",
        "profile.city co \"A\"", "unknown eq \"x\"", "created gt \"soon\"", "profile.a'b eq \"x\"",
        "id eq \"\\q\"", "profile. pr", "id eq \"x"})
    EXPECT_EQ(ListUsers(*store_, {.search = wrong}).refusal().code, "E0000031") << wrong;
  std::string deep(100, '(');
  EXPECT_EQ(ListUsers(*store_, {.search = deep}).refusal().code, "E0000031");
  EXPECT_EQ(ListUsers(*store_, {.filter = "profile.city eq \"x\""}).refusal().code, "E0000031");
  EXPECT_EQ(ListUsers(*store_, {.filter = "id pr", .search = "id pr"}).refusal().code, "E0000033");
}

TEST_F(StoreTest, ListsPageInOrder) {
  for (int i = 0; i < 25; ++i) Create(fmt::format("user{:02}", (i * 7) % 25));
  auto walk = [&](UserQuery query) {
    std::vector<std::string> names;
    query.page.limit = 10;
    int pages = 0;
    do {
      auto page = ListUsers(*store_, query);
      for (const User& user : page->items) names.emplace_back(user.Attribute("firstName"));
      query.page.after = page->next;
      ++pages;
    } while (!query.page.after.empty());
    EXPECT_EQ(pages, 3);
    return names;
  };
  std::vector<std::string> created = walk({});
  EXPECT_EQ(created.size(), 25u);
  EXPECT_EQ(created[1], "user07");
  std::vector<std::string> sorted = walk({.sort_by = "profile.firstName", .descending = true});
  EXPECT_EQ(sorted.front(), "user24");
  EXPECT_EQ(sorted.back(), "user00");
  EXPECT_EQ(walk({.sort_by = "created"}), created);
  EXPECT_EQ(ListUsers(*store_, {.page = {.after = "nonsense"}}).refusal().status, 400);
}

TEST_F(StoreTest, GroupsAndMembers) {
  User bird = Create("bird"), butterfly = Create("butterfly");
  Group garden = *CreateGroup(*store_, kActor, {{"name", "The Garden"}, {"description", ""}});
  EXPECT_FALSE(garden.profile.contains("description"));
  EXPECT_EQ(CreateGroup(*store_, kActor, {{"name", "the garden"}}).refusal().causes[0],
            "name: An object with this field already exists in the current organization");
  auto groups = ListGroups(*store_, {});
  ASSERT_EQ(groups->items.size(), 2u);
  const Group everyone = groups->items[0];
  EXPECT_EQ(everyone.Attribute("name"), "Everyone");
  EXPECT_EQ(*CountMembers(*store_, everyone.id), 2);
  EXPECT_EQ(UpdateGroup(*store_, kActor, everyone.id, {{"name", "x"}}).refusal().status, 403);
  EXPECT_EQ(DeleteGroup(*store_, kActor, everyone.id).refusal().status, 403);
  EXPECT_EQ(RemoveMember(*store_, kActor, everyone.id, bird.id).refusal().status, 403);
  for (int i = 0; i < 2; ++i) EXPECT_TRUE(AddMember(*store_, kActor, garden.id, bird.id).ok());
  EXPECT_TRUE(AddMember(*store_, kActor, garden.id, "butterfly").ok());
  EXPECT_EQ(AddMember(*store_, kActor, garden.id, "00unone").refusal().status, 404);
  auto first = ListMembers(*store_, garden.id, {.limit = 1});
  ASSERT_EQ(first->items.size(), 1u);
  auto second = ListMembers(*store_, garden.id, {.after = first->next, .limit = 1});
  EXPECT_EQ(second->items[0].id, butterfly.id);
  EXPECT_EQ(second->next, "");
  EXPECT_EQ(ListGroupsOfUser(*store_, bird.id, {})->items.size(), 2u);
  for (int i = 0; i < 2; ++i) EXPECT_TRUE(RemoveMember(*store_, kActor, garden.id, bird.id).ok());
  EXPECT_EQ(*CountMembers(*store_, garden.id), 1);
  EXPECT_EQ(ListGroups(*store_, {.q = "the g"})->items.size(), 1u);
  EXPECT_EQ(ListGroups(*store_, {.filter = "type eq \"BUILT_IN\""})->items.size(), 1u);
  EXPECT_EQ(ListGroups(*store_, {.search = "profile.name co \"GARD\""})->items.size(), 1u);
  EXPECT_TRUE(DeleteGroup(*store_, kActor, garden.id).ok());
  std::vector<std::string> types = EventTypes();
  EXPECT_EQ(std::count(types.begin(), types.end(), "group.user_membership.add"), 2);
  EXPECT_EQ(std::count(types.begin(), types.end(), "group.user_membership.remove"), 1);
}

TEST_F(StoreTest, AppsKeysAndGrants) {
  App app = *CreateApp(*store_, kActor, {.label = "Terraform Workshop"});
  EXPECT_EQ(app.id.size(), 20u);
  EXPECT_EQ((*ListRoles(*store_, RoleHolder::kClient, app.id))[0].type, "SUPER_ADMIN");
  auto jwk = [] { return base::crypto::PrivateKey::GenerateRsa().Public().ToJwk(); };
  AppKey first = *AddKey(*store_, kActor, app.id, jwk());
  EXPECT_FALSE(first.kid.empty());
  EXPECT_EQ(AddKey(*store_, kActor, app.id, jwk()).refusal().causes[0],
            "All keys in the 'jwks' must have a unique `kid`.");
  EXPECT_EQ(AddKey(*store_, kActor, app.id, base::crypto::PrivateKey::GenerateRsa(1024).Public().ToJwk())
                .refusal()
                .causes[0],
            "RSA key length in the 'jwks' is less than '2,048' bits for the given key.");
  json::object named = jwk();
  named["kid"] = "second";
  AppKey second = *AddKey(*store_, kActor, app.id, named);
  EXPECT_FALSE(DeleteKey(*store_, kActor, app.id, second.id).ok());
  EXPECT_TRUE(SetKeyActive(*store_, kActor, app.id, first.id, false).ok());
  EXPECT_FALSE(SetKeyActive(*store_, kActor, app.id, second.id, false).ok());
  EXPECT_TRUE(DeleteKey(*store_, kActor, app.id, first.id).ok());
  Grant grant = *GrantScope(*store_, kActor, app.id, "okta.users.manage");
  EXPECT_EQ(GrantScope(*store_, kActor, app.id, "okta.users.manage")->id, grant.id);
  EXPECT_FALSE(GrantScope(*store_, kActor, app.id, "okta.nonsense").ok());
  EXPECT_TRUE(RevokeScope(*store_, kActor, app.id, "okta.users.manage").ok());
  EXPECT_EQ(ListGrants(*store_, app.id)->size(), 0u);
  EXPECT_EQ(UpdateApp(*store_, kActor, app.id, {.rate_percentage = 0}).refusal().status, 400);
  EXPECT_EQ(UpdateApp(*store_, kActor, app.id, {.rate_percentage = 25})->rate_percentage, 25);
  EXPECT_EQ(DeleteApp(*store_, kActor, app.id).refusal().code, "E0000056");
  EXPECT_TRUE(SetAppActive(*store_, kActor, app.id, false).ok());
  EXPECT_TRUE(DeleteApp(*store_, kActor, app.id).ok());
  EXPECT_TRUE(*UseOnce(*store_, "a", "1", now_ + std::chrono::hours(1)));
  EXPECT_FALSE(*UseOnce(*store_, "a", "1", now_ + std::chrono::hours(1)));
  EXPECT_TRUE(*UseOnce(*store_, "b", "1", now_ + std::chrono::hours(1)));
}

TEST_F(StoreTest, TypesAndSchemas) {
  auto types = ListUserTypes(*store_);
  ASSERT_EQ(types->size(), 1u);
  EXPECT_TRUE((*types)[0].is_default);
  json::object property =
      json::parse(R"({"custom": {"properties": {"badge": {"title": "Badge", "type": "string",
      "unique": "UNIQUE_VALIDATED"}}}})")
          .as_object();
  ASSERT_TRUE(UpdateUserSchema(*store_, kActor, "default", property).ok());
  json::object one = Profile("one"), two = Profile("two");
  one["badge"] = two["badge"] = "7";
  ASSERT_TRUE(CreateUser(*store_, kActor, {.profile = one}).ok());
  EXPECT_EQ(CreateUser(*store_, kActor, {.profile = two}).refusal().summary, "Api validation failed: badge");
  UserType robot = *CreateUserType(*store_, kActor, "robot", "Robot", "beeps");
  EXPECT_FALSE(CreateUserType(*store_, kActor, "robot", "Robot", "").ok());
  EXPECT_TRUE(FindUserSchema(*store_, robot.schema_id)
                  ->definitions.at("custom")
                  .at("properties")
                  .as_object()
                  .contains("badge"));
  json::object change =
      json::parse(R"({"custom": {"properties": {"badge": {"type": "integer"}}}})").as_object();
  EXPECT_FALSE(UpdateUserSchema(*store_, kActor, "default", change).ok());
  json::object remove = json::parse(R"({"custom": {"properties": {"badge": null}}})").as_object();
  ASSERT_TRUE(UpdateUserSchema(*store_, kActor, "default", remove).ok());
  EXPECT_FALSE(FindUser(*store_, "one")->profile.contains("badge"));
  EXPECT_EQ(DeleteUserType(*store_, kActor, (*types)[0].id).refusal().code, "E0000142");
  EXPECT_TRUE(DeleteUserType(*store_, kActor, robot.id).ok());
}

TEST_F(StoreTest, AdminsAreNotUsers) {
  Admin admin = *SetAdmin(*store_, "Admin", "correct horse");
  EXPECT_EQ(ListUsers(*store_, {})->items.size(), 0u);
  EXPECT_TRUE(CheckAdminPassword(*store_, kActor, "admin", "correct horse").ok());
  EXPECT_EQ(CheckAdminPassword(*store_, kActor, "admin", "wrong").refusal().code, "E0000004");
  EXPECT_EQ(CheckAdminPassword(*store_, kActor, "nobody", "wrong").refusal().code, "E0000004");
  Session session = *CreateSession(*store_, admin, std::chrono::hours(1));
  EXPECT_EQ(FindSession(*store_, session.token)->csrf_token, session.csrf_token);
  EXPECT_FALSE(FindSession(*store_, "other").ok());
  now_ += std::chrono::hours(2);
  EXPECT_FALSE(FindSession(*store_, session.token).ok());
}

TEST_F(StoreTest, EventsAreFilteredAndPolled) {
  User bird = Create("bird");
  Create("butterfly");
  EventQuery query{.filter =
                       fmt::format(R"(eventType eq "user.lifecycle.create" and target.id eq "{}")", bird.id)};
  auto page = ListEvents(*store_, query);
  ASSERT_EQ(page->items.size(), 1u);
  const json::object& event = page->items[0];
  EXPECT_EQ(event.at("actor").at("id").as_string(), "00uadmin");
  EXPECT_EQ(event.at("outcome").at("result").as_string(), "SUCCESS");
  EXPECT_EQ(event.at("target").at(0).at("alternateId").as_string(), "bird@example.com");
  EXPECT_EQ(ListEvents(*store_, {.q = "butterfly create"})->items.size(), 1u);
  auto poll = ListEvents(*store_, {});
  ASSERT_FALSE(poll->next.empty());
  EXPECT_EQ(ListEvents(*store_, {.page = {.after = poll->next}})->items.size(), 0u);
  Create("late");
  EXPECT_EQ(ListEvents(*store_, {.page = {.after = poll->next}})->items.size(), 2u);
}

TEST_F(StoreTest, BytesThatAreNoTextDoNoHarm) {
  Actor actor = kActor;
  actor.user_agent = "\xFF\xFE";
  Group group = *CreateGroup(*store_, actor, {{"name", "bad \xC3 name"}});
  EXPECT_EQ(FindGroup(*store_, group.id)->Attribute("name"), "bad \xEF\xBF\xBD name");
  EXPECT_EQ(ListEvents(*store_, {})->items.size(), 1u);
  EXPECT_EQ(ListUsers(*store_, {.q = "\xFF"})->items.size(), 0u);
  EXPECT_EQ(FindUser(*store_, "\xFF").refusal().status, 404);
}

TEST_F(StoreTest, LongFiltersAreWithinSqlitesLimits) {
  std::string text = "id eq \"x\"";
  for (int i = 1; i < 600; ++i) text += fmt::format(" {} profile.city eq \"{}\"", i % 2 ? "or" : "and", i);
  EXPECT_TRUE(ListUsers(*store_, {.search = text}).ok());
  EXPECT_FALSE(ListUsers(*store_, {.search = text + " or id pr"}).ok());
  std::string any = "profile.city eq \"0\"";
  for (int i = 1; i < 600; ++i) any += fmt::format(" or profile.city eq \"{}\"", i);
  EXPECT_TRUE(ListUsers(*store_, {.search = any}).ok());
}

TEST_F(StoreTest, FilesKeepTheOrgAndForeignOnesAreRefused) {
  base::core::TempDirectory directory;
  std::string path = directory / "org.db", id, ending;
  {
    store_ = Open(path);
    id = Create("bird").id;
    ending = store_->org_id().substr(17);
    EXPECT_EQ(id.substr(17), ending);
    EXPECT_FALSE(Store::Open({.path = path}).ok());  // one process, one connection
  }
  store_.reset();
  store_ = Open(path);
  EXPECT_EQ(FindUser(*store_, "bird")->id, id);
  ASSERT_TRUE(base::core::WriteFile(directory / "text", "no database, surely, but long enough").ok());
  EXPECT_FALSE(Store::Open({.path = directory / "text"}).ok());
  EXPECT_FALSE(Store::Open({.path = directory / "no/such/folder/org.db"}).ok());
}

}  // namespace
}  // namespace org::store
