#include "okta/resources/planner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "okta/resources/build_schema.h"
#include "okta/resources/codec.h"
#include "okta/resources/go_json.h"

namespace okta::resources {
namespace {

using Settings = std::vector<std::pair<std::string, Value>>;

Value Text(std::string_view text) { return Value::String(text); }

class PlannerTest : public ::testing::Test {
 protected:
  static Value With(const ResourceSpec& spec, const Settings& settings) {
    Record record = Record::Empty(ResourceBlock(spec));
    for (const auto& [name, value] : settings) record.Set(name, value);
    return record.Finish();
  }

  // As the engine proposes: configured values, prior ones where a computed attribute is unset.
  static provider::api::PlanResponse Plan(const char* type, const Value& prior, const Settings& settings) {
    const ResourceSpec& spec = *FindResourceSpec(type);
    Value config = With(spec, settings);
    return PlanResource(spec, {type, prior, config, config, {}, {}});
  }

  static std::vector<std::string> UnknownIn(const Value& value) {
    std::vector<std::string> names;
    for (const auto& attribute : value.type().attributes()) {
      if (!value.Get(attribute.name).IsWhollyKnown()) names.push_back(attribute.name);
    }
    return names;
  }

  static Value NullOf(const char* type) {
    return Value::Null(ResourceBlock(*FindResourceSpec(type)).implied_type());
  }

  const Settings kBird = {{"first_name", Text("Selasphorus")},
                          {"last_name", Text("rufous")},
                          {"login", Text("bird@example.com")},
                          {"email", Text("bird@example.com")}};

  // The bird as it is after its creation.
  Value CreatedBird(std::string_view status = "PROVISIONED") {
    Value planned = Plan("okta_user", NullOf("okta_user"), kBird).planned;
    return DecodeObject(
        *FindResourceSpec("okta_user"),
        boost::json::parse(fmt::format(R"({{"id":"00u1","status":"{}","created":"2026-01-02T03:04:05.000Z",
                              "activated":null,"type":{{"id":"oty1"}},"profile":{{"firstName":"Selasphorus",
                              "lastName":"rufous","login":"bird@example.com","email":"bird@example.com",
                              "mobilePhone":null}}}})",
                                       status))
            .as_object(),
        planned);
  }
};

TEST_F(PlannerTest, CreationOfAUserShowsDefaultsAndUnknowns) {
  auto response = Plan("okta_user", NullOf("okta_user"), kBird);
  EXPECT_TRUE(response.legacy_type_system);
  EXPECT_THAT(UnknownIn(response.planned),
              ::testing::ElementsAre("activated", "created", "custom_profile_attributes", "id", "last_login",
                                     "last_updated", "password_changed", "raw_status", "realm_id",
                                     "status_changed", "type"));
  EXPECT_EQ(response.planned.Get("status").AsString(), "ACTIVE");
  EXPECT_FALSE(response.planned.Get("skip_roles").AsBool());
  EXPECT_FALSE(response.planned.Get("expire_password_on_create").AsBool());
  EXPECT_TRUE(response.planned.Get("city").IsNull());
}

TEST_F(PlannerTest, SecondPlanIsEmptyAlsoBeforeActivation) {
  for (const char* status : {"PROVISIONED", "ACTIVE", "PASSWORD_EXPIRED", "RECOVERY"}) {
    Value prior = CreatedBird(status);
    EXPECT_TRUE(Plan("okta_user", prior, kBird).planned.RawEquals(prior)) << status;
  }
}

TEST_F(PlannerTest, SuspensionIsDrift) {
  Value prior = CreatedBird("SUSPENDED");
  Value planned = Plan("okta_user", prior, kBird).planned;
  EXPECT_EQ(planned.Get("status").AsString(), "ACTIVE");
  Record expected(prior);
  expected.Set("status", Text("ACTIVE"));
  EXPECT_TRUE(planned.RawEquals(expected.Finish())) << "nothing else differs";
}

