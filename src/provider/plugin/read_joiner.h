// Reads that a host asks one by one, put together: the first starts a batch at once, those that come while it
// is under way make up the next. Nobody waits for others to come. Not for data sources. Used by
// ProviderService.
#pragma once

#include <condition_variable>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "provider/api/provider.h"

namespace provider::plugin {

class ReadJoiner {
 public:
  explicit ReadJoiner(api::Provider& provider) : provider_(provider) {}

  // Blocks until the answer is there; may be called from many threads at once.
  api::ReadResponse Read(const api::ReadRequest& request);

 private:
  struct Waiting {
    const api::ReadRequest* request = nullptr;
    api::ReadResponse response;
    bool done = false;
  };
  struct Queue {
    std::vector<Waiting*> waiting;
    bool busy = false;
  };

  void ReadBatch(const std::vector<Waiting*>& batch);

  api::Provider& provider_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::string, Queue, std::less<>> queues_;  // by resource type
};

}  // namespace provider::plugin
