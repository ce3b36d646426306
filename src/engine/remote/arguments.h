// Short words for the schemas of backends and for their arguments, which may stand in the environment
// instead. Not a decoder of blocks (language/eval). Called by each backend's file.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "base/core/environment.h"
#include "language/schema/schema.h"

namespace engine::remote {

language::schema::Attribute Optional(std::string_view name, language::value::Type type);
language::schema::Attribute Required(std::string_view name, language::value::Type type);

// An argument as text: strings as they are, numbers and booleans as the language writes them. Nothing when it
// is null or unknown.
std::optional<std::string> Text(const language::value::Value& arguments, std::string_view name);

// The same for arguments of a block that may be missing whole; "" for nothing.
std::string TextOrEmpty(const language::value::Value& arguments, std::string_view name);

// The argument, else the first of these variables that is set and not empty, else nothing.
std::optional<std::string> TextOrVariable(const language::value::Value& arguments, std::string_view name,
                                          const base::core::Environment& environment,
                                          std::initializer_list<std::string_view> variables);

}  // namespace engine::remote
