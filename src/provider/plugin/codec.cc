#include "provider/plugin/codec.h"

#include "language/value/codec.h"

namespace provider::plugin {

using language::value::PathStep;

Result<void> EncodeValue(const Value& value, Type type, tfplugin6::DynamicValue* message) {
  ASSIGN_OR_RETURN(*message->mutable_msgpack(), language::value::ToMessagePack(value, type));
  return {};
}

Result<Value> DecodeValue(const tfplugin6::DynamicValue& message, Type type) {
  if (!message.msgpack().empty()) return language::value::FromMessagePack(message.msgpack(), type);
  if (!message.json().empty()) return language::value::FromJson(std::string_view(message.json()), type);
  return Value::Null(type);
}

void EncodePath(const Path& path, tfplugin6::AttributePath* message) {
  for (const PathStep& step : path) {
    if (step.IsAttribute()) {
      message->add_steps()->set_attribute_name(step.attribute);
    } else if (step.key.type().IsString()) {
      message->add_steps()->set_element_key_string(std::string(step.key.AsString()));
    } else if (std::optional<int64_t> index =
                   step.key.type().IsNumber() ? step.key.AsInt64() : std::nullopt) {
      message->add_steps()->set_element_key_int(*index);
    } else {
      return;
    }
  }
}

Path DecodePath(const tfplugin6::AttributePath& message) {
  Path path;
  for (const tfplugin6::AttributePath::Step& step : message.steps()) {
    switch (step.selector_case()) {
      case tfplugin6::AttributePath::Step::kAttributeName:
        path.push_back(PathStep::Attribute(step.attribute_name()));
        break;
      case tfplugin6::AttributePath::Step::kElementKeyString:
        path.push_back(PathStep::Index(Value::String(step.element_key_string())));
        break;
      case tfplugin6::AttributePath::Step::kElementKeyInt:
        path.push_back(PathStep::Index(Value::Int(step.element_key_int())));
        break;
      case tfplugin6::AttributePath::Step::SELECTOR_NOT_SET:
        return path;
    }
  }
  return path;
}

void EncodeDiagnostics(const ProviderDiagnostics& diagnostics, DiagnosticMessages* messages) {
  for (const ProviderDiagnostic& diagnostic : diagnostics) {
    tfplugin6::Diagnostic* message = messages->Add();
    message->set_severity(diagnostic.severity == base::diag::Severity::kError
                              ? tfplugin6::Diagnostic::ERROR
                              : tfplugin6::Diagnostic::WARNING);
    message->set_summary(diagnostic.summary);
    message->set_detail(diagnostic.detail);
    if (!diagnostic.attribute.empty()) EncodePath(diagnostic.attribute, message->mutable_attribute());
  }
}

ProviderDiagnostics DecodeDiagnostics(const DiagnosticMessages& messages) {
  ProviderDiagnostics diagnostics;
  for (const tfplugin6::Diagnostic& message : messages) {
    // A severity that we do not know is taken for the worse one.
    diagnostics.push_back({.severity = message.severity() == tfplugin6::Diagnostic::WARNING
                                           ? base::diag::Severity::kWarning
                                           : base::diag::Severity::kError,
                           .summary = message.summary(),
                           .detail = message.detail(),
                           .attribute = DecodePath(message.attribute())});
  }
  return diagnostics;
}

}  // namespace provider::plugin
