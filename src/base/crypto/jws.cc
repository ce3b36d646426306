#include "base/crypto/jws.h"

#include "base/crypto/encoding.h"

namespace base::crypto {
namespace {

constexpr size_t kMaxText = 64 * 1024;
constexpr size_t kMaxDepth = 16;

std::string Text(const boost::json::object& object, std::string_view name) {
  const boost::json::value* value = object.if_contains(name);
  if (value == nullptr || !value->is_string()) return {};
  return std::string(value->get_string());
}

}  // namespace

std::string CompactJws::HeaderText(std::string_view name) const { return Text(header, name); }
std::string CompactJws::ClaimText(std::string_view name) const { return Text(claims, name); }

core::Result<boost::json::value> ParseJson(std::string_view text, size_t max_depth) {
  boost::json::parse_options options;
  options.max_depth = max_depth;
  boost::json::error_code error;
  boost::json::value value = boost::json::parse({text.data(), text.size()}, error, {}, options);
  if (error) return core::Error("invalid JSON: " + error.message());
  return value;
}

core::Result<CompactJws> ParseCompactJws(std::string_view text) {
  if (text.size() > kMaxText) return core::Error("JWS: longer than 64 KiB");
  size_t first = text.find('.');
  size_t second = first == std::string_view::npos ? first : text.find('.', first + 1);
  if (second == std::string_view::npos || text.find('.', second + 1) != std::string_view::npos) {
    return core::Error("JWS: not three parts separated by dots");
  }
  std::optional<std::string> header = Base64UrlDecode(text.substr(0, first));
  std::optional<std::string> payload = Base64UrlDecode(text.substr(first + 1, second - first - 1));
  std::optional<std::string> signature = Base64UrlDecode(text.substr(second + 1));
  if (!header || !payload || !signature) return core::Error("JWS: a part is not Base64url");
  ASSIGN_OR_RETURN(boost::json::value header_value, ParseJson(*header, kMaxDepth).Wrap("JWS header"));
  if (!header_value.is_object()) return core::Error("JWS header: not a JSON object");

  CompactJws jws;
  jws.header = std::move(header_value.get_object());
  if (jws.header.contains("crit")) return core::Error("JWS header: crit is not supported");
  if (jws.HeaderText("alg").empty()) return core::Error("JWS header: alg is missing");
  jws.payload = std::move(*payload);
  core::Result<boost::json::value> claims = ParseJson(jws.payload, kMaxDepth);
  if (claims.ok() && claims->is_object()) jws.claims = std::move(claims->get_object());
  jws.signing_input = std::string(text.substr(0, second));
  jws.signature = std::move(*signature);
  return jws;
}

bool VerifyJws(const CompactJws& jws, std::span<const Algorithm> allowed, const PublicKey& key) {
  std::optional<Algorithm> algorithm = ParseAlgorithm(jws.HeaderText("alg"));
  if (!algorithm || std::find(allowed.begin(), allowed.end(), *algorithm) == allowed.end()) return false;
  return key.Verify(*algorithm, jws.signing_input, jws.signature);
}

core::Result<std::string> SignCompactJws(Algorithm algorithm, const PrivateKey& key,
                                         boost::json::object header, std::string_view payload) {
  boost::json::object full;
  full["alg"] = boost::json::string_view(AlgorithmName(algorithm).data(), AlgorithmName(algorithm).size());
  for (auto& [name, value] : header) full[name] = std::move(value);
  std::string text = Base64UrlEncode(boost::json::serialize(full)) + "." + Base64UrlEncode(payload);
  ASSIGN_OR_RETURN(std::string signature, key.Sign(algorithm, text));
  return text + "." + Base64UrlEncode(signature);
}

}  // namespace base::crypto
