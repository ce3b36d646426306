// Versions and version constraints ("~> 1.2, != 1.3.1"), by the rules of Terraform's own parser.
// Not the choice among published versions (install/). Used for required_version, provider requirements and
// the versions of modules.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace language::address {

struct Version {
  std::vector<int64_t> segments;  // at least three; missing ones are zero
  size_t written = 0;             // how many segments the text had
  std::string prerelease;
  std::string metadata;  // does not count in comparisons

  // "1", "v1.2", "1.2.3-beta1+build"; nothing when malformed or when a segment does not fit.
  static std::optional<Version> Parse(std::string_view text);
  std::string ToString() const;
  friend std::strong_ordering operator<=>(const Version& a, const Version& b);
  friend bool operator==(const Version& a, const Version& b) { return (a <=> b) == 0; }
};

// All must hold.
class VersionConstraints {
 public:
  // Nothing when the syntax is wrong; the empty text is wrong as well.
  static std::optional<VersionConstraints> Parse(std::string_view text);
  bool Allow(const Version& version) const;
  bool HasPrerelease() const;
  // The canonical form, as lock files and plan documents have it: sorted, without repeats.
  std::string ToString() const;

 private:
  enum class Operator { kEqual, kNotEqual, kLess, kLessOrEqual, kGreater, kGreaterOrEqual, kPessimistic };
  struct Constraint {
    Operator op;
    Version version;
  };
  static bool Allows(const Constraint& constraint, const Version& version);
  std::vector<Constraint> constraints_;
};

}  // namespace language::address
