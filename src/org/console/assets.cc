#include "org/console/assets.h"

#include <algorithm>

#include "base/core/check.h"

namespace org::console {
namespace {

const Asset* FindAsset(std::string_view name) {
  auto assets = Assets();
  auto found = std::ranges::find(assets, name, &Asset::name);
  return found == assets.end() ? nullptr : &*found;
}

std::string_view ContentType(std::string_view name) {
  if (name.ends_with(".css")) return "text/css; charset=utf-8";
  if (name.ends_with(".js")) return "text/javascript; charset=utf-8";
  return "image/svg+xml";
}

}  // namespace

Url AssetUrl(std::string_view name) {
  const Asset* asset = FindAsset(name);
  CHECK(asset != nullptr);
  return (Url("/assets") / name).Query("v", asset->version);
}

base::net::ServerResponse ServeAsset(const base::net::ServerRequest& request) {
  base::net::ServerResponse response;
  const Asset* asset = FindAsset(request.Parameter("name"));
  if (asset == nullptr) {
    response.status = 404;
    return response;
  }
  response.Set("Content-Type", ContentType(asset->name));
  // Only the address with the right version may be kept: an older page must not pin a newer file.
  bool versioned = request.Query("v") == asset->version;
  response.Set("Cache-Control", versioned ? "private, max-age=31536000, immutable" : "no-cache");
  response.body = asset->content;
  return response;
}

}  // namespace org::console
