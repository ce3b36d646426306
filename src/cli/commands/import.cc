// The command import: one object that exists becomes that of a configured instance.
#include "base/core/files.h"
#include "base/core/product.h"
#include "base/core/strings.h"
#include "cli/commands/apply.h"
#include "cli/commands/operation.h"
#include "cli/commands/state_access.h"
#include "cli/view/progress_view.h"
#include "engine/run/apply.h"
#include "language/address/typed.h"

namespace cli::commands {
namespace {

using language::address::ResourceInstance;

constexpr session::OptionSpec kOptions[] = {
    PARTERRE_COMMON_OPTIONS,
    PARTERRE_STATE_OPTIONS,
    {"config", session::OptionKind::kText, "path",
     "The folder of the configuration. Default: the working folder."},
    {"ignore-remote-version", session::OptionKind::kFlag, "",
     "Write the state also to a workspace whose runs have another version."},
    {"parallelism", session::OptionKind::kNumber, "n", "How many operations run at once. Default: 10."},
    {"var", session::OptionKind::kList, "'foo=bar'", "Set a root variable; may be given often."},
    {"var-file", session::OptionKind::kList, "filename",
     "Read root variables from a file; may be given often."},
};

// What the import command says where import blocks say other things.
class ImportProgress : public view::ProgressView {
 public:
  explicit ImportProgress(view::Terminal& terminal) : ProgressView(terminal), terminal_(terminal) {}
  void PreparingImport(const ResourceInstance& address, std::string_view id) override {
    Say(fmt::format("{}: Importing from ID {}...", address.ToString(), base::core::GoQuote(id)), "");
  }
  void ImportPrepared(const ResourceInstance& address) override {
    Say(fmt::format("{}: Import prepared!", address.ToString()), terminal_.style().Green());
    Say(fmt::format("  Prepared {} for import", address.resource.type), terminal_.style().Green());
  }

 private:
  void Say(const std::string& text, std::string_view color) {
    const view::Style& style = terminal_.style();
    terminal_.Print(fmt::format("{}{}{}{}{}\n", style.Reset(), style.Bold(), color, text, style.Reset()));
  }
  view::Terminal& terminal_;
};

// The address of a managed instance; nothing after adding errors.
std::optional<ResourceInstance> ReadAddress(CommandContext& command, Diagnostics& diagnostics) {
  const std::string& text = command.options.operands()[0];
  std::optional<ResourceInstance> address =
      language::address::ParseResourceInstance(text, diagnostics, "<import-address>");
  if (!address)
    command.terminal.Print(
        "For information on valid syntax, see:\n"
        "https://developer.hashicorp.com/terraform/cli/state/resource-addressing\n");
  else if (address->resource.mode != language::address::ResourceMode::kManaged) {
    diagnostics.Error(
        "A managed resource address is required. Importing into a data resource is not allowed.", "");
    return std::nullopt;
  }
  return address;
}

// Objects are only taken in for what the configuration has: the next plan would else destroy them.
bool IsConfigured(CommandContext& command, const ResourceInstance& address, Diagnostics& diagnostics) {
  const engine::config::ModuleNode* node = command.session.configuration().Find(address.module);
  if (!node) {
    diagnostics.Error("Import to non-existent module",
                      fmt::format("The configuration has no {}. Add it before importing into it.",
                                  address.module.ToString()));
    return false;
  }
  if (node->module->resources.contains(address.resource.ToString())) return true;
  const view::Style& style = command.terminal.style();
  command.terminal.PrintError(
      fmt::format("{}{}Error:{}{} resource address \"{}\" does not exist in the configuration.{}\n\nBefore "
                  "importing this resource, "
                  "please create its configuration in {}. For example:\n\nresource \"{}\" \"{}\" {{\n  # "
                  "(resource arguments)\n}}\n\n",
                  style.Red(), style.Bold(), style.Reset(), style.Bold(), address.ToString(), style.Reset(),
                  address.module.IsRoot() ? "the root module" : address.module.ToString(),
                  address.resource.type, address.resource.name));
  return false;
}

bool LoadForImport(CommandContext& command, Diagnostics& diagnostics) {
  const std::string folder = command.options.Text("config", ".");
  const bool exists = base::core::IsDirectory(folder);
  if (exists && !command.session.LoadConfiguration(diagnostics, {.check_references = false}, folder))
    return false;
  if (exists && !command.session.configuration().root->module->files.empty()) return true;
  diagnostics.Error(
      "No Terraform configuration files",
      fmt::format("There are no .tf files in the folder {}. Name another one with -config.", folder));
  return false;
}

int RunImport(CommandContext& command) {
  if (command.options.operands().size() != 2) {
    command.terminal.PrintMistake("The import command expects two arguments.\n");
    return kShowHelpAsMistake;
  }
  Operation operation(command, "OperationTypeInvalid", /*quiet=*/false,
                      std::make_unique<ImportProgress>(command.terminal));
  Diagnostics& diagnostics = operation.diagnostics();
  const std::optional<ResourceInstance> address = ReadAddress(command, diagnostics);
  if (!address || !LoadForImport(command, diagnostics) || !IsConfigured(command, *address, diagnostics) ||
      !operation.ReadVariables() || !operation.OpenState())
    return operation.Fail();
  if (operation.state().initial()->FindObject(*address)) {
    diagnostics.Error(
        base::core::Spoken("Resource already managed by Parterre"),
        fmt::format("The state has an object at {} already. To import another one there, take that out "
                    "first: {} state rm '{}'",
                    address->ToString(), base::core::ProgramName(), address->ToString()));
    return operation.Fail();
  }
  operation.MakeContext();
  engine::run::PlanOptions options;
  options.mode = engine::changes::Mode::kRefreshOnly;
  options.refresh = false;
  options.import = engine::run::PlanOptions::RequestedImport{*address, command.options.operands()[1]};
  engine::run::ApplyResult result;
  if (!operation.MakePlan(options) || !operation.CarryOutSilently(result)) return operation.Fail();
  const view::Style& style = command.terminal.style();
  command.terminal.Print(
      fmt::format("{}{}\nImport successful!\n\nThe resources that were imported are shown above. These "
                  "resources are now in\nyour "
                  "Terraform state and will henceforth be managed by {}.\n\n{}",
                  style.Reset(), style.Green(), base::core::ProductName(), style.Reset()));
  return 0;
}

}  // namespace

const Command kImportCommand = {
    .name = "import",
    .synopsis = "Associate existing infrastructure with a Terraform resource",
    .usage = "parterre [global options] import [options] ADDR ID",
    .help =
        "Takes an object that exists into the state, as that of a resource instance in the "
        "configuration.\nChanges "
        "nothing at the provider. What an ID looks like is the provider's affair. Import blocks do the\nsame "
        "with a plan, and can write the configuration.",
    .options = kOptions,
    .run = RunImport,
};

}  // namespace cli::commands
