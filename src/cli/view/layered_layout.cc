#include "cli/view/layered_layout.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

namespace cli::view {
namespace {

constexpr double kRowGap = 14;
constexpr double kColumnGap = 64;
constexpr double kSideColumnGap = 24;  // between the columns that one layer is split into
constexpr double kGroupPadding = 14;
constexpr double kGroupTitle = 20;
constexpr double kThroughHeight = 4;  // what a line takes up in a column that it passes
constexpr int kSweeps = 8;
constexpr size_t kColumnLimit = 36;     // nodes of one group in one column, before it is split
constexpr size_t kMaxThrough = 30'000;  // beyond that long lines go straight

// A node, or a place that a long line passes through.
struct Item {
  uint32_t layer = 0;
  uint32_t group = 0;
  double width = 0, height = 0;
  bool through = false;
  uint32_t side_column = 0;
  double order = 0;  // what it is sorted by within its group and layer
  double y = 0;      // of its middle
  std::vector<uint32_t> left, right;
};

class Builder {
 public:
  explicit Builder(const LayoutInput& input) : input_(input) {}

  Layout Build() {
    AssignLayers();
    SpreadLonely();
    MakeItems();
    FillCells();
    Order();
    SplitColumns();
    PlaceColumns();
    PlaceRows();
    Straighten();
    return Result();
  }

 private:
  using Cell = std::vector<uint32_t>;  // items of one group in one layer, from above

  size_t size() const { return input_.nodes.size(); }

  // The longest way to what needs nothing. In a cycle, whoever comes first begins.
  void AssignLayers() {
    layers_.assign(size(), 0);
    std::vector<uint32_t> waiting(size());
    engine::graph::Adjacency users(size());
    std::vector<uint32_t> ready;
    std::vector<bool> done(size());
    for (uint32_t node = 0; node < size(); ++node) {
      waiting[node] = static_cast<uint32_t>(input_.edges[node].size());
      for (uint32_t needed : input_.edges[node]) users[needed].push_back(node);
      if (waiting[node] == 0) ready.push_back(node);
    }
    for (uint32_t forced = 0;;) {
      while (!ready.empty()) {
        const uint32_t node = ready.back();
        ready.pop_back();
        if (done[node]) continue;
        done[node] = true;
        for (uint32_t user : users[node]) {
          if (done[user]) continue;
          layers_[user] = std::max(layers_[user], layers_[node] + 1);
          if (--waiting[user] == 0) ready.push_back(user);
        }
      }
      while (forced < size() && done[forced]) ++forced;
      if (forced == size()) break;
      ready.push_back(forced);
    }
    lonely_.assign(size(), false);
    for (uint32_t node = 0; node < size(); ++node)
      lonely_[node] = users[node].empty() && input_.edges[node].empty();
  }

  // Nodes without lines may stand anywhere: in rows below the others, not in one long column.
  void SpreadLonely() {
    std::map<uint32_t, std::vector<uint32_t>> by_group;
    for (uint32_t node = 0; node < size(); ++node)
      if (lonely_[node]) by_group[input_.nodes[node].group].push_back(node);
    const uint32_t columns = layers_.empty() ? 1 : *std::max_element(layers_.begin(), layers_.end()) + 1;
    for (const auto& [group, nodes] : by_group) {
      const auto wanted = static_cast<uint32_t>(std::ceil(std::sqrt(static_cast<double>(nodes.size()) / 3)));
      const uint32_t width = std::max(columns, wanted);
      const size_t rows = (nodes.size() + width - 1) / width;
      for (size_t index = 0; index < nodes.size(); ++index)
        layers_[nodes[index]] = static_cast<uint32_t>(rows > 1 ? index / rows : index % width);
    }
  }

  uint32_t CommonGroup(uint32_t a, uint32_t b) const {
    while (a != b) (a > b ? a : b) = input_.groups[std::max(a, b)];
    return a;
  }

