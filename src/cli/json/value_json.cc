#include "cli/json/value_json.h"

#include <algorithm>

#include "language/value/codec.h"

namespace cli::json {
namespace {

using base::json::Writer;
using language::value::Path;
using language::value::PathStep;
using language::value::Type;
using language::value::Value;

bool IsObjectLike(const Type& type) { return type.IsObject() || type.IsMap(); }
bool IsSequence(const Type& type) { return type.IsList() || type.IsSet() || type.IsTuple(); }

void WriteLeaf(const Value& value, Writer& json) {
  std::string text;
  auto written = language::value::AppendJson(value, value.type(), &text);
  CHECK(written.ok());
  json.RawVerbatim(text);
}

// The shape that tells where something is so: `leaf` says it of what has no parts, or of the whole.
template <typename Leaf>
void WriteShape(const Value& value, Writer& json, const Leaf& leaf);

template <typename Leaf>
bool IsFalse(const Value& value, const Leaf& leaf) {
  const std::optional<bool> answer = leaf(value);
  return answer && !*answer;
}

template <typename Leaf>
void WriteShape(const Value& value, Writer& json, const Leaf& leaf) {
  if (const std::optional<bool> answer = leaf(value)) {
    json.Bool(*answer);
    return;
  }
  if (IsSequence(value.type())) {
    json.BeginArray();
    if (value.IsKnown())
      for (const Value& element : value.Elements()) WriteShape(element, json, leaf);
    json.EndArray();
    return;
  }
  json.BeginObject();
  for (size_t index = 0; value.IsKnown() && index < value.Length(); ++index) {
    const Value& part = value.ElementAt(index);
    if (IsFalse(part, leaf)) continue;
    json.Key(value.KeyAt(index));
    WriteShape(part, json, leaf);
  }
  json.EndObject();
}

bool IsCollection(const Value& value) { return IsObjectLike(value.type()) || IsSequence(value.type()); }

// CRC-64 by the ISO polynomial over the steps' names: the reference's order of paths hangs on it.
int64_t PathHash(const Path& path) {
  constexpr uint64_t kPolynomial = 0xD800000000000000;
  uint64_t crc = ~uint64_t{0};
  auto add = [&](std::string_view text) {
    for (const char c : text) {
      crc ^= static_cast<unsigned char>(c);
      for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) != 0 ? kPolynomial : 0);
    }
  };
  for (const PathStep& step : path) add(step.IsAttribute() ? std::string_view(step.attribute) : "#");
  return static_cast<int64_t>(~crc);
}

}  // namespace

void WriteKnown(const Value& value, Writer& json) {
  const Value plain = value.HasMarksDeep() ? value.UnmarkedDeep() : value;
  if (plain.IsUnknown()) {
    json.Null();
  } else if (plain.IsNull() || !IsCollection(plain) || plain.IsWhollyKnown()) {
    WriteLeaf(plain, json);
  } else if (IsSequence(plain.type())) {
    json.BeginArray();
    for (const Value& element : plain.Elements()) WriteKnown(element, json);
    json.EndArray();
  } else {
    json.BeginObject();
    for (size_t index = 0; index < plain.Length(); ++index) {
      if (plain.ElementAt(index).IsUnknown()) continue;
      json.Key(plain.KeyAt(index));
      WriteKnown(plain.ElementAt(index), json);
    }
    json.EndObject();
  }
}

void WriteUnknownShape(const Value& value, Writer& json) {
  WriteShape(value, json, [](const Value& part) -> std::optional<bool> {
    if (part.IsUnknown()) return true;
    if (part.IsNull() || !IsCollection(part)) return false;
    return std::nullopt;
  });
}

void WriteSensitiveShape(const Value& value, Writer& json) {
  WriteShape(value, json, [](const Value& part) -> std::optional<bool> {
    if (part.IsMarked(language::value::kSensitive)) return true;
    if (part.IsNull() || !IsCollection(part)) return false;
    return std::nullopt;
  });
}

void WritePath(const Path& path, Writer& json) {
  json.BeginArray();
  for (const PathStep& step : path) {
    if (step.IsAttribute()) {
      json.String(step.attribute);
    } else {
      WriteKnown(step.key, json);
    }
  }
  json.EndArray();
}

void WritePaths(std::vector<Path> paths, Writer& json) {
  std::ranges::stable_sort(paths, {}, PathHash);
  json.BeginArray();
  for (const Path& path : paths) WritePath(path, json);
  json.EndArray();
}

}  // namespace cli::json
