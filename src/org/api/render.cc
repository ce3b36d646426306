#include "org/api/render.h"

#include "org/api/call.h"

namespace org::api {
namespace {

namespace json = boost::json;

json::object Href(const std::string& href, std::string_view method) {
  return {{"href", href}, {"hints", json::object{{"allow", json::array{method}}}}};
}

json::object RelLink(std::string_view rel, const std::string& href) {
  return {{"rel", rel}, {"href", href}, {"method", "GET"}};
}

const json::object& Section(const json::object& settings, std::string_view name) {
  static const json::object kEmpty;
  const json::object* found = FindObject(settings, name);
  return found ? *found : kEmpty;
}

json::value Or(const json::object& object, std::string_view name, json::value fallback) {
  const json::value* value = object.if_contains(name);
  if (value != nullptr) return *value;
  return fallback;
}

json::object OauthClientSettings(const store::App& app, const std::vector<store::AppKey>& keys) {
  const json::object& given = Section(app.settings, "oauthClient");
  json::array jwks;
  for (const store::AppKey& key : keys) {
    json::object jwk{{"kty", key.jwk.at("kty")},
                     {"id", key.id},
                     {"status", key.active ? "ACTIVE" : "INACTIVE"},
                     {"kid", key.kid}};
    for (const auto& [name, value] : key.jwk) jwk[name] = value;
    jwks.push_back(std::move(jwk));
  }
  json::object settings{{"client_uri", Or(given, "client_uri", nullptr)},
                        {"logo_uri", Or(given, "logo_uri", nullptr)},
                        {"redirect_uris", Or(given, "redirect_uris", json::array())},
                        {"response_types", Or(given, "response_types", json::array{"token"})},
                        {"grant_types", Or(given, "grant_types", json::array{"client_credentials"})}};
  if (!jwks.empty()) settings["jwks"] = json::object{{"keys", std::move(jwks)}};
  settings["application_type"] = app.application_type;
  settings["consent_method"] = Or(given, "consent_method", "REQUIRED");
  settings["issuer_mode"] = Or(given, "issuer_mode", "DYNAMIC");
  settings["idp_initiated_login"] =
      Or(given, "idp_initiated_login", json::object{{"mode", "DISABLED"}, {"default_scope", json::array()}});
  settings["wildcard_redirect"] = Or(given, "wildcard_redirect", "DISABLED");
  settings["dpop_bound_access_tokens"] = app.dpop_bound;
  return settings;
}

json::object AppLinks(const store::App& app, const std::string& self) {
  json::object links;
  links["appLinks"] = json::array();
  links["groups"] = LinkTo(self + "/groups");
  links["users"] = LinkTo(self + "/users");
  links["clientCredentials"] =
      json::array{json::object{{"name", "jwks"},
                               {"href", self + "/credentials/jwks"},
                               {"hints", json::object{{"allow", json::array{"GET", "POST"}}}}}};
  if (app.active)
    links["deactivate"] = LinkTo(self + "/lifecycle/deactivate", "POST");
  else
    links["activate"] = LinkTo(self + "/lifecycle/activate", "POST");
  return links;
}

json::object SchemaDocument(const std::string& id, std::string_view name, std::string_view title,
                            const store::Schema& schema) {
  return {
      {"id", id},
      {"$schema", "http://json-schema.org/draft-04/schema#"},
      {"name", name},
      {"title", title},
      {"description", fmt::format("Okta {} profile template with default permission settings", name)},
      {"lastUpdated", store::FormatTime(schema.last_updated)},
      {"created", store::FormatTime(schema.created)},
      {"definitions", schema.definitions},
      {"type", "object"},
      {"properties",
       json::object{
           {"profile", json::object{{"allOf", json::array{json::object{{"$ref", "#/definitions/custom"}},
                                                          json::object{{"$ref", "#/definitions/base"}}}}}}}}};
}

}  // namespace

json::object RenderGroup(const store::Group& group, const std::string& url) {
  const std::string self = fmt::format("{}/api/v1/groups/{}", url, group.id);
  json::object profile = group.profile;
  if (!profile.contains("description")) profile["description"] = nullptr;
  return {{"id", group.id},
          {"created", store::FormatTime(group.created)},
          {"lastUpdated", store::FormatTime(group.last_updated)},
          {"lastMembershipUpdated", store::FormatTime(group.last_membership_updated)},
          {"objectClass", json::array{"okta:user_group"}},
          {"type", store::GroupTypeName(group.type)},
          {"profile", std::move(profile)},
          {"_links", json::object{{"users", LinkTo(self + "/users")}, {"apps", LinkTo(self + "/apps")}}}};
}

json::object RenderGroupStats(const store::Group& group, int users, bool admin, const std::string& url) {
  const std::string self = fmt::format("{}/api/v1/groups/{}", url, group.id);
  return {{"usersCount", users},
          {"appsCount", 0},
          {"groupPushMappingsCount", 0},
          {"hasAdminPrivilege", admin},
          {"_links", json::object{{"users", LinkTo(self + "/users")}, {"apps", LinkTo(self + "/apps")}}}};
}

json::object RenderApp(const store::App& app, const std::vector<store::AppKey>& keys, const std::string& url,
                       const std::string& org_id) {
  const std::string self = fmt::format("{}/api/v1/apps/{}", url, app.id);
  json::object oauth_client{{"autoKeyRotation", true},
                            {"client_id", app.id},
                            {"token_endpoint_auth_method", app.auth_method},
                            {"pkce_required", false}};
  json::object settings{
      {"app", json::object()},
      {"notifications",
       json::object{{"vpn", json::object{{"network", json::object{{"connection", "DISABLED"}}},
                                         {"message", nullptr},
                                         {"helpUrl", nullptr}}}}},
      {"manualProvisioning", false},
      {"implicitAssignment", false},
      {"notes", Or(app.settings, "notes", json::object{{"admin", nullptr}, {"enduser", nullptr}})},
      {"oauthClient", OauthClientSettings(app, keys)}};
  return {
      {"id", app.id},
      {"orn", fmt::format("orn:okta:idp:{}:apps:{}:{}", org_id, app.name, app.id)},
      {"name", app.name},
      {"label", app.label},
      {"status", app.active ? "ACTIVE" : "INACTIVE"},
      {"lastUpdated", store::FormatTime(app.last_updated)},
      {"created", store::FormatTime(app.created)},
      {"accessibility",
       json::object{{"selfService", false}, {"errorRedirectUrl", nullptr}, {"loginRedirectUrl", nullptr}}},
      {"visibility", json::object{{"autoLaunch", false},
                                  {"autoSubmitToolbar", false},
                                  {"hide", json::object{{"iOS", true}, {"web", true}}},
                                  {"appLinks", json::object{{"oidc_client_link", true}}}}},
      {"features", json::array()},
      {"signOnMode", app.sign_on_mode},
      {"credentials",
       json::object{{"userNameTemplate", json::object{{"template", "${source.login}"}, {"type", "BUILT_IN"}}},
                    {"signing", json::object()},
                    {"oauthClient", std::move(oauth_client)}}},
      {"settings", std::move(settings)},
      {"_links", AppLinks(app, self)}};
}

json::object RenderKey(const store::AppKey& key, const std::string& url) {
  const std::string self = fmt::format("{}/api/v1/apps/{}/credentials/jwks/{}", url, key.app_id, key.id);
  json::object object{{"id", key.id}, {"kid", key.kid}};
  for (const auto& [name, value] : key.jwk) object[name] = value;
  object["status"] = key.active ? "ACTIVE" : "INACTIVE";
  object["created"] = store::FormatTime(key.created);
  object["lastUpdated"] = store::FormatTime(key.last_updated);
  json::object links;
  if (key.active) {
    links["deactivate"] = Href(self + "/lifecycle/deactivate", "POST");
  } else {
    links["activate"] = Href(self + "/lifecycle/activate", "POST");
    links["delete"] = Href(self, "DELETE");
  }
  object["_links"] = std::move(links);
  return object;
}

json::object RenderGrant(const store::Grant& grant, const store::App& app, const std::string& url) {
  const std::string app_url = fmt::format("{}/api/v1/apps/{}", url, app.id);
  json::object app_link = LinkTo(app_url),
               client_link = LinkTo(fmt::format("{}/oauth2/v1/clients/{}", url, app.id));
  app_link["title"] = client_link["title"] = app.label;
  return {{"id", grant.id},
          {"status", "ACTIVE"},
          {"created", store::FormatTime(grant.created)},
          {"createdBy", json::object{{"id", grant.created_by}, {"type", "User"}}},
          {"lastUpdated", store::FormatTime(grant.last_updated)},
          {"issuer", url},
          {"clientId", app.id},
          {"scopeId", grant.scope},
          {"source", "ADMIN"},
          {"_embedded", json::object{{"scope", json::object{{"id", grant.scope}}}}},
          {"_links", json::object{{"app", std::move(app_link)},
                                  {"self", Href(fmt::format("{}/grants/{}", app_url, grant.id), "GET")},
                                  {"client", std::move(client_link)}}}};
}

json::object RenderRole(const store::RoleAssignment& role, const std::string& url) {
  using store::RoleHolder;
  const bool group = role.holder == RoleHolder::kGroup, client = role.holder == RoleHolder::kClient;
  const std::string holder = client  ? fmt::format("{}/oauth2/v1/clients/{}", url, role.holder_id)
                             : group ? fmt::format("{}/api/v1/groups/{}", url, role.holder_id)
                                     : fmt::format("{}/api/v1/users/{}", url, role.holder_id);
  return {{"id", role.id},
          {"label", role.label},
          {"type", role.type},
          {"status", "ACTIVE"},
          {"created", store::FormatTime(role.created)},
          {"lastUpdated", store::FormatTime(role.last_updated)},
          {"assignmentType", client  ? "CLIENT"
                             : group ? "GROUP"
                                     : "USER"},
          {"_links", json::object{{"assignee", LinkTo(holder)}}}};
}

json::object RenderUserType(const store::UserType& type, const std::string& url) {
  const std::string schema = type.is_default ? "default" : type.schema_id;
  return {
      {"id", type.id},
      {"displayName", type.display_name},
      {"name", type.name},
      {"description", type.description},
      {"createdBy", type.created_by},
      {"lastUpdatedBy", type.last_updated_by},
      {"created", store::FormatTime(type.created)},
      {"lastUpdated", store::FormatTime(type.last_updated)},
      {"default", type.is_default},
      {"_links",
       json::object{{"schema", RelLink("schema", fmt::format("{}/api/v1/meta/schemas/user/{}", url, schema))},
                    {"self", RelLink("self", fmt::format("{}/api/v1/meta/types/user/{}", url, type.id))}}}};
}

json::object RenderUserSchema(const store::Schema& schema, const std::string& url) {
  const std::string name = schema.is_default ? "default" : schema.id;
  json::object document =
      SchemaDocument(fmt::format("{}/meta/schemas/user/{}", url, name), "user", "User", schema);
  document["_links"] = json::object{
      {"self", RelLink("self", fmt::format("{}/api/v1/meta/schemas/user/{}", url, name))},
      {"type", RelLink("type", fmt::format("{}/api/v1/meta/types/user/{}", url, schema.type_id))}};
  return document;
}

json::object RenderGroupSchema(const store::Schema& schema, const std::string& url) {
  json::object document = SchemaDocument(url + "/meta/schemas/group/default", "group", "Okta group", schema);
  document["_links"] = json::object{{"self", RelLink("self", url + "/api/v1/meta/schemas/group/default")}};
  return document;
}

}  // namespace org::api
