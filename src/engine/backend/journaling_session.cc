#include "engine/backend/journaling_session.h"

#include <algorithm>

#include "base/core/log.h"
#include "base/core/random.h"
#include "engine/state/writer.h"

namespace engine::backend {
namespace {

using base::core::Duration;
using base::core::Error;
using base::core::Result;
using state::JournalChange;
using state::ObjectPtr;
using state::Outcome;
using state::OutputValue;
using state::State;

// Whole writings take at most about this share of the run: one in ten.
constexpr int kCostFactor = 10;

// Adds the changes from one instance to the other; either may be absent.
void CompareInstances(const state::ResourceState& resource, const state::InstanceKey& key,
                      const state::Instance* from, const state::Instance* to,
                      std::vector<JournalChange>* out) {
  auto compare = [&](const std::string& deposed, const ObjectPtr& before, const ObjectPtr& after) {
    if (before == after || state::SameObject(before, after)) return;
    Outcome outcome{.address = {resource.module, resource.resource, key}, .provider = resource.provider};
    outcome.deposed = deposed;
    outcome.object = after;
    out->push_back({std::move(outcome), state::ObjectDigest(before)});
  };
  compare("", from != nullptr ? from->current : nullptr, to != nullptr ? to->current : nullptr);
  std::set<std::string> deposed;
  for (const state::Instance* side : {from, to}) {
    if (side == nullptr) continue;
    for (const auto& [deposed_key, object] : side->deposed) deposed.insert(deposed_key);
  }
  for (const std::string& deposed_key : deposed) {
    compare(deposed_key, from != nullptr ? from->FindDeposed(deposed_key) : nullptr,
            to != nullptr ? to->FindDeposed(deposed_key) : nullptr);
  }
}

void CompareResources(const state::ResourceState* from, const state::ResourceState* to,
                      std::vector<JournalChange>* out) {
  static const std::vector<state::Instance> kNone;
  if (from == nullptr && to == nullptr) return;
  const auto& a = from != nullptr ? from->instances : kNone;
  const auto& b = to != nullptr ? to->instances : kNone;
  const state::ResourceState& resource = to != nullptr ? *to : *from;
  for (size_t i = 0, j = 0; i < a.size() || j < b.size();) {
    const bool only_a = j == b.size() || (i < a.size() && a[i].key < b[j].key);
    const bool only_b = !only_a && (i == a.size() || b[j].key < a[i].key);
    CompareInstances(resource, only_b ? b[j].key : a[i].key, only_b ? nullptr : &a[i],
                     only_a ? nullptr : &b[j], out);
    if (!only_b) ++i;
    if (!only_a) ++j;
  }
}

}  // namespace

std::vector<JournalChange> Differences(const State& from, const State& to) {
  std::vector<JournalChange> out;
  auto a = from.resources.begin();
  auto b = to.resources.begin();
  while (a != from.resources.end() || b != to.resources.end()) {
    const bool only_a =
        b == to.resources.end() || (a != from.resources.end() && state::FileOrderLess(*a, *b));
    const bool only_b = !only_a && (a == from.resources.end() || state::FileOrderLess(*b, *a));
    CompareResources(only_b ? nullptr : &*a, only_a ? nullptr : &*b, &out);
    if (!only_b) ++a;
    if (!only_a) ++b;
  }
  return out;
}

state::JournalBinding Stored::Binding() const {
  return text ? state::BindingOf(state->serial, *text) : state::JournalBinding{state->serial, text_digest};
}

JournalingSession::JournalingSession(std::unique_ptr<state::StateStorage> storage, base::core::Clock& clock,
                                     Stored stored, std::shared_ptr<const State> initial,
                                     state::Recovery recovery, const SessionOptions& options)
    : storage_(std::move(storage)),
      clock_(clock),
      remote_interval_(options.remote_interval),
      on_unlock_failure_(options.on_unlock_failure),
      initial_(std::move(initial)),
      recovery_(std::move(recovery)),
      stored_(std::move(stored)) {
  if (stored_.exists) backup_ = *stored_.state;
}

JournalingSession::~JournalingSession() {
  saver_ = {};  // stopped and joined
  journal_.reset();
  if (const Result<void> unlocked = storage_->Unlock(); !unlocked.ok()) {
    base::core::Log(base::core::LogLevel::kWarn, "state", "releasing the lock: {}",
                    unlocked.error().message());
    if (on_unlock_failure_) on_unlock_failure_(unlocked.error().message());
  }
}

Result<void> JournalingSession::FoldIn() {
  std::lock_guard lock(mutex_);
  State folded = *initial_;
  if (!state::SameContent(folded, *stored_.state))
    RETURN_IF_ERROR(Save(std::move(folded), stored_.state->serial + 1));
  const std::string path = storage_->JournalPath();
  if (recovery_.in_doubt.empty()) return base::core::RemoveFile(path);
  Result<state::Journal> journal =
      state::Journal::Create(path, Header(), {}, recovery_.in_doubt, storage_->JournalSealer());
  return journal.ok() ? Result<void>() : Result<void>(journal.error());  // closed again, and with that dead
}

state::JournalHeader JournalingSession::Header() const {
  std::string lineage = stored_.state->lineage;
  if (lineage.empty() && editor_) lineage = const_cast<state::StateEditor&>(*editor_).header().lineage;
  return {storage_->Identity(), lineage, stored_.Binding()};
}

Result<void> JournalingSession::Begin(State base) {
  std::lock_guard lock(mutex_);
  CHECK(!editor_);
  base.lineage = stored_.state->lineage.empty() ? initial_->lineage : stored_.state->lineage;
  if (base.lineage.empty()) base.lineage = base::core::RandomUuid();
  pending_ = Differences(*stored_.state, base);
  for (const JournalChange& change : pending_) {
    touched_.emplace(change.outcome.address.ToString(), change.outcome.deposed);
  }
  editor_.emplace(std::move(base));
  last_written_ = clock_.Monotonic();
  if (storage_->IsRemote())
    saver_ = std::jthread([this](std::stop_token stop) { SaveInTime(std::move(stop)); });
  return {};
}

Result<void> JournalingSession::EnsureJournal() {
  RETURN_IF_ERROR(broken_);
  const std::string path = storage_->JournalPath();
  if (journal_ || path.empty()) return {};
  if (!recovery_.conflict.empty()) {  // an unlocked run; a new journal would take the old one's place
    broken_ = Error(recovery_.conflict);
    return broken_;
  }
  Result<state::Journal> journal =
      state::Journal::Create(path, Header(), pending_, recovery_.in_doubt, storage_->JournalSealer());
  if (!journal.ok()) {
    broken_ = journal.error();
    return broken_;
  }
  journal_ = std::move(journal).value();
  pending_.clear();
  return {};
}

Result<void> JournalingSession::WriteIntents(std::span<const state::Intent> intents) {
  std::lock_guard lock(mutex_);
  CHECK(editor_);
  RETURN_IF_ERROR(EnsureJournal());
  if (!journal_ || intents.empty()) return {};
  broken_ = journal_->AppendIntents(intents);
  if (broken_.ok()) broken_ = journal_->Sync();
  return broken_;
}

Result<void> JournalingSession::Record(Outcome outcome) {
  std::lock_guard lock(mutex_);
  CHECK(editor_);
  // Even when the journal fails the result goes into the state in memory, which Finish tries to save.
  Result<void> kept = EnsureJournal();
  if (kept.ok() && journal_) {
    std::string before;
    if (touched_.emplace(outcome.address.ToString(), outcome.deposed).second) {
      before =
          state::ObjectDigest(outcome.deposed.empty() ? editor_->Current(outcome.address)
                                                      : editor_->Deposed(outcome.address, outcome.deposed));
    }
    kept = broken_ = journal_->AppendChange(outcome, before);
  }
  if (outcome.deposed.empty()) {
    editor_->SetCurrent(outcome.address, outcome.provider, std::move(outcome.object));
  } else {
    editor_->SetDeposed(outcome.address, outcome.provider, outcome.deposed, std::move(outcome.object));
  }
  RETURN_IF_ERROR(std::move(kept));
  unsaved_ = true;
  unsaved_changed_.notify_one();
  return WholeWritingIsDue() ? WriteMeanwhile() : Result<void>();
}

Result<void> JournalingSession::WriteMeanwhile() {
  const Duration start = clock_.Monotonic();
  Result<void> written = WriteWhole(false);
  last_written_ = clock_.Monotonic();
  last_cost_ = last_written_ - start;
  unsaved_ = !written.ok();
  // With a journal nothing is lost yet, and Finish reports what then still fails.
  if (!written.ok() && journal_) {
    base::core::Log(base::core::LogLevel::kWarn, "state", "saving meanwhile: {}", written.error().message());
    return {};
  }
  return written;
}

bool JournalingSession::WholeWritingIsDue() const {
  const Duration since = clock_.Monotonic() - last_written_;
  if (!storage_->IsRemote()) return since > last_cost_ * kCostFactor;
  const std::optional<Duration> interval = RemoteInterval();
  return interval && since >= *interval;
}

std::optional<Duration> JournalingSession::RemoteInterval() const {
  const std::optional<Duration> wanted = storage_->WantedInterval();
  if (!wanted) return std::nullopt;
  return std::max(remote_interval_, *wanted);
}

// What no later result writes is written when its time has come.
void JournalingSession::SaveInTime(std::stop_token stop) {
  std::unique_lock lock(mutex_);
  while (unsaved_changed_.wait(lock, stop, [this] { return unsaved_; }) && !stop.stop_requested()) {
    const std::optional<Duration> interval = RemoteInterval();
    if (!interval) return;
    const Duration left = last_written_ + *interval - clock_.Monotonic();
    if (left <= Duration(0))
      (void)WriteMeanwhile();
    else
      unsaved_changed_.wait_for(lock, stop, left, [] { return false; });
  }
}

void JournalingSession::SetOutput(const std::string& name, std::optional<OutputValue> value) {
  std::lock_guard lock(mutex_);
  CHECK(editor_);
  if (EnsureJournal().ok() && journal_) broken_ = journal_->AppendOutput(name, value);
  editor_->SetOutput(name, std::move(value));
}

void JournalingSession::SetCheckResults(std::string json) {
  std::lock_guard lock(mutex_);
  CHECK(editor_);
  editor_->header().check_results = std::move(json);
}

State JournalingSession::Snapshot() const {
  std::lock_guard lock(mutex_);
  if (!editor_) return *initial_;
  State out = editor_->Snapshot();
  const bool saved = stored_.exists && state::SameContent(out, *stored_.state);
  out.serial = stored_.state->serial + (saved ? 0 : 1);
  return out;
}

Result<void> JournalingSession::WriteWhole(bool even_unchanged) {
  State snapshot = editor_->Snapshot();
  const bool same = state::SameContent(snapshot, *stored_.state);
  if (same && !even_unchanged) return {};
  // An unchanged state goes to another place as it is.
  const bool as_it_is = same && stored_.exists && !storage_->IsOutdated();
  return Save(std::move(snapshot), stored_.state->serial + (as_it_is ? 0 : 1));
}

Result<void> JournalingSession::Save(State state, uint64_t serial, bool last) {
  state.serial = serial;
  ASSIGN_OR_RETURN(const std::string text, state::WriteState(state));
  state::JournalBinding binding;
  if (!last) binding = state::BindingOf(state.serial, text);
  // Announced first: a run that dies right after the writing is then known to have made this very state.
  if (journal_ && broken_.ok()) broken_ = journal_->AppendBinding(binding);
  if (backup_ && !storage_->IsRemote()) {
    ASSIGN_OR_RETURN(const std::string backup, state::WriteState(*backup_));
    RETURN_IF_ERROR(storage_->WriteBackup(backup).Wrap("writing the backup"));
    backup_.reset();
  }
  RETURN_IF_ERROR(storage_->Write(text));
  stored_ = {nullptr, std::move(binding.sha256), true, std::make_shared<const State>(std::move(state))};
  return {};
}

Result<void> JournalingSession::Finish() {
  std::lock_guard lock(mutex_);
  if (!editor_) return {};
  RETURN_IF_ERROR(WriteWhole(!stored_.exists || storage_->ReadsElsewhere() || storage_->IsOutdated()));
  unsaved_ = false;
  pending_.clear();
  if (journal_) {
    RETURN_IF_ERROR(journal_->Remove());
    journal_.reset();
  } else if (!recovery_.recovered.empty() || !recovery_.in_doubt.empty()) {
    // What an unlocked reader laid over is in the state now.
    if (state::ProbeJournal(storage_->JournalPath()) == state::JournalPresence::kDead) {
      return base::core::RemoveFile(storage_->JournalPath());
    }
  }
  return {};
}

Result<void> JournalingSession::Push(State state, bool force) {
  std::lock_guard lock(mutex_);
  CHECK(!editor_);
  if (force) storage_->ReplaceAnyState();
  if (!force && stored_.exists) {
    if (const std::optional<std::string> problem = PushProblem(state, *stored_.state)) return Error(*problem);
  }
  const bool same = stored_.exists && state::SameContent(state, *stored_.state);
  const bool equal = same && state.lineage == stored_.state->lineage && state.serial == stored_.state->serial;
  if (equal && !storage_->IsOutdated()) return {};
  // A pushed serial counts as it is, plus one where it replaces other contents.
  const uint64_t serial = state.serial + (stored_.exists && !same ? 1 : 0);
  return Save(std::move(state), serial, /*last=*/true);
}

}  // namespace engine::backend
