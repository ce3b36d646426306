// The command line of `parterre-org start` and `stop`, read into plain structs. Not of `bootstrap`
// (bootstrap.h). Nothing is opened or checked on disk here. Called by main.cc.
#pragma once

#include <chrono>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/core/environment.h"
#include "base/core/result.h"
#include "org/api/rate_limits.h"

namespace programs::parterre_org {

struct StartOptions {
  std::string host = "127.0.0.1";
  uint16_t port = 8080;
  std::string data;  // a file, or ":memory:"
  std::string org_name = "dev-1234567890";
  std::string admin = "admin";
  std::string admin_password_file;  // where a generated password is written; empty: beside the data
  std::string api_token_file;       // empty: no API token is made
  std::string pid_file;             // empty: beside the data
  std::string port_file;
  int ready_fd = -1;
  org::api::RateLimitOptions rate_limits;
  bool test_hooks = false;
  std::vector<std::string> holds;
};

struct StopOptions {
  std::string pid_file;
  std::chrono::milliseconds timeout{10000};
};

// "--name value", "--name=value", with one hyphen or two. The environment gives the place of the data.
base::core::Result<StartOptions> ReadStartOptions(std::span<const std::string> arguments,
                                                  const base::core::Environment& environment);
base::core::Result<StopOptions> ReadStopOptions(std::span<const std::string> arguments,
                                                const base::core::Environment& environment);

std::string_view StartHelp();
std::string_view StopHelp();

// Whether -h, -help or --help is among them.
bool WantsHelp(std::span<const std::string> arguments);

}  // namespace programs::parterre_org
