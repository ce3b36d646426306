// Shared files, answers, endpoints, the cache; and services and credentials against a server in this process.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/aws/local_sources.h"
#include "base/aws/session.h"
#include "base/aws/xml.h"
#include "base/core/files.h"
#include "base/net/http_server.h"

namespace base::aws {
namespace {

using testing::HasSubstr;

TEST(XmlTest, ReadsElementsTextAndEntities) {
  const auto root = ParseXml(
      "\xEF\xBB\xBF<?xml version=\"1.0\"?>\n<!-- c --><a:List xmlns:a=\"x>y\"><Key>a&amp;b&#x41;&#66;</Key>"
      "<Key><![CDATA[<&>]]></Key><Empty/></a:List>\n");
  ASSERT_TRUE(root.ok()) << root.error().message();
  EXPECT_EQ(root->name, "List");
  ASSERT_EQ(root->children.size(), 3u);
  EXPECT_EQ(root->Text("Key"), "a&bAB");
  EXPECT_EQ(root->children[1].text, "<&>");
  EXPECT_NE(root->Find("Empty"), nullptr);
  EXPECT_EQ(root->Text("Key/None"), "");
}

TEST(XmlTest, RefusesWhatIsBrokenOrHostile) {
  std::string deep;
  for (int i = 0; i < 20; ++i) deep += "<a>";
  for (const std::string& text :
       {std::string(), std::string("text"), std::string("<a>"), std::string("<a></b>"),
        std::string("<a/><b/>"), std::string("<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>"),
        std::string("<a>&b;</a>"), std::string("<a>&#xD800;</a>"), std::string("<a>&#99999999;</a>"), deep})
    EXPECT_FALSE(ParseXml(text).ok()) << text;
}

TEST(SharedConfigTest, ProfilesSessionsAndServices) {
  SharedConfig config;
  ReadConfigText(
      "# comment\n[default]\nregion = eu-west-1 ; inline\naws_access_key_id = config\n"
      "[profile \"with space\"]\nrole_arn=arn:aws:iam::1:role/a#b\n[ci]\nregion = ignored\n"
      "[sso-session corp]\nsso_region = us-east-1\n"
      "[services local]\ns3 =\n  endpoint_url = http://127.0.0.1:9000\ndynamodb =\n  endpoint_url = "
      "http://d\n",
      false, &config);
  ReadConfigText("[default]\r\naws_access_key_id = credentials\r\n[ci]\nAWS_ACCESS_KEY_ID = K\n", true,
                 &config);
  EXPECT_EQ(Value(config.profiles["default"], "region"), "eu-west-1");
  EXPECT_EQ(Value(config.profiles["default"], "aws_access_key_id"), "credentials");
  EXPECT_EQ(Value(config.profiles["with space"], "role_arn"), "arn:aws:iam::1:role/a#b");
  EXPECT_EQ(Value(config.profiles["ci"], "aws_access_key_id"), "K");
  EXPECT_EQ(Value(config.profiles["ci"], "region"), "");
  EXPECT_EQ(Value(config.sso_sessions["corp"], "sso_region"), "us-east-1");
  EXPECT_EQ(Value(config.services["local"], "s3.endpoint_url"), "http://127.0.0.1:9000");
  EXPECT_EQ(Value(config.services["local"], "dynamodb.endpoint_url"), "http://d");
}

TEST(SharedConfigTest, Paths) {
  const core::Environment environment({{"HOME", "/home/a"}, {"X", "y"}});
  EXPECT_EQ(ExpandPath("~/$X/${X}z/$$/${", environment), "/home/a/y/yz/$$/${");
  EXPECT_EQ(ExpandPath("a~", environment), "a~");
}

TEST(EndpointsTest, Names) {
  EXPECT_EQ(EndpointOf("s3", "eu-west-1", {}), "https://s3.eu-west-1.amazonaws.com");
  EXPECT_EQ(EndpointOf("s3", "us-gov-west-1", {.fips = true, .dual_stack = true}),
            "https://s3-fips.dualstack.us-gov-west-1.amazonaws.com");
  EXPECT_EQ(EndpointOf("sts", "cn-north-1", {}), "https://sts.cn-north-1.amazonaws.com.cn");
  EXPECT_EQ(EndpointOf("dynamodb", "us-east-1", {.fips = true}),
            "https://dynamodb-fips.us-east-1.amazonaws.com");
  EXPECT_EQ(EndpointOf("dynamodb", "us-gov-east-1", {.fips = true}),
            "https://dynamodb.us-gov-east-1.amazonaws.com");
  EXPECT_EQ(EndpointOf("sts", "eu-west-1", {.dual_stack = true}), "https://sts.eu-west-1.api.aws");
  EXPECT_TRUE(IsKnownRegion("us-east-1"));
  EXPECT_FALSE(IsKnownRegion("us-east-9"));
  EXPECT_EQ(ParseArn("arn:aws:iam::1:role/a:b")->resource, "role/a:b");
  EXPECT_FALSE(ParseArn("arn:aws:iam"));
  EXPECT_TRUE(IsHostLabel("states-1"));
  EXPECT_FALSE(IsHostLabel("a.b.c"));
  EXPECT_FALSE(IsHostLabel("States"));
}

TEST(CredentialsTest, Json) {
  const auto read = ReadCredentialsJson(
      R"({"AccessKeyId":"K","SecretAccessKey":"S","Token":"T","Expiration":"2026-01-01T00:00:00Z"})", "x");
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(read->session_token, "T");
  EXPECT_EQ(read->expires, core::ParseRfc3339("2026-01-01T00:00:00Z"));
  for (const char* text : {"", "[]", R"({"AccessKeyId":"K"})",
                           R"({"AccessKeyId":"K","SecretAccessKey":"S","Expiration":"soon"})"})
    EXPECT_FALSE(ReadCredentialsJson(text, "x").ok()) << text;
}

TEST(CredentialsTest, CacheRenewsBeforeTheEndAndOutlivesAFailingSource) {
  core::FakeClock clock;
  int asked = 0;
  bool works = true;
  CredentialCache cache(
      [&]() -> core::Result<Credentials> {
        if (!works) return core::Error("away");
        return Credentials{.access_key_id = fmt::to_string(++asked),
                           .secret_access_key = "s",
                           .expires = clock.Now() + std::chrono::hours(1)};
      },
      clock);
  EXPECT_EQ(cache.Get()->access_key_id, "1");
  clock.Advance(std::chrono::minutes(54));
  EXPECT_EQ(cache.Get()->access_key_id, "1");
  clock.Advance(std::chrono::minutes(2));
  works = false;
  EXPECT_EQ(cache.Get()->access_key_id, "1");
  works = true;
  EXPECT_EQ(cache.Get()->access_key_id, "2");
  works = false;
  clock.Advance(std::chrono::hours(2));
  EXPECT_FALSE(cache.Get().ok());
}

// Answers requests from a list, and remembers them.
class FakeAws {
 public:
  FakeAws() {
    server_ = std::move(net::HttpServer::Start({}, [this](net::ServerRequest& request) {
                std::lock_guard lock(mutex_);
                requests.push_back(request);
                if (answers.empty()) return net::ServerResponse{.status = 500};
                net::ServerResponse response = answers.front();
                answers.pop_front();
                return response;
              })).value();
  }
  std::string url() const { return server_->url(); }
  void Answer(int status, std::string body, NameValues headers = {}) {
    answers.push_back({.status = status, .headers = std::move(headers), .body = std::move(body)});
  }

