#include "cli/view/graph_dot.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/core/product.h"
#include "engine/graph/cycles.h"

namespace cli::view {
namespace {

using engine::graph::Drawing;
using engine::graph::Shape;
using engine::graph::Vertex;

std::string Quoted(std::string_view text) {
  std::string out = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

std::string ShapeName(Shape shape) {
  switch (shape) {
    case Shape::kDiamond:
      return "diamond";
    case Shape::kNote:
      return "note";
    default:
      return "box";
  }
}

// For each vertex the number of the cycle that it lies on; 0 for none.
std::vector<uint32_t> CycleNumbers(const Drawing& drawing) {
  std::vector<uint32_t> numbers(drawing.vertices.size());
  uint32_t number = 0;
  for (const std::vector<uint32_t>& members : engine::graph::FindCycles(drawing.edges)) {
    ++number;
    for (uint32_t member : members) numbers[member] = number;
  }
  return numbers;
}

}  // namespace

std::string ResourcesDot(const Drawing& drawing) {
  std::string out = "digraph G {\n  rankdir = \"RL\";\n  node [shape = rect, fontname = \"sans-serif\"];\n";
  if (drawing.vertices.empty())
    out += fmt::format(
        "  /* This configuration does not contain any resources.         */\n"
        "  /* For a more detailed graph, try: {:<26} */\n",
        base::core::Spoken("parterre graph -type=plan"));
  // Vertices come by module, the root's first.
  const language::address::ModuleInstance* open = nullptr;
  for (const Vertex& vertex : drawing.vertices) {
    const bool in_module = !vertex.module.IsRoot();
    if (open != nullptr && (!in_module || !(*open == vertex.module))) {
      out += "  }\n";
      open = nullptr;
    }
    if (in_module && open == nullptr) {
      const std::string name = vertex.module.ToString();
      out += fmt::format("  subgraph {} {{\n    label = {}\n    fontname = \"sans-serif\"\n",
                         Quoted("cluster_" + name), Quoted(name));
      open = &vertex.module;
    }
    out += fmt::format("{}{} [label={}];\n", in_module ? "    " : "  ", Quoted(vertex.name),
                       Quoted(vertex.label));
  }
  if (open != nullptr) out += "  }\n";
  for (uint32_t from = 0; from < drawing.vertices.size(); ++from)
    for (uint32_t to : drawing.edges[from])
      out += fmt::format("  {} -> {};\n", Quoted(drawing.vertices[from].name),
                         Quoted(drawing.vertices[to].name));
  return out + "}\n";
}

std::string OperationDot(const Drawing& drawing, bool draw_cycles) {
  std::vector<std::string> edges;
  std::vector<const Vertex*> by_name;
  for (const Vertex& vertex : drawing.vertices)
    if (!vertex.label.empty()) by_name.push_back(&vertex);
  std::sort(by_name.begin(), by_name.end(),
            [](const Vertex* a, const Vertex* b) { return a->name < b->name; });
  std::vector<uint32_t> cycle(drawing.vertices.size());
  if (draw_cycles) cycle = CycleNumbers(drawing);
  for (uint32_t from = 0; from < drawing.vertices.size(); ++from)
    for (uint32_t to : drawing.edges[from]) {
      edges.push_back(fmt::format(
          "\t\t{} -> {}{}\n", Quoted("[root] " + drawing.vertices[from].name),
          Quoted("[root] " + drawing.vertices[to].name),
          cycle[from] != 0 && cycle[from] == cycle[to] ? " [color = \"red\", penwidth = \"2.0\"]" : ""));
    }
  std::sort(edges.begin(), edges.end());
  std::string out = "digraph {\n\tcompound = \"true\"\n\tnewrank = \"true\"\n\tsubgraph \"root\" {\n";
  for (const Vertex* vertex : by_name)
    out += fmt::format("\t\t{} [label = {}, shape = \"{}\"]\n", Quoted("[root] " + vertex->name),
                       Quoted(vertex->label), ShapeName(vertex->shape));
  for (const std::string& line : edges) out += line;
  return out + "\t}\n}\n";
}

}  // namespace cli::view
