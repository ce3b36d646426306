#include "cli/view/progress_view.h"

#include <fmt/format.h>

#include <atomic>

#include "base/core/strings.h"
#include "base/text/unicode.h"
#include "cli/view/heartbeat.h"
#include "cli/view/object_id.h"
#include "cli/view/output_lines.h"

namespace cli::view {
namespace {

using engine::changes::Action;
using engine::run::ResourceInstance;
using engine::run::Value;

constexpr size_t kMaxIdLength = 80;  // runes, in "Still ..." lines

struct Words {
  std::string_view start, still, done;
};

// Nothing for actions without lines of their own.
const Words* WordsOf(Action action) {
  static constexpr Words kCreate{"Creating...", "Still creating...", "Creation complete"};
  static constexpr Words kUpdate{"Modifying...", "Still modifying...", "Modifications complete"};
  static constexpr Words kDelete{"Destroying...", "Still destroying...", "Destruction complete"};
  static constexpr Words kRead{"Reading...", "Still reading...", "Read complete"};
  switch (action) {
    case Action::kCreate:
      return &kCreate;
    case Action::kUpdate:
      return &kUpdate;
    case Action::kDelete:
      return &kDelete;
    case Action::kRead:
      return &kRead;
    default:
      return nullptr;
  }
}

std::string IdOf(const Value& object, bool or_name) {
  const ObjectId id = or_name ? FindIdOrName(object) : FindId(object);
  return id.value.empty() ? "" : fmt::format("{}={}", id.key, id.value);
}

std::string Bracketed(const std::string& id) { return id.empty() ? "" : " [" + id + "]"; }

// The middle of long ids gives way to "...".
std::string ShortId(const std::string& id) {
  const size_t equals = id.find('=');
  if (equals == std::string::npos) return id;
  const std::vector<std::string_view> runes = base::text::Graphemes(std::string_view(id).substr(equals + 1));
  if (runes.size() <= kMaxIdLength) return id;
  const size_t kept = kMaxIdLength - 3;
  const size_t head = kept / 2 + kept % 2;
  std::string out = id.substr(0, equals + 1);
  for (size_t i = 0; i < head; ++i) out += runes[i];
  out += "...";
  for (size_t i = runes.size() - kept / 2; i < runes.size(); ++i) out += runes[i];
  return out;
}

}  // namespace

struct ProgressView::Impl {
  Impl(Terminal& terminal, std::chrono::milliseconds period, LiveLine* live)
      : terminal(terminal),
        live(live),
        heartbeat(terminal, period, [this](const RunningOperations::Due& due) { Line(due.Line(), 2); }) {}

  // The live line goes over to another kind of work.
  void Show(const char* what, const WorkCounts& counts) {
    if (live == nullptr || !terminal.live()) return;
    if (shown.exchange(what) != what) live->Begin(what);
    live->Count(counts);
  }

  // resets: how many end the line.
  void Line(std::string_view text, int resets) {
    const Style& style = terminal.style();
    std::string line;
    line.reserve(text.size() + 24);
    line += style.Reset();
    line += style.Bold();
    line += text;
    for (int i = 0; i < resets; ++i) line += style.Reset();
    line += '\n';
    heartbeat.PrintSoon(line);
  }

  void Start(const std::string& address, const Words& words, const std::string& id) {
    std::lock_guard lock(heartbeat.mutex());
    Line(fmt::format("{}: {}{}", address, words.start, Bracketed(id)), 2);
    heartbeat.Start(address, words.still, ShortId(id));
  }

  // address and deposed name the operation; the reference tells of its end without the deposed key.
  void Done(const ResourceInstance& address, std::string_view deposed, const Words& words,
            std::chrono::milliseconds elapsed, const std::string& id) {
    std::lock_guard lock(heartbeat.mutex());
    heartbeat.Finish(OperationName(address, deposed));
    Line(
        fmt::format("{}: {} after {}{}", address.ToString(), words.done, ElapsedText(elapsed), Bracketed(id)),
        1);
  }

  void Simple(const std::string& text, int resets) {
    std::lock_guard lock(heartbeat.mutex());
    Line(text, resets);
  }

