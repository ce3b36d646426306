// All plugins of one run: a program for each source, shared by the providers that are made from it. Not where
// plugins are found (cli/session). Used by cli/session.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "base/core/environment.h"
#include "base/core/result.h"
#include "provider/api/provider.h"
#include "provider/plugin/handshake.h"

namespace provider::plugin {

class PluginProgram;

struct PluginSource {
  std::string executable;
  std::optional<Handshake> reattach;  // runs already; then there is no executable
  std::string schema_cache;           // file; empty: none is kept
};

class PluginHost {
 public:
  explicit PluginHost(base::core::Environment environment) : environment_(std::move(environment)) {}

  // At most so many calls at a time, for providers made from now on.
  void set_parallelism(int parallelism) { parallelism_ = parallelism; }
  // A new, unconfigured provider of the plugin that `address` stands for; `source` counts for the first of
  // them.
  base::core::Result<std::shared_ptr<api::Provider>> Make(const std::string& address,
                                                          const PluginSource& source);

 private:
  const base::core::Environment environment_;
  int parallelism_ = 10;
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<PluginProgram>> programs_;
};

}  // namespace provider::plugin
