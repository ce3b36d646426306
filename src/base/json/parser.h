// The one pass over JSON text that checks the grammar and lays the tape.
// Not for others: include base/json/reader.h. Called by reader.cc only.
#pragma once

#include <optional>

#include "base/json/reader.h"

namespace base::json {

// Fills tape->entries from tape->text. Iterative: nesting costs heap, never stack.
std::optional<ParseError> ParseInto(Document::Tape* tape, const ParseOptions& options);

}  // namespace base::json
