#include <algorithm>
#include <set>

#include "base/core/files.h"
#include "engine/config/load.h"

namespace engine::config {
namespace {

class Disk : public FileSource {
 public:
  base::core::Result<std::vector<std::string>> ListFiles(const std::string& directory) const override {
    ASSIGN_OR_RETURN(auto names, base::core::ListDirectory(directory));
    std::erase_if(names, [&](const std::string& name) {
      return base::core::IsDirectory(base::core::JoinPath(directory, name));
    });
    return names;
  }
  base::core::Result<std::string> Read(const std::string& path) const override {
    return base::core::ReadFile(path);
  }
  bool DirectoryExists(const std::string& directory) const override {
    return base::core::IsDirectory(directory);
  }
};

class Memory : public FileSource {
 public:
  explicit Memory(std::map<std::string, std::string> path_to_text) {
    for (auto& [path, text] : path_to_text) files_[base::core::CleanPath(path)] = std::move(text);
  }
  base::core::Result<std::vector<std::string>> ListFiles(const std::string& directory) const override {
    std::vector<std::string> names;
    const std::string wanted = base::core::CleanPath(directory);
    for (const auto& [path, text] : files_) {
      if (base::core::DirectoryName(path) == wanted) names.push_back(base::core::BaseName(path));
    }
    return names;
  }
  base::core::Result<std::string> Read(const std::string& path) const override {
    const auto found = files_.find(base::core::CleanPath(path));
    if (found == files_.end()) return base::core::Error("open " + path + ": No such file or directory");
    return found->second;
  }
  bool DirectoryExists(const std::string& directory) const override {
    const std::string wanted = base::core::CleanPath(directory);
    return wanted == "." || std::ranges::any_of(files_, [&](const auto& entry) {
             return entry.first.starts_with(wanted + "/");
           });
  }

 private:
  std::map<std::string, std::string> files_;
};

}  // namespace

std::unique_ptr<FileSource> DiskFiles() { return std::make_unique<Disk>(); }

std::unique_ptr<FileSource> MemoryFiles(std::map<std::string, std::string> path_to_text) {
  return std::make_unique<Memory>(std::move(path_to_text));
}

}  // namespace engine::config
