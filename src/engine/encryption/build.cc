#include "engine/encryption/build.h"

#include <sys/stat.h>

#include <algorithm>
#include <set>

#include <fmt/format.h>

namespace engine::encryption {
namespace {

namespace hcl = language::hcl;
using base::diag::Diagnostics;
using config::EncryptionBlock;
using config::EncryptionName;
using config::EncryptionPart;
using config::EncryptionTarget;
using config::ExpressionRef;
using language::value::Type;
using language::value::Value;

constexpr int64_t kMinIterations = 200'000, kMaxIterations = 20'000'000;
constexpr size_t kMinPassphrase = 16;
constexpr int64_t kMaxLength = 1024;
constexpr std::string_view kInvalid = "Invalid encryption configuration";

std::string Address(std::string_view root, const EncryptionName& name) {
  return fmt::format("{}.{}.{}", root, name.type, name.name);
}

// Reads the arguments of one part; what is left at the end is not known.
class Arguments {
 public:
  Arguments(const EncryptionPart& part, const language::eval::Scope& scope, Diagnostics& diagnostics)
      : part_(part), scope_(scope), diagnostics_(diagnostics) {}

  const ExpressionRef* Find(std::string_view name) {
    known_.emplace(name);
    const auto found = part_.arguments.find(name);
    return found == part_.arguments.end() ? nullptr : &found->second;
  }
  bool Has(std::string_view name) { return Find(name) != nullptr; }

  // Nothing where it is not given, null, or wrong, which is told.
  std::optional<Value> Read(std::string_view name, Type type) {
    const ExpressionRef* argument = Find(name);
    if (argument == nullptr) return std::nullopt;
    Diagnostics found;
    const Value value =
        language::eval::EvaluateAs(*argument->file, *argument->expression, type, scope_, found)
            .UnmarkedDeep();
    const bool failed = found.HasErrors();
    diagnostics_.Append(std::move(found));
    if (failed || value.IsNull()) return std::nullopt;
    if (value.IsWhollyKnown()) return value;
    Wrong(name, "Its value must be known before anything is planned.");
    return std::nullopt;
  }
  std::string Text(std::string_view name) {
    const auto value = Read(name, Type::String());
    return value ? std::string(value->AsString()) : "";
  }
  int64_t Number(std::string_view name, int64_t otherwise, int64_t least, int64_t most) {
    const auto value = Read(name, Type::Number());
    if (!value) return otherwise;
    const std::optional<int64_t> number = value->AsInt64();
    if (number && *number >= least && *number <= most) return *number;
    Wrong(name, fmt::format("It must be a whole number from {} to {}.", least, most));
    return otherwise;
  }
  std::vector<std::string> Command(std::string_view name) {
    std::vector<std::string> command;
    if (const auto value = Read(name, Type::List(Type::String())))
      for (const Value& word : value->Elements())
        command.push_back(word.IsNull() ? "" : std::string(word.AsString()));
    if (command.empty() || command[0].empty())
      Wrong(name, "It must be a list of texts: the program, then each of its arguments.");
    return command;
  }

  void Wrong(std::string_view name, std::string_view detail) {
    const ExpressionRef* argument = Find(name);
    const config::Place place =
        argument == nullptr ? part_.name.place : config::Place{argument->file, argument->expression->span};
    hcl::AddError(diagnostics_, std::string(kInvalid), fmt::format("The argument \"{}\": {}", name, detail),
                  *place.file, place.span);
  }

  void RefuseOthers() {
    for (const auto& [name, expression] : part_.arguments)
      if (!known_.contains(name))
        hcl::AddError(diagnostics_, "Unsupported argument",
                      fmt::format("An argument named \"{}\" is not expected here.", name), *expression.file,
                      expression.expression->span);
  }

 private:
  const EncryptionPart& part_;
  const language::eval::Scope& scope_;
  Diagnostics& diagnostics_;
  std::set<std::string, std::less<>> known_;
};

class Builder {
 public:
  Builder(const EncryptionBlock& block, const language::eval::Scope& scope, Diagnostics& diagnostics)
      : block_(block), scope_(scope), diagnostics_(diagnostics) {}

  Configuration Run() {
    Configuration out;
    if (block_.state) out.state = BuildTarget(*block_.state, "state");
    if (block_.plan) out.plan = BuildTarget(*block_.plan, "plan");
    if (block_.remote_default) out.remote_default = BuildTarget(*block_.remote_default, "default");
    for (const auto& [name, target] : block_.remote)
      out.remote.emplace(name, BuildTarget(target, "remote_state_data_source"));
    return out;
  }

