#include "install/modules/git.h"

#include <chrono>
#include <vector>

#include <fmt/format.h>

#include "base/core/files.h"
#include "base/core/log.h"
#include "base/core/process.h"
#include "base/core/strings.h"
#include "install/modules/parameters.h"

namespace install::modules {
namespace {

using base::core::Environment;
using base::core::Error;
using base::core::Result;

constexpr std::chrono::hours kTimeout{1};
constexpr size_t kShownOutput = 4000;

// What a git hook that runs us has set would lead git to the wrong repository.
constexpr std::string_view kOfOtherRepositories[] = {
    "GIT_DIR",    "GIT_WORK_TREE",        "GIT_INDEX_FILE", "GIT_COMMON_DIR",
    "GIT_PREFIX", "GIT_OBJECT_DIRECTORY", "GIT_NAMESPACE",  "GIT_ALTERNATE_OBJECT_DIRECTORIES"};

Environment MakeEnvironment(const Environment& ours) {
  Environment environment = ours;
  for (const std::string_view name : kOfOtherRepositories) environment.Unset(name);
  environment.Set("GIT_TERMINAL_PROMPT", "0");
  // Nobody sees what ssh would ask: it asks a program, and without one it fails.
  if (!environment.Has("SSH_ASKPASS")) environment.Set("SSH_ASKPASS", "/bin/false");
  environment.Set("SSH_ASKPASS_REQUIRE", "force");
  environment.Set("LC_ALL", "C");
  return environment;
}

// "https://user:word@host/x" as a header for that host, so that the word is in no argument and not in the
// clone.
std::string TakePassword(const std::string& url, Environment* environment) {
  if (!url.starts_with("https://") && !url.starts_with("http://")) return url;
  const SplitUser split = TakeUser(url);
  if (!split.has_password) return url;
  const size_t host = split.url.find("://") + 3;
  const std::string origin = split.url.substr(0, split.url.find_first_of("/?#", host));
  // Behind what the user may have set in the same way.
  const auto count = base::core::ParseUint64(environment->Get("GIT_CONFIG_COUNT")).value_or(0);
  environment->Set("GIT_CONFIG_COUNT", std::to_string(count + 1));
  environment->Set(fmt::format("GIT_CONFIG_KEY_{}", count), fmt::format("http.{}/.extraHeader", origin));
  environment->Set(fmt::format("GIT_CONFIG_VALUE_{}", count),
                   "Authorization: Basic " + base::core::Base64Encode(split.user_and_password));
  return split.url;
}

std::string ShellQuote(std::string_view text) {
  return fmt::format("'{}'", base::core::ReplaceAll(text, "'", "'\\''"));
}

class Cloning {
 public:
  Cloning(std::string directory, const Environment& environment, std::stop_token stop)
      : directory_(std::move(directory)),
        environment_(MakeEnvironment(environment)),
        stop_(std::move(stop)) {}

  Result<void> Run(std::string url) {
    const auto ref = TakeParameter(&url, "ref");
    const auto depth_text = TakeParameter(&url, "depth");
    if (const auto key = TakeParameter(&url, "sshkey")) RETURN_IF_ERROR(UseKey(*key));
    // As options these would do anything.
    if (ref && ref->starts_with('-'))
      return Error(
          fmt::format("the ref \"{}\" begins with a dash, which no branch, tag or commit does", *ref));
    if (url.starts_with('-')) return Error("the repository's address begins with a dash");
    // What is no number counts as absent, as in the reference.
    const auto depth = depth_text ? base::core::ParseInt64(*depth_text) : std::nullopt;
    const bool shallow = depth && *depth > 0;
    std::vector<std::string> clone{"clone", "--quiet"};
    if (shallow) clone.push_back(fmt::format("--depth={}", *depth));
    if (shallow && ref && !ref->empty()) clone.push_back("--branch=" + *ref);
    clone.insert(clone.end(), {"--", TakePassword(url, &environment_), directory_});
    auto cloned = Git(clone, "");
    if (!cloned.ok() && shallow && ref)
      return Error(cloned.error().message() + " (with a depth, the ref must be a branch or a tag)");
    RETURN_IF_ERROR(std::move(cloned));
    if (ref && !ref->empty() && !shallow)
      RETURN_IF_ERROR(Git({"checkout", "--quiet", *ref, "--"}, directory_));
    if (!base::core::Exists(base::core::JoinPath(directory_, ".gitmodules"))) return {};
    std::vector<std::string> submodules{"submodule", "--quiet", "update", "--init", "--recursive"};
    if (shallow) submodules.push_back(fmt::format("--depth={}", *depth));
    return Git(submodules, directory_);
  }

 private:
  // A private key in Base64, in a file for as long as git runs.
  Result<void> UseKey(const std::string& text) {
    // In a query, "+" may have become a space.
    const auto key = base::core::Base64Decode(base::core::ReplaceAll(text, " ", "+"));
    if (!key) return Error("the sshkey of the address is not in Base64");
    ASSIGN_OR_RETURN(key_directory_, base::core::TempDirectory::Create());
    const std::string path = *key_directory_ / "key";
    RETURN_IF_ERROR(base::core::WriteFile(path, *key, 0600));
    std::string ssh = environment_.Get("GIT_SSH_COMMAND");
    if (ssh.empty()) ssh = "ssh";
    environment_.Set("GIT_SSH_COMMAND", fmt::format("{} -i {}", ssh, ShellQuote(path)));
    return {};
  }

  Result<void> Git(const std::vector<std::string>& arguments, const std::string& directory) {
    const auto program = base::core::FindProgram("git", environment_.Get("PATH"));
    if (!program) return Error("modules of repositories need the git program, which is not installed");
    base::core::ProcessSpec spec{.argv = {*program, "-c", "protocol.ext.allow=never"},
                                 .environment = environment_.ToStrings(),
                                 .directory = directory};
    spec.argv.insert(spec.argv.end(), arguments.begin(), arguments.end());
    auto run = base::core::RunProcess(spec, {.output_limit = 1 << 20, .timeout = kTimeout, .stop = stop_});
    if (!run.ok()) return Error("git cannot be run: " + run.error().message());
    if (run->stopped) return Error("interrupted");
    if (run->timed_out) return Error("git did not come to an end within an hour");
    base::core::Log(base::core::LogLevel::kDebug, "modules", "git {} exited with {}", arguments[0],
                    run->status.code);
    if (run->status.code == 0) return {};
    std::string text(base::core::Trim(run->err));
    if (text.size() > kShownOutput) text.resize(kShownOutput);
    return Error(fmt::format("git {} exited with {}: {}", arguments[0], run->status.code, text));
  }

  const std::string directory_;
  Environment environment_;
  const std::stop_token stop_;
  std::optional<base::core::TempDirectory> key_directory_;
};

}  // namespace

Result<void> CloneRepository(const std::string& url, const std::string& directory,
                             const Environment& environment, std::stop_token stop) {
  return Cloning(directory, environment, std::move(stop)).Run(url);
}

}  // namespace install::modules
