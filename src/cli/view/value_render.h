// Prints trees of differences: lines with symbols, aligned names, heredocs, JSON.
// Not what differs (value_diff.h). Used by the views of plans and states.
#pragma once

#include <string>

#include "cli/view/style.h"
#include "cli/view/value_diff.h"

namespace cli::view {

struct RenderOptions {
  bool hide_null_suffix = false;  // no "-> null" after what is deleted
  bool show_unchanged = false;
  bool hide_symbols = false;   // no column of symbols: states
  bool force_replace = false;  // "forces replacement" whatever the diff says; not handed down
};

// Appends the value, its first line without indentation and symbol, without final newline. indent: levels of
// four.
void RenderDiff(const Diff& diff, int indent, RenderOptions options, const Style& style, std::string* out);

// The column of three characters: "  +", "-/+", ...
void AppendSymbol(Action action, const Style& style, std::string* out);

// A name as an attribute is written: quoted where it is no identifier.
std::string AttributeName(std::string_view name);
// Appends the text and spaces up to the width.
void AppendPadded(std::string_view text, size_t width, std::string* out);

}  // namespace cli::view
