#include "engine/run/provider_checks.h"

#include <gtest/gtest.h>

namespace engine::run {
namespace {

using language::schema::Attribute;
using language::schema::Nesting;
using language::value::kEphemeral;
using language::value::kSensitive;
using language::value::Path;
using language::value::PathStep;
using language::value::Type;

// Ephemeral values may go where nothing is stored, and what is not stored needs no mark.
TEST(RejectEphemeral, WriteOnlyArgumentsTakeThem) {
  Attribute secret{.name = "secret", .type = Type::String(), .optional = true, .write_only = true};
  language::schema::NestedType keys{.nesting = Nesting::kMap, .attributes = {secret}};
  Attribute nested{.name = "keys", .nested = std::make_shared<language::schema::NestedType>(keys)};
  nested.type = language::schema::ImpliedType(*nested.nested);
  auto inner = std::make_shared<language::schema::Block>();
  inner->attributes = {secret};
  inner->Finish();
  language::schema::Block schema;
  schema.attributes = {secret, nested, {.name = "stored", .type = Type::String(), .optional = true}};
  schema.blocks = {{.type_name = "login", .nesting = Nesting::kList, .block = inner}};
  schema.Finish();

  auto attribute = [](std::string name) { return PathStep::Attribute(std::move(name)); };
  PathStep first = PathStep::Index(Value::Int(0));
  PathStep key = PathStep::Index(Value::String("k"));
  std::vector<std::pair<Path, language::value::Marks>> marks = {
      {{attribute("secret")}, kEphemeral},
      {{attribute("login"), first, attribute("secret")}, kEphemeral | kSensitive},
      {{attribute("keys"), key, attribute("secret")}, kEphemeral},
      {{attribute("stored")}, kSensitive}};
  Diagnostics diagnostics;
  EXPECT_TRUE(RejectEphemeral(marks, schema, {}, diagnostics));
  EXPECT_TRUE(diagnostics.empty());
  ASSERT_EQ(marks.size(), 1u);
  EXPECT_EQ(marks[0].second, kSensitive);
}

}  // namespace
}  // namespace engine::run
