#include "org/api/call.h"

#include "base/core/strings.h"
#include "base/crypto/jws.h"
#include "base/text/unicode.h"
#include "org/api/errors.h"

namespace org::api {

namespace json = boost::json;

namespace {

constexpr size_t kMaxDepth = 32;

// The request's own URL, without `after`, plus what is given.
std::string PageUrl(const Call& call, const std::string& after, int limit) {
  std::string url = call.url + call.request.path;
  char separator = '?';
  auto add = [&](std::string_view name, std::string_view value) {
    url += fmt::format("{}{}={}", separator, base::net::PercentEncode(name), base::net::PercentEncode(value));
    separator = '&';
  };
  if (!after.empty()) add("after", after);
  for (const auto& [name, value] : call.request.query)
    if (name != "after" && !(name == "limit" && !after.empty())) add(name, value);
  if (!after.empty()) add("limit", std::to_string(limit));
  return url;
}

}  // namespace

bool Call::QueryFlag(std::string_view name, bool fallback) const {
  if (!request.HasQuery(name)) return fallback;
  return base::core::AsciiEqualIgnoreCase(request.Query(name), "true");
}

store::Outcome<json::object> Call::Body() const {
  if (base::core::Trim(request.body).empty()) return json::object();
  std::string_view type = request.Header("Content-Type");
  if (!type.empty() && !type.starts_with("application/json"))
    return store::Refusal{400,
                          "E0000021",
                          "Bad request. Accept and/or Content-Type headers likely do not match "
                          "supported values.",
                          {}};
  auto value = base::crypto::ParseJson(request.body, kMaxDepth);
  if (!value.ok() || !value->is_object()) return store::MalformedBody();
  return std::move(value->as_object());
}

store::Outcome<store::PageRequest> Call::PageOf(int fallback, int max) const {
  store::PageRequest page{.after = Query("after"), .limit = fallback};
  if (!request.HasQuery("limit") || request.Query("limit").empty()) return page;
  auto limit = base::core::ParseInt64(request.Query("limit"));
  if (!limit) return store::ValidationFailed("limit", {"limit: The value is not a number"});
  // -1 is "no limit of mine" in some endpoints.
  page.limit = *limit < 1 ? fallback : static_cast<int>(std::min<int64_t>(*limit, max));
  return page;
}

Reply JsonReply(const json::value& value, int status) {
  Reply reply;
  reply.status = status;
  reply.Set("Content-Type", "application/json");
  // Names that came by forms or paths may hold anything.
  reply.body = base::text::ReplaceInvalidUtf8(json::serialize(value));
  return reply;
}

Reply EmptyReply() { return Reply{.status = 204}; }
Reply RefusalReply(const store::Refusal& refusal) { return RenderRefusal(refusal); }

void AddLinks(const Call& call, const std::string& next, int limit, Reply* reply) {
  reply->Add("Link", fmt::format("<{}>; rel=\"self\"", PageUrl(call, "", limit)));
  if (!next.empty()) reply->Add("Link", fmt::format("<{}>; rel=\"next\"", PageUrl(call, next, limit)));
}

Reply ChangeReply(const store::Change& change) {
  return change ? EmptyReply() : RefusalReply(change.refusal());
}

const json::value* Find(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  return value && !value->is_null() ? value : nullptr;
}

const json::object* FindObject(const json::object& object, std::string_view name) {
  const json::value* value = Find(object, name);
  return value && value->is_object() ? &value->as_object() : nullptr;
}

std::string FindText(const json::object& object, std::string_view name) {
  return FindOptionalText(object, name).value_or("");
}

std::optional<std::string> FindOptionalText(const json::object& object, std::string_view name) {
  const json::value* value = Find(object, name);
  if (!value || !value->is_string()) return std::nullopt;
  return std::string(value->as_string());
}

std::optional<bool> FindBool(const json::object& object, std::string_view name) {
  const json::value* value = Find(object, name);
  if (!value || !value->is_bool()) return std::nullopt;
  return value->as_bool();
}

json::object LinkTo(std::string_view href, std::string_view method) {
  json::object link{{"href", href}};
  if (!method.empty()) link["method"] = method;
  return link;
}

}  // namespace org::api
