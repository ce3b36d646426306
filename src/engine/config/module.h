// The configuration as a typed tree: one Module for each module call, with its variables, locals, resources,
// ... Decoded from syntax, with references still expressions; nothing here is evaluated but what must be
// constant. Made by load.h, read by engine/graph, engine/run and cli.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "language/address/address.h"
#include "language/address/module_source.h"
#include "language/eval/evaluate.h"
#include "language/hcl/file.h"

namespace engine::config {

using language::address::InstanceKey;
using language::address::ModuleInstance;
using language::address::ModuleResource;
using language::address::ResourceMode;
using language::hcl::BodyRef;
using language::hcl::ExpressionRef;
using language::hcl::FilePtr;
using language::hcl::Span;
using language::value::Value;

// Where something was declared. Keeps its file alive.
struct Place {
  FilePtr file;
  Span span;  // what diagnostics point at (the block's header)
};

// A reference written where only a traversal may stand: depends_on, ignore_changes, replace_triggered_by.
struct TraversalRef {
  FilePtr file;
  const language::hcl::TraversalExpression* traversal = nullptr;
};

struct Condition {  // precondition, postcondition, validation, assert
  ExpressionRef condition;
  ExpressionRef error_message;
  Place place;
};

struct Variable {
  std::string name;
  std::string description;
  std::optional<language::eval::TypeConstraint> type;  // none: any
  std::optional<Value> default_value;                  // constant; converted
  bool sensitive = false, ephemeral = false, nullable = true;
  // Whether these are written: an override file replaces what it writes.
  bool description_set = false, sensitive_set = false, ephemeral_set = false, nullable_set = false;
  // How -var and TF_VAR_ text is read: as a literal string, or as an expression (anything but string-typed).
  bool parse_as_expression = false;
  std::vector<Condition> validations;
  Place place;
};

struct Local {
  std::string name;
  ExpressionRef expression;
  Place place;
};

struct Output {
  std::string name;
  std::string description;
  ExpressionRef expression;
  bool sensitive = false, ephemeral = false;
  bool sensitive_set = false, ephemeral_set = false;  // written, see Variable
  std::vector<TraversalRef> depends_on;
  std::vector<Condition> preconditions;
  Place place;
};

// A provider configuration as a name inside a module: okta, okta.west.
struct LocalProviderName {
  std::string name;
  std::string alias;
  friend auto operator<=>(const LocalProviderName&, const LocalProviderName&) = default;
  std::string ToString() const { return alias.empty() ? name : name + "." + alias; }
};

struct ProviderBlock {
  LocalProviderName name;
  BodyRef body;
  std::string version;  // legacy version constraint argument
  Place place;
  // From a test file: its expressions are read in Substitutes::provider_scope. A mock has no arguments at
  // all.
  bool of_test = false, mock = false;
};

struct RequiredProvider {
  std::string local_name;
  language::address::Provider source;
  std::string version;  // constraint text; may be empty
  std::vector<std::string> configuration_aliases;
  bool implied = false;  // no entry in required_providers: a resource or provider block mentions the name
  Place place;
};

struct Lifecycle {
  std::optional<bool> create_before_destroy;
  bool prevent_destroy = false;
  bool ignore_all_changes = false;
  std::vector<language::value::Path> ignore_changes;
  std::vector<TraversalRef> ignore_changes_refs;  // where each of those is written
  std::vector<ExpressionRef> replace_triggered_by;
  std::vector<Condition> preconditions, postconditions;
  std::optional<Place> prevent_destroy_place;
};

// What is done beside the life of an object: after it was created, or before it is destroyed.
struct Provisioner {
  std::string type;  // "local-exec"
  BodyRef body;      // its arguments, beside when, on_failure and connection
  // How to reach the object's machine: what the block around says, and what this one sets of it. May be
  // empty.
  BodyRef outer_connection, connection;
  bool at_destroy = false;
  bool continue_on_failure = false;
  Place place;
};

// A resource, data or ephemeral block.
struct Resource {
  language::address::Resource address;
  BodyRef body;
  ExpressionRef count, for_each;
  std::vector<TraversalRef> depends_on;
  Lifecycle lifecycle;
  std::optional<LocalProviderName> provider_name;  // the `provider` argument
  language::address::ProviderConfig provider;      // resolved by the loader: module path, source, alias
  std::string check;                               // the check block that holds this data block; else empty
  Span type_span;                                  // the first label
  Place place;
  std::vector<Provisioner> provisioners;  // in the order in which they run
  BodyRef connection;                     // of all provisioners; may be empty
};

struct ModuleCall {
  std::string name;
  std::string source;                       // as it is written
  language::address::ModuleSource address;  // what that means
  std::string version;                      // constraint text; empty: any
  Place source_place;                       // where the source is written
  BodyRef body;                             // its arguments, without the meta arguments
  ExpressionRef count, for_each;
  std::vector<TraversalRef> depends_on;
  std::map<std::string, LocalProviderName> providers;  // child's name -> ours
  struct ProviderSpans {
    Span child, ours;
  };
  std::map<std::string, ProviderSpans> provider_spans;  // where those are written
  FilePtr providers_file;                               // and in which file; null when there are none
  const language::hcl::Block* block = nullptr;          // as written, meta arguments included
  Span open_span;                                       // the brace, where missing arguments are reported
  // Set by an override file: the arguments that the call had without it. They must be complete by themselves,
  // and unknown ones are not looked for any more, as in the reference.
  std::optional<std::set<std::string, std::less<>>> own_arguments;
  Place place;
  std::shared_ptr<const void> body_storage;  // keeps what `body` points at
};

struct Import {
  ExpressionRef to;  // traversal with optional instance key expressions
  ModuleInstance to_module;
  language::address::Resource to_resource;
  ExpressionRef to_key;         // may be empty
  InstanceKey to_instance_key;  // the key where it is constant; to_key is then a literal
  std::shared_ptr<const language::hcl::LiteralExpression> to_key_storage;  // that literal
  std::vector<ExpressionRef> to_module_keys;  // by step of to_module, where a key is not constant; else empty
  ExpressionRef id, identity;                 // one of both
  ExpressionRef for_each;
  std::optional<LocalProviderName> provider_name;
  std::optional<Span> provider_span;  // the whole `provider` argument
  Place place;
};

struct Moved {
  language::address::Target from, to;
  Place place;
};
struct Removed {
  language::address::Target from;
  bool destroy = true;
  Place place;
  std::vector<Provisioner> provisioners;  // all at_destroy
};

struct Check {
  std::string name;
  std::vector<Condition> assertions;
  Place place;
};

// A list block of a query file: objects of a resource type, whoever made them.
struct List {
  std::string type, name;
  ExpressionRef count, for_each, include_resource, limit;  // may be empty
  BodyRef config;                                          // arguments of the list; its body may be null
  std::optional<LocalProviderName> provider_name;          // the `provider` argument
  language::address::ProviderConfig provider;              // resolved by the loader
  Span type_span, open_span;                               // the first label, and the block's brace
  Place place;
  std::string ToString() const { return "list." + type + "." + name; }
};

// What a module tells a provider of itself with each call.
struct ProviderMeta {
  std::string name;  // the provider's local name
  BodyRef body;
  Place place;
};

struct Backend {
  std::string type;  // "cloud" of a cloud block
  bool is_cloud_block = false;
  BodyRef body;
  Place place;
};

// Everything declared in one folder.
struct Module {
  std::string directory;  // as files are read: path from the working folder
  std::vector<FilePtr> files;
  std::vector<std::string> required_version;  // constraint texts, with places
  std::vector<Place> required_version_places;
  std::map<std::string, RequiredProvider> required_providers;  // by local name; implied ones included
  std::optional<Place> required_providers_place;
  // At most one of them, in a module without mistakes; of children they are read, and mean nothing.
  std::optional<Backend> backend;
  std::optional<Backend> cloud;

