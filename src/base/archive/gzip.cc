#include "base/archive/gzip.h"

#include <zlib.h>

#include <algorithm>

namespace base::archive {
namespace {

constexpr int kGzipWindow = 15 + 16;  // zlib's way of saying: with a gzip header
constexpr size_t kStep = 256 * 1024;

// zlib counts what it is given in 32 bits: long texts go over in pieces.
class Pieces {
 public:
  explicit Pieces(std::string_view bytes) : left_(bytes) {}

  void Feed(z_stream& stream) {
    if (stream.avail_in != 0 || left_.empty()) return;
    const std::string_view piece = left_.substr(0, kStep);
    left_.remove_prefix(piece.size());
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(piece.data()));
    stream.avail_in = static_cast<uInt>(piece.size());
  }
  bool last() const { return left_.empty(); }

 private:
  std::string_view left_;
};

// One call of deflate or inflate that appends what it makes, at most kStep bytes, to `out`.
template <typename Call>
int Append(z_stream& stream, std::string& out, Call call) {
  const size_t before = out.size();
  out.resize(before + kStep);
  stream.next_out = reinterpret_cast<Bytef*>(out.data() + before);
  stream.avail_out = kStep;
  const int status = call();
  out.resize(before + kStep - stream.avail_out);
  return status;
}

}  // namespace

std::string Gzip(std::string_view bytes) {
  z_stream stream{};
  CHECK(deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, kGzipWindow, 8, Z_DEFAULT_STRATEGY) == Z_OK);
  Pieces pieces(bytes);
  std::string out;
  int status = Z_OK;
  while (status == Z_OK) {
    pieces.Feed(stream);
    status = Append(stream, out, [&] { return deflate(&stream, pieces.last() ? Z_FINISH : Z_NO_FLUSH); });
  }
  deflateEnd(&stream);
  CHECK(status == Z_STREAM_END);
  return out;
}

core::Result<std::string> Gunzip(std::string_view bytes, uint64_t limit) {
  z_stream stream{};
  CHECK(inflateInit2(&stream, kGzipWindow) == Z_OK);
  Pieces pieces(bytes);
  std::string out;
  int status = Z_OK;
  while (status == Z_OK && out.size() <= limit) {
    pieces.Feed(stream);
    status = Append(stream, out, [&] { return inflate(&stream, Z_NO_FLUSH); });  // without input: no Z_OK
  }
  inflateEnd(&stream);
  if (out.size() > limit) return core::Error("it grows beyond what is allowed");
  if (status != Z_STREAM_END) return core::Error("it is cut off or not gzip");
  return out;
}

}  // namespace base::archive
