#include <algorithm>

#include <fmt/format.h>

#include "base/core/files.h"
#include "base/json/reader.h"
#include "engine/config/decode.h"
#include "engine/config/variable_values.h"
#include "language/value/codec.h"

namespace engine::config {
namespace {

namespace hcl = language::hcl;

std::vector<FileVariable> ReadNative(const std::string& path, std::string text,
                                     base::diag::Diagnostics& diagnostics) {
  std::vector<FileVariable> result;
  base::diag::Diagnostics found;
  const FilePtr file = hcl::ParseConfig(path, std::move(text), found);
  const bool parsed = !found.HasErrors();
  diagnostics.Append(std::move(found));
  if (!parsed) return result;
  for (const auto& block : file->body().blocks) {
    hcl::AddError(diagnostics, fmt::format("Unexpected \"{}\" block", block.type),
                  "A file of variable values holds arguments only: name = value.", *file, block.type_span);
  }
  for (const auto& attribute : file->body().attributes) {
    auto value = ConstantValue(file, *attribute.expression, diagnostics);
    if (!value) value = Value::DynamicUnknown();
    result.push_back({std::string(attribute.name), *std::move(value), {file, attribute.expression->span}});
  }
  return result;
}

std::vector<FileVariable> ReadJson(const std::string& path, std::string text,
                                   base::diag::Diagnostics& diagnostics) {
  std::vector<FileVariable> result;
  const auto file = std::make_shared<hcl::File>(path, std::move(text));
  const std::string_view source = file->source().text();
  const auto error = [&](std::string summary, std::string detail, Span span) {
    hcl::AddError(diagnostics, std::move(summary), std::move(detail), *file, span);
  };
  base::json::ParseError problem;
  const auto document = base::json::Document::Parse(source, &problem);
  if (!document) {
    const uint32_t at = std::min<uint32_t>(problem.offset, source.size());
    error("Invalid JSON", fmt::format("The file is no valid JSON: {}.", problem.message),
          {at, std::min<uint32_t>(at + 1, source.size())});
    return result;
  }
  if (!document->root().IsObject()) {
    error("Root value must be object", "A file of variable values holds one JSON object.",
          document->root().span());
    return result;
  }
  std::map<std::string, Span> seen;
  for (const base::json::Member member : document->root().Members()) {
    const std::string name = member.key();
    const Span whole = base::text::Cover(member.key_node.span(), member.value.span());
    if (const auto [first, added] = seen.emplace(name, whole); !added) {
      error("Duplicate attribute definition",
            fmt::format("The argument \"{}\" was already set at {}.", name,
                        DescribePlace({file, first->second})),
            member.key_node.span());
      continue;
    }
    auto value = language::value::FromImpliedJson(member.value);
    if (!value.ok()) {
      error("Invalid value",
            fmt::format("The value of \"{}\" cannot be read: {}.", name, value.error().message()),
            member.value.span());
      continue;
    }
    result.push_back({name, *std::move(value), {file, member.value.span()}});
  }
  return result;
}

}  // namespace

std::vector<FileVariable> ReadVariableFile(const FileSource& files, const std::string& path,
                                           base::diag::Diagnostics& diagnostics) {
  auto text = files.Read(path);
  if (!text.ok()) {
    diagnostics.Error("Failed to read variables file",
                      fmt::format("The variables file {} cannot be read: {}.", path, text.error().message()));
    return {};
  }
  if (path.ends_with(".json")) return ReadJson(path, *std::move(text), diagnostics);
  return ReadNative(path, *std::move(text), diagnostics);
}

std::vector<std::string> AutomaticVariableFiles(const FileSource& files, const std::string& directory) {
  std::vector<std::string> result;
  auto names = files.ListFiles(directory);
  if (!names.ok()) return result;
  std::ranges::sort(*names);
  const auto add = [&](const std::string& name) {
    result.push_back(base::core::CleanPath(base::core::JoinPath(directory, name)));
  };
  for (const char* name : {"terraform.tfvars", "terraform.tfvars.json"}) {
    if (std::ranges::binary_search(*names, name)) add(name);
  }
  for (const std::string& name : *names) {
    if (name.ends_with(".auto.tfvars") || name.ends_with(".auto.tfvars.json")) add(name);
  }
  return result;
}

}  // namespace engine::config
