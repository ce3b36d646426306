#include "base/archive/gzip.h"

#include <zlib.h>

namespace base::archive {
namespace {

constexpr int kGzipWindow = 15 + 16;  // zlib's way of saying: with a gzip header
constexpr size_t kStep = 256 * 1024;

}  // namespace

std::string Gzip(std::string_view bytes) {
  z_stream stream{};
  CHECK(deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, kGzipWindow, 8, Z_DEFAULT_STRATEGY) == Z_OK);
  std::string out(deflateBound(&stream, bytes.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  int status = deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  CHECK(status == Z_STREAM_END);
  return out;
}

core::Result<std::string> Gunzip(std::string_view bytes, uint64_t limit) {
  z_stream stream{};
  CHECK(inflateInit2(&stream, kGzipWindow) == Z_OK);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  std::string out;
  int status = Z_OK;
  while (status == Z_OK && out.size() <= limit) {
    size_t before = out.size();
    out.resize(before + kStep);
    stream.next_out = reinterpret_cast<Bytef*>(out.data() + before);
    stream.avail_out = kStep;
    status = inflate(&stream, Z_NO_FLUSH);
    out.resize(before + kStep - stream.avail_out);
    if (status == Z_BUF_ERROR || (status == Z_OK && stream.avail_out == kStep)) break;
  }
  inflateEnd(&stream);
  if (out.size() > limit) return core::Error("it grows beyond what is allowed");
  if (status != Z_STREAM_END) return core::Error("it is cut off or not gzip");
  return out;
}

}  // namespace base::archive
