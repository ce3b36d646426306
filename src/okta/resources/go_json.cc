#include "okta/resources/go_json.h"

#include <cmath>

#include "base/crypto/jws.h"
#include "base/json/writer.h"

namespace okta::resources {
namespace {

namespace json = boost::json;

constexpr size_t kMaxText = 1 << 20;
constexpr size_t kMaxDepth = 64;

// Depth is bounded by the parser.
void Append(const json::value& value, base::json::Writer* writer) {
  switch (value.kind()) {
    case json::kind::null:
      writer->Null();
      break;
    case json::kind::bool_:
      writer->Bool(value.get_bool());
      break;
    case json::kind::int64:
      writer->Int(value.get_int64());
      break;
    case json::kind::uint64:
      writer->Uint(value.get_uint64());
      break;
    case json::kind::double_:
      writer->Double(std::isfinite(value.get_double()) ? value.get_double() : 0);
      break;
    case json::kind::string:
      writer->String({value.get_string().data(), value.get_string().size()});
      break;
    case json::kind::array:
      writer->BeginArray();
      for (const json::value& element : value.get_array()) Append(element, writer);
      writer->EndArray();
      break;
    case json::kind::object: {
      std::vector<std::string_view> keys;
      for (const auto& member : value.get_object())
        keys.emplace_back(member.key().data(), member.key().size());
      std::sort(keys.begin(), keys.end());
      writer->BeginObject();
      for (std::string_view key : keys) {
        writer->Key(key);
        Append(value.get_object().at(key), writer);
      }
      writer->EndObject();
      break;
    }
  }
}

}  // namespace

std::string GoJson(const json::value& value) {
  std::string out;
  base::json::Writer writer(&out);
  Append(value, &writer);
  return out;
}

std::optional<json::value> ParseJsonText(std::string_view text) {
  if (text.size() > kMaxText) return std::nullopt;
  base::core::Result<json::value> parsed = base::crypto::ParseJson(text, kMaxDepth);
  if (!parsed.ok()) return std::nullopt;
  return std::move(*parsed);
}

std::optional<std::string> NormalizeJson(std::string_view text) {
  std::optional<json::value> value = ParseJsonText(text);
  if (!value) return std::nullopt;
  return GoJson(*value);
}

bool SameJson(std::string_view a, std::string_view b) {
  if (a == b) return true;
  std::optional<json::value> left = ParseJsonText(a), right = ParseJsonText(b);
  if (!left || !right) return false;
  for (json::value* side : {&*left, &*right}) {
    if (!side->is_object()) continue;
    json::object& object = side->get_object();
    for (auto it = object.begin(); it != object.end();)
      it = it->value().is_null() ? object.erase(it) : it + 1;
  }
  return GoJson(*left) == GoJson(*right);
}

}  // namespace okta::resources
