// File: one parsed source with its arena; and how places in it become diagnostics.
// Not a file on disk: the caller hands over name and text. Used by engine/config, cli fmt and eval.
#pragma once

#include <memory>
#include <memory_resource>
#include <string>
#include <vector>

#include "base/diag/diagnostics.h"
#include "base/text/source.h"
#include "language/hcl/ast.h"

namespace language::hcl {

class File {
 public:
  File(std::string name, std::string text);
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File();

  const base::text::SourceBuffer& source() const { return source_; }
  const std::string& name() const { return source_.name(); }
  const Body& body() const { return *body_; }                   // of ParseConfig
  const Expression* expression() const { return expression_; }  // of ParseExpression / ParseTemplate

  // The header of the top-level block around the offset: `resource "t" "n"`; empty outside of blocks.
  std::string ContextAt(uint32_t offset) const;

 private:
  friend class Parser;
  base::text::SourceBuffer source_;
  std::pmr::monotonic_buffer_resource arena_;
  const Body* body_ = nullptr;
  const Expression* expression_ = nullptr;
  // Values inside nodes that may share storage: the arena frees nodes without destroying them, so their
  // counts are dropped one by one.
  std::vector<value::Value*> owned_values_;
};

using FilePtr = std::shared_ptr<const File>;

// A body together with the file that owns it: what the layers above pass around.
struct BodyRef {
  FilePtr file;
  const Body* body = nullptr;
};
struct ExpressionRef {
  FilePtr file;
  const Expression* expression = nullptr;
  explicit operator bool() const { return expression != nullptr; }
};

// A diagnostic about a place, with snippet and context copied. `context` widens the shown lines; it must
// enclose the subject where it is given.
base::diag::Diagnostic MakeDiagnostic(base::diag::Severity severity, std::string summary, std::string detail,
                                      const File& file, Span subject);
base::diag::Diagnostic MakeDiagnostic(base::diag::Severity severity, std::string summary, std::string detail,
                                      const File& file, Span subject, Span context);
void AddError(base::diag::Diagnostics& diagnostics, std::string summary, std::string detail, const File& file,
              Span subject);

}  // namespace language::hcl