TEST_F(PlannerTest, ImportedUserOnlyGetsTheDefaults) {
  const ResourceSpec& spec = *FindResourceSpec("okta_user");
  auto object = boost::json::parse(R"({"id":"00u1","status":"STAGED","profile":{"firstName":"Acer",
      "lastName":"macrophyllum","login":"t@example.com","email":"t@example.com"}})");
  Value imported = DecodeObject(spec, object.as_object(), With(spec, {}));
  EXPECT_EQ(imported.Get("custom_profile_attributes").AsString(), "{}");
  EXPECT_EQ(imported.Get("status").AsString(), "STAGED");
  EXPECT_TRUE(imported.Get("skip_roles").IsNull());
  EXPECT_EQ(imported.Get("password_hash").Length(), 0u);
  Value planned = Plan("okta_user", imported,
                       {{"first_name", Text("Acer")},
                        {"last_name", Text("macrophyllum")},
                        {"login", Text("t@example.com")},
                        {"email", Text("t@example.com")}})
                      .planned;
  std::vector<std::string> changed;
  for (const auto& attribute : planned.type().attributes()) {
    if (!planned.Get(attribute.name).RawEquals(imported.Get(attribute.name)))
      changed.push_back(attribute.name);
  }
  EXPECT_THAT(changed, ::testing::ElementsAre("expire_password_on_create", "skip_roles", "status"));
}

TEST_F(PlannerTest, CustomAttributesCompareAsJson) {
  Settings settings = kBird;
  settings.emplace_back("custom_profile_attributes", Text("{ \"b\": [1], \"a\": \"<x>\", \"n\": null }"));
  Value planned = Plan("okta_user", NullOf("okta_user"), settings).planned;
  EXPECT_EQ(planned.Get("custom_profile_attributes").AsString(), R"({"a":"\u003cx\u003e","b":[1],"n":null})");
  Record prior(CreatedBird());
  prior.Set("custom_profile_attributes", Text(R"({"a":"\u003cx\u003e","b":[1]})"));
  EXPECT_TRUE(Plan("okta_user", prior.Finish(), settings).planned.RawEquals(prior.Finish()));
}

TEST_F(PlannerTest, IgnoredCustomAttributesBelongToOthers) {
  Settings settings = kBird;
  settings.emplace_back("custom_profile_attributes", Text(R"({"mine":1,"theirs":2})"));
  settings.emplace_back("custom_profile_attributes_to_ignore", StringSet({"theirs"}));
  EXPECT_EQ(
      Plan("okta_user", NullOf("okta_user"), settings).planned.Get("custom_profile_attributes").AsString(),
      R"({"mine":1})");
  Record prior(CreatedBird());
  prior.Set("custom_profile_attributes", Text(R"({"mine":1,"theirs":3})"));
  prior.Set("custom_profile_attributes_to_ignore", StringSet({"theirs"}));
  EXPECT_TRUE(Plan("okta_user", prior.Finish(), settings).planned.RawEquals(prior.Finish()));
}

TEST_F(PlannerTest, RemovedAttributeIsAChangeAndEmptyIsNone) {
  Record prior(CreatedBird());
  prior.Set("city", Text("Portland"));
  prior.Set("title", Text(""));
  Value planned = Plan("okta_user", prior.Finish(), kBird).planned;
  EXPECT_TRUE(planned.Get("city").IsNull());
  EXPECT_EQ(planned.Get("title").AsString(), "");
}

TEST_F(PlannerTest, MembershipsAreUnknownAsAWholeAndParentReplaces) {
  const char* type = "okta_group_memberships";
  Value unknown = Value::Unknown(Type::String());
  Value users = Value::Set(Type::String(), {Text("00u1"), unknown});
  auto created = Plan(type, NullOf(type), {{"group_id", unknown}, {"users", users}});
  EXPECT_THAT(UnknownIn(created.planned), ::testing::ElementsAre("group_id", "id", "users"));
  EXPECT_TRUE(created.planned.Get("users").IsUnknown()) << "SDKv2 knows no partly known sets";
  EXPECT_FALSE(created.planned.Get("track_all_users").AsBool());

  const ResourceSpec& spec = *FindResourceSpec(type);
  Value prior = With(spec, {{"id", Text("00g1")},
                            {"group_id", Text("00g1")},
                            {"users", StringSet({"00u1"})},
                            {"track_all_users", Value::False()}});
  auto moved = Plan(type, prior, {{"group_id", Text("00g2")}, {"users", StringSet({"00u1"})}});
  ASSERT_EQ(moved.requires_replace.size(), 1u);
  EXPECT_EQ(moved.requires_replace[0][0].attribute, "group_id");
  auto same = Plan(type, prior, {{"group_id", Text("00g1")}, {"users", StringSet({"00u1"})}});
  EXPECT_TRUE(same.planned.RawEquals(prior));
  EXPECT_TRUE(same.requires_replace.empty());
}

