#include "engine/state/reader.h"

#include <algorithm>

#include "base/core/strings.h"
#include "engine/state/writer.h"
#include "language/value/codec.h"

namespace engine::state {
namespace {

using base::core::Error;
using base::core::Result;
using base::json::Document;
using base::json::Member;
using base::json::Node;
using language::address::ResourceMode;
using language::value::PathStep;

// Objects lie at this depth of containers; what they hold stays opaque.
constexpr int kObjectDepth = 5;

Error Invalid(std::string message) { return Error("Unsupported state file format: " + std::move(message)); }
Error WrongKind(std::string_view key, std::string_view wanted) {
  return Invalid("The value of \"" + std::string(key) + "\" must be " + std::string(wanted) + ".");
}

// Raw members of an object that this version does not know.
void KeepUnknown(const Member& member, std::string* out) {
  if (!out->empty()) out->push_back(',');
  const std::string_view value = member.value.raw();
  const char* begin = member.key_node.raw().data();
  out->append(begin, static_cast<size_t>(value.data() + value.size() - begin));
}

Result<void> CheckVersion(Node root) {
  const Node version = root.Find("version");
  if (!version) {
    return Invalid(
        "The state file does not have a \"version\" attribute, which is required to identify the format "
        "version.");
  }
  const std::optional<uint64_t> number = version.AsUint64();
  if (!number) return Invalid("The state file's \"version\" attribute is not a positive whole number.");
  if (*number > 4) {
    return Invalid("The state file uses format version " + std::to_string(*number) +
                   ", which is not supported by Terraform " + std::string(kWriterVersion) +
                   ". This state file may have been created by a newer version of Terraform.");
  }
  if (*number < 4) {
    return Invalid(
        "The state file uses format version " + std::to_string(*number) +
        ", from before Terraform 0.12. Let Terraform 1.11 rewrite it first: run \"terraform state pull\" "
        "and \"terraform state push\" with it.");
  }
  return {};
}

class FileReader {
 public:
  explicit FileReader(std::shared_ptr<const std::string> text) : text_(std::move(text)), objects_(text_) {}

  Result<State> Read() {
    base::json::ParseError error;
    const std::optional<Document> document =
        Document::Parse(*text_, &error, {.max_depth = 10000, .index_depth = kObjectDepth});
    if (!document) {
      return Invalid("The state file could not be parsed as JSON: syntax error at byte offset " +
                     std::to_string(error.offset) + " (" + error.message + ").");
    }
    const Node root = document->root();
    if (!root.IsObject()) return Invalid("The state file is not a JSON object.");
    if (root.Find("encrypted_data") && root.Find("encryption_version")) {
      return Invalid(
          "The state is encrypted, and the configuration in this folder says nothing of that. Add the "
          "encryption block that it was written with to the terraform block, or set TF_ENCRYPTION.");
    }
    RETURN_IF_ERROR(CheckVersion(root));
    for (const Member member : root.Members()) RETURN_IF_ERROR(ReadMember(member));
    std::sort(state_.resources.begin(), state_.resources.end(), FileOrderLess);
    for (size_t i = 1; i < state_.resources.size(); ++i) {
      if (!FileOrderLess(state_.resources[i - 1], state_.resources[i])) {
        const ResourceState& resource = state_.resources[i];
        return Invalid("Resource " + ModuleResource{resource.module, resource.resource}.ToString() +
                       " appears more than once.");
      }
    }
    return std::move(state_);
  }

