#include "okta/resources/reader.h"

#include "base/core/thread_pool.h"
#include "base/net/http_server.h"
#include "okta/resources/codec.h"

namespace okta::resources {
namespace {

namespace json = boost::json;
using api::ApiError;
using base::core::ThreadPool;
using provider::api::ReadRequest;
using provider::api::ReadResponse;
using provider::api::Sink;

constexpr size_t kBatch = kIdsPerFilter;
constexpr int kThreads = 16;  // the governor's window is the real bound

// All requests of one type, on their way to answers.
class Collection {
 public:
  Collection(const ResourceSpec& spec, std::span<const ReadRequest> requests, const Sink<ReadResponse>& sink,
             const Session& session, ThreadPool& pool)
      : spec_(spec), requests_(requests), sink_(sink), session_(session), pool_(pool) {}

  void Add(size_t index) { indices_.push_back(index); }

  void Start() {
    if (spec_.edges != nullptr) {
      for (size_t index : indices_) {
        pool_.Submit([this, index] { ReadEdges(index); });
      }
      return;
    }
    std::vector<size_t> left;
    for (size_t index : indices_) {
      if (std::optional<json::object> object = session_.cache->Take(PathOf(index))) {
        Answer(index, *object);
      } else {
        left.push_back(index);
      }
    }
    if (left.size() <= 1) {
      for (size_t index : left) Single(index);
    } else if (left.size() <= kBatch) {
      Batches(std::move(left));
    } else {
      pool_.Submit([this, left = std::move(left)]() mutable { Pages(std::move(left)); });
    }
  }

 private:
  std::string IdOf(size_t index) const { return TextOf(requests_[index].prior.Get("id")); }
  std::string PathOf(size_t index) const { return ObjectPath(spec_.objects->path, IdOf(index)); }

  void Respond(size_t index, Value state, ProviderDiagnostics diagnostics = {}) {
    ReadResponse response;
    response.state = std::move(state);
    response.private_data = std::string(requests_[index].private_data);
    response.diagnostics = std::move(diagnostics);
    sink_(index, std::move(response));
  }

  void Fail(size_t index, const ApiError& error) {
    std::string_view noun = spec_.objects != nullptr ? spec_.objects->noun : spec_.edges->noun;
    Respond(index, requests_[index].prior, {ErrorDiagnostic(fmt::format("failed to get {}", noun), error)});
  }

  void Answer(size_t index, const json::object& object) {
    Respond(index, DecodeObject(spec_, object, requests_[index].prior));
  }

  void Gone(size_t index) { Respond(index, Value::Null(requests_[index].prior.type())); }

  void Single(size_t index) {
    pool_.Submit([this, index] {
      auto got = GetObject(session_, PathOf(index));
      if (auto* object = std::get_if<json::object>(&got)) return Answer(index, *object);
      const ApiError& error = std::get<ApiError>(got);
      error.IsNotFound() ? Gone(index) : Fail(index, error);
    });
  }

  // Answers those of `wanted` whose listed object agrees with what was known; returns true when it was
  // wanted.
  using Wanted = std::unordered_map<std::string, std::vector<size_t>>;
  bool Offer(const json::value& element, Wanted* wanted) {
    if (!element.is_object()) return false;
    auto found = wanted->find(MemberText(element.get_object(), "id"));
    if (found == wanted->end()) return false;
    for (size_t index : found->second) {
      Value state = DecodeObject(spec_, element.get_object(), requests_[index].prior);
      if (AgreesWith(spec_, state, requests_[index].prior)) {
        Respond(index, std::move(state));
      } else {
        Single(index);
      }
    }
    wanted->erase(found);
    return true;
  }

  Wanted WantedOf(const std::vector<size_t>& indices) const {
    Wanted wanted;
    for (size_t index : indices) wanted[IdOf(index)].push_back(index);
    return wanted;
  }

  // Page after page, as long as a page brings at least what a filter batch would.
  void Pages(std::vector<size_t> indices) {
    Wanted wanted = WantedOf(indices);
    bool complete = true;
    std::optional<ApiError> error = session_.client->ForEachPage(
        fmt::format("{}?limit={}", spec_.objects->path, spec_.objects->page_limit),
        [&](json::array& page) {
          size_t hits = 0;
          for (const json::value& element : page) hits += Offer(element, &wanted);
          complete = hits * 2 >= page.size();
          return complete && !wanted.empty();
        },
        session_.stop);
    if (error) {
      for (const auto& [id, rest] : wanted) {
        for (size_t index : rest) Fail(index, *error);
      }
      return;
    }
    std::vector<size_t> left;
    for (const auto& [id, rest] : wanted) left.insert(left.end(), rest.begin(), rest.end());
    std::sort(left.begin(), left.end());
    Batches(std::move(left));
  }

