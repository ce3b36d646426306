// Schemas between the language's structs and the messages of protocols 5 and 6, both ways. What comes from a
// plugin is held against the rules before it is used. Not values (codec.h). Used by the client's catalog and
// by the server.
#pragma once

#include <tfplugin5.pb.h>
#include <tfplugin6.pb.h>
#include "base/core/result.h"
#include "provider/api/provider.h"

namespace provider::plugin {

base::core::Result<api::ResourceSchema> DecodeSchema(const tfplugin5::Schema& message);
base::core::Result<api::ResourceSchema> DecodeSchema(const tfplugin6::Schema& message);
// Protocol 5 has no nested attributes: a schema that has some is an error there.
base::core::Result<void> EncodeSchema(const api::ResourceSchema& schema, tfplugin5::Schema* message);
base::core::Result<void> EncodeSchema(const api::ResourceSchema& schema, tfplugin6::Schema* message);

base::core::Result<api::FunctionSignature> DecodeFunction(const std::string& name,
                                                          const tfplugin6::Function& message);
void EncodeFunction(const api::FunctionSignature& signature, tfplugin6::Function* message);

base::core::Result<api::IdentitySchema> DecodeIdentitySchema(const tfplugin6::IdentitySchema& message);
void EncodeIdentitySchema(const api::IdentitySchema& schema, tfplugin6::IdentitySchema* message);

}  // namespace provider::plugin
