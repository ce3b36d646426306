// Any expression, evaluated with some names in scope: no crash, no stack overflow, a value that can be shown,
// and written as JSON and as MessagePack where these can hold it.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "fuzz/names.h"
#include "language/eval/render.h"
#include "language/hcl/parser.h"
#include "language/value/codec.h"

namespace {

using namespace language;
using value::Value;

void Write(const Value& value) {
  if (value.HasMarksDeep()) return;
  const auto bytes = value::ToMessagePack(value, value.type());
  if (bytes.ok() && !value::FromMessagePack(*bytes, value.type()).ok()) std::abort();
  if (!value.IsWhollyKnown()) return;
  const auto json = value::ToJson(value, value.type());
  if (json.ok() && !value::FromJson(*json, value.type()).ok()) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  constexpr size_t kLongest = 2000;  // deeper loops within loops only cost time
  if (size > kLongest) return 0;
  const std::string text(reinterpret_cast<const char*>(data), size);
  base::diag::Diagnostics diagnostics;
  const hcl::FilePtr file = hcl::ParseExpression("fuzz", text, diagnostics);
  if (file->expression() == nullptr) return 0;
  const fuzz::Names names;
  base::diag::Diagnostics errors;
  const Value result = eval::Evaluate(*file, *file->expression(), names.scope(), errors);
  if (errors.HasErrors() && !result.IsUnknown()) std::abort();
  (void)eval::RenderValue(result);
  (void)eval::RenderType(result.type());
  Write(result);
  return 0;
}
