#include "provider/plugin/plugin_output.h"

#include <goplugin.pb.h>

#include "base/core/log.h"
#include "base/core/strings.h"

namespace provider::plugin {
namespace {

constexpr const char* kStream = "/plugin.GRPCStdio/StreamStdio";
constexpr size_t kMaxLine = 64 << 10;

}  // namespace

PluginOutput::PluginOutput(Connection& connection, const std::string& name)
    : connection_(connection),
      channels_{{{"provider." + name + ":stdout", {}}, {"provider." + name + ":stderr", {}}}} {
  thread_ = std::thread([this] { Listen(); });
}

PluginOutput::~PluginOutput() {
  context_.TryCancel();
  thread_.join();
}

void PluginOutput::Listen() {
  ::plugin::Nothing nothing;
  auto stream = connection_.Listen<::plugin::StdioData>(kStream, nothing, &context_);
  ::plugin::StdioData data;
  while (stream->Read(&data)) {
    if (data.channel() == ::plugin::StdioData::STDOUT) Add(data.data(), &channels_[0]);
    if (data.channel() == ::plugin::StdioData::STDERR) Add(data.data(), &channels_[1]);
  }
  // Plugins of other making may have no such stream: then there is nothing to hear.
  (void)stream->Finish();
}

void PluginOutput::Add(std::string_view piece, Channel* channel) {
  // A plugin has nothing to print: that it does is our own remark about it, and none of its log.
  constexpr auto kLevel = base::core::LogLevel::kWarn;
  if (!base::core::LogEnabled(kLevel)) return;
  while (!piece.empty()) {
    const size_t end = piece.find('\n');
    channel->partial += piece.substr(0, end);
    if (end == std::string_view::npos && channel->partial.size() < kMaxLine) return;
    base::core::Log(kLevel, channel->room, "unexpected data: {}",
                    base::core::GoQuote(base::core::TrimRight(channel->partial)));
    channel->partial.clear();
    piece.remove_prefix(end == std::string_view::npos ? piece.size() : end + 1);
  }
}

}  // namespace provider::plugin