  Terminal& terminal;
  LiveLine* const live;
  std::atomic<const char*> shown = nullptr;  // what the live line shows
  Heartbeat heartbeat;
};

ProgressView::ProgressView(Terminal& terminal, std::chrono::milliseconds period, LiveLine* live)
    : impl_(std::make_unique<Impl>(terminal, period, live)) {}

ProgressView::~ProgressView() = default;

void ProgressView::Refreshing(const ResourceInstance& address, std::string_view deposed, const Value& known) {
  impl_->Simple(OperationName(address, deposed) + ": Refreshing state..." + Bracketed(IdOf(known, false)), 1);
}

void ProgressView::RefreshProgress(size_t done, size_t total) {
  impl_->Show("Refreshing", {.done = done, .total = total});
}

void ProgressView::PlanProgress(size_t done, size_t total) {
  impl_->Show("Planning", {.done = done, .total = total});
}

void ProgressView::ApplyProgress(size_t done, size_t running, size_t total) {
  impl_->Show("Applying", {done, running, total});
}

void ProgressView::ReadingData(const ResourceInstance& address) {
  impl_->Start(OperationName(address, ""), *WordsOf(Action::kRead), "");
}

void ProgressView::DataRead(const ResourceInstance& address, std::chrono::milliseconds elapsed,
                            const Value& known) {
  impl_->Done(address, "", *WordsOf(Action::kRead), elapsed, IdOf(known, false));
}

namespace {

constexpr Words kOpen{"Opening...", "Still opening...", "Opening complete"};
constexpr Words kRenew{"Renewing...", "Still renewing...", "Renewal complete"};
constexpr Words kClose{"Closing...", "Still closing...", "Closing complete"};

const Words& WordsOf(engine::run::EphemeralOperation operation) {
  using engine::run::EphemeralOperation;
  if (operation == EphemeralOperation::kOpen) return kOpen;
  return operation == EphemeralOperation::kRenew ? kRenew : kClose;
}

}  // namespace

void ProgressView::EphemeralBegins(const ResourceInstance& address,
                                   engine::run::EphemeralOperation operation) {
  impl_->Start(OperationName(address, ""), WordsOf(operation), "");
}

void ProgressView::EphemeralEnds(const ResourceInstance& address, engine::run::EphemeralOperation operation,
                                 bool failed, std::chrono::milliseconds elapsed) {
  if (failed) return ApplyFailed(address, "");
  impl_->Done(address, "", WordsOf(operation), elapsed, "");
}

void ProgressView::EphemeralDeferred(const ResourceInstance& address) {
  impl_->Simple(OperationName(address, "") + ": Configuration unknown, deferring...", 1);
}

void ProgressView::PreparingImport(const ResourceInstance& address, std::string_view id) {
  impl_->Simple(fmt::format("{}: Preparing import... [id={}]", OperationName(address, ""), id), 1);
}

void ProgressView::Importing(const ResourceInstance& address, std::string_view id) {
  impl_->Simple(fmt::format("{}: Importing... [id={}]", OperationName(address, ""), id), 1);
}

void ProgressView::Imported(const ResourceInstance& address, std::string_view id) {
  impl_->Simple(fmt::format("{}: Import complete [id={}]", OperationName(address, ""), id), 1);
}

void ProgressView::Applying(const ResourceInstance& address, std::string_view deposed, Action action,
                            const Value& known) {
  const Words* words = WordsOf(action);
  if (words == nullptr) return;
  impl_->Start(OperationName(address, deposed), *words, action == Action::kCreate ? "" : IdOf(known, true));
}

void ProgressView::Applied(const ResourceInstance& address, std::string_view deposed, Action action,
                           std::chrono::milliseconds elapsed, const Value& known) {
  const Words* words = WordsOf(action);
  if (words == nullptr) return;
  impl_->Done(address, deposed, *words, elapsed, action == Action::kDelete ? "" : IdOf(known, false));
}

void ProgressView::ApplyFailed(const ResourceInstance& address, std::string_view deposed) {
  std::lock_guard lock(impl_->heartbeat.mutex());
  impl_->heartbeat.Finish(OperationName(address, deposed));
}

void ProgressView::ProvisionerBegins(const ResourceInstance& address, std::string_view type) {
  impl_->Simple(fmt::format("{}: Provisioning with '{}'...", address.ToString(), type), 2);
}

void ProgressView::ProvisionerOutput(const ResourceInstance& address, std::string_view type,
                                     std::string_view text) {
  const Style& style = impl_->terminal.style();
  const std::string prefix = fmt::format("{}{}{} ({}):{} {}", style.Reset(), style.Bold(), address.ToString(),
                                         type, style.Reset(), style.Reset());
  std::string out;
  ForEachLine(text, [&](std::string_view line) {
    if (line = base::core::TrimRight(line); !line.empty()) out.append(prefix).append(line);
    out += '\n';
  });
  std::lock_guard lock(impl_->heartbeat.mutex());
  impl_->heartbeat.PrintSoon(out);
}

std::string ElapsedText(std::chrono::milliseconds elapsed) {
  const int64_t seconds = (elapsed.count() + 500) / 1000;
  const int64_t minutes = seconds / 60;
  if (minutes == 0) return fmt::format("{}s", seconds);
  if (minutes < 60) return fmt::format("{}m{}s", minutes, seconds % 60);
  return fmt::format("{}h{}m{}s", minutes / 60, minutes % 60, seconds % 60);
}

}  // namespace cli::view
