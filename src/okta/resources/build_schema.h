// Schemas from the catalog's tables, as SDKv2 announces them over the plugin protocol.
// Not kept here: the provider keeps what it built.
// Called by okta_provider.cc and by whoever needs a type of the catalog.
#pragma once

#include "language/schema/schema.h"
#include "okta/resources/catalog.h"

namespace okta::resources {

// With the `id` that SDKv2 adds to every resource and data source (optional and computed).
language::schema::Block ResourceBlock(const ResourceSpec& spec);
language::schema::Block DataSourceBlock(const DataSourceSpec& spec);
language::schema::Block ProviderBlock();
// Of a list: without an id.
language::schema::Block ListBlock(const Objects& objects);

// The object type of the elements of a block or computed list.
language::value::Type ElementType(const Nested& nested);
language::value::Type TypeOf(FieldType type);

}  // namespace okta::resources
