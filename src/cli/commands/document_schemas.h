// What JSON documents need to know of providers, from a pool of them.
// Not the documents (cli/json). Used by show.cc and test.cc.
#pragma once

#include "cli/commands/operation.h"
#include "cli/json/document.h"

namespace cli::commands {

// The pool must outlive it.
inline json::Schemas DocumentSchemas(engine::run::ProviderPool& pool) {
  return {.resource = MakeSchemaLookup(pool), .provider = [&pool](const language::address::Provider& source) {
            Diagnostics ignored;
            provider::api::Provider* provider = pool.Unconfigured(source, ignored);
            return provider == nullptr ? nullptr : &provider->ConfigSchema();
          }};
}

}  // namespace cli::commands
