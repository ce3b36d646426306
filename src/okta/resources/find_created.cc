#include "okta/resources/find_created.h"

#include "base/core/thread_pool.h"
#include "base/net/http_server.h"
#include "okta/resources/codec.h"
#include "okta/resources/edges.h"
#include "okta/resources/search.h"

namespace okta::resources {
namespace {

namespace json = boost::json;
using api::ApiError;
using base::core::TimePoint;
using provider::api::FindCreatedRequest;
using provider::api::FindCreatedResponse;
using provider::api::Sink;
using std::chrono::seconds;

constexpr int kThreads = 16;
// The org stamps with milliseconds, clocks are compared by a header of whole seconds.
constexpr auto kClockTolerance = seconds(2);
// Lists lag behind writes by some seconds; a create that is older is in them.
constexpr auto kListsSettle = seconds(60);

ProviderDiagnostic LookupError(const Objects& objects, const ApiError& error) {
  return ErrorDiagnostic(fmt::format("failed to look for a {} that may have been created", objects.noun),
                         error);
}

// Whether the object is the one: its key, and its age.
bool IsCreated(const Objects& objects, const json::object& object, std::string_view key, TimePoint since,
               const Session& session) {
  if (MemberText(object, objects.json_key) != key) return false;
  std::optional<TimePoint> created = base::core::ParseRfc3339(MemberText(object, "created"));
  return created && *created >= since + session.client->governor().Skew() - kClockTolerance;
}

// Those of one type that have a natural key: looked up together.
class Lookup {
 public:
  Lookup(const ResourceSpec& spec, std::span<const FindCreatedRequest> requests,
         const Sink<FindCreatedResponse>& sink, const Session& session, base::core::ThreadPool& pool)
      : spec_(spec), requests_(requests), sink_(sink), session_(session), pool_(pool) {}

  void Add(size_t index) { indices_.push_back(index); }

  void Run() {
    if (indices_.size() == 1 || spec_.edges != nullptr) {
      for (size_t index : indices_) Single(index);
      return;
    }
    const Objects& objects = *spec_.objects;
    std::set<std::string> keys;
    for (size_t index : indices_)
      if (std::string key = KeyOf(index); !key.empty()) keys.insert(std::move(key));
    auto got = FindByTexts(session_, objects.path, objects.many_by, objects.json_key, keys);
    const auto* error = std::get_if<ApiError>(&got);
    // A refusal of the expression itself says nothing about the objects.
    if (error != nullptr && error->status != 400 && error->status != 414 && error->status != 431) {
      for (size_t index : indices_)
        sink_(index, {Value::Null(requests_[index].planned.type()), {LookupError(objects, *error)}});
      return;
    }
    std::unordered_map<std::string, std::vector<const json::object*>> by_key;
    if (error == nullptr)
      for (const json::object& object : std::get<ObjectList>(got))
        by_key[MemberText(object, objects.json_key)].push_back(&object);
    for (size_t index : indices_) Answer(index, by_key[KeyOf(index)], error == nullptr);
  }

 private:
  std::string KeyOf(size_t index) const {
    return TextOf(requests_[index].planned.Get(spec_.objects->natural_key));
  }

  void Single(size_t index) {
    pool_.Submit([this, index] {
      Written found = FindCreatedObject(spec_, requests_[index].planned, requests_[index].since, session_);
      sink_(index, {std::move(found.state), std::move(found.diagnostics)});
    });
  }

  void Answer(size_t index, const std::vector<const json::object*>& candidates, bool listed) {
    const FindCreatedRequest& request = requests_[index];
    for (const json::object* object : candidates)
      if (IsCreated(*spec_.objects, *object, KeyOf(index), request.since, session_))
        return sink_(index, {DecodeObject(spec_, *object, request.planned), {}});
    // Lists leave deprovisioned users out.
    bool hidden =
        spec_.objects->hooks == Hooks::kUser && TextOf(request.planned.Get("status")) == "DEPROVISIONED";
    bool settled = session_.client->clock().Now() - request.since > kListsSettle;
    if (!KeyOf(index).empty() && (!listed || hidden || !settled)) return Single(index);
    sink_(index, {Value::Null(request.planned.type()), {}});
  }

  const ResourceSpec& spec_;
  const std::span<const FindCreatedRequest> requests_;
  const Sink<FindCreatedResponse>& sink_;
  const Session& session_;
  base::core::ThreadPool& pool_;
  std::vector<size_t> indices_;
};

}  // namespace

Written FindCreatedObject(const ResourceSpec& spec, const Value& planned, TimePoint since,
                          const Session& session) {
  Written written{Value::Null(planned.type()), {}};
  if (spec.edges != nullptr) return FindEdges(spec, planned, session);
  const Objects& objects = *spec.objects;
  std::string key = TextOf(planned.Get(objects.natural_key));
  if (key.empty()) return written;
  std::vector<json::object> candidates;
  std::optional<ApiError> error;
  if (objects.found_by_path) {
    auto got = GetObject(session, ObjectPath(objects.path, key));
    if (auto* object = std::get_if<json::object>(&got)) {
      candidates.push_back(std::move(*object));
    } else if (ApiError& failure = std::get<ApiError>(got); !failure.IsNotFound()) {
      error = std::move(failure);
    }
  } else {
    error = session.client->ForEachPage(
        fmt::format("{}?q={}", objects.path, base::net::PercentEncode(key)),
        [&](json::array& page) {
          for (json::value& element : page) {
            if (element.is_object()) candidates.push_back(std::move(element.get_object()));
          }
          return true;
        },
        session.stop);
  }
  if (error) {
    written.diagnostics.push_back(LookupError(objects, *error));
    return written;
  }
  for (const json::object& object : candidates) {
    if (!IsCreated(objects, object, key, since, session)) continue;
    written.state = DecodeObject(spec, object, planned);
    return written;
  }
  return written;
}

void FindCreatedObjects(std::span<const FindCreatedRequest> requests, const Sink<FindCreatedResponse>& sink,
                        const Session& session) {
  std::map<std::string_view, std::unique_ptr<Lookup>> lookups;
  base::core::ThreadPool pool(requests.size() == 1 ? 1 : kThreads);
  for (size_t index = 0; index < requests.size(); ++index) {
    const ResourceSpec* spec = FindResourceSpec(requests[index].type);
    CHECK(spec != nullptr);
    auto& lookup = lookups[requests[index].type];
    if (lookup == nullptr) lookup = std::make_unique<Lookup>(*spec, requests, sink, session, pool);
    lookup->Add(index);
  }
  for (auto& [type, lookup] : lookups) lookup->Run();
  pool.Wait();
}

}  // namespace okta::resources
