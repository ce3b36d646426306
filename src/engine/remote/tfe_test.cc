// The client of HCP Terraform against answers made up on the spot; arguments and versions without any server.
// The whole protocol is played in tests/backends.
#include <gtest/gtest.h>

#include <mutex>

#include "base/net/http_server.h"
#include "engine/remote/cloud.h"
#include "engine/remote/remote.h"
#include "engine/remote/tfe_client.h"
#include "engine/remote/tfe_version.h"

namespace engine::remote {
namespace {

using base::net::ServerRequest;
using base::net::ServerResponse;
using language::value::Value;

// Gives its answers one after the other, and remembers what was asked.
class Script {
 public:
  explicit Script(std::vector<ServerResponse> answers) : answers_(std::move(answers)) {
    server_ =
        base::net::HttpServer::Start({}, [this](ServerRequest& request) { return Answer(request); }).value();
  }
  TfeClient Client() {
    return TfeClient({.base_url = server_->url() + "/api/v2/",
                      .token = "secret-token",
                      .from_cloud_block = true,
                      .environment = {},
                      .clock = &clock_});
  }
  base::core::FakeClock& clock() { return clock_; }
  const std::vector<std::string>& asked() const { return asked_; }
  const std::vector<std::string>& authorizations() const { return authorizations_; }

 private:
  ServerResponse Answer(ServerRequest& request) {
    std::lock_guard guard(mutex_);
    asked_.push_back(request.method + " " + request.target);
    authorizations_.emplace_back(request.Header("Authorization"));
    const size_t i = std::min(asked_.size(), answers_.size()) - 1;
    return answers_[i];
  }

