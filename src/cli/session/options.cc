#include "cli/session/options.h"

#include <algorithm>
#include <charconv>

#include "base/text/suggest.h"

namespace cli::session {
namespace {

using base::core::Error;

const OptionSpec* FindSpec(std::span<const OptionSpec> specs, std::string_view name) {
  for (const OptionSpec& spec : specs)
    if (spec.name == name) return &spec;
  return nullptr;
}

// Go's strconv.ParseBool.
std::optional<bool> ParseBool(std::string_view text) {
  for (std::string_view yes : {"1", "t", "T", "true", "TRUE", "True"})
    if (text == yes) return true;
  for (std::string_view no : {"0", "f", "F", "false", "FALSE", "False"})
    if (text == no) return false;
  return std::nullopt;
}

constexpr std::string_view kNoColor = "no-color";

base::core::Result<void> CheckValue(const OptionSpec& spec, std::string_view value) {
  if (spec.kind == OptionKind::kFlag && !ParseBool(value))
    return Error(fmt::format("invalid boolean value \"{}\" for -{}: use -{}=true or -{}=false", value,
                             spec.name, spec.name, spec.name));
  if (spec.kind == OptionKind::kNumber) {
    int64_t number = 0;
    auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
    if (error != std::errc() || end != value.data() + value.size())
      return Error(
          fmt::format("invalid value \"{}\" for flag -{}: a whole number is needed", value, spec.name));
  }
  return {};
}

}  // namespace

base::core::Result<Options> Options::Parse(std::span<const OptionSpec> specs,
                                           std::span<const std::string> arguments) {
  Options options;
  for (size_t index = 0; index < arguments.size(); ++index) {
    std::string_view argument = arguments[index];
    if (argument.size() < 2 || argument[0] != '-' || argument == "--") {
      if (argument == "--") ++index;
      options.operands_.assign(arguments.begin() + static_cast<ptrdiff_t>(index), arguments.end());
      // This one is taken wherever it stands, as the reference does.
      if (FindSpec(specs, kNoColor) && std::erase(options.operands_, "-" + std::string(kNoColor)) > 0)
        options.given_.emplace_back(std::string(kNoColor), "true");
      break;
    }
    argument.remove_prefix(argument.starts_with("--") ? 2 : 1);
    size_t equals = argument.find('=');
    std::string_view name = argument.substr(0, equals);
    const OptionSpec* spec = FindSpec(specs, name);
    if (!spec) {
      std::vector<std::string_view> names;
      for (const OptionSpec& known : specs) names.push_back(known.name);
      std::string near = base::text::Suggest(name, names);
      return Error(fmt::format("flag provided but not defined: -{}{}", name,
                               near.empty() ? "" : " (did you mean -" + near + "?)"));
    }
    std::string value;
    if (equals != std::string_view::npos)
      value = argument.substr(equals + 1);
    else if (spec->kind == OptionKind::kFlag)
      value = "true";
    else if (index + 1 < arguments.size())
      value = arguments[++index];
    else
      return Error(fmt::format("flag needs an argument: -{}", name));
    RETURN_IF_ERROR(CheckValue(*spec, value));
    options.given_.emplace_back(std::string(name), std::move(value));
  }
  return options;
}

bool Options::Has(std::string_view name) const {
  return std::any_of(given_.begin(), given_.end(), [&](const auto& option) { return option.first == name; });
}

std::string Options::Text(std::string_view name, std::string_view otherwise) const {
  for (auto option = given_.rbegin(); option != given_.rend(); ++option)
    if (option->first == name) return option->second;
  return std::string(otherwise);
}

bool Options::Flag(std::string_view name, bool otherwise) const {
  return Has(name) ? ParseBool(Text(name)).value_or(otherwise) : otherwise;
}

int64_t Options::Number(std::string_view name, int64_t otherwise) const {
  if (!Has(name)) return otherwise;
  std::string text = Text(name);
  int64_t number = otherwise;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

std::string OptionsHelp(std::span<const OptionSpec> specs) {
  std::vector<const OptionSpec*> sorted;
  for (const OptionSpec& spec : specs) sorted.push_back(&spec);
  std::sort(sorted.begin(), sorted.end(),
            [](const OptionSpec* a, const OptionSpec* b) { return a->name < b->name; });
  std::string out = "Options:\n";
  for (const OptionSpec* spec : sorted) {
    std::string left = fmt::format("-{}{}{}", spec->name, spec->value.empty() ? "" : "=", spec->value);
    out += fmt::format("\n  {:<24}  {}\n", left, spec->help);
  }
  return out;
}

}  // namespace cli::session
