// Bad ends of plugins: one clear diagnostic each, and no process left behind.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <signal.h>

#include "base/core/files.h"
#include "base/core/process.h"
#include "provider/plugin/plugin_host.h"
#include "provider/plugin/plugin_process.h"

namespace provider::plugin {
namespace {

using language::value::Value;
using testing::HasSubstr;

base::core::Environment WithFault(const std::string& fault) {
  base::core::Environment environment = base::core::Environment::OfProcess();
  environment.Set("FAULT", fault);
  return environment;
}

// Why it does not start; empty when it does.
std::string StartFailure(const std::string& fault, std::chrono::milliseconds timeout = kStartTimeout,
                         const std::string& executable = FAULTY_PLUGIN) {
  auto process = PluginProcess::Start(executable, WithFault(fault), timeout);
  return process.ok() ? "" : process.error().message();
}

std::string MakeFailure(const std::string& fault) {
  PluginHost host(WithFault(fault));
  auto made = host.Make("faulty", {.executable = FAULTY_PLUGIN});
  return made.ok() ? "" : made.error().message();
}

TEST(FaultyPlugin, StartsWhenNothingIsWrong) { EXPECT_EQ(StartFailure(""), ""); }

TEST(FaultyPlugin, FailuresAtTheStart) {
  EXPECT_EQ(StartFailure("exit"),
            "The plugin ended with exit code 3, after it had said:\n\nno licence found");
  EXPECT_EQ(StartFailure("hang", std::chrono::milliseconds(50)),
            "the plugin did not say within 0 seconds where it listens");
  EXPECT_EQ(StartFailure("garbage"),
            "what the plugin wrote first is not the line that says where it listens: \"Hello, world!\"");
  EXPECT_THAT(StartFailure("version"), HasSubstr("version \"7\" of the provider protocol, and only 5 and 6"));
  EXPECT_EQ(StartFailure("flood"), "the plugin's first line has no end");
  EXPECT_EQ(StartFailure("no-tls"), "the plugin does not use the mutual TLS that it was asked to use");
}

TEST(FaultyPlugin, FilesThatAreNoPrograms) {
  base::core::TempDirectory folder;
  std::string text = folder / "text", missing = folder / "missing";
  ASSERT_TRUE(base::core::WriteFile(text, "no program", 0644).ok());
  EXPECT_THAT(StartFailure("", kStartTimeout, text), HasSubstr("Permission denied"));
  EXPECT_THAT(StartFailure("", kStartTimeout, missing), HasSubstr("No such file"));
}

TEST(FaultyPlugin, SchemasThatCannotBeUsed) {
  EXPECT_EQ(MakeFailure(""), "");
  EXPECT_THAT(MakeFailure("schema"), HasSubstr("\"name\" has a type that cannot be read"));
  EXPECT_THAT(MakeFailure("schema-size"), HasSubstr("larger"));
}

// A process that does not go is ended.
TEST(FaultyPlugin, LeavesNoProcessBehind) {
  pid_t pid = 0;
  {
    auto process = PluginProcess::Start(FAULTY_PLUGIN, WithFault("linger"));
    ASSERT_TRUE(process.ok());
    pid = (*process)->pid();
  }
  EXPECT_EQ(::kill(pid, 0), -1);
}

class FaultyCall : public testing::Test {
 protected:
  void SetUp() override {
    auto made = host_.Make("faulty", {.executable = FAULTY_PLUGIN});
    ASSERT_TRUE(made.ok()) << made.error().message();
    provider_ = *made;
    ASSERT_TRUE(provider_->Configure(Value::EmptyObject()).empty());
  }

  static Value Thing(const std::string& name) {
    return Value::Object({{"name", Value::String(name)}, {"size", Value::Int(1)}});
  }
  static std::string Text(const api::ProviderDiagnostics& diagnostics) {
    std::string text;
    for (const auto& diagnostic : diagnostics) text += diagnostic.summary + ": " + diagnostic.detail;
    return text;
  }

  api::ApplyResponse Apply(const std::string& name, std::stop_token stop = {}) {
    api::ApplyResponse result;
    api::ApplyRequest request{
        .type = "faulty_thing", .prior = Thing("before"), .planned = Thing(name), .config = Thing(name)};
    provider_->Apply(
        {&request, 1}, [&](size_t, api::ApplyResponse response) { result = std::move(response); }, stop);
    return result;
  }
  std::string Plan(const std::string& name) {
    std::string text;
    api::PlanRequest request{.type = "faulty_thing",
                             .prior = Value::Null(Thing("").type()),
                             .proposed = Thing(name),
                             .config = Thing(name)};
    provider_->Plan({&request, 1},
                    [&](size_t, api::PlanResponse response) { text = Text(response.diagnostics); }, {});
    return text;
  }
  std::string Read(const std::string& name) {
    std::string text;
    api::ReadRequest request{.type = "faulty_thing", .prior = Thing(name)};
    provider_->Read({&request, 1},
                    [&](size_t, api::ReadResponse response) { text = Text(response.diagnostics); }, {});
    return text;
  }