  // The block that says where the state is kept; null: in local files.
  const Backend* StateBlock() const { return backend ? &*backend : cloud ? &*cloud : nullptr; }
  std::map<LocalProviderName, ProviderBlock> provider_blocks;
  std::map<std::string, Variable> variables;
  std::map<std::string, Local> locals;
  std::map<std::string, Output> outputs;
  std::map<std::string, ProviderMeta> provider_meta;  // by local name
  // Keyed by "type.name", "data.type.name" and "ephemeral.type.name"; sorted, so that walks are
  // deterministic.
  std::map<std::string, Resource, std::less<>> resources;
  std::map<std::string, ModuleCall> module_calls;
  std::vector<Import> imports;
  std::vector<Moved> moved;
  std::vector<Removed> removed;
  std::map<std::string, Check> checks;
  std::map<std::string, List, std::less<>>
      lists;  // by "list.type.name"; of the root, where query files are read
};

// A module with its children: one node for each call, however often it is instantiated.
struct ModuleNode {
  ModuleInstance path;                   // without keys
  std::shared_ptr<const Module> module;  // its resources' providers are those of this very call
  const ModuleCall* call = nullptr;      // in the parent; null for root
  ModuleNode* parent = nullptr;
  std::map<std::string, std::unique_ptr<ModuleNode>> children;
  // The configuration that each local provider name stands for, passed in or own.
  std::map<LocalProviderName, language::address::ProviderConfig> providers;
};

struct Configuration {
  std::unique_ptr<ModuleNode> root;
  // Every provider source in use, sorted.
  std::vector<language::address::Provider> Providers() const;
  const ModuleNode* Find(const ModuleInstance& path) const;  // keys are ignored
};

}  // namespace engine::config
