#include "cli/json/test_json.h"

#include "cli/json/plan_json.h"
#include "cli/json/state_json.h"

namespace cli::json {
namespace {

using base::core::Result;

// An object that begins with the version of its format and ends with schemas.
template <typename Write>
Result<std::string> ObjectOf(std::string_view version_key, std::string_view version,
                             const Providers& providers, const Write& write) {
  std::string text;
  const Output output = [&](std::string_view piece) { text += piece; };
  Document document(output);
  document.json().BeginObject().Member(version_key, version);
  RETURN_IF_ERROR(write(document));
  document.json().Member("provider_format_version", kSchemasFormat);
  WriteProviderSchemas(providers, document);
  document.json().EndObject();
  document.End();
  while (text.ends_with('\n')) text.pop_back();
  return text;
}

}  // namespace

Result<std::string> TestPlanJson(const engine::changes::Plan& plan, const Schemas& schemas,
                                 const Providers& providers) {
  return ObjectOf("plan_format_version", kPlanFormat, providers,
                  [&](Document& document) { return WritePlanOfTest(plan, schemas, document); });
}

Result<std::string> TestStateJson(const engine::state::State& state, const Schemas& schemas,
                                  const Providers& providers) {
  return ObjectOf("state_format_version", kStateFormat, providers,
                  [&](Document& document) { return WriteStateOfTest(state, schemas, document); });
}

}  // namespace cli::json
