#include "engine/remote/tfe_service.h"

#include <fmt/format.h>

#include "base/core/strings.h"
#include "base/json/writer.h"

namespace engine::remote {
namespace {

using base::core::Error;
using base::core::Result;
using base::json::Node;
using base::json::Writer;

// The ids of the server become parts of URLs.
Result<std::string> IdOf(const Node& resource) {
  const std::string id = resource ? resource.FindString("id").value_or("") : "";
  if (id.empty() || id.find_first_of("/ \t\r\n?#%") != std::string::npos)
    return Error("the server's answer has no usable id");
  return id;
}

Result<Node> DataOf(const TfeAnswer& answer, std::string_view what) {
  if (!answer.ok()) return Error(fmt::format("{}: {}", what, answer.problem));
  const Node data = answer.data();
  if (!data || !data.IsObject()) return Error(fmt::format("{}: the server's answer has no data", what));
  return data;
}

Node Attributes(const Node& resource) { return resource.Find("attributes"); }

std::string Text(const Node& attributes, std::string_view name) {
  return attributes ? attributes.FindString(name).value_or("") : "";
}

Result<TfeWorkspace> ReadWorkspace(const Node& resource) {
  ASSIGN_OR_RETURN(std::string id, IdOf(resource));
  const Node attributes = Attributes(resource);
  TfeWorkspace workspace{.id = std::move(id), .name = Text(attributes, "name")};
  if (!attributes) return workspace;
  workspace.locked = attributes.FindBool("locked").value_or(false);
  workspace.execution_mode = Text(attributes, "execution-mode");
  workspace.operations = attributes.FindBool("operations").value_or(false);
  workspace.terraform_version = Text(attributes, "terraform-version");
  if (const Node tags = attributes.Find("tag-names"); tags && tags.IsArray())
    for (const Node tag : tags.Elements())
      if (tag.IsString()) workspace.tag_names.push_back(tag.AsString());
  if (const Node permissions = attributes.Find("permissions"); permissions && permissions.IsObject())
    workspace.can_force_delete = permissions.FindBool("can-force-delete").has_value();
  return workspace;
}

std::optional<std::chrono::seconds> IntervalOf(const TfeAnswer& answer) {
  constexpr int64_t kLongest = 3600;
  const auto seconds = base::core::ParseInt64(answer.response.Header("x-terraform-snapshot-interval"));
  if (!seconds || *seconds <= 0) return std::nullopt;
  return std::chrono::seconds(std::min(*seconds, kLongest));
}

Result<TfeStateVersion> ReadStateVersion(const TfeAnswer& answer, std::string_view what) {
  ASSIGN_OR_RETURN(const Node data, DataOf(answer, what));
  ASSIGN_OR_RETURN(std::string id, IdOf(data));
  const Node attributes = Attributes(data);
  return TfeStateVersion{.id = std::move(id),
                         .download_url = Text(attributes, "hosted-state-download-url"),
                         .upload_url = Text(attributes, "hosted-state-upload-url"),
                         .json_upload_url = Text(attributes, "hosted-json-state-upload-url"),
                         .interval = IntervalOf(answer)};
}

// {"type": kind, "attributes": {key: text}}
void AppendResource(Writer& writer, std::string_view kind, std::string_view key, std::string_view text) {
  writer.BeginObject().Member("type", std::string(kind)).Key("attributes").BeginObject();
  writer.Member(key, text).EndObject().EndObject();
}

void AppendNames(Writer& writer, const std::vector<std::string>& names) {
  writer.BeginArray();
  for (const std::string& name : names) AppendResource(writer, "tags", "name", name);
  writer.EndArray();
}

void AppendBindings(Writer& writer, const TfeTags& tags) {
  writer.BeginArray();
  for (const std::string& name : tags.names) AppendResource(writer, "tag-bindings", "key", name);
  for (const auto& [key, value] : tags.values) {
    writer.BeginObject().Member("type", "tag-bindings").Key("attributes").BeginObject();
    writer.Member("key", key);
    if (!value.empty()) writer.Member("value", value);
    writer.EndObject().EndObject();
  }
  writer.EndArray();
}

// {"data": {"type": kind, "attributes": {name: text}}}
std::string OneAttribute(std::string_view kind, std::string_view name, std::string_view text) {
  std::string body;
  Writer writer(&body);
  writer.BeginObject().Key("data");
  AppendResource(writer, kind, name, text);
  writer.EndObject();
  return body;
}

Result<void> Done(const Result<TfeAnswer>& answer) {
  if (!answer.ok()) return answer.error();
  return answer->ok() ? Result<void>() : Result<void>(Error(answer->problem));
}

std::string NewWorkspaceBody(const std::string& name, const std::string& version,
                             const std::string& project_id, const TfeTags& tags) {
  std::string body;
  Writer writer(&body);
  writer.BeginObject().Key("data").BeginObject().Member("type", "workspaces");
  writer.Key("attributes").BeginObject().Member("name", name);
  if (!version.empty()) writer.Member("terraform-version", version);
  writer.EndObject();
  if (!project_id.empty() || !tags.empty()) {
    writer.Key("relationships").BeginObject();
    if (!project_id.empty()) {
      writer.Key("project").BeginObject().Key("data").BeginObject();
      writer.Member("type", "projects").Member("id", project_id).EndObject().EndObject();
    }
    if (!tags.values.empty()) {
      writer.Key("tag-bindings").BeginObject().Key("data");
      AppendBindings(writer, {.values = tags.values});
      writer.EndObject();
    }
    if (!tags.names.empty()) {
      writer.Key("tags").BeginObject().Key("data");
      AppendNames(writer, tags.names);
      writer.EndObject();
    }
    writer.EndObject();
  }
  writer.EndObject().EndObject();
  return body;
}

std::string NewStateBody(const TfeNewState& state) {
  std::string body;
  Writer writer(&body);
  writer.BeginObject().Key("data").BeginObject().Member("type", "state-versions");
  writer.Key("attributes").BeginObject().Member("force", state.force);
  if (!state.inline_json_state.empty())
    writer.Member("json-state", base::core::Base64Encode(state.inline_json_state));
  writer.Member("json-state-outputs", base::core::Base64Encode(state.outputs_json));
  writer.Member("lineage", state.lineage).Member("md5", state.md5).Member("serial", state.serial);
  if (!state.inline_state.empty()) writer.Member("state", base::core::Base64Encode(state.inline_state));
  writer.EndObject();
  if (!state.run_id.empty()) {
    writer.Key("relationships").BeginObject().Key("run").BeginObject().Key("data").BeginObject();
    writer.Member("type", "runs").Member("id", state.run_id).EndObject().EndObject().EndObject();
  }
  writer.EndObject().EndObject();
  return body;
}

Result<TfeOutput> ReadOutput(const Node& resource) {
  ASSIGN_OR_RETURN(std::string id, IdOf(resource));
  const Node attributes = Attributes(resource);
  TfeOutput output{.id = std::move(id), .name = Text(attributes, "name"), .value_json = "null"};
  if (!attributes) return output;
  output.sensitive = attributes.FindBool("sensitive").value_or(false);
  if (const Node value = attributes.Find("value")) output.value_json = value.raw();
  if (const Node type = attributes.Find("detailed-type"); type && !type.IsNull())
    output.type_json = type.raw();
  return output;
}

}  // namespace

Result<TfeServer> TfeService::Ping() {
  ASSIGN_OR_RETURN(const TfeAnswer answer, client_.Call("GET", "ping"));
  TfeServer server{.api_version = std::string(answer.response.Header("TFP-API-Version"))};
  if (answer.response.Header("TFP-AppName") == "Terraform Enterprise")
    server.product = "Terraform Enterprise";
  return server;
}

Result<std::optional<TfeEntitlements>> TfeService::Entitlements() {
  ASSIGN_OR_RETURN(const TfeAnswer answer, client_.Call("GET", OrganizationPath() + "/entitlement-set"));
  if (answer.not_found()) return std::optional<TfeEntitlements>();
  if (!answer.ok()) return Error(answer.problem);
  const Node data = answer.data();
  const Node attributes = data ? Attributes(data) : Node();
  return std::optional(
      TfeEntitlements{.operations = attributes && attributes.FindBool("operations").value_or(false)});
}

Result<std::optional<std::string>> TfeService::FindProject(const std::string& name) {
  ASSIGN_OR_RETURN(const auto pages,
                   client_.GetPages(OrganizationPath() + "/projects?filter%5Bnames%5D=" + QueryEscape(name)));
  for (const TfeAnswer& page : pages) {
    if (!page.ok()) return Error("listing the projects: " + page.problem);
    const Node data = page.data();
    if (!data || !data.IsArray()) continue;
    for (const Node project : data.Elements()) {
      if (Text(Attributes(project), "name") != name) continue;
      ASSIGN_OR_RETURN(std::string id, IdOf(project));
      return std::optional(std::move(id));
    }
  }
  return std::optional<std::string>();
}

Result<std::string> TfeService::CreateProject(const std::string& name) {
  ASSIGN_OR_RETURN(const TfeAnswer answer, client_.Call("POST", OrganizationPath() + "/projects",
                                                        OneAttribute("projects", "name", name)));
  ASSIGN_OR_RETURN(const Node data, DataOf(answer, fmt::format("creating the project \"{}\"", name)));
  return IdOf(data);
}

Result<std::vector<std::string>> TfeService::ListWorkspaces(const std::string& query) {
  ASSIGN_OR_RETURN(const auto pages, client_.GetPages(OrganizationPath() + "/workspaces" + query));
  std::vector<std::string> names;
  for (const TfeAnswer& page : pages) {
    if (!page.ok()) return Error(page.problem);
    const Node data = page.data();
    if (!data || !data.IsArray()) continue;
    for (const Node workspace : data.Elements())
      if (std::string name = Text(Attributes(workspace), "name"); !name.empty())
        names.push_back(std::move(name));
  }
  return names;
}

Result<std::vector<std::string>> TfeService::WorkspacesByName(const std::string& prefix) {
  return ListWorkspaces("?search%5Bname%5D=" + QueryEscape(prefix));
}

Result<std::vector<std::string>> TfeService::WorkspacesByTags(const TfeTags& tags,
                                                              const std::string& project_id) {
  std::vector<std::string> parts;
  if (!project_id.empty()) parts.push_back("filter%5Bproject%5D%5Bid%5D=" + QueryEscape(project_id));
  std::vector<std::string> names = tags.names;
  size_t index = 0;
  for (const auto& [key, value] : tags.values) {
    names.push_back(key);
    parts.push_back(fmt::format("filter%5Btagged%5D%5B{}%5D%5Bkey%5D={}", index, QueryEscape(key)));
    if (!value.empty())
      parts.push_back(fmt::format("filter%5Btagged%5D%5B{}%5D%5Bvalue%5D={}", index, QueryEscape(value)));
    ++index;
  }
  parts.push_back("search%5Btags%5D=" + QueryEscape(base::core::Join(names, ",")));
  return ListWorkspaces("?" + base::core::Join(parts, "&"));
}

Result<std::optional<TfeWorkspace>> TfeService::FindWorkspace(const std::string& name) {
  ASSIGN_OR_RETURN(const TfeAnswer answer, client_.Call("GET", WorkspacePath(name)));
  if (answer.not_found()) return std::optional<TfeWorkspace>();
  ASSIGN_OR_RETURN(const Node data, DataOf(answer, fmt::format("reading the workspace \"{}\"", name)));
  ASSIGN_OR_RETURN(TfeWorkspace workspace, ReadWorkspace(data));
  return std::optional(std::move(workspace));
}

Result<TfeWorkspace> TfeService::CreateWorkspace(const std::string& name, const std::string& version,
                                                 const std::string& project_id, const TfeTags& tags) {
  ASSIGN_OR_RETURN(const TfeAnswer answer, client_.Call("POST", OrganizationPath() + "/workspaces",
                                                        NewWorkspaceBody(name, version, project_id, tags)));
  ASSIGN_OR_RETURN(const Node data, DataOf(answer, fmt::format("creating the workspace \"{}\"", name)));
  return ReadWorkspace(data);
}

Result<void> TfeService::SetTerraformVersion(const std::string& workspace_id, const std::string& version) {
  return Done(client_.Call("PATCH", "workspaces/" + workspace_id,
                           OneAttribute("workspaces", "terraform-version", version)));
}

Result<void> TfeService::DeleteWorkspace(const std::string& name) {
  return Done(client_.Call("DELETE", WorkspacePath(name)));
}

Result<void> TfeService::DeleteWorkspaceSafely(const std::string& name) {
  return Done(client_.Call("POST", WorkspacePath(name) + "/actions/safe-delete"));
}

Result<std::optional<std::map<std::string, std::string>>> TfeService::TagBindings(
    const std::string& workspace_id) {
  using Bindings = std::map<std::string, std::string>;
  ASSIGN_OR_RETURN(const TfeAnswer answer,
                   client_.Call("GET", "workspaces/" + workspace_id + "/tag-bindings"));
  if (answer.not_found()) return std::optional<Bindings>();
  if (!answer.ok()) return Error("listing the workspace's tags: " + answer.problem);
  Bindings bindings;
  if (const Node data = answer.data(); data && data.IsArray())
    for (const Node binding : data.Elements()) {
      const Node attributes = Attributes(binding);
      bindings[Text(attributes, "key")] = Text(attributes, "value");
    }
  return std::optional(std::move(bindings));
}

Result<void> TfeService::AddTagBindings(const std::string& workspace_id, const TfeTags& tags) {
  std::string body;
  Writer writer(&body);
  writer.BeginObject().Key("data");
  AppendBindings(writer, tags);
  writer.EndObject();
  return Done(client_.Call("PATCH", "workspaces/" + workspace_id + "/tag-bindings", std::move(body)));
}

Result<void> TfeService::AddTagNames(const std::string& workspace_id, const std::vector<std::string>& names) {
  std::string body;
  Writer writer(&body);
  writer.BeginObject().Key("data");
  AppendNames(writer, names);
  writer.EndObject();
  return Done(client_.Call("POST", "workspaces/" + workspace_id + "/relationships/tags", std::move(body)));
}

Result<TfeService::LockOutcome> TfeService::Lock(const std::string& workspace_id) {
  constexpr std::string_view kBody = R"({"data":{"type":"","attributes":{"reason":"Locked by Terraform"}}})";
  ASSIGN_OR_RETURN(const TfeAnswer answer,
                   client_.Call("POST", "workspaces/" + workspace_id + "/actions/lock", std::string(kBody)));
  if (answer.status == 409) return LockOutcome::kConflict;
  if (!answer.ok()) return Error(answer.problem);
  return LockOutcome::kDone;
}

Result<void> TfeService::Unlock(const std::string& workspace_id) {
  constexpr int kTries = 10;
  for (int attempt = 1;; ++attempt) {
    ASSIGN_OR_RETURN(const TfeAnswer answer,
                     client_.Call("POST", "workspaces/" + workspace_id + "/actions/unlock"));
    if (answer.ok()) return {};
    const bool pending = answer.status == 409 && answer.problem.find("pending") != std::string::npos;
    if (!pending || attempt == kTries) return Error(answer.problem);
    clock_.Sleep(std::chrono::milliseconds(500) * attempt);
  }
}

Result<void> TfeService::ForceUnlock(const std::string& workspace_id) {
  ASSIGN_OR_RETURN(const TfeAnswer answer,
                   client_.Call("POST", "workspaces/" + workspace_id + "/actions/force-unlock"));
  if (answer.ok()) return {};
  return Error(answer.status == 409 ? "workspace already unlocked" : answer.problem);
}

Result<TfeStateVersion> TfeService::CurrentState(const std::string& workspace_id) {
  ASSIGN_OR_RETURN(const TfeAnswer answer,
                   client_.Call("GET", "workspaces/" + workspace_id + "/current-state-version"));
  if (answer.not_found()) return TfeStateVersion{.interval = IntervalOf(answer)};
  return ReadStateVersion(answer, "reading the state version");
}

Result<std::string> TfeService::DownloadState(const TfeStateVersion& version) {
  if (version.download_url.empty()) return Error("the server does not say where the state is");
  ASSIGN_OR_RETURN(TfeAnswer answer, client_.Download(version.download_url));
  if (!answer.ok()) return Error("downloading the state: " + answer.problem);
  return std::move(answer.text);
}

Result<TfeService::Created> TfeService::CreateState(const std::string& workspace_id,
                                                    const TfeNewState& state) {
  ASSIGN_OR_RETURN(
      const TfeAnswer answer,
      client_.Call("POST", "workspaces/" + workspace_id + "/state-versions", NewStateBody(state)));
  if (!answer.ok() &&
      answer.problem.find("param is missing or the value is empty: state") != std::string::npos)
    return Created{.wants_inline = true};
  ASSIGN_OR_RETURN(TfeStateVersion version, ReadStateVersion(answer, "saving the state"));
  return Created{.version = std::move(version)};
}

Result<void> TfeService::Upload(const std::string& url, std::string_view bytes) {
  return Done(client_.Upload(url, bytes));
}

Result<void> TfeService::ConfirmState(const std::string& state_version_id) {
  return Done(client_.Call("GET", "state-versions/" + state_version_id));
}

Result<std::optional<std::vector<TfeOutput>>> TfeService::CurrentOutputs(const std::string& workspace_id) {
  ASSIGN_OR_RETURN(const auto pages,
                   client_.GetPages("workspaces/" + workspace_id + "/current-state-version-outputs"));
  std::vector<TfeOutput> outputs;
  for (const TfeAnswer& page : pages) {
    if (page.not_found()) return std::optional<std::vector<TfeOutput>>();
    if (!page.ok()) return Error(page.problem);
    const Node data = page.data();
    if (!data || !data.IsArray()) continue;
    for (const Node resource : data.Elements()) {
      ASSIGN_OR_RETURN(TfeOutput output, ReadOutput(resource));
      outputs.push_back(std::move(output));
    }
  }
  for (TfeOutput& output : outputs) {
    if (!output.sensitive) continue;
    ASSIGN_OR_RETURN(const TfeAnswer answer, client_.Call("GET", "state-version-outputs/" + output.id));
    ASSIGN_OR_RETURN(const Node data, DataOf(answer, fmt::format("reading the output \"{}\"", output.name)));
    ASSIGN_OR_RETURN(output, ReadOutput(data));
  }
  return std::optional(std::move(outputs));
}

}  // namespace engine::remote