 private:
  Result<void> ReadMember(const Member& member) {
    const std::string key = member.key();
    const Node value = member.value;
    if (key == "version") return {};
    if (key == "terraform_version" || key == "lineage") {
      if (!value.IsString() && !value.IsNull()) return WrongKind(key, "a string");
      (key == "lineage" ? state_.lineage : state_.terraform_version) = value.IsNull() ? "" : value.AsString();
    } else if (key == "serial") {
      const std::optional<uint64_t> serial = value.AsUint64();
      if (!serial) return WrongKind(key, "a whole number");
      state_.serial = *serial;
    } else if (key == "outputs") {
      if (value.IsNull()) return {};
      if (!value.IsObject()) return WrongKind(key, "an object");
      for (const Member output : value.Members()) RETURN_IF_ERROR(ReadOutput(output));
    } else if (key == "resources") {
      if (value.IsNull()) return {};
      if (!value.IsArray()) return WrongKind(key, "an array");
      state_.resources.reserve(value.size());
      for (const Node resource : value.Elements()) RETURN_IF_ERROR(ReadResource(resource));
    } else if (key == "check_results") {
      state_.check_results = value.IsNull() ? "" : value.raw();
    } else {
      KeepUnknown(member, &state_.unknown_keys);
    }
    return {};
  }

  Result<void> ReadOutput(const Member& member) {
    const std::string name = member.key();
    if (!member.value.IsObject()) return WrongKind("outputs." + name, "an object");
    Node value, type;
    OutputValue output;
    for (const Member part : member.value.Members()) {
      const std::string key = part.key();
      if (key == "value")
        value = part.value;
      else if (key == "type")
        type = part.value;
      else if (key == "sensitive")
        output.sensitive = part.value.IsBool() && part.value.AsBool();
      else
        KeepUnknown(part, &output.unknown_keys);
    }
    if (!value || !type) return Invalid("Output \"" + name + "\" lacks its value or its type.");
    const std::optional<Type> parsed = Type::FromJson(type.raw());
    if (!parsed) return Invalid("Output \"" + name + "\" has an invalid type.");
    Result<Value> decoded = language::value::FromJson(value.raw(), *parsed);
    if (!decoded.ok()) return Invalid("Output \"" + name + "\": " + decoded.error().message() + ".");
    output.value = std::move(decoded).value();
    state_.outputs.insert_or_assign(name, std::move(output));
    return {};
  }

  Result<void> ReadResource(Node node) {
    if (!node.IsObject()) return WrongKind("resources", "an array of objects");
    ResourceState resource;
    std::string mode, provider;
    Node instances;
    for (const Member member : node.Members()) {
      const std::string key = member.key();
      const bool text_key =
          key == "module" || key == "mode" || key == "type" || key == "name" || key == "provider";
      if (text_key && !member.value.IsString()) return WrongKind(key, "a string");
      if (key == "module") {
        RETURN_IF_ERROR(ReadModule(member.value, &resource.module));
      } else if (key == "mode") {
        mode = member.value.AsString();
      } else if (key == "type") {
        resource.resource.type = member.value.AsString();
      } else if (key == "name") {
        resource.resource.name = member.value.AsString();
      } else if (key == "provider") {
        RETURN_IF_ERROR(ReadProvider(member.value, &resource.provider));
      } else if (key == "instances") {
        instances = member.value;
      } else if (key != "each") {  // a relic that no reader since 0.13 looks at
        KeepUnknown(member, &resource.unknown_keys);
      }
    }
    if (mode != "managed" && mode != "data") {
      return Invalid("State contains a resource with an unsupported mode " + base::core::GoQuote(mode) + ".");
    }
    resource.resource.mode = mode == "data" ? ResourceMode::kData : ResourceMode::kManaged;
    if (instances && !instances.IsNull()) {
      if (!instances.IsArray()) return WrongKind("instances", "an array");
      RETURN_IF_ERROR(ReadInstances(instances, &resource));
    }
    state_.resources.push_back(std::move(resource));
    return {};
  }

  Result<void> ReadModule(Node node, ModuleInstance* module) {
    const std::string text = node.AsString();
    if (text.empty()) return {};
    auto [cached, is_new] = modules_.try_emplace(text);
    if (is_new) {
      Result<ModuleInstance> parsed = language::address::ParseModuleInstance(text);
      if (!parsed.ok())
        return Invalid("Invalid module address " + text + ": " + parsed.error().message() + ".");
      cached->second = std::move(parsed).value();
    }
    *module = cached->second;
    return {};
  }

