#include "cli/view/login_page.h"

#include "base/core/product.h"
#include "cli/view/markup.h"

namespace cli::view {
namespace {

constexpr std::string_view kStyle =
    "body{font:1.1rem/1.5 system-ui,sans-serif;max-width:34rem;margin:20vh auto 0;padding:0 1rem;"
    "color:#20301f;background:#f6f8f3}h1{font-size:1.4rem}code{font-size:1rem}"
    "@media(prefers-color-scheme:dark){body{color:#e3eadf;background:#182016}}";

}  // namespace

std::string LoginPage(const std::string& problem) {
  std::string html = "<!doctype html>";
  Markup page(&html);
  page.Open("html").With("lang", "en").Open("head");
  page.Open("meta").With("charset", "utf-8").Void();
  page.Open("meta").With("name", "viewport").With("content", "width=device-width, initial-scale=1").Void();
  page.Element("title", base::core::Spoken("Parterre login"));
  page.Open("style").Trusted(kStyle).Close().Close();
  page.Open("body").Open("main");
  if (problem.empty()) {
    page.Element("h1", "You can close this page");
    page.Element("p", "The host has answered. The terminal in which you started the login tells the result.");
  } else {
    page.Element("h1", "The login did not succeed");
    page.Open("p").With("role", "alert").Text(problem).Close();
    page.Element("p", "You can close this page. The terminal in which you started the login tells more.");
  }
  page.Close().Close().Close();
  return html;
}

}  // namespace cli::view
