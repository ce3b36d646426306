// Shared files of AWS and what its services, and what imitates them, answer: no crash, and what is taken from
// them is complete.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "base/aws/service.h"
#include "base/aws/shared_config.h"
#include "base/aws/sts.h"
#include "base/aws/xml.h"

using namespace base::aws;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const std::string text(reinterpret_cast<const char*>(data + 1), size - 1);
  switch (data[0] % 5) {
    case 0:
      if (auto root = ParseXml(text); root.ok() && root->name.empty()) std::abort();
      break;
    case 1: {
      SharedConfig config;
      ReadConfigText(text, false, &config);
      ReadConfigText(text, true, &config);
      for (const auto& [name, profile] : config.profiles)
        if (name.empty() || profile.contains("")) std::abort();
      break;
    }
    case 2:
      if (auto read = ReadCredentialsJson(text, "x"); read.ok() && read->secret_access_key.empty())
        std::abort();
      break;
    case 3:
      if (auto read = ReadCredentialsXml(text, "AssumeRoleResult/Credentials", "x"); read.ok())
        if (read->access_key_id.empty() || !read->expires) std::abort();
      break;
    default: {
      base::net::ClientResponse response;
      response.status = 400;
      response.body = text;
      (void)ReadServiceError(response).Describe();
      (void)ExpandPath(text, base::core::Environment({{"HOME", "/h"}, {"A", "b"}}));
    }
  }
  return 0;
}
