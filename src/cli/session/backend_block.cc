#include "cli/session/backend_block.h"

#include "base/archive/crc32.h"
#include "base/core/files.h"
#include "engine/remote/absent.h"
#include "engine/remote/catalog.h"
#include "language/eval/evaluate.h"
#include "language/hcl/content.h"
#include "language/hcl/parser.h"
#include "language/value/codec.h"
#include "language/value/convert.h"
#include "language/value/set_order.h"

namespace cli::session {
namespace {

using base::diag::Diagnostics;
using language::schema::Attribute;
using language::schema::Block;
using language::value::Type;
using language::value::Value;

constexpr uint64_t kMaxFileSize = 1 << 20;

// Backends are opened before anything is evaluated, so that no name means anything.
class NoNames : public language::eval::Scope {
 public:
  std::optional<Resolved> Resolve(const language::eval::Reference& reference, const language::hcl::File& file,
                                  Diagnostics& diagnostics) const override {
    language::hcl::AddError(
        diagnostics, "Variables not allowed",
        "The backend is opened before anything is evaluated: write the value out, or give it "
        "with -backend-config.",
        file, reference.root_span);
    return std::nullopt;
  }
  const language::functions::Environment& functions() const override { return none_; }

 private:
  const language::functions::Environment none_;
};

void RefuseCalls(const language::hcl::File& file, const language::hcl::Body& body, Diagnostics& diagnostics) {
  const language::hcl::LooseContent content(file, body);
  for (const language::hcl::Attribute& attribute : content.body().attributes)
    language::hcl::ForEachCall(*attribute.expression, [&](const language::hcl::CallExpression& call) {
      language::hcl::AddError(
          diagnostics, "Function calls not allowed",
          "The backend is opened before anything is evaluated: write the value out, or give it "
          "with -backend-config.",
          language::hcl::FileOf(attribute, file), call.span);
    });
}

Value Decode(const language::hcl::File& file, const language::hcl::Body& body, const Block& schema,
             Diagnostics& diagnostics) {
  const NoNames scope;
  RefuseCalls(file, body, diagnostics);
  return language::eval::DecodeBody(file, body, schema, scope, {}, {}, diagnostics);
}

// What `over` sets takes the place of what `under` has.
Value Overridden(const Value& under, const Value& over, const Block& schema) {
  if (!under.IsKnownNotNull() || !over.IsKnownNotNull()) return under;
  std::vector<Value> values(under.Elements().begin(), under.Elements().end());
  for (size_t i = 0; i < values.size(); ++i)
    if (!over.Elements()[i].IsNull()) values[i] = over.Elements()[i];
  return Value::ObjectOf(schema.implied_type(), std::move(values));
}

std::optional<Value> ReadPair(const std::string& name, const std::string& text, const Block& schema,
                              const std::string& type, Diagnostics& diagnostics) {
  const Attribute* attribute = schema.FindAttribute(name);
  if (!attribute) {
    diagnostics.Error(
        "Invalid backend configuration argument",
        fmt::format("The backend \"{}\" has no argument \"{}\", which -backend-config gives.", type, name));
    return std::nullopt;
  }
  language::value::Conversion value = language::value::Convert(Value::String(text), attribute->type);
  if (!value.ok()) {
    diagnostics.Error("Invalid backend configuration argument",
                      fmt::format("-backend-config gives \"{}\" for the argument \"{}\", which must be: {}.",
                                  text, name, attribute->type.FriendlyName()));
    return std::nullopt;
  }
  const Value empty = schema.EmptyValue();
  std::vector<Value> values(empty.Elements().begin(), empty.Elements().end());
  values[schema.AttributePosition(static_cast<size_t>(attribute - schema.attributes.data()))] = value.value;
  return Value::ObjectOf(schema.implied_type(), std::move(values));
}

std::optional<Value> ReadOverrideFile(const std::string& path, const Block& schema,
                                      Diagnostics& diagnostics) {
  auto text = base::core::ReadFile(path, kMaxFileSize);
  if (!text.ok()) {
    diagnostics.Error("Failed to read file",
                      fmt::format("-backend-config names the file {}: {}.", path, text.error().message()));
    return std::nullopt;
  }
  const size_t before = diagnostics.size();
  language::hcl::FilePtr file = path.ends_with(".json")
                                    ? language::hcl::ParseJsonConfig(path, std::move(*text), diagnostics)
                                    : language::hcl::ParseConfig(path, std::move(*text), diagnostics);
  if (diagnostics.size() > before && diagnostics.HasErrors()) return std::nullopt;
  return Decode(*file, file->body(), schema, diagnostics);
}

std::optional<Value> ReadOverride(const std::string& text, const BackendBlock& block,
                                  Diagnostics& diagnostics) {
  const size_t equals = text.find('=');
  if (equals == std::string::npos) return ReadOverrideFile(text, *block.schema, diagnostics);
  return ReadPair(text.substr(0, equals), text.substr(equals + 1), *block.schema, block.type, diagnostics);
}

}  // namespace

const Block* SchemaOfBlock(const engine::config::Backend& backend, std::string_view summary,
                           Diagnostics& diagnostics) {
  // The cloud block is a backend of its own, which no backend block can name.
  if (backend.type == "cloud" && !backend.is_cloud_block) {
    language::hcl::AddError(
        diagnostics, std::string(summary),
        "There is no explicit backend type named \"cloud\". To keep states on HCP Terraform, "
        "write a cloud block instead of the backend block.",
        *backend.place.file, backend.place.span);
    return nullptr;
  }
  const Block* schema = engine::remote::FindBackendSchema(backend.type);
  if (!schema)
    language::hcl::AddError(diagnostics, std::string(summary),
                            engine::remote::AbsentBackendDetail(backend.type), *backend.place.file,
                            backend.place.span);
  return schema;
}

std::optional<BackendBlock> ReadBackendBlock(const engine::config::Backend& backend,
                                             std::span<const std::string> overrides,
                                             std::string_view unknown_type,
                                             const base::core::Environment& environment,
                                             Diagnostics& diagnostics) {
  BackendBlock block{.type = backend.type};
  block.schema = SchemaOfBlock(backend, unknown_type, diagnostics);
  if (!block.schema) return std::nullopt;
  block.hash = HashOfBlock(backend, *block.schema);
  Diagnostics own;
  block.arguments = Decode(*backend.body.file, *backend.body.body, *block.schema, own);
  for (const std::string& text : overrides) {
    if (text.empty()) continue;
    std::optional<Value> value = ReadOverride(text, block, own);
    if (value && !own.HasErrors()) block.arguments = Overridden(block.arguments, *value, *block.schema);
  }
  if (!own.HasErrors()) {
    if (auto problem = engine::remote::CheckArguments(block.type, block.arguments, environment)) {
      auto place =
          problem->attribute.empty()
              ? std::nullopt
              : language::eval::PlaceOfPath(*backend.body.file, *backend.body.body,
                                            {language::value::PathStep::Attribute(problem->attribute)});
      if (place && backend.body.body->FindAttribute(problem->attribute))
        language::hcl::AddError(own, problem->summary, problem->detail, *place->file, place->span);
      else
        language::hcl::AddError(own, problem->summary, problem->detail, *backend.place.file,
                                backend.place.span);
    }
  }
  const bool failed = own.HasErrors();
  diagnostics.Append(std::move(own));
  if (failed) return std::nullopt;
  return block;
}

uint64_t HashOfBlock(const engine::config::Backend& backend, const Block& schema) {
  Diagnostics ignored;
  const Value arguments = Decode(*backend.body.file, *backend.body.body, schema, ignored);
  const std::string bytes =
      language::value::SetHashBytes(Value::Tuple({Value::String(backend.type), arguments}));
  return base::archive::Crc32(bytes);
}

bool SameArguments(const std::string& saved_json, const BackendBlock& block) {
  auto saved = language::value::FromJson(saved_json, block.schema->implied_type());
  return saved.ok() && saved->RawEquals(block.arguments);
}

}  // namespace cli::session
