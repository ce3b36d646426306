// JsonParser: recursive descent over the tokens of a JSON file, with the reference's rules of recovery, into
// the syntax tree. What the values mean as arguments and blocks is content.h's business.
// Used by json_parser.cc, behind parser.h.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "language/hcl/arena.h"
#include "language/hcl/file.h"
#include "language/hcl/json_tokens.h"

namespace language::hcl {

class JsonParser {
 public:
  JsonParser(File& file, base::diag::Diagnostics& diagnostics);
  void ParseFile();

 private:
  JsonToken Peek();
  JsonToken Read();
  std::string_view TextOf(Span span) const { return source_.substr(span.begin, span.end - span.begin); }

  // Nothing where only a placeholder could be made.
  const Expression* ParseValue();
  const Expression* ParseObject();
  bool ParseProperty(std::vector<ObjectItem>& items);
  const Expression* ParseArray();
  const Expression* ParseNumber();
  const Expression* ParseString();
  const Expression* ParseKeyword();
  // A mistake in an object or array: skips to where that seems to end. Null, for its caller to return.
  const Expression* Fail(std::string summary, std::string detail, Span subject);
  void Recover(JsonTokenKind token, JsonTokenKind open, JsonTokenKind close);
  const Expression* StopAtLimit(Span at);
  void Report(std::string summary, std::string detail, Span subject, Span context);
  void Report(std::string summary, std::string detail, Span subject) {
    Report(std::move(summary), std::move(detail), subject, subject);
  }

  const Expression* NewLiteral(value::Value value, Span span);
  const Expression* NewText(std::string_view text, bool copied, Span span);
  const Body* NewBody(const Expression& value, Span end);
  void Own(const value::Value& value) {
    if (value.HoldsStorage()) file_.owned_values_.push_back(const_cast<value::Value*>(&value));
  }

  File& file_;
  base::diag::Diagnostics& diagnostics_;
  std::string_view source_;
  Arena arena_;
  JsonToken peeked_{JsonTokenKind::kInvalid, {0, 0}};
  bool has_peeked_ = false;
  uint32_t next_ = 0;
  int depth_ = 0;
  bool stopped_ = false;
  // Added at the end: where in the file a mistake lies is known when all is read.
  struct PendingDiagnostic {
    std::string summary, detail;
    Span subject, context;
  };
  std::vector<PendingDiagnostic> pending_;
  // Lists under construction, innermost last.
  std::vector<ObjectItem> items_;
  std::vector<const Expression*> elements_;
};

}  // namespace language::hcl
