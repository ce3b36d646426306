// JSON exactly as Go's encoding/json prints it: escapes, compact or with two spaces of indentation.
// Keys come in the order in which they are written: sorting maps is the caller's affair.
// Used by the state writer, all -json outputs and the plan file.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace base::json {

// Appends a quoted string. html: <, > and & as \u003c, \u003e and \u0026. U+2028 and U+2029 are always
// escaped, invalid bytes become \ufffd.
void AppendString(std::string_view text, std::string* out, bool html = true);
std::string Quote(std::string_view text, bool html = true);
// Go's float64: shortest digits, exponents below 1e-6 and from 1e21. Must be finite.
void AppendDouble(double number, std::string* out);

// Appends valid JSON without the white space between tokens; html as json.Compact of RawMessage does.
void AppendCompact(std::string_view json, std::string* out, bool html = true);
// Appends valid JSON as json.MarshalIndent prints it, the first line where `out` ends, the others `level`
// levels in.
void AppendIndented(std::string_view json, int level, std::string* out, bool html = true);

// Streams into a string. Begin/End calls must match, and in objects each value follows its Key.
class Writer {
 public:
  enum class Style { kCompact, kIndented };
  explicit Writer(std::string* out, Style style = Style::kCompact, bool html = true)
      : out_(out), indented_(style == Style::kIndented), html_(html) {}

  Writer& BeginObject();
  Writer& EndObject();
  Writer& BeginArray();
  Writer& EndArray();
  Writer& Key(std::string_view key);

  Writer& String(std::string_view text);
  Writer& Int(int64_t number);
  Writer& Uint(uint64_t number);
  Writer& Double(double number);
  Writer& Bool(bool value);
  Writer& Null();
  // Valid JSON in any layout; brought into ours.
  Writer& Raw(std::string_view json);
  // Members of an object in any layout, without its braces: "a": 1, "b": 2. Must not be empty.
  Writer& RawMembers(std::string_view members) { return Raw(members); }
  // Valid JSON whose layout is known to be right for this very place (compact, or indented at level()).
  Writer& RawVerbatim(std::string_view json);

  // Key and value at once.
  Writer& Member(std::string_view key, std::string_view text) { return Key(key).String(text); }
  Writer& Member(std::string_view key, const char* text) { return Key(key).String(text); }
  Writer& Member(std::string_view key, bool value) { return Key(key).Bool(value); }
  Writer& Member(std::string_view key, int value) { return Key(key).Int(value); }
  Writer& Member(std::string_view key, int64_t value) { return Key(key).Int(value); }
  Writer& Member(std::string_view key, uint64_t value) { return Key(key).Uint(value); }

  int level() const { return static_cast<int>(empty_.size()); }

 private:
  void BeforeValue();
  void NewLine();
  Writer& Begin(char bracket);
  Writer& End(char bracket);

  std::string* out_;
  const bool indented_;
  const bool html_;
  bool after_key_ = false;
  std::vector<bool> empty_;  // per open container: nothing written yet
};

}  // namespace base::json