  void MakeItems() {
    items_.resize(size());
    size_t through = 0;
    for (uint32_t node = 0; node < size(); ++node) {
      const LayoutInput::Node& given = input_.nodes[node];
      items_[node] = {
          .layer = layers_[node], .group = given.group, .width = given.width, .height = given.height};
      for (uint32_t needed : input_.edges[node])
        if (layers_[node] > layers_[needed] + 1) through += layers_[node] - layers_[needed] - 1;
    }
    chains_.resize(size());
    for (uint32_t node = 0; node < size(); ++node)
      for (uint32_t needed : input_.edges[node]) {
        std::vector<uint32_t> chain{needed};
        for (uint32_t layer = layers_[needed] + 1; through <= kMaxThrough && layer < layers_[node]; ++layer) {
          items_.push_back({.layer = layer,
                            .group = CommonGroup(input_.nodes[node].group, input_.nodes[needed].group),
                            .height = kThroughHeight,
                            .through = true});
          chain.push_back(static_cast<uint32_t>(items_.size() - 1));
        }
        chain.push_back(node);
        for (size_t index = 0; index + 1 < chain.size(); ++index) {
          items_[chain[index]].right.push_back(chain[index + 1]);
          items_[chain[index + 1]].left.push_back(chain[index]);
        }
        chains_[node].push_back(std::move(chain));
      }
  }

  void FillCells() {
    layer_count_ = 0;
    for (const Item& item : items_) layer_count_ = std::max(layer_count_, item.layer + 1);
    cells_.assign(input_.groups.size(), std::vector<Cell>(layer_count_));
    children_.resize(input_.groups.size());
    for (uint32_t group = 1; group < input_.groups.size(); ++group)
      children_[input_.groups[group]].push_back(group);
    for (uint32_t id = 0; id < items_.size(); ++id) cells_[items_[id].group][items_[id].layer].push_back(id);
  }

  // Sweeps from left to right and back: everything is sorted by the mean place of its neighbours, inside of
  // its group; groups by the mean of theirs.
  void Order() {
    Number();
    for (int sweep = 0; sweep < kSweeps; ++sweep) {
      const bool to_right = sweep % 2 == 0;
      for (uint32_t step = 0; step < layer_count_; ++step) {
        const uint32_t layer = to_right ? step : layer_count_ - 1 - step;
        for (std::vector<Cell>& cells : cells_) SortCell(cells[layer], to_right);
      }
      SortGroups();
      Number();
    }
  }

  void SortCell(Cell& cell, bool to_right) {
    for (uint32_t id : cell) {
      Item& item = items_[id];
      const std::vector<uint32_t>& neighbours = to_right ? item.left : item.right;
      if (neighbours.empty()) continue;
      double sum = 0;
      for (uint32_t neighbour : neighbours) sum += items_[neighbour].order;
      item.order = sum / static_cast<double>(neighbours.size());
    }
    std::stable_sort(cell.begin(), cell.end(),
                     [&](uint32_t a, uint32_t b) { return items_[a].order < items_[b].order; });
  }

  void SortGroups() {
    std::vector<double> sum(children_.size()), count(children_.size());
    for (const Item& item : items_)
      for (const std::vector<uint32_t>* neighbours : {&item.left, &item.right})
        for (uint32_t neighbour : *neighbours) {
          if (items_[neighbour].group == item.group) continue;
          sum[item.group] += items_[neighbour].order;
          ++count[item.group];
        }
    for (std::vector<uint32_t>& children : children_)
      std::stable_sort(children.begin(), children.end(), [&](uint32_t a, uint32_t b) {
        return sum[a] / std::max(1.0, count[a]) < sum[b] / std::max(1.0, count[b]);
      });
  }

  // Everything gets the number that it has from above, over all groups.
  void Number() {
    double next = 0;
    NumberGroup(0, next);
  }
  void NumberGroup(uint32_t group, double& next) {
    double most = 0;
    for (Cell& cell : cells_[group]) {
      for (size_t index = 0; index < cell.size(); ++index)
        items_[cell[index]].order = next + static_cast<double>(index);
      most = std::max(most, static_cast<double>(cell.size()));
    }
    next += most + 1;
    for (uint32_t child : children_[group]) NumberGroup(child, next);
  }

