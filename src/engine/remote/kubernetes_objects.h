// Secrets and Leases as JSON, taken apart and put together; what we do not know of them stays as it was.
// Not the calls (kubernetes_client.h). Called by kubernetes_storage.cc and kubernetes.cc.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json/reader.h"

namespace engine::remote {

using Labels = std::map<std::string, std::string>;

// metadata.labels of an object; empty when there are none.
Labels LabelsOf(base::json::Node object);
// metadata.<name>, or empty.
std::string MetadataText(base::json::Node object, std::string_view name);

// A Secret without data.
std::string NewSecret(const std::string& name, const std::string& namespace_name, const Labels& labels);
// The Secret as it was read, with other bytes under data.tfstate, and of the given version where one is
// given.
std::string WithState(base::json::Node secret, std::string_view bytes,
                      const std::optional<std::string>& version);
// data.tfstate, decoded; nothing when there is none or it is no Base64.
std::optional<std::string> StateBytes(base::json::Node secret);

// A Lease that `holder` has; `info` is the JSON of its lock.
std::string NewLease(const std::string& name, const Labels& labels, const std::string& holder,
                     const std::string& info);
// spec.holderIdentity; empty when nobody has it.
std::string HolderOf(base::json::Node lease);
// The JSON that the holder left; empty when there is none.
std::string LockInfoOf(base::json::Node lease);
// The Lease as it was read with another holder; an empty one lets it go.
std::string WithHolder(base::json::Node lease, const std::string& holder, const std::string& info);

}  // namespace engine::remote
