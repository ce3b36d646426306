// Why: what led to a planned change, from the expression that makes it through the values that it reads to
// the first cause, and who depends on the resource. An explanation as data; it changes nothing and plans
// nothing. Used by the command why; cli/view/why_view.h puts it in words.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/changes/plan.h"
#include "engine/graph/config_graph.h"
#include "engine/graph/references.h"

namespace engine::run {

using language::value::Value;

// A place in the configuration and the text that stands there (its first line).
struct SourceLine {
  std::string file;
  int line = 0;
  std::string text;
};

// One step on the way back to the first cause.
struct Cause {
  enum class Kind : uint8_t {
    kAttribute,        // an argument of the resource itself: what it is and what it will be
    kChange,           // another resource's planned change, as far as an attribute of it is read
    kNamedValue,       // a local value, output or variable that passes on what it reads
    kVariable,         // a root variable: given from outside
    kOutside,          // the real object was changed outside of the configuration
    kConfiguration,    // the configuration says something else than what was applied last
    kProviderDecides,  // nothing in the configuration: the provider's plan says so
  };
  Kind kind = Kind::kAttribute;
  std::string subject;  // "triggers_replace", "terraform_data.a.output", "local.x"
  std::optional<SourceLine> source;
  bool forces_replacement = false;
  // Of attributes and of changes that are read: the part before and after; sensitive ones are marked.
  bool has_values = false;
  Value before;
  Value after;
  const changes::ResourceChange* change = nullptr;  // kChange
  size_t alike = 0;                                 // other instances of which the same could be said
  std::vector<Cause> because;
};

struct Explanation {
  const changes::ResourceChange* change = nullptr;  // null: nothing is planned for it
  language::address::ResourceInstance address;
  std::optional<SourceLine> source;   // its block; none where the configuration no longer has it
  std::optional<SourceLine> repeats;  // count or for_each
  std::vector<Cause> because;
  std::vector<std::string> direct;      // resources that read it, sorted
  std::vector<std::string> transitive;  // those, and who depends on them
  std::vector<const changes::ResourceChange*>
      others;  // further instances of the resource, when none was named
};

class WhyFinder {
 public:
  // All must outlive the finder and what it returns.
  WhyFinder(const config::Configuration& configuration, const changes::Plan& plan);
  ~WhyFinder();
  // An instance, or a resource, of which the first instance with a change is taken. Nothing where neither the
  // configuration, the plan nor the state has it.
  std::optional<Explanation> Explain(const language::address::ResourceInstance& address) const;
  // Every address that Explain knows, for suggestions.
  std::vector<std::string> KnownAddresses() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace engine::run
