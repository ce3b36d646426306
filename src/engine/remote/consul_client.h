// Calls to a Consul agent: keys, transactions and sessions.
// Not what the keys mean (consul_storage.h) nor the lock's life (consul_lock.h).
// Called by consul.cc, consul_storage.cc and consul_lock.cc, the last one also from its own thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/core/environment.h"
#include "base/core/result.h"
#include "base/net/http_client.h"

namespace engine::remote {

struct ConsulAddress {
  std::string url;          // scheme, host, port and perhaps a path, without a slash at its end
  std::string unix_socket;  // instead, where it is one
  std::string datacenter, namespace_name, partition;
  std::string token;
  std::string username, password;
  base::net::TlsOptions tls;
};

struct ConsulEntry {
  std::string value;
  std::string session;  // that has it locked; empty: none
  uint64_t flags = 0;
  uint64_t modify_index = 0;
};

// What became of a transaction.
struct ConsulStored {
  enum class Outcome { kStored, kStale, kTooLarge };
  Outcome outcome = Outcome::kStored;
  uint64_t modify_index = 0;
};

class ConsulClient {
 public:
  ConsulClient(ConsulAddress address, const base::core::Environment& environment);
  const std::string& url() const { return address_.url; }
  const std::string& unix_socket() const { return address_.unix_socket; }

  base::core::Result<std::optional<ConsulEntry>> Get(const std::string& key);
  // Nothing when there is no such key.
  base::core::Result<std::optional<std::string>> GetValue(const std::string& key);
  // The names of the keys with this prefix, each cut behind the first '/' that follows it.
  base::core::Result<std::vector<std::string>> Keys(const std::string& prefix);
  base::core::Result<void> Put(const std::string& key, std::string value);
  // Only where the key's ModifyIndex is `index` (0: where there is none); always when none is given.
  base::core::Result<ConsulStored> Store(const std::string& key, std::string_view value,
                                         std::optional<uint64_t> index);
  base::core::Result<void> Delete(const std::string& key);
  base::core::Result<void> DeleteIf(const std::string& key, uint64_t index);
  base::core::Result<void> DeleteTree(const std::string& prefix);
  // False when another session has it, or had it a moment ago.
  base::core::Result<bool> Acquire(const std::string& key, const std::string& session, uint64_t flags);
  base::core::Result<void> Release(const std::string& key, const std::string& session, uint64_t flags);

  // The new session's id.
  base::core::Result<std::string> CreateSession(const std::string& json);
  // False when it is no more. One short try: it comes again before the session ends.
  base::core::Result<bool> RenewSession(const std::string& session);
  base::core::Result<void> DestroySession(const std::string& session);

 private:
  using Query = std::vector<std::pair<std::string, std::string>>;
  base::net::ClientRequest Request(std::string method, const std::string& path, const Query& query,
                                   std::string body) const;
  base::core::Result<base::net::ClientResponse> Call(std::string method, const std::string& path,
                                                     const Query& query, std::string body = "");
  base::core::Result<base::net::ClientResponse> CallKey(std::string method, const std::string& key,
                                                        const Query& query, std::string body = "");

  const ConsulAddress address_;
  base::net::HttpClient client_;
};

}  // namespace engine::remote
