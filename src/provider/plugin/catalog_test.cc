#include "provider/plugin/catalog.h"

#include <gtest/gtest.h>

#include <tfplugin5.pb.h>
#include <tfplugin6.pb.h>

#include "base/core/files.h"
#include "provider/plugin/schema_cache.h"
#include "provider/plugin/wire.h"

namespace provider::plugin {
namespace {

void AddAttribute(const std::string& name, tfplugin6::Schema* schema) {
  auto* attribute = schema->mutable_block()->add_attributes();
  attribute->set_name(name);
  attribute->set_type("\"string\"");
  attribute->set_optional(true);
}

tfplugin6::ProviderSchemaResponse Example() {
  tfplugin6::ProviderSchemaResponse response;
  AddAttribute("region", response.mutable_provider());
  AddAttribute("id", &(*response.mutable_resource_schemas())["x_b"]);
  AddAttribute("id", &(*response.mutable_resource_schemas())["x_a"]);
  AddAttribute("bad name", &(*response.mutable_resource_schemas())["x_broken"]);
  AddAttribute("id", &(*response.mutable_data_source_schemas())["x_data"]);
  AddAttribute("prefix", &(*response.mutable_list_resource_schemas())["x_a"]);
  (*response.mutable_functions())["f"].mutable_return_()->set_type("\"bool\"");
  response.mutable_server_capabilities()->set_plan_destroy(true);
  return response;
}

base::core::Result<std::shared_ptr<const Catalog>> Make(const std::string& schemas,
                                                        std::string identities = "") {
  auto owner = std::make_shared<std::pair<std::string, std::string>>(schemas, std::move(identities));
  return Catalog::Make({.schemas = owner->first, .identities = owner->second, .owner = owner});
}

TEST(Catalog, FindsTypesWithoutDecodingOthers) {
  auto catalog = Make(Example().SerializeAsString());
  ASSERT_TRUE(catalog.ok()) << catalog.error().message();
  EXPECT_TRUE((*catalog)->provider().FindAttribute("region"));
  EXPECT_EQ((*catalog)->ResourceTypes(), (std::vector<std::string>{"x_a", "x_b", "x_broken"}));
  EXPECT_TRUE((*catalog)->FindResource("x_a")->block.FindAttribute("id"));
  EXPECT_EQ((*catalog)->FindResource("x_data"), nullptr);
  EXPECT_TRUE((*catalog)->FindDataSource("x_data"));
  EXPECT_EQ((*catalog)->FindResource("x_broken"), nullptr);
  EXPECT_TRUE((*catalog)->FindList("x_a")->block.FindAttribute("prefix"));
  EXPECT_EQ((*catalog)->ListTypes(), std::vector<std::string>{"x_a"});
  EXPECT_EQ((*catalog)->FindList("x_b"), nullptr);
  EXPECT_EQ((*catalog)->functions().size(), 1u);
  EXPECT_TRUE((*catalog)->plans_destroy());
  EXPECT_EQ((*catalog)->CheckAll().error().message(),
            "x_broken: \"bad name\" is no name for an attribute or a block");
}

TEST(Catalog, HasIdentities) {
  tfplugin6::ResourceIdentitySchemasResponse identities;
  auto* attribute = (*identities.mutable_identity_schemas())["x_a"].add_identity_attributes();
  attribute->set_name("arn");
  attribute->set_type("\"string\"");
  auto catalog = Make(Example().SerializeAsString(), identities.SerializeAsString());
  EXPECT_EQ((*catalog)->FindIdentity("x_a")->attributes[0].name, "arn");
  EXPECT_EQ((*catalog)->FindIdentity("x_b"), nullptr);
}

TEST(Catalog, TellsThePluginsErrors) {
  tfplugin6::ProviderSchemaResponse response;
  auto* diagnostic = response.add_diagnostics();
  diagnostic->set_severity(tfplugin6::Diagnostic::ERROR);
  diagnostic->set_summary("No way");
  EXPECT_EQ(Make(response.SerializeAsString()).error().message(),
            "the plugin could not tell its schemas: No way");
  EXPECT_FALSE(Make("\x0a\xff").ok());
  EXPECT_FALSE(Make("garbage").ok());
}

TEST(Wire, EndsAtWhatIsNoMessage) {
  WireReader reader(
      std::string_view("\x08\x96\x01\x12\x03"
                       "abc"
                       "\x1a\x05x",
                       11));
  EXPECT_EQ(reader.Next()->number, 1);
  EXPECT_EQ(reader.Next()->bytes, "abc");
  EXPECT_FALSE(reader.Next());
  EXPECT_TRUE(reader.failed());
}

TEST(SchemaCache, HoldsAsLongAsTheExecutableIsTheSame) {
  base::core::TempDirectory folder;
  std::string program = folder / "program", file = folder / "schemas/x";
  ASSERT_TRUE(base::core::WriteFile(program, "1").ok());
  std::string fingerprint = FileFingerprint(program);
  std::string bytes = Example().SerializeAsString();
  StoreSchemas(file, fingerprint, {.protocol = Protocol::k5, .schemas = bytes, .identities = "id"});
  auto loaded = LoadSchemas(file, fingerprint);
  ASSERT_TRUE(loaded);
  EXPECT_EQ(loaded->schemas, bytes);
  EXPECT_EQ(loaded->identities, "id");
  EXPECT_EQ(loaded->protocol, Protocol::k5);
  ASSERT_TRUE(base::core::WriteFile(program, "22").ok());
  EXPECT_NE(FileFingerprint(program), fingerprint);
  EXPECT_FALSE(LoadSchemas(file, FileFingerprint(program)));
  EXPECT_FALSE(LoadSchemas(folder / "missing", fingerprint));
  EXPECT_EQ(FileFingerprint(folder / "missing"), "");

  std::string text = *base::core::ReadFile(file);
  ASSERT_TRUE(base::core::WriteFile(file, text.substr(0, text.size() - 1)).ok());
  EXPECT_FALSE(LoadSchemas(file, fingerprint));
}

}  // namespace
}  // namespace provider::plugin
