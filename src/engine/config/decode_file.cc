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

void EphemeralResource(const DecodeContext& context, const language::hcl::Block& block) {
  context.Error("Unsupported ephemeral resource",
                "This version does not open ephemeral resources. Pass the value in as a variable with "
                "ephemeral = true, "
                "or read it with a data block.",
                block.header_span);
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
    {{"ephemeral", kTypeAndNameLabels}, EphemeralResource},
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

void DecodeFile(const FilePtr& file, Module& module, base::diag::Diagnostics& diagnostics) {
  const DecodeContext context{file, module, diagnostics};
  const language::hcl::Body& body = file->body();
  CheckContent(context, body, body.end_span, {.attributes = {}, .blocks = kRootSpecs});
  for (const auto& block : body.blocks) {
    for (const RootBlock& root : kRootBlocks) {
      if (root.spec.type != block.type) continue;
      if (!HasLabels(block, root.spec.labels.size())) break;
      if (root.decode != nullptr) {
        root.decode(context, block);
      } else {
        context.Error("Unsupported block type",
                      "A required_providers block belongs inside of a terraform block.", block.type_span);
      }
      break;
    }
  }
}

}  // namespace engine::config
