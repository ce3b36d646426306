#include "install/discovery/credentials_helper.h"

#include <fmt/format.h>

#include "base/core/files.h"
#include "base/core/process.h"
#include "base/core/strings.h"
#include "base/json/reader.h"
#include "base/text/unicode.h"
#include "install/settings/platform.h"
#include "language/address/version.h"

namespace install::discovery {
namespace {

using base::core::Error;
using base::core::Result;

constexpr std::chrono::seconds kTimeout{60};
constexpr std::chrono::seconds kGrace{2};

// "_v1.2.0" or "_v1.2.0_x4" behind the name.
std::optional<language::address::Version> VersionOf(std::string_view suffix) {
  if (!suffix.starts_with("_v")) return std::nullopt;
  suffix.remove_prefix(2);
  return language::address::Version::Parse(suffix.substr(0, suffix.find('_')));
}

// What the program told on its stderr, fit for a message.
std::string Reason(std::string_view said) {
  constexpr size_t kMax = 4000;
  std::string text(base::core::Trim(said));
  if (text.size() > kMax) text.resize(kMax);
  std::erase_if(text, [](char c) {
    return (static_cast<unsigned char>(c) < ' ' && c != '\n' && c != '\t') || c == '\x7f';
  });
  return base::text::ReplaceInvalidUtf8(text);
}

}  // namespace

std::optional<HelperProgram> HelperProgram::Find(const settings::CredentialsHelper& helper,
                                                 const base::core::Environment& environment) {
  const std::string home = environment.HomeDirectory();
  if (home.empty()) return std::nullopt;
  const std::string program = "terraform-credentials-" + helper.name;
  const std::string plugins = base::core::JoinPath(home, ".terraform.d/plugins");
  HelperProgram found;
  std::optional<language::address::Version> newest;
  for (const std::string& folder : {plugins, base::core::JoinPath(plugins, settings::CurrentPlatform())}) {
    const auto names = base::core::ListDirectory(folder);
    if (!names.ok()) continue;
    for (const std::string& name : *names) {
      if (!name.starts_with(program)) continue;
      const std::string path = base::core::JoinPath(folder, name);
      const auto version = VersionOf(std::string_view(name).substr(program.size()));
      const bool better = version ? !newest || *newest < *version : name == program && found.path_.empty();
      if (!better || !base::core::IsRegularFile(path)) continue;
      found.path_ = path;
      if (version) newest = version;
    }
  }
  if (found.path_.empty()) return std::nullopt;
  found.helper_ = helper;
  found.environment_ = environment;
  return found;
}

Result<std::string> HelperProgram::Run(std::string_view verb, const std::string& host, std::string input,
                                       std::stop_token stop) const {
  base::core::ProcessSpec spec{.argv = {path_}, .environment = environment_.ToStrings()};
  spec.argv.insert(spec.argv.end(), helper_.arguments.begin(), helper_.arguments.end());
  spec.argv.emplace_back(verb);
  spec.argv.push_back(host);
  ASSIGN_OR_RETURN(base::core::RunResult run, base::core::RunProcess(spec, {.input = std::move(input),
                                                                            .output_limit = 1 << 20,
                                                                            .timeout = kTimeout,
                                                                            .stop_grace = kGrace,
                                                                            .stop = std::move(stop)}));
  const auto failed = [&](std::string_view why) {
    return Error(fmt::format("the credentials helper {} failed to {} the credentials of {}: {}", path_, verb,
                             host, why));
  };
  if (run.timed_out) return failed(fmt::format("it took longer than {} s and was ended", kTimeout.count()));
  if (run.stopped) return failed("interrupted");
  if (run.status.code != 0) {
    const std::string reason = Reason(run.err);
    return failed(reason.empty() ? fmt::format("it ended with code {} and gave no reason", run.status.code)
                                 : reason);
  }
  return std::move(run.out);
}

Result<std::optional<std::string>> HelperProgram::Get(const std::string& host, std::stop_token stop) const {
  ASSIGN_OR_RETURN(const std::string answer, Run("get", host, "", std::move(stop)));
  const auto document = base::json::Document::Parse(answer, {.max_depth = 20});
  // What it said instead may hold a secret.
  if (!document.ok() || !document->root().IsObject())
    return Error(fmt::format("the credentials helper {} did not answer with a JSON object", path_));
  return document->root().FindString("token");
}

Result<void> HelperProgram::Store(const std::string& host, std::string object, std::stop_token stop) const {
  ASSIGN_OR_RETURN(const std::string ignored, Run("store", host, std::move(object), std::move(stop)));
  return {};
}

Result<void> HelperProgram::Forget(const std::string& host, std::stop_token stop) const {
  ASSIGN_OR_RETURN(const std::string ignored, Run("forget", host, "", std::move(stop)));
  return {};
}

}  // namespace install::discovery
