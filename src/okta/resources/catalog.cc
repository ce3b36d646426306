#include "okta/resources/catalog.h"

#include "okta/resources/catalog_groups.h"
#include "okta/resources/catalog_users.h"

namespace okta::resources {
namespace {

constexpr Field kProviderFields[] = {
    {.name = "org_name"},
    {.name = "base_url"},
    {.name = "http_proxy"},
    {.name = "api_token"},
    {.name = "access_token"},
    {.name = "client_id"},
    {.name = "scopes", .type = FieldType::kStringSet},
    {.name = "private_key"},
    {.name = "private_key_id"},
    {.name = "backoff", .type = FieldType::kBool},
    {.name = "min_wait_seconds", .type = FieldType::kInt},
    {.name = "max_wait_seconds", .type = FieldType::kInt},
    {.name = "max_retries", .type = FieldType::kInt},
    {.name = "parallelism", .type = FieldType::kInt},
    {.name = "log_level", .type = FieldType::kInt},
    {.name = "max_api_capacity", .type = FieldType::kInt},
    {.name = "request_timeout", .type = FieldType::kInt},
};

template <typename Spec>
const Spec* Find(std::span<const Spec> specs, std::string_view type) {
  for (const Spec& spec : specs) {
    if (spec.type == type) return &spec;
  }
  return nullptr;
}

}  // namespace

std::span<const ResourceSpec> AllResources() {
  static const std::array kAll = {kGroupResource, kGroupMembershipsResource, kUserResource,
                                  kUserGroupMembershipsResource};
  return kAll;
}

std::span<const DataSourceSpec> AllDataSources() {
  static const std::array kAll = {kEveryoneDataSource, kGroupDataSource, kGroupsDataSource, kUserDataSource,
                                  kUsersDataSource};
  return kAll;
}

const ResourceSpec* FindResourceSpec(std::string_view type) { return Find(AllResources(), type); }
const DataSourceSpec* FindDataSourceSpec(std::string_view type) { return Find(AllDataSources(), type); }
std::span<const Field> ProviderFields() { return kProviderFields; }

}  // namespace okta::resources
