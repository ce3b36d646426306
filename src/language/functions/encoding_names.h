// Names of character encodings as textencodebase64() and textdecodebase64() take them: IANA's, in any case.
// Not the conversion itself, which is iconv's (encoding.cc, the only user).
#pragma once

#include <string_view>

namespace language::functions {

struct CharacterEncoding {
  std::string_view name;                // as errors show it
  std::string_view iconv;               // what iconv calls it
  std::string_view decoded_as = iconv;  // the same for reading, where another of its tables is nearer
};

// Null for names that the reference does not know either.
const CharacterEncoding* FindEncoding(std::string_view name);

}  // namespace language::functions
