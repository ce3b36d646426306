// Override files: what they write replaces that of the blocks of the same name in the other files.
#include <algorithm>

#include <fmt/format.h>

#include "engine/config/decode.h"
#include "language/hcl/content.h"
#include "language/value/convert.h"

namespace engine::config {
namespace {

namespace hcl = language::hcl;
using base::diag::Diagnostics;

class Merger {
 public:
  Merger(Module& base, Diagnostics& diagnostics) : base_(base), diagnostics_(diagnostics) {}

  // Kind by kind, and within a kind in the order of the file: so come the errors, as in the reference.
  void Merge(std::vector<Module>& parts) {
    const auto each = [&](auto Module::* member, auto merge) {
      for (Module& part : parts) {
        for (auto& [name, declared] : part.*member) merge(std::move(declared));
      }
    };
    for (Module& part : parts) MergeTerraform(part);
    each(&Module::provider_blocks, [&](ProviderBlock from) { MergeProvider(std::move(from)); });
    each(&Module::variables, [&](Variable from) { MergeVariable(std::move(from)); });
    each(&Module::locals, [&](Local from) { MergeLocal(std::move(from)); });
    each(&Module::outputs, [&](Output from) { MergeOutput(std::move(from)); });
    each(&Module::module_calls, [&](ModuleCall from) { MergeModuleCall(std::move(from)); });
    each(&Module::resources, [&](Resource from) { MergeResource(std::move(from)); });
    for (const Module& part : parts) {
      for (const Moved& moved : part.moved) Refuse("Cannot override 'moved' blocks", "moved", moved.place);
      for (const Import& import : part.imports) {
        Refuse("Cannot override 'import' blocks", "import", import.place);
      }
    }
    each(&Module::checks,
         [&](const Check& from) { Refuse("Can't override check blocks", "check", from.place); });
  }

 private:
  void Error(std::string summary, std::string detail, const Place& place) {
    hcl::AddError(diagnostics_, std::move(summary), std::move(detail), *place.file, place.span);
  }

  void Refuse(std::string summary, std::string_view type, const Place& place) {
    Error(std::move(summary),
          fmt::format("A {} block overrides nothing. Move it into a file that is no override file.", type),
          place);
  }

  // What the name stands for in the other files; null after an error.
  template <typename Map, typename Key>
  typename Map::mapped_type* Find(Map& map, const Key& key, const Place& place, std::string_view summary,
                                  std::string_view what) {
    const auto found = map.find(key);
    if (found != map.end()) return &found->second;
    Error(std::string(summary),
          fmt::format("There is no {} in the other files. An override file only changes what those declare: "
                      "correct the name, or move this into one of them.",
                      what),
          place);
    return nullptr;
  }

  void MergeTerraform(Module& from) {
    if (!from.required_version.empty()) {
      base_.required_version = std::move(from.required_version);
      base_.required_version_places = std::move(from.required_version_places);
    }
    if (from.backend) {
      base_.backend = std::move(from.backend);
      base_.cloud.reset();
    }
    if (from.cloud) {
      base_.cloud = std::move(from.cloud);
      base_.backend.reset();
    }
    for (auto& [name, provider] : from.required_providers)
      base_.required_providers[name] = std::move(provider);
    for (auto& [name, meta] : from.provider_meta) base_.provider_meta.insert_or_assign(name, std::move(meta));
  }

  void MergeProvider(ProviderBlock from) {
    // A default configuration that nobody wrote is an empty one, so it can be overridden as well.
    if (from.name.alias.empty() && !base_.provider_blocks.contains(from.name)) {
      const LocalProviderName name = from.name;
      base_.provider_blocks.emplace(name, std::move(from));
      return;
    }
    ProviderBlock* existing =
        Find(base_.provider_blocks, from.name, from.place, "Missing base provider configuration for override",
             fmt::format("configuration of {} with the alias \"{}\"", from.name.name, from.name.alias));
    if (existing == nullptr) return;
    if (!from.version.empty()) existing->version = std::move(from.version);
    existing->body = hcl::MergeBodies(existing->body, from.body);
  }

  void MergeVariable(Variable from) {
    Variable* existing =
        Find(base_.variables, from.name, from.place, "Missing base variable declaration to override",
             fmt::format("variable named \"{}\"", from.name));
    if (existing == nullptr) return;
    if (from.description_set) existing->description = std::move(from.description);
    if (from.sensitive_set) existing->sensitive = from.sensitive;
    if (from.ephemeral_set) existing->ephemeral = from.ephemeral;
    if (from.nullable_set) existing->nullable = from.nullable;
    if (from.default_value) existing->default_value = from.default_value;
    if (from.type) {
      existing->type = from.type;
      existing->parse_as_expression = from.parse_as_expression;
    }
    CheckDefault(*existing, from);
  }

  // Type and default may come from different files and not fit each other.
  void CheckDefault(Variable& variable, const Variable& from) {
    if (!variable.default_value) return;
    if (variable.type) {
      auto converted = language::value::Convert(*variable.default_value, variable.type->type);
      if (!converted.ok()) {
        const std::string_view what = from.type && !from.default_value
                                          ? "The variable's default value does not fit the type given here"
                                          : "The default value given here does not fit the variable's type";
        return Error("Invalid default value for variable",
                     fmt::format("{} ({}): {}.", what, variable.type->type.ConstraintSyntax(),
                                 converted.error->message),
                     from.place);
      }
      variable.default_value = std::move(converted.value);
    }
    if (!variable.nullable && variable.default_value->IsNull()) {
      Error("Invalid default value for variable",
            "With the override, the variable has nullable = false, so null cannot be its default.",
            from.place);
    }
  }

