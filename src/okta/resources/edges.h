// Sets of links: members of a group, groups of a user. One call per link, several at once, each failure
// reported. Not their reading (reader.cc).
// Called by writer.cc and find_created.cc.
#pragma once

#include "okta/resources/writer.h"

namespace okta::resources {

// Create (prior null), update, delete (planned null). The state tells which links exist, also after failures.
Written WriteEdges(const ResourceSpec& spec, const Value& prior, const Value& planned,
                   const Session& session);
// The planned links that exist; null when none does.
Written FindEdges(const ResourceSpec& spec, const Value& planned, const Session& session);

}  // namespace okta::resources
