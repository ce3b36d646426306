// Diagnostics: the user's mistakes and what providers say of them, as data that owns all of its text.
// Not for failures of the environment (Result) nor for printing, which only cli/view does.
// Filled by every room that reads user input.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/text/source.h"

namespace base::diag {

enum class Severity { kError, kWarning };

// What said it, where that matters to what becomes of it: a custom condition, or one of a check block.
enum class Origin : uint8_t { kOther, kCondition, kCheckBlock };

// What `var.x is "bad"` lines are made of.
struct ExpressionValue {
  std::string traversal;  // "var.x"
  std::string statement;  // "is \"bad\""
};

// Source lines around the subject, copied out of the file when the diagnostic is made.
struct Snippet {
  std::string context;      // header of the enclosing block: resource "t" "n"; may be empty
  std::string code;         // whole lines, without the last line terminator
  int start_line = 0;       // of code's first line
  int highlight_start = 0;  // byte offsets into code
  int highlight_end = 0;
  std::vector<ExpressionValue> values;
  std::string function_signature;  // "upper(str)" when the mistake lies inside a call
  // The same as compact JSON with names and types, as -json outputs carry it; may be empty.
  std::string function_signature_json;
};

struct Diagnostic {
  Severity severity = Severity::kError;
  std::string summary;
  std::string detail;
  std::string address;  // resource instance, module or provider that it concerns; may be empty
  std::optional<text::Range> subject;
  std::optional<Snippet> snippet;
  Origin origin = Origin::kOther;
  // Whose custom condition this tells of ("output.x", "module.m.check.c", "aws_x.y[0]"); empty: nobody's.
  std::string condition_of;
  bool demoted = false;  // an error by itself; a warning because it belongs to a check block
};

class Diagnostics {
 public:
  // When there are many about long lines, later ones keep what is near their subject only.
  void Add(Diagnostic diagnostic);
  void Error(std::string_view summary, std::string_view detail);
  void Warning(std::string_view summary, std::string_view detail);
  void Append(Diagnostics other);
  // Sets the address on diagnostics, from index `first` on, that have none.
  void SetAddress(std::string_view address, size_t first = 0);

  bool HasErrors() const { return errors_ > 0; }
  bool empty() const { return items_.empty(); }
  size_t size() const { return items_.size(); }
  const std::vector<Diagnostic>& items() const { return items_; }
  std::vector<Diagnostic>& mutable_items() { return items_; }
  // Turns every error into a warning (what belongs to a check block).
  void DemoteErrors();
  // Says of those from index `first` on whose conditions they tell of, where nobody has said it.
  void SetConditionOf(std::string_view address, size_t first, bool demoted = false);

 private:
  std::vector<Diagnostic> items_;
  size_t errors_ = 0;
  size_t code_size_ = 0;  // of the snippets
};

// The order in which a reader sees them: warnings before errors, sourceless first, then by place.
// Warnings with a source and one summary are folded into their first, but for those of check blocks.
Diagnostics SortedForDisplay(const Diagnostics& diagnostics);

}  // namespace base::diag
