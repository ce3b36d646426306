#include "cli/session/host_services.h"

#include <mutex>

#include "install/discovery/services.h"
#include "install/settings/host_name.h"

namespace cli::session {
namespace {

using base::core::Result;

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
  return {.url_of = [lazy, stop](const std::string& host, const std::string& service) -> Result<std::string> {
            ASSIGN_OR_RETURN(const std::string normal, install::settings::NormalHost(host));
            return lazy->Get().UrlOf(normal, service, stop);
          },
          .token_for = [lazy, stop](const std::string& host) -> Result<std::optional<std::string>> {
            ASSIGN_OR_RETURN(const std::string normal, install::settings::NormalHost(host));
            return lazy->Get().credentials().TokenFor(normal, stop);
          }};
}

}  // namespace cli::session
