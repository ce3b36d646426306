#include "okta/api/governor.h"

#include <gtest/gtest.h>

#include <thread>

namespace okta::api {
namespace {

using std::chrono::seconds;

TEST(Bucket, MostSpecificRowWins) {
  const struct {
    const char* method;
    const char* path;
    Bucket bucket;
  } kCases[] = {
      {"GET", "/api/v1/users?limit=200", Bucket::kUsers},
      {"POST", "/api/v1/users", Bucket::kUsers},
      {"GET", "/api/v1/users/00u1?x=/a/b", Bucket::kUserByIdOrLogin},
      {"PUT", "/api/v1/users/00u1", Bucket::kUserById},
      {"POST", "/api/v1/users/00u1/lifecycle/suspend", Bucket::kUsers},
      {"GET", "/api/v1/groups/00g1", Bucket::kGroupById},
      {"GET", "/api/v1/groups/00g1/users", Bucket::kGroups},
      {"GET", "/api/v1/groups/rules", Bucket::kGroups},
      {"GET", "/api/v1/apps/0oa1/users", Bucket::kApps},
      {"GET", "/api/v1/policies", Bucket::kManagement},
      {"POST", "/oauth2/v1/token", Bucket::kOauthToken},
      {"GET", "/oauth2/default/v1/keys", Bucket::kCustomServer},
      {"GET", "/.well-known/okta-organization", Bucket::kUnlimited},
  };
  for (const auto& c : kCases)
    EXPECT_EQ(BucketName(BucketOf(c.method, c.path)), BucketName(c.bucket)) << c.path;
}

// An org with one bucket on the fake clock.
struct FakeOrg {
  base::core::FakeClock& clock;
  int64_t limit;
  int64_t used = 0;
  int64_t window_end = 0;
  int64_t rejected = 0;

  RateSample Call() {
    int64_t now = std::chrono::floor<seconds>(clock.Now()).time_since_epoch().count();
    if (now >= window_end) {
      window_end = now + 60;
      used = 0;
    }
    bool refuse = ++used > limit;
    rejected += refuse;
    return {limit, std::max<int64_t>(0, limit - used), window_end, now, refuse};
  }
};

TEST(Governor, WaitsForTheResetInsteadOfBeingRejected) {
  base::core::FakeClock clock;
  FakeOrg org{clock, 10};
  Governor governor(clock, 100, 0);
  for (int i = 0; i < 35; ++i) {
    ASSERT_TRUE(governor.Enter(Bucket::kUsers, {}));
    RateSample sample = org.Call();
    governor.Leave(Bucket::kUsers, &sample);
  }
  EXPECT_EQ(org.rejected, 0);
  EXPECT_EQ(governor.usage().calls, 35);
  EXPECT_EQ(governor.usage().waits, 3);
  EXPECT_GE(governor.usage().waited, seconds(180));
  EXPECT_LE(governor.usage().waited, seconds(186));
  EXPECT_EQ(governor.Available(Bucket::kUsers), 5);
  EXPECT_EQ(governor.Allowance(Bucket::kUsers), 10);
}

TEST(Governor, LeavesTheOthersTheirShare) {
  for (int share : {50, 20, 1}) {
    base::core::FakeClock clock;
    FakeOrg org{clock, 20};
    Governor governor(clock, share, 0);
    int64_t most = 0;
    for (int i = 0; i < 30; ++i) {
      ASSERT_TRUE(governor.Enter(Bucket::kGroups, {}));
      RateSample sample = org.Call();
      governor.Leave(Bucket::kGroups, &sample);
      most = std::max(most, org.used);
    }
    EXPECT_EQ(most, std::max<int64_t>(1, 20 * share / 100)) << share;
    EXPECT_EQ(org.rejected, 0);
  }
}

TEST(Governor, BucketsAreIndependentAndUnmeteredOnesNeverWait) {
  base::core::FakeClock clock;
  FakeOrg org{clock, 1};
  Governor governor(clock, 100, 0);
  ASSERT_TRUE(governor.Enter(Bucket::kUsers, {}));
  RateSample sample = org.Call();
  governor.Leave(Bucket::kUsers, &sample);
  RateSample none;
  for (int i = 0; i < 100; ++i) {
    ASSERT_TRUE(governor.Enter(Bucket::kUnlimited, {}));
    governor.Leave(Bucket::kUnlimited, &none);
  }
  EXPECT_EQ(governor.usage().waits, 0);
}

TEST(Governor, LearnsFromARejectionByOthersUse) {
  base::core::FakeClock clock;
  FakeOrg org{clock, 10};
  Governor governor(clock, 100, 0);
  org.Call();
  org.used = 10;  // somebody else took the rest
  ASSERT_TRUE(governor.Enter(Bucket::kUsers, {}));
  RateSample sample = org.Call();
  ASSERT_TRUE(sample.rejected);
  governor.Leave(Bucket::kUsers, &sample);
  ASSERT_TRUE(governor.Enter(Bucket::kUsers, {}));
  EXPECT_FALSE(org.Call().rejected);
  EXPECT_EQ(governor.usage().waits, 1);
}

TEST(Governor, ManyThreadsStayWithinLimitAndWindow) {
  base::core::FakeClock clock;
  FakeOrg org{clock, 40};
  Governor governor(clock, 100, 4);
  std::mutex mutex;
  std::atomic<int> now_in = 0, most_in = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 20; ++i) {
        ASSERT_TRUE(governor.Enter(Bucket::kUsers, {}));
        int in = ++now_in;
        for (int most = most_in; in > most && !most_in.compare_exchange_weak(most, in);) {
        }
        RateSample sample;
        {
          std::lock_guard lock(mutex);
          sample = org.Call();
        }
        --now_in;
        governor.Leave(Bucket::kUsers, &sample);
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(org.rejected, 0);
  EXPECT_LE(most_in, 4);
  EXPECT_EQ(governor.usage().calls, 160);
}

TEST(Governor, HalvesTheWindowOnConcurrencyRejections) {
  base::core::FakeClock clock;
  Governor governor(clock, 100, 2);
  ASSERT_TRUE(governor.Enter(Bucket::kUnlimited, {}));
  RateSample rejected{0, 0, 0, std::nullopt, true};
  governor.Leave(Bucket::kUnlimited, &rejected);
  RateSample fine;
  ASSERT_TRUE(governor.Enter(Bucket::kUnlimited, {}));
  governor.Leave(Bucket::kUnlimited, &fine);
  ASSERT_TRUE(governor.Enter(Bucket::kUnlimited, {}));
  // A second one finds the window closed, and a stopped one gives up.
  std::stop_source stop;
  stop.request_stop();
  EXPECT_FALSE(governor.Enter(Bucket::kUnlimited, stop.get_token()));
  governor.Leave(Bucket::kUnlimited, &fine);
}

}  // namespace
}  // namespace okta::api
