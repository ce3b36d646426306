#include "org/api/hooks.h"

#include <boost/json.hpp>

#include "base/core/strings.h"
#include "base/crypto/jws.h"
#include "org/api/errors.h"

namespace org::api {
namespace {

namespace json = boost::json;

base::net::ServerResponse JsonAnswer(const json::value& value) {
  base::net::ServerResponse response;
  response.Set("Content-Type", "application/json");
  response.body = json::serialize(value);
  return response;
}

}  // namespace

base::core::Result<void> TestHooks::Hold(std::string_view text, int count) {
  auto parts = base::core::SplitOnce(text, ' ');
  if (!parts || parts->first.empty() || !parts->second.starts_with('/') || count < 0)
    return base::core::Error(fmt::format("\"{}\" is not of the form \"METHOD /path\"", text));
  Pattern pattern{.method = std::string(parts->first), .left = count, .all = count == 0};
  for (std::string_view segment : base::core::SplitNonEmpty(parts->second, '/'))
    pattern.segments.emplace_back(segment);
  std::lock_guard lock(mutex_);
  patterns_.push_back(std::move(pattern));
  return {};
}

void TestHooks::Release() {
  std::lock_guard lock(mutex_);
  patterns_.clear();
  ++generation_;
  released_.notify_all();
}

void TestHooks::Close() {
  {
    std::lock_guard lock(mutex_);
    closed_ = true;
  }
  Release();
}

bool TestHooks::Take(const base::net::ServerRequest& request) {
  if (closed_ || patterns_.empty()) return false;
  const std::vector<std::string_view> path = base::core::SplitNonEmpty(request.path, '/');
  for (Pattern& pattern : patterns_) {
    if (!pattern.all && pattern.left == 0) continue;
    if ((pattern.method != "*" && pattern.method != request.method) || pattern.segments.size() != path.size())
      continue;
    bool matches = true;
    for (size_t i = 0; i < path.size(); ++i)
      matches &= pattern.segments[i] == "*" || pattern.segments[i] == path[i];
    if (!matches) continue;
    if (!pattern.all) --pattern.left;
    return true;
  }
  return false;
}

void TestHooks::BeforeAnswer(const base::net::ServerRequest& request) {
  std::unique_lock lock(mutex_);
  if (!Take(request)) return;
  ++held_;
  const uint64_t generation = generation_;
  released_.wait(lock, [&] { return generation_ != generation; });
  --held_;
}

int TestHooks::held() const {
  std::lock_guard lock(mutex_);
  return held_;
}

base::net::ServerResponse TestHooks::Handle(const base::net::ServerRequest& request) {
  if (request.method == "GET" && request.path == "/_test/held")
    return JsonAnswer(json::object{{"held", held()}});
  if (request.method == "POST" && request.path == "/_test/release") {
    Release();
    return JsonAnswer(json::object{{"held", 0}});
  }
  if (request.method != "POST" || request.path != "/_test/hold") return RenderRefusal(PathNotFound());
  auto body = base::crypto::ParseJson(request.body);
  if (!body.ok() || !body->is_object()) return RenderRefusal(store::MalformedBody());
  const json::value* pattern = body->as_object().if_contains("pattern");
  const json::value* count = body->as_object().if_contains("count");
  if (!pattern || !pattern->is_string() || (count && !count->is_int64()))
    return RenderRefusal(store::ValidationFailed("pattern", {"pattern: a text like \"POST /api/v1/users\""}));
  auto held = Hold(pattern->as_string(), count ? static_cast<int>(count->as_int64()) : 1);
  if (!held.ok()) return RenderRefusal(store::ValidationFailed("pattern", {held.error().message()}));
  return JsonAnswer(json::object{{"pattern", *pattern}});
}

}  // namespace org::api
