#include <unistd.h>

#include "base/core/files.h"
#include "base/core/product.h"
#include "cli/commands/command.h"
#include "cli/view/diagnostics_view.h"
#include "language/hcl/format.h"
#include "language/hcl/parser.h"

namespace cli::commands {
namespace {

using base::diag::Diagnostics;

constexpr session::OptionSpec kOptions[] = {
    {"list", session::OptionKind::kFlag, "", "List the files that change. Default: true."},
    {"write", session::OptionKind::kFlag, "",
     "Write the files. Default: true; false with -check or standard input."},
    {"diff", session::OptionKind::kFlag, "", "Show what changes."},
    {"check", session::OptionKind::kFlag, "", "Change nothing; exit code 3 when something is not formatted."},
    {"recursive", session::OptionKind::kFlag, "", "Also the folders below."},
    {"no-color", session::OptionKind::kFlag, "", "No colours in the output."},
};

class Formatter {
 public:
  explicit Formatter(CommandContext& command)
      : terminal_(command.terminal),
        list_(command.options.Flag("list", true)),
        diff_(command.options.Flag("diff")),
        check_(command.options.Flag("check")),
        recursive_(command.options.Flag("recursive")),
        write_(!check_ && command.options.Flag("write", true)) {}

  void StandardInput() {
    auto text = base::core::ReadAll(STDIN_FILENO, "<stdin>");
    if (!text.ok()) return diagnostics_.Error("Failed to read standard input", text.error().message());
    std::optional<std::string> formatted = FormatText("<stdin>", *text);
    if (!formatted) return;
    bool changed = *formatted != *text;
    changed_ = changed_ || changed;
    if (check_) return;
    if (diff_) return Emit(language::hcl::UnifiedDiff(*text, *formatted, "old/<stdin>", "new/<stdin>"));
    if (formatted->ends_with('\n')) formatted->pop_back();
    Emit(*formatted + "\n");
  }

  // False when no more paths are to be looked at.
  bool Path(const std::string& given) {
    const std::string path = base::core::CleanPath(given);
    if (base::core::IsDirectory(path)) {
      Directory(path);
    } else if (!base::core::Exists(path)) {
      diagnostics_.Error("No file or directory at " + path, "There is nothing to format.");
      return false;
    } else if (!IsFormatted(path)) {
      diagnostics_.Error(
          base::core::Spoken("Only .tf, .tfvars, and .tftest.hcl files can be processed with parterre fmt"),
          path +
              " is none of these. Files in JSON are as their writer left them: no style is meant for them.");
    } else {
      File(path);
    }
    return true;
  }

  int Finish() {
    if (!diagnostics_.HasErrors()) terminal_.Print(checked_);
    view::ShowDiagnostics(diagnostics_, terminal_);
    if (diagnostics_.HasErrors()) return 2;
    return check_ && changed_ ? 3 : 0;
  }

 private:
  // With -check nothing is listed if something could not be read: the list would not be complete.
  void Emit(std::string_view text) {
    if (check_)
      checked_ += text;
    else
      terminal_.Print(text);
  }

  static bool IsFormatted(std::string_view name) {
    return name.ends_with(".tf") || name.ends_with(".tfvars") || name.ends_with(".tftest.hcl") ||
           name.ends_with(".tfquery.hcl");
  }

  void Directory(const std::string& directory) {
    auto names = base::core::ListDirectory(directory);
    if (!names.ok()) return diagnostics_.Error("Failed to read directory", names.error().message());
    for (const std::string& name : *names) {
      if (name.starts_with('.') || name.ends_with('~') || (name.starts_with('#') && name.ends_with('#')))
        continue;
      std::string path = directory == "." ? name : base::core::JoinPath(directory, name);
      if (base::core::IsDirectory(path)) {
        if (recursive_) Directory(path);
      } else if (IsFormatted(name)) {
        File(path);
      }
    }
  }

  void File(const std::string& path) {
    auto text = base::core::ReadFile(path);
    if (!text.ok()) return diagnostics_.Error("Failed to read file " + path, text.error().message());
    std::optional<std::string> formatted = FormatText(path, *text);
    if (!formatted || *formatted == *text) return;
    changed_ = true;
    if (list_) Emit(path + "\n");
    if (write_) {
      auto written = base::core::ReplaceFile(path, *formatted);
      if (!written.ok()) diagnostics_.Error("Failed to write " + path, written.error().message());
    }
    if (diff_) Emit(language::hcl::UnifiedDiff(*text, *formatted, "old/" + path, "new/" + path));
  }

  // Only what parses is formatted: everything else is reported and left as it is.
  std::optional<std::string> FormatText(const std::string& name, const std::string& text) {
    Diagnostics own;
    language::hcl::ParseConfig(name, text, own);
    bool failed = own.HasErrors();
    diagnostics_.Append(std::move(own));
    if (failed) return std::nullopt;
    return language::hcl::Format(text);
  }

  view::Terminal& terminal_;
  const bool list_, diff_, check_, recursive_, write_;
  bool changed_ = false;
  std::string checked_;
  Diagnostics diagnostics_;
};

int RunFmt(CommandContext& command) {
  Formatter formatter(command);
  const std::vector<std::string>& paths = command.options.operands();
  if (!paths.empty() && paths[0] == "-") {
    formatter.StandardInput();
  } else if (paths.empty()) {
    formatter.Path(".");
  } else {
    for (const std::string& path : paths)
      if (!formatter.Path(path)) break;
  }
  return formatter.Finish();
}

}  // namespace

const Command kFmtCommand = {
    .name = "fmt",
    .synopsis = "Reformat your configuration in the standard style",
    .usage = "parterre [global options] fmt [options] [target...]",
    .help =
        "Rewrites all .tf, .tfvars, .tftest.hcl and .tfquery.hcl files of the folder (or the given ones; - "
        "for\nstandard "
        "input) in canonical format.",
    .options = kOptions,
    .run = RunFmt,
};

}  // namespace cli::commands
