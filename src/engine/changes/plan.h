// The plan as data: what will change, from what to what, and why; with everything that applying needs.
// Made by engine/run/plan, drawn by cli/view, stored by plan_file.h, carried out by engine/run/apply.
// No-op instances are not listed (100,000 of them cost nothing), unless they are moved, imported or have
// conditions, which applying asks again.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/state/state.h"
#include "language/address/address.h"
#include "language/value/value.h"

namespace engine::changes {

using language::address::ProviderConfig;
using language::address::ResourceInstance;
using language::value::Path;
using language::value::Value;

enum class Action : uint8_t {
  kNoOp,
  kCreate,
  kRead,
  kUpdate,
  kDelete,
  kDeleteThenCreate,
  kCreateThenDelete,
  kForget
};

bool IsReplace(Action action);
// "create", "delete", "no-op", ... as plan JSON names them ("replace" is two of them there).
std::string_view ActionName(Action action);

enum class ActionReason : uint8_t {
  kNone,
  kReplaceBecauseTainted,
  kReplaceByRequest,
  kReplaceByTriggers,
  kReplaceBecauseCannotUpdate,
  kDeleteBecauseNoResourceConfig,
  kDeleteBecauseNoModule,
  kDeleteBecauseWrongRepetition,
  kDeleteBecauseCountIndex,
  kDeleteBecauseEachKey,
  kDeleteBecauseNoMoveTarget,
  kReadBecauseConfigUnknown,
  kReadBecauseDependencyPending,
  kReadBecauseCheckNested,
};

// "replace_because_tainted", ... as plan JSON names them; empty for none.
std::string_view ReasonName(ActionReason reason);

struct Importing {
  std::string id;
  Value identity;                // instead of the id, by the provider's identity schema; else null
  std::string generated_config;  // HCL text, when configuration was generated for it
};

struct ResourceChange {
  ResourceInstance address;
  std::optional<ResourceInstance> previous_address;  // when moved
  std::string deposed;                               // key of the deposed object, else empty
  ProviderConfig provider;
  Action action = Action::kNoOp;
  ActionReason reason = ActionReason::kNone;
  // Marked where sensitive. Null for absent. Unknown parts in after are known after apply.
  Value before;
  Value after;
  std::vector<Path> replace_paths;
  std::string private_data;  // the provider's, of the planned object
  std::optional<Importing> importing;
  // For delete reasons that need a word more: whether count, for_each or none is in the configuration.
  enum class Repetition : uint8_t { kNone, kCount, kForEach } configured_repetition = Repetition::kNone;
};

struct OutputChange {
  std::string name;
  Action action = Action::kNoOp;  // no-op, create, update, delete
  bool sensitive = false;
  Value before;
  Value after;
};

// An object that changed outside since the last run: before as in the state, after as read.
struct Drift {
  ResourceInstance address;
  std::optional<ResourceInstance> previous_address;
  ProviderConfig provider;
  Action action = Action::kUpdate;  // update, delete, or no-op for a mere move
  Value before;
  Value after;
};

// An attribute of a resource that planned changes have to do with.
struct RelevantAttribute {
  ResourceInstance resource;  // with the key that is written: none also where all instances are meant
  Path attribute;             // empty: the whole resource
};

enum class Mode : uint8_t { kNormal, kDestroy, kRefreshOnly };

struct Plan {
  Mode mode = Mode::kNormal;
  // What -target, or -exclude, named: all that the plan looked at, and that its apply will.
  std::vector<language::address::Target> targets, excludes;
  std::vector<ResourceChange>
      resources;                      // in the order that people read: module, data first, type, name, key
  std::vector<OutputChange> outputs;  // sorted by name; no-ops included
  std::vector<Drift> drift;
  std::vector<RelevantAttribute> relevant_attributes;  // sorted
  // Of managed instances in the prior state without a change: those that nobody planned, because of -target
  // or after errors. All others stay as they are.
  std::vector<ResourceInstance> unplanned;
  // Set on errors: may be shown, never applied.
  bool errored = false;
  std::string timestamp;                                 // RFC 3339, fixed at the start
  std::vector<std::pair<std::string, Value>> variables;  // root, by name: what a saved plan applies with
  std::map<std::string, Value> given;                    // of them, what was given, before conversion
  std::vector<std::string>
      ephemeral_variables;  // those that had a value: to be given again, being stored nowhere
  // After refresh (what apply starts from), and before it.
  std::shared_ptr<const state::State> prior_state;
  std::shared_ptr<const state::State> previous_state;
  // How conditions came out, as states keep it (raw JSON); empty where there are none, or after errors.
  std::string check_results;

  // Whether applying would change anything: resources, outputs, or (refresh-only) the state itself.
  bool Applyable() const;
  // Counts as "Plan: ..." prints them.
  struct Counts {
    int import = 0, add = 0, change = 0, destroy = 0, forget = 0;
  };
  Counts Count() const;
};

void SortForDisplay(std::vector<ResourceChange>& changes);

}  // namespace engine::changes
