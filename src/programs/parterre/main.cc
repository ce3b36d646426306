#include <string>
#include <vector>

#include "base/core/files.h"
#include "cli/commands/program.h"

int main(int argc, char** argv) {
  std::string name = argc > 0 ? base::core::BaseName(argv[0]) : "parterre";
  return cli::commands::RunProgram(name, std::vector<std::string>(argv + std::min(argc, 1), argv + argc));
}