TEST_F(PlannerTest, GroupDescriptionEmptyInStateIsNoChange) {
  const ResourceSpec& spec = *FindResourceSpec("okta_group");
  Value planned = Plan("okta_group", NullOf("okta_group"), {{"name", Text("Garden")}}).planned;
  EXPECT_THAT(UnknownIn(planned), ::testing::ElementsAre("id"));
  Value state = DecodeObject(
      spec, boost::json::parse(R"({"id":"00g1","profile":{"name":"Garden","description":null}})").as_object(),
      planned);
  EXPECT_EQ(state.Get("description").AsString(), "");
  EXPECT_TRUE(state.Get("custom_profile_attributes").IsNull());
  EXPECT_TRUE(Plan("okta_group", state, {{"name", Text("Garden")}}).planned.RawEquals(state));
}

TEST_F(PlannerTest, DestroyPlansNull) {
  Value prior = CreatedBird();
  EXPECT_TRUE(PlanResource(*FindResourceSpec("okta_user"),
                           {"okta_user", prior, NullOf("okta_user"), NullOf("okta_user"), {}, {}})
                  .planned.IsNull());
}

TEST_F(PlannerTest, ValidatesAsSdkDoes) {
  const struct {
    const char* type;
    Settings settings;
    const char* expected;
  } kCases[] = {
      {"okta_user",
       {{"expire_password_on_create", Value::True()}},
       "Missing required argument|\"expire_password_on_create\": all of `expire_password_on_create,password` "
       "must be specified"},
      {"okta_user",
       {{"password", Text("x")}, {"password_inline_hook", Text("default")}},
       "Conflicting configuration arguments|\"password_inline_hook\": conflicts with password"},
      {"okta_user",
       {{"custom_profile_attributes", Text("{")}},
       "\"custom_profile_attributes\" contains an invalid JSON|"},
      {"okta_user", {{"custom_profile_attributes", Value::Unknown(Type::String())}}, ""},
      {"okta_group",
       {{"name", Text(std::string(256, 'x'))}},
       "name must be 255 characters or less, it has 256|"},
      {"okta_group", {{"name", Text("x")}}, ""},
  };
  for (const auto& c : kCases) {
    const ResourceSpec& spec = *FindResourceSpec(c.type);
    auto diagnostics = ValidateFields(spec.fields, spec.nested, With(spec, c.settings));
    std::string got = diagnostics.empty() ? "" : diagnostics[0].summary + "|" + diagnostics[0].detail;
    EXPECT_THAT(got, ::testing::StartsWith(c.expected));
    EXPECT_EQ(diagnostics.empty(), std::string_view(c.expected).empty());
  }
}

TEST(GoJson, SortsEscapesAndCompares) {
  EXPECT_EQ(NormalizeJson(R"( {"b":1.50,"a":[true,null],"c":1e21,"d":-7} )"),
            R"({"a":[true,null],"b":1.5,"c":1e+21,"d":-7})");
  EXPECT_FALSE(NormalizeJson("{"));
  EXPECT_FALSE(NormalizeJson(std::string(200, '[') + std::string(200, ']')));
  EXPECT_TRUE(SameJson(R"({"a":1,"b":null})", R"({ "a" : 1 })"));
  EXPECT_FALSE(SameJson("", "{}"));
}

TEST(Codec, SendsAsTheProviderDoes) {
  const ResourceSpec& spec = *FindResourceSpec("okta_user");
  Record record = Record::Empty(ResourceBlock(spec));
  record.Set("login", Text("l"));
  record.Set("city", Text("c"));
  record.Set("title", Text(""));
  record.Set("custom_profile_attributes", Text(R"({"x":1,"city":"overwritten"})"));
  EXPECT_EQ(
      GoJson(EncodeObject(spec, record.Finish())),
      R"({"profile":{"city":"c","email":"","firstName":"","lastName":"","login":"l","postalAddress":null,"x":1}})");
}

}  // namespace
}  // namespace okta::resources
