#include "engine/run/provisioners.h"

#include <fmt/format.h>

#include "engine/run/meta_arguments.h"
#include "language/hcl/content.h"

namespace engine::run {

using language::value::Value;

std::shared_ptr<const provider::api::Provisioner> FindProvisioner(const RunContext& context,
                                                                  const config::Provisioner& block,
                                                                  base::diag::Diagnostics& diagnostics) {
  auto found = context.provisioners ? context.provisioners(block.type)
                                    : base::core::Result<std::shared_ptr<const provider::api::Provisioner>>(
                                          base::core::Error("Nothing runs provisioners here."));
  if (found.ok()) return *std::move(found);
  language::hcl::AddError(diagnostics, "Missing required provisioner plugin", found.error().message(),
                          *block.place.file, block.place.span);
  return nullptr;
}

bool CheckProvisioner(const RunContext& context, const config::Provisioner& block,
                      const language::eval::Scope& scope, base::diag::Diagnostics& diagnostics) {
  auto provisioner = FindProvisioner(context, block, diagnostics);
  if (!provisioner) return false;
  base::diag::Diagnostics own;
  const Value config =
      language::eval::DecodeBody(*block.body.file, *block.body.body, provisioner->schema, scope,
                                 kProvisionerMetaArguments, kProvisionerMetaBlocks, own);
  // The reference tells no place of what the provisioner itself finds, but the text may.
  if (!own.HasErrors() && provisioner->validate) {
    for (provider::api::ProviderDiagnostic& found : provisioner->validate(config.UnmarkedDeep())) {
      const base::text::Range range = block.place.file->RangeOf(block.place.span);
      own.Add({.severity = found.severity,
               .summary = found.summary,
               .detail = fmt::format("{} (The {} provisioner at {}:{}.)", found.detail, block.type,
                                     block.place.file->name(), range.start.line)});
    }
  }
  EvaluateConnection(block, scope, own);
  const bool ok = !own.HasErrors();
  diagnostics.Append(std::move(own));
  return ok;
}

Value EvaluateConnection(const config::Provisioner& block, const language::eval::Scope& scope,
                         base::diag::Diagnostics& diagnostics) {
  const config::BodyRef& outer = block.outer_connection;
  const config::BodyRef& own = block.connection;
  auto decode = [&](const language::hcl::File& file, const language::hcl::Body& body) {
    return language::eval::DecodeBody(file, body, provider::api::ConnectionSchema(), scope, {}, {},
                                      diagnostics);
  };
  if (outer.body == nullptr && own.body == nullptr) return Value();
  if (own.body == nullptr) return decode(*outer.file, *outer.body);
  if (outer.body == nullptr) return decode(*own.file, *own.body);
  const language::hcl::MergedBody merged{outer.file.get(), outer.body, own.file.get(), own.body};
  language::hcl::Body body;
  body.span = outer.body->span;
  body.end_span = outer.body->end_span;
  body.merged = &merged;
  return decode(*outer.file, body);
}

}  // namespace engine::run
