#include "install/lockfile/lock_file.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "base/core/files.h"
#include "base/core/strings.h"
#include "install/lockfile/package_hash.h"
#include "language/hcl/parser.h"

namespace install::lockfile {
namespace {

namespace hcl = language::hcl;
using base::diag::Diagnostics;
using language::address::Provider;

constexpr uint64_t kMaxSize = 16 << 20;

constexpr std::string_view kHeader =
    "# This file is maintained automatically by \"terraform init\".\n"
    "# Manual edits may be lost in future updates.\n";

// One provider block.
class BlockReader {
 public:
  BlockReader(const hcl::File& file, const hcl::Block& block, Diagnostics& diagnostics)
      : file_(file), block_(block), diagnostics_(diagnostics) {}

  std::optional<Provider> ReadAddress() {
    if (block_.labels.size() != 1) {
      Error(block_.labels.empty() ? "Missing source_addr for provider" : "Extraneous label for provider",
            "A provider block has one label, the full source address of the provider.", block_.header_span);
      return std::nullopt;
    }
    const hcl::Label& label = block_.labels[0];
    const std::string text(label.text);
    auto provider = language::address::ParseProvider(text);
    if (!provider.ok()) {
      Error("Invalid provider source address",
            "The label of a provider block is the full source address of a provider, such as "
            "\"registry.terraform.io/okta/okta\".",
            label.span);
      return std::nullopt;
    }
    if (provider->IsBuiltIn()) {
      Error("Invalid provider source address",
            fmt::format("{} is part of the program, so no version of it can be locked.", text), label.span);
      return std::nullopt;
    }
    if (provider->ToString() != text) {
      Error("Non-normalized provider source address",
            fmt::format("The source address must be written in full: \"{}\".", provider->ToString()),
            label.span);
      return std::nullopt;
    }
    return *std::move(provider);
  }

  ProviderLock ReadLock(const Provider& provider) {
    address_ = provider.ToString();
    ProviderLock lock;
    bool has_version = false;
    for (const hcl::Attribute& attribute : block_.body->attributes) {
      if (attribute.name == "version") {
        has_version = true;
        ReadVersion(*attribute.expression, &lock);
      } else if (attribute.name == "constraints") {
        ReadConstraints(*attribute.expression, &lock);
      } else if (attribute.name == "hashes") {
        ReadHashes(*attribute.expression, &lock);
      } else {
        Error("Unsupported argument",
              fmt::format("A provider block of a lock file has no argument \"{}\".", attribute.name),
              attribute.name_span);
      }
    }
    for (const hcl::Block& block : block_.body->blocks) {
      Error("Unsupported block type", "A provider block of a lock file holds no blocks.", block.type_span);
    }
    if (!has_version) {
      Error("Missing required argument", "The argument \"version\" is required, but no definition was found.",
            block_.body->span);
    }
    return lock;
  }

 private:
  void ReadVersion(const hcl::Expression& expression, ProviderLock* lock) {
    const auto text = hcl::AsLiteralString(expression);
    const auto partial = text ? VersionConstraints::Parse(*text) : std::nullopt;
    const auto version = text ? Version::Parse(*text) : std::nullopt;
    if (version) {
      lock->version = *version;
    } else {
      Error("Invalid provider version number",
            partial && !partial->empty()
                ? fmt::format("The selected version of provider {} must be written in full: \"1.2.0\".",
                              address_)
                : fmt::format("The selected version of provider {} must be a version number: \"1.2.0\".",
                              address_),
            expression.span);
    }
  }

  void ReadConstraints(const hcl::Expression& expression, ProviderLock* lock) {
    const auto text = hcl::AsLiteralString(expression);
    auto constraints = text ? VersionConstraints::Parse(*text) : std::nullopt;
    if (!constraints) {
      Error("Invalid provider version constraints",
            fmt::format("The version constraints that are noted for provider {} cannot be understood.",
                        address_),
            expression.span);
    } else if (std::string normal = constraints->ToString(); normal != *text) {
      Error("Invalid provider version constraints",
            fmt::format("The version constraints of provider {} must be written in normalized form: \"{}\".",
                        address_, normal),
            expression.span);
    } else {
      lock->constraints = *std::move(constraints);
    }
  }

