// Reading of files that give values to variables.
// Not the choice among several values (variables.cc) nor their conversion (engine/run/variables.h).
// Internal to this room, for variables.cc.
#pragma once

#include <string>
#include <vector>

#include "engine/config/load.h"

namespace engine::config {

struct FileVariable {
  std::string name;
  Value value;  // unknown of dynamic type after an error
  Place place;  // the expression
};

// *.tfvars, or JSON where the name ends so. In the order of the file.
std::vector<FileVariable> ReadVariableFile(const FileSource& files, const std::string& path,
                                           base::diag::Diagnostics& diagnostics);

// Paths of terraform.tfvars, terraform.tfvars.json and *.auto.tfvars(.json), in the order in which they
// count.
std::vector<std::string> AutomaticVariableFiles(const FileSource& files, const std::string& directory);

}  // namespace engine::config
