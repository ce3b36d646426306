// The lines by which shells learn of completion, in their start-up files.
#include <algorithm>

#include <fmt/format.h>

#include "base/core/files.h"
#include "base/core/strings.h"
#include "cli/commands/completion.h"

namespace cli::commands {
namespace {

using base::core::Error;
using base::core::Result;

struct StartUpFile {
  std::string path;
  std::string text;    // what is added, whole lines
  bool whole = false;  // the file has nothing else in it
};

// Those of the shells that are in use; of bash the first that is there.
std::vector<StartUpFile> StartUpFiles(const std::string& program, const std::string& path,
                                      const std::string& home) {
  std::vector<StartUpFile> files;
  std::string bash = ".bashrc";
  for (const char* name : {".profile", ".bash_login", ".bash_profile", ".bashrc"})
    if (base::core::Exists(home + "/" + name)) bash = name;
  files.push_back({home + "/" + bash, fmt::format("complete -C {} {}\n", path, program)});
  if (base::core::Exists(home + "/.zshrc"))
    files.push_back({home + "/.zshrc", fmt::format("autoload -U +X bashcompinit && bashcompinit\n"
                                                   "complete -o nospace -C {} {}\n",
                                                   path, program)});
  if (base::core::IsDirectory(home + "/.config/fish"))
    files.push_back({fmt::format("{}/.config/fish/completions/{}.fish", home, program),
                     fmt::format("function __complete_{0}\n"
                                 "    set -lx COMP_LINE (commandline -cp)\n"
                                 "    test -z (commandline -ct)\n"
                                 "    and set COMP_LINE \"$COMP_LINE \"\n"
                                 "    {1}\n"
                                 "end\n"
                                 "complete -f -c {0} -a \"(__complete_{0})\"\n",
                                 program, path),
                     /*whole=*/true});
  return files;
}

std::string TextOf(const StartUpFile& file) {
  auto text = base::core::ReadFile(file.path);
  return text.ok() ? *text : "";
}

// Where the added text stands; npos: nowhere.
size_t Find(const std::string& text, const StartUpFile& file) {
  const size_t at = text.find(file.text);
  return at == 0 || (at != std::string::npos && text[at - 1] == '\n') ? at : std::string::npos;
}

Result<std::vector<std::string>> CheckHome(const std::string& home) {
  if (home.empty() || !base::core::IsDirectory(home))
    return Error("HOME names no folder, so that there are no start-up files of a shell to change");
  return std::vector<std::string>();
}

}  // namespace

Result<std::vector<std::string>> InstallCompletion(const std::string& program, const std::string& path,
                                                   const std::string& home) {
  ASSIGN_OR_RETURN(std::vector<std::string> changed, CheckHome(home));
  for (const StartUpFile& file : StartUpFiles(program, path, home)) {
    std::string text = TextOf(file);
    if (Find(text, file) != std::string::npos) continue;
    if (file.whole) {
      text.clear();
      RETURN_IF_ERROR(base::core::MakeDirectories(base::core::DirectoryName(file.path)));
    } else if (!text.empty() && !text.ends_with('\n')) {
      text += '\n';
    }
    RETURN_IF_ERROR(base::core::WriteFile(file.path, text + file.text));
    changed.push_back(file.path);
  }
  if (changed.empty()) return Error("completion is already installed in the start-up files under " + home);
  return changed;
}

Result<std::vector<std::string>> UninstallCompletion(const std::string& program, const std::string& path,
                                                     const std::string& home) {
  ASSIGN_OR_RETURN(std::vector<std::string> changed, CheckHome(home));
  for (const StartUpFile& file : StartUpFiles(program, path, home)) {
    std::string text = TextOf(file);
    const size_t at = Find(text, file);
    if (at == std::string::npos) continue;
    text.erase(at, file.text.size());
    if (file.whole) {
      RETURN_IF_ERROR(base::core::RemoveFile(file.path));
    } else {
      RETURN_IF_ERROR(base::core::WriteFile(file.path, text));
    }
    changed.push_back(file.path);
  }
  if (changed.empty()) return Error("completion is not installed in the start-up files under " + home);
  return changed;
}

}  // namespace cli::commands
