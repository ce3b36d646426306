#include "cli/view/diagnostics_view.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <span>
#include <unordered_map>

#include "base/core/strings.h"
#include "base/json/writer.h"
#include "language/address/address.h"

namespace cli::view {
namespace {

using base::diag::Diagnostic;
using base::diag::ExpressionValue;
using base::diag::Severity;
using base::diag::Snippet;

// The lines that explain which values led to the mistake.
void AppendValues(const Snippet& snippet, const Style& style, std::string* out) {
  if (snippet.values.empty() && snippet.function_signature.empty()) return;
  *out += fmt::format("    {}├────────────────{}\n{}", style.DarkGray(), style.Reset(), style.Reset());
  auto rail = [&] { *out += fmt::format("    {}│{} ", style.DarkGray(), style.Reset()); };
  if (!snippet.function_signature.empty()) {
    const std::string& signature = snippet.function_signature;
    const size_t parenthesis = std::min(signature.find('('), signature.size());
    rail();
    *out += fmt::format("while calling {}{}{}", style.Bold(),
                        std::string_view(signature).substr(0, parenthesis), style.Reset());
    const std::string_view rest = std::string_view(signature).substr(parenthesis);
    *out += rest.substr(0, 1);
    *out += style.Reset();
    *out += rest.substr(std::min<size_t>(1, rest.size()));
    *out += '\n';
  }
  std::vector<const ExpressionValue*> values;
  for (const ExpressionValue& value : snippet.values) values.push_back(&value);
  std::ranges::stable_sort(values, {}, &ExpressionValue::traversal);
  for (const ExpressionValue* value : values) {
    rail();
    *out += fmt::format("{}{}{} {}\n{}", style.Bold(), value->traversal, style.Reset(), value->statement,
                        style.Reset());
  }
}

void AppendSnippet(const Snippet& snippet, const Style& style, std::string* out) {
  const int size = static_cast<int>(snippet.code.size());
  const int start = std::clamp(snippet.highlight_start, 0, size);
  const int end = std::clamp(snippet.highlight_end < start ? start + 1 : snippet.highlight_end, start, size);
  const std::string_view code = snippet.code;
  std::string marked(code.substr(0, start));
  marked += style.Underline();
  marked += code.substr(start, end - start);
  marked += style.Reset();
  marked += code.substr(end);
  marked += style.Reset();
  int number = snippet.start_line;
  for (std::string_view line : base::core::Split(marked, '\n'))
    *out += fmt::format("{:4}: {}\n", number++, line);
  AppendValues(snippet, style, out);
}

void AppendSource(const Diagnostic& diagnostic, const Style& style, std::string* out) {
  if (!diagnostic.address.empty()) *out += "  with " + diagnostic.address + ",\n";
  if (!diagnostic.subject) return;
  const int line = diagnostic.subject->start.line;
  if (!diagnostic.snippet) {
    *out +=
        fmt::format("  on {} line {}:\n  (source code not available)\n", diagnostic.subject->filename, line);
  } else {
    const std::string& context = diagnostic.snippet->context;
    *out += fmt::format("  on {} line {}{}{}:\n", diagnostic.subject->filename, line,
                        context.empty() ? "" : ", in ", context);
    AppendSnippet(*diagnostic.snippet, style, out);
  }
  *out += '\n';
}

void AppendDetail(const Diagnostic& diagnostic, int width, std::string* out) {
  if (!diagnostic.detail.empty()) *out += Wrap(diagnostic.detail, width) + "\n";
}

std::string_view SeverityTitle(Severity severity) {
  return severity == Severity::kError ? "Error: " : "Warning: ";
}

std::string RenderPlain(const Diagnostic& diagnostic, const Style& style) {
  std::string out = "\n";
  out += SeverityTitle(diagnostic.severity);
  out += diagnostic.summary + "\n\n";
  AppendSource(diagnostic, style, &out);
  AppendDetail(diagnostic, style.width - 1, &out);
  return out;
}

std::string RenderBox(const Diagnostic& diagnostic, const Style& style) {
  const std::string_view color = diagnostic.severity == Severity::kError ? style.Red() : style.Yellow();
  std::string body = std::string(style.Bold());
  AppendColored(color, SeverityTitle(diagnostic.severity), style, &body);
  body += fmt::format("{}{}{}\n\n{}", style.Bold(), diagnostic.summary, style.Reset(), style.Reset());
  AppendSource(diagnostic, style, &body);
  AppendDetail(diagnostic, style.width - 3, &body);
  if (body.ends_with('\n')) body.pop_back();
  std::string out;
  AppendColored(color, "╷", style, &out);
  out += '\n';
  for (std::string_view line : base::core::Split(body, '\n')) {
    out += fmt::format("{}│{} {}{}\n", color, style.Reset(), style.Reset(), line);
  }
  AppendColored(color, "╵", style, &out);
  return out + "\n";
}

// So many equal ones are shown as the reference shows them; of more only the first few, of very many the
// first.
constexpr size_t kMostEqual = 10;
constexpr size_t kVeryMany = 100;
size_t ShownOf(size_t count) { return count <= kMostEqual ? count : count <= kVeryMany ? 5 : 1; }
constexpr size_t kNamesOfRest = 20;

// Whom the diagnostic concerns: its resource, without the key of the instance, else its place.
std::string Concerned(const Diagnostic& diagnostic) {
  if (!diagnostic.address.empty()) {
    auto parsed = language::address::ParseResourceInstance(diagnostic.address);
    return parsed.ok() ? parsed->Containing().ToString() : diagnostic.address;
  }
  if (!diagnostic.subject) return "";
  return fmt::format("{} line {}", diagnostic.subject->filename, diagnostic.subject->start.line);
}

// One in the place of all that are left out: how many, and of which resources.
Diagnostic Rest(std::span<const Diagnostic* const> group) {
  std::vector<std::pair<std::string, std::vector<const Diagnostic*>>> by_name;
  std::unordered_map<std::string, size_t> places;
  for (const Diagnostic* diagnostic : group) {
    std::string name = Concerned(*diagnostic);
    if (name.empty()) continue;
    auto [place, added] = places.emplace(name, by_name.size());
    if (added) by_name.emplace_back(std::move(name), std::vector<const Diagnostic*>());
    by_name[place->second].second.push_back(diagnostic);
  }
  std::string names;
  for (size_t index = 0; index < std::min(by_name.size(), kNamesOfRest); ++index) {
    const auto& [name, list] = by_name[index];
    names += names.empty() ? "" : ", ";
    if (list.size() > 1)
      names += fmt::format("{} ({} times)", name, list.size());
    else
      names += list[0]->address.empty() ? name : list[0]->address;
  }
  if (by_name.size() > kNamesOfRest)
    names += fmt::format(" and {} others, which -json lists", by_name.size() - kNamesOfRest);
  Diagnostic rest{.severity = group[0]->severity,
                  .summary = fmt::format("{} (the same {} more times)", group[0]->summary, group.size())};
  if (!names.empty()) rest.detail = "For " + names + ".";
  return rest;
}

void WritePosition(const base::text::Position& position, base::json::Writer& json) {
  json.BeginObject();
  json.Member("line", position.line).Member("column", position.column).Member("byte", position.byte);
  json.EndObject();
}

void WriteSnippet(const Snippet& snippet, base::json::Writer& json) {
  json.Key("snippet").BeginObject();
  json.Key("context");
  if (snippet.context.empty()) {
    json.Null();
  } else {
    json.String(snippet.context);
  }
  json.Member("code", snippet.code).Member("start_line", snippet.start_line);
  json.Member("highlight_start_offset", snippet.highlight_start)
      .Member("highlight_end_offset", snippet.highlight_end);
  json.Key("values").BeginArray();
  std::vector<ExpressionValue> values = snippet.values;
  std::ranges::stable_sort(values, {}, &ExpressionValue::traversal);
  for (const ExpressionValue& value : values) {
    json.BeginObject().Member("traversal", value.traversal).Member("statement", value.statement).EndObject();
  }
  json.EndArray();
  if (!snippet.function_signature.empty()) {
    const std::string_view name =
        std::string_view(snippet.function_signature).substr(0, snippet.function_signature.find('('));
    json.Key("function_call").BeginObject().Member("called_as", name);
    if (!snippet.function_signature_json.empty()) json.Key("signature").Raw(snippet.function_signature_json);
    json.EndObject();
  }
  json.EndObject();
}

void WriteDiagnostic(const Diagnostic& diagnostic, base::json::Writer& json) {
  json.BeginObject();
  json.Member("severity", diagnostic.severity == Severity::kError ? "error" : "warning");
  json.Member("summary", diagnostic.summary).Member("detail", diagnostic.detail);
  if (!diagnostic.address.empty()) json.Member("address", diagnostic.address);
  if (diagnostic.subject) {
    base::text::Range range = *diagnostic.subject;
    // Consumers underline what lies between: never nothing.
    if (range.end.byte <= range.start.byte) {
      range.end = range.start;
      ++range.end.byte;
      ++range.end.column;
    }
    json.Key("range").BeginObject().Member("filename", range.filename).Key("start");
    WritePosition(range.start, json);
    json.Key("end");
    WritePosition(range.end, json);
    json.EndObject();
  }
  if (diagnostic.snippet) WriteSnippet(*diagnostic.snippet, json);
  json.EndObject();
}

}  // namespace

std::string RenderDiagnostic(const Diagnostic& diagnostic, const Style& style) {
  return style.color ? RenderBox(diagnostic, style) : RenderPlain(diagnostic, style);
}

std::string RenderDiagnostics(const std::vector<const Diagnostic*>& diagnostics, const Style& style) {
  struct Group {
    std::vector<const Diagnostic*> members;
    size_t seen = 0;
  };
  std::map<std::pair<std::string_view, std::string_view>, Group> groups;
  for (const Diagnostic* diagnostic : diagnostics)
    groups[{diagnostic->summary, diagnostic->detail}].members.push_back(diagnostic);
  std::string out;
  for (const Diagnostic* diagnostic : diagnostics) {
    Group& group = groups[{diagnostic->summary, diagnostic->detail}];
    const size_t place = group.seen++;
    const size_t shown = ShownOf(group.members.size());
    if (place < shown) out += RenderDiagnostic(*diagnostic, style);
    if (place == shown) out += RenderDiagnostic(Rest(std::span(group.members).subspan(shown)), style);
  }
  return out;
}

void ShowDiagnostics(const base::diag::Diagnostics& diagnostics, Terminal& terminal) {
  const base::diag::Diagnostics sorted = base::diag::SortedForDisplay(diagnostics);
  std::vector<const Diagnostic*> run;  // of one severity
  auto print = [&] {
    if (run.empty()) return;
    const std::string text = RenderDiagnostics(run, terminal.style());
    if (run.front()->severity == Severity::kError) {
      terminal.PrintError(text);
    } else {
      terminal.Print(text);
    }
    run.clear();
  };
  for (const Diagnostic& diagnostic : sorted.items()) {
    if (!run.empty() && run.front()->severity != diagnostic.severity) print();
    run.push_back(&diagnostic);
  }
  print();
}

std::string DiagnosticJson(const Diagnostic& diagnostic) {
  std::string out;
  base::json::Writer json(&out);
  WriteDiagnostic(diagnostic, json);
  return out;
}

std::string ValidateJson(const base::diag::Diagnostics& diagnostics) {
  const auto& items = diagnostics.items();
  const auto errors = std::ranges::count(items, Severity::kError, &Diagnostic::severity);
  std::string out;
  base::json::Writer json(&out, base::json::Writer::Style::kIndented);
  json.BeginObject().Member("format_version", "1.0").Member("valid", errors == 0);
  json.Member("error_count", static_cast<int64_t>(errors));
  json.Member("warning_count", static_cast<int64_t>(items.size()) - static_cast<int64_t>(errors));
  json.Key("diagnostics").BeginArray();
  for (const Diagnostic& diagnostic : items) WriteDiagnostic(diagnostic, json);
  json.EndArray().EndObject();
  return out + "\n";
}

}  // namespace cli::view
