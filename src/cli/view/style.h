// Colours, width and streams of one run. Nothing else decides whether an escape is written.
// Not what is printed.
// Used by all views and commands.
#pragma once

#include <mutex>
#include <string>
#include <string_view>

namespace cli::view {

// Escapes of Terraform's colour markup, or nothing with colour off. Rule of the reference: every marked-up
// text ends in one more reset.
struct Style {
  bool color = true;
  int width = 78;  // columns to wrap paragraphs and draw rules at

  std::string_view Bold() const { return color ? "\033[1m" : ""; }
  std::string_view Underline() const { return color ? "\033[4m" : ""; }
  std::string_view Red() const { return color ? "\033[31m" : ""; }
  std::string_view Green() const { return color ? "\033[32m" : ""; }
  std::string_view Yellow() const { return color ? "\033[33m" : ""; }
  std::string_view Cyan() const { return color ? "\033[36m" : ""; }
  std::string_view LightGray() const { return color ? "\033[37m" : ""; }
  std::string_view DarkGray() const { return color ? "\033[90m" : ""; }
  std::string_view Reset() const { return color ? "\033[0m" : ""; }
};

// Words at most `width` columns a line; long words are not broken, lines that begin with a space are left
// alone.
std::string Wrap(std::string_view text, int width);
// Appends the text in an escape: code, text, reset, and the one more reset that ends marked-up text.
void AppendColored(std::string_view code, std::string_view text, const Style& style, std::string* out);
// "────...", width - 1 columns, without newline.
std::string Rule(const Style& style);

// Standard output and error, whole texts at a time, safe from several threads.
class Terminal {
 public:
  // no_color: the -no-color option. Width is the terminal's, else 78.
  explicit Terminal(bool no_color);
  // For tests: writes into strings.
  Terminal(std::string* out, std::string* err, Style style);
  ~Terminal();
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  const Style& style() const { return style_; }
  bool interactive() const { return interactive_; }  // a person can be asked: both ends are terminals
  bool is_terminal() const { return terminal_; }     // standard output is a terminal
  // Whether a line may come and go at the end: a terminal that can do so, and -no-progress was not given.
  bool live() const { return live_; }
  void SetLive(bool live) { live_ = live; }
  int CurrentWidth() const;  // columns now: a person may have changed the window
  void Print(std::string_view text);
  void PrintError(std::string_view text);
  // PrintError of a line or several, in red.
  void PrintMistake(std::string_view text);
  // Print, but the text may wait for its fellows until Flush, the next Print or a full buffer: for bursts of
  // lines.
  void PrintSoon(std::string_view text);
  void Flush();
  // The errno of the first text that standard output did not take; 0 while all is well.
  int write_error() const { return write_error_; }
  // A line that stays below everything that is printed; empty takes it away. Without line feed, and no wider
  // than the terminal. Only where live().
  void SetFooter(std::string_view footer);

 private:
  // Takes the footer off the screen (it comes back with the next text that ends in a line feed).
  void EraseFooter(std::string* out);
  Style style_;
  bool interactive_ = false;
  bool terminal_ = false;
  bool live_ = false;
  std::string footer_;        // wanted
  std::string drawn_footer_;  // on the screen
  bool at_line_start_ = true;
  std::string* out_text_ = nullptr;
  std::string* err_text_ = nullptr;
  void FlushLocked(bool redraw = false);
  void WriteOut(std::string_view text);
  std::mutex mutex_;
  std::string buffer_;  // printed, not yet written
  int write_error_ = 0;
};

}  // namespace cli::view
