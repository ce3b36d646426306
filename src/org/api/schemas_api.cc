#include "org/api/handlers.h"
#include "org/api/render.h"
#include "org/store/types_and_schemas.h"

namespace org::api {
namespace {

namespace json = boost::json;

Reply TypeReply(const Call& call, const store::Outcome<store::UserType>& type) {
  return ObjectReply(type, [&](const store::UserType& found) { return RenderUserType(found, call.url); });
}

// The members of a body's "definitions"; none changes nothing.
store::Outcome<json::object> DefinitionsOf(const Call& call) {
  auto body = call.Body();
  if (!body) return body;
  const json::object* definitions = FindObject(*body, "definitions");
  return definitions ? json::object(*definitions) : json::object();
}

}  // namespace

Reply ListUserTypes(const Call& call) {
  return ListReply(store::ListUserTypes(call.store),
                   [&](const store::UserType& type) { return RenderUserType(type, call.url); });
}

Reply CreateUserType(const Call& call) {
  auto body = call.Body();
  if (!body) return RefusalReply(body.refusal());
  return TypeReply(call,
                   store::CreateUserType(call.store, call.actor, FindText(*body, "name"),
                                         FindText(*body, "displayName"), FindText(*body, "description")));
}

Reply GetUserType(const Call& call) {
  return TypeReply(call, store::FindUserType(call.store, call.Parameter("id")));
}

Reply MergeUserType(const Call& call) {
  auto body = call.Body();
  if (!body) return RefusalReply(body.refusal());
  return TypeReply(call, store::UpdateUserType(
                             call.store, call.actor, call.Parameter("id"), FindOptionalText(*body, "name"),
                             FindOptionalText(*body, "displayName"), FindOptionalText(*body, "description")));
}

Reply ReplaceUserType(const Call& call) {
  auto body = call.Body();
  if (!body) return RefusalReply(body.refusal());
  return TypeReply(
      call, store::UpdateUserType(call.store, call.actor, call.Parameter("id"), FindText(*body, "name"),
                                  FindText(*body, "displayName"), FindText(*body, "description")));
}

Reply DeleteUserType(const Call& call) {
  return ChangeReply(store::DeleteUserType(call.store, call.actor, call.Parameter("id")));
}

Reply GetUserSchema(const Call& call) {
  return ObjectReply(store::FindUserSchema(call.store, call.Parameter("id")),
                     [&](const store::Schema& schema) { return RenderUserSchema(schema, call.url); });
}

Reply UpdateUserSchema(const Call& call) {
  auto definitions = DefinitionsOf(call);
  if (!definitions) return RefusalReply(definitions.refusal());
  return ObjectReply(store::UpdateUserSchema(call.store, call.actor, call.Parameter("id"), *definitions),
                     [&](const store::Schema& schema) { return RenderUserSchema(schema, call.url); });
}

Reply GetGroupSchema(const Call& call) {
  return ObjectReply(store::FindGroupSchema(call.store),
                     [&](const store::Schema& schema) { return RenderGroupSchema(schema, call.url); });
}

Reply UpdateGroupSchema(const Call& call) {
  auto definitions = DefinitionsOf(call);
  if (!definitions) return RefusalReply(definitions.refusal());
  return ObjectReply(store::UpdateGroupSchema(call.store, call.actor, *definitions),
                     [&](const store::Schema& schema) { return RenderGroupSchema(schema, call.url); });
}

}  // namespace org::api
