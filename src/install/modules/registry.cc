#include "install/modules/registry.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/core/strings.h"
#include "base/net/http_client.h"

namespace install::modules {
namespace {

using base::core::Error;
using base::core::Result;
using base::json::Node;
using language::address::VersionConstraints;

constexpr size_t kMaxVersions = 100'000;
constexpr size_t kMaxLocation = 8192;
// Of what is no version, this much is told.
constexpr size_t kMaxUnusable = 20;
constexpr size_t kMaxUnusableLength = 100;

constexpr std::string_view kAccess = "Error accessing remote module registry";
constexpr std::string_view kInvalid = "Invalid response from remote module registry";

Failure Accessing(std::string_view what, const ModuleSource& module, const std::string& problem) {
  return {std::string(kAccess), fmt::format("The registry {} could not be asked for {} of {}: {}.",
                                            module.host, what, module.Package(), problem)};
}

bool IsRelative(std::string_view location) {
  return location.starts_with('/') || location.starts_with("./") || location.starts_with("../");
}

// Whether the text is a version by itself: "1.2.0-beta1" asks for that very pre-release.
const Version* FindExactly(const std::vector<Version>& versions, const std::string& text) {
  std::string_view exact = base::core::Trim(text);
  if (exact.starts_with('=')) exact = base::core::Trim(exact.substr(1));
  const auto wanted = Version::Parse(exact);
  if (!wanted) return nullptr;
  const auto found = std::ranges::find(versions, *wanted);
  return found == versions.end() ? nullptr : &*found;
}

}  // namespace

const Version* ChooseVersion(const std::vector<Version>& versions, const std::string& constraint) {
  const auto constraints = VersionConstraints::Parse(constraint);
  if (constraints && constraints->HasPrerelease()) {
    if (const Version* exact = FindExactly(versions, constraint)) return exact;
  }
  const Version* newest = nullptr;
  for (const Version& each : versions) {
    if (!each.prerelease.empty() || (constraints && !constraints->Allow(each))) continue;
    if (newest == nullptr || each > *newest) newest = &each;
  }
  return newest;
}

Result<discovery::Answer> Registry::Ask(const ModuleSource& module, const std::string& rest,
                                        std::stop_token stop) {
  ASSIGN_OR_RETURN(const std::string base, services_.UrlOf(module.host, "modules.v1", stop));
  const auto url = base::net::ParseUrl(base);
  if (!url || (url->scheme != "https" && !base::net::IsLoopbackHost(url->host)))
    return Error(fmt::format("the host {} offers it without TLS, at {}", module.host, base));
  ASSIGN_OR_RETURN(discovery::Answer answer, services_.Get(fmt::format("{}{}/{}/{}/{}", base, module.space,
                                                                       module.name, module.target, rest),
                                                           module.host, std::move(stop)));
  // What type it claims to be does not count here, as in the reference: it is JSON or it is not.
  answer.content_type = "application/json";
  return answer;
}

const std::variant<Registry::Versions, Failure>& Registry::ListVersions(const ModuleSource& module,
                                                                        std::stop_token stop) {
  return versions_.Get(module.Package(), [&] { return AskVersions(module, std::move(stop)); });
}

std::variant<Registry::Versions, Failure> Registry::AskVersions(const ModuleSource& module,
                                                                std::stop_token stop) {
  constexpr std::string_view kWhat = "the versions";
  const auto answer = Ask(module, "versions", std::move(stop));
  if (!answer.ok()) return Accessing(kWhat, module, answer.error().message());
  if (answer->status == 404) {
    return Failure{"Module not found",
                   fmt::format("The registry {} has no module {}. Look at how it is written.", module.host,
                               module.Package())};
  }
  const auto document = discovery::ParseAnswer(*answer, "the list of versions");
  if (!document.ok()) return Accessing(kWhat, module, document.error().message());
  const Node modules = document->root().Find("modules");
  const Node versions = modules && modules.IsArray() && modules.size() > 0
                            ? (*modules.Elements().begin()).Find("versions")
                            : Node();
  if (!versions || !versions.IsArray() || versions.size() > kMaxVersions) {
    return Failure{std::string(kInvalid),
                   fmt::format("The registry {} was asked for the versions of {}, and its answer is none.",
                               module.host, module.Package())};
  }
  Versions found;
  for (const Node each : versions.Elements()) {
    const std::string text = each.FindString("version").value_or("");
    if (auto version = Version::Parse(text))
      found.usable.push_back(*std::move(version));
    else if (found.unusable.size() < kMaxUnusable)
      found.unusable.push_back(text.substr(0, kMaxUnusableLength));
  }
  return found;
}

const std::variant<ModuleSource, Failure>& Registry::FindPackage(const ModuleSource& module,
                                                                 const Version& version,
                                                                 std::stop_token stop) {
  const std::string text = version.ToString();
  return packages_.Get(module.Package() + " " + text,
                       [&] { return AskPackage(module, text, std::move(stop)); });
}

std::variant<ModuleSource, Failure> Registry::AskPackage(const ModuleSource& module,
                                                         const std::string& version, std::stop_token stop) {
  const std::string what = fmt::format("the package of version {}", version);
  const auto answer = Ask(module, version + "/download", std::move(stop));
  if (!answer.ok()) return Accessing(what, module, answer.error().message());
  if (answer->status != 200 && answer->status != 204)
    return Accessing(what, module, fmt::format("it answered {}", answer->status));
  std::string location(answer->response.Header("X-Terraform-Get"));
  if (location.empty() && answer->status == 200) {
    if (const auto document = discovery::ParseAnswer(*answer, "the package's address"); document.ok())
      location = document->root().FindString("location").value_or("");
  }
  if (location.empty()) return Accessing(what, module, "its answer does not say where the package is");
  if (location.size() > kMaxLocation) location.resize(kMaxLocation + 1);
  std::string subdirectory;
  if (IsRelative(location)) {
    // A folder behind "//" is no part of the URL.
    auto split = language::address::SplitSubdirectory(location);
    const auto url = base::net::ResolveUrl(answer->url, split.package);
    if (!url) return Accessing(what, module, "its answer names a package that cannot be found");
    location = *url;
    subdirectory = std::move(split.subdirectory);
  }
  auto source = language::address::ParseRemoteModuleSource(location);
  if (source.ok() && !subdirectory.empty()) {
    source->subdirectory = subdirectory;
    source = language::address::ParseRemoteModuleSource(source->ToString());
  }
  if (!source.ok()) {
    return Failure{
        "Invalid package location from module registry",
        fmt::format(
            "The registry {} says that the package of {} {} is at an address that cannot be used: {}.",
            module.host, module.Package(), version, source.error().message())};
  }
  return *std::move(source);
}

}  // namespace install::modules
