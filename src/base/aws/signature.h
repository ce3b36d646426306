// AWS Signature Version 4 in request headers, and the percent-encoding that it demands.
// Not for presigned URLs, chunked bodies or Version 4A. Called by service.cc.
// Source: "Signature Version 4 for API requests" in AWS's IAM user guide.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/aws/credentials.h"
#include "base/core/clock.h"

namespace base::aws {

using NameValues = std::vector<std::pair<std::string, std::string>>;

// All bytes but A-Z a-z 0-9 - . _ ~ become %XX; `keep_slashes` for paths.
std::string UriEncode(std::string_view text, bool keep_slashes = false);

struct RequestToSign {
  std::string_view method;
  std::string canonical_path;  // as it is sent for S3; encoded once more for all other services
  NameValues query;            // not encoded
  NameValues headers;          // all that are to be signed, with "host" and "x-amz-date"
  std::string payload_hash;    // hex of SHA-256
};

// 20150830T123600Z: the value of the header x-amz-date.
std::string FormatAmzDate(core::TimePoint time);

// The value of the header Authorization. `amz_date` is what the header x-amz-date says.
std::string Authorization(const RequestToSign& request, const Credentials& credentials,
                          std::string_view region, std::string_view service, std::string_view amz_date);

}  // namespace base::aws
