// The JSON around an encrypted text, as OpenTofu writes and reads it.
// Not the encryption itself (method.h). Called by target.cc.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/core/result.h"

namespace engine::encryption {

// Metadata of key providers (salts and the like) as JSON, by metadata key.
using Metadata = std::map<std::string, std::string>;

// What of a state may be read without a key.
struct ClearMembers {
  std::optional<uint64_t> serial;
  std::string lineage;
};

struct Envelope {
  Metadata metadata;
  std::string data;  // raw bytes
  std::optional<ClearMembers> clear;
};

// Whether it is one, readable or not; plain states are told apart from it.
bool IsEnvelope(std::string_view text);
// Nothing when the text is no envelope; an error when it is one that cannot be read.
base::core::Result<std::optional<Envelope>> ParseEnvelope(std::string_view text);
// One line of JSON. `clear` is for states.
std::string WriteEnvelope(const Metadata& metadata, std::string_view data,
                          const std::optional<ClearMembers>& clear);

// Serial and lineage of a state's text.
base::core::Result<ClearMembers> ReadClearMembers(std::string_view state);

}  // namespace engine::encryption
