#include "okta/resources/lister.h"

#include <algorithm>

#include "base/net/http_server.h"
#include "okta/resources/codec.h"

namespace okta::resources {

namespace json = boost::json;
using provider::api::ListedObject;
using provider::api::ListRequest;

bool HasList(const ResourceSpec& spec) {
  return spec.objects != nullptr && !spec.objects->list_fields.empty();
}

provider::api::IdentitySchema IdIdentity() {
  return {.attributes = {{.name = "id", .type = Type::String(), .required_for_import = true}},
          .type = Type::Object({{"id", Type::String()}})};
}

ProviderDiagnostics ListObjects(const ResourceSpec& spec, const language::schema::Block& block,
                                const ListRequest& request, const provider::api::ListSink& sink,
                                const Session& session) {
  const Objects& objects = *spec.objects;
  if (request.limit < 1) return {};
  std::string path =
      fmt::format("{}?limit={}", objects.path, std::min<int64_t>(objects.page_limit, request.limit));
  for (const Field& field : objects.list_fields) {
    if (const std::string text = TextOf(request.config.Get(field.name)); !text.empty())
      path += fmt::format("&{}={}", field.name, base::net::PercentEncode(text));
  }
  int64_t left = request.limit;
  const auto take = [&](json::array& page) {
    for (const json::value& element : page) {
      if (!element.is_object()) continue;
      const json::object& object = element.get_object();
      // Others are made by the org and by apps: nobody manages them.
      if (!objects.listed_type.empty() && MemberText(object, "type") != objects.listed_type) continue;
      ListedObject listed{.identity = Value::Object({{"id", Value::String(MemberText(object, "id"))}}),
                          .display_name = MemberText(object, objects.json_key)};
      if (request.with_objects) listed.object = DecodeObject(spec, object, block.EmptyValue());
      if (!sink(std::move(listed)) || --left == 0) return false;
    }
    return true;
  };
  if (auto error = session.client->ForEachPage(path, take, session.stop))
    return {ErrorDiagnostic(fmt::format("failed to list {}s", objects.noun), *error)};
  return {};
}

}  // namespace okta::resources
