// Any bytes as a configuration, an expression and a template: no crash, no stack overflow, spans within the
// text.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "language/hcl/parser.h"

namespace {

using namespace language::hcl;

void CheckSpan(const File& file, Span span) {
  if (span.begin > span.end || span.end > file.source().text().size()) std::abort();
}

void CheckExpression(const File& file, const Expression* expression) {
  if (expression == nullptr) return;
  CheckSpan(file, expression->span);
  ForEachTraversal(*expression, [&](const TraversalExpression& traversal) {
    CheckSpan(file, traversal.span);
    for (const TraversalStep& step : traversal.steps) CheckSpan(file, step.span);
  });
  ForEachCall(*expression, [&](const CallExpression& call) { CheckSpan(file, call.name_span); });
}

void CheckBody(const File& file, const Body& body) {
  CheckSpan(file, body.span);
  for (const Attribute& attribute : body.attributes) {
    CheckSpan(file, attribute.span);
    CheckExpression(file, attribute.expression);
  }
  for (const Block& block : body.blocks) {
    CheckSpan(file, block.span);
    file.ContextAt(block.span.begin);
    CheckBody(file, *block.body);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  base::diag::Diagnostics diagnostics;
  const FilePtr config = ParseConfig("fuzz.tf", text, diagnostics);
  CheckBody(*config, config->body());
  const FilePtr expression = ParseExpression("fuzz", text, diagnostics);
  CheckExpression(*expression, expression->expression());
  const FilePtr parsed = ParseTemplate("fuzz", text, diagnostics);
  CheckExpression(*parsed, parsed->expression());
  return 0;
}
