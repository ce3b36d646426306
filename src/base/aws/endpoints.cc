#include "base/aws/endpoints.h"

#include <algorithm>
#include <array>

#include "base/core/strings.h"

namespace base::aws {
namespace {

struct RegionPrefix {
  std::string_view prefix;
  Partition partition;
};

// The first that fits.
constexpr RegionPrefix kPartitions[] = {
    {"cn-", {"aws-cn", "amazonaws.com.cn", "api.amazonwebservices.com.cn"}},
    {"us-gov-", {"aws-us-gov", "amazonaws.com", "api.aws"}},
    {"us-iso-", {"aws-iso", "c2s.ic.gov", "api.aws.ic.gov"}},
    {"us-isob-", {"aws-iso-b", "sc2s.sgov.gov", "api.aws.scloud"}},
    {"eu-isoe-", {"aws-iso-e", "cloud.adc-e.uk", "api.cloud-aws.adc-e.uk"}},
    {"us-isof-", {"aws-iso-f", "csp.hci.ic.gov", "api.aws.hci.ic.gov"}},
    {"eusc-", {"aws-eusc", "amazonaws.eu", "api.amazonwebservices.eu"}},
    {"", {"aws", "amazonaws.com", "api.aws"}},
};

constexpr std::string_view kRegions[] = {
    "af-south-1",     "ap-east-1",      "ap-east-2",      "ap-northeast-1",  "ap-northeast-2",
    "ap-northeast-3", "ap-south-1",     "ap-south-2",     "ap-southeast-1",  "ap-southeast-2",
    "ap-southeast-3", "ap-southeast-4", "ap-southeast-5", "ap-southeast-6",  "ap-southeast-7",
    "ca-central-1",   "ca-west-1",      "eu-central-1",   "eu-central-2",    "eu-north-1",
    "eu-south-1",     "eu-south-2",     "eu-west-1",      "eu-west-2",       "eu-west-3",
    "il-central-1",   "me-central-1",   "me-south-1",     "mx-central-1",    "sa-east-1",
    "us-east-1",      "us-east-2",      "us-west-1",      "us-west-2",       "cn-north-1",
    "cn-northwest-1", "eusc-de-east-1", "us-iso-east-1",  "us-iso-west-1",   "us-isob-east-1",
    "us-isob-west-1", "eu-isoe-west-1", "us-isof-east-1", "us-isof-south-1", "us-gov-east-1",
    "us-gov-west-1",
};

}  // namespace

const Partition& PartitionOf(std::string_view region) {
  return std::find_if(std::begin(kPartitions), std::end(kPartitions),
                      [&](const RegionPrefix& entry) { return region.starts_with(entry.prefix); })
      ->partition;
}

bool IsKnownRegion(std::string_view region) {
  return std::find(std::begin(kRegions), std::end(kRegions), region) != std::end(kRegions);
}

std::string EndpointOf(std::string_view service, std::string_view region, EndpointVariant variant) {
  const Partition& partition = PartitionOf(region);
  if (service == "s3")
    return fmt::format("https://s3{}{}.{}.{}", variant.fips ? "-fips" : "",
                       variant.dual_stack ? ".dualstack" : "", region, partition.suffix);
  // GovCloud's plain hosts of these are FIPS ones.
  const bool is_plain_fips = partition.id == "aws-us-gov" && !variant.dual_stack;
  return fmt::format("https://{}{}.{}.{}", service, variant.fips && !is_plain_fips ? "-fips" : "", region,
                     variant.dual_stack ? partition.dual_stack_suffix : partition.suffix);
}

std::optional<Arn> ParseArn(std::string_view text) {
  std::array<std::string, 5> parts;
  for (std::string& part : parts) {
    const auto split = core::SplitOnce(text, ':');
    if (!split) return std::nullopt;
    part = split->first;
    text = split->second;
  }
  if (parts[0] != "arn") return std::nullopt;
  return Arn{parts[1], parts[2], parts[3], parts[4], std::string(text)};
}

bool IsHostLabel(std::string_view bucket) {
  if (bucket.size() < 3 || bucket.size() > 63 || bucket.front() == '-' || bucket.back() == '-') return false;
  return std::all_of(bucket.begin(), bucket.end(),
                     [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
}

}  // namespace base::aws
