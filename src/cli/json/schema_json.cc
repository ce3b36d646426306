#include "cli/json/schema_json.h"

#include <algorithm>

namespace cli::json {
namespace {

using base::json::Writer;
using language::schema::Attribute;
using language::schema::Block;
using language::schema::NestedBlock;
using language::schema::Nesting;
using provider::api::FunctionParameter;
using provider::api::FunctionSignature;
using provider::api::Provider;

std::string_view NestingName(Nesting nesting) {
  switch (nesting) {
    case Nesting::kSingle:
      return "single";
    case Nesting::kGroup:
      return "group";
    case Nesting::kList:
      return "list";
    case Nesting::kSet:
      return "set";
    case Nesting::kMap:
      return "map";
  }
  return "single";
}

// Of a block or an attribute.
template <typename Described>
void WriteDescription(const Described& described, Writer& json) {
  if (!described.description.empty()) json.Member("description", described.description);
  json.Member("description_kind", described.markdown ? "markdown" : "plain");
  if (described.deprecated) json.Member("deprecated", true);
}

void WriteAttributes(const std::vector<Attribute>& attributes, Writer& json);

void WriteAttribute(const Attribute& attribute, Writer& json) {
  json.BeginObject();
  if (attribute.nested) {
    json.Key("nested_type").BeginObject();
    WriteAttributes(attribute.nested->attributes, json);
    json.Member("nesting_mode", NestingName(attribute.nested->nesting)).EndObject();
  } else {
    json.Key("type").RawVerbatim(attribute.type.ToJson());
  }
  WriteDescription(attribute, json);
  for (const auto& [name, set] : {std::pair{"required", attribute.required},
                                  {"optional", attribute.optional},
                                  {"computed", attribute.computed},
                                  {"sensitive", attribute.sensitive},
                                  {"write_only", attribute.write_only}})
    if (set) json.Member(name, true);
  json.EndObject();
}

void WriteAttributes(const std::vector<Attribute>& attributes, Writer& json) {
  if (attributes.empty()) return;
  json.Key("attributes").BeginObject();
  for (const Attribute& attribute : attributes) {
    json.Key(attribute.name);
    WriteAttribute(attribute, json);
  }
  json.EndObject();
}

void WriteBlock(const Block& block, Writer& json) {
  json.BeginObject();
  WriteAttributes(block.attributes, json);
  if (!block.blocks.empty()) {
    json.Key("block_types").BeginObject();
    for (const NestedBlock& nested : block.blocks) {
      json.Key(nested.type_name)
          .BeginObject()
          .Member("nesting_mode", NestingName(nested.nesting))
          .Key("block");
      WriteBlock(*nested.block, json);
      if (nested.min_items != 0) json.Member("min_items", nested.min_items);
      if (nested.max_items != 0) json.Member("max_items", nested.max_items);
      json.EndObject();
    }
    json.EndObject();
  }
  WriteDescription(block, json);
  json.EndObject();
}

void WriteSchema(int64_t version, const Block& block, Writer& json) {
  json.BeginObject().Member("version", version).Key("block");
  WriteBlock(block, json);
  json.EndObject();
}

// find: gives version and block of a type.
template <typename Find>
void WriteSchemas(std::string_view name, std::vector<std::string> types, Document& document,
                  const Find& find) {
  if (types.empty()) return;
  std::ranges::sort(types);
  Writer& json = document.json();
  json.Key(name).BeginObject();
  for (const std::string& type : types) {
    const std::pair<int64_t, const Block*> schema = find(type);
    if (schema.second == nullptr) continue;
    json.Key(type);
    WriteSchema(schema.first, *schema.second, json);
    document.Pass();
  }
  json.EndObject();
}

// Newer than 1.11, whose providers' resources have none.
void WriteIdentitySchemas(const Provider& provider, Writer& json) {
  std::vector<std::string> types;
  for (std::string& type : provider.ResourceTypes())
    if (provider.FindIdentity(type) != nullptr) types.push_back(std::move(type));
  if (types.empty()) return;
  std::ranges::sort(types);
  json.Key("resource_identity_schemas").BeginObject();
  for (const std::string& type : types) {
    const provider::api::IdentitySchema& schema = *provider.FindIdentity(type);
    json.Key(type).BeginObject().Member("version", schema.version).Key("attributes").BeginObject();
    for (const provider::api::IdentityAttribute& attribute : schema.attributes) {
      json.Key(attribute.name).BeginObject().Key("type").RawVerbatim(attribute.type.ToJson());
      if (!attribute.description.empty()) json.Member("description", attribute.description);
      if (attribute.required_for_import) json.Member("required_for_import", true);
      if (attribute.optional_for_import) json.Member("optional_for_import", true);
      json.EndObject();
    }
    json.EndObject().EndObject();
  }
  json.EndObject();
}

void WriteParameter(const FunctionParameter& parameter, Writer& json) {
  json.BeginObject().Member("name", parameter.name);
  if (!parameter.description.empty()) json.Member("description", parameter.description);
  if (parameter.allow_null) json.Member("is_nullable", true);
  json.Key("type").RawVerbatim(parameter.type.ToJson()).EndObject();
}

void WriteFunction(const FunctionSignature& function, Writer& json) {
  json.BeginObject();
  for (const auto& [name, text] : {std::pair{"description", &function.description},
                                   {"summary", &function.summary},
                                   {"deprecation_message", &function.deprecation}})
    if (!text->empty()) json.Member(name, *text);
  json.Key("return_type").RawVerbatim(function.result.ToJson());
  if (!function.parameters.empty()) {
    json.Key("parameters").BeginArray();
    for (const FunctionParameter& parameter : function.parameters) WriteParameter(parameter, json);
    json.EndArray();
  }
  if (function.variadic) {
    json.Key("variadic_parameter");
    WriteParameter(*function.variadic, json);
  }
  json.EndObject();
}

void WriteFunctions(const Provider& provider, Writer& json) {
  std::vector<const FunctionSignature*> functions;
  for (const FunctionSignature& function : provider.Functions()) functions.push_back(&function);
  if (functions.empty()) return;
  std::ranges::sort(functions, {}, &FunctionSignature::name);
  json.Key("functions").BeginObject();
  for (const FunctionSignature* function : functions) {
    json.Key(function->name);
    WriteFunction(*function, json);
  }
  json.EndObject();
}

using SchemaPair = std::pair<int64_t, const Block*>;

SchemaPair PairOf(const provider::api::ResourceSchema* schema) {
  return schema == nullptr ? SchemaPair{} : SchemaPair{schema->version, &schema->block};
}

void WriteProvider(const language::address::Provider& source, const Provider& provider, Document& document) {
  Writer& json = document.json();
  json.BeginObject().Key("provider");
  // The built-in one has no configuration at all.
  if (source.IsBuiltIn())
    json.BeginObject().Member("version", 0).EndObject();
  else
    WriteSchema(0, provider.ConfigSchema(), json);
  WriteSchemas("resource_schemas", provider.ResourceTypes(), document,
               [&](const std::string& type) { return PairOf(provider.FindResource(type)); });
  WriteSchemas("data_source_schemas", provider.DataSourceTypes(), document,
               [&](const std::string& type) { return PairOf(provider.FindDataSource(type)); });
  WriteSchemas("ephemeral_resource_schemas", provider.EphemeralTypes(), document,
               [&](const std::string& type) { return SchemaPair{0, provider.FindEphemeral(type)}; });
  // Newer than 1.11, as identities are.
  WriteSchemas("list_resource_schemas", provider.ListTypes(), document,
               [&](const std::string& type) { return SchemaPair{0, provider.FindList(type)}; });
  WriteFunctions(provider, json);
  WriteIdentitySchemas(provider, json);
  json.EndObject();
}

}  // namespace

void WriteProviderSchemas(const Providers& providers, Document& document) {
  Writer& json = document.json();
  // By the text of the source, as the reference's map is.
  std::map<std::string, std::pair<const language::address::Provider*, const Provider*>> by_name;
  for (const auto& [source, provider] : providers) by_name[source.ToString()] = {&source, provider};
  if (by_name.empty()) return;
  json.Key("provider_schemas").BeginObject();
  for (const auto& [name, entry] : by_name) {
    json.Key(name);
    WriteProvider(*entry.first, *entry.second, document);
  }
  json.EndObject();
}

void PrintProviderSchemas(const Providers& providers, const Output& output) {
  Document document(output);
  document.json().BeginObject().Member("format_version", kSchemasFormat);
  WriteProviderSchemas(providers, document);
  document.json().EndObject();
  document.End();
}

}  // namespace cli::json
