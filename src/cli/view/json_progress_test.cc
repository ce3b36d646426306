#include "cli/view/json_progress.h"

#include <gtest/gtest.h>

#include <regex>

namespace cli::view {
namespace {

using engine::changes::Action;
using engine::run::ResourceInstance;
using engine::run::Value;

ResourceInstance Address(std::string_view text) { return *language::address::ParseResourceInstance(text); }
Value WithId(std::string_view id) { return Value::Object({{"id", Value::String(id)}}); }

// What the calls print, but for the time.
template <typename Calls>
std::string Printed(Calls calls) {
  std::string out, err;
  Terminal terminal(&out, &err, {});
  {
    JsonProgress view(terminal, std::chrono::hours(1));
    calls(view);
  }
  return std::regex_replace(out, std::regex(",\"@timestamp\":\"[0-9T:.+-]+Z?\""), "");
}

TEST(JsonProgress, AnErroredReplacementInAModule) {
  const ResourceInstance a = Address("module.m[\"k\"].t_x.a[2]");
  const std::string resource =
      R"({"addr":"module.m[\"k\"].t_x.a[2]","module":"module.m[\"k\"]","resource":"t_x.a[2]",)"
      R"("implied_provider":"t","resource_type":"t_x","resource_name":"a","resource_key":2})";
  const std::string common = R"(,"@module":"terraform.ui","hook":{"resource":)" + resource;
  EXPECT_EQ(
      Printed([&](JsonProgress& view) {
        view.Applying(a, "0a1b2c3d", Action::kDelete, WithId("i"));
        view.Applied(a, "0a1b2c3d", Action::kDelete, std::chrono::milliseconds(70499), WithId("i"));
        view.Applying(a, "", Action::kCreate, WithId("planned"));
        view.ApplyFailed(a, "");
        view.ApplyFailed(a, "");
      }),
      R"({"@level":"info","@message":"module.m[\"k\"].t_x.a[2]: Destroying... [id=i]")" + common +
          R"(,"action":"delete","id_key":"id","id_value":"i"},"type":"apply_start"})"
          "\n"
          R"({"@level":"info","@message":"module.m[\"k\"].t_x.a[2]: Destruction complete after 1m10s")" +
          common +
          R"(,"action":"delete","elapsed_seconds":70},"type":"apply_complete"})"
          "\n"
          R"({"@level":"info","@message":"module.m[\"k\"].t_x.a[2]: Creating...")" +
          common +
          R"(,"action":"create"},"type":"apply_start"})"
          "\n"
          R"({"@level":"info","@message":"module.m[\"k\"].t_x.a[2]: Creation errored after 0s")" +
          common +
          R"(,"action":"create","elapsed_seconds":0},"type":"apply_errored"})"
          "\n");
}

TEST(JsonLog, KeysAreSortedWithThoseOfOthers) {
  const std::string line = JsonLog::Line(LogLevel::kWarn, "a<b", "test_run",
                                         {{"test_run", "{}"}, {"@testfile", "\"f\""}, {"abc", "1"}});
  EXPECT_EQ(std::regex_replace(line, std::regex("\"@timestamp\":\"[^\"]*\""), "T"),
            R"({"@level":"warn","@message":"a\u003cb","@module":"terraform.ui","@testfile":"f",T,)"
            R"("abc":1,"test_run":{},"type":"test_run"})"
            "\n");
}

}  // namespace
}  // namespace cli::view
