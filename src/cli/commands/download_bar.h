// The live line while packages are fetched: how many megabytes have come of how many. Nothing where output is
// no terminal. Not the fetching (install/providers). Used by init, providers lock and providers mirror.
#pragma once

#include <cstdint>
#include <mutex>

#include "cli/view/live_line.h"

namespace cli::commands {

class DownloadBar {
 public:
  explicit DownloadBar(view::LiveLine& line) : line_(line) {}
  // Takes the line away.
  ~DownloadBar() { line_.End(); }
  DownloadBar(const DownloadBar&) = delete;
  DownloadBar& operator=(const DownloadBar&) = delete;

  // Bytes; from any thread. The line begins with the first.
  void Count(uint64_t done, uint64_t total) {
    constexpr uint64_t kMega = 1'000'000;
    std::call_once(begun_, [&] { line_.Begin("Downloading packages, MB:"); });
    line_.Count({.done = done / kMega, .total = (total + kMega - 1) / kMega});
  }

 private:
  view::LiveLine& line_;
  std::once_flag begun_;
};

}  // namespace cli::commands
