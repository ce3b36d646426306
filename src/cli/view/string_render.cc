#include "base/core/strings.h"
#include "base/json/reader.h"
#include "base/text/unicode.h"
#include "cli/view/pairing.h"
#include "cli/view/value_render_parts.h"
#include "language/value/codec.h"

namespace cli::view {
namespace {

using base::core::Split;

std::string_view TextOf(const Value* value) {
  return value == nullptr ? std::string_view() : value->AsString();
}

// The value that the text says in JSON; nothing for other texts, and for JSON that is no object or array.
std::optional<Value> JsonOf(const Value* value) {
  const std::string_view text = TextOf(value);
  if (!text.starts_with('{') && !text.starts_with('[')) return std::nullopt;
  auto document = base::json::Document::Parse(text);
  if (!document.ok()) return std::nullopt;
  auto parsed = language::value::FromImpliedJson(document->root());
  if (!parsed.ok()) return std::nullopt;
  return std::move(*parsed);
}

bool IsMultiline(const Value* value) { return TextOf(value).find('\n') != std::string_view::npos; }

std::string_view Lines(const Value* value) {
  return IsMultiline(value) ? base::text::TrimSpace(TextOf(value)) : TextOf(value);
}

void AppendPrimitive(const Value* value, const Style& style, std::string* out) {
  if (value == nullptr) {
    AppendColored(style.DarkGray(), "null", style, out);
  } else if (value->type().IsBool()) {
    *out += value->AsBool() ? "true" : "false";
  } else if (value->type().IsNumber()) {
    *out += value->AsNumber().ToString();
  } else {
    *out += base::core::GoQuote(value->AsString());
  }
}

}  // namespace

void Printer::RenderPrimitive(const Diff& diff, int indent, const RenderOptions& options) {
  const bool is_string =
      (diff.before && diff.before->type().IsString()) || (diff.after && diff.after->type().IsString());
  if (is_string) return RenderString(diff, indent, options);
  switch (diff.action) {
    case Action::kCreate:
      AppendPrimitive(diff.after, style_, &out_);
      break;
    case Action::kDelete:
      AppendPrimitive(diff.before, style_, &out_);
      NullSuffix(diff.action, options);
      break;
    case Action::kNoOp:
      AppendPrimitive(diff.before, style_, &out_);
      break;
    default:
      AppendPrimitive(diff.before, style_, &out_);
      Arrow();
      AppendPrimitive(diff.after, style_, &out_);
  }
  ForcesReplacement(diff.replace, options);
}

void Printer::RenderString(const Diff& diff, int indent, const RenderOptions& options) {
  const bool use_before = diff.action == Action::kDelete || diff.action == Action::kUpdate;
  const bool use_after = diff.action != Action::kDelete;
  const Value* before = use_before ? diff.before : nullptr;
  const Value* after = use_after ? diff.after : nullptr;
  const std::optional<Value> before_json = JsonOf(before);
  const std::optional<Value> after_json = JsonOf(after);
  if (diff.action == Action::kUpdate && before_json.has_value() != after_json.has_value()) {
    // Each side by itself, as a change of type.
    Diff change;
    change.form = Diff::Form::kTypeChange;
    Diff half;
    half.action = Action::kDelete;
    half.before = before;
    change.children.push_back(half);
    half.action = Action::kCreate;
    half.before = nullptr;
    half.after = after;
    change.children.push_back(half);
    return RenderTypeChange(change, indent, options);
  }
  if (before_json || after_json) {
    const Value* old_json = before_json ? &*before_json : nullptr;
    const Value* new_json = after_json ? &*after_json : nullptr;
    return RenderJson(diff, indent, options, diff.action == Action::kNoOp ? new_json : old_json, new_json);
  }
  if (IsMultiline(before) || IsMultiline(after)) return RenderTextLines(diff, indent, options);
  if (diff.action == Action::kUpdate) {
    AppendPrimitive(before, style_, &out_);
    Arrow();
    AppendPrimitive(after, style_, &out_);
  } else {
    AppendPrimitive(use_before ? before : after, style_, &out_);
    if (diff.action == Action::kDelete && before != nullptr) NullSuffix(diff.action, options);
  }
  ForcesReplacement(diff.replace, options);
}

void Printer::RenderTextLines(const Diff& diff, int indent, const RenderOptions& options) {
  out_ += "<<-EOT";
  ForcesReplacement(diff.replace, options);
  out_ += '\n';
  auto line = [&](Action action, std::string_view text) {
    Begin(indent + 1, action, options);
    out_ += text;
    out_ += '\n';
  };
  if (diff.action == Action::kUpdate) {
    std::string null_text;
    AppendPrimitive(nullptr, style_, &null_text);
    const std::vector<std::string_view> before = Split(diff.before ? Lines(diff.before) : null_text, '\n');
    const std::vector<std::string_view> after = Split(diff.after ? Lines(diff.after) : null_text, '\n');
    Interner interner;
    const std::vector<uint32_t> before_ids = interner.OfLines(before);
    const std::vector<uint32_t> after_ids = interner.OfLines(after);
    for (auto [b, a] : PairSequences(before_ids, after_ids, [](bool, size_t) { return false; })) {
      if (b != kNone && a != kNone && before[b] == after[a]) {
        line(Action::kNoOp, before[b]);
        continue;
      }
      if (b != kNone) line(Action::kDelete, before[b]);
      if (a != kNone) line(Action::kCreate, after[a]);
    }
  } else {
    const Value* shown = diff.action == Action::kDelete ? diff.before : diff.after;
    for (std::string_view text : Split(Lines(shown), '\n')) line(Action::kNoOp, text);
  }
  Begin(indent, Action::kNoOp, options);
  out_ += "EOT";
  NullSuffix(diff.action, options);
}

void Printer::RenderJson(const Diff& diff, int indent, const RenderOptions& options, const Value* before,
                         const Value* after) {
  const Value null;
  const Diff json = DiffDynamic(before ? *before : null, after ? *after : null);
  RenderOptions inner = options;
  inner.force_replace = false;
  inner.hide_null_suffix = true;
  Action action = diff.action;
  std::string_view comment;
  bool replace = diff.replace || options.force_replace;
  if (json.action == Action::kNoOp && diff.action == Action::kUpdate) {
    comment = diff.replace ? " # whitespace changes force replacement" : " # whitespace changes";
    inner.show_unchanged = true;
    action = Action::kNoOp;
    replace = false;
  }
  // The text is needed first: whether it has several lines decides about its frame.
  std::string text;
  Printer(style_, &text).Render(json, indent + 1, inner);
  if (action != Action::kUpdate) action = Action::kNoOp;
  out_ += "jsonencode(";
  if (text.find('\n') == std::string::npos) {
    out_ += text;
    out_ += comment;
    out_ += ')';
    // The reference writes no "-> null" here.
    ForcesReplacement(replace, {});
    return;
  }
  out_ += comment;
  out_ += '\n';
  Begin(indent + 1, action, options);
  out_ += text;
  ForcesReplacement(replace, {});
  out_ += '\n';
  Begin(indent, Action::kNoOp, options);
  out_ += ')';
  NullSuffix(diff.action, options);
}

}  // namespace cli::view
