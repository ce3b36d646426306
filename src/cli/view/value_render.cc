#include "cli/view/value_render.h"

#include "base/core/strings.h"
#include "base/text/unicode.h"
#include "cli/view/value_render_parts.h"

namespace cli::view {

using Form = Diff::Form;

namespace {

// Shown even where nothing happens to them, so that people recognise the object.
bool IsImportant(std::string_view name) { return name == "id" || name == "name" || name == "tags"; }

// Options do not hand down `force_replace`.
RenderOptions Inherit(const RenderOptions& options) {
  RenderOptions out = options;
  out.force_replace = false;
  return out;
}

bool IsPlainIdentifier(std::string_view name) {
  for (char c : name) {
    if (!((c >= 'a' && c <= 'z') || c == '_' || (c >= 'A' && c <= 'Z'))) return false;
  }
  return !name.empty();
}

}  // namespace

void RenderDiff(const Diff& diff, int indent, RenderOptions options, const Style& style, std::string* out) {
  Printer(style, out).Render(diff, indent, options);
}

void AppendSymbol(Action action, const Style& style, std::string* out) {
  auto colored = [&](std::string_view code, std::string_view text) {
    *out += code;
    *out += text;
    *out += style.Reset();
  };
  switch (action) {
    case Action::kNoOp:
      *out += "   ";
      return;
    case Action::kCreate:
      *out += "  ";
      colored(style.Green(), "+");
      break;
    case Action::kDelete:
      *out += "  ";
      colored(style.Red(), "-");
      break;
    case Action::kUpdate:
      *out += "  ";
      colored(style.Yellow(), "~");
      break;
    case Action::kRead:
      *out += " ";
      colored(style.Cyan(), "<=");
      break;
    case Action::kForget:
      *out += " ";
      colored(style.Red(), ".");
      break;
    case Action::kDeleteThenCreate:
      colored(style.Red(), "-");
      *out += "/";
      colored(style.Green(), "+");
      break;
    case Action::kCreateThenDelete:
      colored(style.Green(), "+");
      *out += "/";
      colored(style.Red(), "-");
      break;
  }
  *out += style.Reset();
}

std::string AttributeName(std::string_view name) {
  return IsPlainIdentifier(name) || base::text::IsIdentifier(name) ? std::string(name)
                                                                   : base::core::GoQuote(name);
}

void AppendPadded(std::string_view text, size_t width, std::string* out) {
  *out += text;
  const size_t runes = base::text::CountRunes(text);
  if (runes < width) out->append(width - runes, ' ');
}

void Printer::Begin(int indent, Action action, const RenderOptions& options) {
  Indent(indent);
  if (options.hide_symbols) return;
  AppendSymbol(action, style_, &out_);
  out_ += ' ';
}

void Printer::Unchanged(std::string_view what, size_t count, int indent, const RenderOptions& options) {
  if (count == 0) return;
  Begin(indent, Action::kNoOp, options);
  Colored(style_.DarkGray(), "# (" + std::to_string(count) + " unchanged " + std::string(what) +
                                 (count == 1 ? "" : "s") + " hidden)");
  out_ += '\n';
}

void Printer::NullSuffix(Action action, const RenderOptions& options) {
  if (action != Action::kDelete || options.hide_null_suffix) return;
  out_ += ' ';
  Colored(style_.DarkGray(), "-> null");
}

void Printer::ForcesReplacement(bool replace, const RenderOptions& options) {
  if (!replace && !options.force_replace) return;
  out_ += ' ';
  Colored(style_.Red(), "# forces replacement");
}

void Printer::Arrow() {
  out_ += ' ';
  Colored(style_.Yellow(), "->");
  out_ += ' ';
}

void Printer::Warnings(const Diff& diff, int indent) {
  if (diff.form != Form::kSensitive && diff.form != Form::kSensitiveBlock) return;
  if (diff.before_sensitive == diff.after_sensitive || diff.inner_action == Action::kCreate ||
      diff.inner_action == Action::kDelete)
    return;
  Indent(indent);
  out_ += "  # ";
  out_ += style_.Yellow();
  out_ += "Warning";
  out_ += style_.Reset();
  out_ += diff.form == Form::kSensitive ? ": this attribute value will " : ": this block will ";
  out_ +=
      diff.before_sensitive ? "no longer be marked as sensitive\n" : "be marked as sensitive and will not\n";
  Indent(indent);
  out_ += diff.before_sensitive ? "  # after applying this change."
                                : "  # display in UI output after applying this change.";
  out_ += style_.Reset();
  if (diff.inner_action == Action::kNoOp) out_ += " The value is unchanged.";
  out_ += '\n';
}

void Printer::Attributes(const Diff& diff, int indent, const RenderOptions& important,
                         const RenderOptions& others, const RenderOptions& options) {
  std::vector<std::string> names;
  names.reserve(diff.children.size());
  size_t width = 0;
  for (const Diff& child : diff.children) {
    names.push_back(AttributeName(child.name));
    width = std::max(width, names.back().size());
  }
  size_t hidden = 0;
  for (size_t i = 0; i < diff.children.size(); ++i) {
    const Diff& child = diff.children[i];
    const bool is_important = IsImportant(child.name);
    if (!is_important && child.action == Action::kNoOp && !options.show_unchanged) {
      ++hidden;
      continue;
    }
    const RenderOptions& child_options = is_important ? important : others;
    Warnings(child, indent + 1);
    Begin(indent + 1, child.action, child_options);
    AppendPadded(names[i], width, &out_);
    out_ += " = ";
    Render(child, indent + 1, child_options);
    out_ += '\n';
  }
  Unchanged("attribute", hidden, indent + 1, options);
}

void Printer::RenderObject(const Diff& diff, int indent, const RenderOptions& options) {
  if (diff.children.empty()) {
    out_ += "{}";
    NullSuffix(diff.action, options);
    ForcesReplacement(diff.replace, options);
    return;
  }
  RenderOptions inner = Inherit(options);
  inner.hide_null_suffix = diff.form == Form::kObject;
  out_ += '{';
  ForcesReplacement(diff.replace, options);
  out_ += '\n';
  RenderOptions important = inner;
  important.show_unchanged = true;
  Attributes(diff, indent, important, inner, options);
  Begin(indent, Action::kNoOp, options);
  out_ += '}';
  NullSuffix(diff.action, options);
}

void Printer::RenderMap(const Diff& diff, int indent, const RenderOptions& options) {
  const bool nested = diff.form == Form::kNestedMap;
  RenderOptions own = options;
  own.force_replace = own.force_replace && !nested;
  const bool replace = diff.replace && !nested;
  if (diff.children.empty()) {
    out_ += "{}";
    NullSuffix(diff.action, options);
    ForcesReplacement(replace, own);
    return;
  }
  std::vector<std::string> keys;
  keys.reserve(diff.children.size());
  size_t width = 0;
  for (const Diff& child : diff.children) {
    keys.push_back(base::core::GoQuote(child.name));
    if (!nested) width = std::max(width, keys.back().size());
  }
  RenderOptions inner = Inherit(options);
  inner.hide_null_suffix = diff.action == Action::kDelete || nested;
  inner.force_replace = nested && (diff.replace || options.force_replace);
  out_ += '{';
  ForcesReplacement(replace, own);
  out_ += '\n';
  size_t hidden = 0;
  for (size_t i = 0; i < diff.children.size(); ++i) {
    const Diff& child = diff.children[i];
    if (child.action == Action::kNoOp && !options.show_unchanged) {
      ++hidden;
      continue;
    }
    Warnings(child, indent + 1);
    Begin(indent + 1, child.action, inner);
    AppendPadded(keys[i], width, &out_);
    out_ += " = ";
    Render(child, indent + 1, inner);
    if (child.form == Form::kObject || child.form == Form::kNestedObject) out_ += ',';
    out_ += '\n';
  }
  Unchanged("element", hidden, indent + 1, options);
  Begin(indent, Action::kNoOp, options);
  out_ += '}';
  NullSuffix(diff.action, options);
}

void Printer::Element(const Diff& element, int indent, const RenderOptions& options) {
  Begin(indent, element.action, options);
  Render(element, indent, options);
  out_ += ",\n";
}

void Printer::RenderList(const Diff& diff, int indent, const RenderOptions& options) {
  if (diff.children.empty()) {
    out_ += "[]";
    NullSuffix(diff.action, options);
    ForcesReplacement(diff.replace, options);
    return;
  }
  RenderOptions changed = Inherit(options);
  changed.hide_null_suffix = true;
  RenderOptions unchanged = Inherit(options);
  unchanged.show_unchanged = true;
  const bool context = diff.form == Form::kList;
  out_ += '[';
  ForcesReplacement(diff.replace, options);
  out_ += '\n';
  size_t skipped = 0;  // unchanged elements since the last one that was shown
  bool after_change = false;
  for (size_t i = 0; i < diff.children.size(); ++i) {
    const Diff& element = diff.children[i];
    if (element.action == Action::kNoOp && !after_change && !options.show_unchanged) {
      ++skipped;
      continue;
    }
    after_change = false;
    bool as_unchanged = false;
    if (context) {
      if (skipped > 0) {
        Unchanged("element", skipped - 1, indent + 1, options);
        Element(diff.children[i - 1], indent + 1, unchanged);
        skipped = 0;
      }
      as_unchanged = element.action == Action::kNoOp;
      after_change = !as_unchanged;
    }
    Warnings(element, indent + 1);
    Element(element, indent + 1, as_unchanged ? unchanged : changed);
  }
  Unchanged("element", skipped, indent + 1, options);
  Begin(indent, Action::kNoOp, options);
  out_ += ']';
  NullSuffix(diff.action, options);
}

void Printer::RenderSet(const Diff& diff, int indent, const RenderOptions& options) {
  const bool nested = diff.form == Form::kNestedSet;
  RenderOptions own = options;
  own.force_replace = own.force_replace && !nested;
  const bool replace = diff.replace && !nested;
  if (diff.children.empty()) {
    out_ += "[]";
    NullSuffix(diff.action, options);
    ForcesReplacement(replace, own);
    return;
  }
  RenderOptions inner = Inherit(options);
  inner.hide_null_suffix = true;
  inner.force_replace = nested && (diff.replace || options.force_replace);
  out_ += '[';
  ForcesReplacement(replace, own);
  out_ += '\n';
  size_t hidden = 0;
  for (const Diff& element : diff.children) {
    if (element.action == Action::kNoOp && !options.show_unchanged) {
      ++hidden;
      continue;
    }
    Warnings(element, indent + 1);
    Element(element, indent + 1, inner);
  }
  Unchanged("element", hidden, indent + 1, options);
  Begin(indent, Action::kNoOp, options);
  out_ += ']';
  NullSuffix(diff.action, options);
}

void Printer::RenderUnknown(const Diff& diff, int indent, const RenderOptions& options) {
  if (!diff.children.empty()) {
    RenderOptions inner = Inherit(options);
    inner.hide_null_suffix = true;
    Render(diff.children[0], indent, inner);
    out_ += " -> ";
  }
  out_ += "(known after apply)";
  ForcesReplacement(diff.replace, options);
}

void Printer::RenderTypeChange(const Diff& diff, int indent, const RenderOptions& options) {
  RenderOptions inner = options;
  inner.hide_null_suffix = true;
  Render(diff.children[0], indent, inner);
  Arrow();
  Render(diff.children[1], indent, inner);
}

void Printer::Render(const Diff& diff, int indent, const RenderOptions& options) {
  switch (diff.form) {
    case Form::kPrimitive:
      RenderPrimitive(diff, indent, options);
      break;
    case Form::kObject:
    case Form::kNestedObject:
      RenderObject(diff, indent, options);
      break;
    case Form::kMap:
    case Form::kNestedMap:
      RenderMap(diff, indent, options);
      break;
    case Form::kList:
    case Form::kNestedList:
      RenderList(diff, indent, options);
      break;
    case Form::kSet:
    case Form::kNestedSet:
      RenderSet(diff, indent, options);
      break;
    case Form::kBlock:
      RenderBlock(diff, indent, options);
      break;
    case Form::kSensitive:
      out_ += "(sensitive value)";
      NullSuffix(diff.action, options);
      ForcesReplacement(diff.replace, options);
      break;
    case Form::kSensitiveBlock:
      RenderSensitiveBlock(diff, indent, options);
      break;
    case Form::kUnknown:
      RenderUnknown(diff, indent, options);
      break;
    case Form::kTypeChange:
      RenderTypeChange(diff, indent, options);
      break;
    case Form::kWriteOnly:
      out_ += "(write-only attribute)";
      NullSuffix(diff.action, options);
      ForcesReplacement(diff.replace, options);
      break;
  }
}

}  // namespace cli::view
