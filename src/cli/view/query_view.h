// What a query finds, as it is found: a line each for people, or lines of a `-json` log.
// Not its diagnostics, nor the configuration that is generated.
// Used by the command query.
#pragma once

#include "cli/view/json_log.h"
#include "cli/view/style.h"
#include "engine/run/query.h"

namespace cli::view {

// "list.okta_user.all   id=00u1   Ann". Columns are as wide as the widest so far: nothing is held back.
class QueryLines : public engine::run::QueryHooks {
 public:
  explicit QueryLines(Terminal& terminal) : terminal_(terminal) {}
  void ListStarts(const engine::run::ListInstance& instance, const language::value::Value& config) override;
  void Found(const engine::run::ListInstance& instance, const engine::run::FoundObject& object) override;
  void ListEnds(const engine::run::ListInstance& instance, int64_t found) override;

 private:
  Terminal& terminal_;
  int width_ = 0;  // of the identities
};

class QueryLog : public engine::run::QueryHooks {
 public:
  explicit QueryLog(JsonLog& log) : log_(log) {}
  void ListStarts(const engine::run::ListInstance& instance, const language::value::Value& config) override;
  void Found(const engine::run::ListInstance& instance, const engine::run::FoundObject& object) override;
  void ListEnds(const engine::run::ListInstance& instance, int64_t found) override;

 private:
  JsonLog& log_;
};

}  // namespace cli::view
