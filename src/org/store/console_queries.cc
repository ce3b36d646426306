#include "org/store/console_queries.h"

#include "org/store/store_impl.h"

namespace org::store {

Outcome<ObjectCounts> CountObjects(Store& store) {
  ObjectCounts counts;
  Reading reading(store);
  {
    auto row = reading.Query(
        "SELECT (SELECT count(*) FROM users), (SELECT count(*) FROM groups), (SELECT count(*) FROM apps)");
    if (row.Step()) {
      counts = {static_cast<int>(row.Int(0)), static_cast<int>(row.Int(1)), static_cast<int>(row.Int(2))};
    }
  }
  return reading.Finish(counts);
}

Outcome<bool> IsMember(Store& store, std::string_view group_id, std::string_view user_id) {
  bool found = false;
  Reading reading(store);
  {
    auto row = reading.Query(
        "SELECT 1 FROM memberships WHERE group_seq = (SELECT seq FROM groups WHERE id = ?) "
        "AND user_seq = (SELECT seq FROM users WHERE id = ?)");
    found = row.Bind(group_id).Bind(user_id).Step();
  }
  return reading.Finish(found);
}

Outcome<std::vector<int>> CountRecentEvents(Store& store, std::chrono::milliseconds width, int slots) {
  std::vector<int> counts(static_cast<size_t>(slots));
  const int64_t begin = ToMillis(store.Now()) - width.count() * slots;
  Reading reading(store);
  {
    auto row = reading.Query(
        "SELECT min((published - ?1 - 1) / ?2, ?3 - 1), count(*) FROM events WHERE published > ?1 GROUP BY "
        "1");
    row.Bind(begin).Bind(width.count()).Bind(slots);
    while (row.Step()) {
      auto slot = static_cast<size_t>(row.Int(0));
      if (slot < counts.size()) counts[slot] = static_cast<int>(row.Int(1));
    }
  }
  return reading.Finish(std::move(counts));
}

}  // namespace org::store
