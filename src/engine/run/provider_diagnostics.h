// Brings what providers say to the places in the source that they mean.
// Not what the engine itself finds wrong with their answers (provider_checks.h).
// Used by all drivers.
#pragma once

#include <string_view>

#include "base/diag/diagnostics.h"
#include "engine/config/module.h"
#include "provider/api/provider.h"

namespace engine::run {

// The block that a provider speaks of; all empty when there is none in the configuration.
struct BlockSource {
  const language::hcl::File* file = nullptr;
  const language::hcl::Body* body = nullptr;

  BlockSource() = default;
  explicit BlockSource(const config::BodyRef& ref) : file(ref.file.get()), body(ref.body) {}
  explicit BlockSource(const config::Resource* resource) {
    if (resource) *this = BlockSource(resource->body);
  }
};

// Without an attribute it is the whole block that is pointed at, by its opening brace as the reference does.
void AppendProviderDiagnostics(const provider::api::ProviderDiagnostics& list, const BlockSource& source,
                               std::string_view address, base::diag::Diagnostics& diagnostics);

}  // namespace engine::run
