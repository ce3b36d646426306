// Any text as the template of templatefile() and as one between quotes: no crash, and what renders is valid
// text that means itself once its sequences are escaped.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "base/text/unicode.h"
#include "fuzz/names.h"
#include "language/eval/evaluate.h"
#include "language/hcl/parser.h"

namespace {

using namespace language;
using value::Value;

Value Render(std::string text, const eval::Scope& scope, base::diag::Diagnostics& diagnostics) {
  const hcl::FilePtr file = hcl::ParseTemplate("fuzz", std::move(text), diagnostics);
  if (diagnostics.HasErrors() || file->expression() == nullptr) return Value();
  return eval::Evaluate(*file, *file->expression(), scope, diagnostics);
}

std::string Escaped(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool sequence = (text[i] == '$' || text[i] == '%') && text.substr(i + 1).starts_with('{');
    if (sequence) out += text[i];
    out += text[i];
  }
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  constexpr size_t kLongest = 2000;  // deeper loops within loops only cost time
  if (size > kLongest) return 0;
  const fuzz::Names names;
  base::diag::Diagnostics diagnostics;
  const Value value =
      Render(std::string(reinterpret_cast<const char*>(data), size), names.scope(), diagnostics);
  if (diagnostics.HasErrors() || !value.IsKnownNotNull() || !value.type().IsString()) return 0;
  const std::string text(value.AsString());
  if (!base::text::ValidUtf8(text)) std::abort();
  // "$" before "${" reads as an escape: such texts cannot be escaped by doubling.
  if (text.starts_with("\xEF\xBB\xBF")) return 0;  // would be taken for a byte order mark
  // Behind a % or $ and a carriage return, sequences are text, as in the reference: doubling would show.
  if (text.find('\r') != std::string::npos) return 0;
  if (text.find("$${") != std::string::npos || text.find("%%{") != std::string::npos) return 0;
  base::diag::Diagnostics none;
  const Value again = Render(Escaped(text), names.scope(), none);
  if (none.HasErrors() || !again.type().IsString() || again.AsString() != text) std::abort();
  return 0;
}
