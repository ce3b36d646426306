// What the tests of this room share: the recorded cases, and the schemas of the built-in provider.
// Not for the program. Used by *_test.cc here.
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/core/files.h"
#include "base/core/strings.h"
#include "cli/view/plan_view.h"

namespace cli::view {

inline std::string TestdataPath(std::string_view folder) {
  return fmt::format("{}/src/cli/view/testdata/{}", PARTERRE_SOURCE_DIR, folder);
}

inline std::vector<std::string> Cases(std::string_view folder) {
  std::vector<std::string> out;
  for (const auto& entry : std::filesystem::directory_iterator(TestdataPath(folder))) {
    if (entry.path().extension() == ".golden") out.push_back(entry.path().stem());
  }
  std::ranges::sort(out);
  return out;
}

// Texts under their "=== name" lines.
inline std::map<std::string, std::string> ReadSections(std::string_view folder, const std::string& name) {
  auto text = base::core::ReadFile(TestdataPath(folder) + "/" + name + ".golden");
  EXPECT_TRUE(text.ok());
  std::map<std::string, std::string> out;
  std::string section;
  for (std::string_view line : base::core::Split(*text, '\n')) {
    if (line.starts_with("=== ")) {
      section = line.substr(4);
      out[section];
    } else {
      out[section] += std::string(line) + "\n";
    }
  }
  // The last line end of the file begins no line.
  if (!out[section].empty()) out[section].pop_back();
  return out;
}

// Schemas of terraform_data and terraform_remote_state.
class BuiltinSchemas {
 public:
  BuiltinSchemas() {
    using language::value::Type;
    data_.block.attributes = {{.name = "id", .type = Type::String(), .computed = true},
                              {.name = "input", .type = Type::Dynamic(), .optional = true},
                              {.name = "output", .type = Type::Dynamic(), .computed = true},
                              {.name = "triggers_replace", .type = Type::Dynamic(), .optional = true}};
    data_.block.Finish();
    remote_state_.block.attributes = {{.name = "backend", .type = Type::String(), .required = true},
                                      {.name = "config", .type = Type::Dynamic(), .optional = true},
                                      {.name = "defaults", .type = Type::Dynamic(), .optional = true},
                                      {.name = "outputs", .type = Type::Dynamic(), .computed = true},
                                      {.name = "workspace", .type = Type::String(), .optional = true}};
    remote_state_.block.Finish();
  }
  SchemaLookup Lookup() const {
    return [this](const auto&, const language::address::Resource& resource) {
      return resource.type == "terraform_data" ? &data_ : &remote_state_;
    };
  }

 private:
  provider::api::ResourceSchema data_;
  provider::api::ResourceSchema remote_state_;
};

}  // namespace cli::view
