#include "provider/plugin/schema_cache.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

#include "base/core/files.h"
#include "base/core/log.h"
#include "base/core/strings.h"

namespace provider::plugin {
namespace {

// Changes with the layout of the file, and with what is expected of the bytes in it.
constexpr std::string_view kMagic = "parterre plugin schemas 1";
constexpr size_t kMaxHeader = 16 << 10;
constexpr off_t kMaxFile = off_t{512} << 20;

class MappedFile {
 public:
  static std::shared_ptr<const MappedFile> Open(const std::string& path) {
    auto fd = base::core::OpenFile(path, O_RDONLY | O_NOFOLLOW);
    struct stat status;
    if (!fd.ok() || ::fstat(fd->get(), &status) != 0 || !S_ISREG(status.st_mode)) return nullptr;
    if (status.st_size <= 0 || status.st_size > kMaxFile) return nullptr;
    auto size = static_cast<size_t>(status.st_size);
    void* start = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, fd->get(), 0);
    if (start == MAP_FAILED) return nullptr;
    return std::make_shared<const MappedFile>(start, size);
  }
  MappedFile(void* start, size_t size) : start_(start), size_(size) {}
  ~MappedFile() { ::munmap(start_, size_); }
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;
  std::string_view text() const { return {static_cast<const char*>(start_), size_}; }

 private:
  void* start_;
  size_t size_;
};

// MAGIC, fingerprint, protocol and sizes, a line each; then the bytes.
std::string Header(const std::string& fingerprint, const SchemaBytes& schemas) {
  return fmt::format("{}\n{}\n{} {} {}\n", kMagic, fingerprint, static_cast<int>(schemas.protocol),
                     schemas.schemas.size(), schemas.identities.size());
}

std::string_view TakeLine(std::string_view* text) {
  size_t end = std::min(text->substr(0, kMaxHeader).find('\n'), text->size());
  std::string_view line = text->substr(0, end);
  text->remove_prefix(std::min(end + 1, text->size()));
  return line;
}

}  // namespace

std::string FileFingerprint(const std::string& executable) {
  struct stat status;
  if (::stat(executable.c_str(), &status) != 0) return "";
  return fmt::format("{} {} {} {} {}.{:09}", base::core::GoQuote(executable), status.st_dev, status.st_ino,
                     status.st_size, status.st_mtim.tv_sec, status.st_mtim.tv_nsec);
}

std::optional<SchemaBytes> LoadSchemas(const std::string& file, const std::string& fingerprint) {
  std::shared_ptr<const MappedFile> mapped = MappedFile::Open(file);
  if (!mapped || fingerprint.empty()) return std::nullopt;
  std::string_view rest = mapped->text();
  if (TakeLine(&rest) != kMagic || TakeLine(&rest) != fingerprint) return std::nullopt;
  std::vector<std::string_view> sizes = base::core::Split(TakeLine(&rest), ' ');
  if (sizes.size() != 3 || (sizes[0] != "5" && sizes[0] != "6")) return std::nullopt;
  auto schemas = base::core::ParseUint64(sizes[1]);
  auto identities = base::core::ParseUint64(sizes[2]);
  if (!schemas || !identities || *schemas > rest.size() || rest.size() - *schemas != *identities)
    return std::nullopt;
  return SchemaBytes{.protocol = sizes[0] == "5" ? Protocol::k5 : Protocol::k6,
                     .schemas = rest.substr(0, *schemas),
                     .identities = rest.substr(*schemas),
                     .owner = std::move(mapped)};
}

void StoreSchemas(const std::string& file, const std::string& fingerprint, const SchemaBytes& schemas) {
  std::string text = Header(fingerprint, schemas);
  text.append(schemas.schemas).append(schemas.identities);
  auto stored = base::core::MakeDirectories(base::core::DirectoryName(file));
  if (stored.ok()) stored = base::core::ReplaceFile(file, text, 0600);
  if (!stored.ok())
    base::core::Log(base::core::LogLevel::kWarn, "plugin", "schemas were not stored: {}",
                    stored.error().message());
}

}  // namespace provider::plugin
