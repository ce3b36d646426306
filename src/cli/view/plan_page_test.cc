#include "cli/view/plan_page.h"

#include <gtest/gtest.h>

#include "cli/view/graph_svg.h"

namespace cli::view {
namespace {

using engine::changes::Action;
using engine::changes::Plan;
using language::value::Value;

constexpr std::string_view kHostile = "</script><img src=x onerror=alert(1)>\"'&";

SchemaLookup NoSchemas() {
  return [](const language::address::Provider&, const language::address::Resource&) { return nullptr; };
}

Plan HostilePlan() {
  Plan plan;
  language::address::ResourceInstance address{{},
                                              {language::address::ResourceMode::kManaged, "t", "n"},
                                              language::address::InstanceKey(std::string(kHostile))};
  plan.resources.push_back(
      {.address = address,
       .action = Action::kCreate,
       .before = Value::Null(language::value::Type::Dynamic()),
       .after =
           Value::Object({{"text", Value::String(kHostile)},
                          {"secret", Value::String("hunter2").WithMarks(language::value::kSensitive)}})});
  plan.outputs.push_back(
      {.name = "o", .action = Action::kCreate, .before = Value(), .after = Value::String(kHostile)});
  return plan;
}

TEST(PlanPage, NothingOfAPlanBecomesMarkup) {
  engine::graph::Drawing drawing;
  drawing.Add({.name = "t." + std::string(kHostile), .label = std::string(kHostile)});
  const std::string page = PlanPage(HostilePlan(), NoSchemas(), drawing, kHostile);
  EXPECT_EQ(page.find("<img"), std::string::npos);
  size_t scripts = 0;
  for (size_t at = page.find("<script"); at != std::string::npos; at = page.find("<script", at + 1))
    ++scripts;
  EXPECT_EQ(scripts, 1u);
  EXPECT_NE(page.find("&lt;img src=x onerror=alert(1)&gt;"), std::string::npos);
  EXPECT_EQ(page.find("hunter2"), std::string::npos);
  EXPECT_NE(page.find("(sensitive value)"), std::string::npos);
}

TEST(PlanPage, IsOnePageThatLoadsNothing) {
  const std::string page = PlanPage(HostilePlan(), NoSchemas(), {}, "default");
  EXPECT_NE(page.find("default-src &#39;none&#39;; style-src &#39;sha256-"), std::string::npos);
  EXPECT_EQ(page.find(" src=\""), std::string::npos);
  EXPECT_EQ(page.find("url("), std::string::npos);
  EXPECT_EQ(page.find("@import"), std::string::npos);
  EXPECT_EQ(page.find("unsafe"), std::string::npos);
}

TEST(GraphSvg, EscapesAndStandsAlone) {
  engine::graph::Drawing drawing;
  drawing.Add({.name = "t." + std::string(kHostile),
               .label = "t." + std::string(kHostile),
               .shape = engine::graph::Shape::kBox});
  drawing.Add({.name = "t.b", .label = "t.b", .shape = engine::graph::Shape::kBox});
  drawing.edges[1] = {0};
  const std::string svg = GraphSvg(drawing, {});
  EXPECT_EQ(svg.find("<img"), std::string::npos);
  EXPECT_EQ(svg.find("<script"), std::string::npos);
  EXPECT_NE(svg.find("xmlns=\"http://www.w3.org/2000/svg\""), std::string::npos);
  EXPECT_NE(svg.find("class=\"edge\""), std::string::npos);
}

}  // namespace
}  // namespace cli::view
