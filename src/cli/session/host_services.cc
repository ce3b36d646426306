#include "cli/session/host_services.h"

#include <mutex>

#include "install/discovery/services.h"

namespace cli::session {
namespace {

class LazyServices {
 public:
  LazyServices(std::shared_ptr<const Plugins> plugins, const base::core::Environment& environment)
      : plugins_(std::move(plugins)), environment_(environment) {}

  install::discovery::Services& Get() {
    std::call_once(once_, [this] { services_.emplace(plugins_->settings(), environment_); });
    return *services_;
  }

 private:
  const std::shared_ptr<const Plugins> plugins_;  // whose settings the services refer to
  const base::core::Environment environment_;
  std::once_flag once_;
  std::optional<install::discovery::Services> services_;
};

}  // namespace

engine::remote::HostServices MakeHostServices(std::shared_ptr<const Plugins> plugins,
                                              const base::core::Environment& environment,
                                              std::stop_token stop) {
  auto lazy = std::make_shared<LazyServices>(std::move(plugins), environment);
  return {
      .url_of = [lazy, stop](const std::string& host,
                             const std::string& service) { return lazy->Get().UrlOf(host, service, stop); },
      .token_for =
          [lazy, stop](const std::string& host) { return lazy->Get().credentials().TokenFor(host, stop); }};
}

}  // namespace cli::session
