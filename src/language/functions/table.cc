#include <algorithm>
#include <unordered_map>

#include "base/json/writer.h"
#include "base/text/suggest.h"
#include "language/functions/family.h"

namespace language::functions {
namespace {

struct MergedTable {
  std::vector<Function> functions;
  std::vector<const Function*> sorted;
  std::vector<std::string_view> names;
  std::unordered_map<std::string_view, const Function*> by_name;
};

MergedTable Merge() {
  MergedTable table;
  for (Table (*family)() :
       {StringFunctions, FormatFunctions, RegexFunctions, ListFunctions, ListBuildingFunctions, MapFunctions,
        SetFunctions, ChoiceFunctions, NumberFunctions, EncodingFunctions, JsonFunctions, YamlFunctions,
        CsvFunctions, CryptoFunctions, NetworkFunctions, DatetimeFunctions, FilesystemFunctions,
        ConversionFunctions, SpecialFunctions}) {
    for (Function& function : family()) table.functions.push_back(std::move(function));
  }
  std::ranges::sort(table.functions, {}, &Function::name);
  for (const Function& function : table.functions) {
    table.sorted.push_back(&function);
    table.names.push_back(function.name);
    CHECK(table.by_name.emplace(function.name, &function).second);
  }
  return table;
}

const MergedTable& Merged() {
  static const MergedTable table = Merge();
  return table;
}

}  // namespace

const Function* Find(std::string_view name) {
  const auto found = Merged().by_name.find(name);
  return found == Merged().by_name.end() ? nullptr : found->second;
}

std::span<const Function* const> All() { return Merged().sorted; }

std::string_view Suggest(std::string_view name) {
  const std::string suggestion = base::text::Suggest(name, Merged().names);
  const Function* function = Find(suggestion);
  return function ? std::string_view(function->name) : std::string_view();
}

Type DeclaredResult(const Function& function) {
  const auto open = [](const Parameter& parameter) {
    return parameter.type.IsDynamic() && !(parameter.allow & kAllowDynamic);
  };
  const bool any =
      std::ranges::any_of(function.parameters, open) || (function.variadic && open(*function.variadic));
  return any ? Type::Dynamic() : function.result;
}

std::string Signature(const Function& function) {
  std::string signature = function.name + "(";
  for (const Parameter& parameter : function.parameters) {
    if (!signature.ends_with('(')) signature += ", ";
    signature += parameter.name;
  }
  if (function.variadic) {
    if (!signature.ends_with('(')) signature += ", ";
    signature += function.variadic->name + "...";
  }
  return signature + ")";
}

std::string SignatureJson(const Function& function) {
  std::string json;
  base::json::Writer writer(&json);
  const auto write = [&](const Parameter& parameter) {
    writer.BeginObject().Member("name", parameter.name).Key("type").Raw(parameter.type.ToJson()).EndObject();
  };
  writer.BeginObject().Member("name", function.name).Key("params").BeginArray();
  for (const Parameter& parameter : function.parameters) write(parameter);
  writer.EndArray();
  if (function.variadic) {
    writer.Key("variadic_param");
    write(*function.variadic);
  }
  writer.Key("return_type").Raw(DeclaredResult(function).ToJson()).EndObject();
  return json;
}

}  // namespace language::functions
