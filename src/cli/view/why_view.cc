#include "cli/view/why_view.h"

#include <fmt/format.h>

#include "base/json/writer.h"
#include "cli/view/plan_summary.h"
#include "cli/view/value_diff.h"
#include "cli/view/value_render.h"

namespace cli::view {
namespace {

using engine::changes::Action;
using engine::changes::ResourceChange;
using engine::run::Cause;
using engine::run::Explanation;
using engine::run::SourceLine;
using language::value::Value;

constexpr size_t kMaxListed = 20;       // dependants
constexpr size_t kMaxValueLength = 60;  // bytes of a value on one line
constexpr Style kPlain{.color = false};

std::string ActionText(const ResourceChange& change) {
  switch (change.action) {
    case Action::kCreate:
      return "will be created";
    case Action::kRead:
      return "will be read during apply";
    case Action::kUpdate:
      return "will be updated in-place";
    case Action::kDelete:
      return "will be destroyed";
    case Action::kDeleteThenCreate:
      return "must be replaced: destroyed, then created";
    case Action::kCreateThenDelete:
      return "must be replaced: created, then destroyed";
    case Action::kForget:
      return "will no longer be managed, but not destroyed";
    case Action::kNoOp:
      return "will not change";
  }
  return "";
}

// A value on one line, cut where it is long; nothing of what is sensitive.
std::string OneLine(const Value& value) {
  if (value.IsMarked(language::value::kSensitive)) return "(sensitive value)";
  if (value.IsUnknown()) return "(known after apply)";
  if (value.IsNull()) return "null";
  std::string text;
  RenderDiff(DiffDynamic(value, value), 0, {.show_unchanged = true, .hide_symbols = true}, kPlain, &text);
  std::string out;
  for (char c : text) {
    const bool space = c == ' ' || c == '\n';
    if (!space || (!out.empty() && out.back() != ' ')) out += space ? ' ' : c;
  }
  if (out.size() <= kMaxValueLength) return out;
  size_t end = kMaxValueLength - 3;
  while (end > 0 && (static_cast<unsigned char>(out[end]) & 0xc0) == 0x80) --end;
  return out.substr(0, end) + "...";
}

std::string Place(const SourceLine& source) { return fmt::format("{}:{}", source.file, source.line); }

class TextWriter {
 public:
  explicit TextWriter(const Style& style) : style_(style) {}

  std::string Write(const Explanation& explanation) {
    Title(explanation);
    for (const Cause& cause : explanation.because) Tell(cause, 1);
    if (explanation.change != nullptr && explanation.because.empty()) WithoutCauses(explanation);
    Others(explanation);
    Dependants(explanation);
    return std::move(out_);
  }

 private:
  void Title(const Explanation& explanation) {
    out_ += fmt::format(
        "{}{}{} {}\n", style_.Bold(), explanation.address.ToString(), style_.Reset(),
        explanation.change != nullptr ? ActionText(*explanation.change) : "has no planned change");
    if (explanation.source) Source(*explanation.source, 1);
    if (explanation.change == nullptr) return;
    const std::string reason = ShortReason(*explanation.change);
    if (explanation.change->replace_paths.empty() && !reason.empty()) Line(1, "Reason: " + reason);
    if (explanation.change->importing)
      Line(1, "It is imported first: id " + explanation.change->importing->id);
  }

  void WithoutCauses(const Explanation& explanation) {
    const ResourceChange& change = *explanation.change;
    if (change.action == Action::kCreate) {
      Line(1, "The configuration has it, and the state does not.");
      if (explanation.repeats) Source(*explanation.repeats, 1);
    } else if (change.reason == engine::changes::ActionReason::kReplaceBecauseTainted) {
      Line(1, "An earlier apply failed half-way, or it was marked as tainted.");
    } else if (change.reason == engine::changes::ActionReason::kReplaceByRequest) {
      Line(1, "-replace named it.");
    } else if (change.action == Action::kDelete && !explanation.source) {
      Line(1, "The state has it, and no block of the configuration does.");
    }
  }

  void Tell(const Cause& cause, int depth) {
    switch (cause.kind) {
      case Cause::Kind::kAttribute:
        Line(depth, fmt::format("{}{}{}{}", style_.Bold(), cause.subject, style_.Reset(),
                                cause.forces_replacement
                                    ? fmt::format(" {}forces the replacement{}", style_.Red(), style_.Reset())
                                    : "") +
                        Values(cause));
        break;
      case Cause::Kind::kChange:
        Line(depth,
             fmt::format("because {}{}{}{}", style_.Bold(), cause.subject, style_.Reset(), Values(cause)));
        Line(depth + 1,
             fmt::format("{} {}{}", cause.change->address.ToString(), ActionText(*cause.change),
                         cause.alike > 0 ? fmt::format(" (and {} more like it)", cause.alike) : ""));
        break;
      case Cause::Kind::kNamedValue:
        Line(depth, "by way of " + cause.subject);
        break;
      case Cause::Kind::kVariable:
        Line(depth, fmt::format("from the variable {}{}", cause.subject,
                                cause.has_values ? " = " + OneLine(cause.after) : ""));
        break;
      case Cause::Kind::kOutside:
        Line(depth, "because the real object was changed outside of the configuration" + Values(cause));
        return;
      case Cause::Kind::kConfiguration:
        Line(depth, "because the configuration says so now: this is where it begins");
        return;
      case Cause::Kind::kProviderDecides:
        Line(depth, "because the provider plans it so: no argument of the configuration sets it");
        return;
    }
    if (cause.source) Source(*cause.source, depth + 1);
    for (const Cause& inner : cause.because) Tell(inner, depth + 1);
  }

