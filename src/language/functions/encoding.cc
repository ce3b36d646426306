#include <iconv.h>

#include "base/archive/go_gzip.h"
#include "base/archive/gzip.h"
#include "base/text/unicode.h"
#include "language/functions/encoding_names.h"
#include "language/functions/family.h"

namespace language::functions {
namespace {

const Type kString = Type::String();

CallResult Base64Encode(const Environment&, Arguments a) {
  return Value::String(base::core::Base64Encode(a[0].AsString()));
}

CallResult Base64Decode(const Environment&, Arguments a) {
  const std::optional<std::string> decoded = base::core::Base64Decode(a[0].AsString());
  if (!decoded) return Fail("failed to decode base64 data {}", Quoted(a[0].AsString()));
  if (!base::text::ValidUtf8(*decoded))
    return Fail("the result of decoding the provided string is not valid UTF-8");
  return Value::String(*decoded);
}

CallResult Base64Gzip(const Environment&, Arguments a) {
  return Value::String(base::core::Base64Encode(base::archive::GoGzip(a[0].AsString())));
}

CallResult Base64Gunzip(const Environment&, Arguments a) {
  constexpr uint64_t kLimit = 256 << 20;  // a small text may stand for a very long one
  const std::optional<std::string> bytes = base::core::Base64Decode(a[0].AsString());
  if (!bytes) return Fail("failed to decode base64 data {}", Quoted(a[0].AsString()));
  const base::core::Result<std::string> text = base::archive::Gunzip(*bytes, kLimit);
  if (!text.ok()) return Fail("failed to gunzip the decoded data: {}", text.error().message());
  if (!base::text::ValidUtf8(*text)) return Fail("the result of decompressing is not valid UTF-8");
  return Value::String(*text);
}

// application/x-www-form-urlencoded, as Go's url.QueryEscape.
CallResult UrlEncode(const Environment&, Arguments a) {
  constexpr char kHex[] = "0123456789ABCDEF";
  std::string out;
  for (const unsigned char c : a[0].AsString()) {
    const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                       c == '-' || c == '_' || c == '.' || c == '~';
    if (plain) {
      out += static_cast<char>(c);
    } else if (c == ' ') {
      out += '+';
    } else {
      out += {'%', kHex[c >> 4], kHex[c & 15]};
    }
  }
  return Value::String(out);
}

std::optional<int> HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  c = static_cast<char>(c | 0x20);
  return c >= 'a' && c <= 'f' ? std::optional<int>(c - 'a' + 10) : std::nullopt;
}

// The way back, as Go's url.QueryUnescape.
CallResult UrlDecode(const Environment&, Arguments a) {
  const std::string_view in = a[0].AsString();
  std::string out;
  for (size_t i = 0; i < in.size(); ++i) {
    if (in[i] == '+') {
      out += ' ';
    } else if (in[i] != '%') {
      out += in[i];
    } else {
      const std::optional<int> high = i + 2 < in.size() ? HexDigit(in[i + 1]) : std::nullopt;
      const std::optional<int> low = high ? HexDigit(in[i + 2]) : std::nullopt;
      if (!low) return Fail("invalid URL escape {}", Quoted(in.substr(i, 3)));
      out += static_cast<char>(*high << 4 | *low);
      i += 2;
    }
  }
  if (!base::text::ValidUtf8(out)) return Fail("the result of decoding is not valid UTF-8");
  return Value::String(out);
}

struct Converter {
  iconv_t handle;
  Converter(const std::string& to, const std::string& from) : handle(iconv_open(to.c_str(), from.c_str())) {}
  ~Converter() {
    if (ok()) iconv_close(handle);
  }
  bool ok() const { return handle != reinterpret_cast<iconv_t>(-1); }

