#include "cli/view/style.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>

#include "base/text/unicode.h"

namespace cli::view {
namespace {

constexpr int kDefaultWidth = 78;
constexpr size_t kBufferLimit = 64 * 1024;

// Errors are ignored: there is nobody left to tell.
// 0, or the errno of what could not be written.
int WriteAll(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = write(descriptor, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    text.remove_prefix(static_cast<size_t>(written));
  }
  return 0;
}

int TerminalWidth() {
  winsize size{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return kDefaultWidth;
  return size.ws_col;
}

// One line, by the rules of Go's go-wordwrap: white space at a break vanishes, other white space stays, a
// word as long as the limit is put where it comes.
void WrapLine(std::string_view line, size_t limit, std::string* out) {
  size_t column = 0;
  std::string_view spaces;
  while (!line.empty()) {
    size_t space_bytes = 0;
    size_t word_bytes = 0;
    size_t word_width = 0;
    size_t space_width = 0;
    while (space_bytes < line.size()) {
      const auto [rune, length] = base::text::DecodeRune(line.substr(space_bytes));
      if (rune == 0xa0 || !base::text::IsSpace(rune)) break;
      space_bytes += static_cast<size_t>(length);
      ++space_width;
    }
    spaces = line.substr(0, space_bytes);
    line.remove_prefix(space_bytes);
    while (word_bytes < line.size()) {
      const auto [rune, length] = base::text::DecodeRune(line.substr(word_bytes));
      if (rune != 0xa0 && base::text::IsSpace(rune)) break;
      word_bytes += static_cast<size_t>(length);
      ++word_width;
    }
    if (word_bytes == 0) {
      if (column + space_width <= limit) out->append(spaces);
      return;
    }
    if (column + space_width + word_width > limit && (word_width < limit || column + space_width > 1)) {
      *out += '\n';
      column = 0;
    } else {
      out->append(spaces);
      column += space_width;
    }
    out->append(line.substr(0, word_bytes));
    column += word_width;
    line.remove_prefix(word_bytes);
  }
}

}  // namespace

std::string Wrap(std::string_view text, int width) {
  if (width <= 0) return std::string(text);
  std::string out;
  out.reserve(text.size() + 16);
  for (size_t begin = 0;;) {
    const size_t end = text.find('\n', begin);
    const std::string_view line = text.substr(begin, end - begin);
    if (line.starts_with(' ')) {
      out += line;
    } else {
      WrapLine(line, static_cast<size_t>(width), &out);
    }
    if (end == std::string_view::npos) return out;
    out += '\n';
    begin = end + 1;
  }
}

void AppendColored(std::string_view code, std::string_view text, const Style& style, std::string* out) {
  *out += style.color ? code : std::string_view();
  *out += text;
  *out += style.Reset();
  *out += style.Reset();
}

std::string Rule(const Style& style) {
  std::string out;
  for (int i = 1; i < style.width; ++i) out += "─";
  return out;
}

Terminal::Terminal(bool no_color)
    : style_{.color = !no_color, .width = TerminalWidth()}, terminal_(isatty(STDOUT_FILENO) == 1) {
  interactive_ = terminal_ && isatty(STDIN_FILENO) == 1;
  const char* term = getenv("TERM");
  live_ = terminal_ && term != nullptr && *term != 0 && std::string_view(term) != "dumb";
}

Terminal::Terminal(std::string* out, std::string* err, Style style)
    : style_(style), out_text_(out), err_text_(err) {}

Terminal::~Terminal() { Flush(); }

int Terminal::CurrentWidth() const { return out_text_ != nullptr ? style_.width : TerminalWidth(); }

void Terminal::EraseFooter(std::string* out) {
  if (drawn_footer_.empty()) return;
  // A window that became narrower has broken the line into several.
  const size_t width = static_cast<size_t>(std::max(1, CurrentWidth()));
  const size_t rows = (drawn_footer_.size() + width - 1) / width;
  *out += '\r';
  if (rows > 1) *out += "\033[" + std::to_string(rows - 1) + "A";
  *out += "\033[J";
  drawn_footer_.clear();
}

void Terminal::SetFooter(std::string_view footer) {
  std::lock_guard lock(mutex_);
  if (!live_ || (footer == footer_ && footer == drawn_footer_)) return;
  footer_ = footer;
  // In the middle of a line there is no place for it.
  if (buffer_.empty() && !at_line_start_) return;
  FlushLocked(/*redraw=*/true);
}

void Terminal::WriteOut(std::string_view text) {
  if (out_text_ != nullptr) {
    *out_text_ += text;
    return;
  }
  const int error = WriteAll(STDOUT_FILENO, text);
  if (write_error_ == 0) write_error_ = error;
}

void Terminal::FlushLocked(bool redraw) {
  if (buffer_.empty() && !redraw) return;
  std::string text;
  EraseFooter(&text);
  if (!buffer_.empty()) at_line_start_ = buffer_.back() == '\n' || buffer_.ends_with("\n\033[0m");
  if (text.empty())
    text.swap(buffer_);  // it may be large
  else
    text += buffer_;
  buffer_.clear();
  if (at_line_start_ && !footer_.empty()) {
    text += footer_;
    drawn_footer_ = footer_;
  }
  WriteOut(text);
}

void Terminal::Print(std::string_view text) {
  std::lock_guard lock(mutex_);
  if (text.size() >= kBufferLimit && footer_.empty() && drawn_footer_.empty()) {
    FlushLocked();
    at_line_start_ = text.back() == '\n';
    return WriteOut(text);
  }
  buffer_ += text;
  FlushLocked();
}

void Terminal::PrintSoon(std::string_view text) {
  std::lock_guard lock(mutex_);
  buffer_ += text;
  if (buffer_.size() >= kBufferLimit || (terminal_ && footer_.empty())) FlushLocked();
}

void Terminal::PrintMistake(std::string_view text) {
  if (!style_.color) return PrintError(text);
  if (text.ends_with('\n')) text.remove_suffix(1);
  PrintError(fmt::format("{}{}{}{}\n", style_.Red(), text, style_.Reset(), style_.Reset()));
}

void Terminal::PrintError(std::string_view text) {
  std::lock_guard lock(mutex_);
  FlushLocked();
  if (!drawn_footer_.empty()) {
    std::string erased;
    EraseFooter(&erased);
    WriteOut(erased);
  }
  if (err_text_ != nullptr) {
    *err_text_ += text;
  } else {
    WriteAll(STDERR_FILENO, text);
  }
}

void Terminal::Flush() {
  std::lock_guard lock(mutex_);
  FlushLocked();
}

}  // namespace cli::view
