// What the program calls itself in its own texts: Parterre, or Terraform where it was started under that
// name, since wrappers around `terraform` match its sentences. Not what it does: that is the same under each
// name. Used wherever a text names the program; product_test.cc says which names count.
#pragma once

#include <string>
#include <string_view>

namespace base::core {

struct Product {
  std::string_view name;     // "Parterre", as in sentences
  std::string_view program;  // "parterre", as typed
};

// By the last part of the path: terraform, and what wrappers rename it to (terraform-bin, terraform_1.11.4).
Product ProductCalled(std::string_view path);

// Of this process; the C library keeps the name that it was started under.
std::string_view ProductName();
std::string_view ProgramName();
// Whether this process speaks as the stock program.
bool SpeaksAsTerraform();

// A text of our own, written with "Parterre" and "parterre", as this process says it. Nothing of a user's may
// be in it: format that in afterwards, or use the names above.
std::string Spoken(std::string_view text);
std::string Spoken(std::string_view text, const Product& product);

}  // namespace base::core
