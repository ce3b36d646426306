#include "okta/resources/edges.h"

#include "base/core/thread_pool.h"
#include "base/net/http_server.h"

namespace okta::resources {
namespace {

using api::ApiError;
using std::chrono::seconds;

constexpr int kThreads = 8;
constexpr size_t kMaxReported = 10;
// Objects made a moment ago may not be there yet for the membership call (Okta is eventually consistent).
constexpr int kMissingRetries = 2;

std::string EdgePath(const Edges& edges, const std::string& parent, const std::string& member) {
  const std::string& group = edges.parent_is_group ? parent : member;
  const std::string& user = edges.parent_is_group ? member : parent;
  return fmt::format("/api/v1/groups/{}/users/{}", base::net::PercentEncode(group),
                     base::net::PercentEncode(user));
}

std::optional<ApiError> WriteEdge(const Session& session, const std::string& path, bool add) {
  for (int attempt = 0;; ++attempt) {
    std::optional<ApiError> error = SendPlain(session, add ? "PUT" : "DELETE", path);
    if (!error || !error->IsNotFound()) return error;
    if (!add) return std::nullopt;
    if (attempt >= kMissingRetries ||
        !session.client->clock().Sleep(seconds(1) * (attempt + 1), session.stop))
      return error;
  }
}

std::vector<std::string> Difference(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  std::unordered_set<std::string_view> in_b(b.begin(), b.end());
  std::vector<std::string> only_a;
  for (const std::string& text : a) {
    if (!in_b.contains(text)) only_a.push_back(text);
  }
  return only_a;
}

struct Failures {
  std::mutex mutex;
  std::map<std::string, ApiError> by_member;
};

void WriteAll(const Edges& edges, const std::string& parent, const std::vector<std::string>& members,
              bool add, const Session& session, Failures* failures) {
  auto write = [&](const std::string& member) {
    std::optional<ApiError> error = WriteEdge(session, EdgePath(edges, parent, member), add);
    if (!error) return;
    std::lock_guard lock(failures->mutex);
    failures->by_member.emplace(member, std::move(*error));
  };
  if (members.size() == 1) return write(members[0]);
  if (members.empty()) return;
  base::core::ThreadPool pool(kThreads);
  for (const std::string& member : members) pool.Submit([&] { write(member); });
  pool.Wait();
}

void Report(const Edges& edges, const std::string& parent, const Failures& failures, bool add,
            ProviderDiagnostics* diagnostics) {
  size_t reported = 0;
  for (const auto& [member, error] : failures.by_member) {
    if (++reported > kMaxReported) {
      diagnostics->push_back(ErrorDiagnostic(
          fmt::format("{} more {} failed", failures.by_member.size() - kMaxReported, edges.noun)));
      return;
    }
    const std::string& group = edges.parent_is_group ? parent : member;
    const std::string& user = edges.parent_is_group ? member : parent;
    diagnostics->push_back(
        ErrorDiagnostic(fmt::format("failed to {} user ({}) {} group ({})", add ? "add" : "remove", user,
                                    add ? "to" : "from", group),
                        error));
  }
}

}  // namespace

Written WriteEdges(const ResourceSpec& spec, const Value& prior, const Value& planned,
                   const Session& session) {
  const Edges& edges = *spec.edges;
  const Value& either = planned.IsNull() ? prior : planned;
  std::string parent = TextOf(either.Get(edges.parent));
  if (parent.empty()) parent = TextOf(either.Get("id"));
  std::vector<std::string> before =
      prior.IsNull() ? std::vector<std::string>() : TextsOf(prior.Get(edges.members));
  std::vector<std::string> after =
      planned.IsNull() ? std::vector<std::string>() : TextsOf(planned.Get(edges.members));

  Failures added, removed;
  WriteAll(edges, parent, Difference(after, before), true, session, &added);
  WriteAll(edges, parent, Difference(before, after), false, session, &removed);
  Written written;
  Report(edges, parent, added, true, &written.diagnostics);
  Report(edges, parent, removed, false, &written.diagnostics);

  std::vector<std::string> now;
  for (const std::string& member : after) {
    if (!added.by_member.contains(member)) now.push_back(member);
  }
  for (const auto& [member, error] : removed.by_member) now.push_back(member);
  bool failed = !written.diagnostics.empty();
  if ((planned.IsNull() && !failed) || (prior.IsNull() && failed && now.empty())) {
    written.state = Value::Null(either.type());
    return written;
  }
  Record state(planned.IsNull() ? prior : planned);
  state.Set("id", Value::String(parent));
  state.Set(edges.members, StringSet(now));
  written.state = state.Finish();
  return written;
}

Written FindEdges(const ResourceSpec& spec, const Value& planned, const Session& session) {
  const Edges& edges = *spec.edges;
  Written written{Value::Null(planned.type()), {}};
  std::string parent = TextOf(planned.Get(edges.parent));
  if (parent.empty()) return written;
  auto got = ListIds(session, EdgeListPath(edges, parent));
  if (auto* error = std::get_if<ApiError>(&got)) {
    if (!error->IsNotFound())
      written.diagnostics.push_back(ErrorDiagnostic(fmt::format("failed to get {}", edges.noun), *error));
    return written;
  }
  const std::vector<std::string>& existing = std::get<std::vector<std::string>>(got);
  std::vector<std::string> wanted = TextsOf(planned.Get(edges.members));
  std::vector<std::string> missing = Difference(wanted, existing);
  std::vector<std::string> found = Difference(wanted, missing);
  if (found.empty()) return written;
  Record state(planned);
  state.Set("id", Value::String(parent));
  state.Set(edges.members, StringSet(found));
  written.state = state.Finish();
  return written;
}

}  // namespace okta::resources
