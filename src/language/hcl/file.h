// File: one parsed source, native or JSON, with its arena; and how places in it become diagnostics.
// Not a file on disk: the caller hands over name and text. Used by engine/config, cli fmt and eval.
#pragma once

#include <memory>
#include <memory_resource>
#include <mutex>
#include <string>
#include <vector>

#include "base/diag/diagnostics.h"
#include "base/text/source.h"
#include "language/hcl/ast.h"

namespace language::hcl {

class File : public std::enable_shared_from_this<File> {
 public:
  File(std::string name, std::string text);
  // A piece of the same text that was parsed later: native syntax inside of a JSON string.
  explicit File(std::shared_ptr<const File> whole);
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File();

  const base::text::SourceBuffer& source() const { return *source_; }
  const std::string& name() const { return source_->name(); }
  bool is_json() const { return json_; }
  const Body& body() const { return *body_; }                   // of ParseConfig
  const Expression* expression() const { return expression_; }  // of ParseExpression / ParseTemplate

  // Lines and columns as diagnostics show them. In JSON a tab is two columns wide, as in the reference, and
  // places inside of strings are counted in the text that the string stands for.
  base::text::Range RangeOf(Span span) const;

  // The header of the top-level block around the offset: `resource "t" "n"`; empty outside of blocks. In JSON
  // the path of the objects and arrays around it: `resource.t.n`.
  std::string ContextAt(uint32_t offset) const;

  // Keeps alive what nodes of this file have come to point at. Safe to call from several threads.
  void Keep(std::shared_ptr<const void> storage) const;

 private:
  friend class Parser;
  friend class JsonParser;
  // The text of a string whose lines and columns are not those of its bytes in the file.
  struct DecodedText {
    uint32_t begin;
    std::string_view text;
  };
  base::text::Position PositionOf(uint32_t offset) const;

  std::shared_ptr<const base::text::SourceBuffer> source_;
  std::shared_ptr<const File> whole_;
  bool json_ = false;
  bool plain_columns_ = true;               // of JSON: there is no tab and no carriage return
  std::vector<DecodedText> decoded_texts_;  // in the order of the file
  mutable std::mutex kept_mutex_;
  mutable std::vector<std::shared_ptr<const void>> kept_;
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
