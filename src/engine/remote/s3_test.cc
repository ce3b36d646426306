// The backend "s3" over a server in this process that keeps objects and items and believes every signature;
// the suite tests/backends has one that does not.
#include "engine/remote/s3.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/core/strings.h"
#include "base/crypto/digest.h"
#include "base/json/reader.h"
#include "base/json/writer.h"
#include "base/net/http_server.h"
#include "engine/remote/go_duration.h"
#include "engine/remote/s3_storage.h"
#include "language/value/codec.h"

namespace engine::remote {
namespace {

using base::core::Environment;
using base::net::ServerRequest;
using base::net::ServerResponse;
using language::value::Value;
using testing::HasSubstr;

// One bucket and one table.
class FakeStore {
 public:
  FakeStore() {
    server_ = std::move(base::net::HttpServer::Start({}, [this](ServerRequest& request) {
                std::lock_guard lock(mutex_);
                const std::string target(request.Header("X-Amz-Target"));
                return target.empty() ? Object(request) : Item(target, request);
              })).value();
  }
  std::string url() const { return server_->url(); }

  std::map<std::string, std::string> objects, items;  // items: the one attribute beside LockID
  bool lose_next_answer = false;                      // do what is asked, and answer 500
  bool refuse_items = false;
  std::vector<std::string> seen;

 private:
  ServerResponse Object(ServerRequest& request) {
    const std::string key = base::net::PercentDecode(request.path.substr(1));
    seen.push_back(request.method + " " + key);
    if (request.method == "PUT") {
      if (!request.Header("If-None-Match").empty() && objects.contains(key))
        return {.status = 412, .body = "<Error><Code>PreconditionFailed</Code></Error>"};
      objects[key] = request.body;
      return {.status = std::exchange(lose_next_answer, false) ? 500 : 200};
    }
    if (request.method == "DELETE") return {.status = (objects.erase(key), 204)};
    const auto found = objects.find(key);
    if (found == objects.end()) return {.status = 404, .body = "<Error><Code>NoSuchKey</Code></Error>"};
    return {.body = found->second};
  }

