#include "base/core/check.h"
#include "base/core/strings.h"
#include "base/net/http_server.h"

namespace base::net {
namespace {

using Fields = std::vector<std::pair<std::string, std::string>>;

bool IsParameter(std::string_view segment) { return segment.starts_with('{') && segment.ends_with('}'); }

std::vector<std::string_view> PathSegments(std::string_view path) {
  if (path.starts_with('/')) path.remove_prefix(1);
  // One trailing slash is forgiven.
  if (path.ends_with('/')) path.remove_suffix(1);
  return core::Split(path, '/');
}

bool Matches(const std::vector<std::string>& pattern, const std::vector<std::string_view>& path,
             Fields* parameters) {
  if (pattern.size() != path.size()) return false;
  parameters->clear();
  for (size_t i = 0; i < pattern.size(); ++i) {
    if (IsParameter(pattern[i])) {
      if (path[i].empty()) return false;
      parameters->emplace_back(pattern[i].substr(1, pattern[i].size() - 2), PercentDecode(path[i]));
    } else if (pattern[i] != path[i]) {
      return false;
    }
  }
  return true;
}

// Whether `a` is more specific than `b` on the same path: the first difference decides, a literal wins.
bool MoreSpecific(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  for (size_t i = 0; i < a.size() && i < b.size(); ++i)
    if (IsParameter(a[i]) != IsParameter(b[i])) return !IsParameter(a[i]);
  return false;
}

}  // namespace

void Router::Add(std::string_view method, std::string_view pattern, ServerHandler handler) {
  Route route;
  route.method = method;
  route.pattern = pattern;
  for (std::string_view segment : PathSegments(pattern)) route.segments.emplace_back(segment);
  route.handler = std::move(handler);
  routes_.push_back(std::move(route));
}

Router::Match Router::Find(ServerRequest& request) const {
  const std::string_view method = request.method == "HEAD" ? std::string_view("GET") : request.method;
  const std::vector<std::string_view> path = PathSegments(request.path);
  const Route* best = nullptr;  // with this method
  const Route* any = nullptr;   // with any method
  Fields parameters, best_parameters;
  Match match;
  for (const Route& route : routes_) {
    if (!Matches(route.segments, path, &parameters)) continue;
    if (!any || MoreSpecific(route.segments, any->segments)) any = &route;
    if (route.method != method) {
      match.allowed.push_back(route.method);
    } else if (!best || MoreSpecific(route.segments, best->segments)) {
      best = &route;
      best_parameters = parameters;
    }
  }
  if (best) {
    match.handler = &best->handler;
    match.pattern = best->pattern;
    match.allowed.clear();
    request.parameters = std::move(best_parameters);
  } else if (any) {
    match.pattern = any->pattern;
  }
  return match;
}

ServerResponse Router::Handle(ServerRequest& request) const {
  Match match = Find(request);
  if (match.handler) return (*match.handler)(request);
  ServerResponse response;
  response.Set("Content-Type", "text/plain; charset=utf-8");
  if (match.pattern.empty()) {
    response.status = 404;
    response.body = "There is no such page.\n";
  } else {
    response.status = 405;
    response.Set("Allow", core::Join(match.allowed, ", "));
    response.body = "This method is not allowed here.\n";
  }
  return response;
}

}  // namespace base::net
