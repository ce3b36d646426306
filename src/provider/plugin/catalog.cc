#include "provider/plugin/catalog.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/core/strings.h"
#include "provider/plugin/codec.h"
#include "provider/plugin/schema_codec.h"
#include "provider/plugin/wire.h"

namespace provider::plugin {

using base::core::Error;
using base::core::Result;

namespace {

// Numbers of the fields of ProviderSchemaResponse, the same in both protocols.
enum Field {
  kProvider = 1,
  kResources = 2,
  kDataSources = 3,
  kDiagnostics = 4,
  kMeta = 5,
  kCapabilities = 6,
  kFunctions = 7,
  kEphemeral = 8,
  kLists = 9
};
constexpr int kIdentities = 1;  // of ResourceIdentitySchemasResponse

constexpr size_t kMaxTypes = 100'000;

Error NoMessage(std::string_view what) {
  return Error(fmt::format("the plugin's answer about {} is no message of the protocol", what));
}

template <typename Message>
Result<Message> Parse(std::string_view bytes, std::string_view what) {
  Message message;
  if (bytes.size() > INT32_MAX || !message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())))
    return NoMessage(what);
  return message;
}

template <typename Table>
Result<void> AddEntry(std::string_view bytes, std::string_view what, Table* table) {
  std::optional<WireEntry> entry = ReadWireEntry(bytes);
  if (!entry) return NoMessage(what);
  if (table->size() >= kMaxTypes) return Error("the plugin has more types than anybody needs");
  table->push_back({.name = entry->name, .bytes = entry->bytes, .decoded = nullptr});
  return {};
}

// Of several with one name, the last counts, as everywhere in protobuf.
template <typename Table>
void Sort(Table* table) {
  std::reverse(table->begin(), table->end());
  std::stable_sort(table->begin(), table->end(), [](auto& a, auto& b) { return a.name < b.name; });
  auto same = [](auto& a, auto& b) { return a.name == b.name; };
  table->erase(std::unique(table->begin(), table->end(), same), table->end());
}

template <typename Table>
auto FindSlot(Table& table, std::string_view name) -> decltype(table.data()) {
  auto found = std::lower_bound(table.begin(), table.end(), name,
                                [](auto& slot, std::string_view text) { return slot.name < text; });
  return found != table.end() && found->name == name ? &*found : nullptr;
}

}  // namespace

Result<std::shared_ptr<const Catalog>> Catalog::Make(SchemaBytes bytes) {
  std::shared_ptr<Catalog> catalog(new Catalog());
  catalog->bytes_ = std::move(bytes);
  RETURN_IF_ERROR(catalog->ReadOutline());
  return std::shared_ptr<const Catalog>(std::move(catalog));
}

Result<void> Catalog::ReadOutline() {
  provider_.block.Finish();
  WireReader schemas(bytes_.schemas);
  while (std::optional<WireField> field = schemas.Next())
    RETURN_IF_ERROR(ReadField(field->number, field->bytes));
  WireReader identities(bytes_.identities);
  while (std::optional<WireField> field = identities.Next())
    if (field->number == kIdentities) RETURN_IF_ERROR(AddEntry(field->bytes, "identities", &identities_));
  if (schemas.failed() || identities.failed()) return NoMessage("its schemas");
  if (!diagnostics_.empty()) return Error("the plugin could not tell its schemas: " + diagnostics_);
  for (Schemas* table : {&resources_, &data_sources_, &ephemeral_, &lists_}) Sort(table);
  Sort(&identities_);
  std::sort(functions_.begin(), functions_.end(), [](auto& a, auto& b) { return a.name < b.name; });
  return {};
}

