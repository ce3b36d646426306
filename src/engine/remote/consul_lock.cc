#include "engine/remote/consul_lock.h"

#include "base/core/log.h"
#include "base/core/strings.h"

namespace engine::remote {
namespace {

using base::core::Error;
using base::core::LogLevel;
using base::core::Result;
using state::LockConflict;
using state::LockInfo;

// What Consul's own locks carry, so that they are told from other keys.
constexpr uint64_t kLockFlags = 0x2ddccbc058a50c18;
constexpr std::string_view kSession = R"({"LockDelay":"5000ms","Name":"Consul API Lock","TTL":"15s"})";
// A key whose session has died is nobody's for the lock-delay; we wait it out, and a little more.
constexpr std::chrono::milliseconds kDelayWait{6000};
constexpr std::chrono::milliseconds kDelayStep{250};

}  // namespace

ConsulLock::ConsulLock(std::shared_ptr<ConsulClient> client, std::string path, base::core::Duration renewal)
    : client_(std::move(client)), path_(std::move(path)), renewal_(renewal) {}

ConsulLock::~ConsulLock() { (void)Release(); }

// A new session that has the lock; false when another one has it.
Result<bool> ConsulLock::Acquire() {
  ASSIGN_OR_RETURN(session_, client_->CreateSession(std::string(kSession)));
  Result<bool> acquired = client_->Acquire(LockKey(), session_, kLockFlags);
  if (acquired.ok() && *acquired) {
    info_.id = session_;
    info_.info = "consul session: " + session_;
    if (Result<void> said = client_->Put(InfoKey(), info_.ToJson()); !said.ok()) acquired = said.error();
  }
  if (!acquired.ok() || !*acquired) (void)client_->DestroySession(std::exchange(session_, ""));
  return acquired;
}

Result<std::optional<LockInfo>> ConsulLock::Holder() {
  ASSIGN_OR_RETURN(const std::optional<std::string> info, client_->GetValue(InfoKey()));
  return info ? LockInfo::FromJson(*info) : std::nullopt;
}

Result<std::optional<LockConflict>> ConsulLock::TryAcquire(LockInfo* info) {
  std::lock_guard lock(mutex_);
  info_ = *info;
  for (base::core::Duration waited{0};; waited += kDelayStep) {
    ASSIGN_OR_RETURN(const bool acquired, Acquire());
    if (acquired) break;
    ASSIGN_OR_RETURN(const std::optional<ConsulEntry> entry, client_->Get(LockKey()));
    if (entry && !entry->session.empty()) {
      ASSIGN_OR_RETURN(std::optional<LockInfo> holder, Holder());
      const bool passes = !holder;  // it has the lock for a moment only, or is just letting go of it
      return std::optional(
          LockConflict{"the state is locked in Consul by another session", std::move(holder), passes});
    }
    if (waited >= kDelayWait)
      return std::optional(LockConflict{
          "Consul does not give the lock yet, since its last holder died a moment ago: try again",
          std::nullopt, /*passes=*/true});
    base::core::RealClock().Sleep(kDelayStep);
  }
  *info = info_;
  held_ = true;
  keeper_ = std::jthread([this](std::stop_token stop) { KeepAlive(std::move(stop)); });
  return std::optional<LockConflict>();
}

// The session is gone, by a partition or by force; with the mutex held.
Result<void> ConsulLock::Regain() {
  ASSIGN_OR_RETURN(const bool acquired, Acquire());
  if (acquired) {
    base::core::Log(LogLevel::kWarn, "consul", "the lock on {} was lost and taken again", path_);
    return {};
  }
  ASSIGN_OR_RETURN(const std::optional<LockInfo> holder, Holder());
  return Error(fmt::format(
      "the lock on the Consul path {} was lost while this run held it (its session expired or was ended by "
      "force), and {}: nothing is written over a state that another may be changing. Let that run end, then "
      "run again",
      path_, holder && !holder->who.empty() ? holder->who + " holds it now" : "it cannot be had again yet"));
}

void ConsulLock::KeepAlive(std::stop_token stop) {
  while (base::core::RealClock().Sleep(renewal_, stop)) {
    std::unique_lock lock(mutex_, std::try_to_lock);
    if (!lock.owns_lock()) continue;
    if (session_.empty()) {
      (void)Regain();
      continue;
    }
    // A call that fails is no loss: the next one may come in time.
    const Result<bool> renewed = client_->RenewSession(session_);
    if (!renewed.ok() || *renewed) continue;
    base::core::Log(LogLevel::kError, "consul", "the lock on {} was lost", path_);
    session_.clear();
    (void)Regain();
  }
}

Result<void> ConsulLock::Confirm() {
  std::lock_guard lock(mutex_);
  if (!held_) return {};
  if (!session_.empty()) {
    ASSIGN_OR_RETURN(const std::optional<ConsulEntry> entry, client_->Get(LockKey()));
    if (entry && entry->session == session_) return {};
    (void)client_->DestroySession(std::exchange(session_, ""));
  }
  return Regain();
}

Result<void> ConsulLock::Release() {
  if (!held_) return {};
  keeper_.request_stop();
  keeper_.join();
  std::lock_guard lock(mutex_);
  held_ = false;
  if (session_.empty())
    return Error("the lock on the Consul path " + path_ + " was lost before it was released");
  const std::string session = std::exchange(session_, "");
  ASSIGN_OR_RETURN(const std::optional<ConsulEntry> entry, client_->Get(LockKey()));
  Result<void> result;
  if (entry && entry->session == session) {
    result = client_->Delete(InfoKey());
    if (Result<void> released = client_->Release(LockKey(), session, kLockFlags); !released.ok())
      result = std::move(released);
    ASSIGN_OR_RETURN(const std::optional<ConsulEntry> left, client_->Get(LockKey()));
    // Fails when another was faster, which is fine.
    if (left && left->session.empty()) (void)client_->DeleteIf(LockKey(), left->modify_index);
  } else {
    result = Error("the lock on the Consul path " + path_ + " was lost before it was released");
  }
  (void)client_->DestroySession(session);
  return result;
}

Result<void> ConsulLock::Break(const std::string& id) {
  ASSIGN_OR_RETURN(const std::optional<ConsulEntry> entry, client_->Get(LockKey()));
  if (!entry || entry->session.empty())
    return Error("the state is not locked: no session holds " + LockKey());
  if (entry->session != id)
    return Error(fmt::format("lock id {} does not match existing lock {}", base::core::GoQuote(id),
                             base::core::GoQuote(entry->session)));
  RETURN_IF_ERROR(client_->DestroySession(id));
  // What is left over does no harm.
  (void)client_->Delete(LockKey());
  (void)client_->Delete(InfoKey());
  return {};
}

}  // namespace engine::remote
