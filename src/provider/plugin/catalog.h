// The schemas of one plugin, kept as the bytes that it answered and decoded type by type when they are asked
// for: a large provider has 1,500 types, and a configuration uses five. Not where the bytes come from
// (plugin_program.h, schema_cache.h). Used by PluginProvider.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/core/result.h"
#include "provider/api/provider.h"
#include "provider/plugin/methods.h"

namespace provider::plugin {

// Answers to GetProviderSchema and GetResourceIdentitySchemas as they were on the wire.
struct SchemaBytes {
  Protocol protocol = Protocol::k6;
  std::string_view schemas;
  std::string_view identities;        // empty: the plugin knows none
  std::shared_ptr<const void> owner;  // of the bytes
};

class Catalog {
 public:
  // Reads the outlines. Errors: not a message of the protocol, or the plugin's own.
  static base::core::Result<std::shared_ptr<const Catalog>> Make(SchemaBytes bytes);

  // All types hold against the rules. Whoever gets bytes from a plugin asks this once, before they are used.
  base::core::Result<void> CheckAll() const;

  const SchemaBytes& bytes() const { return bytes_; }
  const api::Block& provider() const { return provider_.block; }
  const api::Block* meta() const { return meta_ ? &meta_->block : nullptr; }
  std::span<const api::FunctionSignature> functions() const { return functions_; }
  // Null when there is none of the name, or it does not hold against the rules.
  const api::ResourceSchema* FindResource(std::string_view type) const { return Find(resources_, type); }
  const api::ResourceSchema* FindDataSource(std::string_view type) const { return Find(data_sources_, type); }
  const api::ResourceSchema* FindEphemeral(std::string_view type) const { return Find(ephemeral_, type); }
  const api::ResourceSchema* FindList(std::string_view type) const { return Find(lists_, type); }
  const api::IdentitySchema* FindIdentity(std::string_view type) const;
  std::vector<std::string> ResourceTypes() const { return Names(resources_); }
  std::vector<std::string> DataSourceTypes() const { return Names(data_sources_); }
  std::vector<std::string> EphemeralTypes() const { return Names(ephemeral_); }
  std::vector<std::string> ListTypes() const { return Names(lists_); }

  bool plans_destroy() const { return plans_destroy_; }
  bool moves_state() const { return moves_state_; }
  bool schema_is_optional() const { return schema_is_optional_; }

 private:
  template <typename Schema>
  struct Slot {
    std::string_view name;
    std::string_view bytes;
    std::unique_ptr<const Schema> decoded;
  };
  template <typename Schema>
  using Table = std::vector<Slot<Schema>>;  // sorted by name
  using Schemas = Table<api::ResourceSchema>;

  Catalog() = default;
  base::core::Result<void> ReadOutline();
  base::core::Result<void> ReadField(int number, std::string_view bytes);
  base::core::Result<api::ResourceSchema> Decode(std::string_view bytes) const;
  const api::ResourceSchema* Find(Schemas& table, std::string_view type) const;
  static std::vector<std::string> Names(const Schemas& table);

  SchemaBytes bytes_;
  api::ResourceSchema provider_;
  std::optional<api::ResourceSchema> meta_;
  std::vector<api::FunctionSignature> functions_;
  std::string diagnostics_;
  bool plans_destroy_ = false;
  bool moves_state_ = false;
  bool schema_is_optional_ = false;
  mutable std::mutex mutex_;  // of the slots' decoded parts
  mutable Schemas resources_, data_sources_, ephemeral_, lists_;
  mutable Table<api::IdentitySchema> identities_;
};

}  // namespace provider::plugin
