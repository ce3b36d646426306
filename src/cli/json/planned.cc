#include "cli/json/planned.h"

#include <algorithm>
#include <tuple>

#include "cli/json/state_json.h"

namespace cli::json {

using engine::changes::Plan;
using engine::changes::ResourceChange;
using engine::changes::ResourceInstance;

std::vector<Planned> ListPlanned(const Plan& plan) {
  std::vector<Planned> all;
  for (const ResourceChange& change : plan.resources)
    all.push_back({.address = change.address, .change = &change});
  auto less = [](const Planned& a, const Planned& b) {
    static const std::string kCurrent;
    return std::tie(a.address, a.change ? a.change->deposed : kCurrent) <
           std::tie(b.address, b.change ? b.change->deposed : kCurrent);
  };
  std::ranges::stable_sort(all, less);
  if (plan.mode != engine::changes::Mode::kNormal) return all;
  const size_t changes = all.size();
  auto known = [&](const ResourceInstance& address) {
    auto end = all.begin() + static_cast<ptrdiff_t>(changes);
    auto found = std::lower_bound(all.begin(), end, Planned{.address = address}, less);
    return found != end && found->address == address && found->change->deposed.empty();
  };
  std::vector<ResourceInstance> unplanned = plan.unplanned;
  std::ranges::sort(unplanned);
  for (const engine::state::ResourceState& resource : plan.prior_state->resources) {
    if (resource.resource.mode != language::address::ResourceMode::kManaged) continue;
    for (const engine::state::Instance& instance : resource.instances) {
      if (!instance.current) continue;
      ResourceInstance address{resource.module, resource.resource, instance.key};
      if (known(address) || std::ranges::binary_search(unplanned, address)) continue;
      // push_back may move what `known` looks at, but not change it.
      all.push_back({std::move(address), nullptr, &resource, instance.current.get()});
    }
  }
  std::ranges::stable_sort(all, less);
  return all;
}

base::core::Result<const ResourceChange*> ChangeOf(const Planned& planned, const Schemas& schemas,
                                                   ResourceChange& storage) {
  if (planned.change != nullptr) return planned.change;
  const language::address::ProviderConfig& provider = planned.resource->provider;
  ASSIGN_OR_RETURN(const provider::api::ResourceSchema* schema,
                   SchemaOf(schemas, provider.provider, planned.address));
  ASSIGN_OR_RETURN(storage.before, DecodeObject(*planned.object, *schema, planned.address));
  storage.address = planned.address;
  storage.provider = provider;
  storage.action = engine::changes::Action::kNoOp;
  storage.after = storage.before;
  return &storage;
}

}  // namespace cli::json
