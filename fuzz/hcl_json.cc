// Any bytes as a configuration in JSON: read as bodies by schemas, as values, as templates, as references,
// and over a native body: no crash, no stack overflow, a place for whatever is wrong.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "language/eval/evaluate.h"
#include "language/hcl/content.h"
#include "language/hcl/parser.h"

namespace {

using namespace language::hcl;

constexpr std::string_view kLabels[] = {"type", "name"};

// Offsets within strings count decoded bytes, which may be more than the file's where those are no UTF-8.
void CheckPlace(const File& file, Span span) {
  if (span.begin > span.end) std::abort();
  file.RangeOf(span);
}

void ReadBody(const File& file, const Body& body, int depth) {
  base::diag::Diagnostics diagnostics;
  const BodyShape shapes[] = {
      {{"a", "b"}, {{"c", {}}, {"dynamic", std::span(kLabels).first(1)}}, {"d"}, false},
      {{"value", "c"},
       {{"resource", kLabels}, {"a", {}}, {"variable", std::span(kLabels).first(1)}},
       {},
       true},
  };
  for (const BodyShape& shape : shapes) {
    const Body& content = KeptContent(file, body, shape, diagnostics);
    for (const Attribute& attribute : content.attributes) {
      CheckPlace(FileOf(attribute, file), attribute.span);
      language::eval::LiteralJsonValue(file, *attribute.expression, diagnostics);
    }
    for (const Block& block : content.blocks) {
      CheckPlace(FileOf(block, file), block.header_span);
      if (depth < 3) ReadBody(FileOf(block, file), *block.body, depth + 1);
    }
  }
  if (!body.merged) KeptAttributes(file, body, diagnostics);
}

void ReadTexts(const FilePtr& file, const Expression& expression, int* left) {
  if (const ObjectExpression* object = AsObject(expression)) {
    for (const ObjectItem& item : object->items) {
      ReadTexts(file, *item.key, left);
      ReadTexts(file, *item.value, left);
    }
  } else if (const TupleExpression* tuple = AsTuple(expression)) {
    for (const Expression* element : tuple->elements) ReadTexts(file, *element, left);
  } else if (expression.kind == ExpressionKind::kJsonText && --*left >= 0) {
    base::diag::Diagnostics diagnostics;
    const ExpressionRef inside = ParseEmbedded(file, As<JsonTextExpression>(expression), diagnostics);
    if (inside) CheckPlace(*inside.file, inside.expression->span);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  base::diag::Diagnostics diagnostics;
  const FilePtr file = ParseJsonConfig("fuzz.tf.json", text, diagnostics);
  const Expression& root = *file->body().json;
  ReadBody(*file, file->body(), 0);
  int left = 100;
  ReadTexts(file, root, &left);
  ForEachTraversal(root, [&](const TraversalExpression& traversal) {
    CheckPlace(*file, traversal.span);
    for (const TraversalStep& step : traversal.steps) CheckPlace(*file, step.span);
  });
  file->ContextAt(static_cast<uint32_t>(size / 2));
  const language::functions::Environment environment;
  const language::eval::LocalScope scope(nullptr, environment);
  language::eval::Evaluate(*file, root, scope, diagnostics);

  const FilePtr native = ParseConfig("base.tf", "a = 1\nc {\n  x = 2\n}\n", diagnostics);
  const BodyRef merged = MergeBodies({native, &native->body()}, {file, &file->body()});
  ReadBody(*merged.file, *merged.body, 0);
  return 0;
}
