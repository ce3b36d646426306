#include "cli/session/session.h"

#include <algorithm>

#include "base/core/clock.h"
#include "base/core/files.h"
#include "cli/session/provider_factory.h"
#include "engine/backend/local.h"
#include "language/eval/evaluate.h"
#include "language/value/convert.h"

namespace cli::session {

using engine::config::Variable;
using engine::config::VariableInputs;
using engine::config::VariableOption;
using engine::config::VariableSource;
using language::value::Value;

language::functions::Environment MakeFunctions(const base::core::Environment& environment) {
  language::functions::Environment functions;
  functions.base_directory = ".";
  functions.read_file = [](const std::string& path) { return base::core::ReadFile(path); };
  functions.file_exists = [](const std::string& path) { return base::core::IsRegularFile(path); };
  functions.list_files = [](const std::string& directory) -> base::core::Result<std::vector<std::string>> {
    std::vector<std::string> files;
    std::vector<std::string> pending{""};
    while (!pending.empty()) {
      std::string folder = std::move(pending.back());
      pending.pop_back();
      ASSIGN_OR_RETURN(std::vector<std::string> names,
                       base::core::ListDirectory(base::core::JoinPath(directory, folder)));
      for (const std::string& name : names) {
        std::string relative = folder.empty() ? name : folder + "/" + name;
        std::string path = base::core::JoinPath(directory, relative);
        if (base::core::IsDirectory(path))
          pending.push_back(std::move(relative));
        else if (base::core::IsRegularFile(path))
          files.push_back(std::move(relative));
      }
    }
    return files;
  };
  functions.home_directory = environment.HomeDirectory();
  auto current = base::core::CurrentDirectory();
  if (current.ok()) functions.working_directory = *current;
  functions.plan_timestamp = base::core::FormatRfc3339(base::core::RealClock().Now());
  return functions;
}

namespace {

// Names are folders and parts of addresses: what would have to be escaped in a URL path is refused.
bool IsWorkspaceName(std::string_view name) {
  constexpr std::string_view kOthers = "-_.~$&+=:@";
  if (name.empty() || name == "." || name == "..") return false;
  return std::all_of(name.begin(), name.end(), [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           kOthers.find(c) != std::string_view::npos;
  });
}

}  // namespace

Session::Session(base::core::Environment environment, std::string original_directory, std::stop_token stop)
    : environment_(std::move(environment)),
      original_directory_(std::move(original_directory)),
      stop_(std::move(stop)),
      files_(engine::config::DiskFiles()),
      providers_(MakeProviderFactory(environment_)) {}

std::string Session::data_directory() const {
  std::string directory = environment_.Get("TF_DATA_DIR");
  return directory.empty() ? ".terraform" : directory;
}

bool Session::LoadConfiguration(Diagnostics& diagnostics) {
  configuration_ = engine::config::LoadConfiguration(*files_, ".", diagnostics);
  return !diagnostics.HasErrors();
}

std::map<std::string, Value> Session::Variables(const std::vector<VariableOption>& options, const Ask& ask,
                                                Diagnostics& diagnostics) {
  std::map<std::string, std::string> environment(environment_.variables().begin(),
                                                 environment_.variables().end());
  const engine::config::Module& root = *configuration_->root->module;
  VariableInputs inputs =
      engine::config::CollectVariables(*files_, ".", root, environment, options, diagnostics);
  if (diagnostics.HasErrors()) return {};
  if (ask)
    for (const Variable* missing : engine::config::MissingVariables(root, inputs))
      if (std::optional<std::string> text = ask(*missing))
        inputs.by_name[missing->name] = {
            .kind = VariableSource::Kind::kPrompt, .name = missing->name, .text = std::move(*text)};
  return engine::config::ResolveVariables(root, inputs, diagnostics);
}

std::map<std::string, Value> Session::PlannedVariables(
    const std::vector<std::pair<std::string, Value>>& planned, const std::vector<VariableOption>& options,
    Diagnostics& diagnostics) {
  const engine::config::Module& root = *configuration_->root->module;
  bool ephemeral = false;
  for (const auto& [name, variable] : root.variables) ephemeral = ephemeral || variable.ephemeral;
  if (!ephemeral && !options.empty())
    diagnostics.Error("Can't set variables when applying a saved plan",
                      "The plan carries the values of its variables. Make a new plan to use others.");
  VariableInputs inputs;
  if (ephemeral) {
    std::map<std::string, std::string> environment(environment_.variables().begin(),
                                                   environment_.variables().end());
    inputs = engine::config::CollectVariables(*engine::config::DiskFiles(), ".", root, environment, options,
                                              diagnostics);
  }
  for (const auto& [name, value] : planned)
    inputs.by_name[name] = {.kind = VariableSource::Kind::kPlan, .name = name, .value = value.UnmarkedDeep()};
  return engine::config::ResolveVariables(root, inputs, diagnostics);
}

std::unique_ptr<engine::backend::Backend> Session::OpenBackend(const Options& options,
                                                               Diagnostics& diagnostics) {
  engine::backend::LocalOptions local;
  local.state_override = options.Text("state");
  local.state_out_override = options.Text("state-out");
  local.backup_override = options.Text("backup");
  const auto& backend = configuration_ ? configuration_->root->module->backend : std::nullopt;
  if (!backend) return std::make_unique<engine::backend::LocalBackend>(std::move(local));
  const language::hcl::File& file = *backend->place.file;
  if (backend->type != "local") {
    language::hcl::AddError(
        diagnostics, "Unsupported backend type",
        fmt::format("This version keeps state in local files only; there is no backend \"{}\" in it. Remove "
                    "the backend block, or use backend \"local\".",
                    backend->type),
        file, backend->place.span);
    return nullptr;
  }
  language::functions::Environment none;
  language::eval::LocalScope scope(nullptr, none);
  for (const auto& [name, target] :
       {std::pair{"path", &local.path}, std::pair{"workspace_dir", &local.workspace_dir}}) {
    const language::hcl::Attribute* attribute = backend->body.body->FindAttribute(name);
    if (!attribute) continue;
    Value value = language::eval::EvaluateAs(file, *attribute->expression, language::value::Type::String(),
                                             scope, diagnostics);
    if (value.IsKnownNotNull()) *target = std::string(value.AsString());
  }
  if (diagnostics.HasErrors()) return nullptr;
  return std::make_unique<engine::backend::LocalBackend>(std::move(local));
}

std::string Session::Workspace(Diagnostics& diagnostics) const {
  auto selected = engine::backend::SelectedWorkspace(environment_.Get("TF_WORKSPACE"), data_directory());
  if (selected.ok() && IsWorkspaceName(*selected)) return *selected;
  if (selected.ok()) {
    diagnostics.Error(
        "Invalid workspace name set using TF_WORKSPACE",
        fmt::format("\"{}\" cannot be the name of a workspace: letters, digits and -_.~$&+=:@ can.",
                    *selected));
    return std::string(engine::backend::kDefaultWorkspace);
  }
  diagnostics.Error("Invalid workspace", selected.error().message());
  return std::string(engine::backend::kDefaultWorkspace);
}

engine::run::RunContext Session::MakeContext(std::map<std::string, Value> variables,
                                             engine::run::Hooks& hooks, int parallelism) {
  engine::run::RunContext context;
  context.configuration = configuration_.get();
  context.variables = std::move(variables);
  context.providers = providers_;
  context.hooks = &hooks;
  context.parallelism = parallelism;
  context.stop = stop_;
  context.functions = MakeFunctions(environment_);
  Diagnostics ignored;
  context.workspace = Workspace(ignored);
  context.working_directory = original_directory_;
  return context;
}

}  // namespace cli::session