  void ReadHashes(const hcl::Expression& expression, ProviderLock* lock) {
    const hcl::TupleExpression* list = hcl::AsTuple(expression);
    if (list == nullptr) return Error("Invalid expression", "A list of hashes is required.", expression.span);
    std::vector<std::string> hashes;
    for (const hcl::Expression* element : list->elements) {
      auto text = hcl::AsLiteralString(*element);
      const size_t colon = text ? text->find(':') : 0;
      if (!text || colon == 0 || colon == std::string::npos) {
        Error("Invalid provider hash string", "A hash is a string of the form \"h1:...\" or \"zh:...\".",
              element->span);
        continue;
      }
      hashes.push_back(*std::move(text));
    }
    lock->AddHashes(hashes);
  }

  void Error(std::string summary, std::string detail, hcl::Span span) {
    hcl::AddError(diagnostics_, std::move(summary), std::move(detail), file_, span);
  }

  const hcl::File& file_;
  const hcl::Block& block_;
  Diagnostics& diagnostics_;
  std::string address_;
};

}  // namespace

void ProviderLock::AddHashes(std::span<const std::string> more) {
  hashes.insert(hashes.end(), more.begin(), more.end());
  std::ranges::sort(hashes);
  const auto repeated = std::ranges::unique(hashes);
  hashes.erase(repeated.begin(), repeated.end());
}

LockFile ParseLockFile(std::string name, std::string text, Diagnostics& diagnostics) {
  const hcl::FilePtr file = hcl::ParseConfig(std::move(name), std::move(text), diagnostics);
  LockFile locks;
  for (const hcl::Attribute& attribute : file->body().attributes) {
    hcl::AddError(diagnostics, "Unsupported argument",
                  fmt::format("A lock file has no argument \"{}\".", attribute.name), *file,
                  attribute.name_span);
  }
  for (const hcl::Block& block : file->body().blocks) {
    if (block.type == "module") {
      diagnostics.Add(hcl::MakeDiagnostic(
          base::diag::Severity::kWarning, "Dependency locks for modules are not yet supported",
          "Only versions of providers are locked; this block has no effect.", *file, block.header_span));
      continue;
    }
    if (block.type != "provider") {
      hcl::AddError(diagnostics, "Unsupported block type",
                    fmt::format("Blocks of type \"{}\" are not expected here.", block.type), *file,
                    block.type_span);
      continue;
    }
    BlockReader reader(*file, block, diagnostics);
    const auto provider = reader.ReadAddress();
    if (!provider) continue;
    ProviderLock lock = reader.ReadLock(*provider);
    if (!locks.emplace(*provider, std::move(lock)).second) {
      hcl::AddError(diagnostics, "Duplicate provider lock",
                    fmt::format("The file has a block for provider {} already.", provider->ToString()), *file,
                    block.header_span);
    }
  }
  return locks;
}

std::string FormatLockFile(const LockFile& locks) {
  std::string out(kHeader);
  for (const auto& [provider, lock] : locks) {
    const std::string constraints = lock.constraints.ToString();
    out += fmt::format("\nprovider \"{}\" {{\n", provider.ToString());
    out += fmt::format("  version{} = \"{}\"\n", constraints.empty() ? "" : "    ", lock.version.ToString());
    if (!constraints.empty()) out += fmt::format("  constraints = \"{}\"\n", constraints);
    if (!lock.hashes.empty()) {
      out += "  hashes = [\n";
      for (const std::string& hash : lock.hashes) out += fmt::format("    \"{}\",\n", hash);
      out += "  ]\n";
    }
    out += "}\n";
  }
  return out;
}

LockFile ReadLockFile(Diagnostics& diagnostics) {
  const std::string name(kLockFileName);
  if (!base::core::Exists(name)) return {};
  auto text = base::core::ReadFile(name, kMaxSize);
  if (!text.ok()) {
    diagnostics.Error("Failed to read dependency lock file",
                      fmt::format("The file {} cannot be read: {}.", name, text.error().message()));
    return {};
  }
  return ParseLockFile(name, *std::move(text), diagnostics);
}

base::core::Result<void> WriteLockFile(const LockFile& locks) {
  return base::core::ReplaceFile(std::string(kLockFileName), FormatLockFile(locks), 0644);
}

}  // namespace install::lockfile
