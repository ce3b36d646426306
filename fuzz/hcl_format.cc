// Any configuration that parses: formatted it parses again, with as many items; any other bytes: no crash.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "language/hcl/format.h"
#include "language/hcl/parser.h"

namespace {

using namespace language::hcl;

// The shape of a body: formatting must not change it.
std::string Shape(const Body& body) {
  std::string shape;
  for (const Attribute& attribute : body.attributes) shape += std::string(attribute.name) + "=";
  for (const Block& block : body.blocks) {
    shape += std::string(block.type) + " ";
    for (const Label& label : block.labels) shape += std::string(label.text) + " ";
    shape += "{" + Shape(*block.body) + "}";
  }
  return shape;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  base::diag::Diagnostics before, after;
  const FilePtr original = ParseConfig("fuzz.tf", text, before);
  const std::string formatted = Format(text);
  if (before.HasErrors()) return 0;
  const FilePtr again = ParseConfig("fuzz.tf", formatted, after);
  if (after.HasErrors() || Shape(original->body()) != Shape(again->body())) std::abort();
  if (UnifiedDiff(text, formatted, "old", "new").empty() != (text == formatted)) std::abort();
  return 0;
}
