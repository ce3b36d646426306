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
  static const Block schema =
      TfeSchema(Required("organization", Type::String()),
                {Optional("name", Type::String()), Optional("prefix", Type::String())});
  return schema;
}

std::optional<ArgumentProblem> Check(const Value& arguments, const base::core::Environment&) {
  constexpr const char* kSummary = "Invalid workspaces configuration";
  if (TextOrEmpty(arguments, "organization").empty())
    return ArgumentProblem{
        "Invalid organization value",
        "The argument \"organization\" must name the organization that has the workspaces.", "organization"};
  const Value& workspaces = arguments.Get("workspaces");
  const bool name = !TextOrEmpty(workspaces, "name").empty(),
             prefix = !TextOrEmpty(workspaces, "prefix").empty();
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
  const std::string host = TextOrEmpty(arguments, "hostname");
  const Value& workspaces = arguments.Get("workspaces");
  const bool in_a_run = !surroundings.environment->Get("TF_FORCE_LOCAL_BACKEND").empty();
  return ConnectTfe(
      {.type = "remote",
       .service = in_a_run ? "state.v2" : "tfe.v2.1",
       .host = base::core::AsciiLower(host.empty() ? kTfeHost : host),
       .organization = TextOrEmpty(arguments, "organization"),
       .token = TextOrEmpty(arguments, "token"),
       .mapping = {.name = TextOrEmpty(workspaces, "name"), .prefix = TextOrEmpty(workspaces, "prefix")}},
      surroundings, diagnostics);
}

}  // namespace

const BackendType kRemoteType = {.name = "remote", .schema = Schema, .check = Check, .open = Open};

}  // namespace engine::remote
