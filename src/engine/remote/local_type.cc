#include "engine/remote/local_type.h"

#include <array>

#include "engine/remote/arguments.h"

namespace engine::remote {
namespace {

using language::schema::Block;
using language::value::Type;
using language::value::Value;

const Block& Schema() {
  static const Block schema = [] {
    Block block;
    block.attributes = {Optional("path", Type::String()), Optional("workspace_dir", Type::String())};
    block.Finish();
    return block;
  }();
  return schema;
}

std::optional<ArgumentProblem> Check(const Value& arguments, const base::core::Environment&) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 2> kPaths = {
      {{"path", "Invalid local state file path"},
       {"workspace_dir", "Invalid local workspace directory path"}}};
  for (const auto& [name, summary] : kPaths) {
    if (Text(arguments, name) != "") continue;
    return ArgumentProblem{
        std::string(summary),
        fmt::format("The argument \"{}\" must not be empty: leave it out, or give a path.", name),
        std::string(name)};
  }
  return std::nullopt;
}

std::unique_ptr<Backend> Open(const Value& arguments, const Surroundings& surroundings,
                              base::diag::Diagnostics&) {
  backend::LocalOptions options = surroundings.paths;
  if (auto path = Text(arguments, "path")) options.path = *path;
  if (auto directory = Text(arguments, "workspace_dir")) options.workspace_dir = *directory;
  return std::make_unique<backend::LocalBackend>(std::move(options));
}

}  // namespace

const BackendType kLocalType = {.name = "local", .schema = Schema, .check = Check, .open = Open};

}  // namespace engine::remote
