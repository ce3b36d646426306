#include "language/hcl/write_value.h"

#include "base/text/unicode.h"
#include "language/hcl/quote.h"

namespace language::hcl {

void WriteValue(const value::Value& value, std::string& out, WriteTextFunction write_text) {
  if (!value.IsKnownNotNull()) {
    out += "null";
    return;
  }
  const value::Type type = value.type();
  if (type.IsString()) {
    if (write_text)
      write_text(value.AsString(), out);
    else
      out += QuoteText(value.AsString());
  } else if (type.IsNumber()) {
    out += value.AsNumber().ToString();
  } else if (type.IsBool()) {
    out += value.AsBool() ? "true" : "false";
  } else if (type.IsMap() || type.IsObject()) {
    out += value.Length() ? "{\n" : "{";
    for (size_t index = 0; index < value.Length(); ++index) {
      const std::string_view key = value.KeyAt(index);
      out += base::text::IsIdentifier(key) ? std::string(key) : QuoteText(key);
      out += " = ";
      WriteValue(value.ElementAt(index), out, write_text);
      out += "\n";
    }
    out += "}";
  } else {
    out += "[";
    for (size_t index = 0; index < value.Length(); ++index) {
      if (index) out += ", ";
      WriteValue(value.ElementAt(index), out, write_text);
    }
    out += "]";
  }
}

}  // namespace language::hcl
