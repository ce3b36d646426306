#include "cli/view/progress_view.h"

#include <fmt/format.h>

#include <condition_variable>
#include <mutex>
#include <thread>

#include "base/text/unicode.h"
#include "cli/view/running.h"

namespace cli::view {
namespace {

using engine::changes::Action;
using engine::run::ResourceInstance;
using engine::run::Value;

constexpr std::chrono::milliseconds kFlushDelay(50);
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

// Text of an attribute that may be shown.
std::string_view KnownText(const Value& object, std::string_view name) {
  const Value* value = object.Find(name);
  if (value == nullptr || value->IsMarked(language::value::kSensitive) || !value->IsKnownNotNull()) return "";
  return value->type().IsString() ? value->AsString() : std::string_view();
}

bool HasText(const Value& object, std::string_view name) {
  const Value* value = object.Find(name);
  return value != nullptr && value->type().IsString();
}

// "id=x": by what people recognise the object. or_tags: also by its tags, as lines at the start do.
std::string IdOf(const Value& object, bool or_tags) {
  if (!object.IsKnownNotNull() || !object.type().IsObject()) return "";
  const std::string_view key = HasText(object, "id") ? "id" : "name";
  if (std::string_view text = KnownText(object, key); !text.empty()) return fmt::format("{}={}", key, text);
  if (!or_tags) return "";
  if (std::string_view text = KnownText(object, "name"); !text.empty()) return fmt::format("name={}", text);
  const Value* tags = object.Find("tags");
  if (tags == nullptr || !tags->IsKnownNotNull() || tags->MarksDeep() != language::value::kNoMarks ||
      !tags->type().IsMap())
    return "";
  for (std::string_view tag : {"name", "Name"}) {
    if (std::string_view text = KnownText(*tags, tag); !text.empty())
      return fmt::format("tags.{}={}", tag, text);
  }
  return "";
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

std::string AddressOf(const ResourceInstance& address, std::string_view deposed) {
  std::string out = address.ToString();
  if (!deposed.empty()) out += fmt::format(" (deposed object {})", deposed);
  return out;
}

}  // namespace

struct ProgressView::Impl {
  Impl(Terminal& terminal, std::chrono::milliseconds period) : terminal(terminal), running(period) {}

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
    terminal.PrintSoon(line);
    unflushed = true;
    Wake();
  }

  void Start(const std::string& address, const Words& words, const std::string& id) {
    std::lock_guard lock(mutex);
    Line(fmt::format("{}: {}{}", address, words.start, Bracketed(id)), 2);
    running.Start(address, words.still, ShortId(id), std::chrono::steady_clock::now());
  }

  // address and deposed name the operation; the reference tells of its end without the deposed key.
  void Done(const ResourceInstance& address, std::string_view deposed, const Words& words,
            std::chrono::milliseconds elapsed, const std::string& id) {
    std::lock_guard lock(mutex);
    running.Finish(AddressOf(address, deposed));
    Line(
        fmt::format("{}: {} after {}{}", address.ToString(), words.done, ElapsedText(elapsed), Bracketed(id)),
        1);
  }

  void Simple(const std::string& text, int resets) {
    std::lock_guard lock(mutex);
    Line(text, resets);
  }

  // With the mutex held.
  void Wake() {
    if (!thread.joinable()) thread = std::jthread([this](std::stop_token stop) { Tick(stop); });
    if (asleep) changed.notify_one();
  }

  // Tells of what takes long, and brings out lines that wait in the buffer.
  void Tick(std::stop_token stop) {
    std::unique_lock lock(mutex);
    while (!stop.stop_requested()) {
      const auto now = std::chrono::steady_clock::now();
      for (const std::string& line : running.Due(now)) Line(line, 2);
      auto next = running.Next();
      if (!unflushed && !next) {
        asleep = true;
        changed.wait(lock, stop, [&] { return unflushed || running.Next(); });
        asleep = false;
        continue;
      }
      const bool flush = unflushed;
      const auto until = flush ? now + kFlushDelay : *next;
      asleep = !flush;
      changed.wait_until(lock, stop, next ? std::min(until, *next) : until,
                         [&] { return !flush && unflushed; });
      asleep = false;
      if (!flush) continue;
      unflushed = false;
      terminal.Flush();
    }
  }

  Terminal& terminal;
  std::mutex mutex;
  std::condition_variable_any changed;
  RunningOperations running;
  bool unflushed = false;
  bool asleep = false;  // the thread waits for something to happen
  std::jthread thread;
};

ProgressView::ProgressView(Terminal& terminal, std::chrono::milliseconds period)
    : impl_(std::make_unique<Impl>(terminal, period)) {}

ProgressView::~ProgressView() {
  impl_->thread = {};
  impl_->terminal.Flush();
}

void ProgressView::Refreshing(const ResourceInstance& address, std::string_view deposed, const Value& known) {
  impl_->Simple(AddressOf(address, deposed) + ": Refreshing state..." + Bracketed(IdOf(known, false)), 1);
}

void ProgressView::ReadingData(const ResourceInstance& address) {
  impl_->Start(AddressOf(address, ""), *WordsOf(Action::kRead), "");
}

void ProgressView::DataRead(const ResourceInstance& address, std::chrono::milliseconds elapsed,
                            const Value& known) {
  impl_->Done(address, "", *WordsOf(Action::kRead), elapsed, IdOf(known, false));
}

void ProgressView::PreparingImport(const ResourceInstance& address, std::string_view id) {
  impl_->Simple(fmt::format("{}: Preparing import... [id={}]", AddressOf(address, ""), id), 1);
}

void ProgressView::Importing(const ResourceInstance& address, std::string_view id) {
  impl_->Simple(fmt::format("{}: Importing... [id={}]", AddressOf(address, ""), id), 1);
}

void ProgressView::Imported(const ResourceInstance& address, std::string_view id) {
  impl_->Simple(fmt::format("{}: Import complete [id={}]", AddressOf(address, ""), id), 1);
}

void ProgressView::Applying(const ResourceInstance& address, std::string_view deposed, Action action,
                            const Value& known) {
  const Words* words = WordsOf(action);
  if (words == nullptr) return;
  impl_->Start(AddressOf(address, deposed), *words, action == Action::kCreate ? "" : IdOf(known, true));
}

void ProgressView::Applied(const ResourceInstance& address, std::string_view deposed, Action action,
                           std::chrono::milliseconds elapsed, const Value& known) {
  const Words* words = WordsOf(action);
  if (words == nullptr) return;
  impl_->Done(address, deposed, *words, elapsed, action == Action::kDelete ? "" : IdOf(known, false));
}

void ProgressView::ApplyFailed(const ResourceInstance& address, std::string_view deposed) {
  std::lock_guard lock(impl_->mutex);
  impl_->running.Finish(AddressOf(address, deposed));
}

std::string ElapsedText(std::chrono::milliseconds elapsed) {
  const int64_t seconds = (elapsed.count() + 500) / 1000;
  const int64_t minutes = seconds / 60;
  if (minutes == 0) return fmt::format("{}s", seconds);
  if (minutes < 60) return fmt::format("{}m{}s", minutes, seconds % 60);
  return fmt::format("{}h{}m{}s", minutes / 60, minutes % 60, seconds % 60);
}

}  // namespace cli::view
