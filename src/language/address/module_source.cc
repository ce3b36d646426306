#include "language/address/module_source.h"

#include <algorithm>
#include <optional>
#include <vector>

#include <fmt/format.h>

#include "base/core/files.h"
#include "base/core/strings.h"

namespace language::address {
namespace {

using base::core::Error;
using base::core::Result;

// Longer ones are no addresses of anything.
constexpr size_t kMaxLength = 8192;

bool IsAlpha(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsAlphanumeric(char c) { return IsAlpha(c) || IsDigit(c); }

// "https", where the text is a URL with a scheme; it may be one by accident, such as C:\folder.
std::string_view SchemeOf(std::string_view text) {
  if (text.empty() || !IsAlpha(text[0])) return {};
  for (size_t i = 1; i < text.size(); ++i) {
    if (text[i] == ':') return text.substr(0, i);
    if (!IsAlphanumeric(text[i]) && text[i] != '+' && text[i] != '-' && text[i] != '.') return {};
  }
  return {};
}

// Namespaces and names: letters, digits, and "-" and "_" inside.
bool IsRegistryName(std::string_view text) {
  if (text.empty() || text.size() > 64 || !IsAlphanumeric(text.front()) || !IsAlphanumeric(text.back()))
    return false;
  return std::ranges::all_of(text, [](char c) { return IsAlphanumeric(c) || c == '-' || c == '_'; });
}

bool IsTargetSystem(std::string_view text) {
  return !text.empty() && text.size() <= 64 &&
         std::ranges::all_of(text, [](char c) { return (c >= 'a' && c <= 'z') || IsDigit(c); });
}

// A host name with a dot, and perhaps a port.
bool IsHostName(std::string_view text) {
  const size_t colon = text.find(':');
  const std::string_view name = text.substr(0, colon);
  if (colon != std::string_view::npos) {
    const auto port = base::core::ParseUint64(text.substr(colon + 1));
    if (!port || *port == 0 || *port > 65535) return false;
  }
  if (name.find('.') == std::string_view::npos || name.size() > 253) return false;
  for (const std::string_view label : base::core::Split(name, '.')) {
    if (label.empty() || label.size() > 63 || label.front() == '-' || label.back() == '-') return false;
    if (!std::ranges::all_of(label, [](char c) {
          return IsAlphanumeric(c) || c == '-' || static_cast<unsigned char>(c) >= 0x80;
        }))
      return false;
  }
  return true;
}

// Inside of the package, or nothing when it leads out of it.
std::optional<std::string> CleanSubdirectory(std::string_view text) {
  std::string clean = base::core::CleanPath(text);
  while (clean.starts_with('/')) clean.erase(0, 1);
  if (clean == ".." || clean.starts_with("../")) return std::nullopt;
  if (clean == ".") clean.clear();
  return clean;
}

Error LeadsOutside(std::string_view subdirectory) {
  return Error(fmt::format("the folder \"{}\" behind \"//\" leads out of the package", subdirectory));
}

std::optional<ModuleSource> ParseRegistrySource(std::string_view text) {
  const SplitSource split = SplitSubdirectory(text);
  const auto parts = base::core::Split(split.package, '/');
  if (parts.size() != 3 && parts.size() != 4) return std::nullopt;
  const size_t first = parts.size() - 3;
  if (!IsRegistryName(parts[first]) || !IsRegistryName(parts[first + 1]) || !IsTargetSystem(parts[first + 2]))
    return std::nullopt;
  ModuleSource source{.kind = ModuleSource::Kind::kRegistry,
                      .host = std::string(kDefaultRegistry),
                      .space = std::string(parts[first]),
                      .name = std::string(parts[first + 1]),
                      .target = std::string(parts[first + 2])};
  if (first == 1) {
    source.host = base::core::AsciiLower(parts[0]);
    // These have shorthands of their own.
    if (!IsHostName(source.host) || source.host == "github.com" || source.host == "bitbucket.org")
      return std::nullopt;
  }
  auto subdirectory = CleanSubdirectory(split.subdirectory);
  if (!subdirectory) return std::nullopt;
  source.subdirectory = *std::move(subdirectory);
  return source;
}

// "github.com/owner/repository/folder?ref=v1" -> "https://github.com/owner/repository.git//folder?ref=v1"
Result<std::string> ExpandRepository(std::string_view text, std::string_view name) {
  const size_t question = text.find('?');
  const auto parts = base::core::Split(text.substr(0, question), '/');
  if (parts.size() < 3 || parts[1].empty() || parts[2].empty())
    return Error(fmt::format("{0} addresses are written as {0}/owner/repository", name));
  std::string url = fmt::format("https://{}/{}/{}", parts[0], parts[1], parts[2]);
  if (!url.ends_with(".git")) url += ".git";
  if (parts.size() > 3) {
    url += "/";
    for (size_t i = 3; i < parts.size(); ++i) url.append("/").append(parts[i]);
  }
  if (question != std::string_view::npos) url += text.substr(question);
  return url;
}

// "git@host:path" -> "ssh://git@host/path"; other users mean something else.
std::optional<std::string> ExpandScp(std::string_view text) {
  constexpr std::string_view kUser = "git@";
  const size_t colon = text.find(':');
  if (!text.starts_with(kUser) || colon == std::string_view::npos || colon == kUser.size())
    return std::nullopt;
  std::string_view path = text.substr(colon + 1);
  if (path.starts_with('/')) path.remove_prefix(1);
  if (path.empty()) return std::nullopt;
  return fmt::format("ssh://{}/{}", text.substr(0, colon), path);
}

struct Detected {
  std::string_view getter;  // empty: the URL's own scheme says it
  std::string url;
};

Result<Detected> Detect(std::string_view text) {
  if (!SchemeOf(text).empty()) return Detected{{}, std::string(text)};
  if (text.starts_with("github.com/")) {
    ASSIGN_OR_RETURN(std::string url, ExpandRepository(text, "github.com"));
    return Detected{"git", std::move(url)};
  }
  if (auto url = ExpandScp(text)) return Detected{"git", *std::move(url)};
  if (text.starts_with("bitbucket.org/")) {
    ASSIGN_OR_RETURN(std::string url, ExpandRepository(text, "bitbucket.org"));
    return Detected{"git", std::move(url)};
  }
  const std::string_view host = text.substr(0, text.find('/'));
  if (host.ends_with(".googleapis.com") && host.size() < text.size())
    return Detected{"gcs", fmt::format("https://{}", text)};
  if (host.ends_with(".amazonaws.com") && host.size() < text.size())
    return Detected{"s3", fmt::format("https://{}", text)};
  if (text.starts_with('/')) return Detected{{}, fmt::format("file://{}", text)};
  return Error(fmt::format(
      "\"{0}\" is no address of a module. If a folder was meant, write \"./{0}\"; else the address of a "
      "registry (namespace/name/system), of a repository (git::https://…), or of an archive (https://….zip)",
      text));
}

}  // namespace

std::string ModuleSource::Package() const {
  if (kind == Kind::kRemote) return package;
  return kind == Kind::kLocal ? path : fmt::format("{}/{}/{}/{}", host, space, name, target);
}

std::string ModuleSource::ToString() const {
  std::string text = Package();
  if (subdirectory.empty()) return text;
  const size_t question = kind == Kind::kRemote ? text.find('?') : std::string::npos;
  if (question == std::string::npos) return text + "//" + subdirectory;
  return text.insert(question, "//" + subdirectory);
}

bool IsLocalModuleSource(std::string_view text) {
  for (const std::string_view prefix : {"./", "../", ".\\", "..\\"})
    if (text.starts_with(prefix)) return true;
  return false;
}

SplitSource SplitSubdirectory(std::string_view text) {
  const size_t question = std::min(text.find('?'), text.size());
  const std::string_view query = text.substr(question);
  const std::string_view path = text.substr(0, question);
  const size_t scheme = path.find("://");
  const size_t from = scheme == std::string_view::npos ? 0 : scheme + 3;
  const size_t slashes = path.find("//", from);
  if (slashes == std::string_view::npos) return {std::string(text), ""};
  return {std::string(path.substr(0, slashes)).append(query), std::string(path.substr(slashes + 2))};
}

std::pair<std::string_view, std::string_view> SplitForcedGetter(std::string_view address) {
  const size_t colons = address.find("::");
  if (colons == std::string_view::npos || colons == 0 || colons + 2 >= address.size()) return {{}, address};
  const std::string_view getter = address.substr(0, colons);
  if (!std::ranges::all_of(getter, IsAlphanumeric)) return {{}, address};
  return {getter, address.substr(colons + 2)};
}

namespace {

// The value of "sshkey", which is a private key.
std::string WithoutKey(std::string address) {
  constexpr std::string_view kName = "sshkey=";
  for (size_t at = address.find('?'); at < address.size();) {
    const size_t end = std::min(address.find('&', at + 1), address.size());
    if (std::string_view(address).substr(at + 1).starts_with(kName))
      address.replace(at + 1 + kName.size(), end - at - 1 - kName.size(), "redacted");
    at = address.find('&', at + 1);
  }
  return address;
}

std::string WithoutUserPassword(std::string_view address) {
  const size_t scheme = address.find("://");
  if (scheme == std::string_view::npos) return std::string(address);
  const size_t begin = scheme + 3;
  const std::string_view authority = address.substr(begin, address.find_first_of("/?#", begin) - begin);
  const size_t at = authority.rfind('@');
  if (at == std::string_view::npos) return std::string(address);
  const size_t colon = authority.substr(0, at).find(':');
  if (colon == std::string_view::npos) return std::string(address);
  return fmt::format("{}redacted{}", address.substr(0, begin + colon + 1), address.substr(begin + at));
}

}  // namespace

std::string WithoutPassword(std::string_view address) { return WithoutKey(WithoutUserPassword(address)); }

Result<ModuleSource> ParseRemoteModuleSource(std::string_view text) {
  if (text.size() > kMaxLength) return Error("the address is too long");
  if (std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }))
    return Error("the address holds control characters");
  const SplitSource split = SplitSubdirectory(text);
  auto subdirectory = CleanSubdirectory(split.subdirectory);
  if (!subdirectory) return LeadsOutside(split.subdirectory);
  const auto [forced, rest] = SplitForcedGetter(split.package);
  ASSIGN_OR_RETURN(const Detected detected, Detect(rest));
  const SplitSource more = SplitSubdirectory(detected.url);
  if (!more.subdirectory.empty()) {
    // What was asked for lies inside of what the shorthand means.
    subdirectory = CleanSubdirectory(base::core::JoinPath(more.subdirectory, *subdirectory));
    if (!subdirectory) return LeadsOutside(split.subdirectory);
  }
  const std::string_view getter = forced.empty() ? detected.getter : forced;
  ModuleSource source{.kind = ModuleSource::Kind::kRemote, .subdirectory = *std::move(subdirectory)};
  source.package = getter.empty() ? more.package : fmt::format("{}::{}", getter, more.package);
  return source;
}

Result<ModuleSource> ParseModuleSource(std::string_view text) {
  if (text.empty())
    return Error("the address is empty: it names the module's folder, such as \"./modules/users\"");
  if (IsLocalModuleSource(text)) {
    std::string path = base::core::CleanPath(base::core::ReplaceAll(text, "\\", "/"));
    // "../" becomes "./..", as in the reference, whose files must be the same.
    if (!path.starts_with("../")) path.insert(0, "./");
    return ModuleSource{.kind = ModuleSource::Kind::kLocal, .path = std::move(path)};
  }
  if (auto source = ParseRegistrySource(text)) return *std::move(source);
  return ParseRemoteModuleSource(text);
}

}  // namespace language::address
