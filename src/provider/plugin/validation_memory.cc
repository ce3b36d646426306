#include "provider/plugin/validation_memory.h"

#include <algorithm>
#include <array>

#include "base/core/files.h"
#include "base/core/log.h"
#include "base/crypto/digest.h"

namespace provider::plugin {
namespace {

constexpr std::string_view kMagic = "parterre validations 1\n";
constexpr size_t kDigestSize = 32;
// Beyond that all is forgotten: it is a convenience of small configurations.
constexpr size_t kMost = 10'000;

// What a shell changes from command to command, and no provider looks at.
constexpr std::array<std::string_view, 7> kPassing = {"_",     "SHLVL", "OLDPWD", "COLUMNS",
                                                      "LINES", "TERM",  "TF_LOG"};

}  // namespace

ValidationMemory::ValidationMemory(std::string file, const std::string& fingerprint,
                                   const base::core::Environment& environment)
    : file_(fingerprint.empty() ? "" : std::move(file)) {
  if (file_.empty()) return;
  std::string text = fingerprint;
  for (const auto& [name, value] : environment.variables()) {
    if (std::find(kPassing.begin(), kPassing.end(), name) != kPassing.end()) continue;
    text.append(1, '\0').append(name).append(1, '=').append(value);
  }
  world_ = base::crypto::Sha256(text);
}

ValidationMemory::~ValidationMemory() {
  if (!changed_) return;
  std::string text(kMagic);
  for (const std::string& digest : known_) text += digest;
  auto stored = base::core::MakeDirectories(base::core::DirectoryName(file_));
  if (stored.ok()) stored = base::core::ReplaceFile(file_, text, 0600);
  if (!stored.ok())
    base::core::Log(base::core::LogLevel::kWarn, "plugin", "validations were not stored: {}",
                    stored.error().message());
}

std::string ValidationMemory::Digest(std::string_view question) const {
  return base::crypto::Sha256(world_ + std::string(question));
}

void ValidationMemory::LoadLocked() {
  if (loaded_) return;
  loaded_ = true;
  auto text = base::core::ReadFile(file_, kMagic.size() + kMost * kDigestSize);
  if (!text.ok() || !text->starts_with(kMagic)) return;
  for (size_t at = kMagic.size(); at + kDigestSize <= text->size(); at += kDigestSize)
    known_.insert(text->substr(at, kDigestSize));
}

bool ValidationMemory::Knows(std::string_view question) {
  if (file_.empty()) return false;
  std::string digest = Digest(question);
  std::lock_guard lock(mutex_);
  LoadLocked();
  return known_.contains(digest);
}

bool ValidationMemory::KnowsFromThisRun(std::string_view question) {
  std::string digest = Digest(question);
  std::lock_guard lock(mutex_);
  return of_this_run_.contains(digest);
}

void ValidationMemory::Remember(std::string_view question) {
  std::string digest = Digest(question);
  std::lock_guard lock(mutex_);
  if (of_this_run_.size() >= kMost) of_this_run_.clear();
  of_this_run_.insert(digest);
  if (file_.empty()) return;
  LoadLocked();
  if (known_.size() >= kMost) known_.clear();
  changed_ = known_.insert(std::move(digest)).second || changed_;
}

}  // namespace provider::plugin
