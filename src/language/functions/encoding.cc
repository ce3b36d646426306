#include <iconv.h>
#include <zlib.h>

#include "base/text/unicode.h"
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
  const std::string_view input = a[0].AsString();
  z_stream stream{};
  constexpr int kGzipWindow = 15 + 16;
  if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, kGzipWindow, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
    return Fail("failed to start compression");
  }
  std::string output(deflateBound(&stream, input.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(input.data()));
  stream.avail_in = static_cast<uInt>(input.size());
  stream.next_out = reinterpret_cast<Bytef*>(output.data());
  stream.avail_out = static_cast<uInt>(output.size());
  const int status = deflate(&stream, Z_FINISH);
  output.resize(stream.total_out);
  deflateEnd(&stream);
  if (status != Z_STREAM_END) return Fail("failed to compress");
  return Value::String(base::core::Base64Encode(output));
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

// Names are IANA's; transliteration and other suffixes of iconv are not names.
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
    return output;
  }
};

std::string EncodingName(std::string_view name) {
  std::string upper = base::core::AsciiUpper(name);
  // Without a mark iconv would write one in its own byte order; IANA's UTF-16 is big-endian.
  return upper.find('/') == std::string::npos ? upper : std::string();
}

CallError UnsupportedEncoding(std::string_view name) {
  return FailArgument(1, "{} is not a supported IANA encoding name or alias", Quoted(name));
}

CallResult TextEncodeBase64(const Environment&, Arguments a) {
  Converter converter(EncodingName(a[1].AsString()), "UTF-8");
  if (a[1].AsString().empty() || !converter.ok()) return UnsupportedEncoding(a[1].AsString());
  const std::optional<std::string> encoded = converter.Run(a[0].AsString());
  if (!encoded) {
    return FailArgument(0, "the given string contains characters that cannot be represented in {}",
                        a[1].AsString());
  }
  return Value::String(base::core::Base64Encode(*encoded));
}

CallResult TextDecodeBase64(const Environment&, Arguments a) {
  Converter converter("UTF-8", EncodingName(a[1].AsString()));
  if (a[1].AsString().empty() || !converter.ok()) return UnsupportedEncoding(a[1].AsString());
  const std::optional<std::string> bytes = base::core::Base64Decode(a[0].AsString());
  if (!bytes) return FailArgument(0, "the given value has an invalid base64 symbol");
  const std::optional<std::string> decoded = converter.Run(*bytes);
  if (!decoded) {
    return FailArgument(0, "the given string contains symbols that are not defined for {}", a[1].AsString());
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
