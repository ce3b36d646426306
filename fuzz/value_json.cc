// JSON of values: any text against several types, and without a type. What decodes must encode, and come back
// the same.
#include <cstdint>
#include <string_view>

#include "base/core/check.h"
#include "language/value/codec.h"
#include "language/value/convert.h"

using namespace language::value;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const Type kTypes[] = {
      Type::Dynamic(),
      *Type::FromJson(
          R"(["object",{"a":["list","string"],"b":["map","number"],"c":["set",["object",{"x":"bool"}]]}])"),
      *Type::FromJson(R"(["tuple",["number","string","dynamic",["list","dynamic"]]])"),
      *Type::FromJson(R"(["set","dynamic"])"),
  };
  if (size == 0) return 0;
  Type type = kTypes[data[0] % std::size(kTypes)];
  std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  auto document = base::json::Document::Parse(text);
  if (!document.ok()) return 0;
  if (auto value = FromJson(document->root(), type); value.ok()) {
    auto json = ToJson(*value, type);
    if (json.ok()) {
      auto again = FromJson(*json, type);
      CHECK(again.ok() && again->RawEquals(*value));
    }
  }
  if (auto value = FromImpliedJson(document->root()); value.ok()) {
    CHECK(value->type() == ImpliedType(document->root()));
    for (Type want : kTypes) {
      Conversion conversion = Convert(*value, want);
      CHECK(!conversion.ok() || TypeConforms(conversion.value.type(), want));
    }
  }
  return 0;
}
