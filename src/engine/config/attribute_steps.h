// Whether the attributes that a reference names exist in the resource's schema: told before any value is
// looked at. Not the evaluation of references (language/eval). Used by scope.cc.
#pragma once

#include <span>

#include "base/diag/diagnostics.h"
#include "language/hcl/ast.h"
#include "language/hcl/file.h"
#include "language/schema/schema.h"

namespace engine::config {

// `steps`: those after the resource instance. False after an error ("Unsupported attribute", "Invalid index
// operation",
// ...). Source of rules: terraform's static validation of traversals.
bool CheckAttributeSteps(const language::schema::Block& schema,
                         std::span<const language::hcl::TraversalStep> steps, const language::hcl::File& file,
                         base::diag::Diagnostics& diagnostics);

}  // namespace engine::config