  void SplitColumns() {
    side_columns_.assign(layer_count_, 1);
    for (std::vector<Cell>& cells : cells_)
      for (uint32_t layer = 0; layer < layer_count_; ++layer) {
        const auto nodes = static_cast<size_t>(std::count_if(
            cells[layer].begin(), cells[layer].end(), [&](uint32_t id) { return !items_[id].through; }));
        const auto parts = static_cast<uint32_t>((nodes + kColumnLimit - 1) / kColumnLimit);
        if (parts < 2) continue;
        side_columns_[layer] = std::max(side_columns_[layer], parts);
        uint32_t next = 0;
        for (uint32_t id : cells[layer])
          if (!items_[id].through) items_[id].side_column = next++ % parts;
      }
  }

  void PlaceColumns() {
    std::vector<std::vector<double>> widths(layer_count_);
    for (uint32_t layer = 0; layer < layer_count_; ++layer) widths[layer].resize(side_columns_[layer]);
    for (const Item& item : items_) {
      double& width = widths[item.layer][item.side_column];
      width = std::max(width, item.width);
    }
    double x = kGroupPadding * 2;
    columns_.resize(layer_count_);
    for (uint32_t layer = 0; layer < layer_count_; ++layer) {
      for (double width : widths[layer]) {
        columns_[layer].push_back(x);
        x += width + kSideColumnGap;
      }
      x += kColumnGap - kSideColumnGap;
    }
  }

  // Heights: rows from above; where a layer is split, its columns stand side by side, half a row apart.
  void PlaceRows() {
    group_boxes_.assign(input_.groups.size(), {});
    double y = 0;
    PlaceGroup(0, y);
  }

  void PlaceGroup(uint32_t group, double& y) {
    group_boxes_[group].y = y;
    y += kGroupPadding + (group == 0 ? 0 : kGroupTitle);
    const double top = y;
    double bottom = y;
    for (Cell& cell : cells_[group]) bottom = std::max(bottom, PlaceCell(cell, top));
    own_areas_[group] = {top, bottom};
    y = bottom;
    for (uint32_t child : children_[group]) {
      y += kRowGap;
      PlaceGroup(child, y);
    }
    y += kGroupPadding;
    group_boxes_[group].height = y - group_boxes_[group].y;
  }

  double PlaceCell(Cell& cell, double top) {
    std::map<uint32_t, double> next;  // by side column
    double bottom = top;
    for (uint32_t id : cell) {
      Item& item = items_[id];
      auto [place, first] = next.emplace(item.side_column, top);
      if (first && item.side_column % 2 == 1) place->second += (item.height + kRowGap) / 2;
      item.y = place->second + item.height / 2;
      place->second += item.height + (item.through ? kRowGap / 3 : kRowGap);
      bottom = std::max(bottom, item.y + item.height / 2);
    }
    return bottom;
  }

  // Draws everything towards its neighbours, as far as order, gaps and the group's area allow.
  void Straighten() {
    for (int sweep = 0; sweep < kSweeps; ++sweep)
      for (uint32_t step = 0; step < layer_count_; ++step) {
        const uint32_t layer = sweep % 2 == 0 ? step : layer_count_ - 1 - step;
        if (side_columns_[layer] > 1) continue;
        for (uint32_t group = 0; group < cells_.size(); ++group) StraightenCell(cells_[group][layer], group);
      }
  }

