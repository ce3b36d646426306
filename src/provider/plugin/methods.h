// The methods of a provider, by the names that they have in protocols 5 and 6; the messages are the same but
// for schemas. A table, nothing else. Used by the client to call and by the server to register.
#pragma once

namespace provider::plugin {

enum class Protocol { k5 = 5, k6 = 6 };

struct Method {
  const char* name5;
  const char* name6;
  const char* path(Protocol protocol) const { return protocol == Protocol::k5 ? name5 : name6; }
};

namespace methods {

#define PARTERRE_METHOD(constant, in_5, in_6) \
  inline constexpr Method constant = {"/tfplugin5.Provider/" in_5, "/tfplugin6.Provider/" in_6}
#define PARTERRE_METHOD_OF_BOTH(name) PARTERRE_METHOD(k##name, #name, #name)

PARTERRE_METHOD_OF_BOTH(GetMetadata);
PARTERRE_METHOD(kGetProviderSchema, "GetSchema", "GetProviderSchema");
PARTERRE_METHOD_OF_BOTH(GetResourceIdentitySchemas);
PARTERRE_METHOD_OF_BOTH(GetFunctions);
PARTERRE_METHOD(kValidateProviderConfig, "PrepareProviderConfig", "ValidateProviderConfig");
PARTERRE_METHOD(kValidateResourceConfig, "ValidateResourceTypeConfig", "ValidateResourceConfig");
PARTERRE_METHOD(kValidateDataResourceConfig, "ValidateDataSourceConfig", "ValidateDataResourceConfig");
PARTERRE_METHOD_OF_BOTH(ValidateEphemeralResourceConfig);
PARTERRE_METHOD_OF_BOTH(UpgradeResourceState);
PARTERRE_METHOD_OF_BOTH(UpgradeResourceIdentity);
PARTERRE_METHOD(kConfigureProvider, "Configure", "ConfigureProvider");
PARTERRE_METHOD_OF_BOTH(ReadResource);
PARTERRE_METHOD_OF_BOTH(PlanResourceChange);
PARTERRE_METHOD_OF_BOTH(ApplyResourceChange);
PARTERRE_METHOD_OF_BOTH(ImportResourceState);
PARTERRE_METHOD_OF_BOTH(MoveResourceState);
PARTERRE_METHOD_OF_BOTH(ReadDataSource);
PARTERRE_METHOD_OF_BOTH(OpenEphemeralResource);
PARTERRE_METHOD_OF_BOTH(RenewEphemeralResource);
PARTERRE_METHOD_OF_BOTH(CloseEphemeralResource);
PARTERRE_METHOD_OF_BOTH(ValidateListResourceConfig);
PARTERRE_METHOD_OF_BOTH(ListResource);
PARTERRE_METHOD_OF_BOTH(CallFunction);
PARTERRE_METHOD(kStopProvider, "Stop", "StopProvider");

#undef PARTERRE_METHOD_OF_BOTH
#undef PARTERRE_METHOD

}  // namespace methods
}  // namespace provider::plugin
