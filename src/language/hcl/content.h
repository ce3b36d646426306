// What a body holds, by a schema. A native body says by itself what is an argument and what a block; of a
// JSON object only the schema tells; a merged body takes from an override file what that sets anew.
// Called by every decoder: language/eval for resources, engine/config for Terraform's own blocks.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/diag/diagnostics.h"
#include "language/hcl/file.h"

namespace language::hcl {

struct BlockShape {
  std::string_view type;
  std::span<const std::string_view> labels;  // what they name: {"type", "name"}
};

struct BodyShape {
  std::vector<std::string_view> attributes;
  std::vector<BlockShape> blocks;
  // Names that another schema reads: neither content nor mistakes.
  std::vector<std::string_view> reserved;
  bool open = false;  // all other names belong to another schema
};

// Reads on construction and adds the mistakes of form that only JSON can hold: values of the wrong kind,
// missing labels, repeated arguments, unknown properties (unless the shape is open). Unknown names, labels
// and repeats in native bodies are left to the caller, as are missing arguments in either. Attributes and
// blocks are those of `body` itself where that is plain; otherwise they live as long as this object, while
// the bodies of blocks, labels' texts and expressions live as long as the file.
//
// Of merged bodies the reference never asks whether names are known, and misses required arguments that only
// the override sets.
class Content {
 public:
  Content(const File& file, const Body& body, const BodyShape& shape, base::diag::Diagnostics& diagnostics);
  Content(const Content&) = delete;
  Content& operator=(const Content&) = delete;

  const Body& body() const { return *body_; }
  // Of an override over it: what the overridden body holds by itself; null otherwise.
  const Content* overridden() const { return overridden_.get(); }

 private:
  friend class ContentReader;
  std::unique_ptr<Content> overridden_;
  Body own_;
  const Body* body_;
  std::vector<Attribute> attributes_;
  std::vector<Block> blocks_;
  std::vector<std::vector<Label>> labels_;
};

// The same, kept as long as the file.
const Body& KeptContent(const File& file, const Body& body, const BodyShape& shape,
                        base::diag::Diagnostics& diagnostics);

// Every property as an argument, for bodies that hold nothing else: locals, required_providers, .tfvars. Adds
// repeated arguments and values of the wrong kind; blocks of native bodies are left to the caller.
const Body& KeptAttributes(const File& file, const Body& body, base::diag::Diagnostics& diagnostics);

// Arguments and blocks where no schema is at hand: of JSON, every property counts as an argument. Never adds
// diagnostics. As long-lived as a Content.
class LooseContent {
 public:
  LooseContent(const File& file, const Body& body);
  LooseContent(const LooseContent&) = delete;
  LooseContent& operator=(const LooseContent&) = delete;

  const Body& body() const { return *body_; }

 private:
  void Add(const File& file, const Body& body);

  Body own_;
  const Body* body_;
  std::vector<Attribute> attributes_;
  std::vector<Block> blocks_;
};

// The file in which a part of `body`'s content stands.
template <typename Part>
const File& FileOf(const Part& part, const File& file) {
  return part.file != nullptr ? *part.file : file;
}

template <typename Part>
FilePtr OwnerOf(const Part& part, const FilePtr& file) {
  return part.file != nullptr ? part.file->shared_from_this() : file;
}

// A body in which `overriding` replaces what it sets of `base`. Kept, with the overriding file, by base's
// file.
BodyRef MergeBodies(const BodyRef& base, const BodyRef& overriding);
// A body with what its escaping block "_" holds, where no name is reserved. Kept by the file.
BodyRef JoinEscaped(const BodyRef& base, const Body& escaped);

}  // namespace language::hcl