Result<void> Catalog::ReadField(int number, std::string_view bytes) {
  switch (number) {
    case kProvider: {
      ASSIGN_OR_RETURN(provider_, Decode(bytes).Wrap("the provider's configuration"));
      return {};
    }
    case kMeta: {
      ASSIGN_OR_RETURN(meta_, Decode(bytes).Wrap("provider_meta"));
      return {};
    }
    case kResources:
      return AddEntry(bytes, "resources", &resources_);
    case kDataSources:
      return AddEntry(bytes, "data sources", &data_sources_);
    case kEphemeral:
      return AddEntry(bytes, "ephemeral resources", &ephemeral_);
    case kLists:
      return AddEntry(bytes, "list resources", &lists_);
    case kFunctions: {
      std::optional<WireEntry> entry = ReadWireEntry(bytes);
      if (!entry) return NoMessage("functions");
      ASSIGN_OR_RETURN(auto message, Parse<tfplugin6::Function>(entry->bytes, "functions"));
      ASSIGN_OR_RETURN(auto function, DecodeFunction(std::string(entry->name), message).Wrap("function"));
      functions_.push_back(std::move(function));
      return {};
    }
    case kCapabilities: {
      ASSIGN_OR_RETURN(auto message, Parse<tfplugin6::ServerCapabilities>(bytes, "its capabilities"));
      plans_destroy_ = message.plan_destroy();
      moves_state_ = message.move_resource_state();
      schema_is_optional_ = message.get_provider_schema_optional();
      return {};
    }
    case kDiagnostics: {
      ASSIGN_OR_RETURN(auto message, Parse<tfplugin6::Diagnostic>(bytes, "its schemas"));
      if (message.severity() == tfplugin6::Diagnostic::WARNING) return {};
      if (!diagnostics_.empty()) diagnostics_ += "; ";
      diagnostics_ += message.summary() + (message.detail().empty() ? "" : ": " + message.detail());
      return {};
    }
    default:
      return {};
  }
}

Result<api::ResourceSchema> Catalog::Decode(std::string_view bytes) const {
  if (bytes_.protocol == Protocol::k5) {
    ASSIGN_OR_RETURN(auto message, Parse<tfplugin5::Schema>(bytes, "a schema"));
    return DecodeSchema(message);
  }
  ASSIGN_OR_RETURN(auto message, Parse<tfplugin6::Schema>(bytes, "a schema"));
  return DecodeSchema(message);
}

Result<void> Catalog::CheckAll() const {
  for (const Schemas* table : {&resources_, &data_sources_, &ephemeral_, &lists_})
    for (const auto& slot : *table) RETURN_IF_ERROR(Decode(slot.bytes).Wrap(slot.name));
  for (const auto& slot : identities_) {
    ASSIGN_OR_RETURN(auto message, Parse<tfplugin6::IdentitySchema>(slot.bytes, "identities"));
    RETURN_IF_ERROR(DecodeIdentitySchema(message).Wrap(slot.name));
  }
  return {};
}

const api::ResourceSchema* Catalog::Find(Schemas& table, std::string_view type) const {
  auto* slot = FindSlot(table, type);
  if (!slot) return nullptr;
  std::lock_guard lock(mutex_);
  if (!slot->decoded) {
    auto schema = Decode(slot->bytes);
    if (!schema.ok()) return nullptr;
    slot->decoded = std::make_unique<const api::ResourceSchema>(std::move(*schema));
  }
  return slot->decoded.get();
}

const api::IdentitySchema* Catalog::FindIdentity(std::string_view type) const {
  auto* slot = FindSlot(identities_, type);
  if (!slot) return nullptr;
  std::lock_guard lock(mutex_);
  if (!slot->decoded) {
    auto message = Parse<tfplugin6::IdentitySchema>(slot->bytes, "identities");
    if (!message.ok()) return nullptr;
    auto schema = DecodeIdentitySchema(*message);
    if (!schema.ok()) return nullptr;
    slot->decoded = std::make_unique<const api::IdentitySchema>(std::move(*schema));
  }
  return slot->decoded.get();
}

std::vector<std::string> Catalog::Names(const Schemas& table) {
  std::vector<std::string> names;
  for (const auto& slot : table) names.emplace_back(slot.name);
  return names;
}

}  // namespace provider::plugin
