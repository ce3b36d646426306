// The printer behind value_render.h, by the forms of differences.
// Not for use outside of the printer's own files.
// Included by value_render.cc, string_render.cc and block_render.cc.
#pragma once

#include "cli/view/value_render.h"

namespace cli::view {

class Printer {
 public:
  Printer(const Style& style, std::string* out) : style_(style), out_(*out) {}

  void Render(const Diff& diff, int indent, const RenderOptions& options);

 private:
  void RenderObject(const Diff& diff, int indent, const RenderOptions& options);
  void RenderMap(const Diff& diff, int indent, const RenderOptions& options);
  void RenderList(const Diff& diff, int indent, const RenderOptions& options);
  void RenderSet(const Diff& diff, int indent, const RenderOptions& options);
  void RenderUnknown(const Diff& diff, int indent, const RenderOptions& options);
  void RenderTypeChange(const Diff& diff, int indent, const RenderOptions& options);
  void RenderPrimitive(const Diff& diff, int indent, const RenderOptions& options);
  void RenderString(const Diff& diff, int indent, const RenderOptions& options);
  void RenderTextLines(const Diff& diff, int indent, const RenderOptions& options);
  void RenderJson(const Diff& diff, int indent, const RenderOptions& options, const Value* before,
                  const Value* after);
  void RenderBlock(const Diff& diff, int indent, const RenderOptions& options);
  void RenderBlockGroup(const Diff& parent, const BlockGroup& group, int indent, const RenderOptions& options,
                        int* hidden);
  void RenderSensitiveBlock(const Diff& diff, int indent, const RenderOptions& options);

  // Name, " = " and value of the children that are shown, then how many are not.
  void Attributes(const Diff& diff, int indent, const RenderOptions& important, const RenderOptions& others,
                  const RenderOptions& options);
  void Warnings(const Diff& diff, int indent);
  void Indent(int indent) { out_.append(static_cast<size_t>(indent) * 4, ' '); }
  // Indentation and, where there is one, the column of symbols.
  void Begin(int indent, Action action, const RenderOptions& options);
  void Element(const Diff& element, int indent, const RenderOptions& options);
  void Unchanged(std::string_view what, size_t count, int indent, const RenderOptions& options);
  void NullSuffix(Action action, const RenderOptions& options);
  void ForcesReplacement(bool replace, const RenderOptions& options);
  void Arrow();
  void Colored(std::string_view code, std::string_view text) { AppendColored(code, text, style_, &out_); }

  const Style& style_;
  std::string& out_;
};

}  // namespace cli::view
