// Reads a folder's .tf files (and the local modules that they call) into a Configuration, with all static
// checks. Not evaluation (engine/run), not installing of modules (install/). Called by cli/session and the
// tests.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_set>

#include "base/core/result.h"
#include "base/diag/diagnostics.h"
#include "engine/config/module.h"

namespace engine::config {

// The files that loading may see: the real disk, or a map in tests and saved plans.
class FileSource {
 public:
  virtual ~FileSource() = default;
  virtual base::core::Result<std::vector<std::string>> ListFiles(
      const std::string& directory) const = 0;  // names only
  virtual base::core::Result<std::string> Read(const std::string& path) const = 0;
  virtual bool DirectoryExists(const std::string& directory) const = 0;
};
std::unique_ptr<FileSource> DiskFiles();
std::unique_ptr<FileSource> MemoryFiles(std::map<std::string, std::string> path_to_text);

// What init has recorded of a module that it has brought (.terraform/modules/modules.json).
struct InstalledModule {
  std::string source;     // ModuleSource::ToString
  std::string version;    // of modules of registries; else empty
  std::string directory;  // seen from the working folder
};
using InstalledModules = std::map<std::string, InstalledModule, std::less<>>;  // by path of calls: "a.b"

struct LoadOptions {
  // Module arguments and references; init and commands that evaluate nothing leave them out.
  bool check_references = true;
  // Provider configurations that the root only asks its callers for come from test files: nothing is missing.
  bool for_tests = false;
  // Where fetched modules are; null: nowhere. Modules of folders are found without it.
  const InstalledModules* installed = nullptr;
  // The path of calls that the folder itself has in `installed`: modules that test files name have one.
  std::string key;
  // The query files beside the root module are read, too.
  bool queries = false;
  // Without it, only this folder is read, and not what it calls.
  bool follow_calls = true;
};

// Never null; after errors it holds what could be read. Checks: duplicates, names, required arguments of
// Terraform's own blocks, references to undeclared objects ("Reference to undeclared resource", "... input
// variable", "... local value",
// "... module", with suggestions), required_version, module cycles, static meta-argument rules.
// `directory`: "." or what -chdir gave.
std::unique_ptr<Configuration> LoadConfiguration(const FileSource& files, const std::string& directory,
                                                 base::diag::Diagnostics& diagnostics,
                                                 const LoadOptions& options = {});

// One folder alone, with the mistakes of its own: what init wants to know before the modules that it calls
// are there. Null when it cannot be read.
std::shared_ptr<const Module> ReadModule(const FileSource& files, const std::string& directory,
                                         base::diag::Diagnostics& diagnostics);

// What LoadOptions::check_references stands for, as a step of its own: arguments of module calls, outputs of
// the root and import targets; nothing comes back when these are wrong. Then whether each reference is
// declared and may stand where it does.
struct ReferenceMistakes {
  // What is wrong with one expression or body, and what stands for the object that it belongs to.
  struct Unit {
    const ModuleNode* module;
    std::vector<const void*> parts;
    base::diag::Diagnostics diagnostics;
  };
  std::vector<Unit> units;
  // Expressions (hcl::Expression) and bodies (hcl::Body) whose references are wrong, as one of the units
  // tells: nobody need evaluate them.
  std::unordered_set<const void*> wrong;
  // What validation lets pass and no plan can be made of: blocks that refer to themselves.
  base::diag::Diagnostics when_planning;
};
// With schemas, only what they know is looked at: the rest is told when bodies are decoded.
struct SchemaLookup {
  std::function<const language::schema::Block*(const Resource&)> resource;  // null: no such type
  std::function<const language::schema::Block*(const ModuleNode&, const ProviderBlock&)>
      provider;  // null: unused
};
std::optional<ReferenceMistakes> CheckConfiguration(const Configuration& configuration,
                                                    base::diag::Diagnostics& diagnostics,
                                                    const SchemaLookup* schemas = nullptr);

// The same checks of references for an expression from elsewhere, as if it stood in an output of the module.
// False after errors.
bool CheckExpression(const ModuleNode& node, const language::hcl::File& file,
                     const language::hcl::Expression& expression, base::diag::Diagnostics& diagnostics);

// Values of root variables from everywhere they may come, in Terraform's order of precedence.
struct VariableSource {
  enum class Kind { kEnvironment, kFile, kAutoFile, kCommandLine, kPrompt, kPlan };
  Kind kind;
  std::string name;
  std::string text;            // raw text (environment, command line, prompt)
  std::optional<Value> value;  // from files
  std::optional<Place> place;
};
struct VariableInputs {
  // name -> the winning source
  std::map<std::string, VariableSource> by_name;
};
// Options as given on the command line, in order: -var "a=b" (is_file false) and -var-file=path.
struct VariableOption {
  bool is_file = false;
  std::string text;
};
// Reads TF_VAR_*, terraform.tfvars, *.auto.tfvars and the options. Undeclared names from files and options
// are reported as the reference reports them (warning or error).
VariableInputs CollectVariables(const FileSource& files, const std::string& directory, const Module& root,
                                const std::map<std::string, std::string>& environment,
                                const std::vector<VariableOption>& options,
                                base::diag::Diagnostics& diagnostics);
// Final values, converted, defaults applied, marks set; "No value for required variable" where one is
// missing. Validation blocks are the engine's business, and so are, where `unsuitable` is given, the errors
// of values that do not fit their variables: they go there, and the values are unknown.
using UnsuitableVariables = std::map<std::string, base::diag::Diagnostics>;
std::map<std::string, Value> ResolveVariables(const Module& root, const VariableInputs& inputs,
                                              base::diag::Diagnostics& diagnostics,
                                              UnsuitableVariables* unsuitable = nullptr);
// The values of those that are given, as they were written: before conversion, without defaults and marks.
// Ephemeral ones are left out, and so are those with mistakes, which ResolveVariables tells.
std::map<std::string, Value> GivenVariables(const Module& root, const VariableInputs& inputs);
// Missing required variables, sorted by name: what an interactive run asks for.
std::vector<const Variable*> MissingVariables(const Module& root, const VariableInputs& inputs);

// The provider configuration that an import block's target belongs to when the configuration does not declare
// it: the `provider` argument, else by the type's prefix in the module's provider names.
language::address::ProviderConfig ProviderForImport(const ModuleNode& module, const Import& import);

// An object's references as static checking and the graph need them.
struct ReferencedObject {
  enum class Kind {
    kVariable,
    kLocal,
    kResource,
    kModule,
    kModuleOutput,
    kSelf,
    kEach,
    kCount,
    kPath,
    kTerraform,
    kUnknown
  };
  Kind kind = Kind::kUnknown;
  std::string name;                      // variable, local, module call, attribute
  language::address::Resource resource;  // kResource
  std::string output;                    // kModuleOutput
  // First steps after the object: the instance key if it is constant, then attribute.
  std::optional<InstanceKey> key;
  size_t steps_used = 0;  // of the traversal's steps
};
ReferencedObject ParseReference(const language::hcl::TraversalExpression& traversal);

}  // namespace engine::config
