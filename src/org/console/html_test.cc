#include "org/console/html.h"

#include <gtest/gtest.h>

namespace org::console {
namespace {

TEST(Html, EscapesTextAndAttributes) {
  struct Case {
    std::string_view text;
    std::string_view escaped;
  };
  const Case cases[] = {
      {"plain", "plain"},
      {"<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"},
      {"\" onload=\"x", "&quot; onload=&quot;x"},
      {"' onload='x", "&#39; onload=&#39;x"},
      {"&amp;", "&amp;amp;"},
      {std::string_view("a\0b\x1b[0m", 7),
       "a\xEF\xBF\xBD"
       "b\xEF\xBF\xBD[0m"},
      {"tab\tand\nline", "tab\tand\nline"},
      {"gr\xC3\xBCn", "gr\xC3\xBCn"},
  };
  for (const Case& test : cases) {
    EXPECT_EQ(Text(test.text).markup(), test.escaped);
    EXPECT_EQ(Element("p", {Attribute("title", test.text), test.text}).markup(),
              "<p title=\"" + std::string(test.escaped) + "\">" + std::string(test.escaped) + "</p>");
    EXPECT_EQ(TextArea({Attribute("name", "t")}, test.text).markup(),
              "<textarea name=\"t\">\n" + std::string(test.escaped) + "</textarea>");
  }
}

TEST(Html, NestsWithoutEscapingTwice) {
  Html inner = Element("b", {"1 < 2"});
  Html list;
  list.Add(inner).Add(" & ").Add(Element("br"));
  EXPECT_EQ(Element("div", {Id("x"), list, "!"}).markup(), "<div id=\"x\"><b>1 &lt; 2</b> &amp; <br>!</div>");
  EXPECT_EQ(Fragment({inner, "x"}).markup(), "<b>1 &lt; 2</b>x");
}

TEST(Html, FlagsAndConditions) {
  EXPECT_EQ(Element("input", {Flag("checked"), Flag("disabled", false), If(false, Class("no")),
                              If(true, Class("yes"))})
                .markup(),
            "<input checked class=\"yes\">");
}

TEST(Html, UrlsAreMadeOfSegments) {
  EXPECT_EQ((Url("/admin/group") / "../../x?y#z" / "edit").text(), "/admin/group/..%2F..%2Fx%3Fy%23z/edit");
  EXPECT_EQ((Url("/admin/group") / "..").text(), "/admin/group/-");
  EXPECT_EQ(Url("/a").Query("q", "a&b=c").Query("n", "1").Anchor("x y").text(), "/a?q=a%26b%3Dc&n=1#x%20y");
  EXPECT_EQ(Element("a", {Href(Url("/a").Query("q", "\"").Query("r", "<")), "x"}).markup(),
            "<a href=\"/a?q=%22&amp;r=%3C\">x</a>");
  EXPECT_EQ(Url::Download("PEM\n").text(), "data:application/octet-stream;base64,UEVNCg==");
}

TEST(Html, UrlsOfRequestsStayHere) {
  for (std::string_view good : {"/admin/users?q=a%20b&after=x", "/report/system_log_2?search=a+b"}) {
    ASSERT_TRUE(Url::FromRequest(good)) << good;
    EXPECT_EQ(Url::FromRequest(good)->text(), good);
  }
  for (std::string_view bad : {"//evil.example", "https://evil.example", "javascript:alert(1)", "", "admin",
                               "/\\evil.example", "/a\r\nSet-Cookie: x", "/<script>"}) {
    EXPECT_FALSE(Url::FromRequest(bad)) << bad;
  }
}

TEST(Html, DocumentLoadsOnlyOurFiles) {
  std::string page = Document({.title = "<t>",
                               .stylesheets = {Url("/assets/a.css")},
                               .scripts = {Url("/assets/a.js")},
                               .icon = Url("/assets/a.svg")},
                              Element("p", {"x"}));
  EXPECT_TRUE(page.starts_with("<!doctype html><html lang=\"en\">")) << page;
  EXPECT_NE(page.find("<title>&lt;t&gt;</title>"), std::string::npos);
  EXPECT_NE(page.find("<script src=\"/assets/a.js\" defer></script>"), std::string::npos);
  EXPECT_NE(page.find("<body><p>x</p></body></html>"), std::string::npos);
}

// That names are checked while compiling cannot be tested by running; these are the ones that must compile.
TEST(Html, NamesThatPagesNeed) {
  EXPECT_EQ(
      Element("svg", {Attribute("viewBox", "0 0 1 1"), Element("path", {Attribute("d", "M0 0")})}).markup(),
      "<svg viewBox=\"0 0 1 1\"><path d=\"M0 0\"></path></svg>");
  EXPECT_EQ(Element("i", {Attribute("aria-hidden", "true"), Attribute("data-copy", "x")}).markup(),
            "<i aria-hidden=\"true\" data-copy=\"x\"></i>");
}

}  // namespace
}  // namespace org::console
