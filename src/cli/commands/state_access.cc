#include "cli/commands/state_access.h"

#include "cli/view/json_log.h"

namespace cli::commands {

using engine::backend::Backend;
using engine::backend::LocalOptions;

engine::backend::LocalOptions PathOptions(const session::Options& options) {
  return {.state_override = options.Text("state"),
          .state_out_override = options.Text("state-out"),
          .backup_override = options.Text("backup")};
}

std::unique_ptr<Backend> OpenBackendOnly(CommandContext& command, LocalOptions paths,
                                         Diagnostics& diagnostics) {
  Diagnostics ignored;
  command.session.LoadConfiguration(ignored, {.check_references = false});
  return command.session.OpenBackend(std::move(paths), diagnostics);
}

bool AllowChange(CommandContext& command, Backend& backend, const std::string& workspace,
                 Diagnostics& diagnostics) {
  const bool ignore = command.options.Flag("ignore-remote-version");
  return backend.AllowUse(workspace, {.ignore_remote_version = ignore}, diagnostics);
}

std::unique_ptr<engine::backend::Session> OpenStateForChange(CommandContext& command,
                                                             const std::string& operation,
                                                             Diagnostics& diagnostics) {
  std::unique_ptr<Backend> backend = OpenBackendOnly(command, PathOptions(command.options), diagnostics);
  const std::string workspace = command.session.Workspace(diagnostics);
  if (!backend || diagnostics.HasErrors() || !AllowChange(command, *backend, workspace, diagnostics))
    return nullptr;
  return OpenSession(command, *backend, workspace, operation, diagnostics);
}

std::unique_ptr<engine::backend::Session> OpenSession(CommandContext& command, Backend& backend,
                                                      const std::string& workspace,
                                                      const std::string& operation,
                                                      Diagnostics& diagnostics) {
  engine::backend::SessionOptions options;
  options.operation = operation;
  options.lock = command.options.Flag("lock", true);
  options.stop = command.session.stop();
  options.on_unlock_failure = [&command](const std::string& why) { command.unreleased_lock = why; };
  options.on_lock_wait = [&] {
    constexpr std::string_view kWaiting = "Acquiring state lock. This may take a few moments...";
    if (command.options.Flag("json"))
      view::JsonLog(command.terminal).Write(view::LogLevel::kInfo, kWaiting, "state_lock_acquire", {});
    else
      command.terminal.Print(std::string(kWaiting) + "\n");
    command.terminal.Flush();
  };
  if (std::string timeout = command.options.Text("lock-timeout", "0s"); timeout != "0s") {
    auto duration = ParseDuration(timeout);
    if (!duration) {
      diagnostics.Error("Failed to parse command-line flags",
                        "-lock-timeout takes a duration such as 30s or 2m, not \"" + timeout + "\".");
      return nullptr;
    }
    options.lock_timeout = *duration;
  }
  view::Waiting waiting(command.live, "Reading the state");
  std::unique_ptr<engine::backend::Session> session =
      engine::backend::OpenSession(backend.Storage(workspace), options, diagnostics);
  if (!session || session->recovery().recovered.empty()) return session;
  std::string names;
  for (const auto& address : session->recovery().recovered) names += "\n  - " + address.ToString();
  diagnostics.Warning(
      "Results of an interrupted run recovered",
      "An earlier run ended before it could write the state. Its journal held these results, which are in "
      "the state now:" +
          names);
  return session;
}

std::optional<base::core::Duration> ParseDuration(std::string_view text) {
  double total = 0;
  if (text.empty()) return std::nullopt;
  while (!text.empty()) {
    size_t digits = text.find_first_not_of("0123456789.");
    if (digits == 0 || digits == std::string_view::npos) return std::nullopt;
    double number = std::strtod(std::string(text.substr(0, digits)).c_str(), nullptr);
    text.remove_prefix(digits);
    static constexpr std::pair<std::string_view, double> kUnits[] = {{"ms", 1e6}, {"us", 1e3}, {"ns", 1},
                                                                     {"s", 1e9},  {"m", 6e10}, {"h", 3.6e12}};
    bool found = false;
    for (const auto& [unit, nanoseconds] : kUnits) {
      if (!text.starts_with(unit)) continue;
      total += number * nanoseconds;
      text.remove_prefix(unit.size());
      found = true;
      break;
    }
    if (!found) return std::nullopt;
  }
  return base::core::Duration(static_cast<int64_t>(total));
}

}  // namespace cli::commands
