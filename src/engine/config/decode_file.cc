#include <array>

#include "engine/config/decode.h"

namespace engine::config {
namespace {

struct RootBlock {
  BlockSpec spec;
  void (*decode)(const DecodeContext&, const language::hcl::Block&);
};

void Resource_(const DecodeContext& context, const language::hcl::Block& block) {
  DecodeResource(context, block);
}

constexpr RootBlock kRootBlocks[] = {
    {{"terraform", {}}, DecodeTerraform},
    {{"required_providers", {}}, nullptr},
    {{"provider", kNameLabel}, DecodeProvider},
    {{"variable", kNameLabel}, DecodeVariable},
    {{"locals", {}}, DecodeLocals},
    {{"output", kNameLabel}, DecodeOutput},
    {{"module", kNameLabel}, DecodeModuleCall},
    {{"resource", kTypeAndNameLabels}, Resource_},
    {{"data", kTypeAndNameLabels}, Resource_},
    {{"ephemeral", kTypeAndNameLabels}, Resource_},
    {{"moved", {}}, DecodeMoved},
    {{"import", {}}, DecodeImport},
    {{"check", kNameLabel}, DecodeCheck},
    {{"removed", {}}, DecodeRemoved},
};

constexpr auto kRootSpecs = [] {
  std::array<BlockSpec, std::size(kRootBlocks)> specs;
  for (size_t i = 0; i < specs.size(); ++i) specs[i] = kRootBlocks[i].spec;
  return specs;
}();

}  // namespace

std::span<const language::hcl::Block> ReadRoot(const DecodeContext& context) {
  const language::hcl::Body& body = context.file->body();
  return ReadContent(context, body, body.end_span, {.attributes = {}, .blocks = kRootSpecs}).blocks;
}

void DecodeRootBlock(const DecodeContext& context, const language::hcl::Block& block) {
  for (const RootBlock& root : kRootBlocks) {
    if (root.spec.type != block.type) continue;
    if (!HasLabels(block, root.spec.labels.size())) return;
    if (root.decode != nullptr) return root.decode(context, block);
    context.Error("Unsupported block type", "A required_providers block belongs inside of a terraform block.",
                  block.type_span);
  }
}

void DecodeFile(const FilePtr& file, Module& module, base::diag::Diagnostics& diagnostics) {
  const DecodeContext context{file, module, diagnostics};
  for (const auto& block : ReadRoot(context)) DecodeRootBlock(context, block);
}

}  // namespace engine::config
