#include "cli/view/graph_svg.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/view/layered_layout.h"

namespace cli::view {
namespace {

using engine::changes::Action;
using engine::graph::Drawing;
using engine::graph::Vertex;

constexpr double kCharacterWidth = 7.2;
constexpr double kSmallCharacterWidth = 5.9;
constexpr double kSidePadding = 14;
constexpr double kBoxHeight = 40;
constexpr double kFlatBoxHeight = 28;
constexpr size_t kMaxCharacters = 36;
constexpr double kLegendHeight = 34;
constexpr int kProviderColors = 8;

// Hues tell apart, and each of them works on light and dark grounds.
constexpr std::string_view kStyle = R"css(
svg.graph{font-family:system-ui,-apple-system,"Segoe UI",Roboto,Cantarell,"DejaVu Sans",sans-serif}
.graph .ground{fill:var(--ground)}
.graph .frame{fill:var(--band);stroke:var(--frame)}
.graph .module{fill:var(--soft);font-size:11px;font-weight:600}
.graph .edge{fill:none;stroke:var(--edge);stroke-width:1.3}
.graph .tip{fill:var(--edge)}
.graph .box{fill:var(--box);stroke:var(--tint);stroke-width:1.4}
.graph .bar{fill:var(--tint)}
.graph .name{fill:var(--ink);font-size:12px;font-weight:600}
.graph .type{fill:var(--soft);font-size:10px}
.graph .count{fill:var(--tint);font-size:11px;font-weight:700;text-anchor:end}
.graph .key{fill:var(--soft);font-size:11px}
.graph .none{--tint:#98a2b3}.graph .create{--tint:#1a9f53}.graph .update{--tint:#c88a00}
.graph .delete{--tint:#d5382f}.graph .replace{--tint:#b0399b}.graph .read{--tint:#2276d2}
.graph .forget{--tint:#7a6a58}
.graph .p0{--tint:#2f6fdb}.graph .p1{--tint:#1a9f53}.graph .p2{--tint:#b45309}.graph .p3{--tint:#9333c4}
.graph .p4{--tint:#0e8a96}.graph .p5{--tint:#c5305f}.graph .p6{--tint:#6b7a12}.graph .p7{--tint:#5c5fc9}
)css";

// Of a picture that stands alone; a page has these for itself.
constexpr std::string_view kGround = R"css(
svg.graph{--ground:#fff;--ink:#1f2430;--soft:#667085;--box:#fff;--edge:#98a2b3;--frame:#d0d5dd;--band:#f5f7fa}
@media (prefers-color-scheme:dark){svg.graph{--ground:#14171f;--ink:#e6e9f0;--soft:#98a2b3;--box:#1d212c;
--edge:#596273;--frame:#343b4a;--band:#191d27}}
)css";

const char* ActionClass(Action action) {
  switch (action) {
    case Action::kCreate:
      return "create";
    case Action::kUpdate:
      return "update";
    case Action::kDelete:
      return "delete";
    case Action::kDeleteThenCreate:
    case Action::kCreateThenDelete:
      return "replace";
    case Action::kRead:
      return "read";
    case Action::kForget:
      return "forget";
    case Action::kNoOp:
      return "none";
  }
  return "none";
}

// Characters, not bytes.
size_t Length(std::string_view text) {
  return static_cast<size_t>(std::count_if(
      text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

// The middle of long names gives way.
std::string Shortened(const std::string& text) {
  if (Length(text) <= kMaxCharacters) return text;
  auto boundary = [&](size_t at) {
    while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xc0) == 0x80) ++at;
    return at;
  };
  return text.substr(0, boundary(kMaxCharacters / 2)) + "…" +
         text.substr(boundary(text.size() - std::min(text.size(), kMaxCharacters / 2 - 2)));
}

// What a box says: the resource's name under its type, or one line.
struct Words {
  std::string type, name;
};

Words WordsOf(const Vertex& vertex) {
  std::string text = vertex.label.empty() ? vertex.name : vertex.label;
  const std::string prefix = vertex.module.ToString() + ".";
  if (text.starts_with(prefix)) text.erase(0, prefix.size());
  if (vertex.shape != engine::graph::Shape::kBox) return {"", Shortened(text)};
  const size_t dot = text.rfind('.');
  if (dot == std::string::npos) return {"", Shortened(text)};
  return {Shortened(text.substr(0, dot)), Shortened(text.substr(dot + 1))};
}

class Painter {
 public:
  Painter(const Drawing& drawing, const PictureOptions& options, Markup& markup)
      : drawing_(drawing), options_(options), markup_(markup) {}

  void Paint() {
    Measure();
    layout_ = LayOut(input_);
    const Rectangle whole = layout_.groups[0];
    const double width = std::max(whole.width + std::max(0.0, whole.x) + kSidePadding, 320.0);
    const double height = whole.height + kLegendHeight + 8;
    markup_.Open("svg").With("xmlns", "http://www.w3.org/2000/svg").With("class", "graph");
    markup_.With("viewBox", fmt::format("0 0 {:.0f} {:.0f}", width, height));
    markup_.With("width", width).With("height", height).With("role", "img");
    markup_.With("aria-label", "Dependencies between resources");
    if (!options_.within_page) {
      markup_.Open("style").Trusted(kStyle).Trusted(kGround).Close();
      markup_.Open("rect").With("class", "ground").With("width", "100%").With("height", "100%").Close();
    }
    PaintLegend();
    markup_.Open("g").With("transform", fmt::format("translate(0 {:.0f})", kLegendHeight));
    for (uint32_t group = 1; group < layout_.groups.size(); ++group) PaintFrame(group);
    for (uint32_t node = 0; node < layout_.nodes.size(); ++node)
      for (const std::vector<Point>& line : layout_.lines[node]) PaintLine(line);
    for (uint32_t node = 0; node < layout_.nodes.size(); ++node) PaintBox(node);
    markup_.Close().Close();
  }

 private:
  void Measure() {
    input_.groups.push_back(0);
    group_names_.emplace_back();
    for (const Vertex& vertex : drawing_.vertices) {
      words_.push_back(WordsOf(vertex));
      const Words& words = words_.back();
      double width = std::max(static_cast<double>(Length(words.name)) * kCharacterWidth,
                              static_cast<double>(Length(words.type)) * kSmallCharacterWidth);
      if (const PictureOptions::Change* change = ChangeOf(vertex); change != nullptr && change->instances > 1)
        width += 8 + static_cast<double>(std::to_string(change->instances).size() + 1) * kCharacterWidth;
      input_.nodes.push_back({.width = width + 2 * kSidePadding,
                              .height = words.type.empty() ? kFlatBoxHeight : kBoxHeight,
                              .group = GroupOf(vertex.module)});
    }
    input_.edges = drawing_.edges;
  }

  uint32_t GroupOf(const language::address::ModuleInstance& module) {
    if (module.IsRoot()) return 0;
    auto [found, added] = groups_.emplace(module.ToString(), 0);
    if (!added) return found->second;
    language::address::ModuleInstance parent = module;
    parent.steps.pop_back();
    const uint32_t parent_group = GroupOf(parent);
    const auto group = static_cast<uint32_t>(input_.groups.size());
    input_.groups.push_back(parent_group);
    group_names_.push_back(module.ToString());
    return groups_[module.ToString()] = group;
  }

  const PictureOptions::Change* ChangeOf(const Vertex& vertex) const {
    auto found = options_.changes.find(vertex.label.empty() ? vertex.name : vertex.label);
    if (found == options_.changes.end()) found = options_.changes.find(vertex.name);
    return found == options_.changes.end() ? nullptr : &found->second;
  }

  // The provider that a resource's type speaks of.
  std::string ProviderOf(uint32_t node) const {
    std::string type = words_[node].type;
    if (type.starts_with("data.")) type.erase(0, 5);
    return type.substr(0, type.find('_'));
  }

  std::string ClassOf(uint32_t node) {
    if (options_.of_plan) {
      const PictureOptions::Change* change = ChangeOf(drawing_.vertices[node]);
      return ActionClass(change != nullptr ? change->action : Action::kNoOp);
    }
    const std::string provider = ProviderOf(node);
    if (provider.empty()) return "none";
    auto [found, added] = providers_.emplace(provider, providers_.size());
    return fmt::format("p{}", found->second % kProviderColors);
  }

  void PaintLegend() {
    std::vector<std::pair<std::string, std::string>> keys;  // class, word
    if (options_.of_plan) {
      static constexpr std::pair<Action, const char*> kWords[] = {
          {Action::kCreate, "create"},  {Action::kUpdate, "update"}, {Action::kDeleteThenCreate, "replace"},
          {Action::kDelete, "destroy"}, {Action::kRead, "read"},     {Action::kForget, "forget"},
          {Action::kNoOp, "no change"}};
      std::vector<std::string> used;
      for (uint32_t node = 0; node < drawing_.vertices.size(); ++node) used.push_back(ClassOf(node));
      for (const auto& [action, word] : kWords)
        if (std::find(used.begin(), used.end(), ActionClass(action)) != used.end())
          keys.emplace_back(ActionClass(action), word);
    } else {
      for (uint32_t node = 0; node < drawing_.vertices.size(); ++node) ClassOf(node);
      std::vector<std::pair<size_t, std::string>> sorted;
      for (const auto& [name, number] : providers_) sorted.emplace_back(number, name);
      std::sort(sorted.begin(), sorted.end());
      for (const auto& [number, name] : sorted)
        keys.emplace_back(fmt::format("p{}", number % kProviderColors), name);
    }
    double x = 2 * kSidePadding;
    for (const auto& [name, word] : keys) {
      markup_.Open("g").With("class", name);
      markup_.Open("rect")
          .With("class", "bar")
          .With("x", x)
          .With("y", 12.0)
          .With("width", 11.0)
          .With("height", 11.0);
      markup_.With("rx", 2.0).Close();
      markup_.Open("text").With("class", "key").With("x", x + 17).With("y", 21.5).Text(word).Close().Close();
      x += 17 + static_cast<double>(Length(word)) * 6.4 + 18;
    }
  }

  void PaintFrame(uint32_t group) {
    const Rectangle& box = layout_.groups[group];
    markup_.Open("rect").With("class", "frame").With("x", box.x).With("y", box.y);
    markup_.With("width", box.width).With("height", box.height).With("rx", 8.0).Close();
    const std::string& name = group_names_[group];
    markup_.Open("text").With("class", "module").With("x", box.x + 12).With("y", box.y + 18);
    const auto room = static_cast<size_t>(std::max(8.0, (box.width - 20) / 6.6));
    markup_.Text(Length(name) <= room ? name : name.substr(name.rfind("module.")));
    markup_.Open("title").Text(name).Close().Close();
  }

  // A curve that leaves and arrives level, through the places between.
  void PaintLine(const std::vector<Point>& points) {
    std::string path = fmt::format("M{:.1f} {:.1f}", points[0].x, points[0].y);
    for (size_t index = 1; index < points.size(); ++index) {
      const Point& from = points[index - 1];
      const Point& to = points[index];
      if (std::abs(from.y - to.y) < 0.5 && from.x <= to.x) {
        path += fmt::format("L{:.1f} {:.1f}", to.x, to.y);
        continue;
      }
      const double bend = from.x < to.x ? (to.x - from.x) / 2 : 60;
      path += fmt::format("C{:.1f} {:.1f} {:.1f} {:.1f} {:.1f} {:.1f}", from.x + bend, from.y, to.x - bend,
                          to.y, to.x, to.y);
    }
    markup_.Open("path").With("class", "edge").With("d", path).Close();
    const Point& end = points.back();
    markup_.Open("path").With("class", "tip");
    markup_.With("d", fmt::format("M{:.1f} {:.1f}l-6 -3.5v7z", end.x, end.y)).Close();
  }

  void PaintBox(uint32_t node) {
    const Rectangle& box = layout_.nodes[node];
    const Words& words = words_[node];
    markup_.Open("g").With("class", "node " + ClassOf(node));
    markup_.Element("title", drawing_.vertices[node].name);
    markup_.Open("rect").With("class", "box").With("x", box.x).With("y", box.y);
    markup_.With("width", box.width).With("height", box.height).With("rx", 6.0).Close();
    markup_.Open("rect").With("class", "bar").With("x", box.x).With("y", box.y + 6);
    markup_.With("width", 3.5).With("height", box.height - 12).Close();
    const double x = box.x + kSidePadding;
    if (!words.type.empty())
      markup_.Open("text").With("class", "type").With("x", x).With("y", box.y + 15).Text(words.type).Close();
    markup_.Open("text").With("class", "name").With("x", x);
    markup_.With("y", words.type.empty() ? box.middle() + 4 : box.y + 30).Text(words.name).Close();
    const PictureOptions::Change* change = ChangeOf(drawing_.vertices[node]);
    if (change != nullptr && change->instances > 1) {
      markup_.Open("text").With("class", "count").With("x", box.x + box.width - 10).With("y", box.y + 30);
      markup_.Text(fmt::format("×{}", change->instances)).Close();
    }
    markup_.Close();
  }

  const Drawing& drawing_;
  const PictureOptions& options_;
  Markup& markup_;
  LayoutInput input_;
  Layout layout_;
  std::vector<Words> words_;
  std::vector<std::string> group_names_;
  std::map<std::string, uint32_t> groups_;
  std::map<std::string, size_t> providers_;
};

// Of a resource whose instances meet different fates, the worst is shown.
int Weight(Action action) {
  switch (action) {
    case Action::kDelete:
      return 6;
    case Action::kDeleteThenCreate:
    case Action::kCreateThenDelete:
      return 5;
    case Action::kUpdate:
      return 4;
    case Action::kCreate:
      return 3;
    case Action::kForget:
      return 2;
    case Action::kRead:
      return 1;
    case Action::kNoOp:
      return 0;
  }
  return 0;
}

}  // namespace

PictureOptions PictureOfPlan(const engine::changes::Plan& plan) {
  PictureOptions options{.of_plan = true};
  for (const engine::changes::ResourceChange& change : plan.resources) {
    const language::address::ModuleResource resource{change.address.module.WithoutKeys(),
                                                     change.address.resource};
    PictureOptions::Change& shown = options.changes[resource.ToString()];
    if (change.action == Action::kNoOp) continue;
    ++shown.instances;
    if (Weight(change.action) > Weight(shown.action)) shown.action = change.action;
  }
  return options;
}

std::string_view GraphStyle() { return kStyle; }

void AppendGraphSvg(const Drawing& drawing, const PictureOptions& options, Markup& markup) {
  Painter(drawing, options, markup).Paint();
}

std::string GraphSvg(const Drawing& drawing, const PictureOptions& options) {
  std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
  Markup markup(&out);
  AppendGraphSvg(drawing, options, markup);
  return out + "\n";
}

}  // namespace cli::view
