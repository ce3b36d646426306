#include "language/hcl/open_brackets.h"

#include <gtest/gtest.h>

namespace language::hcl {
namespace {

TEST(OpenBrackets, CountsWhatMustBeClosed) {
  for (const char* open :
       {"[", "[1,\n2", "f(", "{ a = [1]", "\"${", "\"%{ if x", "<<EOT\n", "<<EOT\nx ]", "((1)"})
    EXPECT_TRUE(HasOpenBrackets(open)) << open;
  for (const char* closed : {"", "1", "[1]", "\"[\"", "1 # [", "1]", "<<EOT\nx [\nEOT\n", "<<EOT\nx\nEOT\n",
                             "\"${a}\"", "\"$${\"", "{\n}\n"})
    EXPECT_FALSE(HasOpenBrackets(closed)) << closed;
}

}  // namespace
}  // namespace language::hcl
