// Versions of providers and constraints on them, by the strict rules that the lock file keeps: Semantic
// Versioning with three numbers, no "v", no wildcards. Not for modules and required_version, whose rules are
// looser (language/address/version.h). Used by the lock file and by the choice among published versions.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace install::lockfile {

struct Version {
  uint64_t major = 0, minor = 0, patch = 0;
  std::string prerelease;
  std::string metadata;  // does not count in comparisons

  // "1.2.3", "1.2.3-beta1+build"; nothing for anything shorter, longer or otherwise malformed.
  static std::optional<Version> Parse(std::string_view text);
  std::string ToString() const;
  // By precedence; prereleases lie below their release.
  friend std::strong_ordering operator<=>(const Version& a, const Version& b);
  friend bool operator==(const Version& a, const Version& b) { return (a <=> b) == 0; }
};

// All must hold; none at all admits every release.
class VersionConstraints {
 public:
  // "~> 1.2, != 1.3.1"; nothing when malformed. The empty text admits every release.
  static std::optional<VersionConstraints> Parse(std::string_view text);
  void Add(const VersionConstraints& others);

  // A prerelease is admitted only where a constraint names exactly it.
  bool Allow(const Version& version) const;
  bool empty() const { return constraints_.empty(); }
  // As lock files have them: sorted, without repeats, missing parts filled in: ">= 0.5.0, 1.0.0".
  std::string ToString() const;

 private:
  // In the order in which constraints on the same version are written.
  enum class Operator : uint8_t {
    kGreater,
    kGreaterOrEqual,
    kEqual,
    kPessimisticPatch,
    kPessimisticMinor,
    kLessOrEqual,
    kLess,
    kNotEqual
  };
  struct Constraint {
    Version version;
    Operator op;
    std::string ToString() const;
  };
  static std::optional<Constraint> ParseOne(std::string_view text);
  static bool Allows(const Constraint& constraint, const Version& version);
  std::vector<Constraint> constraints_;
};

}  // namespace install::lockfile
