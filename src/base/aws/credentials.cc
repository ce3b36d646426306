#include "base/aws/credentials.h"

#include <algorithm>

#include "base/json/reader.h"

namespace base::aws {
namespace {

constexpr std::chrono::minutes kLongestMargin{5};

}  // namespace

core::Result<Credentials> CredentialCache::Get() {
  std::lock_guard lock(mutex_);
  const core::TimePoint now = clock_.Now();
  if (current_ && (!current_->expires || now < renew_at_)) return *current_;
  core::Result<Credentials> fresh = source_();
  if (!fresh.ok()) {
    if (current_ && current_->expires && now < *current_->expires) return *current_;
    return fresh;
  }
  current_ = *fresh;
  if (fresh->expires)
    renew_at_ = *fresh->expires - std::min<core::Duration>(kLongestMargin, (*fresh->expires - now) / 4);
  return fresh;
}

core::Result<Credentials> ReadCredentialsJson(std::string_view text, std::string source) {
  const auto unreadable = [&](std::string_view what) {
    return core::Error(fmt::format("{}: {}", source, what));
  };
  const core::Result<json::Document> document = json::Document::Parse(text, {.max_depth = 16});
  if (!document.ok() || !document->root().IsObject()) return unreadable("the answer is not a JSON object");
  const json::Node root = document->root();
  Credentials out;
  out.access_key_id = root.FindString("AccessKeyId").value_or("");
  out.secret_access_key = root.FindString("SecretAccessKey").value_or("");
  out.session_token = root.FindString("SessionToken").value_or(root.FindString("Token").value_or(""));
  if (out.access_key_id.empty() || out.secret_access_key.empty())
    return unreadable("the answer lacks AccessKeyId or SecretAccessKey");
  if (const std::string expiration = root.FindString("Expiration").value_or(""); !expiration.empty()) {
    out.expires = core::ParseRfc3339(expiration);
    if (!out.expires) return unreadable("the answer's Expiration is no RFC 3339 time");
  }
  out.source = std::move(source);
  return out;
}

}  // namespace base::aws
