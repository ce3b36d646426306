// The older configuration syntax (HCL 1), in which CLI configuration files are written, and its JSON form, as
// one plain tree. Not the configuration language (language/hcl). Called by settings.cc and the fuzz target.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/core/result.h"

namespace install::settings {

struct Place {
  int line = 1, column = 1;
};

struct Item;

// A string (numbers and booleans as they are written), a list, or an object.
struct Node {
  enum class Kind : uint8_t { kString, kNumber, kBool, kList, kObject };
  Kind kind = Kind::kObject;
  std::string text;
  std::vector<Node> elements;
  std::vector<Item> items;
  Place place;
};

// key = value, key { }, or key "label" "label" { }.
struct Item {
  std::vector<std::string> keys;  // never empty
  Node value;
  Place place;
};

// The file's object. Errors name line and column: "3:7: expected a value".
base::core::Result<Node> ParseTree(std::string_view text);
base::core::Result<Node> ParseJsonTree(std::string_view text);

// An item of the name, `labels` of its keys taken from the objects inside where they are not written beside
// the name, which is how JSON has them.
struct Found {
  std::vector<std::string> labels;
  const Node* value;
  Place place;
};
std::vector<Found> FindItems(const Node& object, std::string_view name, size_t labels = 0);

}  // namespace install::settings
