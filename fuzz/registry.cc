// What registries, mirrors and hosts answer about providers: no crash, and what is taken from an answer is
// usable.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "base/net/http_client.h"
#include "install/providers/registry_answers.h"

using namespace install::providers;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  install::discovery::Answer answer;
  answer.status = 200;
  answer.url = "https://registry.example.com/v1/providers/";
  answer.content_type = "application/json";
  answer.body.assign(reinterpret_cast<const char*>(data + 1), size - 1);
  switch (data[0] % 5) {
    case 0:
      (void)ReadRegistryVersions(answer, "host");
      break;
    case 1:
      if (auto read = ReadRegistryPackage(answer, "linux_amd64", "host");
          read.ok() && read->package.incompatible.empty()) {
        for (const std::string& url : {read->package.location, read->checksums_url, read->signature_url})
          if (!base::net::ParseUrl(url)) std::abort();
        if (read->package.sha256.size() != 64) std::abort();
      }
      break;
    case 2:
      (void)ReadMirrorVersions(answer, "host");
      break;
    case 3:
      if (auto read = ReadMirrorPackage(answer, "linux_amd64", "host"); read.ok() && *read)
        if (!base::net::ParseUrl((*read)->location)) std::abort();
      break;
    default:
      for (const Checksum& checksum : ParseChecksums(answer.body))
        if (checksum.hex.size() != 64) std::abort();
  }
  return 0;
}