  ServerResponse Item(const std::string& target, ServerRequest& request) {
    if (refuse_items)
      return {.status = 400, .body = R"({"__type":"x#AccessDeniedException","message":"no"})"};
    const auto document = base::json::Document::Parse(request.body);
    const base::json::Node root = document->root();
    const base::json::Node item = root.Find(target.ends_with("PutItem") ? "Item" : "Key");
    const std::string id = *item.Find("LockID").FindString("S");
    seen.push_back(target.substr(target.find('.') + 1) + " " + id);
    if (target.ends_with("DeleteItem")) {
      items.erase(id);
    } else if (target.ends_with("PutItem")) {
      if (root.Find("ConditionExpression") && items.contains(id))
        return {.status = 400, .body = R"({"__type":"x#ConditionalCheckFailedException","message":"taken"})"};
      for (const base::json::Member& member : item.Members())
        if (member.key() != "LockID") items[id] = *member.value.FindString("S");
    } else if (items.contains(id)) {
      const std::string name = root.FindString("ProjectionExpression")->substr(8);
      std::string text;
      base::json::Writer writer(&text);
      writer.BeginObject().Key("Item").BeginObject().Key(name).BeginObject().Member("S", items[id]);
      writer.EndObject().EndObject().EndObject();
      return {.body = text};
    }
    return {.body = "{}"};
  }

  std::mutex mutex_;
  std::unique_ptr<base::net::HttpServer> server_;
};

class S3Test : public testing::Test {
 protected:
  std::shared_ptr<S3Parts> Parts(bool use_lockfile, bool use_table) {
    auto parts = std::make_shared<S3Parts>();
    parts->layout = {.bucket = "b", .key = "k/s"};
    parts->objects = std::make_unique<S3Objects>(Service("s3"), S3ObjectSettings{.bucket = "b"});
    if (use_table) parts->table = std::make_unique<DynamoDbTable>(Service("dynamodb"), "t");
    parts->use_lockfile = use_lockfile;
    return parts;
  }
  std::unique_ptr<base::aws::Service> Service(std::string name) {
    auto keys = std::make_shared<base::aws::CredentialCache>(
        [] { return base::aws::Credentials{.access_key_id = "K", .secret_access_key = "S"}; });
    return std::make_unique<base::aws::Service>(
        base::aws::ServiceSettings{
            .title = name, .signing_name = name, .region = "r", .endpoint = store_.url(), .max_attempts = 2},
        std::make_shared<base::net::HttpClient>(base::net::ClientOptions{}), keys, clock_);
  }
  state::LockInfo Info() { return state::LockInfo::Make("OperationTypeApply", clock_.Now()); }

  FakeStore store_;
  base::core::FakeClock clock_;
};

TEST_F(S3Test, LocksByFileThenByItemAndReleasesBoth) {
  S3Storage first(Parts(true, true), "k/s"), second(Parts(true, true), "k/s");
  state::LockInfo info = Info(), other = Info();
  ASSERT_FALSE(first.TryLock(&info)->has_value());
  EXPECT_EQ(info.path, "b/k/s");
  EXPECT_EQ(store_.objects["b/k/s.tflock"], info.ToJson());
  EXPECT_EQ(store_.items["b/k/s"], info.ToJson());
  const auto conflict = second.TryLock(&other);
  ASSERT_TRUE(conflict.ok() && conflict->has_value());
  EXPECT_EQ((*conflict)->holder->id, info.id);
  EXPECT_THAT((*conflict)->reason, HasSubstr("412 PreconditionFailed"));
  ASSERT_TRUE(first.Unlock().ok());
  EXPECT_TRUE(store_.objects.empty() && store_.items.empty());
}

TEST_F(S3Test, AnItemThatIsNotToBeHadGivesTheFileBack) {
  S3Storage storage(Parts(true, true), "k/s");
  store_.items["b/k/s"] = Info().ToJson();
  state::LockInfo info = Info();
  ASSERT_TRUE(storage.TryLock(&info)->has_value());
  EXPECT_TRUE(store_.objects.empty());
  store_.refuse_items = true;
  const auto refused = storage.TryLock(&info);
  ASSERT_FALSE(refused.ok());
  EXPECT_THAT(refused.error().message(), HasSubstr("permission"));
  EXPECT_TRUE(store_.objects.empty());
}

TEST_F(S3Test, ALockWhoseAnswerGotLostIsOurs) {
  S3Storage storage(Parts(true, false), "k/s");
  store_.lose_next_answer = true;
  state::LockInfo info = Info();
  const auto locked = storage.TryLock(&info);
  ASSERT_TRUE(locked.ok());
  EXPECT_FALSE(locked->has_value());
  EXPECT_TRUE(storage.Unlock().ok());
}

TEST_F(S3Test, ReleasesNobodyElsesLock) {
  S3Storage storage(Parts(true, false), "k/s");
  state::LockInfo info = Info();
  ASSERT_TRUE(storage.TryLock(&info).ok());
  const std::string other = Info().ToJson();
  store_.objects["b/k/s.tflock"] = other;
  EXPECT_THAT(storage.Unlock().error().message(), HasSubstr("does not match existing lock"));
  EXPECT_EQ(store_.objects["b/k/s.tflock"], other);
  store_.objects.clear();
  EXPECT_THAT(storage.ForceUnlock(info.id).error().message(), HasSubstr("someone else has released it"));
}

TEST_F(S3Test, DigestsAreWaitedForAndThenInsistedOn) {
  S3Storage storage(Parts(false, true), "k/s", clock_);
  ASSERT_TRUE(storage.Write("{}").ok());
  EXPECT_EQ(store_.items["b/k/s-md5"], base::core::HexEncode(base::crypto::Md5("{}")));
  EXPECT_EQ(*storage.Read(), "{}");
  EXPECT_EQ(clock_.slept(), base::core::Duration(0));
  store_.objects["b/k/s"] = "{ }";
  const auto wrong = storage.Read();
  ASSERT_FALSE(wrong.ok());
  EXPECT_EQ(clock_.slept(), std::chrono::seconds(10));
  EXPECT_THAT(wrong.error().message(), HasSubstr("does not have the expected content"));
  EXPECT_THAT(wrong.error().message(), HasSubstr("write " + base::core::HexEncode(base::crypto::Md5("{ }"))));
  store_.objects.clear();
  EXPECT_THAT(storage.Read().error().message(), HasSubstr("remove the attribute Digest"));
  store_.items["b/k/s-md5"] = "no digest";
  EXPECT_EQ(*storage.Read(), "");
  ASSERT_TRUE(storage.Delete().ok());
  EXPECT_TRUE(store_.items.empty());
}

TEST(S3LayoutTest, Keys) {
  const S3Layout usual{.bucket = "b", .key = "a/k"};
  EXPECT_EQ(usual.KeyOf("default"), "a/k");
  EXPECT_EQ(usual.KeyOf("dev"), "env:/dev/a/k");
  EXPECT_EQ(usual.WorkspaceOf("env:/dev/a/k"), "dev");
  EXPECT_EQ(usual.WorkspaceOf("env:/dev/a/k.tflock"), "");
  EXPECT_EQ(usual.WorkspaceOf("env:/dev"), "");
  const S3Layout bare{.bucket = "b", .key = "k", .workspace_key_prefix = ""};
  EXPECT_EQ(bare.KeyOf("dev"), "dev/k");
  EXPECT_EQ(bare.WorkspaceOf("dev/k"), "dev");
  EXPECT_EQ(bare.WorkspaceOf("k"), "");
}

TEST(S3PageTest, ReadsKeysAndWhereTheListGoesOn) {
  const auto page = ReadS3Page(
      "<ListBucketResult><EncodingType>url</EncodingType><IsTruncated>true</IsTruncated>"
      "<Contents><Key>a%2Bb+c</Key></Contents><NextContinuationToken>t</NextContinuationToken></"
      "ListBucketResult>");
  ASSERT_TRUE(page.ok());
  EXPECT_THAT(page->keys, testing::ElementsAre("a+b c"));
  EXPECT_EQ(page->next, "t");
  const auto plain = ReadS3Page("<ListBucketResult><Contents><Key>a+b</Key></Contents></ListBucketResult>");
  EXPECT_THAT(plain->keys, testing::ElementsAre("a+b"));
  EXPECT_FALSE(ReadS3Page("<html/>").ok());
  EXPECT_FALSE(ReadS3Page("<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>").ok());
}

TEST(S3CheckTest, RefusesWhatTheReferenceRefuses) {
  Environment environment;
  environment.Set("AWS_REGION", "eu-west-1");
  const auto summary = [&](std::string members) {
    const auto arguments =
        language::value::FromJson(R"({"bucket":"b","key":"k")" + members + "}", S3Schema().implied_type());
    EXPECT_TRUE(arguments.ok()) << members;
    const auto problem = CheckS3(*arguments, environment);
    return problem ? problem->summary : "";
  };
  EXPECT_EQ(summary(""), "");
  EXPECT_EQ(summary(R"(,"region":"mars-1")"), "Invalid region value");
  EXPECT_EQ(summary(R"(,"region":"mars-1","skip_region_validation":true)"), "");
  EXPECT_EQ(summary(R"(,"workspace_key_prefix":"/x")"), "Invalid Value");
  EXPECT_EQ(summary(R"(,"kms_key_id":"x")"), "Invalid KMS Key ID");
  EXPECT_EQ(summary(R"(,"kms_key_id":"alias/a","sse_customer_key":"x")"), "Invalid Attribute Combination");
  EXPECT_EQ(summary(R"(,"sse_customer_key":"short")"), "Invalid sse_customer_key value");
  EXPECT_EQ(summary(R"(,"assume_role":{"role_arn":"x"})"), "Invalid ARN");
  EXPECT_EQ(summary(R"(,"assume_role":{"role_arn":"arn:aws:iam::1:user/u"})"), "Invalid IAM Role ARN");
  EXPECT_EQ(summary(R"(,"assume_role":{"role_arn":"arn:aws:iam::1:role/r","duration":"1m"})"),
            "Invalid Duration");
  EXPECT_EQ(
      summary(R"(,"assume_role":{"role_arn":"arn:aws:iam::1:role/r","duration":"1h30m","session_name":"a"})"),
      "Invalid Value Length");
  EXPECT_EQ(summary(R"(,"assume_role_with_web_identity":{"role_arn":"arn:aws:iam::1:role/r"})"),
            "Missing Required Value");
  EXPECT_EQ(summary(R"(,"endpoint":"http://a","endpoints":{"s3":"http://b"})"), "Conflicting Parameters");
  EXPECT_EQ(summary(R"(,"endpoints":{"s3":"minio:9000"})"), "Invalid Value");
  EXPECT_EQ(summary(R"(,"endpoints":{"s3":"http://localhost:9000"})"), "");
  EXPECT_EQ(summary(R"(,"retry_mode":"legacy")"), "Invalid Value");
  EXPECT_EQ(summary(R"(,"allowed_account_ids":["1"],"forbidden_account_ids":["2"])"),
            "Invalid Attribute Combination");
}

TEST(GoDurationTest, Forms) {
  using std::chrono::milliseconds;
  EXPECT_EQ(ParseGoDuration("1h30m"), std::chrono::minutes(90));
  EXPECT_EQ(ParseGoDuration("1.5s"), milliseconds(1500));
  EXPECT_EQ(ParseGoDuration("-2ms3us"), -std::chrono::microseconds(2003));
  EXPECT_EQ(ParseGoDuration("0"), base::core::Duration(0));
  for (const char* bad : {"", "1", "h", "1x", ".s", "1h ", "999999999h"})
    EXPECT_FALSE(ParseGoDuration(bad)) << bad;
}

}  // namespace
}  // namespace engine::remote