 private:
  void Error(std::string summary, std::string detail, const config::Place& place) {
    hcl::AddError(diagnostics_, std::move(summary), std::move(detail), *place.file, place.span);
  }

  void Warn(std::string summary, std::string detail, const config::Place& place) {
    diagnostics_.Add(hcl::MakeDiagnostic(base::diag::Severity::kWarning, std::move(summary),
                                         std::move(detail), *place.file, place.span));
  }

  Methods BuildTarget(const EncryptionTarget& target, std::string_view what) {
    Methods methods;
    if (!target.method) {
      Error("Missing encryption method",
            fmt::format("The {} block must name the method to encrypt with: method = method.<type>.<name>.",
                        what),
            target.place);
      return methods;
    }
    methods.push_back(FindMethod(*target.method));
    for (const EncryptionName& name : target.fallbacks) methods.push_back(FindMethod(name));
    const bool plain = std::any_of(methods.begin(), methods.end(), [](const auto& method) {
      return method && method->kind == Method::Kind::kUnencrypted;
    });
    if (!target.enforced && methods.front() && methods.front()->kind == Method::Kind::kUnencrypted)
      Warn("Unencrypted method configured",
           fmt::format(
               "The {} block writes without encryption. That is for the way back from encryption only: "
               "remove the block once everything has been written anew.",
               what),
           target.place);
    if (target.enforced && plain)
      Error("Unencrypted method is forbidden",
            fmt::format(
                "The {} block has enforced = true, so that neither it nor a fallback may use the method "
                "\"unencrypted\". Leave one of both out.",
                what),
            target.place);
    return methods;
  }

  std::shared_ptr<const Method> FindMethod(const EncryptionName& name) {
    const std::string address = Address("method", name);
    auto [known, is_new] = methods_.try_emplace(address);
    if (!is_new) return known->second;
    if (const EncryptionPart* part = block_.FindMethod(name))
      return known->second = BuildMethod(*part, address);
    Error("Reference to undeclared encryption method",
          fmt::format("There is no method \"{}\" \"{}\" in the encryption block.", name.type, name.name),
          name.place);
    return nullptr;
  }

  std::shared_ptr<const Method> BuildMethod(const EncryptionPart& part, const std::string& address) {
    auto method = std::make_shared<Method>();
    method->address = address;
    Arguments arguments(part, scope_, diagnostics_);
    if (part.name.type == "aes_gcm") {
      method->kind = Method::Kind::kAesGcm;
      method->keys = FindKeys(arguments, "keys");
      if (!arguments.Has("keys")) arguments.Wrong("keys", "It must name a key provider.");
      method->associated_data = AssociatedData(arguments);
    } else if (part.name.type == "external") {
      method->kind = Method::Kind::kExternal;
      method->keys = FindKeys(arguments, "keys");
      method->encrypt_command = arguments.Command("encrypt_command");
      method->decrypt_command = arguments.Command("decrypt_command");
    } else if (part.name.type != "unencrypted") {
      Error("Unknown encryption method type",
            fmt::format("There is no method \"{}\". There are \"aes_gcm\", \"external\" and \"unencrypted\".",
                        part.name.type),
            part.name.place);
      return method;
    }
    arguments.RefuseOthers();
    return method;
  }

  static std::string AssociatedData(Arguments& arguments) {
    std::string out;
    const auto value = arguments.Read("aad", Type::List(Type::Number()));
    if (!value) return out;
    for (const Value& element : value->Elements()) {
      const std::optional<int64_t> byte = element.IsNull() ? std::nullopt : element.AsInt64();
      if (byte && *byte >= 0 && *byte <= 255)
        out += static_cast<char>(*byte);
      else
        arguments.Wrong("aad", "It must be a list of bytes, each from 0 to 255.");
    }
    return out;
  }

  // The key provider that an argument names; null where there is none.
  std::shared_ptr<const KeyProvider> FindKeys(Arguments& arguments, std::string_view name) {
    const ExpressionRef* argument = arguments.Find(name);
    if (argument == nullptr) return nullptr;
    const auto reference = config::ReadEncryptionName(*argument, "key_provider", diagnostics_);
    return reference ? FindKeyProvider(*reference) : nullptr;
  }