  void StraightenCell(const Cell& cell, uint32_t group) {
    const auto [top, bottom] = own_areas_[group];
    std::vector<double> wanted;
    for (uint32_t id : cell) {
      const Item& item = items_[id];
      double sum = 0;
      for (uint32_t neighbour : item.left) sum += items_[neighbour].y;
      for (uint32_t neighbour : item.right) sum += items_[neighbour].y;
      const size_t count = item.left.size() + item.right.size();
      wanted.push_back(count == 0 ? item.y : sum / static_cast<double>(count));
    }
    double room = top;
    for (size_t index = 0; index < cell.size(); ++index) {
      Item& item = items_[cell[index]];
      item.y = std::max(wanted[index], room + item.height / 2);
      room = item.y + item.height / 2 + (item.through ? kRowGap / 3 : kRowGap);
    }
    room = bottom;
    for (size_t index = cell.size(); index-- > 0;) {
      Item& item = items_[cell[index]];
      item.y = std::min(item.y, room - item.height / 2);
      room = item.y - item.height / 2 - (item.through ? kRowGap / 3 : kRowGap);
    }
  }

  Layout Result() {
    Layout layout;
    for (uint32_t node = 0; node < size(); ++node) {
      const Item& item = items_[node];
      layout.nodes.push_back(
          {columns_[item.layer][item.side_column], item.y - item.height / 2, item.width, item.height});
    }
    layout.lines.resize(size());
    for (uint32_t node = 0; node < size(); ++node)
      for (const std::vector<uint32_t>& chain : chains_[node])
        layout.lines[node].push_back(LineOf(chain, layout));
    PlaceGroupSides(layout);
    layout.groups = std::move(group_boxes_);
    return layout;
  }

  std::vector<Point> LineOf(const std::vector<uint32_t>& chain, const Layout& layout) const {
    const Rectangle& from = layout.nodes[chain.front()];
    const Rectangle& to = layout.nodes[chain.back()];
    std::vector<Point> points{{from.x + from.width, from.middle()}};
    for (size_t index = 1; index + 1 < chain.size(); ++index) {
      const Item& item = items_[chain[index]];
      points.push_back({columns_[item.layer].front(), item.y});
      points.push_back({columns_[item.layer].back() + ColumnWidth(item.layer), item.y});
    }
    points.push_back({to.x, to.middle()});
    return points;
  }

  double ColumnWidth(uint32_t layer) const {
    if (layer + 1 < layer_count_) return columns_[layer + 1].front() - kColumnGap - columns_[layer].back();
    return 0;
  }

  void PlaceGroupSides(const Layout& layout) {
    std::vector<double> left(input_.groups.size(), HUGE_VAL), right(input_.groups.size(), 0);
    for (uint32_t node = 0; node < size(); ++node) {
      const uint32_t group = input_.nodes[node].group;
      left[group] = std::min(left[group], layout.nodes[node].x);
      right[group] = std::max(right[group], layout.nodes[node].x + layout.nodes[node].width);
    }
    for (uint32_t group = static_cast<uint32_t>(input_.groups.size()); group-- > 0;) {
      if (left[group] == HUGE_VAL) left[group] = 0;
      group_boxes_[group].x = left[group] - kGroupPadding;
      group_boxes_[group].width = right[group] - left[group] + 2 * kGroupPadding;
      if (group == 0) break;
      const uint32_t parent = input_.groups[group];
      left[parent] = std::min(left[parent], group_boxes_[group].x);
      right[parent] = std::max(right[parent], group_boxes_[group].x + group_boxes_[group].width);
    }
  }

  const LayoutInput& input_;
  std::vector<uint32_t> layers_;
  std::vector<bool> lonely_;
  std::vector<Item> items_;                                 // nodes first
  std::vector<std::vector<std::vector<uint32_t>>> chains_;  // by node and edge: the items that a line passes
  uint32_t layer_count_ = 0;
  std::vector<std::vector<Cell>> cells_;  // by group and layer
  std::vector<std::vector<uint32_t>> children_;
  std::vector<uint32_t> side_columns_;        // by layer
  std::vector<std::vector<double>> columns_;  // left sides, by layer and side column
  std::vector<Rectangle> group_boxes_;
  std::map<uint32_t, std::pair<double, double>> own_areas_;
};

}  // namespace

Layout LayOut(const LayoutInput& input) { return Builder(input).Build(); }

}  // namespace cli::view
