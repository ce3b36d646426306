#include <map>

#include "base/json/writer.h"
#include "language/functions/family.h"

namespace language::functions {
namespace {

void WriteParameter(base::json::Writer& writer, const Parameter& parameter) {
  writer.BeginObject().Member("name", parameter.name);
  if (!parameter.description.empty()) writer.Member("description", parameter.description);
  if (parameter.allow & kAllowNull) writer.Member("is_nullable", true);
  writer.Key("type").Raw(parameter.type.ToJson()).EndObject();
}

void WriteFunction(base::json::Writer& writer, const Function& function) {
  writer.BeginObject().Member("description", function.description);
  writer.Key("return_type").Raw(DeclaredResult(function).ToJson());
  if (!function.parameters.empty()) {
    writer.Key("parameters").BeginArray();
    for (const Parameter& parameter : function.parameters) WriteParameter(writer, parameter);
    writer.EndArray();
  }
  if (function.variadic) {
    writer.Key("variadic_parameter");
    WriteParameter(writer, *function.variadic);
  }
  writer.EndObject();
}

}  // namespace

std::string MetadataJson(std::span<const Function* const> functions) {
  std::map<std::string, const Function*> by_name;
  for (const Function* function : functions) {
    by_name.emplace(function->name, function);
    by_name.emplace("core::" + function->name, function);
  }
  std::string json;
  base::json::Writer writer(&json);
  writer.BeginObject().Member("format_version", "1.0").Key("function_signatures").BeginObject();
  for (const auto& [name, function] : by_name) {
    writer.Key(name);
    WriteFunction(writer, *function);
  }
  writer.EndObject().EndObject();
  return json + "\n";
}

}  // namespace language::functions
