// What the files of this room share: the connection under its lock, reading and writing sessions, cursors.
// Not for other rooms. Included by the .cc files of org/store only.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include <boost/json.hpp>

#include "base/core/log.h"
#include "base/sql/sql.h"
#include "org/store/events.h"
#include "org/store/outcome.h"
#include "org/store/store.h"
#include "org/store/types_and_schemas.h"

namespace org::store {

struct Store::Impl {
  OpenOptions options;
  std::mutex mutex;  // over everything below
  std::unique_ptr<base::sql::Database> database;
  std::string org_id;
  std::string org_name;
  std::string id_ending;
  std::string signing_key_pem;
  std::string signing_key_id;
  std::string everyone_id;
  // Parsed schemas by id; "group" is the group schema. Emptied when one changes.
  std::map<std::string, Schema, std::less<>> schema_cache;
};

inline int64_t ToMillis(Time time) { return time.time_since_epoch().count(); }
inline Time FromMillis(int64_t millis) { return Time(std::chrono::milliseconds(millis)); }
inline std::optional<Time> FromMillis(std::optional<int64_t> millis) {
  if (!millis) return std::nullopt;
  return FromMillis(*millis);
}
inline std::optional<int64_t> ToMillis(std::optional<Time> time) {
  if (!time) return std::nullopt;
  return ToMillis(*time);
}

// The lock, and statements that only read.
class Reading {
 public:
  explicit Reading(Store& store) : store_(store), lock_(store.impl().mutex) {}
  // A failure that nobody asked for must not spoil the next session.
  ~Reading() { (void)store_.impl().database->TakeError(); }
  Reading(const Reading&) = delete;
  Reading& operator=(const Reading&) = delete;
  base::sql::Statement Query(std::string_view text) { return store_.impl().database->Query(text); }
  Store& store() { return store_; }

  // The value, or InternalError() when a statement failed.
  template <typename T>
  Outcome<T> Finish(T value) {
    auto result = store_.impl().database->TakeError();
    if (result.ok()) return value;
    base::core::Log(base::core::LogLevel::kError, "org/store", "{}", result.error().message());
    return InternalError();
  }

 private:
  Store& store_;
  std::unique_lock<std::mutex> lock_;
};

// The lock and a transaction: a change, with the events that belong to it.
class Writing {
 public:
  Writing(Store& store, const Actor& actor)
      : store_(store),
        actor_(actor),
        lock_(store.impl().mutex),
        now_(store.Now()),
        transaction_(*store.impl().database) {}

  base::sql::Statement Query(std::string_view text) { return store_.impl().database->Query(text); }
  Store& store() { return store_; }
  const Actor& actor() const { return actor_; }
  Time now() const { return now_; }
  int64_t now_millis() const { return ToMillis(now_); }
  bool failed() const { return store_.impl().database->failed(); }
  int changes() const { return store_.impl().database->changes(); }
  void Event(NewEvent event);

  // Commits; a refusal that returns without this rolls everything back.
  template <typename T>
  Outcome<T> Commit(T value) {
    auto result = transaction_.Commit();
    if (result.ok()) return value;
    base::core::Log(base::core::LogLevel::kError, "org/store", "{}", result.error().message());
    return InternalError();
  }

 private:
  Store& store_;
  const Actor& actor_;
  std::unique_lock<std::mutex> lock_;
  const Time now_;
  base::sql::Transaction transaction_;
};

// Leaves with the refusal, or goes on: ASSIGN_OR_REFUSE(auto user, LoadUser(...)).
#define ASSIGN_OR_REFUSE(target, expression)                        \
  auto PARTERRE_CONCAT(parterre_outcome_, __LINE__) = (expression); \
  if (!PARTERRE_CONCAT(parterre_outcome_, __LINE__).ok())           \
    return PARTERRE_CONCAT(parterre_outcome_, __LINE__).refusal();  \
  target = std::move(PARTERRE_CONCAT(parterre_outcome_, __LINE__)).value()

// Lower case, for comparisons without regard to case. Diacritics stay.
std::string Fold(std::string_view text);

// What is stored is valid UTF-8 whatever came in by forms and headers; so it can be read again.
std::string JsonText(const boost::json::value& value);
boost::json::object ParseObject(std::string_view text);

// Cursors: a row's sequence number, and its sort key where the list is sorted by one.
struct Cursor {
  int64_t seq = 0;
  std::optional<std::string> key;
};
std::string EncodeCursor(const Cursor& cursor);
std::optional<Cursor> DecodeCursor(std::string_view text);
// 400: the cursor is not one of ours.
Refusal InvalidCursor();

// The rows of a query whose LIMIT is limit + 1: the row too many tells that there is a next page.
// read(cursor) makes the item of the present row and sets the cursor to it.
template <typename Item, typename Row, typename Read>
Page<Item> ReadPage(Row& row, int limit, Read read) {
  Page<Item> page;
  Cursor last;
  while (row.Step()) {
    if (static_cast<int>(page.items.size()) == limit) {
      page.next = EncodeCursor(last);
      break;
    }
    page.items.push_back(read(last));
  }
  return page;
}

}  // namespace org::store
