// Brings what providers say to the places in the source that they mean. Used by all drivers.
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
  language::hcl::Span header;

  BlockSource() = default;
  BlockSource(const config::BodyRef& ref, const config::Place& place)
      : file(ref.file.get()), body(ref.body), header(place.span) {}
  explicit BlockSource(const config::Resource* resource) {
    if (resource) *this = BlockSource(resource->body, resource->place);
  }
};

void AppendProviderDiagnostics(const provider::api::ProviderDiagnostics& list, const BlockSource& source,
                               std::string_view address, base::diag::Diagnostics& diagnostics);

}  // namespace engine::run
