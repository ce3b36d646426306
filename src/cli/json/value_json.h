// Values as the documents of `show -json` have them: what is known, where the unknown is, where the
// sensitive. Not the encodings of states and plugins (language/value/codec.h), which keep types. Used by this
// room only.
#pragma once

#include "base/json/writer.h"
#include "language/value/value.h"

namespace cli::json {

// Marks are ignored. Unknown parts of objects and maps are left out, those of lists, sets and tuples are
// null.
void WriteKnown(const language::value::Value& value, base::json::Writer& json);

// true for what is unknown. Objects and maps leave out what is known, lists hold false there.
void WriteUnknownShape(const language::value::Value& value, base::json::Writer& json);

// true for what is sensitive, in the same form.
void WriteSensitiveShape(const language::value::Value& value, base::json::Writer& json);

// ["a",0,"b"]
void WritePath(const language::value::Path& path, base::json::Writer& json);
// [["a",0,"b"],...] in the order in which the reference keeps sets of paths.
void WritePaths(std::vector<language::value::Path> paths, base::json::Writer& json);

}  // namespace cli::json