  std::shared_ptr<const KeyProvider> FindKeyProvider(const EncryptionName& name) {
    const std::string address = Address("key_provider", name);
    if (const auto known = providers_.find(address); known != providers_.end()) return known->second;
    const EncryptionPart* part = block_.FindKeyProvider(name);
    if (part == nullptr) {
      Error("Reference to undeclared key provider",
            fmt::format("There is no key_provider \"{}\" \"{}\" in the encryption block.", name.type,
                        name.name),
            name.place);
      return nullptr;
    }
    if (!open_.insert(address).second) {
      Error("Circular reference detected",
            fmt::format("{} gets its passphrase from itself, by way of others.", address), name.place);
      return nullptr;
    }
    auto provider = BuildKeyProvider(*part, address);
    open_.erase(address);
    providers_.emplace(address, provider);
    return provider;
  }

  std::shared_ptr<const KeyProvider> BuildKeyProvider(const EncryptionPart& part,
                                                      const std::string& address) {
    auto provider = std::make_shared<KeyProvider>();
    provider->address = address;
    Arguments arguments(part, scope_, diagnostics_);
    provider->metadata_key = arguments.Text("encrypted_metadata_alias");
    if (provider->metadata_key.empty()) provider->metadata_key = address;
    if (part.name.type == "pbkdf2") {
      ReadPbkdf2(arguments, *provider);
    } else if (part.name.type == "external") {
      provider->kind = KeyProvider::Kind::kExternal;
      provider->command = arguments.Command("command");
    } else if (part.name.type == "file") {
      provider->kind = KeyProvider::Kind::kFile;
      provider->path = arguments.Text("path");
      if (provider->path.empty()) arguments.Wrong("path", "It must name the file that holds the key.");
      WarnOfMode(arguments, provider->path);
    } else {
      Error("Unknown key_provider type",
            fmt::format("There is no key provider \"{}\". There are \"pbkdf2\" (a passphrase), \"file\" and "
                        "\"external\" (a command, which may ask a key management service).",
                        part.name.type),
            part.name.place);
      return provider;
    }
    arguments.RefuseOthers();
    return provider;
  }

  void ReadPbkdf2(Arguments& arguments, KeyProvider& provider) {
    provider.chain = FindKeys(arguments, "chain");
    provider.passphrase = arguments.Text("passphrase");
    provider.iterations = arguments.Number("iterations", provider.iterations, kMinIterations, kMaxIterations);
    provider.key_length = arguments.Number("key_length", provider.key_length, 1, kMaxLength);
    provider.salt_length = arguments.Number("salt_length", provider.salt_length, 1, kMaxLength);
    const std::string hash = arguments.Text("hash_function");
    if (hash == "sha256")
      provider.hash = base::crypto::Digest::kSha256;
    else if (!hash.empty() && hash != "sha512")
      arguments.Wrong("hash_function", "It must be \"sha256\" or \"sha512\".");
    if (arguments.Has("chain") == arguments.Has("passphrase"))
      arguments.Wrong("passphrase",
                      "Give either a passphrase, or a chain to get one from another key provider.");
    else if (!arguments.Has("chain") && provider.passphrase.size() < kMinPassphrase)
      arguments.Wrong("passphrase", fmt::format("It must have at least {} characters.", kMinPassphrase));
  }

  void WarnOfMode(Arguments& arguments, const std::string& path) {
    struct stat status{};
    if (::stat(path.c_str(), &status) != 0 || (status.st_mode & 077) == 0) return;
    const ExpressionRef& at = *arguments.Find("path");
    Warn("Key file can be read by others",
         fmt::format("Others than its owner have access to {}. Run \"chmod 600\" on it, and use a new key if "
                     "anybody may have read this one.",
                     path),
         {at.file, at.expression->span});
  }

  const EncryptionBlock& block_;
  const language::eval::Scope& scope_;
  Diagnostics& diagnostics_;
  std::map<std::string, std::shared_ptr<const Method>> methods_;
  std::map<std::string, std::shared_ptr<const KeyProvider>> providers_;
  std::set<std::string> open_;  // being built
};

}  // namespace

std::optional<Configuration> Build(const EncryptionBlock& block, const language::eval::Scope& scope,
                                   Diagnostics& diagnostics) {
  Diagnostics found;
  Configuration out = Builder(block, scope, found).Run();
  const bool failed = found.HasErrors();
  diagnostics.Append(config::WithoutSource(std::move(found)));
  if (failed) return std::nullopt;
  return out;
}

}  // namespace engine::encryption
