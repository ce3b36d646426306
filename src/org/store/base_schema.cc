#include "org/store/base_schema.h"

#include <string_view>

#include <boost/json.hpp>

namespace org::store {
namespace {

namespace json = boost::json;

struct BaseProperty {
  std::string_view name, title, format;
  int min_length, max_length;  // 0: no limit in the document
  bool required;
  std::string_view permission;  // of the user himself
};

constexpr BaseProperty kUserProperties[] = {
    {"login", "Username", "", 5, 100, true, "READ_ONLY"},
    {"firstName", "First name", "", 1, 50, true, "READ_WRITE"},
    {"lastName", "Last name", "", 1, 50, true, "READ_WRITE"},
    {"middleName", "Middle name", "", 0, 0, false, "READ_ONLY"},
    {"honorificPrefix", "Honorific prefix", "", 0, 0, false, "READ_ONLY"},
    {"honorificSuffix", "Honorific suffix", "", 0, 0, false, "READ_ONLY"},
    {"email", "Primary email", "email", 0, 0, true, "READ_WRITE"},
    {"title", "Title", "", 0, 0, false, "READ_ONLY"},
    {"displayName", "Display name", "", 0, 0, false, "READ_ONLY"},
    {"nickName", "Nickname", "", 0, 0, false, "READ_ONLY"},
    {"profileUrl", "Profile Url", "uri", 0, 0, false, "READ_ONLY"},
    {"secondEmail", "Secondary email", "email", 0, 0, false, "READ_WRITE"},
    {"mobilePhone", "Mobile phone", "", 0, 100, false, "READ_WRITE"},
    {"primaryPhone", "Primary phone", "", 0, 100, false, "HIDE"},
    {"streetAddress", "Street address", "", 0, 0, false, "HIDE"},
    {"city", "City", "", 0, 0, false, "HIDE"},
    {"state", "State", "", 0, 0, false, "HIDE"},
    {"zipCode", "Zip code", "", 0, 0, false, "HIDE"},
    {"countryCode", "Country code", "country-code", 0, 0, false, "HIDE"},
    {"postalAddress", "Postal Address", "", 0, 0, false, "HIDE"},
    {"preferredLanguage", "Preferred language", "language-code", 0, 0, false, "READ_ONLY"},
    {"locale", "Locale", "locale", 0, 0, false, "READ_ONLY"},
    {"timezone", "Time zone", "timezone", 0, 0, false, "READ_ONLY"},
    {"userType", "User type", "", 0, 0, false, "READ_ONLY"},
    {"employeeNumber", "Employee number", "", 0, 0, false, "READ_ONLY"},
    {"costCenter", "Cost center", "", 0, 0, false, "READ_ONLY"},
    {"organization", "Organization", "", 0, 0, false, "READ_ONLY"},
    {"division", "Division", "", 0, 0, false, "READ_ONLY"},
    {"department", "Department", "", 0, 0, false, "READ_ONLY"},
    {"managerId", "ManagerId", "", 0, 0, false, "READ_ONLY"},
    {"manager", "Manager", "", 0, 0, false, "READ_ONLY"},
};

json::object Property(const BaseProperty& base) {
  json::object property{{"title", base.title}, {"type", "string"}};
  if (!base.format.empty()) property["format"] = base.format;
  if (base.required) property["required"] = true;
  if (base.min_length) property["minLength"] = base.min_length;
  if (base.max_length) property["maxLength"] = base.max_length;
  property["mutability"] = "READ_WRITE";
  property["scope"] = "NONE";
  property["permissions"] = json::array{json::object{{"principal", "SELF"}, {"action", base.permission}}};
  property["master"] = json::object{{"type", "PROFILE_MASTER"}};
  return property;
}

json::object Definitions(json::object properties, json::array required) {
  json::object base{{"id", "#base"},
                    {"type", "object"},
                    {"properties", std::move(properties)},
                    {"required", std::move(required)}};
  json::object custom{
      {"id", "#custom"}, {"type", "object"}, {"properties", json::object()}, {"required", json::array()}};
  return {{"custom", std::move(custom)}, {"base", std::move(base)}};
}

}  // namespace

json::object UserBaseDefinitions() {
  json::object properties;
  json::array required;
  for (const BaseProperty& base : kUserProperties) {
    properties[base.name] = Property(base);
    if (base.required) required.emplace_back(base.name);
  }
  return Definitions(std::move(properties), std::move(required));
}

json::object GroupBaseDefinitions() {
  json::object properties;
  properties["name"] = Property({"name", "Name", "", 1, 255, true, "READ_ONLY"});
  properties["description"] = Property({"description", "Description", "", 0, 1024, false, "READ_ONLY"});
  return Definitions(std::move(properties), json::array{"name"});
}

}  // namespace org::store
