// "Did you mean ...?": the known name that is nearest to a mistyped one.
// Not a search: where nothing is near, nothing is said.
// Used wherever a name is looked up and not found.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace base::text {

// Edits by insertion, deletion, substitution, on bytes.
size_t LevenshteinDistance(std::string_view a, std::string_view b);

// The first candidate at a distance below 3 (Terraform's didyoumean), or the empty string.
std::string Suggest(std::string_view name, std::span<const std::string> candidates);
std::string Suggest(std::string_view name, std::span<const std::string_view> candidates);

}  // namespace base::text
