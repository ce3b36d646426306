#include "engine/remote/cloud.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/core/strings.h"
#include "engine/remote/arguments.h"
#include "engine/remote/remote.h"
#include "engine/remote/tfe_connect.h"

namespace engine::remote {
namespace {

using language::schema::Block;
using language::value::Type;
using language::value::Value;

const Block& Schema() {
  static const Block schema =
      TfeSchema(Optional("organization", Type::String()),
                {Optional("name", Type::String()), Optional("project", Type::String()),
                 Optional("tags", Type::Dynamic())});
  return schema;
}

std::string Organization(const Value& arguments, const base::core::Environment& environment) {
  return TextOrVariable(arguments, "organization", environment, {"TF_CLOUD_ORGANIZATION"}).value_or("");
}

Value TagsArgument(const Value& arguments) {
  const Value& workspaces = arguments.Get("workspaces");
  return workspaces.IsKnownNotNull() ? workspaces.Get("tags") : Value();
}

std::optional<ArgumentProblem> CheckTags(const Value& tags) {
  if (!tags.IsKnownNotNull()) return std::nullopt;
  const bool keyed = tags.type().IsObject() || tags.type().IsMap();
  if (!keyed && !tags.type().IsList() && !tags.type().IsSet() && !tags.type().IsTuple())
    return ArgumentProblem{
        fmt::format("tags must be a set or object, not {}", tags.type().FriendlyName()),
        "Write the names of the tags as a list, [\"net\", \"db\"], or tags with values as an object, { env = "
        "\"dev\" }.",
        ""};
  for (size_t i = 0; i < tags.Length(); ++i) {
    const Value& tag = tags.ElementAt(i);
    if (tag.IsKnownNotNull() && tag.type() == Type::String() && (keyed || !tag.AsString().empty())) continue;
    return keyed ? ArgumentProblem{"tag object values must be strings",
                                   fmt::format("The tag \"{}\" has another value. An empty text stands for a "
                                               "tag without a value.",
                                               tags.KeyAt(i)),
                                   ""}
                 : ArgumentProblem{"tag elements must be strings",
                                   "Each element of \"tags\" is the name of a tag.", ""};
  }
  return std::nullopt;
}

TfeTags ReadTags(const Value& tags) {
  TfeTags read;
  if (!tags.IsKnownNotNull()) return read;
  const bool keyed = tags.type().IsObject() || tags.type().IsMap();
  for (size_t i = 0; i < tags.Length(); ++i) {
    const std::string text(tags.ElementAt(i).AsString());
    if (keyed)
      read.values[std::string(tags.KeyAt(i))] = text;
    else if (std::ranges::find(read.names, text) == read.names.end())
      read.names.push_back(text);
  }
  return read;
}

std::optional<ArgumentProblem> CheckWorkspaces(const Value& arguments,
                                               const base::core::Environment& environment) {
  constexpr const char* kSummary = "Invalid workspaces configuration";
  constexpr std::string_view kStrategies =
      "The block \"workspaces\" says which workspaces of the organization this configuration means: \"name\" "
      "means a single one, \"tags\" all that have these tags.";
  const Value& workspaces = arguments.Get("workspaces");
  const std::string name = TextOrEmpty(workspaces, "name");
  const bool tags = !ReadTags(TagsArgument(arguments)).empty();
  const std::string selected = environment.Get("TF_WORKSPACE");
  if (!name.empty() && tags)
    return ArgumentProblem{
        kSummary, fmt::format("Only one of workspace \"tags\" or \"name\" is allowed.\n\n{}", kStrategies),
        ""};
  if (!name.empty() && !selected.empty() && selected != name)
    return ArgumentProblem{kSummary,
                           fmt::format("Specified workspace \"name\" conflicts with TF_WORKSPACE environment "
                                       "variable: the block says \"{}\", the variable \"{}\".\n\n{}",
                                       name, selected, kStrategies),
                           ""};
  if (name.empty() && !tags && selected.empty())
    return ArgumentProblem{
        kSummary,
        fmt::format("Missing workspace mapping strategy. Either workspace \"tags\" or \"name\" "
                    "is required.\n\n{}",
                    kStrategies),
        ""};
  return std::nullopt;
}

std::optional<ArgumentProblem> Check(const Value& arguments, const base::core::Environment& environment) {
  if (auto problem = CheckTags(TagsArgument(arguments))) return problem;
  if (Organization(arguments, environment).empty())
    return ArgumentProblem{"Invalid or missing required argument",
                           "\"organization\" must be set in the cloud configuration or as an environment "
                           "variable: TF_CLOUD_ORGANIZATION.",
                           ""};
  return CheckWorkspaces(arguments, environment);
}

// A workspace that TF_WORKSPACE names is not made: it must be there, and have the tags.
bool CheckSelected(TfeBackend& backend, const std::string& selected, base::diag::Diagnostics& diagnostics) {
  constexpr const char* kSummary = "Invalid workspace selection";
  TfeService& service = backend.service();
  const TfeTags& tags = backend.settings().mapping.tags;
  const auto found = service.FindWorkspace(selected);
  if (!found.ok()) {
    diagnostics.Error("Failed to read the workspace that TF_WORKSPACE names", found.error().message());
    return false;
  }
  if (!*found) {
    diagnostics.Error(
        kSummary, fmt::format("The organization \"{}\" has no workspace \"{}\", which TF_WORKSPACE names, or "
                              "the token may not see it. Make it first, with TF_WORKSPACE unset.",
                              service.organization(), selected));
    return false;
  }
  if (tags.empty()) return true;
  const auto names = service.WorkspacesByTags(tags, "");
  if (!names.ok()) {
    diagnostics.Error("Failed to list workspaces", names.error().message());
    return false;
  }
  if (std::ranges::find(*names, selected) != names->end()) return true;
  diagnostics.Error(kSummary,
                    fmt::format("The workspace \"{}\", which TF_WORKSPACE names, does not have the tags "
                                "of the cloud block: {}.",
                                selected, DescribeTags(tags)));
  return false;
}

std::unique_ptr<Backend> Open(const Value& arguments, const Surroundings& surroundings,
                              base::diag::Diagnostics& diagnostics) {
  const base::core::Environment& environment = *surroundings.environment;
  const std::string host =
      TextOrVariable(arguments, "hostname", environment, {"TF_CLOUD_HOSTNAME"}).value_or("");
  auto backend = ConnectTfe({.type = "cloud",
                             .service = "tfe.v2",
                             .host = base::core::AsciiLower(host.empty() ? kTfeHost : host),
                             .organization = Organization(arguments, environment),
                             .token = TextOrEmpty(arguments, "token"),
                             .mapping = CloudMapping(arguments, environment)},
                            surroundings, diagnostics);
  if (!backend) return nullptr;
  const std::string selected = environment.Get("TF_WORKSPACE");
  if (!selected.empty() && !CheckSelected(*backend, selected, diagnostics)) return nullptr;
  return backend;
}

}  // namespace

TfeMapping CloudMapping(const Value& arguments, const base::core::Environment& environment) {
  const Value& workspaces = arguments.Get("workspaces");
  TfeMapping mapping{.name = TextOrEmpty(workspaces, "name"), .tags = ReadTags(TagsArgument(arguments))};
  if (mapping.name.empty() && mapping.tags.empty()) mapping.name = environment.Get("TF_WORKSPACE");
  mapping.project = TextOrEmpty(workspaces, "project");
  if (mapping.project.empty()) mapping.project = environment.Get("TF_CLOUD_PROJECT");
  return mapping;
}

std::string DescribeTags(const TfeTags& tags) {
  std::vector<std::string> parts = tags.names;
  for (const auto& [key, value] : tags.values) parts.push_back(value.empty() ? key : key + "=" + value);
  return base::core::Join(parts, ", ");
}

const BackendType kCloudType = {.name = "cloud", .schema = Schema, .check = Check, .open = Open};

}  // namespace engine::remote
