#include "okta/resources/importer.h"

#include <unordered_set>

#include "base/core/strings.h"
#include "base/net/http_server.h"
#include "okta/resources/codec.h"
#include "okta/resources/planner.h"

namespace okta::resources {
namespace {

namespace json = boost::json;
using api::ApiError;
using provider::api::ImportedObject;
using provider::api::ImportResponse;

// What SDKv2 keeps beside an imported object.
constexpr std::string_view kImportedPrivate = R"({"schema_version":"0"})";

ImportResponse Failed(ProviderDiagnostic diagnostic) {
  ImportResponse response;
  response.diagnostics.push_back(std::move(diagnostic));
  return response;
}

ImportResponse Imported(const ResourceSpec& spec, Value state) {
  ImportResponse response;
  response.objects.push_back({std::string(spec.type), std::move(state), std::string(kImportedPrivate)});
  return response;
}

ImportResponse ImportEdges(const ResourceSpec& spec, const language::schema::Block& block,
                           std::string_view id, const Session& session) {
  const Edges& edges = *spec.edges;
  std::string_view parent = id.substr(0, id.find('/'));
  bool all = id.size() > parent.size() && id.substr(parent.size() + 1) == "true";
  auto got = ListIds(session, EdgeListPath(edges, parent));
  if (auto* error = std::get_if<ApiError>(&got)) {
    return Failed(ErrorDiagnostic(fmt::format("failed to get {}", edges.noun), *error));
  }
  json::array ids;
  for (const std::string& member : std::get<std::vector<std::string>>(got)) ids.emplace_back(member);
  session.cache->Put(EdgeListPath(edges, parent), {{"ids", std::move(ids)}});
  Record state = Record::Empty(block);
  state.Set("id", Value::String(parent));
  state.Set(edges.parent, Value::String(parent));
  state.Set(edges.members, StringSet(std::get<std::vector<std::string>>(got)));
  if (!edges.track_all.empty() && all) state.Set(edges.track_all, Value::True());
  return Imported(spec, state.Finish());
}

}  // namespace

ImportResponse ImportObject(const ResourceSpec& spec, const language::schema::Block& block,
                            std::string_view id, const Session& session) {
  if (!spec.importable) {
    return Failed(ErrorDiagnostic(fmt::format("resource {} doesn't support import", spec.type)));
  }
  if (id.empty()) return Failed(ErrorDiagnostic(fmt::format("{}: the import id is empty", spec.type)));
  if (spec.edges != nullptr) return ImportEdges(spec, block, id, session);

  const Objects& objects = *spec.objects;
  bool flag = false;
  if (!objects.import_flag.empty() && base::core::Contains(id, "/")) {
    std::string_view rest = id.substr(id.find('/') + 1);
    if (rest != objects.import_flag) {
      return Failed(ErrorDiagnostic(fmt::format("invalid import id \"{}\"", id),
                                    fmt::format("Expected an id or id/{}.", objects.import_flag)));
    }
    flag = true;
    id = id.substr(0, id.find('/'));
  }
  std::variant<json::object, ApiError> got;
  if (std::optional<json::object> listed = session.cache->Take(ObjectPath(objects.path, id)))
    got = *std::move(listed);
  else
    got = GetObject(session, ObjectPath(objects.path, id));
  if (auto* error = std::get_if<ApiError>(&got)) {
    return Failed(ErrorDiagnostic(fmt::format("failed to get {}", objects.noun), *error));
  }
  json::object& object = std::get<json::object>(got);
  Value state = DecodeObject(spec, object, block.EmptyValue());
  if (flag) {
    Record record(state);
    record.Set(objects.import_flag, Value::True());
    state = record.Finish();
  }
  std::string path = ObjectPath(objects.path, MemberText(object, "id"));
  session.cache->Put(path, std::move(object));
  return Imported(spec, std::move(state));
}

void ListForImport(const Objects& objects, std::span<const std::string> ids, const Session& session) {
  std::unordered_set<std::string> wanted(ids.begin(), ids.end());
  const auto take = [&](json::array& page) {
    size_t hits = 0;
    for (json::value& element : page) {
      if (!element.is_object()) continue;
      const std::string id = MemberText(element.get_object(), "id");
      if (wanted.erase(id) == 0) continue;
      ++hits;
      session.cache->Put(ObjectPath(objects.path, id), std::move(element.get_object()));
    }
    return hits;
  };
  // Whole pages as long as they bring at least what a filter would. What fails is told by the object's own
  // call.
  if (wanted.size() > kIdsPerFilter)
    (void)session.client->ForEachPage(
        fmt::format("{}?limit={}", objects.path, objects.page_limit),
        [&](json::array& page) {
          const size_t size = page.size();
          return take(page) * 2 >= size && !wanted.empty();
        },
        session.stop);
  const std::vector<std::string> left(wanted.begin(), wanted.end());
  if (left.size() == 1) return;
  for (size_t begin = 0; begin < left.size(); begin += kIdsPerFilter) {
    const std::span<const std::string> part =
        std::span(left).subspan(begin, std::min(kIdsPerFilter, left.size() - begin));
    const std::string path = FilteredPath(objects.path, part);
    if (path.empty()) continue;
    const auto error = session.client->ForEachPage(
        path,
        [&](json::array& page) {
          take(page);
          return true;
        },
        session.stop);
    if (error) return;
  }
}

ImportResponse ImportByIdentity(const ResourceSpec& spec, const language::schema::Block& block,
                                const Value& identity, const Session& session) {
  ImportResponse response = ImportObject(spec, block, TextOf(identity.Get("id")), session);
  for (ImportedObject& object : response.objects) {
    Record record(object.state);
    FillDefaults(spec.fields, &record);
    object.state = record.Finish();
    object.identity = identity;
  }
  return response;
}

}  // namespace okta::resources
