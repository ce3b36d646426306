// Answers of something that only pretends to be an Okta org: no crash in error texts, objects and dates.
#include <cstdint>
#include <string>
#include <string_view>

#include "okta/api/error.h"
#include "okta/api/transport.h"
#include "okta/resources/build_schema.h"
#include "okta/resources/codec.h"
#include "okta/resources/go_json.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 1) return 0;
  std::string text(reinterpret_cast<const char*>(data) + 1, size - 1);
  base::net::ClientResponse response;
  response.status = data[0] % 2 == 0 ? 403 : 500;
  response.body = text;
  if (text.find('\n') == std::string::npos) response.headers.emplace_back("WWW-Authenticate", text);
  (void)okta::api::ErrorOfResponse(response);
  (void)okta::api::ParseHttpDate(text);
  (void)okta::resources::NormalizeJson(text);
  auto json = okta::resources::ParseJsonText(text);
  if (!json || !json->is_object()) return 0;
  for (const auto& spec : okta::resources::AllResources()) {
    if (spec.objects == nullptr) continue;
    language::value::Value empty = okta::resources::ResourceBlock(spec).EmptyValue();
    (void)okta::resources::EncodeObject(spec, okta::resources::DecodeObject(spec, json->get_object(), empty));
  }
  return 0;
}
