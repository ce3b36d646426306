// What the tests of this room share: an encryption block as text, made into the sealers of a run.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "base/core/files.h"
#include "base/core/strings.h"
#include "engine/config/encryption.h"
#include "engine/config/load.h"
#include "engine/encryption/build.h"
#include "engine/encryption/encryption.h"
#include "engine/encryption/static_scope.h"

namespace engine::encryption {

inline constexpr std::string_view kState =
    R"({"version":4,"terraform_version":"1.11.4","serial":7,"lineage":"l-1","outputs":{"o":{"value":"hush-hush",)"
    R"("type":"string"}},"resources":[],"check_results":null})";

struct Made {
  std::shared_ptr<Encryption> encryption;  // null after errors
  base::diag::Diagnostics diagnostics;

  std::string Text() const {
    std::string out;
    for (const auto& diagnostic : diagnostics.items())
      out += diagnostic.summary + ": " + diagnostic.detail + (diagnostic.snippet ? " [source]" : "") + "\n";
    return out;
  }
};

// `files`: of the root module, by name.
inline Made MakeFrom(std::map<std::string, std::string> files, const std::string& environment = "",
                     std::map<std::string, config::Value> variables = {}) {
  Made out;
  const auto source = config::MemoryFiles(std::move(files));
  const auto module = config::ReadModule(*source, ".", out.diagnostics);
  if (out.diagnostics.HasErrors()) return out;
  const auto block = config::ReadEncryption(*module, environment, out.diagnostics);
  if (!block || out.diagnostics.HasErrors()) return out;
  const StaticNames names{module.get(), std::move(variables), "default", "/work", "."};
  const language::functions::Environment functions;
  const StaticScope scope(names, functions);
  if (const auto configuration = Build(*block, scope, out.diagnostics))
    out.encryption = std::make_shared<Encryption>(*configuration);
  return out;
}

// `inside`: of the encryption block.
inline Made MakeEncryption(const std::string& inside) {
  return MakeFrom({{"main.tf", "terraform {\n encryption {\n" + inside + "\n }\n}\n"}});
}

// A folder with a key file and scripts.
class Folder {
 public:
  std::string Key(const std::string& name, char fill, size_t size = 32, mode_t mode = 0600) {
    return Write(name, base::core::Base64Encode(std::string(size, fill)) + "\n", mode);
  }
  std::string Script(const std::string& name, const std::string& text) {
    return Write(name, "#!/bin/sh\n" + text, 0700);
  }
  std::string Write(const std::string& name, const std::string& text, mode_t mode) {
    EXPECT_TRUE(base::core::WriteFile(folder_ / name, text, mode).ok());
    return folder_ / name;
  }
  std::string Read(const std::string& name) { return base::core::ReadFile(folder_ / name).value(); }

  // A file's key and a method "name" over it.
  std::string Method(const std::string& name, const std::string& key_path) {
    return "key_provider \"file\" \"" + name + "\" { \n path = \"" + key_path +
           "\" \n}\nmethod \"aes_gcm\" \"" + name + "\" {\n keys = key_provider.file." + name + " \n}\n";
  }

 private:
  base::core::TempDirectory folder_;
};

}  // namespace engine::encryption
