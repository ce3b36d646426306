#include "engine/encryption/external.h"

#include <chrono>

#include "base/core/process.h"
#include "base/core/strings.h"
#include "base/json/reader.h"

namespace engine::encryption {
namespace {

using base::core::Error;
using base::core::Result;

constexpr std::chrono::minutes kTimeout{1};
constexpr size_t kMaxQuoted = 2000;
constexpr size_t kMaxAnswer = size_t{6} << 30;

std::string WhatItSaid(const std::string& err) {
  const std::string_view text = base::core::Trim(err);
  if (text.empty()) return "";
  return ". It wrote: " + std::string(text.substr(0, kMaxQuoted));
}

}  // namespace

Result<std::string> RunExternal(const std::vector<std::string>& command, std::string_view magic,
                                std::string input) {
  const std::string name = "the command " + command[0];
  base::core::RunOptions options;
  options.input = std::move(input);
  options.output_limit = kMaxAnswer;
  options.timeout = kTimeout;
  options.stop_grace = std::chrono::milliseconds(1000);
  auto run = base::core::RunProcess({.argv = command, .environment = {}, .directory = ""}, options);
  if (!run.ok()) return Error(name + " cannot be started: " + run.error().message());
  if (run->timed_out) return Error(name + " did not end within a minute" + WhatItSaid(run->err));
  if (run->status.code != 0)
    return Error(name + " failed with exit code " + std::to_string(run->status.code) + WhatItSaid(run->err));
  const size_t end = run->out.find('\n');
  const std::string_view line = std::string_view(run->out).substr(0, end);
  const auto header = base::json::Document::Parse(line, {.max_depth = 16});
  if (end == std::string::npos || !header.ok() || header->root().FindString("magic") != magic)
    return Error(name + " must begin its output with the line {\"magic\":\"" + std::string(magic) +
                 "\",\"version\":1}" + WhatItSaid(run->err));
  if (header->root().FindInt64("version") != 1)
    return Error(name + " speaks a version of the protocol that is not known here; 1 is");
  return run->out.substr(end + 1);
}

}  // namespace engine::encryption
