// Decoding of the blocks of test files: what the decode_test_*.cc share.
// Not the types (test_file.h). Internal to this room.
#pragma once

#include "engine/config/decode.h"
#include "engine/config/test_file.h"

namespace engine::config {

// The word of an argument that takes a keyword; empty where it is none.
std::string_view Keyword(const language::hcl::Expression& expression);

// The `variables` block. An error where there was one before (`place`).
void DecodeTestVariables(const DecodeContext& context, const language::hcl::Block& block,
                         std::string_view owner, std::map<std::string, ExpressionRef>& variables,
                         std::optional<Place>& place);

// decode_test_run.cc: nothing after errors that leave nothing to run.
std::optional<TestRun> DecodeTestRun(const DecodeContext& context, const language::hcl::Block& block,
                                     bool parallel);

// decode_test_mock.cc
std::optional<TestProvider> DecodeMockProvider(const DecodeContext& context,
                                               const language::hcl::Block& block);
// override_resource, override_data and override_module blocks; false for others.
bool DecodeOverride(const DecodeContext& context, const language::hcl::Block& block, bool during_plan,
                    Overrides& overrides);

}  // namespace engine::config
