// Patterns of fileset(): * and ? within a part, ** over parts, [classes], {alternatives}.
// Looks at texts only. Used by filesystem.cc.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace language::functions {

class Glob {
 public:
  // Nothing for unbalanced brackets and braces, a trailing backslash, and patterns with over 1,000
  // alternatives.
  static std::optional<Glob> Parse(std::string_view pattern);
  // Of a pattern that Parse refuses: whether matching the path would come to what is wrong with it. The
  // reference finds mistakes only so, and gives up silently behind a star.
  static bool ReachesMistake(std::string_view pattern, std::string_view path);
  // The whole path, with '/' between its parts. Time is bounded by the product of the lengths.
  bool Matches(std::string_view path) const;

 private:
  std::vector<std::string> alternatives_;  // without braces
};

}  // namespace language::functions
