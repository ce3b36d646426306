// What a traversal such as okta_user.bird[0].id refers to, with the mistakes that its very form shows.
// Whether that object is declared is the checker's question (check_references.h). Internal to this room; the
// public form is ParseReference in load.h.
#pragma once

#include "engine/config/load.h"

namespace engine::config {

struct ParsedReference {
  ReferencedObject object;
  Span span;  // from the root to the last step that belongs to the object
};

// kUnknown after an error; errors go to `diagnostics` unless that is null.
ParsedReference ParseReferenceIn(const language::hcl::File& file,
                                 const language::hcl::TraversalExpression& traversal,
                                 base::diag::Diagnostics* diagnostics);

}  // namespace engine::config
