// Parser: recursive descent over the tokens of one file. Split over parser.cc (entry points),
// parser_recovery.cc, parser_body.cc, parser_expression.cc, parser_collection.cc (brackets, braces, calls),
// parser_template.cc and template_build.cc. Its rules of recovery are those of the reference, so that both
// report the same places. Used by parser.h.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/diag/diagnostics.h"
#include "language/hcl/arena.h"
#include "language/hcl/ast.h"
#include "language/hcl/file.h"
#include "language/hcl/lexer.h"
#include "language/hcl/token.h"

namespace language::hcl {

// Without Unicode white space at its beginning (template_build.cc).
std::string_view TrimBlanksLeft(std::string_view text);

class Parser {
 public:
  Parser(File& file, base::diag::Diagnostics& diagnostics) : file_(file), diagnostics_(diagnostics) {}

  void ParseFile();
  void ParseBareExpression();
  void ParseBareTemplate();
  // Native syntax inside of a JSON string: spans begin at `base`. The text must live as long as the file.
  const Expression* ParseTemplateInside(std::string_view text, uint32_t base, int depth,
                                        std::span<const TextProblem>* problems);
  void ParseExpressionInside(std::string_view text, uint32_t base);

 private:
  // Counts the levels of syntax that nest; at the limit nothing further is read.
  class Level {
   public:
    explicit Level(Parser& parser) : parser_(parser), ok_(++parser.depth_ <= kMaxNesting) {
      if (!ok_) parser.StopAtLimit();
    }
    Level(const Level&) = delete;
    Level& operator=(const Level&) = delete;
    ~Level() { --parser_.depth_; }
    bool ok() const { return ok_; }

   private:
    Parser& parser_;
    bool ok_;
  };

  // Whether newlines count as tokens, for as long as it lives.
  class NewlineScope {
   public:
    NewlineScope(Parser& parser, bool significant) : parser_(parser), saved_(parser.newlines_) {
      parser.newlines_ = significant;
    }
    NewlineScope(const NewlineScope&) = delete;
    NewlineScope& operator=(const NewlineScope&) = delete;
    ~NewlineScope() { parser_.newlines_ = saved_; }

   private:
    Parser& parser_;
    bool saved_;
  };

  struct PendingDiagnostic {
    std::string summary;
    std::string detail;
    Span subject;
    Span context;
  };

  // One item of a template before its control sequences are matched.
  struct TemplatePart {
    enum class Kind : uint8_t { kLiteral, kInterpolation, kIf, kElse, kEndIf, kFor, kEndFor, kEnd };
    Kind kind;
    Span span;
    std::string_view text;                   // kLiteral
    const Expression* expression = nullptr;  // kInterpolation, condition of kIf, collection of kFor
    std::string_view key_name, value_name;   // kFor
  };

  // Tokens. The vector ends with two kEof, so that PreviousSpan is right after the end has been read.
  void Start(LexMode mode) { Start(mode, file_.source().text(), 0); }
  void Start(LexMode mode, std::string_view text, uint32_t base);
  void Finish();
  void FinishBareExpression();
  Token Peek() const;
  TokenKind PeekKind() const { return Peek().kind; }
  Token Read();
  Span PreviousSpan() const { return tokens_[next_ == 0 ? 0 : next_ - 1].span(); }
  std::string_view Text(const Token& token) const { return TextOf(token.span()); }
  std::string_view TextOf(Span span) const {
    return source_.substr(span.begin - base_, span.end - span.begin);
  }
  // For messages: names of many megabytes are cut.
  std::string ShownText(const Token& token) const;
  char CharAt(uint32_t offset) const { return source_[offset - base_]; }
  bool PeekIsKeyword(std::string_view keyword) const;

  // Diagnostics and recovery.
  void Report(std::string summary, std::string detail, Span subject) {
    Report(summary, detail, subject, subject);
  }
  void Report(std::string summary, std::string detail, Span subject, Span context);
  void ReportUnlessRecovering(std::string_view summary, std::string_view detail, Span subject) {
    ReportUnlessRecovering(summary, detail, subject, subject);
  }
  void ReportUnlessRecovering(std::string_view summary, std::string_view detail, Span subject, Span context);
  void ReportInvalidTokens();
  void StopAtLimit();
  // Since `errors_before`, a mistake was found after which the place in the token stream is doubtful.
  bool Lost(size_t errors_before) const { return recovery_ && error_count_ > errors_before; }
  Token Recover(TokenKind end);
  void RecoverOver(TokenKind open);
  void RecoverAfterBodyItem();

  // Nodes.
  const Expression* NewLiteral(value::Value value, Span span);
  const Expression* NewText(std::string_view text, Span span);
  const Expression* Placeholder(Span span) { return NewLiteral(value::Value::DynamicUnknown(), span); }
  // A value that lies in the arena.
  void Own(const value::Value& value) {
    if (value.HoldsStorage()) file_.owned_values_.push_back(const_cast<value::Value*>(&value));
  }

