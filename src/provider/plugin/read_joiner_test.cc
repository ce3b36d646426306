#include "provider/plugin/read_joiner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <latch>
#include <thread>

namespace provider::plugin {
namespace {

using language::value::Value;

// Holds the first batch back until the others have come.
class SlowProvider : public api::Provider {
 public:
  explicit SlowProvider(std::latch& release) : release_(release) {}

  void Read(std::span<const api::ReadRequest> requests, const api::Sink<api::ReadResponse>& sink,
            std::stop_token) override {
    sizes.push_back(requests.size());
    started.test_and_set();
    started.notify_all();
    if (sizes.size() == 1) release_.wait();
    for (size_t index = 0; index < requests.size(); ++index) sink(index, {.state = requests[index].prior});
  }

  std::vector<size_t> sizes;  // of the batches; one is under way at a time
  std::atomic_flag started;

  const api::Block& ConfigSchema() const override { return block_; }
  const api::ResourceSchema* FindResource(std::string_view) const override { return nullptr; }
  const api::ResourceSchema* FindDataSource(std::string_view) const override { return nullptr; }
  std::vector<std::string> ResourceTypes() const override { return {}; }
  std::vector<std::string> DataSourceTypes() const override { return {}; }
  api::ProviderDiagnostics ValidateConfig(const Value&) override { return {}; }
  api::ProviderDiagnostics ValidateResource(std::string_view, const Value&) override { return {}; }
  api::ProviderDiagnostics ValidateDataSource(std::string_view, const Value&) override { return {}; }
  api::ProviderDiagnostics Configure(const Value&) override { return {}; }
  api::UpgradeResponse Upgrade(std::string_view, int64_t, std::string_view) override { return {}; }
  void Plan(std::span<const api::PlanRequest>, const api::Sink<api::PlanResponse>&,
            std::stop_token) override {}
  void Apply(std::span<const api::ApplyRequest>, const api::Sink<api::ApplyResponse>&,
             std::stop_token) override {}
  void ReadData(std::span<const api::ReadDataRequest>, const api::Sink<api::ReadDataResponse>&,
                std::stop_token) override {}
  api::ImportResponse Import(const api::ImportRequest&) override { return {}; }
  void FindCreated(std::span<const api::FindCreatedRequest>, const api::Sink<api::FindCreatedResponse>&,
                   std::stop_token) override {}
  api::Forecast ForecastChanges(std::span<const api::PlannedChange>) override { return {}; }

 private:
  std::latch& release_;
  api::Block block_;
};

TEST(ReadJoiner, TheFirstGoesAtOnceAndTheRestTogether) {
  constexpr int kLater = 9;
  std::latch release(1);
  SlowProvider provider(release);
  ReadJoiner joiner(provider);
  std::vector<Value> states(kLater + 1);
  auto read = [&](int i) {
    states[static_cast<size_t>(i)] = joiner.Read({.type = "mock", .prior = Value::Int(i)}).state;
  };
  std::vector<std::jthread> threads;
  threads.emplace_back(read, 0);
  provider.started.wait(false);
  for (int i = 1; i <= kLater; ++i) threads.emplace_back(read, i);
  // Only when the first batch may end can another begin, however late the rest come.
  release.count_down();
  threads.clear();
  for (int i = 0; i <= kLater; ++i) EXPECT_TRUE(states[static_cast<size_t>(i)].RawEquals(Value::Int(i)));
  EXPECT_EQ(provider.sizes[0], 1u);
  size_t total = 0;
  for (size_t size : provider.sizes) total += size;
  EXPECT_EQ(total, kLater + 1u);
}

}  // namespace
}  // namespace provider::plugin
