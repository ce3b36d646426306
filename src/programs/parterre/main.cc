#include <string>
#include <vector>

#include "base/core/files.h"
#include "cli/commands/program.h"

int main(int argc, char** argv) {
  base::core::OpenStandardDescriptors();
  return cli::commands::RunProgram(argc > 0 ? argv[0] : "parterre",
                                   std::vector<std::string>(argv + std::min(argc, 1), argv + argc));
}
