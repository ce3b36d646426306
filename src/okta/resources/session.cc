#include "okta/resources/session.h"

#include <algorithm>
#include <cctype>

#include "base/net/http_server.h"
#include "okta/resources/codec.h"

namespace okta::resources {

namespace json = boost::json;
using api::ApiError;

void WalkCache::Put(std::string_view path, json::object object) {
  std::lock_guard lock(mutex_);
  objects_.insert_or_assign(std::string(path), std::move(object));
}

std::optional<json::object> WalkCache::Take(std::string_view path) {
  std::lock_guard lock(mutex_);
  auto found = objects_.find(path);
  if (found == objects_.end()) return std::nullopt;
  json::object object = std::move(found->second);
  objects_.erase(found);
  return object;
}

void WalkCache::Clear() {
  std::lock_guard lock(mutex_);
  objects_.clear();
}

std::string ObjectPath(std::string_view collection, std::string_view id) {
  return fmt::format("{}/{}", collection, base::net::PercentEncode(id));
}

std::string EdgeListPath(const Edges& edges, std::string_view parent) {
  return fmt::format("{}{}{}", edges.list_prefix, base::net::PercentEncode(parent), edges.list_suffix);
}

std::variant<json::object, ApiError> SendObject(const Session& session, std::string_view method,
                                                const std::string& path, const json::value* body,
                                                bool repeatable) {
  api::Outcome outcome = session.client->Send({std::string(method), path, body, repeatable}, session.stop);
  if (auto* error = std::get_if<ApiError>(&outcome)) return std::move(*error);
  api::Reply& reply = std::get<api::Reply>(outcome);
  if (!reply.body.is_object()) {
    ApiError error;
    error.message =
        fmt::format("{} {}: the org's answer is not an object", method, path.substr(0, path.find('?')));
    error.in_doubt = method != "GET";
    return error;
  }
  return std::move(reply.body.get_object());
}

std::string FilteredPath(std::string_view collection, std::span<const std::string> ids) {
  std::string filter;
  for (const std::string& id : ids) {
    // An id is letters and digits; anything else must not get into the filter's syntax.
    const bool plain = std::ranges::all_of(id, [](unsigned char c) { return std::isalnum(c) != 0; });
    if (plain && !id.empty()) filter += fmt::format("{}id eq \"{}\"", filter.empty() ? "" : " or ", id);
  }
  if (filter.empty()) return {};
  return fmt::format("{}?filter={}&limit=200", collection, base::net::PercentEncode(filter));
}

std::variant<json::object, ApiError> GetObject(const Session& session, const std::string& path) {
  return SendObject(session, "GET", path, nullptr);
}

std::optional<ApiError> SendPlain(const Session& session, std::string_view method, const std::string& path,
                                  const json::value* body, bool repeatable) {
  api::Outcome outcome = session.client->Send({std::string(method), path, body, repeatable}, session.stop);
  if (auto* error = std::get_if<ApiError>(&outcome)) return std::move(*error);
  return std::nullopt;
}

std::variant<std::vector<std::string>, ApiError> ListIds(
    const Session& session, const std::string& path,
    const std::function<bool(const std::vector<std::string>&)>& enough) {
  std::vector<std::string> ids;
  std::optional<ApiError> error = session.client->ForEachPage(
      path,
      [&](json::array& page) {
        for (const json::value& element : page) {
          if (element.is_object()) ids.push_back(MemberText(element.get_object(), "id"));
        }
        return !(enough && enough(ids));
      },
      session.stop);
  if (error) return std::move(*error);
  return ids;
}

ProviderDiagnostic ErrorDiagnostic(std::string summary, std::string detail) {
  ProviderDiagnostic diagnostic;
  diagnostic.summary = std::move(summary);
  diagnostic.detail = std::move(detail);
  return diagnostic;
}

ProviderDiagnostic ErrorDiagnostic(std::string_view action, const ApiError& error) {
  std::string detail = error.detail;
  if (error.in_doubt) {
    if (!detail.empty()) detail += ' ';
    detail += "The organization may have carried this out all the same.";
  }
  return ErrorDiagnostic(fmt::format("{}: {}", action, error.message), std::move(detail));
}

}  // namespace okta::resources
