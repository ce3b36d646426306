// AWS's published vectors: the Signature Version 4 test suite and the examples of the S3 API reference.
#include "base/aws/signature.h"

#include <gtest/gtest.h>

namespace base::aws {
namespace {

constexpr const char* kEmptyHash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

std::string SignatureOf(const std::string& authorization) {
  return authorization.substr(authorization.rfind('=') + 1);
}

struct Vector {
  const char* name;
  const char* method;
  const char* path;
  NameValues query, headers;
  std::string payload_hash, token, signature;
};

TEST(SignatureTest, SuiteOfVersion4) {
  const Vector vectors[] = {
      {"get-vanilla",
       "GET",
       "/",
       {},
       {},
       kEmptyHash,
       "",
       "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"},
      {"get-vanilla-query-order-encoded",
       "GET",
       "/",
       {{"Param-3", "Value3"}, {"Param", "Value2"}, {"\u1234", "Value1"}},
       {},
       kEmptyHash,
       "",
       "371d3713e185cc334048618a97f809c9ffe339c62934c032af5a0e595648fcac"},
      {"get-utf8",
       "GET",
       "/\u1234",
       {},
       {},
       kEmptyHash,
       "",
       "8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85"},
      {"get-space",
       "GET",
       "/example space/",
       {},
       {},
       kEmptyHash,
       "",
       "652487583200325589f1fba4c7e578f72c47cb61beeca81406b39ddec1366741"},
      {"get-header-value-trim",
       "GET",
       "/",
       {},
       {{"My-Header1", " value1"}, {"My-Header2", " \"a   b   c\""}},
       kEmptyHash,
       "",
       "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736"},
      {"get-header-value-multiline",
       "GET",
       "/",
       {},
       {{"My-Header1", "value1\n  value2\n     value3"}},
       kEmptyHash,
       "",
       "cfd34249e4b1c8d6b91ef74165d41a32e5fab3306300901bb65a51a73575eefd"},
      {"get-vanilla-with-session-token",
       "GET",
       "/",
       {},
       {},
       kEmptyHash,
       "6e86291e8372ff2a2260956d9b8aae1d763fbf315fa00fa31553b73ebf194267",
       "07ec1639c89043aa0e3e2de82b96708f198cceab042d4a97044c66dd9f74e7f8"},
      {"post-x-www-form-urlencoded",
       "POST",
       "/",
       {},
       {{"Content-Type", "application/x-www-form-urlencoded"},
        {"Content-Length", "13"},
        {"x-amz-content-sha256", "9095672bbd1f56dfc5b65f3e153adc8731a4a654192329106275f4c7b24d0b6e"}},
       "9095672bbd1f56dfc5b65f3e153adc8731a4a654192329106275f4c7b24d0b6e",
       "",
       "d3875051da38690788ef43de4db0d8f280229d82040bfac253562e56c3f20e0b"},
      {"get-slash-dot-slash-unnormalized",
       "GET",
       "/./",
       {},
       {},
       kEmptyHash,
       "",
       "68714168e6557f8f2de0ef956fc24dc2593a4bd2961f8df51898d8a134695145"},
  };
  for (const Vector& vector : vectors) {
    Credentials credentials{"AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", vector.token};
    NameValues headers = vector.headers;
    headers.emplace_back("Host", "example.amazonaws.com");
    headers.emplace_back("X-Amz-Date", "20150830T123600Z");
    if (!vector.token.empty()) headers.emplace_back("X-Amz-Security-Token", vector.token);
    const std::string text = Authorization(
        {vector.method, UriEncode(vector.path, true), vector.query, headers, vector.payload_hash},
        credentials, "us-east-1", "service", "20150830T123600Z");
    EXPECT_EQ(SignatureOf(text), vector.signature) << vector.name;
  }
}

TEST(SignatureTest, ExamplesOfS3) {
  const Credentials credentials{"AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", ""};
  const auto sign = [&](const char* method, const char* path, NameValues query, NameValues headers,
                        std::string hash) {
    headers.emplace_back("Host", "examplebucket.s3.amazonaws.com");
    headers.emplace_back("x-amz-content-sha256", hash);
    headers.emplace_back("x-amz-date", "20130524T000000Z");
    return Authorization({method, UriEncode(path, true), query, headers, hash}, credentials, "us-east-1",
                         "s3", "20130524T000000Z");
  };
  EXPECT_EQ(sign("GET", "/test.txt", {}, {{"Range", "bytes=0-9"}}, kEmptyHash),
            "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, "
            "SignedHeaders=host;range;x-amz-content-sha256;x-amz-date, "
            "Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");
  EXPECT_EQ(SignatureOf(sign(
                "PUT", "/test$file.text", {},
                {{"Date", "Fri, 24 May 2013 00:00:00 GMT"}, {"x-amz-storage-class", "REDUCED_REDUNDANCY"}},
                "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072")),
            "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd");
  EXPECT_EQ(SignatureOf(sign("GET", "/", {{"lifecycle", ""}}, {}, kEmptyHash)),
            "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543");
  EXPECT_EQ(SignatureOf(sign("GET", "/", {{"max-keys", "2"}, {"prefix", "J"}}, {}, kEmptyHash)),
            "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7");
}

TEST(SignatureTest, Encoding) {
  EXPECT_EQ(UriEncode("env:/a b+c~/\u00fc", true), "env%3A/a%20b%2Bc~/%C3%BC");
  EXPECT_EQ(UriEncode("a/b"), "a%2Fb");
  EXPECT_EQ(FormatAmzDate(*core::ParseRfc3339("2015-08-30T12:36:00.7Z")), "20150830T123600Z");
}

}  // namespace
}  // namespace base::aws