  std::deque<net::ServerResponse> answers;
  std::vector<net::ServerRequest> requests;

 private:
  std::mutex mutex_;
  std::unique_ptr<net::HttpServer> server_;
};

std::string StsAnswer(std::string_view action, std::string_view key) {
  return fmt::format(
      "<{0}Response xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><{0}Result><Credentials>"
      "<AccessKeyId>{1}</AccessKeyId><SecretAccessKey>S</SecretAccessKey><SessionToken>T</SessionToken>"
      "<Expiration>2033-01-01T00:00:00Z</Expiration></Credentials></{0}Result></{0}Response>",
      action, key);
}

class ServiceTest : public testing::Test {
 protected:
  Service Make(int max_attempts) {
    auto keys = std::make_shared<CredentialCache>(
        [] { return Credentials{.access_key_id = "K", .secret_access_key = "S", .session_token = "T"}; },
        clock_);
    return Service({.title = "S3",
                    .signing_name = "s3",
                    .region = "eu-west-1",
                    .endpoint = aws_.url() + "/base/",
                    .max_attempts = max_attempts},
                   std::make_shared<net::HttpClient>(net::ClientOptions{}), keys, clock_);
  }
  FakeAws aws_;
  core::FakeClock clock_;
};

TEST_F(ServiceTest, SignsAndRepeats) {
  aws_.Answer(503, "<Error><Code>SlowDown</Code><Message>Reduce your rate</Message></Error>");
  aws_.Answer(200, "done");
  Service s3 = Make(3);
  const ServiceAnswer answer = s3.Call(
      {.operation = "GetObject", .method = "GET", .path = "/a b/env:", .query = {{"x-id", "Get Object"}}});
  ASSERT_TRUE(std::holds_alternative<net::ClientResponse>(answer))
      << std::get<ServiceError>(answer).Describe();
  EXPECT_EQ(std::get<net::ClientResponse>(answer).body, "done");
  ASSERT_EQ(aws_.requests.size(), 2u);
  const net::ServerRequest& request = aws_.requests[1];
  EXPECT_EQ(request.target, "/base/a%20b/env%3A?x-id=Get%20Object");
  EXPECT_EQ(request.Header("X-Amz-Security-Token"), "T");
  EXPECT_THAT(std::string(request.Header("Authorization")),
              HasSubstr("SignedHeaders=host;x-amz-content-sha256;x-amz-date;x-amz-security-token"));
}

TEST_F(ServiceTest, ErrorsSayWhoWhatAndWhich) {
  aws_.Answer(
      403,
      "<Error><Code>AccessDenied</Code><Message>Access Denied</Message><RequestId>R1</RequestId></Error>");
  const ServiceAnswer denied = Make(3).Call({.operation = "PutObject", .method = "PUT", .path = "/k"});
  EXPECT_EQ(std::get<ServiceError>(denied).Describe(),
            "S3 PutObject: 403 AccessDenied: Access Denied (request R1)");
  aws_.Answer(
      400, R"({"__type":"com.amazonaws.dynamodb.v20120810#ResourceNotFoundException","message":"no table"})",
      {{"x-amzn-requestid", "R2"}});
  const ServiceAnswer missing = Make(1).Call({.operation = "GetItem", .path = "/"});
  EXPECT_EQ(std::get<ServiceError>(missing).code, "ResourceNotFoundException");
  aws_.Answer(301, "", {{"x-amz-bucket-region", "us-west-2"}});
  EXPECT_EQ(std::get<ServiceError>(Make(1).Call({.method = "HEAD", .path = "/"})).bucket_region, "us-west-2");
  EXPECT_EQ(aws_.requests.size(), 3u);
}

TEST_F(ServiceTest, GivesUpAfterTheLastAttempt) {
  const ServiceAnswer answer = Make(4).Call({.operation = "GetObject", .method = "GET", .path = "/k"});
  EXPECT_EQ(std::get<ServiceError>(answer).status, 500);
  EXPECT_EQ(aws_.requests.size(), 4u);
}

TEST_F(ServiceTest, LearnsTheServicesClock) {
  aws_.Answer(403,
              "<Error><Code>RequestTimeTooSkewed</Code></Error>");  // the server dates its answers itself
  aws_.Answer(200, "");
  const ServiceAnswer answer = Make(1).Call({.operation = "GetObject", .method = "GET", .path = "/k"});
  EXPECT_TRUE(std::holds_alternative<net::ClientResponse>(answer));
  ASSERT_EQ(aws_.requests.size(), 2u);
  EXPECT_EQ(std::string(aws_.requests[0].Header("X-Amz-Date")).substr(0, 4), "2023");
  EXPECT_NE(std::string(aws_.requests[1].Header("X-Amz-Date")).substr(0, 4), "2023");
}

class SessionTest : public testing::Test {
 protected:
  SessionTest() {
    settings_.environment = core::Environment({{"HOME", home_.path()},
                                               {"PATH", "/usr/bin:/bin"},
                                               {"AWS_EC2_METADATA_DISABLED", "true"},
                                               {"AWS_ENDPOINT_URL_STS", aws_.url()}});
    settings_.region = "eu-west-1";
    settings_.max_attempts = 1;
    EXPECT_TRUE(core::MakeDirectories(home_ / ".aws/sso/cache").ok());
  }
  void Write(std::string_view file, std::string_view text) {
    EXPECT_TRUE(core::WriteFile(home_ / file, text).ok());
  }
  // The access key that a session signs with, or "summary: detail".
  std::string KeyOf() {
    auto opened = Session::Open(settings_, clock_);
    if (auto* problem = std::get_if<Problem>(&opened)) return problem->summary + ": " + problem->detail;
    const auto sts = std::get<0>(opened)->MakeSts();
    aws_.Answer(403, "");
    (void)GetCallerIdentity(*sts);
    const std::string text(aws_.requests.back().Header("Authorization"));
    const size_t begin = text.find("Credential=") + 11;
    return text.substr(begin, text.find('/') - begin);
  }
  FakeAws aws_;
  core::FakeClock clock_;
  core::TempDirectory home_;
  Settings settings_;
};

TEST_F(SessionTest, OrderOfSources) {
  EXPECT_THAT(KeyOf(), HasSubstr("No valid credential sources found"));
  Write(".aws/credentials",
        "[default]\naws_access_key_id = DEFAULT\naws_secret_access_key = s\n"
        "[ci]\naws_access_key_id = CI\naws_secret_access_key = s\n");
  EXPECT_EQ(KeyOf(), "DEFAULT");
  settings_.environment.Set("AWS_PROFILE", "ci");
  EXPECT_EQ(KeyOf(), "CI");
  settings_.environment.Set("AWS_ACCESS_KEY_ID", "ENV");
  settings_.environment.Set("AWS_SECRET_ACCESS_KEY", "s");
  EXPECT_EQ(KeyOf(), "ENV");
  settings_.profile = "ci";
  EXPECT_EQ(KeyOf(), "CI");
  settings_.access_key = "ARGUMENT";
  EXPECT_THAT(KeyOf(), HasSubstr("go together"));
  settings_.secret_key = "s";
  EXPECT_EQ(KeyOf(), "ARGUMENT");
  settings_.profile = "none";
  EXPECT_THAT(KeyOf(), HasSubstr("no profile \"none\""));
}

TEST_F(SessionTest, RolesOfProfilesAndOfArguments) {
  Write(".aws/credentials", "[base]\naws_access_key_id = BASE\naws_secret_access_key = s\n");
  Write(".aws/config",
        "[profile role]\nrole_arn = arn:aws:iam::1:role/a\nsource_profile = base\nexternal_id = x\n"
        "[profile circle]\nrole_arn = arn:aws:iam::1:role/a\nsource_profile = circle\n"
        "[profile mfa]\nrole_arn = arn:aws:iam::1:role/a\nsource_profile = base\nmfa_serial = m\n");
  settings_.profile = "role";
  settings_.assume_role = AssumeRole{.role_arn = "arn:aws:iam::1:role/b", .tags = {{"team", "a&b"}}};
  aws_.Answer(200, StsAnswer("AssumeRole", "FIRST"));
  aws_.Answer(200, StsAnswer("AssumeRole", "SECOND"));
  EXPECT_EQ(KeyOf(), "SECOND");
  ASSERT_EQ(aws_.requests.size(), 3u);
  EXPECT_THAT(aws_.requests[0].body, HasSubstr("ExternalId=x"));
  EXPECT_THAT(std::string(aws_.requests[0].Header("Authorization")), HasSubstr("Credential=BASE/"));
  EXPECT_THAT(aws_.requests[1].body, HasSubstr("Tags.member.1.Key=team&Tags.member.1.Value=a%26b"));
  EXPECT_THAT(std::string(aws_.requests[1].Header("Authorization")), HasSubstr("Credential=FIRST/"));
  settings_.profile = "circle";
  EXPECT_THAT(KeyOf(), HasSubstr("its own source_profile"));
  settings_.profile = "mfa";
  EXPECT_THAT(KeyOf(), HasSubstr("mfa_serial"));
  settings_.profile = "base";
  aws_.Answer(403, "<ErrorResponse><Error><Code>AccessDenied</Code></Error></ErrorResponse>");
  EXPECT_THAT(KeyOf(), HasSubstr("Cannot assume IAM Role: IAM Role (arn:aws:iam::1:role/b)"));
}

TEST_F(SessionTest, WebIdentity) {
  Write("token", "header.payload\n");
  settings_.environment.Set("AWS_WEB_IDENTITY_TOKEN_FILE", home_ / "token");
  EXPECT_THAT(KeyOf(), HasSubstr("AWS_ROLE_ARN is not"));
  settings_.environment.Set("AWS_ROLE_ARN", "arn:aws:iam::1:role/w");
  aws_.Answer(200, StsAnswer("AssumeRoleWithWebIdentity", "WEB"));
  EXPECT_EQ(KeyOf(), "WEB");
  EXPECT_THAT(aws_.requests[0].body, HasSubstr("WebIdentityToken=header.payload"));
  EXPECT_EQ(aws_.requests[0].Header("Authorization"), "");
}

TEST_F(SessionTest, ProcessesContainersInstancesAndSingleSignOn) {
  Write(".aws/config",
        "[profile process]\ncredential_process = echo '{\"Version\": 1, \"AccessKeyId\": \"PROCESS\", "
        "\"SecretAccessKey\": \"s\"}'\n[profile fails]\ncredential_process = exit 3\n"
        "[profile sso]\nsso_session = corp\nsso_account_id = 1\nsso_role_name = r\n"
        "[sso-session corp]\nsso_region = eu-west-1\nsso_start_url = https://corp\n");
  settings_.profile = "process";
  EXPECT_EQ(KeyOf(), "PROCESS");
  settings_.profile = "fails";
  EXPECT_THAT(KeyOf(), HasSubstr("ended with code 3"));
  settings_.profile = "sso";
  settings_.sso_endpoint = aws_.url();
  EXPECT_THAT(KeyOf(), HasSubstr("aws sso login --profile sso"));
  // The SHA-1 of "corp".
  Write(".aws/sso/cache/ee0bfd2552fbd840c02cc48b6e823320543c450f.json",
        R"({"accessToken":"t","expiresAt":"2033-01-01T00:00:00Z"})");
  aws_.Answer(
      200,
      R"({"roleCredentials":{"accessKeyId":"SSO","secretAccessKey":"s","sessionToken":"t","expiration":2000000000000}})");
  EXPECT_EQ(KeyOf(), "SSO");
  settings_.profile.clear();
  settings_.environment.Set("AWS_CONTAINER_CREDENTIALS_FULL_URI", aws_.url() + "/creds");
  settings_.environment.Set("AWS_CONTAINER_AUTHORIZATION_TOKEN", "secret");
  aws_.Answer(
      200,
      R"({"AccessKeyId":"CONTAINER","SecretAccessKey":"s","Token":"t","Expiration":"2033-01-01T00:00:00Z"})");
  EXPECT_EQ(KeyOf(), "CONTAINER");
  EXPECT_EQ(aws_.requests[aws_.requests.size() - 2].Header("Authorization"), "secret");
  settings_.environment.Set("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://example.com/creds");
  EXPECT_THAT(KeyOf(), HasSubstr("must be an https URL"));
  settings_.environment.Unset("AWS_CONTAINER_CREDENTIALS_FULL_URI");
  settings_.skip_metadata = false;
  settings_.metadata_endpoint = aws_.url() + "/";
  aws_.Answer(200, "token");
  aws_.Answer(200, "role");
  aws_.Answer(
      200,
      R"({"Code":"Success","AccessKeyId":"INSTANCE","SecretAccessKey":"s","Token":"t","Expiration":"2033-01-01T00:00:00Z"})");
  EXPECT_EQ(KeyOf(), "INSTANCE");
  EXPECT_EQ(aws_.requests[aws_.requests.size() - 2].Header("X-aws-ec2-metadata-token"), "token");
}

TEST_F(SessionTest, EndpointsOfEnvironmentAndProfile) {
  Write(".aws/config",
        "[default]\nendpoint_url = http://all\nservices = mine\n[services mine]\ns3 =\n  endpoint_url = "
        "http://s3\n");
  settings_.access_key = settings_.secret_key = "k";
  const auto endpoint = [&](std::string_view service) {
    auto opened = Session::Open(settings_, clock_);
    return std::get<0>(opened)->ConfiguredEndpoint(service);
  };
  EXPECT_EQ(endpoint("s3"), "http://s3");
  EXPECT_EQ(endpoint("dynamodb"), "http://all");
  settings_.environment.Set("AWS_ENDPOINT_URL", "http://env");
  EXPECT_EQ(endpoint("s3"), "http://env");
  settings_.environment.Set("AWS_ENDPOINT_URL_S3", "http://env-s3");
  EXPECT_EQ(endpoint("s3"), "http://env-s3");
  settings_.environment.Set("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true");
  EXPECT_EQ(endpoint("s3"), "");
}

}  // namespace
}  // namespace base::aws
