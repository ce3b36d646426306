#include "engine/remote/empty_state.h"

#include "engine/remote/storage_support.h"

namespace engine::remote {
namespace {

using base::core::Error;
using base::core::Result;

Result<void> WriteIfNone(state::StateStorage& storage) {
  ASSIGN_OR_RETURN(const std::string present, storage.Read());
  if (!present.empty()) return {};
  ASSIGN_OR_RETURN(const std::string text, EmptyStateText());
  return storage.Write(text);
}

}  // namespace

Result<void> EnsureState(state::StateStorage& storage) {
  state::LockInfo info = state::LockInfo::Make("init", base::core::RealClock().Now());
  ASSIGN_OR_RETURN(const std::optional<state::LockConflict> conflict, storage.TryLock(&info));
  if (conflict) return Error(state::LockConflictDetail(*conflict));
  Result<void> written = WriteIfNone(storage);
  Result<void> unlocked = storage.Unlock();
  return written.ok() ? std::move(unlocked) : std::move(written);
}

}  // namespace engine::remote
