// Whether a provider's plan keeps to the configuration, in the words of the reference implementation.
#include "base/core/strings.h"
#include "language/schema/parts.h"
#include "language/schema/problems.h"
#include "language/schema/proposed.h"

namespace language::schema {

using value::PathStep;
using value::Type;
using value::Value;

namespace {

// The number of elements as a value: unknown where unknown elements of a set may turn out to be one.
Value LengthOf(const Value& value) {
  value::Refinements refinements{.not_null = true};
  if (value.IsUnknown()) {
    value::Refinements known = value.refinements();
    refinements.lower = value::Number(known.min_length);
    if (known.max_length != INT64_MAX) refinements.upper = value::Number(known.max_length);
    return Value::Unknown(Type::Number(), refinements);
  }
  auto length = static_cast<int64_t>(value.Length());
  if (!value.type().IsSet() || length == 1 || value.IsWhollyKnown()) return Value::Int(length);
  refinements.lower = value::Number(1);
  refinements.upper = value::Number(length);
  return Value::Unknown(Type::Number(), refinements);
}

bool CertainlyDiffer(const Value& a, const Value& b) {
  Value equal = Value::Equals(a, b);
  return equal.IsKnown() && !equal.AsBool();
}

class PlanCheck : public ProblemList {
 public:
  void CheckBlock(const Block& block, const Value& prior, const Value& config, const Value& planned);

