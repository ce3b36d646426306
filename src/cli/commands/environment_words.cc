#include "cli/commands/environment_words.h"

#include <algorithm>
#include <cctype>

namespace cli::commands {
namespace {

class Splitter {
 public:
  explicit Splitter(std::string_view text) : text_(text) {}

  std::optional<std::vector<std::string>> Run() {
    for (size_t index = 0; index < text_.size() && !ended_; ++index)
      if (!Take(text_[index])) return std::nullopt;
    if (escaped_ || quote_ || substituted_) return std::nullopt;
    EndWord();
    return std::move(words_);
  }

 private:
  // Substitutions stay as they are written, and nothing in them is special but their end.
  bool Substituted(char c) {
    if (substituted_ ? c == substituted_ : c == '`') {
      substituted_ = substituted_ ? 0 : '`';
    } else if (!substituted_ && c == '(') {
      if (!word_.ends_with('$')) return false;
      substituted_ = ')';
    }
    word_ += c;
    return true;
  }

  bool Take(char c) {
    if (escaped_) {
      escaped_ = false;
      word_ += c;
    } else if (c == '\\' && quote_ != '\'') {
      escaped_ = inside_ = true;
    } else if (quote_) {
      if (c == quote_)
        quote_ = 0;
      else
        word_ += c;
    } else if (substituted_ || c == '`' || c == '(') {
      return Substituted(c);
    } else if (c == '\'' || c == '"') {
      quote_ = c;
      inside_ = true;
    } else if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
      EndWord();
    } else if (std::string_view(";&|<>").find(c) != std::string_view::npos) {
      // A digit before it is a descriptor's.
      if (c == '>' && !word_.empty() && std::isdigit(static_cast<unsigned char>(word_[0]))) word_.clear();
      ended_ = true;
    } else {
      word_ += c;
    }
    return true;
  }

  void EndWord() {
    if (inside_ || !word_.empty()) words_.push_back(std::move(word_));
    word_.clear();
    inside_ = false;
  }

  std::string_view text_;
  std::vector<std::string> words_;
  std::string word_;
  bool inside_ = false;  // of a word, though it is empty
  bool escaped_ = false;
  bool ended_ = false;
  char quote_ = 0;
  char substituted_ = 0;  // what ends the substitution
};

}  // namespace

std::optional<std::vector<std::string>> SplitWords(std::string_view text) { return Splitter(text).Run(); }

base::core::Result<std::vector<std::string>> WordsOfEnvironment(const base::core::Environment& environment,
                                                                std::string_view command) {
  std::string own = "TF_CLI_ARGS_" + std::string(command);
  std::replace(own.begin(), own.end(), ' ', '_');
  std::replace(own.begin(), own.end(), '-', '_');
  std::vector<std::string> words;
  for (const std::string& variable : {own, std::string("TF_CLI_ARGS")}) {
    auto split = SplitWords(environment.Get(variable));
    if (!split) return base::core::Error(variable + ": invalid command line string");
    for (std::string& word : *split) words.push_back(std::move(word));
  }
  return words;
}

}  // namespace cli::commands
