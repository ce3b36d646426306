#include "base/core/strings.h"
#include "cli/view/value_render_parts.h"

namespace cli::view {

using Form = Diff::Form;

void Printer::RenderBlock(const Diff& diff, int indent, const RenderOptions& options) {
  if (diff.children.empty() && diff.groups.empty()) {
    out_ += "{}";
    ForcesReplacement(diff.replace, options);
    return;
  }
  RenderOptions others = options;
  others.force_replace = false;
  RenderOptions important = others;
  important.show_unchanged = true;
  out_ += '{';
  ForcesReplacement(diff.replace, options);
  out_ += '\n';
  Attributes(diff, indent, important, others, options);
  int hidden = 0;
  for (const BlockGroup& group : diff.groups) RenderBlockGroup(diff, group, indent, options, &hidden);
  if (hidden > 0) {
    out_ += '\n';
    Unchanged("block", static_cast<size_t>(hidden), indent + 1, options);
  }
  Begin(indent, Action::kNoOp, options);
  out_ += '}';
}

void Printer::RenderBlockGroup(const Diff& parent, const BlockGroup& group, int indent,
                               const RenderOptions& options, int* hidden) {
  RenderOptions inner = options;
  inner.force_replace = group.replace;
  bool first = true;
  auto begin = [&](Action action) {
    if (first && !parent.children.empty()) out_ += '\n';
    first = false;
    (void)action;
  };
  auto head = [&](Action action, std::string_view key) {
    Begin(indent + 1, action, inner);
    out_ += AttributeName(group.type);
    if (group.keyed && !key.empty()) out_ += " " + base::core::GoQuote(key);
    out_ += ' ';
  };
  if (group.unknown) {
    const Action action = parent.action == Action::kNoOp ? Action::kUpdate : parent.action;
    begin(action);
    head(action, "");
    out_ += "(known after apply)\n";
  }
  for (const Diff& block : group.blocks) {
    Diff whole;  // where all blocks of the type together are sensitive
    const Diff* shown = &block;
    const bool sensitive = (block.action == Action::kCreate && group.after_sensitive) ||
                           (block.action == Action::kDelete && group.before_sensitive) ||
                           ((block.action == Action::kUpdate || block.action == Action::kNoOp) &&
                            (group.before_sensitive || group.after_sensitive));
    if (sensitive) {
      whole.form = Form::kSensitiveBlock;
      whole.inner_action = whole.action = block.action;
      whole.before_sensitive = group.before_sensitive;
      whole.after_sensitive = group.after_sensitive;
      whole.replace = block.replace;
      if (block.action == Action::kNoOp && group.before_sensitive != group.after_sensitive)
        whole.action = Action::kUpdate;
      shown = &whole;
    }
    if (shown->action == Action::kNoOp && !options.show_unchanged) {
      ++*hidden;
      continue;
    }
    begin(shown->action);
    Warnings(*shown, indent + 1);
    head(shown->action, block.name);
    Render(*shown, indent + 1, inner);
    out_ += '\n';
  }
}

void Printer::RenderSensitiveBlock(const Diff& diff, int indent, const RenderOptions& options) {
  out_ += '{';
  ForcesReplacement(diff.replace, options);
  out_ += '\n';
  Begin(indent, Action::kNoOp, options);
  out_ += "  # At least one attribute in this block is (or was) sensitive,\n";
  Begin(indent, Action::kNoOp, options);
  out_ += "  # so its contents will not be displayed.\n";
  Begin(indent, Action::kNoOp, options);
  out_ += '}';
}

}  // namespace cli::view
