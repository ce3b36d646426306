#include "cli/view/progress_bar.h"

#include <gtest/gtest.h>

#include "cli/view/live_line.h"

namespace cli::view {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(ProgressBarText, SaysWhatThereIsToSay) {
  EXPECT_EQ(
      ProgressBarText("Applying", {12, 10, 40}, 3.25, seconds(70), 100),
      "Applying [######..............] 12 of 40, 10 running, 18 waiting | 3.2/s | 1m10s | about 9s left");
  EXPECT_EQ(ProgressBarText("Refreshing", {4000, 0, 4000}, 812.4, seconds(5), 100),
            "Refreshing [####################] 4000 of 4000 | 812/s | 5s");
  EXPECT_EQ(ProgressBarText("Reading the state", {}, 0, seconds(2), 100), "Reading the state 2s");
}

TEST(ProgressBarText, EstimatesOnlyWhatItCanKnow) {
  EXPECT_EQ(ProgressBarText("Applying", {1, 1, 3}, 0, seconds(9), 100),
            "Applying [######..............] 1 of 3, 1 running, 1 waiting | 9s");
  EXPECT_EQ(ProgressBarText("Applying", {1, 1, 3}, 1, milliseconds(2900), 100),
            "Applying [######..............] 1 of 3, 1 running, 1 waiting | 1.0/s | 3s");
}

TEST(ProgressBarText, NeverFillsTheLastColumn) {
  const WorkCounts counts{12, 10, 40};
  for (int width = 1; width < 100; ++width) {
    const std::string text = ProgressBarText("Applying", counts, 3.25, seconds(70), width);
    EXPECT_LE(text.size(), static_cast<size_t>(std::max(1, width - 1))) << width;
  }
  EXPECT_EQ(ProgressBarText("Applying", counts, 3.25, seconds(70), 60),
            "Applying 12 of 40, 10 running, 18 waiting | 1m10s");
  EXPECT_EQ(ProgressBarText("Applying", counts, 3.25, seconds(70), 20), "Applying 12 of 40");
  EXPECT_EQ(ProgressBarText("Applying", counts, 3.25, seconds(70), 6), "Apply");
}

TEST(Rate, IsThatOfTheLastSeconds) {
  Rate rate;
  const Rate::Time start;
  EXPECT_EQ(rate.PerSecond(), 0);
  rate.Add(0, start);
  rate.Add(10, start + milliseconds(100));
  EXPECT_EQ(rate.PerSecond(), 0) << "too short a time";
  rate.Add(20, start + seconds(2));
  EXPECT_EQ(rate.PerSecond(), 10);
  for (int second = 3; second <= 40; ++second)
    rate.Add(20 + static_cast<size_t>(second - 2), start + seconds(second));
  EXPECT_NEAR(rate.PerSecond(), 1, 0.01);
}

TEST(Terminal, FooterStaysBelowWhatIsPrinted) {
  std::string out, err;
  Terminal terminal(&out, &err, {.color = false, .width = 40});
  terminal.SetFooter("never");
  EXPECT_EQ(out, "") << "not where nobody asked for it";
  terminal.SetLive(true);
  terminal.SetFooter("bar 1");
  terminal.Print("line\n");
  terminal.SetFooter("bar 2");
  terminal.SetFooter("bar 2");
  terminal.SetFooter("");
  EXPECT_EQ(out, "bar 1\r\033[Jline\nbar 1\r\033[Jbar 2\r\033[J");
}

TEST(Terminal, FooterLeavesQuestionsAlone) {
  std::string out, err;
  Terminal terminal(&out, &err, {.color = false, .width = 40});
  terminal.SetLive(true);
  terminal.SetFooter("bar");
  terminal.Print("Enter a value: ");
  terminal.SetFooter("bar 2");
  terminal.PrintError("Error\n");
  EXPECT_EQ(out, "bar\r\033[JEnter a value: ");
  EXPECT_EQ(err, "Error\n");
}

TEST(Terminal, FooterWiderThanTheWindowIsTakenAwayWhole) {
  std::string out, err;
  Terminal terminal(&out, &err, {.color = false, .width = 4});
  terminal.SetLive(true);
  terminal.SetFooter("123456789");
  terminal.SetFooter("");
  EXPECT_EQ(out, "123456789\r\033[2A\033[J");
}

TEST(LiveLine, IsQuietWhereNothingLives) {
  std::string out, err;
  Terminal terminal(&out, &err, {.color = false});
  {
    LiveLine live(terminal, milliseconds(0));
    Waiting waiting(live, "Reading the state");
    live.Count({1, 1, 2});
  }
  EXPECT_EQ(out, "");
}

}  // namespace
}  // namespace cli::view
