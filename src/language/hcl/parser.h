// Parsing of HCL, native syntax and JSON, with recovery: several diagnostics from one file, and a tree all
// the same. Limits: kMaxNesting levels deep, files up to 1 GiB; beyond is a diagnostic. Used by engine/config
// and tests.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/diag/diagnostics.h"
#include "language/hcl/file.h"

namespace language::hcl {

// A configuration file: attributes and blocks. Never null; after errors the tree holds what could be read.
FilePtr ParseConfig(std::string name, std::string text, base::diag::Diagnostics& diagnostics);
// A configuration file in JSON syntax: body().json is its root, content.h reads it.
FilePtr ParseJsonConfig(std::string name, std::string text, base::diag::Diagnostics& diagnostics);
// One expression (console, -var values). expression() is null after errors.
FilePtr ParseExpression(std::string name, std::string text, base::diag::Diagnostics& diagnostics);
// A bare template, as templatefile() and JSON strings hold it.
FilePtr ParseTemplate(std::string name, std::string text, base::diag::Diagnostics& diagnostics);

// The native expression that a JSON string holds in place of an expression: a reference in depends_on, a
// type. The result's file shares the text of `file`. Null after errors.
ExpressionRef ParseEmbedded(const FilePtr& file, const JsonTextExpression& text,
                            base::diag::Diagnostics& diagnostics);

// Static reading of expressions, for the positions that are never evaluated.
// The traversal that the expression is (x.y[0]); null otherwise, for quoted and parenthesised ones too.
const TraversalExpression* AsTraversal(const Expression& expression);
// The bare identifier that it is ("string" in type = string), also true, false and null; empty otherwise. A
// JSON string that holds an identifier is one.
std::string_view AsKeyword(const Expression& expression);
const CallExpression* AsCall(const Expression& expression);
const TupleExpression* AsTuple(const Expression& expression);
const ObjectExpression* AsObject(const Expression& expression);
// Text of a template without sequences, and of any JSON string; nullopt otherwise.
std::optional<std::string> AsLiteralString(const Expression& expression);

// Calls back for each traversal (with local names of `for` and splats left out) that evaluating the
// expression would read: the references of the graph.
void ForEachTraversal(const Expression& expression,
                      const std::function<void(const TraversalExpression&)>& callback);
// The same for calls: names of the functions in use.
void ForEachCall(const Expression& expression, const std::function<void(const CallExpression&)>& callback);

}  // namespace language::hcl