  std::optional<std::string> Run(std::string_view input) {
    std::string output;
    char buffer[4096];
    char* in = const_cast<char*>(input.data());
    size_t left = input.size();
    do {
      char* out = buffer;
      size_t room = sizeof buffer;
      const size_t status = iconv(handle, left > 0 ? &in : nullptr, &left, &out, &room);
      output.append(buffer, out - buffer);
      if (status == static_cast<size_t>(-1) && errno != E2BIG) return std::nullopt;
    } while (left > 0);
    // Encodings with a state end in their first one.
    char* out = buffer;
    size_t room = sizeof buffer;
    iconv(handle, nullptr, nullptr, &out, &room);
    output.append(buffer, out - buffer);
    return output;
  }
};

// UTF-16 has the bytes of the higher order first, with a mark that says so; iconv would take its own order.
constexpr std::string_view kUtf16 = "UTF-16";
constexpr std::string_view kHighFirst = "\xfe\xff", kLowFirst = "\xff\xfe";

CallError UnsupportedEncoding(std::string_view name) {
  return FailArgument(1, "{} is not a supported IANA encoding name or alias", Quoted(name));
}

CallResult TextEncodeBase64(const Environment&, Arguments a) {
  const CharacterEncoding* encoding = FindEncoding(a[1].AsString());
  if (!encoding) return UnsupportedEncoding(a[1].AsString());
  const bool utf16 = encoding->name == kUtf16;
  Converter converter(utf16 ? "UTF-16BE" : std::string(encoding->iconv), "UTF-8");
  if (!converter.ok()) return UnsupportedEncoding(a[1].AsString());
  const std::optional<std::string> encoded = converter.Run(a[0].AsString());
  if (!encoded) {
    return FailArgument(0, "the given string contains characters that cannot be represented in {}",
                        encoding->name);
  }
  return Value::String(base::core::Base64Encode((utf16 ? std::string(kHighFirst) : "") + *encoded));
}

CallResult TextDecodeBase64(const Environment&, Arguments a) {
  const CharacterEncoding* encoding = FindEncoding(a[1].AsString());
  if (!encoding) return UnsupportedEncoding(a[1].AsString());
  const std::optional<std::string> bytes = base::core::Base64Decode(a[0].AsString());
  if (!bytes) return FailArgument(0, "the given value has an invalid base64 symbol");
  std::string_view text = *bytes;
  std::string name(encoding->decoded_as);
  if (encoding->name == kUtf16) {
    name = text.starts_with(kLowFirst) ? "UTF-16LE" : "UTF-16BE";
    if (text.starts_with(kLowFirst) || text.starts_with(kHighFirst)) text.remove_prefix(2);
  }
  Converter converter("UTF-8", name);
  if (!converter.ok()) return UnsupportedEncoding(a[1].AsString());
  const std::optional<std::string> decoded = converter.Run(text);
  if (!decoded) {
    return FailArgument(0, "the given string contains symbols that are not defined for {}", encoding->name);
  }
  return Value::String(*decoded);
}

}  // namespace

Table EncodingFunctions() {
  const Parameter str{"str", kString}, encoding{"encoding", kString};
  return {
      {"base64encode", "The UTF-8 bytes of a text in Base64.", {str}, {}, kString, Base64Encode},
      {"base64decode", "The text whose UTF-8 bytes are given in Base64.", {str}, {}, kString, Base64Decode},
      {"base64gzip", "A text, compressed by gzip, in Base64.", {str}, {}, kString, Base64Gzip},
      {"base64gunzip",
       "The text that was compressed by gzip and put into Base64.",
       {str},
       {},
       kString,
       Base64Gunzip},
      {"urldecode", "The text that stands in the query part of a URL.", {str}, {}, kString, UrlDecode},
      {"urlencode", "A text fit for the query part of a URL.", {str}, {}, kString, UrlEncode},
      {"textencodebase64",
       "A text in a character encoding, in Base64.",
       {{"string", kString}, encoding},
       {},
       kString,
       TextEncodeBase64},
      {"textdecodebase64",
       "The text that Base64 stands for in a character encoding.",
       {{"source", kString}, encoding},
       {},
       kString,
       TextDecodeBase64},
  };
}

}  // namespace language::functions
