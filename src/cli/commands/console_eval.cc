#include "cli/commands/console_eval.h"

#include "base/core/strings.h"
#include "base/json/writer.h"

namespace cli::commands {
namespace {

void WritePosition(base::json::Writer& writer, std::string_view key, const base::text::Position& position) {
  writer.Key(key).BeginObject();
  writer.Member("line", position.line).Member("column", position.column).Member("byte", position.byte);
  writer.EndObject();
}

}  // namespace

std::vector<FileExpression> SplitExpressions(std::string_view file) {
  std::vector<FileExpression> expressions;
  FileExpression at;
  int line = 1;
  const auto finish = [&] {
    if (at.text.find('\n') + 1 == at.text.size() && !at.text.empty()) at.text.pop_back();
    if (!base::core::Trim(at.text).empty()) expressions.push_back(std::move(at));
    at = {.text = "", .line = line + 1};
  };
  while (!file.empty()) {
    const size_t end = std::min(file.find('\n'), file.size());
    const std::string_view text = file.substr(0, end);
    file.remove_prefix(std::min(end + 1, file.size()));
    if (text == "---" || text == "---\r")
      finish();
    else
      at.text.append(text) += '\n';
    ++line;
  }
  finish();
  return expressions;
}

std::string EvaluationJson(const FileExpression& expression,
                           const std::optional<language::eval::ConsoleAnswer>& answer,
                           const Diagnostics& diagnostics) {
  std::string out;
  base::json::Writer writer(&out, base::json::Writer::Style::kCompact, /*html=*/false);
  writer.BeginObject().Member("line", expression.line);
  if (answer)
    writer.Member("result", answer->text).Key("type").Raw(answer->type.ToJson());
  else
    writer.Key("result").Null().Key("type").Null();
  writer.Key("diagnostics").BeginArray();
  for (const base::diag::Diagnostic& diagnostic : diagnostics.items()) {
    const bool error = diagnostic.severity == base::diag::Severity::kError;
    writer.BeginObject()
        .Member("severity", error ? "error" : "warning")
        .Member("summary", diagnostic.summary)
        .Member("detail", diagnostic.detail);
    if (diagnostic.subject) {
      writer.Key("range").BeginObject().Member("filename", diagnostic.subject->filename);
      WritePosition(writer, "start", diagnostic.subject->start);
      WritePosition(writer, "end", diagnostic.subject->end);
      writer.EndObject();
    }
    writer.EndObject();
  }
  writer.EndArray().EndObject();
  return out + "\n";
}

}  // namespace cli::commands
