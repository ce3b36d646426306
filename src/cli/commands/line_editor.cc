#include "cli/commands/line_editor.h"

#include <clocale>
#include <cstdio>

#include <histedit.h>

#include "base/core/strings.h"

namespace cli::commands {
namespace {

constexpr int kHistoryLines = 500;

struct EditLineEnd {
  void operator()(EditLine* editor) const { el_end(editor); }
};
struct HistoryEnd {
  void operator()(History* history) const { history_end(history); }
};

}  // namespace

struct LineEditor::Impl {
  std::unique_ptr<History, HistoryEnd> history;
  std::unique_ptr<EditLine, EditLineEnd> editor;
  std::string previous_locale;
  std::string prompt;
  std::string interrupted_line;
  bool interrupted = false;

  static Impl& Of(EditLine* editor) {
    void* data = nullptr;
    el_get(editor, EL_CLIENTDATA, &data);
    return *static_cast<Impl*>(data);
  }
  static char* Prompt(EditLine* editor) { return Of(editor).prompt.data(); }
  static unsigned char Interrupt(EditLine* editor, int) {
    Impl& impl = Of(editor);
    const LineInfo* line = el_line(editor);
    impl.interrupted = true;
    impl.interrupted_line.assign(line->buffer, line->lastchar);
    return CC_EOF;
  }
};

LineEditor::LineEditor() : impl_(std::make_unique<Impl>()) {
  // Without this libedit takes bytes for letters.
  if (const char* locale = std::setlocale(LC_CTYPE, nullptr)) impl_->previous_locale = locale;
  std::setlocale(LC_CTYPE, "C.UTF-8");
  impl_->history.reset(history_init());
  HistEvent event;
  if (impl_->history) {
    history(impl_->history.get(), &event, H_SETSIZE, kHistoryLines);
    history(impl_->history.get(), &event, H_SETUNIQUE, 1);
  }
  impl_->editor.reset(el_init("parterre", stdin, stdout, stderr));
  EditLine* editor = impl_->editor.get();
  if (!editor) return;
  el_set(editor, EL_CLIENTDATA, impl_.get());
  el_set(editor, EL_PROMPT, &Impl::Prompt);
  el_set(editor, EL_EDITOR, "emacs");
  el_set(editor, EL_SIGNAL, 0);
  if (impl_->history) el_set(editor, EL_HIST, history, impl_->history.get());
  el_set(editor, EL_SETTY, "-d", "-isig", nullptr);
  el_set(editor, EL_ADDFN, "interrupt-line", "leave this line", &Impl::Interrupt);
  el_set(editor, EL_BIND, "^C", "interrupt-line", nullptr);
  el_set(editor, EL_BIND, "^R", "em-inc-search-prev", nullptr);
}

LineEditor::~LineEditor() {
  impl_->editor.reset();
  if (!impl_->previous_locale.empty()) std::setlocale(LC_CTYPE, impl_->previous_locale.c_str());
}

LineEditor::Input LineEditor::Read(const std::string& prompt) {
  if (!impl_->editor) return {};
  impl_->prompt = prompt;
  impl_->interrupted = false;
  int length = 0;
  // libedit itself would show the prompt first: a Control-C typed between the two would be a signal.
  el_set(impl_->editor.get(), EL_PREP_TERM, 1);
  const char* text = el_gets(impl_->editor.get(), &length);
  if (impl_->interrupted) return {Status::kInterrupted, impl_->interrupted_line};
  if (!text || length <= 0) return {};
  std::string line(text, static_cast<size_t>(length));
  while (line.ends_with('\n') || line.ends_with('\r')) line.pop_back();
  HistEvent event;
  if (impl_->history && !base::core::Trim(line).empty())
    history(impl_->history.get(), &event, H_ENTER, line.c_str());
  return {Status::kLine, std::move(line)};
}

}  // namespace cli::commands
