#include "cli/view/query_view.h"

#include <gtest/gtest.h>

namespace cli::view {
namespace {

using engine::run::ListInstance;
using language::value::Type;
using language::value::Value;
using provider::api::ListedObject;

struct View {
  std::string out, err;
  Terminal terminal{&out, &err, Style{.color = false}};
  engine::config::List list{.type = "okta_group", .name = "all"};
  ListInstance instance{&list, language::address::InstanceKey(), "list.okta_group.all"};

  void Find(engine::run::QueryHooks& view, const std::string& id, const std::string& name) {
    const ListedObject listed{
        .identity = Value::Object({{"id", Value::String(id)}, {"zone", Value::Null(Type::String())}}),
        .display_name = name};
    view.Found(instance, {.listed = listed, .identity_version = 2});
  }
};

TEST(QueryView, LinesHaveColumnsAndNoControlCharacters) {
  View test;
  QueryLines lines(test.terminal);
  lines.ListStarts(test.instance, Value::EmptyObject());
  test.Find(lines, "00g1long", "One");
  test.Find(lines, "00g2", "Two\n\033[31m");
  test.Find(lines, "00g3", "");
  lines.ListEnds(test.instance, 3);
  lines.ListEnds(test.instance, 0);
  EXPECT_EQ(test.out,
            "list.okta_group.all   id=00g1long   One\n"
            "list.okta_group.all   id=00g2       Two  [31m\n"
            "list.okta_group.all   id=00g3\n"
            "list.okta_group.all   nothing found\n");
}

TEST(QueryView, LogHasOneObjectALine) {
  View test;
  JsonLog log(test.terminal);
  QueryLog lines(log);
  lines.ListStarts(test.instance, Value::Object({{"q", Value::String("x")}}));
  test.Find(lines, "00g1", "One");
  lines.ListEnds(test.instance, 1);
  for (
      const char* wanted :
      {R"("list_start":{"address":"list.okta_group.all","resource_type":"okta_group","input_config":{"q":"x"}})",
       R"("list_resource_found":{"address":"list.okta_group.all","display_name":"One","identity":{"id":"00g1","zone":null},"identity_version":2,"resource_type":"okta_group"})",
       R"("list_complete":{"address":"list.okta_group.all","resource_type":"okta_group","total":1})",
       R"("@message":"list.okta_group.all: Result found")"})
    EXPECT_NE(test.out.find(wanted), std::string::npos) << wanted << "\n" << test.out;
}

}  // namespace
}  // namespace cli::view