  Result<void> ReadProvider(Node node, ProviderConfig* provider) {
    const std::string text = node.AsString();
    if (text.empty()) return {};  // OpenTofu names providers per instance when they are iterated
    auto [cached, is_new] = providers_.try_emplace(text);
    if (is_new) {
      Result<ProviderConfig> parsed = language::address::ParseProviderConfig(text);
      if (!parsed.ok())
        return Invalid("Invalid provider address " + text + ": " + parsed.error().message() + ".");
      cached->second = std::move(parsed).value();
    }
    *provider = cached->second;
    return {};
  }

  Result<void> ReadInstances(Node node, ResourceState* resource) {
    std::vector<ObjectReader::Entry> entries;
    entries.reserve(node.size());
    for (const Node element : node.Elements()) {
      Result<ObjectReader::Entry> entry = objects_.Read(element);
      if (!entry.ok()) {
        return Invalid(ModuleResource{resource->module, resource->resource}.ToString() + ": " +
                       entry.error().message());
      }
      entries.push_back(std::move(entry).value());
    }
    auto before = [](const ObjectReader::Entry& a, const ObjectReader::Entry& b) {
      if (a.key != b.key) return a.key < b.key;
      return a.deposed < b.deposed;
    };
    if (!std::is_sorted(entries.begin(), entries.end(), before))
      std::sort(entries.begin(), entries.end(), before);
    resource->instances.reserve(entries.size());
    for (size_t i = 0; i < entries.size(); ++i) {
      ObjectReader::Entry& entry = entries[i];
      const bool same_instance = i > 0 && resource->instances.back().key == entry.key;
      if (same_instance && entry.deposed == entries[i - 1].deposed) {
        const ResourceInstance address{resource->module, resource->resource, entry.key};
        return Invalid("Instance " + address.ToString() + " has two " +
                       (entry.deposed.empty() ? "current objects."
                                              : "deposed objects with the key " + entry.deposed + "."));
      }
      if (!same_instance) {
        resource->instances.emplace_back();
        resource->instances.back().key = std::move(entry.key);
      }
      Instance& instance = resource->instances.back();
      if (entry.deposed.empty()) {
        instance.current = std::move(entry.object);
      } else {
        instance.deposed.emplace_back(entry.deposed, std::move(entry.object));
      }
    }
    return {};
  }

