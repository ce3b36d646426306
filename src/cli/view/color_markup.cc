#include "cli/view/color_markup.h"

#include <algorithm>

namespace cli::view {
namespace {

struct Word {
  std::string_view name, code;
};

constexpr Word kWords[] = {
    {"bold", "1"},          {"dim", "2"},         {"underline", "4"},      {"reset", "0"},
    {"default", "39"},      {"black", "30"},      {"red", "31"},           {"green", "32"},
    {"yellow", "33"},       {"blue", "34"},       {"magenta", "35"},       {"cyan", "36"},
    {"light_gray", "37"},   {"dark_gray", "90"},  {"light_red", "91"},     {"light_green", "92"},
    {"light_yellow", "93"}, {"light_blue", "94"}, {"light_magenta", "95"}, {"light_cyan", "96"},
    {"white", "97"},
};

}  // namespace

std::string ExpandColors(std::string_view text, const Style& style) {
  std::string out;
  while (!text.empty()) {
    const size_t end = text.starts_with('[') ? text.find(']') : std::string_view::npos;
    const auto* word = end == std::string_view::npos
                           ? std::end(kWords)
                           : std::ranges::find(kWords, text.substr(1, end - 1), &Word::name);
    if (word == std::end(kWords)) {
      out += text.front();
      text.remove_prefix(1);
      continue;
    }
    if (style.color) out.append("\033[").append(word->code).append("m");
    text.remove_prefix(end + 1);
  }
  return out;
}

}  // namespace cli::view
