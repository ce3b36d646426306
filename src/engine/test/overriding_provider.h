// A provider some of whose objects are overridden: those are never asked for, and get their computed values
// from the override blocks. All others go to the provider itself, in the same batches. Made by
// substitutes.cc.
#pragma once

#include <functional>
#include <memory>

#include "engine/config/test_file.h"
#include "engine/test/mock_values.h"
#include "provider/api/provider.h"

namespace engine::test {

// The override of the object at this address; null: none.
using FindOverride = std::function<const config::Override*(std::string_view address)>;

std::shared_ptr<provider::api::Provider> MakeOverridingProvider(std::shared_ptr<provider::api::Provider> real,
                                                                FindOverride find, TextSource texts);

}  // namespace engine::test