  // Structure.
  struct BodyLists;
  const Body* ParseBody(TokenKind end);
  void ParseBodyItem(BodyLists& lists);
  void ParseAttribute(const Token& name, bool single_line, Attribute* attribute);
  void AddAttribute(BodyLists& lists, const Attribute& attribute);
  void ParseBlock(const Token& type);
  bool ParseBlockHeader(const Token& type, Token* open);
  const Body* ParseSingleAttributeBody();
  void FinishSingleAttributeBody(Span open);
  void ReportBadBodyToken(const Token& bad, TokenKind end, Span start);
  Label ParseLabel();
  const Body* EmptyBody(Span span);

  // Expressions.
  const Expression* ParseExpression();
  const Expression* ParseBinary(int min_precedence);
  const Expression* ParseWithTraversals();
  const Expression* ParseTerm();
  const Expression* ParseUnary(UnaryOperator op);
  const Expression* ParseParentheses();
  const Expression* ParseIdentifier();
  std::optional<value::Value> NumberOf(const Token& token);

  struct TraversalState;
  const Expression* ParseTraversals(const Expression* from);
  const Expression* FlushSteps(TraversalState& state);
  void PushName(const Token& token, Span span);
  void PushLegacyIndex(const Token& token, Span span);
  std::span<const TraversalStep> TakeSteps(size_t base);
  void ParseDot(TraversalState& state);
  void ParseAttributeSplat(TraversalState& state, const Token& dot);
  void ParseBracket(TraversalState& state);
  void ParseFullSplat(TraversalState& state, const Token& open);

  const Expression* ParseCall(const Token& name);
  bool ParseCallName(const Token& name, std::string_view* full, Span* span, Token* open);
  Token ParseArguments(const Token& name, const Token& open, bool* expand_final);
  const Expression* ParseTuple();
  const Expression* ParseObject();
  bool ParseObjectItem(const Token& open, Token* close);
  bool ParseObjectKey(ObjectItem* item);
  void ReportMissingValue(const Token& open, const Token& next);
  const Expression* ParseFor(const Token& open);
  bool ParseForIntroduction(const Token& open, ForExpression* loop);

  // Templates.
  const Expression* ParseQuotedOrHeredoc();
  const Expression* ParseTemplateUntil(TokenKind end, bool flush, Span open);
  Span ReadTemplateParts(TokenKind end);
  void ReadInterpolation(const Token& open, TokenKind end, Span template_start, bool* trim_next);
  void ReadControl(const Token& open, Span template_start, bool* trim_next);
  bool ReadControlHead(const Token& open, const Token& keyword, TemplatePart* part);
  void ReadControlEnd(const Token& keyword, Span template_start, bool* trim_next);
  void TrimBefore(const Token& open, bool can_trim, size_t base);
  void FlushIndentation(size_t base);
  const Expression* BuildLiteralRun(size_t* at);
  const Expression* BuildPart(size_t* at);
  const Expression* BuildIf(size_t* at);
  const Expression* BuildTemplateFor(size_t* at);
  const Expression* BuildClause(size_t expressions_base, Span empty_span);
  const Expression* ReportUnbalanced(const TemplatePart& part, std::string_view expected);
  std::string_view DecodeLiteral(const Token& token);
  size_t DecodeEscape(std::string_view text, size_t at, const Token& token, std::string* out);

  File& file_;
  base::diag::Diagnostics& diagnostics_;
  std::string_view source_;
  uint32_t base_ = 0;  // the offset of source_ in the file
  std::vector<Token> tokens_;
  std::optional<Arena> arena_;
  size_t next_ = 0;
  bool newlines_ = true;
  bool recovery_ = false;  // never reset: after a mistake, only sure ones are reported
  bool stopped_ = false;   // at a limit: nothing is reported any more
  int depth_ = 0;
  size_t error_count_ = 0;
  std::vector<PendingDiagnostic> pending_;

  // Lists under construction, innermost last.
  std::vector<Attribute> attributes_;
  std::vector<Block> blocks_;
  std::vector<Label> labels_;
  std::vector<const Expression*> expressions_;
  std::vector<ObjectItem> items_;
  std::vector<TraversalStep> steps_;
  std::vector<TemplatePart> parts_;
  struct Branch {
    const Expression* condition;
    const Expression* if_true;
  };
  std::vector<Branch> branches_;
};

inline Token Parser::Peek() const {
  size_t at = next_;
  for (;; ++at) {
    const Token& token = tokens_[at];
    if (token.kind > TokenKind::kNewline) [[likely]]
      return token;
    if (!newlines_) continue;
    if (token.kind == TokenKind::kNewline) return token;
    // A # or // comment holds its line's terminator, and stands for it.
    if (CharAt(token.end - 1) == '\n') return {token.begin, token.end, TokenKind::kNewline};
  }
}

inline Token Parser::Read() {
  for (;;) {
    const Token token = tokens_[next_];
    if (next_ + 1 < tokens_.size()) ++next_;
    if (token.kind > TokenKind::kNewline) [[likely]]
      return token;
    if (!newlines_) continue;
    if (token.kind == TokenKind::kNewline) return token;
    if (CharAt(token.end - 1) == '\n') return {token.begin, token.end, TokenKind::kNewline};
  }
}

inline bool Parser::PeekIsKeyword(std::string_view keyword) const {
  const Token token = Peek();
  return token.kind == TokenKind::kIdentifier && Text(token) == keyword;
}

}  // namespace language::hcl
