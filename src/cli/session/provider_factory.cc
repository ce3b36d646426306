#include "cli/session/provider_factory.h"

#include <array>

#include "base/core/clock.h"
#include "cli/session/remote_state.h"
#include "okta/api/client.h"
#include "okta/resources/okta_provider.h"
#include "provider/builtin/terraform_provider.h"
#include "provider/mock/mock_provider.h"

namespace cli::session {
namespace {

constexpr std::string_view kOkta = "registry.terraform.io/okta/okta";
constexpr std::string_view kTerraform = "terraform.io/builtin/terraform";
constexpr std::string_view kMock = "registry.terraform.io/parterre/mock";

constexpr std::array<BuiltInProvider, 3> kBuiltIn = {{
    {.source = kOkta, .version = okta::resources::kOktaProviderVersion},
    {.source = kTerraform, .version = ""},
    {.source = kMock, .version = "1.0.0", .shown = false},
}};

}  // namespace

std::span<const BuiltInProvider> BuiltInProviders() { return kBuiltIn; }

engine::run::ProviderFactory MakeProviderFactory(const base::core::Environment& environment,
                                                 std::shared_ptr<const Plugins> plugins,
                                                 std::shared_ptr<provider::plugin::PluginHost> host,
                                                 engine::remote::HostServices services,
                                                 EncryptionSlot encryption) {
  using Made = base::core::Result<std::shared_ptr<provider::api::Provider>>;
  // Shared by all configurations of the run: one token and one rate budget for each org and principal.
  auto connections = std::make_shared<std::shared_ptr<okta::api::Connections>>();
  return [environment, connections, plugins = std::move(plugins), host = std::move(host),
          services = std::move(services),
          encryption = std::move(encryption)](const language::address::Provider& source) -> Made {
    std::string address = source.ToString();
    if (address == kTerraform)
      return provider::builtin::MakeTerraformProvider(MakeStateReader(environment, services, encryption));
    if (address == kMock) return provider::mock::MakeMockProvider();
    if (address == kOkta && !plugins->IsChosen(source)) {
      if (!*connections) *connections = std::make_shared<okta::api::Connections>(base::core::RealClock());
      return std::shared_ptr<provider::api::Provider>(
          okta::resources::MakeOktaProvider(environment, *connections));
    }
    auto plugin = plugins->Find(source);
    if (plugin.ok())
      return host->Make(address, {.executable = plugin->executable,
                                  .reattach = plugin->reattach,
                                  .schema_cache = plugins->SchemaCache(source)});
    std::string hint = source.type == "okta"
                           ? "\n\nDid you mean okta/okta? Say so in the configuration:\n\n  terraform {\n    "
                             "required_providers {\n"
                             "      okta = {\n        source = \"okta/okta\"\n      }\n    }\n  }"
                           : "";
    return base::core::Error(fmt::format("The configuration needs provider {}, which is not built in: {}{}",
                                         source.ForDisplay(), plugin.error().message(), hint));
  };
}

}  // namespace cli::session
