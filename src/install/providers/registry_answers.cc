#include "install/providers/registry_answers.h"

#include <fmt/format.h>

#include "base/core/strings.h"
#include "base/json/reader.h"
#include "base/net/http_client.h"
#include "install/lockfile/package_hash.h"

namespace install::providers {
namespace {

using base::core::Error;
using base::core::Result;
using base::json::Document;
using base::json::Node;
using discovery::Answer;

constexpr size_t kSha256Digits = 64;

// "5.0" and "6.0" are spoken here.
bool SpeaksOurs(const Node& protocols) {
  if (!protocols || !protocols.IsArray()) return true;
  for (const Node each : protocols.Elements()) {
    const std::string text = each.IsString() ? each.AsString() : "";
    if (text == "5" || text == "6" || text.starts_with("5.") || text.starts_with("6.")) return true;
  }
  return protocols.size() == 0;
}

bool IsList(const Node& node) { return node && node.IsArray(); }

// What a member of the document names, seen from where the document was.
std::optional<std::string> UrlAt(const Node& node, std::string_view name, const std::string& base) {
  const auto reference = node.FindString(name);
  auto url = reference ? base::net::ResolveUrl(base, *reference) : std::nullopt;
  if (!url || !base::net::ParseUrl(*url)) return std::nullopt;
  return url;
}

std::string HexOf(const std::string& text) {
  std::string hex = base::core::AsciiLower(text);
  return hex.size() == kSha256Digits && base::core::HexDecode(hex) ? hex : "";
}

}  // namespace

std::vector<Checksum> ParseChecksums(std::string_view document) {
  std::vector<Checksum> found;
  for (std::string_view line : base::core::Split(document, '\n')) {
    line = base::core::TrimRight(line);
    const size_t space = line.find(' ');
    if (space == std::string_view::npos) continue;
    std::string hex = HexOf(std::string(line.substr(0, space)));
    if (hex.empty()) continue;
    std::string_view name = base::core::TrimLeft(line.substr(space));
    if (name.starts_with('*')) name.remove_prefix(1);  // a file that was read as binary
    found.push_back({std::move(hex), std::string(name)});
  }
  return found;
}

Result<Available> ReadRegistryVersions(const Answer& answer, const std::string& host) {
  ASSIGN_OR_RETURN(const Document document, discovery::ParseAnswer(answer, "the list of versions"));
  const Node versions = document.root().Find("versions");
  if (!IsList(versions)) return Error(host + " gave a list of versions without \"versions\"");
  Available available;
  for (const Node each : versions.Elements()) {
    auto version = Version::Parse(each.FindString("version").value_or(""));
    if (version) available.versions.push_back(*std::move(version));
  }
  if (const Node warnings = document.root().Find("warnings"); IsList(warnings)) {
    for (const Node each : warnings.Elements())
      if (each.IsString()) available.warnings.push_back(each.AsString());
  }
  return available;
}

Result<PackageAnswer> ReadRegistryPackage(const Answer& answer, const std::string& platform,
                                          const std::string& host) {
  ASSIGN_OR_RETURN(const Document document, discovery::ParseAnswer(answer, "the package's description"));
  const Node root = document.root();
  PackageAnswer described;
  if (!SpeaksOurs(root.Find("protocols"))) {
    described.package.incompatible = "it speaks neither plugin protocol 5 nor 6";
    return described;
  }
  const std::string found = root.FindString("os").value_or("") + "_" + root.FindString("arch").value_or("");
  if (found != platform)
    return Error(fmt::format("{} described another platform's package than {}", host, platform));
  const auto url = UrlAt(root, "download_url", answer.url);
  if (!url) return Error(host + " gave a package without a usable download_url");
  const std::string sum = HexOf(root.FindString("shasum").value_or(""));
  if (sum.empty()) return Error(host + " gave a package without a usable shasum");
  described.package = {.kind = Package::Kind::kUrl, .location = *url, .sha256 = sum};
  described.filename = root.FindString("filename").value_or("");
  const auto checksums = UrlAt(root, "shasums_url", answer.url);
  const auto signature = UrlAt(root, "shasums_signature_url", answer.url);
  if (!checksums || !signature)
    return Error(
        fmt::format("the registry gave no usable {}", checksums ? "shasums_signature_url" : "shasums_url"));
  described.checksums_url = *checksums;
  described.signature_url = *signature;
  const Node keys = root.Find("signing_keys");
  if (const Node list = keys ? keys.Find("gpg_public_keys") : Node(); IsList(list)) {
    for (const Node each : list.Elements())
      described.keys.push_back({each.FindString("key_id").value_or(""),
                                each.FindString("ascii_armor").value_or(""),
                                each.FindString("trust_signature").value_or("")});
  }
  return described;
}

Result<Available> ReadMirrorVersions(const Answer& answer, const std::string& host) {
  ASSIGN_OR_RETURN(const Document document, discovery::ParseAnswer(answer, "the list of versions"));
  const Node versions = document.root().Find("versions");
  if (!versions || !versions.IsObject()) return Error(host + " gave a list of versions without \"versions\"");
  Available available;
  for (const base::json::Member member : versions.Members())
    if (auto version = Version::Parse(member.key())) available.versions.push_back(*std::move(version));
  return available;
}

Result<std::optional<Package>> ReadMirrorPackage(const Answer& answer, const std::string& platform,
                                                 const std::string& host) {
  ASSIGN_OR_RETURN(const Document document, discovery::ParseAnswer(answer, "the list of packages"));
  const Node archives = document.root().Find("archives");
  const Node archive = archives ? archives.Find(platform) : Node();
  if (!archive || !archive.IsObject()) return std::optional<Package>();
  const auto url = UrlAt(archive, "url", answer.url);
  if (!url) return Error(host + " gave a package without a usable URL");
  Package package{.kind = Package::Kind::kUrl, .location = *url, .host_for_token = host};
  if (const Node hashes = archive.Find("hashes"); IsList(hashes)) {
    for (const Node hash : hashes.Elements())
      if (hash.IsString() && lockfile::IsSupportedHash(hash.AsString()))
        package.hashes.push_back(hash.AsString());
  }
  if (!package.hashes.empty()) package.authentication.kind = Authentication::Kind::kVerifiedChecksum;
  return std::optional(std::move(package));
}

}  // namespace install::providers
