// Schemas of the mock's configuration, resource types and data source.
// Not how its objects behave (mock_provider.cc).
// Used by mock_provider.cc.
#pragma once

#include "provider/api/provider.h"

namespace provider::mock {

// mock_object: name (changes replace when it starts with "id:"), size (changes replace), tags, secret,
// computed `stamp`, nested blocks `rule`; delay_ms, fail and lie steer its behaviour.
api::ResourceSchema ObjectSchema();
// mock_nested: blocks and nested attributes of every kind, for what validation says of them.
api::ResourceSchema NestedSchema();
// mock_wide: 50 attributes of all primitive types, some computed.
api::ResourceSchema WideSchema();
// mock_vault: a write-only `secret` (and `secret_length`, which tells that it arrived), the `team` of the
// module's provider_meta, an identity; takes over objects of mock_object.
api::ResourceSchema VaultSchema();
api::IdentitySchema VaultIdentity();
// ephemeral mock_token: `token` for a name; renew_ms and fail (open, renew, close) steer it.
language::schema::Block TokenSchema();
// list mock_vault: `count` vaults are found, each with the next number; fail (validate, list, object) steers
// it.
language::schema::Block VaultListSchema();
language::schema::Block MetaSchema();
// data mock_object: reads by name what the store holds.
api::ResourceSchema ObjectDataSchema();
language::schema::Block ConfigSchema();

}  // namespace provider::mock
