#include "language/hcl/parser.h"

#include <memory>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "language/hcl/parser_impl.h"

namespace language::hcl {
namespace {

constexpr size_t kMaxText = size_t{1} << 30;
// More than anyone reads; a bound for hostile input.
constexpr size_t kMaxDiagnostics = 1000;

}  // namespace

void Parser::Start(LexMode mode, std::string_view text, uint32_t base) {
  source_ = text;
  base_ = base;
  if (source_.size() > kMaxText) {
    Report("File too large", "A configuration file can be at most 1 GiB long. Split it into several files.",
           {0, 0});
    source_ = {};
  }
  tokens_ = Tokenize(source_, mode);
  if (base != 0) {
    for (Token& token : tokens_) {
      token.begin += base;
      token.end += base;
    }
  }
  tokens_.push_back(tokens_.back());
  arena_.emplace(file_.arena_, source_.size());
  ReportInvalidTokens();
  error_count_ = 0;  // what the lexer found does not steer the parser
}

void Parser::Finish() {
  for (PendingDiagnostic& d : pending_) {
    diagnostics_.Add(MakeDiagnostic(base::diag::Severity::kError, std::move(d.summary), std::move(d.detail),
                                    file_, d.subject, d.context));
  }
}

void Parser::Report(std::string summary, std::string detail, Span subject, Span context) {
  if (stopped_) return;
  ++error_count_;
  pending_.push_back({std::move(summary), std::move(detail), subject, context});
  if (pending_.size() == kMaxDiagnostics) stopped_ = true;
}

void Parser::ReportUnlessRecovering(std::string_view summary, std::string_view detail, Span subject,
                                    Span context) {
  if (!recovery_) Report(std::string(summary), std::string(detail), subject, context);
}

std::string Parser::ShownText(const Token& token) const {
  constexpr size_t kLongest = 400;
  std::string_view text = Text(token);
  if (text.size() <= kLongest) return std::string(text);
  text = text.substr(0, kLongest);
  // Not in the middle of a character.
  while ((static_cast<unsigned char>(text.back()) & 0xC0) == 0x80) text.remove_suffix(1);
  return std::string(text.substr(0, text.size() - 1)) + "...";
}

void Parser::StopAtLimit() {
  Report("Nesting too deep",
         fmt::format(
             "Expressions and blocks can be nested at most {} levels deep. Move the inner parts into local "
             "values and refer to them.",
             kMaxNesting),
         Peek().span());
  ++error_count_;
  recovery_ = true;
  stopped_ = true;
  next_ = tokens_.size() - 1;
}

void Parser::ParseFile() {
  Start(LexMode::kNormal);
  file_.body_ = ParseBody(TokenKind::kEof);
  Finish();
}

// As if in parentheses: line breaks do not count.
void Parser::ParseBareExpression() {
  Start(LexMode::kNormal);
  FinishBareExpression();
}

void Parser::FinishBareExpression() {
  newlines_ = false;
  const Expression* expression = ParseExpression();
  const Token next = Peek();
  if (next.kind != TokenKind::kEof) {
    ReportUnlessRecovering(
        "Extra characters after expression",
        "The expression is complete before this place. Remove the rest, or join it by an operator.",
        next.span());
  }
  if (pending_.empty()) file_.expression_ = expression;
  Finish();
}

void Parser::ParseBareTemplate() {
  Start(LexMode::kTemplate);
  newlines_ = false;
  const Expression* parsed = ParseTemplateUntil(TokenKind::kEof, false, {0, 0});
  if (pending_.empty()) file_.expression_ = parsed;
  Finish();
}

const Expression* Parser::ParseTemplateInside(std::string_view text, uint32_t base, int depth,
                                              std::span<const TextProblem>* problems) {
  depth_ = depth;
  Start(LexMode::kTemplate, text, base);
  newlines_ = false;
  const Expression* parsed = ParseTemplateUntil(TokenKind::kEof, false, {base, base});
  if (pending_.empty()) return parsed;
  std::vector<TextProblem> found;
  for (const PendingDiagnostic& d : pending_)
    found.push_back({arena_->NewText(d.summary), arena_->NewText(d.detail), d.subject, d.context});
  *problems = arena_->NewSpan(found, 0);
  return nullptr;
}

void Parser::ParseExpressionInside(std::string_view text, uint32_t base) {
  Start(LexMode::kNormal, text, base);
  FinishBareExpression();
}

FilePtr ParseConfig(std::string name, std::string text, base::diag::Diagnostics& diagnostics) {
  auto file = std::make_shared<File>(std::move(name), std::move(text));
  Parser(*file, diagnostics).ParseFile();
  return file;
}

FilePtr ParseExpression(std::string name, std::string text, base::diag::Diagnostics& diagnostics) {
  auto file = std::make_shared<File>(std::move(name), std::move(text));
  Parser(*file, diagnostics).ParseBareExpression();
  return file;
}

ExpressionRef ParseEmbedded(const FilePtr& file, const JsonTextExpression& text,
                            base::diag::Diagnostics& diagnostics) {
  auto piece = std::make_shared<File>(file);
  Parser(*piece, diagnostics).ParseExpressionInside(text.text, text.span.begin);
  if (piece->expression() == nullptr) return {};
  return {piece, piece->expression()};
}

FilePtr ParseTemplate(std::string name, std::string text, base::diag::Diagnostics& diagnostics) {
  auto file = std::make_shared<File>(std::move(name), std::move(text));
  Parser(*file, diagnostics).ParseBareTemplate();
  return file;
}

}  // namespace language::hcl
