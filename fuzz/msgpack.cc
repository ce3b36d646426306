// MessagePack from providers: any bytes against several types. What decodes must encode, and come back the
// same.
#include <cstdint>
#include <string_view>

#include "base/core/check.h"
#include "language/value/codec.h"

using language::value::FromMessagePack;
using language::value::ToMessagePack;
using language::value::Type;

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
  auto value = FromMessagePack({reinterpret_cast<const char*>(data) + 1, size - 1}, type);
  if (!value.ok()) return 0;
  auto bytes = ToMessagePack(*value, type);
  CHECK(bytes.ok());
  auto again = FromMessagePack(*bytes, type);
  CHECK(again.ok());
  CHECK(again->Hash() == value->Hash());
  value->GoString();
  return 0;
}
