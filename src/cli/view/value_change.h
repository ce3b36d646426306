// A part of two compared values on its way down: both sides, and what is said of them from above.
// Not a result: value_diff.cc and block_diff.cc make Diffs of it. Used by these two.
#pragma once

#include <utility>

#include "cli/view/pairing.h"
#include "cli/view/value_diff.h"

namespace cli::view {

struct Change {
  const Value* before = nullptr;  // null for null, absent and unknown
  const Value* after = nullptr;
  bool before_explicit = false;  // an element that is there, though it be null
  bool after_explicit = false;
  bool unknown = false;           // after
  bool children_unknown = false;  // the attributes of after, which is gone, count as unknown
  bool before_sensitive = false;
  bool after_sensitive = false;
  bool marks = true;    // whether marks further down count
  bool legacy = false;  // "" is null
  ReplacePaths replace;

  static Change Of(const Value* before, const Value* after, bool marks);
  Action Default() const;                                         // of a whole before its parts are looked at
  Action Calculated() const;                                      // of something without parts
  Change Attribute(std::string_view name) const;                  // of an object
  Change Element(size_t before_index, size_t after_index) const;  // of a sequence; kNone: absent
  Change AsNoOp() const;
  Change WithoutEmptyStrings() const;  // "" is null on both sides
  bool IsNothing() const { return before == nullptr && after == nullptr; }
};

// Keys of both sides in order, each once, with the change.
template <typename Visitor>
void ForEachKey(const Change& change, Visitor visitor) {
  const size_t before_size = change.before ? change.before->Length() : 0;
  const size_t after_size = change.after ? change.after->Length() : 0;
  for (size_t b = 0, a = 0; b < before_size || a < after_size;) {
    const bool take_before =
        a == after_size || (b < before_size && change.before->KeyAt(b) <= change.after->KeyAt(a));
    const bool take_after =
        b == before_size || (a < after_size && change.after->KeyAt(a) <= change.before->KeyAt(b));
    const Value* before = take_before ? &change.before->ElementAt(b) : nullptr;
    const Value* after = take_after ? &change.after->ElementAt(a) : nullptr;
    const std::string_view key = take_before ? change.before->KeyAt(b) : change.after->KeyAt(a);
    Change child = Change::Of(before, after, change.marks);
    child.legacy = change.legacy;
    child.replace = change.replace.Child(key);
    visitor(key, child);
    b += take_before;
    a += take_after;
  }
}

Pairs PairElements(const Change& change, bool as_set, bool objects);

Diff DiffOf(const Change& change, language::value::Type type);
Diff DiffOfAttribute(const Change& change, const language::schema::Attribute& attribute);
Diff DiffOfBlock(const Change& change, const language::schema::Block& block,
                 const Relevant* relevant = nullptr);

// Where either side is sensitive: the diff, which shows nothing of the values. `compute` is given the change
// without sensitivity.
template <typename Compute>
bool DiffSensitive(const Change& change, Diff::Form form, Diff* out, Compute compute) {
  if (!change.before_sensitive && !change.after_sensitive) return false;
  Change plain = change;
  plain.before_sensitive = plain.after_sensitive = plain.marks = false;
  const bool nothing =
      change.IsNothing() && !change.before_explicit && !change.after_explicit && !change.unknown;
  out->form = form;
  out->inner_action = out->action = compute(plain).action;
  out->before_sensitive = change.before_sensitive;
  out->after_sensitive = change.after_sensitive;
  out->replace = change.replace.Matches();
  if (out->action == Action::kNoOp && change.before_sensitive != change.after_sensitive && !nothing)
    out->action = Action::kUpdate;
  return true;
}

// Where after is unknown: the diff, with what there was before as deleted.
template <typename Compute>
bool DiffUnknown(const Change& change, bool children_unknown, Diff* out, Compute compute) {
  if (!change.unknown) return false;
  out->form = Diff::Form::kUnknown;
  out->replace = change.replace.Matches();
  if (change.before == nullptr) {
    out->action = Action::kCreate;
    return true;
  }
  out->action = Action::kUpdate;
  Change gone = change;
  gone.unknown = gone.after_explicit = false;
  gone.after = nullptr;
  gone.children_unknown = children_unknown;
  gone.replace = ReplacePaths();  // said once, after what is to come
  out->children.push_back(compute(gone));
  return true;
}

}  // namespace cli::view
