// The small parts that pages are made of: cards, tables, fields, buttons, badges, bars, icons.
// Not pages and no reading of the store. Called by all pages.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "org/console/html.h"
#include "org/console/visit.h"
#include "org/store/types.h"
#include "org/store/users.h"

namespace org::console {

enum class Icon {
  kSprout,
  kPerson,
  kGroup,
  kApplication,
  kLog,
  kGauge,
  kKey,
  kCheck,
  kWarning,
  kMenu,
  kSearch,
  kPlus,
  kDownload,
};

// Decoration beside words: hidden from screen readers.
Html IconImage(Icon icon);
// A disc with initials, coloured by `seed`.
Html Avatar(std::string_view name, std::string_view seed);

Html Card(std::string_view title, const Html& content, const Html& actions = {});
// Title, words and a way on, where a list has nothing to show.
Html Empty(Icon icon, std::string_view title, std::string_view text, const Html& action = {});

// tone: "good", "warn", "bad", "quiet", "info".
Html Badge(std::string_view tone, std::string_view text);
Html StatusBadge(store::UserStatus status);
// The tone of a status, for badges and bars.
std::string_view StatusTone(store::UserStatus status);

Html LinkButton(std::string_view label, const Url& url, std::string_view tone = "");
Html SubmitButton(std::string_view label, std::string_view tone = "primary");

// One button that changes something: a form of its own. `fields` are hidden.
Html ActionButton(const Visit& visit, std::string_view label, const Url& url, std::string_view tone = "",
                  const std::vector<std::pair<std::string, std::string>>& fields = {});

// A form whose fields and buttons are `content`; with the CSRF token.
Html PostForm(const Visit& visit, const Url& url, const Html& content, std::string_view classes = "fields");

struct Field {
  std::string_view name;
  std::string_view label;
  std::string value = {};
  std::string_view type = "text";
  std::string_view hint = {};
  bool required = false;
  bool autofocus = false;
  std::string_view autocomplete = "off";
  int max_length = 0;  // 0: none
  std::string_view placeholder = {};
};
Html InputField(const Field& field);
Html TextAreaField(std::string_view name, std::string_view label, std::string_view value,
                   std::string_view hint = {}, int rows = 4);

struct Choice {
  std::string_view value;
  std::string_view label;
  std::string_view hint = {};
};
Html RadioGroup(std::string_view name, std::string_view legend, const std::vector<Choice>& choices,
                std::string_view chosen);
Html CheckBox(std::string_view name, std::string_view value, std::string_view label, bool checked,
              std::string_view hint = {});

// A GET form with one search box; `kept` are hidden fields.
Html SearchForm(const Url& url, std::string_view label, std::string_view value,
                const std::vector<std::pair<std::string, std::string>>& kept = {},
                std::string_view placeholder = {});

// Column heads (empty: for buttons) and a body of Row.
Html Table(std::string_view caption, const std::vector<std::string_view>& heads, const Html& rows);
// On narrow screens cells carry their column's name.
struct Cell {
  std::string_view head;
  Html content;
  std::string_view classes = {};
};
Html Row(const std::vector<Cell>& cells);

// Links to the first page and the next one, where they are.
Html Pager(bool has_previous, const std::optional<Url>& first, const std::optional<Url>& next);

struct Definition {
  std::string_view term;
  Html value;
};
Html Definitions(const std::vector<Definition>& items);

// `<time>`: the instant in words of UTC.
Html TimeText(store::Time time);
Html OptionalTime(const std::optional<store::Time>& time);

// Text with a button that copies it, where there is script.
Html Copyable(std::string_view id, std::string_view text);
Html CodeBlock(std::string_view id, std::string_view text, std::string_view label);

// A bar from 0 to `whole`, with `part` filled and its share told to screen readers by `label`.
Html Bar(double part, double whole, std::string_view label, std::string_view tone = "");
struct Slice {
  double amount;
  std::string_view tone;
};
// One bar of several slices; hidden from screen readers: the words stand beside it.
Html StackedBar(const std::vector<Slice>& slices);

// "1 person", "2 people"
std::string Count(size_t number, std::string_view one, std::string_view many);

}  // namespace org::console