  void MergeLocal(Local from) {
    Local* existing =
        Find(base_.locals, from.name, from.place, "Missing base local value definition to override",
             fmt::format("local value named \"{}\"", from.name));
    if (existing != nullptr) *existing = std::move(from);
  }

  void MergeOutput(Output from) {
    Output* existing =
        Find(base_.outputs, from.name, from.place, "Missing base output definition to override",
             fmt::format("output named \"{}\"", from.name));
    if (existing == nullptr) return;
    if (!from.description.empty()) existing->description = std::move(from.description);
    if (from.expression) existing->expression = from.expression;
    if (from.sensitive_set) existing->sensitive = from.sensitive;
    if (from.ephemeral_set) existing->ephemeral = from.ephemeral;
    RefuseDependsOn(from.depends_on);
  }

  void MergeModuleCall(ModuleCall from) {
    ModuleCall* existing = Find(base_.module_calls, from.name, from.place, "Missing module call to override",
                                fmt::format("module call named \"{}\"", from.name));
    if (existing == nullptr) return;
    if (!from.source.empty()) {
      existing->source = std::move(from.source);
      existing->address = std::move(from.address);
      existing->source_place = std::move(from.source_place);
    }
    if (!from.version.empty()) existing->version = std::move(from.version);
    if (from.count) existing->count = from.count;
    if (from.for_each) existing->for_each = from.for_each;
    if (!from.providers.empty()) {
      existing->providers = std::move(from.providers);
      existing->provider_spans = std::move(from.provider_spans);
      existing->providers_file = std::move(from.providers_file);
    }
    if (!existing->own_arguments) {
      existing->own_arguments.emplace();
      for (const auto& each : existing->body.body->attributes) existing->own_arguments->emplace(each.name);
    }
    struct Storage {
      Storage(const BodyRef& merged, std::shared_ptr<const void> base_part, std::shared_ptr<const void> part)
          : base(std::move(base_part)), from(std::move(part)), content(*merged.file, *merged.body) {}
      std::shared_ptr<const void> base, from;
      hcl::LooseContent content;
    };
    const BodyRef merged = hcl::MergeBodies(existing->body, from.body);
    auto storage = std::make_shared<Storage>(merged, existing->body_storage, from.body_storage);
    existing->body = {merged.file, &storage->content.body()};
    existing->body_storage = std::move(storage);
    RefuseDependsOn(from.depends_on);
  }

  void MergeResource(Resource from) {
    const std::string_view what = from.address.mode == ResourceMode::kManaged ? "resource"
                                  : from.address.mode == ResourceMode::kData  ? "data resource"
                                                                              : "ephemeral resource";
    Resource* existing = Find(base_.resources, from.address.ToString(), from.place,
                              fmt::format("Missing {} to override", what),
                              fmt::format("{} {} named \"{}\"", from.address.type, what, from.address.name));
    if (existing == nullptr) return;
    if (from.count) existing->count = from.count;
    if (from.for_each) existing->for_each = from.for_each;
    if (from.provider_name) existing->provider_name = from.provider_name;
    MergeLifecycle(existing->lifecycle, from.lifecycle);
    if (!from.provisioners.empty()) existing->provisioners = std::move(from.provisioners);
    if (from.connection.body != nullptr) existing->connection = from.connection;
    for (Provisioner& provisioner : existing->provisioners)
      provisioner.outer_connection = existing->connection;
    existing->body = hcl::MergeBodies(existing->body, from.body);
    RefuseDependsOn(from.depends_on);
  }

  static void MergeLifecycle(Lifecycle& base, Lifecycle& from) {
    if (from.create_before_destroy) base.create_before_destroy = from.create_before_destroy;
    if (from.prevent_destroy_place) {
      base.prevent_destroy = from.prevent_destroy;
      base.prevent_destroy_place = from.prevent_destroy_place;
    }
    if (from.ignore_all_changes) base.ignore_all_changes = true;
    if (!from.ignore_changes.empty()) {
      base.ignore_changes = std::move(from.ignore_changes);
      base.ignore_changes_refs = std::move(from.ignore_changes_refs);
    }
  }

  void RefuseDependsOn(const std::vector<TraversalRef>& references) {
    if (references.empty()) return;
    Error("Unsupported override",
          "The depends_on argument may not be overridden. Change it in the file that declares the block.",
          {references[0].file, references[0].traversal->span});
  }

  Module& base_;
  Diagnostics& diagnostics_;
};

}  // namespace

// Each block is a part of its own, so that a later block of the same name overrides an earlier one. The
// settings of all terraform blocks are one part.
void DecodeOverrides(const FilePtr& file, Module& module, Diagnostics& diagnostics) {
  std::vector<Module> parts(1);
  Module settings;
  const DecodeContext settings_context{file, settings, diagnostics, /*overriding=*/true};
  for (const auto& block : ReadRoot(settings_context)) {
    if (block.type == "terraform") {
      DecodeRootBlock(settings_context, block);
    } else {
      DecodeRootBlock({file, parts.emplace_back(), diagnostics, /*overriding=*/true}, block);
    }
  }
  parts[0] = std::move(settings);
  Merger(module, diagnostics).Merge(parts);
}

}  // namespace engine::config
