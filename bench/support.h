// The inputs of the benchmarks: texts as people and APIs write them, of any size, always the same.
// Not measurements. Used by the benchmark programs, and printed by bench_inputs for the stock program.
#pragma once

#include <cstddef>
#include <map>
#include <string>

namespace bench {

// A configuration of users, groups, rules and locals with comments, templates, heredocs and nested blocks; at
// least so many bytes. Formatted as `fmt` writes it, or, if untidy, without its indentation.
std::string Configuration(size_t bytes, bool untidy = false);

// An array of users as an API returns them: nested objects, numbers, dates, escapes, some non-ASCII text.
std::string Users(size_t bytes, bool indented);

// A list of so many strings ("item-17"); a third of them repeated.
std::string StringList(size_t count);

// A root folder that calls `modules` modules, each with so many variables of several types, defaults,
// descriptions and validations, and an output that reads them. Paths to texts.
std::map<std::string, std::string> ModuleTree(size_t modules, size_t variables);

}  // namespace bench
