// Schemas of providers as `providers schema -json` prints them.
// Not how plugins send them (provider/plugin). Used by cli/commands providers schema and by test_json.cc.
#pragma once

#include <map>

#include "cli/json/document.h"

namespace cli::json {

using Providers = std::map<language::address::Provider, provider::api::Provider*>;

// The whole document with its line end.
void PrintProviderSchemas(const Providers& providers, const Output& output);
// The member "provider_schemas" of an object; nothing where there are no providers.
void WriteProviderSchemas(const Providers& providers, Document& document);

}  // namespace cli::json