  std::mutex mutex_;
  const std::vector<ServerResponse> answers_;
  std::vector<std::string> asked_, authorizations_;
  base::core::FakeClock clock_;
  std::unique_ptr<base::net::HttpServer> server_;
};

TEST(TfeClient, WaitsAsLongAsTheServerSays) {
  Script script(
      {{.status = 429, .headers = {{"X-RateLimit-Reset", "2.5"}}}, {.body = R"({"data":{"id":"x"}})"}});
  TfeClient client = script.Client();
  auto answer = client.Call("GET", "workspaces/ws-1");
  ASSERT_TRUE(answer.ok());
  EXPECT_EQ(answer->data().FindString("id"), "x");
  EXPECT_GE(script.clock().slept(), std::chrono::milliseconds(2500));
  EXPECT_LE(script.clock().slept(), std::chrono::milliseconds(3000));
}

TEST(TfeClient, GivesUpOnAServerThatStaysBroken) {
  Script script(std::vector<ServerResponse>{{.status = 503}});
  TfeClient client = script.Client();
  const auto answer = client.Call("GET", "ping");
  ASSERT_FALSE(answer.ok());
  EXPECT_NE(answer.error().message().find("the server answered 503"), std::string::npos);
  EXPECT_EQ(answer.error().message().find("secret"), std::string::npos);
  EXPECT_GT(script.asked().size(), 10u);
  EXPECT_LE(script.clock().slept(), std::chrono::minutes(6));
}

TEST(TfeClient, SaysWhatTheServerSays) {
  Script script(
      {{.status = 422,
        .body = R"({"errors":[{"status":"422","title":"invalid attribute","detail":"Name is taken"}]})"},
       {.status = 401, .body = "no"},
       {.status = 200, .body = "<html>"}});
  TfeClient client = script.Client();
  EXPECT_EQ(client.Call("POST", "x", "{}")->problem, "invalid attribute\n\nName is taken");
  EXPECT_EQ(client.Call("GET", "x")->problem, "unauthorized");
  EXPECT_FALSE(client.Call("GET", "x").ok());
}

TEST(TfeClient, ReadsAllPages) {
  Script script({{.body = R"({"data":[{"id":"a"}],"meta":{"pagination":{"next-page":2}}})"},
                 {.body = R"({"data":[{"id":"b"}],"meta":{"pagination":{"next-page":null}}})"}});
  TfeClient client = script.Client();
  const auto pages = client.GetPages("list?x=1");
  ASSERT_TRUE(pages.ok());
  EXPECT_EQ(pages->size(), 2u);
  EXPECT_EQ(script.asked()[1], "GET /api/v2/list?x=1&page%5Bnumber%5D=2");
}

TEST(TfeClient, KeepsItsTokenFromUploads) {
  Script script(std::vector<ServerResponse>{{}});
  TfeClient client = script.Client();
  ASSERT_TRUE(client.Upload("/blobs/1", "state").ok());
  ASSERT_TRUE(client.Download("/blobs/1").ok());
  EXPECT_EQ(script.authorizations()[0], "");
  EXPECT_EQ(script.authorizations()[1], "Bearer secret-token");
}

std::string VersionProblem(const std::string& remote) {
  base::diag::Diagnostics diagnostics;
  CheckTerraformVersion({.name = "app", .execution_mode = "remote", .terraform_version = remote}, "acme", {},
                        diagnostics);
  return diagnostics.HasErrors()
             ? diagnostics.items()[0].detail.substr(0, diagnostics.items()[0].detail.find('\n'))
             : "";
}

TEST(TfeVersion, StatesOfOneMinorVersionGoTogether) {
  EXPECT_EQ(VersionProblem("1.11.0"), "");
  EXPECT_EQ(VersionProblem("latest"), "");
  EXPECT_EQ(VersionProblem("~> 1.3"), "");
  EXPECT_EQ(
      VersionProblem("1.5.7"),
      "The local Terraform version (1.11.4) does not meet the version requirements for remote workspace "
      "acme/app (~> 1.5.0).");
  EXPECT_NE(VersionProblem("1.2.0"), "");
  EXPECT_NE(VersionProblem("1.11.5-beta1"), "");
  EXPECT_NE(VersionProblem("nonsense"), "");
}

TEST(TfeVersion, IgnoringLeavesAWarning) {
  base::diag::Diagnostics diagnostics;
  EXPECT_TRUE(CheckTerraformVersion({.terraform_version = "1.5.7"}, "acme", {.ignore_remote_version = true},
                                    diagnostics));
  EXPECT_EQ(diagnostics.size(), 1u);
  EXPECT_FALSE(diagnostics.HasErrors());
}

// The cloud block's arguments as the schema has them, its block "workspaces" with these.
Value CloudArguments(Value organization, Value name, Value tags) {
  const language::schema::Block& schema = kCloudType.schema();
  const Value workspaces = Value::Object({{"name", std::move(name)},
                                          {"project", Value::Null(language::value::Type::String())},
                                          {"tags", std::move(tags)}});
  const Value empty = schema.EmptyValue();
  std::vector<Value> values(empty.Elements().begin(), empty.Elements().end());
  for (size_t i = 0; i < empty.Length(); ++i) {
    if (empty.KeyAt(i) == "organization") values[i] = organization;
    if (empty.KeyAt(i) == "workspaces") values[i] = workspaces;
  }
  return Value::ObjectOf(schema.implied_type(), std::move(values));
}

Value NoText() { return Value::Null(language::value::Type::String()); }
Value NoTags() { return Value::Null(language::value::Type::Dynamic()); }

TEST(CloudBlock, NeedsOneWayToItsWorkspaces) {
  const base::core::Environment none;
  const Value name = Value::String("app"), organization = Value::String("acme");
  const Value tags = Value::Tuple({Value::String("net"), Value::String("db")});
  EXPECT_FALSE(kCloudType.check(CloudArguments(organization, name, NoTags()), none));
  EXPECT_FALSE(kCloudType.check(CloudArguments(organization, NoText(), tags), none));
  EXPECT_TRUE(kCloudType.check(CloudArguments(organization, name, tags), none));
  EXPECT_TRUE(kCloudType.check(CloudArguments(organization, NoText(), NoTags()), none));
  EXPECT_TRUE(kCloudType.check(CloudArguments(NoText(), name, NoTags()), none));
  EXPECT_EQ(kCloudType.check(CloudArguments(organization, NoText(), Value::String("net")), none)->summary,
            "tags must be a set or object, not string");
  EXPECT_EQ(
      kCloudType.check(CloudArguments(organization, NoText(), Value::Tuple({Value::Int(1)})), none)->summary,
      "tag elements must be strings");
  const TfeMapping mapping = CloudMapping(CloudArguments(organization, NoText(), tags), none);
  EXPECT_EQ(DescribeTags(mapping.tags), "net, db");
}

TEST(TfeWorkspaceNames, FollowTheMapping) {
  EXPECT_EQ(*TfeWorkspaceName({.name = "app"}, "default"), "app");
  EXPECT_FALSE(TfeWorkspaceName({.name = "app"}, "other").ok());
  EXPECT_EQ(*TfeWorkspaceName({.prefix = "app-"}, "dev"), "app-dev");
  EXPECT_FALSE(TfeWorkspaceName({.prefix = "app-"}, "default").ok());
}

}  // namespace
}  // namespace engine::remote
