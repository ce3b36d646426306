// A connection block, with its defaults: where remote-exec and file do their work, and how they get there.
// Not the connection itself (base/ssh). Used by remote_exec.cc and file.cc.
#pragma once

#include <chrono>
#include <functional>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/core/environment.h"
#include "base/core/result.h"
#include "base/ssh/client.h"
#include "provider/api/provisioner.h"

namespace provider::provisioner {

struct Connection {
  base::ssh::Route route;
  std::string script_path;  // %RAND% in it is replaced for each script
  std::chrono::nanoseconds timeout{};
  std::string timeout_note;  // what to say of it when it is over; may be empty
  bool windows = false;
};

// `value`: of ConnectionSchema, or null. Errors say what to write instead, and hold no secrets.
base::core::Result<Connection> ReadConnection(const api::Value& value,
                                              const base::core::Environment& environment);

// What is told before an attempt, in the reference's words.
std::string DescribeConnection(const Connection& connection);

// Tries until the connection's timeout is over, with growing pauses, since a fresh machine takes its time.
// Each attempt is told to `output`, where there is one.
base::core::Result<base::ssh::Client> Connect(const Connection& connection,
                                              const std::function<void(std::string_view)>& output,
                                              std::stop_token stop);

// A "~" in front stands for the home folder.
std::string ExpandHome(std::string_view path, const base::core::Environment& environment);

}  // namespace provider::provisioner
