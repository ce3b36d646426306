#include "cli/view/style.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>

#include "base/text/unicode.h"

namespace cli::view {
namespace {

constexpr int kDefaultWidth = 78;
constexpr size_t kBufferLimit = 64 * 1024;

// Errors are ignored: there is nobody left to tell.
void WriteAll(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = write(descriptor, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;
    text.remove_prefix(static_cast<size_t>(written));
  }
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
}

Terminal::Terminal(std::string* out, std::string* err, Style style)
    : style_(style), out_text_(out), err_text_(err) {}

Terminal::~Terminal() { Flush(); }

void Terminal::FlushLocked() {
  if (buffer_.empty()) return;
  if (out_text_ != nullptr) {
    *out_text_ += buffer_;
  } else {
    WriteAll(STDOUT_FILENO, buffer_);
  }
  buffer_.clear();
}

void Terminal::Print(std::string_view text) {
  std::lock_guard lock(mutex_);
  buffer_ += text;
  FlushLocked();
}

void Terminal::PrintSoon(std::string_view text) {
  std::lock_guard lock(mutex_);
  buffer_ += text;
  if (buffer_.size() >= kBufferLimit || terminal_) FlushLocked();
}

void Terminal::PrintError(std::string_view text) {
  std::lock_guard lock(mutex_);
  FlushLocked();
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