  void Batches(std::vector<size_t> indices) {
    for (size_t begin = 0; begin < indices.size(); begin += kBatch) {
      std::vector<size_t> part(
          indices.begin() + static_cast<ptrdiff_t>(begin),
          indices.begin() + static_cast<ptrdiff_t>(std::min(begin + kBatch, indices.size())));
      pool_.Submit([this, part = std::move(part)] { Batch(part); });
    }
  }

  void Batch(const std::vector<size_t>& indices) {
    if (indices.size() == 1) return Single(indices[0]);
    Wanted wanted = WantedOf(indices);
    std::vector<std::string> ids;
    for (const auto& [id, rest] : wanted) ids.push_back(id);
    std::optional<ApiError> error;
    if (const std::string path = FilteredPath(spec_.objects->path, ids); !path.empty()) {
      error = session_.client->ForEachPage(
          path,
          [&](json::array& page) {
            for (const json::value& element : page) Offer(element, &wanted);
            return !wanted.empty();
          },
          session_.stop);
    }
    // A refusal of the filter itself says nothing about the objects.
    bool hopeless = error && error->status != 400 && error->status != 414 && error->status != 431;
    for (const auto& [id, rest] : wanted) {
      for (size_t index : rest) hopeless ? Fail(index, *error) : Single(index);
    }
  }

  void ReadEdges(size_t index) {
    const Edges& edges = *spec_.edges;
    const Value& prior = requests_[index].prior;
    std::vector<std::string> known = TextsOf(prior.Get(edges.members));
    bool all = !edges.track_all.empty() && IsTrue(prior.Get(edges.track_all));
    if (known.empty() && !all) return Respond(index, prior);
    std::string parent = TextOf(prior.Get("id"));
    std::unordered_set<std::string> missing(known.begin(), known.end());
    size_t seen = 0;
    auto enough = [&](const std::vector<std::string>& ids) {
      for (; seen < ids.size(); ++seen) missing.erase(ids[seen]);
      return !all && missing.empty();
    };
    std::variant<std::vector<std::string>, ApiError> got;
    std::string path = EdgeListPath(edges, parent);
    if (std::optional<json::object> cached = session_.cache->Take(path)) {
      std::vector<std::string> ids;
      for (const json::value& id : cached->at("ids").as_array()) ids.emplace_back(id.as_string());
      enough(ids);
      got = std::move(ids);
    } else {
      got = ListIds(session_, path, enough);
    }
    if (auto* error = std::get_if<ApiError>(&got))
      return error->IsNotFound() ? Gone(index) : Fail(index, *error);
    Record state(prior);
    if (all) {
      state.Set(edges.members, StringSet(std::get<std::vector<std::string>>(got)));
    } else if (!missing.empty()) {
      std::erase_if(known, [&](const std::string& id) { return missing.contains(id); });
      state.Set(edges.members, StringSet(known));
    }
    if (TextOf(state.Get(edges.parent)).empty()) state.Set(edges.parent, Value::String(parent));
    Respond(index, state.Finish());
  }

  const ResourceSpec& spec_;
  const std::span<const ReadRequest> requests_;
  const Sink<ReadResponse>& sink_;
  const Session& session_;
  ThreadPool& pool_;
  std::vector<size_t> indices_;
};

}  // namespace

void ReadResources(std::span<const ReadRequest> requests, const Sink<ReadResponse>& sink,
                   const Session& session) {
  std::map<std::string_view, std::unique_ptr<Collection>> collections;
  ThreadPool pool(requests.size() == 1 ? 1 : kThreads);
  for (size_t i = 0; i < requests.size(); ++i) {
    const ResourceSpec* spec = FindResourceSpec(requests[i].type);
    CHECK(spec != nullptr);
    auto& collection = collections[requests[i].type];
    if (collection == nullptr)
      collection = std::make_unique<Collection>(*spec, requests, sink, session, pool);
    collection->Add(i);
  }
  for (auto& [type, collection] : collections) collection->Start();
  pool.Wait();
}

}  // namespace okta::resources