  std::string Values(const Cause& cause) {
    if (!cause.has_values) return "";
    return fmt::format(": {} -> {}", OneLine(cause.before), OneLine(cause.after));
  }

  void Source(const SourceLine& source, int depth) {
    Line(depth, fmt::format("{}{}{}  {}", style_.Cyan(), Place(source), style_.Reset(), source.text));
  }

  void Line(int depth, std::string_view text) {
    out_.append(static_cast<size_t>(depth) * 2, ' ');
    out_ += text;
    out_ += '\n';
  }

  void Others(const Explanation& explanation) {
    if (explanation.others.empty()) return;
    out_ += fmt::format("\n{} more instance{} of it change{} too; name one to see why.\n",
                        explanation.others.size(), explanation.others.size() == 1 ? "" : "s",
                        explanation.others.size() == 1 ? "s" : "");
  }

  void Dependants(const Explanation& explanation) {
    if (explanation.transitive.empty()) {
      out_ += "\nNothing depends on it.\n";
      return;
    }
    out_ += fmt::format("\n{}Depending on it:{} {} direct, {} in all\n", style_.Bold(), style_.Reset(),
                        explanation.direct.size(), explanation.transitive.size());
    size_t listed = 0;
    auto list = [&](const std::string& name, bool direct) {
      if (++listed <= kMaxListed) Line(1, name + (direct ? "" : " (through others)"));
    };
    for (const std::string& name : explanation.direct) list(name, true);
    for (const std::string& name : explanation.transitive)
      if (!std::binary_search(explanation.direct.begin(), explanation.direct.end(), name)) list(name, false);
    if (listed > kMaxListed) Line(1, fmt::format("and {} more", listed - kMaxListed));
  }

  const Style& style_;
  std::string out_;
};

std::string_view KindName(Cause::Kind kind) {
  switch (kind) {
    case Cause::Kind::kAttribute:
      return "argument";
    case Cause::Kind::kChange:
      return "change";
    case Cause::Kind::kNamedValue:
      return "named_value";
    case Cause::Kind::kVariable:
      return "variable";
    case Cause::Kind::kOutside:
      return "changed_outside";
    case Cause::Kind::kConfiguration:
      return "configuration";
    case Cause::Kind::kProviderDecides:
      return "provider";
  }
  return "";
}

void WriteSource(const SourceLine& source, base::json::Writer& writer) {
  writer.Key("source").BeginObject();
  writer.Member("file", source.file).Member("line", source.line).Member("text", source.text);
  writer.EndObject();
}

void WriteCauses(const std::vector<Cause>& causes, base::json::Writer& writer) {
  writer.Key("because").BeginArray();
  for (const Cause& cause : causes) {
    writer.BeginObject().Member("kind", KindName(cause.kind));
    if (!cause.subject.empty()) writer.Member("subject", cause.subject);
    if (cause.forces_replacement) writer.Member("forces_replacement", true);
    if (cause.change != nullptr)
      writer.Member("address", cause.change->address.ToString())
          .Member("action", engine::changes::ActionName(cause.change->action));
    if (cause.alike > 0) writer.Member("alike", static_cast<uint64_t>(cause.alike));
    if (cause.has_values) {
      if (cause.kind != Cause::Kind::kVariable) writer.Member("before", OneLine(cause.before));
      writer.Member("after", OneLine(cause.after));
    }
    if (cause.source) WriteSource(*cause.source, writer);
    if (!cause.because.empty()) WriteCauses(cause.because, writer);
    writer.EndObject();
  }
  writer.EndArray();
}

}  // namespace

std::string RenderExplanation(const Explanation& explanation, const Style& style) {
  return TextWriter(style).Write(explanation);
}

std::string ExplanationJson(const Explanation& explanation) {
  std::string out;
  base::json::Writer writer(&out, base::json::Writer::Style::kIndented);
  writer.BeginObject().Member("address", explanation.address.ToString());
  writer.Member("action", explanation.change != nullptr
                              ? engine::changes::ActionName(explanation.change->action)
                              : std::string_view("no-op"));
  if (explanation.change != nullptr)
    if (std::string reason = ShortReason(*explanation.change); !reason.empty())
      writer.Member("reason", reason);
  if (explanation.source) WriteSource(*explanation.source, writer);
  WriteCauses(explanation.because, writer);
  writer.Key("dependants").BeginObject();
  for (const auto& [key, names] :
       {std::pair("direct", &explanation.direct), std::pair("transitive", &explanation.transitive)}) {
    writer.Key(key).BeginArray();
    for (const std::string& name : *names) writer.String(name);
    writer.EndArray();
  }
  writer.EndObject().EndObject();
  return out + "\n";
}

}  // namespace cli::view
