// A mock_provider block at work: the schemas and validation of the real provider, and nobody called. Objects
// exist in the state only; what the real one would have computed comes from the block, or is made up. Made by
// substitutes.cc.
#pragma once

#include <memory>

#include "engine/config/test_file.h"
#include "engine/test/mock_values.h"
#include "provider/api/provider.h"

namespace engine::test {

// `data` must outlive the provider.
std::shared_ptr<provider::api::Provider> MakeMockedProvider(std::shared_ptr<provider::api::Provider> real,
                                                            const config::MockData& data, TextSource texts);

// What stands in a test file, as values for FillComputed.
Filling FillingOf(const config::MockType* type);
Filling FillingOf(const config::Override& override);

}  // namespace engine::test
