// The stylesheet, script and pictures of the console, compiled into the program (embed.cmake).
// Not pages. Called by the frame of the pages, which refers to them, and by console.cc, which serves them.
#pragma once

#include <span>
#include <string_view>

#include "base/net/http_server.h"
#include "org/console/html.h"

namespace org::console {

struct Asset {
  std::string_view name;     // "console.css"
  std::string_view version;  // changes with the content
  std::string_view content;
};

std::span<const Asset> Assets();

// The address to refer to `name` by, its version in the query, so that browsers may keep it for good.
Url AssetUrl(std::string_view name);

// Answers GET /assets/{name}.
base::net::ServerResponse ServeAsset(const base::net::ServerRequest& request);

}  // namespace org::console
