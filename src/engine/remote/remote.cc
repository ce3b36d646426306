#include "engine/remote/remote.h"

#include "base/core/strings.h"
#include "engine/remote/arguments.h"
#include "engine/remote/tfe_connect.h"

namespace engine::remote {
namespace {

using language::schema::Block;
using language::value::Type;
using language::value::Value;

const Block& Schema() {
  static const Block schema = [] {
    auto workspaces = std::make_shared<Block>();
    workspaces->attributes = {Optional("name", Type::String()), Optional("prefix", Type::String())};
    workspaces->Finish();
    Block block;
    block.attributes = {Optional("hostname", Type::String()), Required("organization", Type::String()),
                        Optional("token", Type::String())};
    block.blocks = {{.type_name = "workspaces",
                     .nesting = language::schema::Nesting::kSingle,
                     .block = std::move(workspaces)}};
    block.Finish();
    return block;
  }();
  return schema;
}

std::string Filled(const Value& arguments, std::string_view name) {
  return arguments.IsKnownNotNull() ? Text(arguments, name).value_or("") : "";
}

std::optional<ArgumentProblem> Check(const Value& arguments, const base::core::Environment&) {
  constexpr const char* kSummary = "Invalid workspaces configuration";
  if (Filled(arguments, "organization").empty())
    return ArgumentProblem{
        "Invalid organization value",
        "The argument \"organization\" must name the organization that has the workspaces.", "organization"};
  const Value& workspaces = arguments.Get("workspaces");
  const bool name = !Filled(workspaces, "name").empty(), prefix = !Filled(workspaces, "prefix").empty();
  if (!name && !prefix)
    return ArgumentProblem{
        kSummary,
        "Either workspace \"name\" or \"prefix\" is required: a block \"workspaces\" with one "
        "of them says which workspaces are meant.",
        ""};
  if (name && prefix)
    return ArgumentProblem{kSummary, "Only one of workspace \"name\" or \"prefix\" is allowed.", ""};
  return std::nullopt;
}

std::unique_ptr<Backend> Open(const Value& arguments, const Surroundings& surroundings,
                              base::diag::Diagnostics& diagnostics) {
  const std::string host = Filled(arguments, "hostname");
  const Value& workspaces = arguments.Get("workspaces");
  const bool in_a_run = !surroundings.environment->Get("TF_FORCE_LOCAL_BACKEND").empty();
  return ConnectTfe({.type = "remote",
                     .service = in_a_run ? "state.v2" : "tfe.v2.1",
                     .host = base::core::AsciiLower(host.empty() ? kTfeHost : host),
                     .organization = Filled(arguments, "organization"),
                     .token = Filled(arguments, "token"),
                     .mapping = {.name = Filled(workspaces, "name"), .prefix = Filled(workspaces, "prefix")}},
                    surroundings, diagnostics);
}

}  // namespace

const BackendType kRemoteType = {.name = "remote", .schema = Schema, .check = Check, .open = Open};

}  // namespace engine::remote
