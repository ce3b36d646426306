// parterre-org: a local Okta org.
#include <cstdio>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "base/core/environment.h"
#include "base/core/files.h"
#include "base/core/log.h"
#include "programs/parterre-org/bootstrap.h"
#include "programs/parterre-org/options.h"
#include "programs/parterre-org/start.h"

namespace {

constexpr std::string_view kHelp = R"(Usage: parterre-org <command> [options]

  A local Okta org: what its API answers, what its console shows.

Commands:

  start       Runs the org.
  stop        Ends a running org.
  bootstrap   Makes an app, its key and scopes in a running org, for scripts.
  help        Shows this text; "help start" shows the options of a command.
)";

int Help(const std::string& command) {
  using namespace programs::parterre_org;
  if (command == "start")
    fmt::print("{}", StartHelp());
  else if (command == "stop")
    fmt::print("{}", StopHelp());
  else if (command == "bootstrap")
    fmt::print("{}", BootstrapHelp());
  else
    fmt::print("{}", kHelp);
  return 0;
}

int Refuse(std::string_view command, const base::core::Error& error) {
  fmt::print(stderr, "parterre-org {}: {}\nSee `parterre-org help {}`.\n", command, error.message(), command);
  return 1;
}

int Run(const std::vector<std::string>& arguments, const base::core::Environment& environment) {
  using namespace programs::parterre_org;
  const std::string command = arguments.empty() ? "" : arguments[0];
  const std::span<const std::string> rest = std::span(arguments).subspan(arguments.empty() ? 0 : 1);
  if (command == "start" || command == "stop") {
    if (WantsHelp(rest)) return Help(command);
    if (command == "stop") {
      auto options = ReadStopOptions(rest, environment);
      return options.ok() ? Stop(*options) : Refuse(command, options.error());
    }
    auto options = ReadStartOptions(rest, environment);
    return options.ok() ? Start(*options, environment) : Refuse(command, options.error());
  }
  if (command == "bootstrap") return Bootstrap(rest, environment);
  if (command == "help" || command == "-h" || command == "-help" || command == "--help")
    return Help(rest.empty() ? "" : rest[0]);
  if (!command.empty()) fmt::print(stderr, "parterre-org: there is no command \"{}\"\n\n", command);
  fmt::print(stderr, "{}", kHelp);
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  base::core::OpenStandardDescriptors();
  const base::core::Environment environment = base::core::Environment::OfProcess();
  if (auto started = base::core::StartLog(environment); !started.ok()) {
    fmt::print(stderr, "parterre-org: {}\n", started.error().message());
    return 1;
  }
  return Run(std::vector<std::string>(argv + 1, argv + argc), environment);
}
