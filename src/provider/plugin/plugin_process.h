// A plugin that runs: started by us with the handshake and mutual TLS, or by somebody else and only talked to
// (reattach). Ends with its owner, and leaves no process behind. Not what it is asked. Used by PluginProgram.
#pragma once

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "base/core/environment.h"
#include "base/core/process.h"
#include "base/core/result.h"
#include "provider/plugin/connection.h"
#include "provider/plugin/plugin_log.h"
#include "provider/plugin/plugin_output.h"

namespace provider::plugin {

inline constexpr std::chrono::seconds kStartTimeout{60};

class PluginProcess {
 public:
  // Returns once the plugin has said where it listens. The error carries its last words.
  static base::core::Result<std::shared_ptr<PluginProcess>> Start(
      const std::string& executable, const base::core::Environment& environment,
      std::chrono::milliseconds timeout = kStartTimeout);
  // One that somebody else runs, without TLS: never ended by us.
  static std::shared_ptr<PluginProcess> Attach(const Handshake& handshake);
  // Asks it to shut down, and kills it when it does not in time.
  ~PluginProcess();
  PluginProcess(const PluginProcess&) = delete;
  PluginProcess& operator=(const PluginProcess&) = delete;

  Connection& connection() { return *connection_; }
  // Negative when it is not ours.
  pid_t pid() const { return child_ ? child_->pid() : -1; }
  // After a call that got no answer: how the process ended and what it said at last; empty while it runs.
  std::string Obituary();

 private:
  explicit PluginProcess(std::string executable);
  base::core::Result<std::string> ReadHandshakeLine(std::chrono::milliseconds timeout);
  void Pump();

  const std::string executable_;
  PluginLog log_;
  std::optional<base::core::Child> child_;
  base::core::UniqueFd wake_;  // readable: the pump is to end
  std::unique_ptr<Connection> connection_;
  std::unique_ptr<PluginOutput> output_;  // none where somebody else runs it
  std::mutex exit_mutex_;
  std::condition_variable drained_changed_;
  bool drained_ = false;  // both pipes have come to their ends
  std::thread pump_;
};

}  // namespace provider::plugin
