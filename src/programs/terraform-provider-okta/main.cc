#include <cstdio>
#include <cstring>
#include <string>

#include "base/core/clock.h"
#include "base/core/environment.h"
#include "base/core/files.h"
#include "base/core/log.h"
#include "okta/api/client.h"
#include "okta/resources/okta_provider.h"
#include "provider/plugin/server.h"

int main(int argc, char** argv) {
  base::core::OpenStandardDescriptors();
  provider::plugin::ServeOptions options{.address = "registry.terraform.io/okta/okta"};
  for (int i = 1; i < argc; ++i) {
    if (std::strcmp(argv[i], "-debug") == 0 || std::strcmp(argv[i], "--debug") == 0) {
      options.debug = true;
    } else if (std::strcmp(argv[i], "-version") == 0 || std::strcmp(argv[i], "--version") == 0) {
      std::printf("okta/okta v%s, of Parterre\n", std::string(okta::resources::kOktaProviderVersion).c_str());
      return 0;
    } else {
      std::fprintf(stderr, "Usage: %s [-debug] [-version]\n", argv[0]);
      return 2;
    }
  }
  const base::core::Environment environment = base::core::Environment::OfProcess();
  auto connections = std::make_shared<okta::api::Connections>(base::core::RealClock());
  return provider::plugin::Serve(okta::resources::MakeOktaProvider(environment, std::move(connections)),
                                 options, environment);
}
