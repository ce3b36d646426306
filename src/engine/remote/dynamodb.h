// A DynamoDB table whose hash key is the string LockID: items with one more string each, for locks and
// digests. Not what they mean (s3_lock.h, s3_storage.cc). Called by the backend "s3".
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/aws/service.h"
#include "base/core/result.h"

namespace engine::remote {

class DynamoDbTable {
 public:
  DynamoDbTable(std::unique_ptr<base::aws::Service> service, std::string table)
      : service_(std::move(service)), table_(std::move(table)) {}

  // The attribute of the item as last written by anyone; nothing when there is none.
  base::core::Result<std::optional<std::string>> Get(const std::string& lock_id,
                                                     const std::string& attribute);
  base::core::Result<void> Put(const std::string& lock_id, const std::string& attribute,
                               const std::string& value);
  // Only when there is no such item; else the service's words for that.
  base::core::Result<std::optional<std::string>> PutIfNone(const std::string& lock_id,
                                                           const std::string& attribute,
                                                           const std::string& value);
  base::core::Result<void> Delete(const std::string& lock_id);

 private:
  base::aws::ServiceAnswer Call(const std::string& operation, std::string body);
  base::core::Error Explain(const base::aws::ServiceError& error) const;

  const std::unique_ptr<base::aws::Service> service_;
  const std::string table_;
};

}  // namespace engine::remote
