// A large JSON document on its way out: what is written goes on in pieces, so that a hundred thousand
// instances need no memory for their text; and what all documents say in the same words.
// Used by state_json.cc, plan_json.cc and schema_json.cc.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/core/result.h"
#include "base/json/writer.h"
#include "engine/state/state.h"
#include "language/schema/schema.h"
#include "provider/api/provider.h"

namespace cli::json {

// What the documents say of their own formats.
inline constexpr std::string_view kPlanFormat = "1.2", kStateFormat = "1.0", kSchemasFormat = "1.0";

using Output = std::function<void(std::string_view)>;

// What documents need to know of providers. Null where something is unknown.
struct Schemas {
  std::function<const provider::api::ResourceSchema*(const language::address::Provider&,
                                                     const language::address::Resource&)>
      resource;
  std::function<const language::schema::Block*(const language::address::Provider&)> provider;
};

class Document {
 public:
  explicit Document(const Output& output) : output_(output), json_(&text_) {}
  base::json::Writer& json() { return json_; }
  // Between parts: gives out what is there, if it is much.
  void Pass();
  // The line end, and everything that is left.
  void End();

 private:
  const Output& output_;
  std::string text_;
  base::json::Writer json_;
};

// "managed" or "data".
std::string_view ModeName(language::address::ResourceMode mode);
// "index": the key, where there is one.
void WriteIndex(const language::address::InstanceKey& key, base::json::Writer& json);
// The schema, which is there and has the version of the object; errors as the reference words them.
base::core::Result<const provider::api::ResourceSchema*> SchemaOf(
    const Schemas& schemas, const language::address::Provider& provider,
    const engine::state::ResourceInstance& address);

}  // namespace cli::json
