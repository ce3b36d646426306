#include "cli/session/session.h"

#include <algorithm>
#include <filesystem>

#include "base/core/clock.h"
#include "base/core/files.h"
#include "base/core/product.h"
#include "cli/session/host_services.h"
#include "cli/session/provider_factory.h"
#include "engine/backend/local.h"
#include "install/modules/manifest.h"
#include "language/eval/evaluate.h"
#include "language/hcl/content.h"
#include "language/value/convert.h"
#include "provider/provisioner/provisioners.h"

namespace cli::session {

using engine::config::Variable;
using engine::config::VariableInputs;
using engine::config::VariableOption;
using engine::config::VariableSource;
using language::value::Value;

namespace {

// What fileexists() says of what is there but is no file; empty where there is nothing.
std::string DescribeOther(const std::string& path) {
  std::error_code error;
  switch (std::filesystem::status(path, error).type()) {
    case std::filesystem::file_type::not_found:
      // Below a file, nothing can be asked for.
      return error == std::errc::not_a_directory ? "cannot be looked up: not a directory" : "";
    case std::filesystem::file_type::regular:
      return "";
    case std::filesystem::file_type::directory:
      return "is a directory, not a file";
    case std::filesystem::file_type::fifo:
      return "is a named pipe, not a regular file";
    case std::filesystem::file_type::socket:
      return "is a socket, not a regular file";
    case std::filesystem::file_type::none:
      return "cannot be looked up: " + error.message();
    default:
      return "is a device, not a regular file";
  }
}

}  // namespace

language::functions::Environment MakeFunctions(const base::core::Environment& environment) {
  language::functions::Environment functions;
  functions.base_directory = ".";
  functions.read_file = [](const std::string& path) { return base::core::ReadFile(path); };
  functions.file_exists = [](const std::string& path) { return base::core::IsRegularFile(path); };
  functions.describe_other = [](const std::string& path) { return DescribeOther(path); };
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

// Without the file, nothing has been installed.
engine::config::InstalledModules ReadInstalledModules(const engine::config::FileSource& files,
                                                      const std::string& path, Diagnostics& diagnostics) {
  engine::config::InstalledModules installed;
  const auto text = files.Read(path);
  if (!text.ok()) return installed;
  auto manifest = install::modules::ParseManifest(*text);
  if (!manifest.ok()) {
    diagnostics.Error("Failed to read modules manifest file",
                      fmt::format("{} cannot be used: {}. Remove it and run \"{} init\" to install all "
                                  "modules anew.",
                                  path, manifest.error().message(), base::core::ProgramName()));
    return installed;
  }
  for (auto& [key, record] : *manifest)
    installed[key] = {std::move(record.source), std::move(record.version), std::move(record.directory)};
  return installed;
}

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

Session::Session(base::core::Environment environment,
                 std::shared_ptr<const install::settings::Settings> settings, std::string original_directory,
                 std::stop_token stop)
    : environment_(std::move(environment)),
      original_directory_(std::move(original_directory)),
      stop_(std::move(stop)),
      files_(engine::config::DiskFiles()),
      manifest_path_(install::modules::ManifestPath(data_directory())),
      plugins_(std::make_shared<Plugins>(environment_, std::move(settings), data_directory())),
      plugin_host_(std::make_shared<provider::plugin::PluginHost>(environment_)),
      providers_(MakeProviderFactory(environment_, plugins_, plugin_host_,
                                     MakeHostServices(plugins_, environment_, stop_), encryption_)) {}

std::string Session::data_directory() const {
  std::string directory = environment_.Get("TF_DATA_DIR");
  return directory.empty() ? ".terraform" : directory;
}

bool Session::LoadConfiguration(Diagnostics& diagnostics, const engine::config::LoadOptions& options,
                                const std::string& directory) {
  installed_modules_ = ReadInstalledModules(*files_, manifest_path_, diagnostics);
  engine::config::LoadOptions with_modules = options;
  with_modules.installed = &installed_modules_;
  configuration_ = engine::config::LoadConfiguration(*files_, directory, diagnostics, with_modules);
  return !diagnostics.HasErrors();
}

std::map<std::string, Value> Session::Variables(const std::vector<VariableOption>& options, const Ask& ask,
                                                Diagnostics& diagnostics, bool allow_unset) {
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
  if (allow_unset)
    for (const Variable* missing : engine::config::MissingVariables(root, inputs))
      inputs.by_name[missing->name] = {.kind = VariableSource::Kind::kPlan,
                                       .name = missing->name,
                                       .value = Value::Unknown(language::value::Type::Dynamic())};
  unsuitable_.clear();
  given_ = engine::config::GivenVariables(root, inputs);
  variable_places_.clear();
  given_ephemeral_.clear();
  for (const auto& [name, source] : inputs.by_name) {
    if (source.place) variable_places_[name] = *source.place;
    auto declared = root.variables.find(name);
    if (declared != root.variables.end() && declared->second.ephemeral) given_ephemeral_.push_back(name);
  }
  known_variables_ = engine::config::ResolveVariables(root, inputs, diagnostics, &unsuitable_);
  return *known_variables_;
}

std::map<std::string, Value> Session::PlannedVariables(
    const std::vector<std::pair<std::string, Value>>& planned, const std::vector<std::string>& ephemeral,
    const std::vector<VariableOption>& options, Diagnostics& diagnostics) {
  const engine::config::Module& root = *configuration_->root->module;
  // Only ephemeral variables may be given: to the others the plan has the values.
  engine::config::Module askable;
  for (const auto& [name, variable] : root.variables)
    if (variable.ephemeral) askable.variables.emplace(name, variable);
  if (askable.variables.empty() && !options.empty())
    diagnostics.Error("Can't set variables when applying a saved plan",
                      "The plan carries the values of its variables. Make a new plan to use others.");
  VariableInputs inputs;
  if (!askable.variables.empty()) {
    std::map<std::string, std::string> environment(environment_.variables().begin(),
                                                   environment_.variables().end());
    inputs = engine::config::CollectVariables(*engine::config::DiskFiles(), ".", askable, environment,
                                              options, diagnostics);
  }
  for (const std::string& name : ephemeral)
    if (!inputs.by_name.contains(name))
      diagnostics.Error(
          "No value for required variable",
          fmt::format("The variable \"{}\" is ephemeral, so the plan does not hold its value: give "
                      "it again, as it was given to the plan.",
                      name));
  for (const auto& [name, source] : inputs.by_name)
    if (askable.variables.contains(name) &&
        std::find(ephemeral.begin(), ephemeral.end(), name) == ephemeral.end())
      diagnostics.Error("Ephemeral variable was not set during planning",
                        fmt::format("The variable \"{}\" had no value when the plan was made, so none may be "
                                    "given now.",
                                    name));
  if (diagnostics.HasErrors()) return {};
  for (const auto& [name, value] : planned)
    inputs.by_name[name] = {.kind = VariableSource::Kind::kPlan, .name = name, .value = value.UnmarkedDeep()};
  known_variables_ = engine::config::ResolveVariables(root, inputs, diagnostics);
  return *known_variables_;
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
  context.variable_places = variable_places_;
  context.unsuitable = unsuitable_;
  context.given_ephemeral = given_ephemeral_;
  context.given = given_;
  context.providers = providers_;
  context.provisioners = [environment = environment_](const std::string& type) {
    return provider::provisioner::FindProvisioner(type, environment);
  };
  context.hooks = &hooks;
  context.parallelism = parallelism;
  plugin_host_->set_parallelism(parallelism);
  context.stop = stop_;
  context.functions = MakeFunctions(environment_);
  Diagnostics ignored;
  Encryption(ignored);  // for terraform_remote_state
  context.workspace = Workspace(ignored);
  context.working_directory = original_directory_;
  return context;
}

}  // namespace cli::session
