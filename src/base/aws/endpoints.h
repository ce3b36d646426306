// AWS's names: partitions, regions, ARNs, and the host of a service in a region.
// Not which endpoint a user has asked for (settings.h). Called by the S3 backend and by sts.cc.
// Source: the partition and endpoint metadata that AWS publishes for its SDKs.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace base::aws {

struct Partition {
  std::string_view id;                 // "aws-cn"
  std::string_view suffix;             // "amazonaws.com.cn"
  std::string_view dual_stack_suffix;  // "api.amazonwebservices.com.cn"
};
// By the region's name; "aws" for names that fit no other.
const Partition& PartitionOf(std::string_view region);
// One that AWS has announced.
bool IsKnownRegion(std::string_view region);

struct EndpointVariant {
  bool fips = false, dual_stack = false;
};
// "https://sts.eu-west-1.amazonaws.com". `service` is the host's first label: s3, dynamodb, sts, portal.sso.
std::string EndpointOf(std::string_view service, std::string_view region, EndpointVariant variant);

struct Arn {
  std::string partition, service, region, account_id, resource;
};
// arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE; nothing when it has another form.
std::optional<Arn> ParseArn(std::string_view text);

// Whether the bucket's name can be a label of a host name under TLS: 3 to 63 of a-z 0-9 -, no dots.
bool IsHostLabel(std::string_view bucket);

}  // namespace base::aws
