#include <set>

#include "language/functions/family.h"

namespace language::functions {
namespace {

const Type kString = Type::String();

using Record = std::vector<std::string>;

// RFC 4180 as Go's encoding/csv reads it: quotes only around whole fields, empty lines skipped.
class CsvReader {
 public:
  explicit CsvReader(std::string_view text) : rest_(text) {}

  // The next record, or nothing at the end or after an error.
  std::optional<Record> Next() {
    while (!rest_.empty() && (rest_.starts_with('\n') || rest_.starts_with("\r\n"))) TakeLineEnd();
    if (rest_.empty()) return std::nullopt;
    Record record;
    do {
      record.emplace_back();
      if (!(rest_.starts_with('"') ? Quoted(&record.back()) : Plain(&record.back()))) return std::nullopt;
    } while (TakeComma());
    start_line_ = line_;
    TakeLineEnd();
    return record;
  }

  const std::string& error() const { return error_; }
  int line() const { return start_line_; }  // of the last record

 private:
  bool TakeComma() {
    if (!rest_.starts_with(',')) return false;
    rest_.remove_prefix(1);
    return true;
  }

  void TakeLineEnd() {
    if (rest_.starts_with("\r\n")) rest_.remove_prefix(1);
    if (!rest_.starts_with('\n')) return;
    rest_.remove_prefix(1);
    ++line_;
  }

  bool AtFieldEnd() const {
    return rest_.empty() || rest_[0] == ',' || rest_[0] == '\n' || rest_.starts_with("\r\n") || rest_ == "\r";
  }

  bool Plain(std::string* field) {
    while (!AtFieldEnd()) {
      if (rest_[0] == '"') return Fault("bare \" in non-quoted-field");
      *field += rest_[0];
      rest_.remove_prefix(1);
    }
    if (rest_ == "\r") rest_.remove_prefix(1);
    return true;
  }

  bool Quoted(std::string* field) {
    rest_.remove_prefix(1);
    while (!rest_.empty()) {
      const char c = rest_[0];
      if (c == '"' && rest_.substr(1).starts_with('"')) {
        *field += c;
        rest_.remove_prefix(2);
        continue;
      }
      rest_.remove_prefix(c == '\r' && rest_.substr(1).starts_with('\n') ? 2 : 1);
      if (c == '"') return AtFieldEnd() || Fault("extraneous or missing \" in quoted-field");
      if (c == '\n' || (c == '\r' && rest_.data()[-1] == '\n')) {
        *field += '\n';
        ++line_;
      } else {
        *field += c;
      }
    }
    return Fault("extraneous or missing \" in quoted-field");
  }

  bool Fault(std::string_view what) {
    error_ = fmt::format("CSV parse error on line {}: {}", line_, what);
    return false;
  }

  std::string_view rest_;
  int line_ = 1;
  int start_line_ = 1;
  std::string error_;
};

CallResult CsvDecode(const Environment&, Arguments a) {
  CsvReader reader(a[0].AsString());
  const std::optional<Record> header = reader.Next();
  if (!reader.error().empty()) return Fail("{}", reader.error());
  if (!header) return Fail("missing header line");
  std::set<std::string> seen;
  std::vector<value::ObjectAttribute> attributes;
  for (const std::string& name : *header) {
    if (!seen.insert(name).second) return Fail("duplicate column name {}", Quoted(name));
    attributes.push_back({std::string(Value::String(name).AsString()), kString});
  }
  std::vector<Value> rows;
  while (const std::optional<Record> record = reader.Next()) {
    if (record->size() != header->size()) {
      return Fail("CSV parse error on line {}: wrong number of fields", reader.line());
    }
    std::vector<std::pair<std::string, Value>> row;
    for (size_t i = 0; i < record->size(); ++i) row.emplace_back((*header)[i], Value::String((*record)[i]));
    rows.push_back(Value::Object(std::move(row)));
  }
  if (!reader.error().empty()) return Fail("{}", reader.error());
  return Value::List(Type::Object(std::move(attributes)), std::move(rows));
}

}  // namespace

Table CsvFunctions() {
  return {{"csvdecode",
           "A list of objects from comma-separated text with a header line.",
           {{"str", kString}},
           {},
           Type::Dynamic(),
           CsvDecode}};
}

}  // namespace language::functions
