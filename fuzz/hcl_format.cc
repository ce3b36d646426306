// Any configuration that parses: formatted it parses again with as many items, its tokens are those that were
// asked for, and formatting settles. Any other bytes: no crash.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "language/hcl/format.h"
#include "language/hcl/format_tokens.h"
#include "language/hcl/lexer.h"
#include "language/hcl/parser.h"

namespace {

using namespace language::hcl;

// The shape of a body: formatting must not change it.
std::string Shape(const Body& body) {
  std::string shape;
  for (const Attribute& attribute : body.attributes) shape += std::string(attribute.name) + "=";
  for (const Block& block : body.blocks) {
    shape += std::string(block.type) + " ";
    for (const Label& label : block.labels) shape += std::string(label.text) + " ";
    shape += "{" + Shape(*block.body) + "}";
  }
  return shape;
}

std::string_view Trimmed(std::string_view text) {
  while (text.starts_with(' ') || text.starts_with('\t')) text.remove_prefix(1);
  while (text.ends_with(' ') || text.ends_with('\t')) text.remove_suffix(1);
  return text;
}

struct Piece {
  TokenKind kind;
  std::string text;
  friend bool operator==(const Piece&, const Piece&) = default;
};

// Labels are one token when they are written, and several when they hold a % and are read.
void Append(TokenKind kind, std::string_view text, std::vector<Piece>* pieces) {
  const bool literal = kind == TokenKind::kQuotedLiteral;
  if (literal && text.empty()) return;
  if (literal && !pieces->empty() && pieces->back().kind == kind) {
    pieces->back().text += text;
  } else {
    pieces->push_back({kind, std::string(literal ? text : Trimmed(text))});
  }
}

// Moving blanks about makes no other tokens of the rewritten ones.
void CheckTokens(std::string_view text, std::string_view formatted) {
  const FormatTokens rewritten = RewriteTokens(text);
  std::vector<Piece> wanted, got;
  for (const FormatToken& token : rewritten.tokens) Append(token.kind, token.text, &wanted);
  for (const Token& token : Tokenize(formatted, LexMode::kNormal))
    Append(token.kind, TokenText(formatted, token), &got);
  got.pop_back();  // the end of the file
  if (wanted != got) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  base::diag::Diagnostics before, after;
  const FilePtr original = ParseConfig("fuzz.tf", text, before);
  std::string formatted = Format(text);
  if (before.HasErrors()) return 0;
  const FilePtr again = ParseConfig("fuzz.tf", formatted, after);
  if (after.HasErrors() || Shape(original->body()) != Shape(again->body())) std::abort();
  if (UnifiedDiff(text, formatted, "old", "new").empty() != (text == formatted)) std::abort();
  CheckTokens(text, formatted);
  // The reference takes several rounds over some texts (a template unwrapped from a template, for one), as we
  // do.
  constexpr int kRounds = 4;
  for (int round = 0; round < kRounds; ++round) {
    std::string next = Format(formatted);
    if (next == formatted) return 0;
    formatted = std::move(next);
  }
  std::abort();
}
