// Queries: what the list blocks of the root module find at their providers, object by object, and on request
// configuration that imports it. Changes nothing, and plans nothing. Used by the command query.
#pragma once

#include <memory>
#include <string>

#include "base/diag/diagnostics.h"
#include "engine/run/context.h"
#include "engine/state/state.h"

namespace engine::run {

// One instance of a list block.
struct ListInstance {
  const config::List* list = nullptr;
  language::address::InstanceKey key;
  std::string address;  // list.okta_user.staff["a"]
};

struct FoundObject {
  const provider::api::ListedObject& listed;
  int64_t identity_version = 0;
  std::string resource_config, import_config;  // generated; empty where none is asked for
};

// What a query tells while it goes, from one thread. Objects are not kept: who wants them takes copies.
class QueryHooks {
 public:
  virtual ~QueryHooks() = default;
  // `config`: of the list's schema, unmarked.
  virtual void ListStarts(const ListInstance& instance, const language::value::Value& config) = 0;
  virtual void Found(const ListInstance& instance, const FoundObject& object) = 0;
  // Also after errors.
  virtual void ListEnds(const ListInstance& instance, int64_t found) = 0;
};

struct QueryResult {
  int64_t found = 0;
  // Blocks of all that was found, in canonical format; empty where none were asked for.
  std::string generated;
  int64_t without_resource = 0;  // import blocks among them that no resource block goes with
  provider::api::Usage usage;
};

// `generate`: objects are asked for whatever the blocks say of include_resource. An error of one list does
// not keep others from being made.
QueryResult RunQuery(const RunContext& context, std::shared_ptr<const state::State> state, bool generate,
                     QueryHooks& hooks, base::diag::Diagnostics& diagnostics);

}  // namespace engine::run
