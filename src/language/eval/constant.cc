#include "language/eval/constant.h"

#include <algorithm>
#include <string>
#include <vector>

#include "language/hcl/parser.h"

namespace language::eval {

namespace {

struct Use {
  hcl::Span span;
  bool is_call = false;
};

}  // namespace

bool CheckConstant(const hcl::File& file, const hcl::Expression& expression, std::string_view detail,
                   base::diag::Diagnostics& diagnostics) {
  std::vector<Use> uses;
  hcl::ForEachTraversal(expression, [&](const hcl::TraversalExpression& traversal) {
    uses.push_back({traversal.root_span, false});
  });
  hcl::ForEachCall(expression, [&](const hcl::CallExpression& call) { uses.push_back({call.span, true}); });
  std::ranges::sort(uses, {}, [](const Use& use) { return use.span.begin; });
  uint32_t covered = 0;  // the end of the last call
  for (const Use& use : uses) {
    if (use.span.begin < covered) continue;
    if (use.is_call) covered = use.span.end;
    hcl::AddError(diagnostics, use.is_call ? "Function calls not allowed" : "Variables not allowed",
                  std::string(detail), file, use.span);
  }
  return uses.empty();
}

}  // namespace language::eval
