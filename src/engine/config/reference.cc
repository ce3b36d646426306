#include "engine/config/reference.h"

#include <fmt/format.h>

namespace engine::config {
namespace {

using base::text::Cover;
using language::hcl::TraversalExpression;
using language::hcl::TraversalStep;
using Kind = ReferencedObject::Kind;

InstanceKey KeyOf(const TraversalStep& step) {
  if (!step.key.IsKnownNotNull()) return {};
  if (step.key.type().IsString()) return InstanceKey(std::string(step.key.AsString()));
  if (step.key.type().IsNumber()) {
    if (const auto index = step.key.AsInt64()) return InstanceKey(*index);
  }
  return {};
}

// Walks over the steps of one traversal.
class Reader {
 public:
  // `file` may be null where `diagnostics` is.
  Reader(const language::hcl::File* file, const TraversalExpression& traversal,
         base::diag::Diagnostics* diagnostics)
      : file_(file), traversal_(traversal), diagnostics_(diagnostics) {}

  ParsedReference Read() {
    ReadObject();
    ReferencedObject& object = result_.object;
    if (object.kind == Kind::kUnknown) object.steps_used = 0;
    result_.span = traversal_.root_span;
    if (object.kind == Kind::kUnknown) {
      result_.span = traversal_.span;
    } else if (object.steps_used > 0) {
      result_.span = Cover(result_.span, traversal_.steps[object.steps_used - 1].span);
    }
    return std::move(result_);
  }

 private:
  void ReadObject() {
    const std::string_view root = traversal_.root;
    if (root == "var") return ReadNamed(Kind::kVariable);
    if (root == "local") return ReadNamed(Kind::kLocal);
    if (root == "each") return ReadNamed(Kind::kEach);
    if (root == "count") return ReadNamed(Kind::kCount);
    if (root == "path") return ReadNamed(Kind::kPath);
    if (root == "terraform") return ReadNamed(Kind::kTerraform);
    if (root == "self") {
      result_.object.kind = Kind::kSelf;
      return;
    }
    if (root == "module") return ReadModule();
    if (root == "data") return ReadPrefixed(ResourceMode::kData);
    if (root == "ephemeral") return ReadPrefixed(ResourceMode::kEphemeral);
    if (root == "resource") return ReadPrefixed(ResourceMode::kManaged);
    if (root == "template" || root == "lazy" || root == "arg") {
      Error(
          "Reserved symbol name",
          fmt::format("The symbol name \"{0}\" is reserved for use in a future version of the language. If a "
                      "provider really has a resource type of that name, write resource.{0} to refer to it.",
                      root),
          traversal_.root_span);
      return;
    }
    ReadResource(ResourceMode::kManaged, root, 0);
  }

  void ReadNamed(Kind kind) {
    if (traversal_.steps.empty()) return NoDirectAccess();
    if (!IsAttribute(0)) return NoIndex(fmt::format("The \"{}\" object", traversal_.root), 0);
    result_.object.kind = kind;
    result_.object.name = traversal_.steps[0].name;
    result_.object.steps_used = 1;
  }

  void ReadModule() {
    if (traversal_.steps.empty()) return NoDirectAccess();
    if (!IsAttribute(0)) return NoIndex("The \"module\" object", 0);
    ReferencedObject& object = result_.object;
    size_t at = 1;
    if (IsIndex(at)) object.key = KeyOf(traversal_.steps[at++]);
    if (IsIndex(at)) return NoIndex("An instance of a module", at);
    object.kind = Kind::kModule;
    object.name = traversal_.steps[0].name;
    if (IsAttribute(at)) {
      object.kind = Kind::kModuleOutput;
      object.output = traversal_.steps[at++].name;
    }
    object.steps_used = at;
  }

  void ReadPrefixed(ResourceMode mode) {
    if (traversal_.steps.size() < 2) {
      const char* what = mode == ResourceMode::kData ? "the data source type and the name of the data block"
                         : mode == ResourceMode::kEphemeral
                             ? "the ephemeral resource type and the resource name"
                             : "the resource type and the resource name";
      return Error("Invalid reference",
                   fmt::format("The \"{}\" object must be followed by two attribute names: {}.",
                               traversal_.root, what),
                   traversal_.span);
    }
    if (!IsAttribute(0)) return NoIndex(fmt::format("The \"{}\" object", traversal_.root), 0);
    ReadResource(mode, traversal_.steps[0].name, 1);
  }

  void ReadResource(ResourceMode mode, std::string_view type, size_t at) {
    if (!IsAttribute(at)) {
      return Error("Invalid reference",
                   fmt::format("\"{0}\" is read as a {1} type, which must be followed by the name of a {1}: "
                               "{0}.NAME. If plain text was meant, put it in quotes.",
                               type, mode == ResourceMode::kData ? "data source" : "resource"),
                   at < traversal_.steps.size() ? traversal_.steps[at].span : traversal_.span);
    }
    ReferencedObject& object = result_.object;
    object.kind = Kind::kResource;
    object.resource.mode = mode;
    object.resource.type = type;
    object.resource.name = traversal_.steps[at++].name;
    if (IsIndex(at)) object.key = KeyOf(traversal_.steps[at++]);
    object.steps_used = at;
  }

  bool IsAttribute(size_t at) const {
    return at < traversal_.steps.size() && traversal_.steps[at].kind == TraversalStep::Kind::kAttribute;
  }
  bool IsIndex(size_t at) const {
    return at < traversal_.steps.size() && traversal_.steps[at].kind != TraversalStep::Kind::kAttribute;
  }

  void NoDirectAccess() {
    Error("Invalid reference",
          fmt::format("The \"{0}\" object is not a value of its own. Name one of its attributes: {0}.NAME.",
                      traversal_.root),
          traversal_.span);
  }
  void NoIndex(std::string_view what, size_t at) {
    Error("Invalid reference",
          fmt::format("{} cannot be indexed here: write a dot and an attribute name instead.", what),
          traversal_.steps[at].span);
  }
  void Error(std::string summary, std::string detail, Span span) {
    if (diagnostics_ != nullptr) {
      language::hcl::AddError(*diagnostics_, std::move(summary), std::move(detail), *file_, span);
    }
  }

  const language::hcl::File* file_;
  const TraversalExpression& traversal_;
  base::diag::Diagnostics* diagnostics_;
  ParsedReference result_;
};

}  // namespace

ParsedReference ParseReferenceIn(const language::hcl::File& file, const TraversalExpression& traversal,
                                 base::diag::Diagnostics* diagnostics) {
  return Reader(&file, traversal, diagnostics).Read();
}

ReferencedObject ParseReference(const TraversalExpression& traversal) {
  return Reader(nullptr, traversal, nullptr).Read().object;
}

}  // namespace engine::config
