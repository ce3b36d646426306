// Plans as people read them: drift, legend, one block for each change, summary, output changes.
// Layout of the reference byte for byte (symbols, alignment, comment lines). Used by plan, apply, destroy,
// show.
#pragma once

#include <functional>
#include <string>

#include "cli/view/style.h"
#include "engine/changes/plan.h"
#include "language/schema/schema.h"
#include "provider/api/provider.h"

namespace cli::view {

// Schema of a resource or data source; null where it is unknown.
using SchemaLookup = std::function<const provider::api::ResourceSchema*(const language::address::Provider&,
                                                                        const language::address::Resource&)>;

// Everything from the drift section to the output changes; "No changes." where there are none.
std::string RenderPlan(const engine::changes::Plan& plan, const SchemaLookup& schemas, const Style& style);
// The same in parts of some 100 KB, since the whole can be gigabytes.
using PrintPart = std::function<void(std::string_view)>;
void RenderPlan(const engine::changes::Plan& plan, const SchemaLookup& schemas, const Style& style,
                const PrintPart& print);

// Whether the plan body shows it.
bool IsShown(const engine::changes::ResourceChange& change);

// The block of one change, comment lines included, without the blank line before it.
std::string RenderResourceChange(const engine::changes::ResourceChange& change, const SchemaLookup& schemas,
                                 const Style& style);
std::string RenderResourceChange(const engine::changes::ResourceChange& change,
                                 const language::schema::Block& schema, const Style& style);

// "Changes to Outputs:" and its lines; empty when no output changes.
std::string RenderOutputChanges(const engine::changes::Plan& plan, const Style& style);

}  // namespace cli::view
