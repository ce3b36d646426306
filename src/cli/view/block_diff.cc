#include "cli/view/value_change.h"
#include "cli/view/value_diff.h"

namespace cli::view {

using language::schema::Attribute;
using language::schema::Block;
using language::schema::NestedBlock;
using language::schema::NestedType;
using language::schema::Nesting;
using language::value::Type;
using Form = Diff::Form;

namespace {

void AddChild(Diff* parent, std::string_view name, Diff child) {
  child.name = name;
  parent->action = JoinActions(parent->action, child.action);
  parent->children.push_back(std::move(child));
}

Diff Whole(const Change& change, Form form) {
  Diff out;
  out.form = form;
  out.action = change.Default();
  out.replace = change.replace.Matches();
  return out;
}

// Lists of nested attributes and of blocks: index by index.
template <typename Visitor>
void ForEachIndex(const Change& change, Visitor visitor) {
  const size_t before = change.before ? change.before->Length() : 0;
  const size_t after = change.after ? change.after->Length() : 0;
  for (size_t i = 0; i < std::max(before, after); ++i) {
    visitor(change.Element(i < before ? i : kNone, i < after ? i : kNone));
  }
}

template <typename Visitor>
void ForEachPair(const Change& change, Visitor visitor) {
  for (auto [b, a] : PairElements(change, true, true)) visitor(change.Element(b, a));
}

Diff DiffOfNested(const Change& change, const NestedType& nested, Nesting nesting) {
  Diff out;
  auto compute = [&](const Change& plain) { return DiffOfNested(plain, nested, nesting); };
  if (DiffSensitive(change, Form::kSensitive, &out, compute)) return out;
  if (DiffUnknown(change, true, &out, compute)) return out;
  auto add = [&](const Change& element) {
    AddChild(&out, "", DiffOfNested(element, nested, Nesting::kSingle));
  };
  switch (nesting) {
    case Nesting::kSingle:
    case Nesting::kGroup:
      out = Whole(change, Form::kNestedObject);
      for (const Attribute& attribute : nested.attributes) {
        const Change child = change.Attribute(attribute.name);
        Diff diff = DiffOfAttribute(child, attribute);
        if (diff.action == Action::kNoOp && child.IsNothing()) continue;
        AddChild(&out, attribute.name, std::move(diff));
      }
      break;
    case Nesting::kList:
      out = Whole(change, Form::kNestedList);
      ForEachIndex(change, add);
      break;
    case Nesting::kSet:
      out = Whole(change, Form::kNestedSet);
      ForEachPair(change, add);
      break;
    case Nesting::kMap:
      out = Whole(change, Form::kNestedMap);
      ForEachKey(change, [&](std::string_view key, const Change& child) {
        AddChild(&out, key, DiffOfNested(child, nested, Nesting::kSingle));
      });
      break;
  }
  return out;
}

// Schemas that the old SDK could not make: there "" is not null.
bool IsModern(const Block& block) {
  for (const NestedBlock& nested : block.blocks) {
    if (nested.nesting == Nesting::kMap || nested.nesting == Nesting::kGroup) return true;
  }
  for (const Attribute& attribute : block.attributes) {
    if (attribute.nested || attribute.type.HasDynamic() || attribute.type.IsTuple() ||
        attribute.type.IsObject())
      return true;
  }
  return false;
}

void AddAttribute(Diff* out, const Change& child, const Attribute& attribute) {
  Diff diff = DiffOfAttribute(child, attribute);
  if (diff.action == Action::kNoOp && child.IsNothing()) return;
  AddChild(out, attribute.name, std::move(diff));
}

void AddBlocks(Diff* out, const Change& change, const NestedBlock& nested) {
  if (nested.nesting == Nesting::kSingle || nested.nesting == Nesting::kGroup) {
    Diff diff = DiffOfBlock(change, *nested.block);
    if (diff.action == Action::kNoOp && change.IsNothing()) return;
    out->action = JoinActions(out->action, diff.action);
    BlockGroup group{.type = nested.type_name, .replace = change.replace.Matches()};
    group.blocks.push_back(std::move(diff));
    out->groups.push_back(std::move(group));
    return;
  }
  BlockGroup group{.type = nested.type_name,
                   .replace = change.replace.Matches(),
                   .unknown = change.unknown,
                   .before_sensitive = change.before_sensitive,
                   .after_sensitive = change.after_sensitive,
                   .keyed = nested.nesting == Nesting::kMap};
  Action action = change.Default();
  auto add = [&](std::string_view name, const Change& element) {
    Diff diff = DiffOfBlock(element, *nested.block);
    diff.name = name;
    action = JoinActions(action, diff.action);
    group.blocks.push_back(std::move(diff));
  };
  auto add_unnamed = [&](const Change& element) { add("", element); };
  switch (nested.nesting) {
    case Nesting::kList:
      ForEachIndex(change, add_unnamed);
      break;
    case Nesting::kSet:
      ForEachPair(change, add_unnamed);
      break;
    default:
      ForEachKey(change, add);
      break;
  }
  if (group.unknown) {
    // Alone it is what its object is; beside known blocks it makes the difference.
    const Action own = change.before ? Action::kUpdate : Action::kCreate;
    action = action == Action::kNoOp ? own : JoinActions(action, own);
  }
  if (action == Action::kNoOp && change.IsNothing()) return;
  out->action = JoinActions(out->action, action);
  out->groups.push_back(std::move(group));
}

bool IsRelevant(const Relevant* relevant, std::string_view name) {
  if (relevant == nullptr) return true;
  for (std::string_view attribute : *relevant) {
    if (attribute.empty() || attribute == name) return true;
  }
  return false;
}

// They are never stored, so nothing is known of their change: they are shown with the block, but not as
// updated.
void AddWriteOnly(Diff* out, const Change& change, const Block& block) {
  for (const Attribute& attribute : block.attributes) {
    if (!attribute.write_only) continue;
    const Change child = change.Attribute(attribute.name);
    Diff diff;
    diff.form = Form::kWriteOnly;
    diff.action = out->action == Action::kUpdate ? Action::kNoOp : out->action;
    diff.replace = child.replace.Matches();
    diff.name = attribute.name;
    auto place = out->children.begin();
    while (place != out->children.end() && place->name < attribute.name) ++place;
    out->children.insert(place, std::move(diff));
  }
}

}  // namespace

Diff DiffOfAttribute(const Change& change, const Attribute& attribute) {
  return attribute.nested ? DiffOfNested(change, *attribute.nested, attribute.nested->nesting)
                          : DiffOf(change, attribute.type);
}

Diff DiffOfBlock(const Change& change, const Block& block, const Relevant* relevant) {
  Diff out;
  auto compute = [&](const Change& plain) { return DiffOfBlock(plain, block); };
  if (DiffSensitive(change, Form::kSensitiveBlock, &out, compute)) return out;
  if (DiffUnknown(change, true, &out, compute)) return out;
  out = Whole(change, Form::kBlock);
  Change inner = change;
  inner.legacy = change.legacy && !IsModern(block);
  out.children.reserve(block.attributes.size());
  for (const Attribute& attribute : block.attributes) {
    if (attribute.write_only) continue;
    const Change child = inner.Attribute(attribute.name);
    AddAttribute(&out, IsRelevant(relevant, attribute.name) ? child : child.AsNoOp(), attribute);
  }
  for (const NestedBlock& nested : block.blocks) {
    Change child = inner.Attribute(nested.type_name);
    if (inner.children_unknown) child.unknown = false;  // only attributes are
    AddBlocks(&out, IsRelevant(relevant, nested.type_name) ? child : child.AsNoOp(), nested);
  }
  if (block.ContainsWriteOnly()) AddWriteOnly(&out, inner, block);
  return out;
}

Diff DiffBlock(const Block& block, const Value& before, const Value& after, ReplacePaths replace,
               const Relevant* relevant) {
  Change change = Change::Of(&before, &after, true);
  change.before_explicit = change.after_explicit = false;
  change.legacy = true;
  change.replace = std::move(replace);
  return DiffOfBlock(change, block, relevant);
}

}  // namespace cli::view
