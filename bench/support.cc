#include "bench/support.h"

#include <fmt/format.h>

namespace bench {
namespace {

constexpr std::string_view kStanza = R"(# People of team {0}: kept by their lead.
resource "okta_user" "person_{0}" {{
  for_each = {{ for person in local.people_{0} : person.login => person if person.active }}

  first_name = each.value.first
  last_name  = each.value.last
  login      = "${{each.key}}@example.com"
  email      = lower("${{each.value.first}}.${{each.value.last}}@example.com")
  department = "Engineering" // see the handbook
  status     = each.value.active ? "ACTIVE" : "SUSPENDED"
  custom_profile_attributes = jsonencode({{
    floor    = 3 + {0}
    costs    = "C-{0}"
    projects = ["alpha", "beta", "gamma", var.project]
  }})

  lifecycle {{
    ignore_changes = [status]
  }}
}}

resource "okta_group" "team_{0}" {{
  name        = "Team {0}"
  description = "All people of team {0}, by the rule below"
}}

resource "okta_group_rule" "team_{0}" {{
  name              = "team-{0}"
  group_assignments = [okta_group.team_{0}.id, data.okta_group.everyone.id]
  expression_value  = "user.department == \"Engineering\" && user.team == \"{0}\""
}}

locals {{
  people_{0} = {{
    ada   = {{ login = "ada{0}", first = "Ada", last = "Lovelace", active = true }}
    alan  = {{ login = "alan{0}", first = "Alan", last = "Turing", active = true }}
    grace = {{ login = "grace{0}", first = "Grace", last = "Hopper", active = length(var.teams) > {0} }}
  }}
  welcome_{0} = <<-EOT
    Welcome to team {0}!
    %{{for person in okta_user.person_{0}~}}
    - ${{person.first_name}} (${{upper(person.login)}})
    %{{endfor~}}
    Regards
  EOT
  sizes_{0}   = [1, 2.5, -3, {0} * 10 + 1, max(4, 5, 6), try(var.sizes["{0}"], null)]
}}

)";

constexpr std::string_view kUser =
    R"({{"id":"00u{0:09}","status":"{1}","created":"2024-03-{2:02}T09:30:00.000Z","lastLogin":null,"type":{{"id":"oty1"}},)"
    R"("profile":{{"firstName":"Zo\u00eb","lastName":"Müller {0}","login":"user{0}@example.com","email":"user{0}@example.com",)"
    R"("department":"Engineering","title":"Senior \"Staff\" Engineer","costCenter":{0},"salaryBand":{3},"manager":false,)"
    R"("groups":["Everyone","Engineering","Team {2}"]}},"credentials":{{"provider":{{"type":"OKTA","name":"OKTA"}}}},)"
    R"("_links":{{"self":{{"href":"https://example.okta.com/api/v1/users/00u{0:09}"}}}}}})";

// Without the blanks at line starts, but for heredocs.
std::string Untidy(std::string_view text) {
  std::string out;
  bool line_start = true;
  bool heredoc = false;
  size_t at = 0;
  while (at < text.size()) {
    const std::string_view line = text.substr(at, text.find('\n', at) - at);
    at += line.size() + 1;
    if (heredoc) {
      out += line;
    } else {
      for (const char c : line) {
        if (c == ' ' && line_start) continue;
        line_start = false;
        out += c;
      }
    }
    heredoc = heredoc ? line != "  EOT" : line.ends_with("<<-EOT");
    line_start = true;
    out += '\n';
  }
  return out;
}

std::string Indented(std::string_view compact) {
  std::string out;
  size_t depth = 0;
  bool quoted = false;
  const auto line = [&] { out += '\n' + std::string(2 * depth, ' '); };
  for (size_t i = 0; i < compact.size(); ++i) {
    const char c = compact[i];
    if (quoted) {
      out += c;
      if (c == '\\') out += compact[++i];
      quoted = c != '"';
    } else if (c == '{' || c == '[') {
      out += c;
      ++depth;
      line();
    } else if (c == '}' || c == ']') {
      --depth;
      line();
      out += c;
    } else {
      out += c;
      if (c == ',') line();
      if (c == ':') out += ' ';
      quoted = c == '"';
    }
  }
  return out;
}

}  // namespace

std::string Configuration(size_t bytes, bool untidy) {
  std::string out;
  for (size_t i = 0; out.size() < bytes; ++i) out += fmt::format(kStanza, i);
  return untidy ? Untidy(out) : out;
}

std::string Users(size_t bytes, bool indented) {
  std::string out = "[";
  for (size_t i = 0; out.size() < bytes; ++i) {
    if (i > 0) out += ',';
    const std::string_view status = i % 7 == 0 ? "STAGED" : "ACTIVE";
    out += fmt::format(kUser, i, status, i % 28 + 1, static_cast<double>(i % 50) + 0.25);
  }
  out += ']';
  return indented ? Indented(out) : out;
}

std::string StringList(size_t count) {
  std::string out = "[";
  for (size_t i = 0; i < count; ++i) {
    if (i > 0) out += ", ";
    out += fmt::format("\"item-{}\"", i % 3 == 2 ? i / 2 : i);
  }
  return out + ']';
}

std::map<std::string, std::string> ModuleTree(size_t modules, size_t variables) {
  std::map<std::string, std::string> files;
  std::string root = "variable \"prefix\" {\n  type    = string\n  default = \"p\"\n}\n\n";
  for (size_t m = 0; m < modules; ++m) {
    const std::string folder = fmt::format("modules/m{}", m);
    root += fmt::format("module \"m{}\" {{\n  source = \"./{}\"\n  v0     = \"${{var.prefix}}-{}\"\n}}\n\n",
                        m, folder, m);
    std::string text = "variable \"v0\" {\n  type = string\n}\n\n";
    std::string sum;
    for (size_t v = 1; v < variables; ++v) {
      constexpr std::string_view kTypes[] = {
          "string\n  default     = \"text\"", "number\n  default     = 12",
          "list(string)\n  default     = [\"a\", \"b\"]",
          "object({ name = string, size = optional(number, 3) })\n  default     = { name = \"x\" }"};
      text += fmt::format(
          "variable \"v{}\" {{\n  description = \"Setting {} of the module\"\n  type        = {}\n", v, v,
          kTypes[v % std::size(kTypes)]);
      if (v % 10 == 0) {
        text += fmt::format(
            "\n  validation {{\n    condition     = var.v{} != \"\"\n    error_message = \"Must not be "
            "empty.\"\n  }}\n",
            v);
      }
      text += "}\n\n";
      sum += fmt::format("    var.v{},\n", v);
    }
    text += "output \"all\" {\n  value = [\n    var.v0,\n" + sum + "  ]\n}\n";
    files[folder + "/main.tf"] = std::move(text);
  }
  files["main.tf"] = std::move(root);
  return files;
}

}  // namespace bench
