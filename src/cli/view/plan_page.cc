#include "cli/view/plan_page.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/crypto/digest.h"
#include "base/crypto/encoding.h"
#include "cli/view/graph_svg.h"
#include "cli/view/plan_page_assets.h"
#include "cli/view/plan_summary.h"

namespace cli::view {
namespace {

using engine::changes::Action;
using engine::changes::OutputChange;
using engine::changes::Plan;
using engine::changes::ResourceChange;

constexpr Style kPlain{.color = false};
constexpr size_t kMaxPicture = 2000;  // boxes: beyond that a picture shows nothing any more

struct Kind {
  const char* name;  // as class and filter
  const char* word;
  const char* symbol;
};

Kind KindOf(const ResourceChange& change) {
  switch (change.action) {
    case Action::kCreate:
      return {"create", "create", "+"};
    case Action::kUpdate:
      return {"update", "change", "~"};
    case Action::kDelete:
      return {"delete", "destroy", "-"};
    case Action::kDeleteThenCreate:
      return {"replace", "replace", "-/+"};
    case Action::kCreateThenDelete:
      return {"replace", "replace", "+/-"};
    case Action::kRead:
      return {"read", "read", "<="};
    case Action::kForget:
      return {"forget", "forget", "."};
    case Action::kNoOp:
      return change.importing ? Kind{"import", "import", ""} : Kind{"move", "move", ""};
  }
  return {"none", "", ""};
}

// Destructive kinds first, as a reader wants them.
constexpr std::array<const char*, 8> kKinds = {"delete", "replace", "update", "create",
                                               "read",   "forget",  "import", "move"};

std::string Hash(std::string_view text) {
  return "'sha256-" + base::crypto::Base64Encode(base::crypto::Sha256(text)) + "'";
}

class PageWriter {
 public:
  PageWriter(const Plan& plan, const SchemaLookup& schemas, const engine::graph::Drawing& drawing,
             std::string_view workspace)
      : plan_(plan), schemas_(schemas), drawing_(drawing), workspace_(workspace), markup_(&out_) {}

  std::string Write() {
    for (const ResourceChange& change : plan_.resources)
      if (IsShown(change)) shown_.push_back(&change);
    out_ = "<!DOCTYPE html>\n";
    markup_.Open("html").With("lang", "en");
    Head();
    markup_.Open("body");
    Header();
    markup_.Open("div").With("class", "columns");
    Modules();
    markup_.Open("main").With("id", "main");
    Changes();
    Outputs();
    Picture();
    markup_.Close().Close();
    markup_.Open("script").Trusted(kPlanPageScript).Close();
    markup_.Close().Close();
    return std::move(out_) + "\n";
  }

 private:
  void Head() {
    style_ = std::string(kPlanPageStyle) + std::string(GraphStyle());
    markup_.Open("head").Open("meta").With("charset", "utf-8").Void();
    markup_.Open("meta").With("http-equiv", "Content-Security-Policy");
    markup_.With("content", "default-src 'none'; style-src " + Hash(style_) + "; script-src " +
                                Hash(kPlanPageScript) + "; base-uri 'none'; form-action 'none'");
    markup_.Void();
    markup_.Open("meta")
        .With("name", "viewport")
        .With("content", "width=device-width, initial-scale=1")
        .Void();
    markup_.Open("meta").With("name", "referrer").With("content", "no-referrer").Void();
    markup_.Element("title", "Plan: " + Totals());
    markup_.Open("style").Trusted(style_).Close().Close();
  }

  std::string Totals() const {
    const Plan::Counts counts = plan_.Count();
    return (counts.import > 0 ? fmt::format("{} to import, ", counts.import) : "") +
           fmt::format("{} to add, {} to change, {} to destroy", counts.add, counts.change, counts.destroy);
  }

  void Header() {
    markup_.Open("header").Open("div").With("class", "title");
    markup_.Element("h1", plan_.errored ? "Plan (incomplete: planning failed)" : "Plan");
    markup_.Open("p").With("class", "totals").Text(Totals()).Close();
    markup_.Open("p").With("class", "facts");
    markup_.Text(fmt::format("{}workspace {}, made {}", ModeText(), workspace_, plan_.timestamp))
        .Close()
        .Close();
    std::map<std::string, size_t> counts;
    std::map<std::string, Kind> kinds;
    for (const ResourceChange* change : shown_) {
      const Kind kind = KindOf(*change);
      ++counts[kind.name];
      kinds.emplace(kind.name, kind);
    }
    markup_.Open("div").With("class", "tools").With("role", "toolbar").With("aria-label", "Filters");
    for (const char* name : kKinds)
      if (counts.contains(name)) {
        markup_.Open("button").With("type", "button").With("class", std::string("filter ") + name);
        markup_.With("data-kind", name).With("aria-pressed", "true");
        markup_.Element("b", std::to_string(counts[name]))
            .Text(std::string(" ") + kinds.at(name).word)
            .Close();
      }
    markup_.Open("input").With("type", "search").With("id", "search").With("autocomplete", "off");
    markup_.With("placeholder", "Search addresses and values").With("aria-label", "Search").Void();
    markup_.Open("span").With("id", "matches").With("role", "status").Close();
    markup_.Close().Close();
  }

