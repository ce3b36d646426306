#include <gtest/gtest.h>

#include "base/crypto/bcrypt.h"
#include "base/crypto/cipher.h"
#include "base/crypto/digest.h"
#include "base/crypto/encoding.h"
#include "base/crypto/jws.h"
#include "base/crypto/key.h"

namespace base::crypto {
namespace {

TEST(Encoding, Rfc4648Vectors) {
  const std::pair<const char*, const char*> kVectors[] = {{"", ""},
                                                          {"f", "Zg=="},
                                                          {"fo", "Zm8="},
                                                          {"foo", "Zm9v"},
                                                          {"foob", "Zm9vYg=="},
                                                          {"fooba", "Zm9vYmE="},
                                                          {"foobar", "Zm9vYmFy"}};
  for (auto [plain, encoded] : kVectors) {
    EXPECT_EQ(Base64Encode(plain), encoded);
    EXPECT_EQ(Base64Decode(encoded), plain);
  }
  EXPECT_EQ(Base64UrlEncode("\xfb\xff"), "-_8");
  EXPECT_EQ(Base64UrlDecode("-_8"), "\xfb\xff");
  for (const char* bad : {"Zg", "Zg=", "Z===", "Zh==", "Zm9v\n", "=", "Zg==Zg=="}) {
    EXPECT_FALSE(Base64Decode(bad)) << bad;
  }
  for (const char* bad : {"Zg==", "Z", "+/8", "Zh"}) EXPECT_FALSE(Base64UrlDecode(bad)) << bad;
  EXPECT_EQ(HexEncode(std::string("\x00\xff", 2)), "00ff");
  EXPECT_EQ(HexDecode("00Ff"), std::string("\x00\xff", 2));
  EXPECT_FALSE(HexDecode("0"));
  EXPECT_FALSE(HexDecode("0g"));
}

TEST(Digest, KnownVectors) {
  EXPECT_EQ(HexEncode(Md5("abc")), "900150983cd24fb0d6963f7d28e17f72");
  EXPECT_EQ(HexEncode(Sha1("abc")), "a9993e364706816aba3e25717850c26c9cd0d89d");
  EXPECT_EQ(HexEncode(Sha256("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(HexEncode(Sha512("")).substr(0, 32), "cf83e1357eefb8bdf1542850d66d8007");
  Hasher hasher(Digest::kSha256);
  hasher.Update("a");
  hasher.Update("");
  hasher.Update("bc");
  EXPECT_EQ(hasher.Finish(), Sha256("abc"));
}

TEST(Digest, HmacRfc4231) {
  EXPECT_EQ(HexEncode(Hmac(Digest::kSha256, "Jefe", "what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(HexEncode(Hmac(Digest::kSha256, "", "")),
            "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

TEST(Encoding, LongTextsAndWhiteSpace) {
  const std::string bytes = RandomBytes(100'001);
  for (size_t size : {100'001u, 100'000u, 99'999u})
    EXPECT_EQ(Base64Decode(Base64Encode(bytes.substr(0, size))), bytes.substr(0, size));
  EXPECT_EQ(core::Base64Decode("Zm9v\nYm\r\nFyZg=="), "foobarf");
  EXPECT_FALSE(core::Base64Decode("Zm9vYm!y"));
}

// Test cases 2, 4 and 16 of McGrew and Viega, "The Galois/Counter Mode of Operation (GCM)".
TEST(Cipher, GcmVectors) {
  struct Vector {
    const char *key, *nonce, *text, *associated, *sealed;
  };
  const char* kText =
      "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525"
      "b16aedf5aa0de657ba637b39";
  const char* kAssociated = "feedfacedeadbeeffeedfacedeadbeefabaddad2";
  const Vector kVectors[] = {
      {"00000000000000000000000000000000", "000000000000000000000000", "00000000000000000000000000000000", "",
       "0388dace60b6a392f328c2b971b2fe78ab6e47d42cec13bdf53a67b21257bddf"},
      {"feffe9928665731c6d6a8f9467308308", "cafebabefacedbaddecaf888", kText, kAssociated,
       "42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e21d514b25466931c7d8f6a5aac84aa05"
       "1ba30b396a0aac973d58e0915bc94fbc3221a5db94fae95ae7121a47"},
      {"feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308", "cafebabefacedbaddecaf888", kText,
       kAssociated,
       "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838"
       "c5f61e6393ba7a0abcc9f66276fc6ece0f4e1768cddf8853bb2d551b"},
  };
  for (const Vector& vector : kVectors) {
    const std::string key = *HexDecode(vector.key), nonce = *HexDecode(vector.nonce);
    const std::string text = *HexDecode(vector.text), associated = *HexDecode(vector.associated);
    std::string sealed = "before";
    AesGcmSeal(key, nonce, text, associated, &sealed);
    EXPECT_EQ(HexEncode(sealed.substr(6)), vector.sealed);
    EXPECT_EQ(AesGcmOpen(key, nonce, sealed.substr(6), associated), text);
  }
}

TEST(Cipher, NoChangedByteIsOpened) {
  const std::string key(32, 'k'), nonce(12, 'n');
  std::string sealed;
  AesGcmSeal(key, nonce, "secret", "place", &sealed);
  for (size_t i = 0; i < sealed.size(); ++i) {
    std::string changed = sealed;
    changed[i] ^= 1;
    EXPECT_FALSE(AesGcmOpen(key, nonce, changed, "place")) << i;
  }
  for (size_t size = 0; size < sealed.size(); ++size)
    EXPECT_FALSE(AesGcmOpen(key, nonce, sealed.substr(0, size), "place"));
  EXPECT_FALSE(AesGcmOpen(key, nonce, sealed, "elsewhere"));
  EXPECT_FALSE(AesGcmOpen(std::string(32, 'K'), nonce, sealed, "place"));
  EXPECT_FALSE(AesGcmOpen(std::string(16, 'k'), nonce, sealed, "place"));
  EXPECT_EQ(AesGcmOpen(key, nonce, sealed, "place"), "secret");
}

TEST(Cipher, Pbkdf2Vectors) {
  EXPECT_EQ(HexEncode(Pbkdf2(Digest::kSha256, "passwd", "salt", 1, 64)),
            "55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc"
            "49ca9cccf179b645991664b39d77ef317c71b845b1e30bd509112041d3a19783");  // RFC 7914, section 11
  EXPECT_EQ(HexEncode(Pbkdf2(Digest::kSha512, "password", "salt", 1, 32)),
            "867f70cf1ade02cff3752599a3a53dc4af34c7a669815ae5d513554e1c8cf252");
}

TEST(Digest, RandomAndComparison) {
  EXPECT_EQ(RandomBytes(32).size(), 32u);
  EXPECT_NE(RandomBytes(32), RandomBytes(32));
  EXPECT_EQ(RandomAlphanumeric(100).size(), 100u);
  std::string uuid = RandomUuid();
  EXPECT_EQ(uuid.size(), 36u);
  EXPECT_EQ(uuid[14], '4');
  EXPECT_EQ(uuid[8], '-');
  EXPECT_TRUE(ConstantTimeEqual("", ""));
  EXPECT_TRUE(ConstantTimeEqual("ab", "ab"));
  EXPECT_FALSE(ConstantTimeEqual("ab", "ac"));
  EXPECT_FALSE(ConstantTimeEqual("ab", "abc"));
}

TEST(Bcrypt, HashesAndVerifies) {
  auto hash = BcryptHash("correct horse", 4);
  ASSERT_TRUE(hash.ok());
  EXPECT_TRUE(hash->starts_with("$2a$04$"));
  EXPECT_TRUE(BcryptVerify("correct horse", *hash));
  EXPECT_FALSE(BcryptVerify("wrong horse", *hash));
  EXPECT_TRUE(BcryptVerify("U*U", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"));
  EXPECT_FALSE(BcryptVerify("U*U", "$1$salt$hash"));
  EXPECT_FALSE(BcryptHash("x", 3).ok());
  EXPECT_FALSE(BcryptHash(std::string(73, 'x'), 4).ok());
}

boost::json::object Jwk(const char* text) { return boost::json::parse(text).get_object(); }

constexpr char kRfc7515Rsa[] =
    R"({"kty":"RSA","n":"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ","e":"AQAB"})";
constexpr char kRfc7515RsaToken[] =
    "eyJhbGciOiJSUzI1NiJ9."
    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0"
    "cnVlfQ.cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_"
    "O8W2Fp5jujGbds9uJd"
    "bF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_"
    "eSN9383LcOLn6"
    "_dO--xi12jzDwusC-"
    "eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igc"
    "N_IoypGlUPQGe77Rw";
constexpr char kRfc7515Ec[] =
    R"({"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"})";
constexpr char kRfc7515EcToken[] =
    "eyJhbGciOiJFUzI1NiJ9."
    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0"
    "cnVlfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";

TEST(Jws, Rfc7515Vectors) {
  const struct {
    const char* jwk;
    const char* token;
    Algorithm algorithm;
  } kVectors[] = {{kRfc7515Rsa, kRfc7515RsaToken, Algorithm::kRs256},
                  {kRfc7515Ec, kRfc7515EcToken, Algorithm::kEs256}};
  for (const auto& vector : kVectors) {
    auto key = PublicKey::FromJwk(Jwk(vector.jwk));
    ASSERT_TRUE(key.ok()) << key.error().message();
    auto jws = ParseCompactJws(vector.token);
    ASSERT_TRUE(jws.ok());
    EXPECT_EQ(jws->ClaimText("iss"), "joe");
    EXPECT_TRUE(VerifyJws(*jws, std::array{vector.algorithm}, *key));
    EXPECT_FALSE(VerifyJws(*jws, std::array{Algorithm::kRs384, Algorithm::kEs384}, *key))
        << "algorithms are pinned";
    jws->signature[3] ^= 1;
    EXPECT_FALSE(VerifyJws(*jws, std::array{vector.algorithm}, *key));
    EXPECT_EQ(key->ToJwk().at("kty"), Jwk(vector.jwk).at("kty"));
    EXPECT_EQ(PublicKey::FromJwk(key->ToJwk())->Thumbprint(), key->Thumbprint());
    EXPECT_EQ(PublicKey::FromPem(key->ToPem())->Thumbprint(), key->Thumbprint());
  }
}

TEST(Jwk, ThumbprintOfRfc7638) {
  auto key = PublicKey::FromJwk(Jwk(
      R"({"kty":"RSA","n":"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw","e":"AQAB","alg":"RS256","kid":"2011-04-29"})"));
  ASSERT_TRUE(key.ok());
  EXPECT_EQ(key->Thumbprint(), "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
}

TEST(Jws, SignsWhatItVerifies) {
  PrivateKey rsa = PrivateKey::GenerateRsa();
  PrivateKey p256 = PrivateKey::GenerateEc("P-256");
  PrivateKey p521 = PrivateKey::GenerateEc("P-521");
  const std::pair<const PrivateKey*, Algorithm> kCases[] = {{&rsa, Algorithm::kRs256},
                                                            {&rsa, Algorithm::kRs512},
                                                            {&rsa, Algorithm::kPs384},
                                                            {&p256, Algorithm::kEs256},
                                                            {&p521, Algorithm::kEs512}};
  for (auto [key, algorithm] : kCases) {
    auto again = PrivateKey::FromPem(key->ToPkcs8Pem());
    ASSERT_TRUE(again.ok());
    auto token = SignCompactJws(algorithm, *again, {{"kid", "k1"}}, R"({"sub":"x"})");
    ASSERT_TRUE(token.ok()) << token.error().message();
    auto jws = ParseCompactJws(*token);
    ASSERT_TRUE(jws.ok());
    EXPECT_EQ(jws->HeaderText("kid"), "k1");
    EXPECT_TRUE(VerifyJws(*jws, std::array{algorithm}, key->Public()));
    EXPECT_TRUE(VerifyJws(*jws, std::array{algorithm}, *PublicKey::FromJwk(key->Public().ToJwk())));
  }
  EXPECT_FALSE(p256.Sign(Algorithm::kEs384, "x").ok());
  EXPECT_FALSE(rsa.Sign(Algorithm::kEs256, "x").ok());
}

TEST(Jws, RefusesHostileInput) {
  auto token = [](std::string_view header) { return Base64UrlEncode(header) + ".e30.AA"; };
  for (const std::string& text :
       {std::string(), std::string("a.b"), std::string("a.b.c.d"), token("[]"), token("{}"),
        token("{\"alg\":1}"), token(R"({"alg":"RS256","crit":["exp"]})"),
        token(R"({"alg":)" + std::string(40, '[') + std::string(40, ']') + "}"), std::string(70000, 'A')}) {
    EXPECT_FALSE(ParseCompactJws(text).ok()) << text.substr(0, 60);
  }
  auto none = ParseCompactJws(token(R"({"alg":"none"})"));
  ASSERT_TRUE(none.ok());
  EXPECT_FALSE(VerifyJws(*none, std::array{Algorithm::kRs256}, PrivateKey::GenerateEc().Public()));
}

TEST(Key, RefusesBadKeys) {
  for (
      const char* text :
      {R"({})", R"({"kty":"oct","k":"AA"})", R"({"kty":"RSA","n":"AQAB","e":"AQAB"})",
       R"({"kty":"EC","crv":"P-256","x":"AA","y":"AA"})",
       R"({"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"})"}) {
    EXPECT_FALSE(PublicKey::FromJwk(Jwk(text)).ok()) << text;
  }
  EXPECT_FALSE(PrivateKey::FromPem("not a key").ok());
  EXPECT_FALSE(PrivateKey::FromPem(
                   "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n")
                   .ok());
}

}  // namespace
}  // namespace base::crypto
