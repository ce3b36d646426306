#include "cli/json/config_json.h"

#include <algorithm>

#include "cli/json/expression_json.h"
#include "cli/json/provider_configs.h"
#include "cli/json/value_json.h"
#include "language/hcl/content.h"

namespace cli::json {
namespace {

using base::core::Result;
using base::json::Writer;
using engine::config::ExpressionRef;
using engine::config::Module;
using engine::config::ModuleCall;
using engine::config::ModuleNode;
using engine::config::Resource;
using engine::config::TraversalRef;
using language::address::ResourceMode;

constexpr std::string_view kEmptyExpression = "{}";

class ConfigurationWriter {
 public:
  ConfigurationWriter(const ProviderConfigs& providers, const Schemas& schemas, Writer& json)
      : providers_(providers), schemas_(schemas), json_(json) {}

  Result<void> WriteModule(const ModuleNode& node) {
    json_.BeginObject();
    WriteOutputs(*node.module);
    RETURN_IF_ERROR(WriteResources(node));
    if (!node.children.empty()) {
      json_.Key("module_calls").BeginObject();
      for (const auto& [name, child] : node.children) {
        json_.Key(name);
        RETURN_IF_ERROR(WriteCall(*child));
      }
      json_.EndObject();
    }
    WriteVariables(*node.module);
    json_.EndObject();
    return {};
  }

 private:
  void WriteExpression(std::string_view name, const ExpressionRef& expression) {
    json_.Key(name);
    if (expression)
      json_.RawVerbatim(ExpressionJson(*expression.file, *expression.expression));
    else
      json_.RawVerbatim(kEmptyExpression);
  }

  // count or for_each, as far as it says anything.
  void WriteRepetition(const ExpressionRef& count, const ExpressionRef& for_each) {
    for (const auto& [name, expression] :
         {std::pair{"count_expression", &count}, std::pair{"for_each_expression", &for_each}}) {
      if (!*expression) continue;
      const std::string text = ExpressionJson(*expression->file, *expression->expression);
      if (text != kEmptyExpression) json_.Key(name).RawVerbatim(text);
    }
  }

  void WriteDependencies(const std::vector<TraversalRef>& dependencies) {
    if (dependencies.empty()) return;
    json_.Key("depends_on").BeginArray();
    for (const TraversalRef& dependency : dependencies) json_.String(SubjectText(*dependency.traversal));
    json_.EndArray();
  }

  void WriteOutputs(const Module& module) {
    if (module.outputs.empty()) return;
    json_.Key("outputs").BeginObject();
    for (const auto& [name, output] : module.outputs) {
      json_.Key(name).BeginObject();
      if (output.sensitive) json_.Member("sensitive", true);
      WriteExpression("expression", output.expression);
      WriteDependencies(output.depends_on);
      if (!output.description.empty()) json_.Member("description", output.description);
      json_.EndObject();
    }
    json_.EndObject();
  }

  // Managed ones first, each kind by the text of its address.
  Result<void> WriteResources(const ModuleNode& node) {
    std::vector<std::pair<std::string, const Resource*>> resources;
    for (const auto& [key, resource] : node.module->resources)
      if (resource.address.mode != ResourceMode::kEphemeral)
        resources.emplace_back(resource.address.ToString(), &resource);
    if (resources.empty()) return {};
    std::ranges::sort(resources, {}, [](const auto& one) {
      return std::pair{one.second->address.mode == ResourceMode::kData, one.first};
    });
    json_.Key("resources").BeginArray();
    for (const auto& [address, resource] : resources)
      RETURN_IF_ERROR(WriteResource(node, address, *resource));
    json_.EndArray();
    return {};
  }

  Result<void> WriteResource(const ModuleNode& node, const std::string& address, const Resource& resource) {
    ASSIGN_OR_RETURN(const provider::api::ResourceSchema* schema,
                     SchemaOf(schemas_, resource.provider.provider, {{}, resource.address, {}}));
    const std::string& type = resource.address.type;
    const auto implied = engine::config::LocalProviderName{.name = type.substr(0, type.find('_'))};
    json_.BeginObject().Member("address", address).Member("mode", ModeName(resource.address.mode));
    json_.Member("type", type).Member("name", resource.address.name);
    json_.Member("provider_config_key", providers_.KeyOf(node, resource.provider_name.value_or(implied)));
    WriteProvisioners(resource.provisioners);
    WriteExpressions("expressions", resource.body, schema->block, json_);
    json_.Member("schema_version", schema->version);
    WriteRepetition(resource.count, resource.for_each);
    WriteDependencies(resource.depends_on);
    json_.EndObject();
    return {};
  }

  void WriteProvisioners(const std::vector<engine::config::Provisioner>& provisioners) {
    if (provisioners.empty()) return;
    json_.Key("provisioners").BeginArray();
    for (const engine::config::Provisioner& provisioner : provisioners) {
      json_.BeginObject().Member("type", provisioner.type);
      language::schema::Block schema;
      const language::hcl::LooseContent content(*provisioner.body.file, *provisioner.body.body);
      for (const auto& attribute : content.body().attributes)
        if (attribute.name != "when" && attribute.name != "on_failure" && attribute.name != "connection")
          schema.attributes.push_back({.name = std::string(attribute.name),
                                       .type = language::value::Type::Dynamic(),
                                       .optional = true});
      schema.Finish();
      WriteExpressions("expressions", provisioner.body, schema, json_);
      json_.EndObject();
    }
    json_.EndArray();
  }

  Result<void> WriteCall(const ModuleNode& child) {
    const ModuleCall& call = *child.call;
    json_.BeginObject().Member("source", call.source);
    language::schema::Block schema;
    for (const auto& [name, variable] : child.module->variables)
      schema.attributes.push_back({.name = name,
                                   .type = language::value::Type::Dynamic(),
                                   .required = !variable.default_value,
                                   .optional = variable.default_value.has_value()});
    schema.Finish();
    WriteExpressions("expressions", call.body, schema, json_);
    WriteRepetition(call.count, call.for_each);
    json_.Key("module");
    RETURN_IF_ERROR(WriteModule(child));
    if (!call.version.empty()) json_.Member("version_constraint", call.version);
    WriteDependencies(call.depends_on);
    json_.EndObject();
    return {};
  }

  void WriteVariables(const Module& module) {
    if (module.variables.empty()) return;
    json_.Key("variables").BeginObject();
    for (const auto& [name, variable] : module.variables) {
      json_.Key(name).BeginObject();
      if (variable.default_value) {
        json_.Key("default");
        WriteKnown(*variable.default_value, json_);
      }
      if (!variable.description.empty()) json_.Member("description", variable.description);
      if (variable.sensitive) json_.Member("sensitive", true);
      json_.EndObject();
    }
    json_.EndObject();
  }

  const ProviderConfigs& providers_;
  const Schemas& schemas_;
  Writer& json_;
};

}  // namespace

Result<void> WriteConfiguration(const engine::config::Configuration& configuration, const Schemas& schemas,
                                Writer& json) {
  const ProviderConfigs providers(configuration);
  json.BeginObject();
  providers.Write(schemas, json);
  json.Key("root_module");
  RETURN_IF_ERROR(ConfigurationWriter(providers, schemas, json).WriteModule(*configuration.root));
  json.EndObject();
  return {};
}

}  // namespace cli::json
