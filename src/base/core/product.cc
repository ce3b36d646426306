#include "base/core/product.h"

#include <errno.h>

#include "base/core/files.h"
#include "base/core/strings.h"

namespace base::core {
namespace {

constexpr Product kParterre = {.name = "Parterre", .program = "parterre"};
constexpr Product kTerraform = {.name = "Terraform", .program = "terraform"};

Product ThisProduct() { return ProductCalled(program_invocation_name); }

}  // namespace

Product ProductCalled(std::string_view path) {
  const std::string name = BaseName(path);
  constexpr std::string_view kStock = kTerraform.program;
  if (!name.starts_with(kStock)) return kParterre;
  const std::string_view rest = std::string_view(name).substr(kStock.size());
  const bool renamed = rest.empty() || rest.find_first_of("-_.0123456789") == 0;
  return renamed && !rest.starts_with("-provider") ? kTerraform : kParterre;
}

std::string_view ProductName() { return ThisProduct().name; }

std::string_view ProgramName() { return ThisProduct().program; }

bool SpeaksAsTerraform() { return ProgramName() == kTerraform.program; }

std::string Spoken(std::string_view text) { return Spoken(text, ThisProduct()); }

std::string Spoken(std::string_view text, const Product& product) {
  return ReplaceAll(ReplaceAll(text, kParterre.name, product.name), kParterre.program, product.program);
}

}  // namespace base::core
