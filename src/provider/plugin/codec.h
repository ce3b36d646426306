// Values, paths and diagnostics between the interface's structs and the messages of the protocol, both ways.
// Not schemas (schema_codec.h). Used by the client's adapter and by the server.
#pragma once

#include <string_view>

#include <tfplugin6.pb.h>
#include "base/core/result.h"
#include "provider/api/provider.h"

namespace provider::plugin {

using api::ProviderDiagnostic;
using api::ProviderDiagnostics;
using base::core::Result;
using language::value::Path;
using language::value::Type;
using language::value::Value;

// MessagePack, as hosts and most providers send it. The value is unmarked and conforms to the type.
Result<void> EncodeValue(const Value& value, Type type, tfplugin6::DynamicValue* message);
// MessagePack or JSON; a message without either is null.
Result<Value> DecodeValue(const tfplugin6::DynamicValue& message, Type type);

// Steps with keys that are neither strings nor whole numbers (elements of sets) end the path.
void EncodePath(const Path& path, tfplugin6::AttributePath* message);
Path DecodePath(const tfplugin6::AttributePath& message);

using DiagnosticMessages = google::protobuf::RepeatedPtrField<tfplugin6::Diagnostic>;
void EncodeDiagnostics(const ProviderDiagnostics& diagnostics, DiagnosticMessages* messages);
ProviderDiagnostics DecodeDiagnostics(const DiagnosticMessages& messages);

}  // namespace provider::plugin
