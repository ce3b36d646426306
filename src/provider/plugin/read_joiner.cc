#include "provider/plugin/read_joiner.h"

namespace provider::plugin {

api::ReadResponse ReadJoiner::Read(const api::ReadRequest& request) {
  Waiting mine{.request = &request};
  std::unique_lock lock(mutex_);
  Queue& queue = queues_[std::string(request.type)];
  queue.waiting.push_back(&mine);
  while (!mine.done) {
    if (queue.busy) {
      changed_.wait(lock);
      continue;
    }
    // Whoever finds nobody at work reads for all who wait, and for himself.
    queue.busy = true;
    std::vector<Waiting*> batch;
    batch.swap(queue.waiting);
    lock.unlock();
    ReadBatch(batch);
    lock.lock();
    queue.busy = false;
    changed_.notify_all();
  }
  return std::move(mine.response);
}

void ReadJoiner::ReadBatch(const std::vector<Waiting*>& batch) {
  std::vector<api::ReadRequest> requests;
  requests.reserve(batch.size());
  for (const Waiting* waiting : batch) requests.push_back(*waiting->request);
  provider_.Read(requests,
                 [&](size_t index, api::ReadResponse response) {
                   std::lock_guard lock(mutex_);
                   batch[index]->response = std::move(response);
                   batch[index]->done = true;
                   changed_.notify_all();
                 },
                 {});
}

}  // namespace provider::plugin
