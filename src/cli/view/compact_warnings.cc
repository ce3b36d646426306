#include "cli/view/compact_warnings.h"
#include "base/core/product.h"

#include <vector>

namespace cli::view {

using base::diag::Diagnostic;

std::string RenderCompactWarnings(const base::diag::Diagnostics& diagnostics, const Style& style) {
  struct Group {
    const Diagnostic* first;
    int more = 0;
  };
  std::vector<Group> groups;
  for (const Diagnostic& diagnostic : diagnostics.items()) {
    Group* same = nullptr;
    for (Group& group : groups)
      if (diagnostic.subject && diagnostic.origin != base::diag::Origin::kCheckBlock &&
          group.first->subject && group.first->summary == diagnostic.summary)
        same = &group;
    if (same)
      ++same->more;
    else
      groups.push_back({&diagnostic});
  }
  if (groups.empty()) return "";
  std::string out =
      fmt::format("\n{}{}Warnings:{}\n\n{}", style.Bold(), style.Yellow(), style.Reset(), style.Reset());
  for (const Group& group : groups) {
    out += "- " + group.first->summary + "\n";
    if (!group.first->subject) continue;
    out += fmt::format("  on {} line {}", group.first->subject->filename, group.first->subject->start.line);
    out += group.more ? fmt::format(" (and {} more)\n", group.more) : "\n";
  }
  return out +
         base::core::Spoken("\nTo see the full warning notes, run Parterre without -compact-warnings.\n");
}

}  // namespace cli::view
