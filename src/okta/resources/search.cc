#include "okta/resources/search.h"

#include "base/core/strings.h"
#include "base/net/http_server.h"

namespace okta::resources {
namespace {

namespace json = boost::json;
using api::ApiError;

constexpr size_t kTextsPerCall = 50;
constexpr size_t kLongestExpression = 4000;  // bytes, before escaping

}  // namespace

std::string QuoteForSearch(std::string_view text) {
  std::string quoted = base::core::ReplaceAll(base::core::ReplaceAll(text, "\\", "\\\\"), "\"", "\\\"");
  return "\"" + quoted + "\"";
}

std::variant<ObjectList, ApiError> FindByTexts(const Session& session, std::string_view collection,
                                               std::string_view parameter, std::string_view attribute,
                                               const std::set<std::string>& texts) {
  ObjectList found;
  for (auto next = texts.begin(); next != texts.end();) {
    std::string expression;
    for (size_t count = 0;
         next != texts.end() && count < kTextsPerCall && expression.size() < kLongestExpression; ++count)
      expression += fmt::format("{}{} eq {}", count == 0 ? "" : " or ", attribute, QuoteForSearch(*next++));
    std::optional<ApiError> error = session.client->ForEachPage(
        fmt::format("{}?{}={}&limit=200", collection, parameter, base::net::PercentEncode(expression)),
        [&](json::array& page) {
          for (json::value& element : page)
            if (element.is_object()) found.push_back(std::move(element.get_object()));
          return true;
        },
        session.stop);
    if (error) return std::move(*error);
  }
  return found;
}

}  // namespace okta::resources
