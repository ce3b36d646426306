#include <algorithm>

#include <fmt/format.h>

#include "base/core/files.h"
#include "engine/config/decode.h"
#include "engine/config/variable_values.h"
#include "language/hcl/content.h"

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
    hcl::AddError(diagnostics,
                  block.type == "variable" ? "Variable declaration in .tfvars file"
                                           : fmt::format("Unexpected \"{}\" block", block.type),
                  "A file of variable values holds arguments only: name = value.", *file, block.type_span);
  }
  for (const auto& attribute : file->body().attributes) {
    auto value = ConstantValue(file, *attribute.expression, diagnostics);
    if (!value) value = Value::DynamicUnknown();
    result.push_back({std::string(attribute.name), *std::move(value), {file, attribute.expression->span}});
  }
  return result;
}

// Values are taken as they are written: nothing in them is a template.
std::vector<FileVariable> ReadJson(const std::string& path, std::string text,
                                   base::diag::Diagnostics& diagnostics) {
  std::vector<FileVariable> result;
  base::diag::Diagnostics found;
  const FilePtr file = hcl::ParseJsonConfig(path, std::move(text), found);
  if (!found.HasErrors()) {
    for (const auto& attribute : hcl::KeptAttributes(*file, file->body(), found).attributes) {
      auto value = language::eval::LiteralJsonValue(*file, *attribute.expression, found);
      if (!value) value = Value::DynamicUnknown();
      result.push_back({std::string(attribute.name), *std::move(value), {file, attribute.expression->span}});
    }
  }
  diagnostics.Append(std::move(found));
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
