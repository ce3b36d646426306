// Editing of typed lines with history, over libedit. Not what the lines mean. Used by console_input.cc.
#pragma once

#include <memory>
#include <string>

namespace cli::commands {

class LineEditor {
 public:
  // For the process's terminal. History is kept in memory for the editor's life only.
  LineEditor();
  ~LineEditor();
  LineEditor(const LineEditor&) = delete;
  LineEditor& operator=(const LineEditor&) = delete;

  enum class Status { kLine, kInterrupted, kEnd };  // a line; Ctrl-C; Ctrl-D on an empty line, or no terminal
  struct Input {
    Status status = Status::kEnd;
    std::string line;  // without its newline; after Ctrl-C what had been typed
  };
  // Ctrl-C is a key here, not a signal.
  Input Read(const std::string& prompt);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace cli::commands
