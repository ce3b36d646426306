#include "org/store/profile.h"

#include <fmt/format.h>
#include <boost/json.hpp>

#include "base/text/unicode.h"

namespace org::store {
namespace {

namespace json = boost::json;

constexpr size_t kDefaultTextLimit = 4096;

class ProfileChecker {
 public:
  explicit ProfileChecker(const json::object& definitions) : definitions_(definitions) {}

  void Required(const json::object& profile) {
    for (std::string_view part : {"base", "custom"}) {
      const json::value* section = definitions_.if_contains(part);
      if (!section) continue;
      for (const json::value& name : section->at("required").as_array()) {
        const json::value* value = profile.if_contains(name.as_string());
        bool blank = !value || value->is_null() || (value->is_string() && value->as_string().empty());
        if (blank) Fault(name.as_string(), "The field cannot be left blank");
      }
    }
  }

  void Value(std::string_view name, const json::object& property, const json::value& value) {
    const json::value* type = property.if_contains("type");
    std::string_view kind = type && type->is_string() ? std::string_view(type->as_string()) : "string";
    if (kind == "array") {
      if (!value.is_array()) return Fault(name, "Must be an array");
      const json::value* items = property.if_contains("items");
      for (const json::value& item : value.as_array())
        if (items && items->is_object()) Value(name, items->as_object(), item);
      return;
    }
    if (!IsOfKind(value, kind)) return Fault(name, fmt::format("Must be of type {}", kind));
    if (value.is_string()) Text(name, property, value.as_string());
    Enumerated(name, property, value);
  }

  std::optional<Refusal> Take() {
    if (causes_.empty()) return std::nullopt;
    return ValidationFailed(field_, std::move(causes_));
  }

 private:
  static bool IsOfKind(const json::value& value, std::string_view kind) {
    if (kind == "boolean") return value.is_bool();
    if (kind == "integer")
      return value.is_int64() || value.is_uint64() ||
             (value.is_double() &&
              value.as_double() == static_cast<double>(static_cast<int64_t>(value.as_double())));
    if (kind == "number") return value.is_number();
    if (kind == "object") return value.is_object();
    return value.is_string();
  }

  void Text(std::string_view name, const json::object& property, std::string_view text) {
    size_t length = base::text::CountRunes(text);
    size_t limit = Number(property, "maxLength").value_or(kDefaultTextLimit);
    if (length > limit) return Fault(name, "The field is too long");
    // An empty text counts as absent; whether that is allowed is said by `required`.
    if (!text.empty() && length < Number(property, "minLength").value_or(0))
      return Fault(name, "The field is too short");
    const json::value* format = property.if_contains("format");
    if (format && format->is_string() && format->as_string() == "email" && !text.empty() &&
        !LooksLikeEmail(text))
      return Fault(name, "Does not match required pattern");
    const json::value* pattern = property.if_contains("pattern");
    if (name == "login" && !pattern && !LooksLikeEmail(text))
      Fault(name, "Username must be in the form of an email address");
  }

  void Enumerated(std::string_view name, const json::object& property, const json::value& value) {
    const json::value* allowed = property.if_contains("enum");
    if (!allowed || !allowed->is_array()) return;
    for (const json::value& one : allowed->as_array())
      if (one == value) return;
    Fault(name, "The value is not one of the enumerated values");
  }

  static std::optional<size_t> Number(const json::object& property, std::string_view name) {
    const json::value* value = property.if_contains(name);
    if (!value || !value->is_int64() || value->as_int64() < 0) return std::nullopt;
    return static_cast<size_t>(value->as_int64());
  }

  void Fault(std::string_view name, std::string_view what) {
    if (causes_.empty()) field_ = name;
    causes_.push_back(fmt::format("{}: {}", name, what));
  }

  const json::object& definitions_;
  std::string field_;
  std::vector<std::string> causes_;
};

}  // namespace

const json::object* FindProperty(const json::object& definitions, std::string_view name) {
  for (std::string_view part : {"base", "custom"}) {
    const json::value* section = definitions.if_contains(part);
    if (!section) continue;
    const json::value* property = section->at("properties").as_object().if_contains(name);
    if (property && property->is_object()) return &property->as_object();
  }
  return nullptr;
}

std::optional<Refusal> CheckProfile(const json::object& definitions, std::string_view entity,
                                    json::object* profile) {
  std::vector<std::string> unknown;
  json::object kept;
  for (const auto& [name, value] : *profile) {
    if (!FindProperty(definitions, name))
      unknown.push_back(fmt::format("Property name '{}' is not defined in profile", std::string_view(name)));
    else if (!value.is_null() && !(value.is_string() && value.as_string().empty()))
      kept[name] = value;
  }
  if (!unknown.empty()) return ValidationFailed(entity, std::move(unknown));
  *profile = std::move(kept);
  ProfileChecker checker(definitions);
  checker.Required(*profile);
  for (const auto& [name, value] : *profile) checker.Value(name, *FindProperty(definitions, name), value);
  return checker.Take();
}

std::vector<std::string> UniqueProperties(const json::object& definitions) {
  std::vector<std::string> names;
  for (const auto& [name, property] : definitions.at("custom").at("properties").as_object()) {
    const json::value* unique = property.as_object().if_contains("unique");
    if (unique && unique->is_string() && unique->as_string() == "UNIQUE_VALIDATED") names.emplace_back(name);
  }
  return names;
}

bool LooksLikeEmail(std::string_view text) {
  size_t at = text.find('@');
  if (at == std::string_view::npos || at == 0 || at + 1 == text.size()) return false;
  if (text.find('@', at + 1) != std::string_view::npos) return false;
  std::string_view domain = text.substr(at + 1);
  if (domain.starts_with('.') || domain.ends_with('.')) return false;
  for (char c : text)
    if (static_cast<unsigned char>(c) <= ' ') return false;
  return true;
}

}  // namespace org::store
