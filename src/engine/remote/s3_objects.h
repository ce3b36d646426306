// The objects of one bucket: reading, writing, removing, listing, with their encryption and checksums.
// Not which objects there are (s3.h). Called by the backend "s3". Source: the API reference of Amazon S3.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/aws/service.h"
#include "base/core/result.h"

namespace engine::remote {

struct S3Encryption {
  bool encrypt = false;
  std::string kms_key_id;    // empty: the bucket's own
  std::string customer_key;  // 32 bytes; empty: none
};

struct S3ObjectSettings {
  std::string bucket;
  bool path_style = false;
  bool skip_checksum = false;
  std::string acl;
  S3Encryption encryption;
};

class S3Objects {
 public:
  S3Objects(std::unique_ptr<base::aws::Service> s3, S3ObjectSettings settings);

  // Nothing when there is no such object.
  base::core::Result<std::optional<std::string>> Get(const std::string& key);
  base::core::Result<void> Put(const std::string& key, std::string body);
  // Only when there is none of the key; else the service's words for that.
  base::core::Result<std::optional<std::string>> PutIfNone(const std::string& key, std::string body);
  // None of the key is fine.
  base::core::Result<void> Delete(const std::string& key);
  // All keys that begin with `prefix`, sorted. Nothing when the credentials may not list.
  base::core::Result<std::optional<std::vector<std::string>>> List(const std::string& prefix);

  const std::string& bucket() const { return settings_.bucket; }
  // "https://states.s3.eu-west-1.amazonaws.com", without the key.
  std::string BucketUrl() const;

 private:
  base::aws::ServiceAnswer Call(const std::string& key, base::aws::ServiceRequest request);
  base::aws::ServiceRequest MakePut(std::string body) const;
  void AddCustomerKey(base::aws::NameValues* headers) const;
  base::core::Error Explain(const base::aws::ServiceError& error, const std::string& key) const;

  const std::unique_ptr<base::aws::Service> s3_;
  const S3ObjectSettings settings_;
  const std::string endpoint_;  // with the bucket, where that is part of the host
};

// One page of a list: its keys, and where the next begins ("": nowhere).
struct S3Page {
  std::vector<std::string> keys;
  std::string next;
};
base::core::Result<S3Page> ReadS3Page(std::string_view xml);

}  // namespace engine::remote
