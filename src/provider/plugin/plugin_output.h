// What a plugin's code prints after the handshake, by the stream that go-plugin has for it: read to its end,
// since a plugin that nobody listens to stops in the midst of printing, and kept in the log. Not its stderr
// as a process (plugin_log.h). Used by PluginProcess.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <thread>

#include "provider/plugin/connection.h"

namespace provider::plugin {

class PluginOutput {
 public:
  // `connection` outlives it.
  PluginOutput(Connection& connection, const std::string& name);
  // Ends the stream.
  ~PluginOutput();
  PluginOutput(const PluginOutput&) = delete;
  PluginOutput& operator=(const PluginOutput&) = delete;

 private:
  struct Channel {
    std::string room;
    std::string partial;
  };
  void Listen();
  static void Add(std::string_view piece, Channel* channel);

  Connection& connection_;
  std::array<Channel, 2> channels_;  // stdout, stderr
  grpc::ClientContext context_;
  std::thread thread_;
};

}  // namespace provider::plugin