 private:
  void CheckAttributes(const std::vector<Attribute>& attributes, const Value& prior, const Value& config,
                       const Value& planned);
  void CheckAttribute(const Attribute& attribute, const Value& prior, const Value& config,
                      const Value& planned);
  void CheckNestedAttribute(const NestedType& nested, const Value& prior, const Value& config,
                            const Value& planned);
  void CheckNestedList(const NestedType& nested, const Value& prior, const Value& config,
                       const Value& planned);
  void CheckNestedMap(const NestedType& nested, const Value& prior, const Value& config,
                      const Value& planned);
  void CheckBlocks(const NestedBlock& nested, const Value& prior, const Value& config, const Value& planned);
  void CheckBlockElements(const NestedBlock& nested, const Value& prior, const Value& config,
                          const Value& planned);
  // Tells if the planned block as a whole is unknown, which it must not be.
  bool IsUnknownElement(const Value& planned);
  bool HasCount(const Value& planned, const Value& config);
};

void PlanCheck::CheckBlock(const Block& block, const Value& prior, const Value& config,
                           const Value& planned) {
  if (planned.IsNull() && !config.IsNull()) return Add("planned for absence but config wants existence");
  if (config.IsNull() && !planned.IsNull()) return Add("planned for existence but config wants absence");
  if (planned.IsNull()) return;
  CheckAttributes(block.attributes, prior, config, planned);
  for (const NestedBlock& nested : block.blocks) {
    Type type = BlockCollectionType(nested);
    At(PathStep::Attribute(nested.type_name), [&] {
      CheckBlocks(nested, PartOf(prior, nested.type_name, type), PartOf(config, nested.type_name, type),
                  PartOf(planned, nested.type_name, type));
    });
  }
}

void PlanCheck::CheckAttributes(const std::vector<Attribute>& attributes, const Value& prior,
                                const Value& config, const Value& planned) {
  for (const Attribute& attribute : attributes) {
    Type type = attribute.nested != nullptr ? ImpliedType(*attribute.nested) : attribute.type;
    Value planned_part = PartOf(planned, attribute.name, type),
          config_part = PartOf(config, attribute.name, type);
    if (EqualUnrefined(planned_part, config_part)) continue;
    At(PathStep::Attribute(attribute.name),
       [&] { CheckAttribute(attribute, PartOf(prior, attribute.name, type), config_part, planned_part); });
  }
}

// The planned value is not that of the configuration.
void PlanCheck::CheckAttribute(const Attribute& attribute, const Value& prior, const Value& config,
                               const Value& planned) {
  // Keeping the prior value says that it means the same as what is configured.
  if (!prior.IsNull() && !config.IsNull() && EqualUnrefined(planned, prior)) return;
  if (attribute.write_only) {
    if (!planned.IsNull()) Add("planned value for write-only attribute is not null");
    return;
  }
  if (attribute.computed && (!attribute.optional || config.IsNull())) return;
  if (config.IsNull() && !planned.IsNull()) {
    return Add(attribute.sensitive ? "sensitive planned value for a non-computed attribute"
                                   : "planned value " + planned.GoString() + " for a non-computed attribute");
  }
  if (attribute.nested != nullptr) return CheckNestedAttribute(*attribute.nested, prior, config, planned);
  std::string message = attribute.sensitive ? "sensitive planned value does not match config value"
                                            : "planned value " + planned.GoString() +
                                                  " does not match config value " + config.GoString();
  if (!prior.IsNull())
    message += attribute.sensitive ? " nor prior value" : " nor prior value " + prior.GoString();
  Add(std::move(message));
}

void PlanCheck::CheckNestedAttribute(const NestedType& nested, const Value& prior, const Value& config,
                                     const Value& planned) {
  if (planned.IsNull() && !config.IsNull()) return Add("planned for absence but config wants existence");
  if (config.IsNull() && !planned.IsNull()) return Add("planned for existence but config wants absence");
  if (!config.IsNull() && planned.IsUnknown()) return Add("planned unknown for configured value");
  if (planned.IsNull()) return;
  switch (nested.nesting) {
    case Nesting::kSingle:
    case Nesting::kGroup:
      return CheckAttributes(nested.attributes, prior, config, planned);
    case Nesting::kList:
      return CheckNestedList(nested, prior, config, planned);
    case Nesting::kMap:
      return CheckNestedMap(nested, prior, config, planned);
    case Nesting::kSet:
      break;
  }
  // Elements of sets cannot be told apart, so only their number is looked at.
  Value planned_length = LengthOf(planned), config_length = LengthOf(config);
  if (CertainlyDiffer(planned_length, config_length)) {
    Add("count in plan (" + planned_length.GoString() + ") disagrees with count in config (" +
        config_length.GoString() + ")");
  }
}

void PlanCheck::CheckNestedList(const NestedType& nested, const Value& prior, const Value& config,
                                const Value& planned) {
  if (!HasCount(planned, config)) return;
  for (size_t i = 0; i < planned.Length(); ++i) {
    Value key = KeyOf(planned, i);
    const Value& element = planned.ElementAt(i);
    At(PathStep::Index(key), [&] {
      CheckAttributes(nested.attributes, ElementOf(prior, key, element.type()),
                      ElementOf(config, key, element.type()), element);
    });
  }
}

void PlanCheck::CheckNestedMap(const NestedType& nested, const Value& prior, const Value& config,
                               const Value& planned) {
  if (!HasCount(planned, config)) return;
  for (size_t i = 0; i < planned.Length(); ++i) {
    Value key = KeyOf(planned, i);
    if (!HasElement(config, key)) {
      Add("map key " + base::core::GoQuote(key.AsString()) + " from plan is not present in config");
      continue;
    }
    const Value& element = planned.ElementAt(i);
    At(PathStep::Attribute(std::string(key.AsString())), [&] {
      CheckAttributes(nested.attributes, ElementOf(prior, key, element.type()),
                      ElementOf(config, key, element.type()), element);
    });
  }
  for (size_t i = 0; i < config.Length(); ++i) {
    Value key = KeyOf(config, i);
    if (HasElement(planned, key)) continue;
    Add("map key " + base::core::GoQuote(key.AsString()) + " from config is not present in plan");
  }
}

// As many elements as the configuration has; tells if not.
bool PlanCheck::HasCount(const Value& planned, const Value& config) {
  Value planned_length = LengthOf(planned), config_length = LengthOf(config);
  if (Value::KnownEqual(planned_length, config_length)) return true;
  Add("count in plan (" + planned_length.GoString() + ") disagrees with count in config (" +
      config_length.GoString() + ")");
  return false;
}

bool PlanCheck::IsUnknownElement(const Value& planned) {
  if (planned.IsUnknown()) {
    Add("element representing nested block must not be unknown itself; set nested attribute values to "
        "unknown instead");
  }
  return planned.IsUnknown();
}

void PlanCheck::CheckBlocks(const NestedBlock& nested, const Value& prior, const Value& config,
                            const Value& planned) {
  if (config.IsUnknown()) {
    // A dynamic block whose blocks are not known yet.
    if (!EqualUnrefined(planned, config)) {
      Add("planned value " + planned.GoString() + " for unknown dynamic block");
    }
    return;
  }
  if (planned.IsUnknown()) {
    return Add(
        "attribute representing nested block must not be unknown itself; set nested attribute values to "
        "unknown instead");
  }
  const char* collection = nullptr;
  switch (nested.nesting) {
    case Nesting::kSingle:
    case Nesting::kGroup:
      return CheckBlock(*nested.block, prior, config, planned);
    case Nesting::kList:
      collection = "list";
      break;
    case Nesting::kMap:
      collection = "map";
      break;
    case Nesting::kSet:
      collection = "set";
      break;
  }
  if (planned.IsNull()) {
    return Add(std::string("attribute representing a ") + collection +
               " of nested blocks must be empty to indicate no blocks, not null");
  }
  if (nested.nesting != Nesting::kSet) {
    return CheckBlockElements(nested, prior, config.IsNull() ? NoBlocks(nested) : config, planned);
  }
  // Elements of sets cannot be told apart: the provider has to be trusted.
  for (const Value& element : planned.Elements())
    At(PathStep::Index(element), [&] { IsUnknownElement(element); });
}

void PlanCheck::CheckBlockElements(const NestedBlock& nested, const Value& prior, const Value& config,
                                   const Value& planned) {
  bool object = planned.type().IsObject();
  bool named = object || planned.type().IsMap();
  if (!object && planned.Length() != config.Length()) {
    return Add(fmt::format("block count in plan ({}) disagrees with count in config ({})", planned.Length(),
                           config.Length()));
  }
  for (size_t i = 0; i < planned.Length(); ++i) {
    Value key = KeyOf(planned, i);
    if (!HasElement(config, key)) {
      if (named)
        Add("block key " + base::core::GoQuote(key.AsString()) + " from plan is not present in config");
      continue;
    }
    const Value& element = planned.ElementAt(i);
    PathStep step = object ? PathStep::Attribute(std::string(key.AsString())) : PathStep::Index(key);
    At(std::move(step), [&] {
      if (IsUnknownElement(element)) return;
      CheckBlock(*nested.block, ElementOf(prior, key, element.type()), ElementOf(config, key, element.type()),
                 element);
    });
  }
  for (size_t i = 0; named && i < config.Length(); ++i) {
    Value key = KeyOf(config, i);
    if (HasElement(planned, key)) continue;
    Add("block key " + base::core::GoQuote(key.AsString()) + " from config is not present in plan");
  }
}

}  // namespace

std::vector<Problem> CheckPlanValid(const Block& block, const Value& prior, const Value& config,
                                    const Value& planned) {
  PlanCheck check;
  check.CheckBlock(block, prior, config, planned);
  return std::move(check.problems);
}

}  // namespace language::schema