  // What is found, and what is said of it and at the end.
  struct Listed {
    size_t found = 0;
    std::string of_objects, text;
  };
  Listed List(const std::string& name, int64_t limit = 100, std::stop_token stop = {}) {
    Listed listed;
    const api::ListRequest request{.type = "faulty_thing", .config = Thing(name), .limit = limit};
    auto sink = [&](const api::ListedObject& object) {
      listed.found += object.identity.IsNull() ? 0 : 1;
      listed.of_objects += Text(object.diagnostics);
      return true;
    };
    listed.text = Text(provider_->List(request, sink, std::move(stop)));
    return listed;
  }

  PluginHost host_{WithFault("")};
  std::shared_ptr<api::Provider> provider_;
};

TEST_F(FaultyCall, NothingWrong) {
  EXPECT_EQ(Plan("good"), "");
  EXPECT_TRUE(Apply("good").state.RawEquals(Thing("good")));
  EXPECT_EQ(Read("good"), "");
}

TEST_F(FaultyCall, Lists) {
  EXPECT_EQ(List("good").found, 3u);
  EXPECT_EQ(List("good").text, "");
  EXPECT_EQ(List("good", 2).found, 2u);
  EXPECT_EQ(List("good", 2).text, "");
  EXPECT_EQ(List("refuse in list").found, 1u);
  EXPECT_EQ(List("refuse in list").text, "Plugin error: The plugin's ListResource failed: told to refuse.");
  EXPECT_THAT(List("broken in list").of_objects, HasSubstr("answer to ListResource cannot be understood"));
  EXPECT_THAT(List("large in list").text, HasSubstr("ListResource is larger than 256 MiB"));
  EXPECT_THAT(Text(provider_->ValidateList({.type = "faulty_thing", .config = Thing("refuse in validate")})),
              HasSubstr("ValidateListResourceConfig failed: told to refuse"));
  EXPECT_THAT(Text(provider_->List({.type = "other"}, {}, {})), HasSubstr("no list of other"));
}

TEST_F(FaultyCall, ListsUntilStopped) {
  std::stop_source stop;
  std::jthread soon([&] { stop.request_stop(); });
  EXPECT_THAT(List("hang in list", 100, stop.get_token()).text, HasSubstr("ListResource was cancelled"));
}

TEST_F(FaultyCall, DiesInAList) {
  const Listed listed = List("die in list");
  EXPECT_EQ(listed.found, 1u);
  EXPECT_THAT(listed.text, HasSubstr("gave no answer to ListResource. The plugin ended with exit code 2"));
}

TEST_F(FaultyCall, DiesInACall) {
  api::ApplyResponse response = Apply("die in apply");
  EXPECT_EQ(
      Text(response.diagnostics),
      "Plugin did not respond: The plugin gave no answer to ApplyResourceChange. The plugin ended with exit "
      "code 2, after it had said:\n\npanic: told to die\n\ngoroutine 1 [running]:\nmain.main()");
  EXPECT_TRUE(response.state.RawEquals(Thing("before")));
  // Those who ask the dead are told the same.
  EXPECT_THAT(Read("good"), HasSubstr("The plugin ended with exit code 2"));
}

TEST_F(FaultyCall, EndsWithoutAWord) {
  EXPECT_EQ(
      Plan("exit in plan"),
      "Plugin did not respond: The plugin gave no answer to PlanResourceChange. The plugin ended with exit "
      "code 0.");
}

TEST_F(FaultyCall, AnswersThatBreakTheRules) {
  EXPECT_THAT(Plan("broken in plan"),
              HasSubstr("The plugin's answer to PlanResourceChange cannot be understood"));
  EXPECT_THAT(Text(Apply("broken in apply").diagnostics), HasSubstr("cannot be understood"));
  EXPECT_THAT(Read("broken in read"), HasSubstr("cannot be understood"));
  EXPECT_EQ(Plan("refuse in plan"), "Plugin error: The plugin's PlanResourceChange failed: told to refuse.");
  EXPECT_THAT(Read("unknown in read"), HasSubstr("Unsupported plugin method"));
}

TEST_F(FaultyCall, AnswersBeyondTheLimit) {
  EXPECT_EQ(Plan("large in plan"),
            "Plugin error: The plugin's answer to PlanResourceChange is larger than 256 MiB, "
            "which is the most that is accepted.");
  // The connection is good for more.
  EXPECT_EQ(Plan("good"), "");
}

TEST_F(FaultyCall, StopReachesACallThatHangs) {
  std::stop_source stop;
  std::jthread stopper([&] { stop.request_stop(); });
  EXPECT_EQ(Text(Apply("hang in apply", stop.get_token()).diagnostics),
            "Request cancelled: The plugin's ApplyResourceChange was cancelled.");
}

TEST_F(FaultyCall, BatchesAreAnsweredOnceEach) {
  constexpr size_t kCount = 200;
  std::vector<Value> things;
  std::vector<api::ReadRequest> requests;
  for (size_t i = 0; i < kCount; ++i)
    requests.push_back({.type = "faulty_thing", .prior = Thing("thing " + std::to_string(i))});
  std::mutex mutex;
  std::vector<int> answered(kCount);
  provider_->Read(requests,
                  [&](size_t index, api::ReadResponse response) {
                    std::lock_guard lock(mutex);
                    answered[index] += response.state.RawEquals(requests[index].prior) ? 1 : 100;
                  },
                  {});
  EXPECT_THAT(answered, testing::Each(1));
}

}  // namespace
}  // namespace provider::plugin
