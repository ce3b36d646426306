// bench_inputs KIND N [FOLDER]: prints what the benchmarks read, so that the stock program can be given the
// same.
//   configuration BYTES | untidy BYTES | users BYTES | strings COUNT | modules COUNT FOLDER (writes the files
//   there)
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "bench/support.h"

namespace {

void WriteTree(const std::string& folder, size_t modules) {
  constexpr size_t kVariables = 60;
  for (const auto& [path, text] : bench::ModuleTree(modules, kVariables)) {
    const std::filesystem::path file = std::filesystem::path(folder) / path;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file) << text;
  }
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view kind = argc > 2 ? argv[1] : "";
  const size_t n = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 0;
  std::string out;
  if (kind == "configuration" || kind == "untidy") {
    out = bench::Configuration(n, kind == "untidy");
  } else if (kind == "users") {
    out = bench::Users(n, false);
  } else if (kind == "strings") {
    out = bench::StringList(n) + "\n";
  } else if (kind == "modules" && argc == 4) {
    WriteTree(argv[3], n);
  } else {
    std::fputs("usage: bench_inputs configuration|untidy|users|strings|modules N [FOLDER]\n", stderr);
    return 2;
  }
  return std::fwrite(out.data(), 1, out.size(), stdout) == out.size() ? 0 : 1;
}
