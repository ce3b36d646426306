#include "base/aws/signature.h"

#include <algorithm>

#include "base/core/strings.h"
#include "base/crypto/digest.h"

namespace base::aws {
namespace {

constexpr std::string_view kAlgorithm = "AWS4-HMAC-SHA256";

bool IsUnreserved(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
         c == '_' || c == '~';
}

// Without white space at the ends, and with one space for each run of it within.
std::string Squeeze(std::string_view value) {
  std::string out;
  for (char c : core::Trim(value)) {
    const bool space = c == ' ' || c == '\t' || c == '\n' || c == '\r';
    if (space && out.ends_with(' ')) continue;
    out.push_back(space ? ' ' : c);
  }
  return out;
}

std::string CanonicalQuery(const NameValues& query) {
  NameValues encoded;
  for (const auto& [name, value] : query) encoded.emplace_back(UriEncode(name), UriEncode(value));
  std::sort(encoded.begin(), encoded.end());
  std::string out;
  for (const auto& [name, value] : encoded) {
    if (!out.empty()) out += '&';
    out += name + "=" + value;
  }
  return out;
}

struct CanonicalHeaders {
  std::string lines, names;
};

CanonicalHeaders Canonical(const NameValues& headers) {
  NameValues sorted;
  for (const auto& [name, value] : headers) sorted.emplace_back(core::AsciiLower(name), Squeeze(value));
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  CanonicalHeaders out;
  for (size_t i = 0; i < sorted.size(); ++i) {
    if (i > 0 && sorted[i].first == sorted[i - 1].first) {
      out.lines.back() = ',';
    } else {
      if (!out.names.empty()) out.names += ';';
      out.names += sorted[i].first;
      out.lines += sorted[i].first + ":";
    }
    out.lines += sorted[i].second + "\n";
  }
  return out;
}

std::string HmacSha256(std::string_view key, std::string_view data) {
  return crypto::Hmac(crypto::Digest::kSha256, key, data);
}

}  // namespace

std::string UriEncode(std::string_view text, bool keep_slashes) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string out;
  out.reserve(text.size());
  for (char c : text) {
    if (IsUnreserved(c) || (keep_slashes && c == '/')) {
      out.push_back(c);
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out += {'%', kDigits[byte >> 4], kDigits[byte & 15]};
  }
  return out;
}

std::string FormatAmzDate(core::TimePoint time) {
  std::string text = core::FormatRfc3339(time);
  std::erase_if(text, [](char c) { return c == '-' || c == ':'; });
  return text;
}

std::string Authorization(const RequestToSign& request, const Credentials& credentials,
                          std::string_view region, std::string_view service, std::string_view amz_date) {
  const CanonicalHeaders headers = Canonical(request.headers);
  const std::string canonical =
      fmt::format("{}\n{}\n{}\n{}\n{}\n{}", request.method, request.canonical_path,
                  CanonicalQuery(request.query), headers.lines, headers.names, request.payload_hash);
  const std::string_view day = amz_date.substr(0, 8);
  const std::string scope = fmt::format("{}/{}/{}/aws4_request", day, region, service);
  const std::string to_sign =
      fmt::format("{}\n{}\n{}\n{}", kAlgorithm, amz_date, scope, core::HexEncode(crypto::Sha256(canonical)));
  std::string key = HmacSha256("AWS4" + credentials.secret_access_key, day);
  for (std::string_view part : {region, service, std::string_view("aws4_request")})
    key = HmacSha256(key, part);
  return fmt::format("{} Credential={}/{}, SignedHeaders={}, Signature={}", kAlgorithm,
                     credentials.access_key_id, scope, headers.names,
                     core::HexEncode(HmacSha256(key, to_sign)));
}

}  // namespace base::aws
