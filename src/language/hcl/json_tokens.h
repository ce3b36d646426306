// The tokens of JSON syntax as the reference cuts them: generously, so that the parser can say what is wrong.
// Not base/json, whose readers only say that something is. Used by the JSON parser only.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/text/source.h"

namespace language::hcl {

enum class JsonTokenKind : uint8_t {
  kOpenBrace,
  kCloseBrace,
  kOpenBracket,
  kCloseBracket,
  kComma,
  kColon,
  kEquals,
  kKeyword,  // letters and underscores
  kString,   // with its quotes; the closing one may be missing, escapes may be wrong
  kNumber,   // whatever looks like one
  kInvalid,  // one byte; nothing is read behind it
  kEof,
};

struct JsonToken {
  JsonTokenKind kind;
  base::text::Span span;
};

// The token at `offset` or behind the white space there.
JsonToken NextJsonToken(std::string_view text, uint32_t offset);

}  // namespace language::hcl