  std::string ModeText() const {
    if (plan_.mode == engine::changes::Mode::kDestroy) return "destroys everything; ";
    if (plan_.mode == engine::changes::Mode::kRefreshOnly) return "refresh only; ";
    return "";
  }

  void Modules() {
    std::map<language::address::ModuleInstance, size_t> counts;
    for (const ResourceChange* change : shown_)
      for (language::address::ModuleInstance module = change->address.module;; module.steps.pop_back()) {
        ++counts[module];
        if (module.IsRoot()) break;
      }
    // A parent stands before its children, and what belongs together stands together.
    std::vector<std::pair<std::string, const language::address::ModuleInstance*>> sorted;
    for (const auto& [module, count] : counts) sorted.emplace_back(module.ToString(), &module);
    std::sort(sorted.begin(), sorted.end());
    markup_.Open("nav").With("aria-label", "Modules").Element("h2", "Modules").Open("ul");
    for (const auto& [name, module] : sorted) {
      const size_t depth = module->steps.size();
      std::string last = "root module";
      if (depth > 0) last = "module." + module->steps.back().name + module->steps.back().key.ToString();
      markup_.Open("li").With("class", fmt::format("depth{}", std::min<size_t>(depth, 6)));
      markup_.Open("button").With("type", "button").With("data-module", name);
      markup_.With("aria-pressed", depth == 0 ? "true" : "false").With("title", name.empty() ? last : name);
      markup_.Text(last).Open("span").With("class", "count").Text(std::to_string(counts.at(*module))).Close();
      markup_.Close().Close();
    }
    markup_.Close();
    markup_.Open("p").With("class", "keys").Text("Keys: ");
    for (const auto& [key, meaning] :
         {std::pair("/", "search"), std::pair("j", "next"), std::pair("k", "back"),
          std::pair("Enter", "open"), std::pair("e", "open all shown"), std::pair("Esc", "clear")})
      markup_.Element("kbd", key).Text(std::string(" ") + meaning + " ");
    markup_.Close().Close();
  }

  void Changes() {
    markup_.Open("section").With("aria-label", "Changes").Element("h2", "Changes");
    if (shown_.empty()) markup_.Open("p").With("class", "empty").Text("No resource changes.").Close();
    markup_.Open("ol").With("id", "changes");
    for (const ResourceChange* change : shown_) {
      const Kind kind = KindOf(*change);
      std::string address = change->address.ToString();
      if (!change->deposed.empty()) address += " (deposed object " + change->deposed + ")";
      markup_.Open("li").With("class", kind.name).With("data-module", change->address.module.ToString());
      markup_.Open("details").Open("summary");
      markup_.Open("span").With("class", "symbol").Text(kind.symbol).Close();
      markup_.Open("span").With("class", "address").Text(address).Close();
      std::string note = ShortReason(*change);
      if (!note.empty() && std::string_view(kind.name) == "replace") note = "because of " + note;
      markup_.Open("span").With("class", "note").Text(note).Close();
      markup_.Close();
      markup_.Open("pre").Text(RenderResourceChange(*change, schemas_, kPlain)).Close().Close().Close();
    }
    markup_.Close();
    markup_.Open("p")
        .With("class", "empty")
        .With("id", "nothing")
        .With("hidden", "")
        .Text("Nothing matches the filters.")
        .Close();
    markup_.Close();
  }

  void Outputs() {
    const std::string outputs = RenderOutputChanges(plan_, kPlain);
    if (outputs.empty()) return;
    markup_.Open("section").With("aria-label", "Outputs").Element("h2", "Outputs");
    const size_t first = outputs.find("Changes to Outputs:\n");
    markup_.Open("pre").With("class", "outputs");
    markup_.Text(first == std::string::npos ? outputs : outputs.substr(first + 20)).Close().Close();
  }

  void Picture() {
    if (drawing_.vertices.empty()) return;
    markup_.Open("section")
        .With("aria-label", "Dependencies")
        .With("id", "picture")
        .Element("h2", "Dependencies");
    if (drawing_.vertices.size() > kMaxPicture) {
      markup_.Open("p").With("class", "empty");
      markup_.Text(fmt::format("{} resources are too many for a picture; graph -svg draws them all the same.",
                               drawing_.vertices.size()));
      markup_.Close().Close();
      return;
    }
    markup_.Open("div").With("class", "canvas").With("tabindex", "0");
    PictureOptions options = PictureOfPlan(plan_);
    options.within_page = true;
    AppendGraphSvg(drawing_, options, markup_);
    markup_.Close().Close();
  }

  const Plan& plan_;
  const SchemaLookup& schemas_;
  const engine::graph::Drawing& drawing_;
  const std::string_view workspace_;
  std::vector<const ResourceChange*> shown_;
  std::string style_;
  std::string out_;
  Markup markup_;
};

}  // namespace

std::string PlanPage(const Plan& plan, const SchemaLookup& schemas, const engine::graph::Drawing& drawing,
                     std::string_view workspace) {
  return PageWriter(plan, schemas, drawing, workspace).Write();
}

}  // namespace cli::view
