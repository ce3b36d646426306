// Expressions and bodies as plan documents show them: the constant value, or what is referred to.
// Not the modules that they stand in (config_json.h). Used by config_json.cc and provider_configs.cc.
#pragma once

#include <map>
#include <string>

#include "base/json/writer.h"
#include "engine/config/module.h"
#include "language/schema/schema.h"

namespace cli::json {

// {"constant_value":...}, {"references":[...]}, or {}.
std::string ExpressionJson(const language::hcl::File& file, const language::hcl::Expression& expression);

// The member `name` with all arguments and blocks of the schema that the body has; nothing where there are
// none. Dynamic blocks are left out, as in the reference.
void WriteExpressions(std::string_view name, const language::hcl::BodyRef& body,
                      const language::schema::Block& schema, base::json::Writer& json);

// The object that a traversal of depends_on names.
std::string SubjectText(const language::hcl::TraversalExpression& traversal);

}  // namespace cli::json