  std::shared_ptr<const std::string> text_;
  ObjectReader objects_;
  State state_;
  std::unordered_map<std::string, ModuleInstance> modules_;
  std::unordered_map<std::string, ProviderConfig> providers_;
};

Result<PathStep> ReadStep(Node node) {
  const Node type = node.Find("type");
  const Node value = node.Find("value");
  if (type && value && type.StringEquals("get_attr") && value.IsString())
    return PathStep::Attribute(value.AsString());
  if (type && value && type.StringEquals("index")) {
    ASSIGN_OR_RETURN(Value key, language::value::FromJson(value.raw(), Type::Dynamic()));
    if (key.IsKnownNotNull() && (key.type().IsString() || key.type().IsNumber()))
      return PathStep::Index(std::move(key));
  }
  return Error("invalid step in \"sensitive_attributes\"");
}

}  // namespace

Result<State> ReadState(std::shared_ptr<const std::string> text) {
  if (text->empty()) return State();
  return FileReader(std::move(text)).Read();
}

Result<State> ReadState(std::string text) {
  return ReadState(std::make_shared<const std::string>(std::move(text)));
}

Result<ObjectReader::Entry> ObjectReader::Read(Node node) {
  if (!node.IsObject()) return Error("an instance must be an object");
  Entry entry;
  entry.object = std::make_shared<Object>();
  Object& object = *entry.object;
  object.backing = backing_;
  for (const Member member : node.Members()) {
    const Node value = member.value;
    const std::optional<std::string_view> plain = member.key_node.PlainString();
    const std::string_view key =
        plain ? *plain : std::string_view("\0", 1);  // escaped names are none of ours
    if (key == "attributes" || key == "attributes_flat") {
      if (value.IsNull()) continue;
      if (!value.IsObject()) return Error("\"" + std::string(key) + "\" must be an object");
      object.json = value.raw();
      object.flatmap = key == "attributes_flat";
    } else if (key == "index_key") {
      if (value.IsString()) {
        entry.key = InstanceKey(value.AsString());
      } else if (const std::optional<int64_t> index = value.AsInt64()) {
        entry.key = InstanceKey(*index);
      } else if (!value.IsNull()) {
        return Error("\"index_key\" must be a whole number or a string");
      }
    } else if (key == "schema_version") {
      const std::optional<int64_t> version = value.AsInt64();
      if (!version || *version < 0) return Error("\"schema_version\" must be a whole number");
      object.schema_version = *version;
    } else if (key == "status") {
      if (value.StringEquals("tainted"))
        object.tainted = true;
      else if (!value.StringEquals(""))
        return Error("the status " + std::string(value.raw()) + " is unknown");
    } else if (key == "deposed") {
      if (!value.IsString()) return Error("\"deposed\" must be a string");
      entry.deposed = value.AsString();
    } else if (key == "sensitive_attributes") {
      if (value.IsNull()) continue;
      ASSIGN_OR_RETURN(object.sensitive_paths, ReadSensitivePaths(value));
    } else if (key == "private") {
      if (value.IsNull()) continue;
      std::optional<std::string> bytes;
      if (value.IsString()) bytes = base::core::Base64Decode(value.AsString());
      if (!bytes) return Error("\"private\" must be a base64 string");
      object.private_data = std::move(*bytes);
    } else if (key == "dependencies") {
      if (value.IsNull()) continue;
      ASSIGN_OR_RETURN(object.dependencies, ReadDependencies(value));
    } else if (key == "create_before_destroy") {
      object.create_before_destroy = value.IsBool() && value.AsBool();
    } else if (key == "identity" && value.IsObject()) {
      base::json::AppendCompact(value.raw(), &object.identity_json);
    } else if (const Node identity = node.Find("identity");
               key == "identity_schema_version" && value.AsInt64() && identity && identity.IsObject()) {
      object.identity_version = *value.AsInt64();
    } else {
      KeepUnknown(member, &object.unknown_keys);
    }
  }
  return entry;
}

Result<Dependencies> ObjectReader::ReadDependencies(Node node) {
  auto [cached, is_new] = dependencies_.try_emplace(node.raw());
  if (!is_new) return cached->second;
  ASSIGN_OR_RETURN(const Document list, Document::Parse(node.raw()));
  if (!list.root().IsArray()) return Error("\"dependencies\" must be an array");
  auto out = std::make_shared<std::vector<ModuleResource>>();
  for (const Node element : list.root().Elements()) {
    if (!element.IsString()) return Error("\"dependencies\" must hold strings");
    Result<ModuleResource> address = language::address::ParseModuleResource(element.AsString());
    if (!address.ok())
      return Error("invalid dependency " + element.AsString() + ": " + address.error().message());
    out->push_back(std::move(address).value());
  }
  std::sort(out->begin(), out->end(),
            [](const ModuleResource& a, const ModuleResource& b) { return a.ToString() < b.ToString(); });
  out->erase(std::unique(out->begin(), out->end()), out->end());
  if (!out->empty()) cached->second = std::move(out);
  return cached->second;
}

Result<std::vector<Path>> ObjectReader::ReadSensitivePaths(Node node) {
  if (node.raw() == "[]") return std::vector<Path>();
  auto [cached, is_new] = sensitive_.try_emplace(node.raw());
  if (!is_new) return cached->second;
  ASSIGN_OR_RETURN(const Document list, Document::Parse(node.raw()));
  if (!list.root().IsArray()) return Error("\"sensitive_attributes\" must be an array");
  for (const Node element : list.root().Elements()) {
    if (!element.IsArray()) return Error("\"sensitive_attributes\" must hold arrays of steps");
    Path path;
    for (const Node step : element.Elements()) {
      ASSIGN_OR_RETURN(PathStep parsed, ReadStep(step));
      path.push_back(std::move(parsed));
    }
    cached->second.push_back(std::move(path));
  }
  return cached->second;
}

}  // namespace engine::state
