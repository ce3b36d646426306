// Expressions that must stand for themselves, because they are needed before anything is evaluated.
// Nothing is evaluated here: that is evaluate.h, with an empty scope.
// Called for type constraints, for constants of configurations and .tfvars, by provider::terraform functions.
#pragma once

#include <string_view>

#include "base/diag/diagnostics.h"
#include "language/hcl/file.h"

namespace language::eval {

// Reports each name and each function call in it, but for what stands within a reported call. `detail` says
// why there can be none. Whether there was none.
bool CheckConstant(const hcl::File& file, const hcl::Expression& expression, std::string_view detail,
                   base::diag::Diagnostics& diagnostics);

}  // namespace language::eval
