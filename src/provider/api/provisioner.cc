#include "provider/api/provisioner.h"

namespace provider::api {
namespace {

using language::value::Type;

language::schema::Block MakeConnectionSchema() {
  language::schema::Block schema;
  auto add = [&](std::initializer_list<const char*> names, const Type& type) {
    for (const char* name : names)
      schema.attributes.push_back({.name = name, .type = type, .optional = true});
  };
  schema.attributes.push_back({.name = "host", .type = Type::String(), .required = true});
  add({"type", "user", "password", "timeout", "script_path", "target_platform"}, Type::String());
  add({"private_key", "certificate", "host_key", "agent_identity"}, Type::String());
  add({"proxy_scheme", "proxy_host", "proxy_user_name", "proxy_user_password"}, Type::String());
  add({"bastion_host", "bastion_host_key", "bastion_user", "bastion_password", "bastion_private_key",
       "bastion_certificate"},
      Type::String());
  add({"port", "proxy_port", "bastion_port"}, Type::Number());
  add({"agent"}, Type::Bool());
  add({"https", "insecure", "use_ntlm"}, Type::Bool());  // of winrm
  add({"cacert"}, Type::String());
  schema.Finish();
  return schema;
}

}  // namespace

const language::schema::Block& ConnectionSchema() {
  static const language::schema::Block schema = MakeConnectionSchema();
  return schema;
}

}  // namespace provider::api
