// The JSON reader and writer on hostile text: no crash, and whatever parses survives relaying and rewriting.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/json/reader.h"
#include "base/json/writer.h"

namespace {

using base::json::Document;
using base::json::Kind;
using base::json::Node;

// Writes the tree anew from its decoded parts.
void Rewrite(Node node, base::json::Writer* writer) {
  switch (node.kind()) {
    case Kind::kString:
      writer->String(node.AsString());
      break;
    case Kind::kArray:
      writer->BeginArray();
      for (const Node element : node.Elements()) Rewrite(element, writer);
      writer->EndArray();
      break;
    case Kind::kObject:
      writer->BeginObject();
      for (const base::json::Member member : node.Members()) {
        writer->Key(member.key());
        Rewrite(member.value, writer);
      }
      writer->EndObject();
      break;
    default:
      if (node.IsNumber()) (void)node.AsDouble();
      writer->Raw(node.raw());
  }
}

void Require(bool condition) {
  if (!condition) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto document = Document::Parse(text, {.max_depth = 200});
  const auto shallow = Document::Parse(text, {.max_depth = 200, .index_depth = 2});
  Require(document.ok() == shallow.ok());
  if (!document.ok()) return 0;
  std::string compact, indented, again;
  base::json::AppendCompact(text, &compact);
  base::json::AppendIndented(text, 0, &indented);
  base::json::AppendCompact(indented, &again);
  Require(again == compact);
  std::string rewritten, rewritten_again;
  base::json::Writer writer(&rewritten);
  Rewrite(document->root(), &writer);
  const auto reread = Document::Parse(rewritten, {.max_depth = 200});
  Require(reread.ok());
  base::json::Writer second(&rewritten_again);
  Rewrite(reread->root(), &second);
  Require(rewritten_again == rewritten);
  return 0;
}
