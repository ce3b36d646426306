// Schemas of the mock's resource types. Used by mock_provider.cc.
#pragma once

#include "provider/api/provider.h"

namespace provider::mock {

// mock_object: name (changes replace when it starts with "id:"), size (changes replace), tags, secret,
// computed `stamp`, nested blocks `rule`; delay_ms, fail and lie steer its behaviour.
api::ResourceSchema ObjectSchema();
// mock_wide: 50 attributes of all primitive types, some computed.
api::ResourceSchema WideSchema();
// data mock_object: reads by name what the store holds.
api::ResourceSchema ObjectDataSchema();
language::schema::Block ConfigSchema();

}  // namespace provider::mock
