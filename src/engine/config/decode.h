// Decoding of Terraform's own blocks from syntax into a Module: one function a block type.
// Not the loading of folders (load.cc) nor the checks across blocks (check_*.cc). Internal to this room.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "engine/config/module.h"
#include "language/hcl/parser.h"

namespace engine::config {

struct DecodeContext {
  FilePtr file;
  Module& module;
  base::diag::Diagnostics& diagnostics;
  bool overriding = false;  // an override file: no argument is required

  void Error(std::string summary, std::string detail, Span span) const {
    language::hcl::AddError(diagnostics, std::move(summary), std::move(detail), *file, span);
  }
  void Warning(std::string summary, std::string detail, Span span) const;
  Place PlaceOf(const language::hcl::Block& block) const { return {file, block.header_span}; }
  ExpressionRef Expression(const language::hcl::Attribute* attribute) const {
    return attribute == nullptr ? ExpressionRef{} : ExpressionRef{file, attribute->expression};
  }
};

// "main.tf:3,1-30": how a detail names another place.
std::string DescribePlace(const Place& place);

// ---- content.cc: the form of a body -------------------------------------------------------------

struct AttributeSpec {
  std::string_view name;
  bool required = false;
};
struct BlockSpec {
  std::string_view type;
  std::span<const std::string_view> labels;  // what they name: {"type", "name"}
};
struct BodySpec {
  std::span<const AttributeSpec> attributes;
  std::span<const BlockSpec> blocks;
  bool open = false;  // other arguments and blocks belong to someone else's schema
};
inline constexpr std::string_view kNameLabel[] = {"name"};
inline constexpr std::string_view kTypeLabel[] = {"type"};
inline constexpr std::string_view kTypeAndNameLabels[] = {"type", "name"};

// What a body of either syntax holds. Reports unsupported and missing arguments, unsupported blocks and wrong
// numbers of labels. `missing_at` is the opening brace of native blocks.
const language::hcl::Body& ReadContent(const DecodeContext& context, const language::hcl::Body& body,
                                       Span missing_at, const BodySpec& spec);
inline const language::hcl::Body& ReadContent(const DecodeContext& context, const language::hcl::Block& block,
                                              const BodySpec& spec) {
  return ReadContent(context, *block.body, block.open_span, spec);
}
// Of a body that holds arguments only. `detail` explains why blocks of native bodies are unexpected.
std::span<const language::hcl::Attribute> ReadArguments(const DecodeContext& context,
                                                        const language::hcl::Body& body,
                                                        std::string_view detail);
// Whether the block has as many labels as needed; ReadContent has reported it otherwise.
inline bool HasLabels(const language::hcl::Block& block, size_t count) {
  return block.labels.size() == count;
}

// Whether the label is a valid name; reports it with the given summary otherwise.
bool CheckName(const DecodeContext& context, const language::hcl::Label& label, std::string_view summary);
// Provider local names: lower case letters, digits and inner dashes. The problem in words; empty when fine.
std::string ProviderNameProblem(std::string_view name);

// ---- constant.cc: arguments that must be constant ----------------------------------------------

// The place where the expression begins to differ from others: the first part of a template, the name of a
// call.
Span StartSpan(const language::hcl::Expression& expression);
// Nothing after an error: variables and functions may not be used.
std::optional<Value> ConstantValue(const FilePtr& file, const language::hcl::Expression& expression,
                                   base::diag::Diagnostics& diagnostics);
// Null attributes give nothing; wrong types are "Unsuitable value type".
std::optional<std::string> ConstantString(const DecodeContext& context,
                                          const language::hcl::Attribute* attribute);
std::optional<bool> ConstantBool(const DecodeContext& context, const language::hcl::Attribute* attribute);

// ---- traversal_arguments.cc: arguments that must be references ----------------------------------

// The elements of depends_on, ignore_changes, ...: references, quoted ones with a warning.
std::vector<TraversalRef> DecodeTraversalList(const DecodeContext& context,
                                              const language::hcl::Expression& expression);
// One reference; file is null after an error.
TraversalRef DecodeTraversal(const DecodeContext& context, const language::hcl::Expression& expression,
                             bool allow_quoted);
// The expression itself; of JSON the native one that a text holds. Nothing after an error.
ExpressionRef UnwrapReference(const DecodeContext& context, const language::hcl::Expression& expression);
// The `provider` argument and the values of `providers`: okta, okta.west. `what` is the argument's name.
std::optional<LocalProviderName> DecodeProviderName(const DecodeContext& context,
                                                    const language::hcl::Expression& expression,
                                                    std::string_view what);

// ---- conditions ----------------------------------------------------------------------------------

// precondition, postcondition, validation or assert; nothing when it is unusable. `self`, if given, is the
// resource that the condition may not refer to by its address.
std::optional<Condition> DecodeCondition(const DecodeContext& context, const language::hcl::Block& block,
                                         const language::address::Resource* self);

// ---- one function a block type -------------------------------------------------------------------

void DecodeFile(const FilePtr& file, Module& module, base::diag::Diagnostics& diagnostics);
// The blocks of a file, and one of them.
std::span<const language::hcl::Block> ReadRoot(const DecodeContext& context);
void DecodeRootBlock(const DecodeContext& context, const language::hcl::Block& block);
// override.cc: an override file over what the other files have declared.
void DecodeOverrides(const FilePtr& file, Module& module, base::diag::Diagnostics& diagnostics);

// decode_list.cc: a query file.
void DecodeQueryFile(const FilePtr& file, Module& module, base::diag::Diagnostics& diagnostics);

void DecodeTerraform(const DecodeContext& context, const language::hcl::Block& block);
// decode_encryption.cc: the form of an encryption block, which sessions read for themselves (encryption.h).
void CheckEncryption(const DecodeContext& context, const language::hcl::Block& block);
void DecodeRequiredProviders(const DecodeContext& context, const language::hcl::Block& block);
void DecodeProvider(const DecodeContext& context, const language::hcl::Block& block);
void DecodeVariable(const DecodeContext& context, const language::hcl::Block& block);
void DecodeLocals(const DecodeContext& context, const language::hcl::Block& block);
void DecodeOutput(const DecodeContext& context, const language::hcl::Block& block);
// resource, data and ephemeral; `check` is the name of the surrounding check block, or empty.
void DecodeResource(const DecodeContext& context, const language::hcl::Block& block,
                    std::string_view check = {});
// A provisioner of a resource or, `in_removed`, of a removed block. Which types there are is not known here.
void DecodeProvisioner(const DecodeContext& context, const language::hcl::Block& block, bool in_removed,
                       std::vector<Provisioner>& provisioners);
// The connection block beside them, which must fit those that run at destruction.
void SetOuterConnection(const DecodeContext& context, const BodyRef& connection,
                        std::vector<Provisioner>& provisioners);
void DecodeLifecycle(const DecodeContext& context, const language::hcl::Block& block, Resource& resource);
void DecodeModuleCall(const DecodeContext& context, const language::hcl::Block& block);
// The `version` argument of a module call; nothing after an error.
std::optional<std::string> DecodeModuleVersion(const DecodeContext& context,
                                               const language::hcl::Attribute* version);
// The `providers` argument of a module call.
void DecodeProviders(const DecodeContext& context, const language::hcl::Expression& expression,
                     ModuleCall& call);
void DecodeImport(const DecodeContext& context, const language::hcl::Block& block);
void DecodeMoved(const DecodeContext& context, const language::hcl::Block& block);
void DecodeRemoved(const DecodeContext& context, const language::hcl::Block& block);
void DecodeCheck(const DecodeContext& context, const language::hcl::Block& block);

// terraform, okta, ... : the local provider name that a resource type implies.
std::string_view ImpliedLocalName(std::string_view resource_type);
// hashicorp/<name>; terraform is built in.
language::address::Provider ImpliedProvider(std::string_view local_name);

}  // namespace engine::config
