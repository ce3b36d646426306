#include "engine/state/journal.h"

#include <fcntl.h>
#include <unistd.h>
#include <zlib.h>

#include <cerrno>
#include <span>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "base/core/product.h"
#include "base/core/strings.h"
#include "base/crypto/digest.h"
#include "base/json/reader.h"
#include "base/json/writer.h"
#include "engine/state/reader.h"
#include "engine/state/writer.h"
#include "language/value/codec.h"

namespace engine::state {
namespace {

using base::core::ErrnoError;
using base::core::Error;
using base::core::Result;
using base::core::UniqueFd;
using base::json::Document;
using base::json::Node;
using base::json::Writer;

constexpr int kJournalFormat = 1;
constexpr int kEncryptedFormat = 2;  // the first line of it; what that encrypts is of kJournalFormat

// "<8 hex digits of the CRC-32> <json>\n"; compact JSON holds no line feed.
void AppendRecord(std::string_view json, std::string* out) {
  const uLong sum = ::crc32(0, reinterpret_cast<const Bytef*>(json.data()), static_cast<uInt>(json.size()));
  out->append(fmt::format("{:08x} ", sum));
  out->append(json);
  out->push_back('\n');
}

// The record's JSON; nothing when the line is torn.
std::optional<std::string_view> CheckRecord(std::string_view line) {
  if (line.size() < 9 || line[8] != ' ') return std::nullopt;
  const std::string_view json = line.substr(9);
  const uLong sum = ::crc32(0, reinterpret_cast<const Bytef*>(json.data()), static_cast<uInt>(json.size()));
  if (fmt::format("{:08x}", sum) != line.substr(0, 8)) return std::nullopt;
  return json;
}

// Until a record is torn, or the callback has had enough.
template <typename Callback>
void ForEachRecord(std::string_view text, const Callback& callback) {
  for (size_t end = text.find('\n'); end != std::string_view::npos; end = text.find('\n')) {
    const std::optional<std::string_view> json = CheckRecord(text.substr(0, end));
    if (!json || !callback(*json)) return;
    text.remove_prefix(end + 1);
  }
}

// What the first line encrypts; empty when it is that of a plain journal, or torn.
std::string SealedKeyIn(std::string_view text) {
  std::string sealed;
  ForEachRecord(text, [&](std::string_view json) {
    const auto document = Document::Parse(json, {.max_depth = 100});
    if (document.ok() && document->root().FindInt64("journal") == kEncryptedFormat)
      if (const Node key = document->root().Find("sealed")) sealed = key.raw();
    return false;
  });
  return sealed;
}

// The text of the plain journal.
Result<std::string> Decrypted(std::string text, Sealer* sealer) {
  const std::string sealed = SealedKeyIn(text);
  if (sealed.empty()) {
    if (sealer == nullptr || text.find('\n') == std::string::npos) return text;
    ASSIGN_OR_RETURN(Sealer::Opened opened, sealer->Open(std::move(text)));
    return std::move(opened.text);
  }
  if (sealer == nullptr)
    return Error("the journal is encrypted, and the configuration says nothing of encryption");
  ASSIGN_OR_RETURN(Sealer::Opened key, sealer->Open(sealed));
  if (key.text.size() != RecordCipher::kKeySize) return Error("the journal's key is damaged");
  RecordCipher cipher(std::move(key.text));
  std::string plain;
  bool first = true, changed = false;
  ForEachRecord(text, [&](std::string_view record) {
    if (std::exchange(first, false)) return true;
    const std::optional<std::string> json = cipher.Open(record);
    if (json) AppendRecord(*json, &plain);
    changed = !json;
    return json.has_value();
  });
  // The checksum is right, so this is no torn tail.
  if (changed)
    return Error("the journal has been changed since it was written: move it away to go on without");
  return plain;
}

void WriteBinding(const JournalBinding& binding, Writer* writer) {
  writer->BeginObject().Member("serial", binding.serial).Member("sha256", binding.sha256).EndObject();
}

std::optional<JournalBinding> ParseBinding(Node node) {
  if (!node || !node.IsObject() || !node.Find("serial")) return std::nullopt;
  return JournalBinding{node.Find("serial").AsUint64().value_or(0), node.FindString("sha256").value_or("")};
}

// The address members that intents and changes share.
void WriteAddress(const ResourceInstance& address, const ProviderConfig& provider, const std::string& deposed,
                  Writer* writer) {
  writer->Member("address", address.ToString()).Member("provider", provider.ToString());
  if (!deposed.empty()) writer->Member("deposed", deposed);
}

bool ParseAddress(Node node, ResourceInstance* address, ProviderConfig* provider, std::string* deposed) {
  auto parsed = language::address::ParseResourceInstance(node.FindString("address").value_or(""));
  auto config = language::address::ParseProviderConfig(node.FindString("provider").value_or(""));
  if (!parsed.ok() || !config.ok()) return false;
  *address = std::move(parsed).value();
  *provider = std::move(config).value();
  *deposed = node.FindString("deposed").value_or("");
  return true;
}

std::string WriteIntent(const Intent& intent) {
  std::string json;
  Writer writer(&json);
  writer.BeginObject().Key("intent").BeginObject();
  WriteAddress(intent.address, intent.provider, intent.deposed, &writer);
  writer.Member("action", std::string_view(&intent.action, 1)).Member("time_ms", intent.time_ms);
  if (!intent.planned_json.empty()) writer.Key("planned").Raw(intent.planned_json);
  writer.EndObject().EndObject();
  return json;
}

std::optional<Intent> ParseIntent(Node node) {
  Intent intent;
  if (!ParseAddress(node, &intent.address, &intent.provider, &intent.deposed)) return std::nullopt;
  const std::string action = node.FindString("action").value_or("c");
  intent.action = action.empty() ? 'c' : action.front();
  intent.time_ms = node.FindInt64("time_ms").value_or(0);
  if (const Node planned = node.Find("planned")) intent.planned_json = planned.raw();
  return intent;
}

using ObjectId = std::pair<std::string, std::string>;  // instance address, deposed key

// Folds records into contents.
class Folder {
 public:
  explicit Folder(std::shared_ptr<const std::string> text) : text_(text), reader_(std::move(text)) {}

  // False at the first record that makes no sense; what follows it cannot be trusted.
  bool Fold(std::string_view json) {
    const auto document = Document::Parse(json, {.index_depth = 3});
    if (!document.ok() || !document->root().IsObject() || document->root().size() == 0) return false;
    const Node root = document->root();
    if (!has_header_) return has_header_ = FoldHeader(root);
    if (const Node intent = root.Find("intent")) return FoldIntent(intent);
    if (const Node change = root.Find("change")) return FoldChange(change);
    if (const Node output = root.Find("output")) return FoldOutput(output);
    const std::optional<JournalBinding> binding = ParseBinding(root.Find("binding"));
    if (binding) contents_.bindings.push_back(*binding);
    return binding.has_value();
  }

  std::optional<JournalContents> Take() {
    if (!has_header_) return std::nullopt;
    for (auto& [id, intent] : open_intents_) contents_.in_doubt.push_back(std::move(intent));
    return std::move(contents_);
  }

 private:
  bool FoldHeader(Node root) {
    if (root.FindInt64("journal") != kJournalFormat) return false;
    const std::optional<JournalBinding> base = ParseBinding(root.Find("base"));
    if (!base) return false;
    contents_.header = {root.FindString("storage").value_or(""), root.FindString("lineage").value_or(""),
                        *base};
    contents_.bindings = {*base};
    return true;
  }

  bool FoldIntent(Node node) {
    std::optional<Intent> intent = ParseIntent(node);
    if (!intent) return false;
    const ObjectId id(intent->address.ToString(), intent->deposed);
    open_intents_.insert_or_assign(id, std::move(*intent));
    return true;
  }

  bool FoldChange(Node node) {
    JournalChange change;
    Outcome& outcome = change.outcome;
    if (!ParseAddress(node, &outcome.address, &outcome.provider, &outcome.deposed)) return false;
    change.before = node.FindString("before").value_or("");
    if (const Node object = node.Find("object"); object && !object.IsNull()) {
      Result<ObjectReader::Entry> entry = ReadObject(object);
      if (!entry.ok()) return false;
      outcome.object = std::move(entry->object);
    }
    const ObjectId id(outcome.address.ToString(), outcome.deposed);
    open_intents_.erase(id);
    const auto [known, is_new] = index_.try_emplace(id, contents_.changes.size());
    if (is_new) {
      contents_.changes.push_back(std::move(change));
    } else {
      contents_.changes[known->second].outcome = std::move(outcome);
    }
    return true;
  }

  // The object was opaque to the record's parse; its own text must outlive the object, as text_ does.
  Result<ObjectReader::Entry> ReadObject(Node object) {
    ASSIGN_OR_RETURN(const Document document,
                     Document::Parse(object.raw(), {.max_depth = 10000, .index_depth = 1}));
    return reader_.Read(document.root());
  }

  bool FoldOutput(Node node) {
    const std::string name = node.FindString("name").value_or("");
    std::optional<OutputValue> output;
    if (const Node value = node.Find("value")) {
      const Node type_node = node.Find("type");
      const std::optional<Type> type = type_node ? Type::FromJson(type_node.raw()) : std::nullopt;
      if (!type) return false;
      Result<Value> decoded = language::value::FromJson(value.raw(), *type);
      if (!decoded.ok()) return false;
      output = OutputValue{.value = std::move(decoded).value(),
                           .sensitive = node.FindBool("sensitive").value_or(false)};
    }
    contents_.outputs.insert_or_assign(name, std::move(output));
    return true;
  }

  std::shared_ptr<const std::string> text_;
  ObjectReader reader_;
  bool has_header_ = false;
  JournalContents contents_;
  std::map<ObjectId, size_t> index_;  // into contents_.changes
  std::map<ObjectId, Intent> open_intents_;
};

// 0, or the errno of a failed lock.
int LockJournal(int fd, bool only_test) {
  struct flock lock{};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  const int result = ::fcntl(fd, only_test ? F_OFD_GETLK : F_OFD_SETLK, &lock);
  if (result != 0) return errno;
  return only_test && lock.l_type != F_UNLCK ? EAGAIN : 0;
}

ObjectPtr FindObject(const State& state, const Outcome& outcome) {
  const ResourceState* resource = state.Find(outcome.address.module, outcome.address.resource);
  const Instance* instance = resource == nullptr ? nullptr : resource->Find(outcome.address.key);
  if (instance == nullptr) return nullptr;
  return outcome.deposed.empty() ? instance->current : instance->FindDeposed(outcome.deposed);
}

bool IsBound(const JournalContents& journal, const State& state, std::string_view text) {
  const JournalBinding present = BindingOf(state.serial, text);
  for (const JournalBinding& binding : journal.bindings) {
    if (binding.serial == present.serial && binding.sha256 == present.sha256) return true;
  }
  return false;
}

std::string ConflictText(const JournalContents& journal, const State& state, std::string_view address) {
  std::string out = "An earlier run was interrupted after it had started from state serial " +
                    std::to_string(journal.header.base.serial) +
                    ", and the state has since been changed to serial " + std::to_string(state.serial);
  if (state.lineage != journal.header.lineage) {
    out += " of another lineage";
  } else if (!address.empty()) {
    out += ". Both changed " + std::string(address);
  }
  return out + base::core::Spoken(
                   ". Its results were kept in the journal beside the state. Run \"parterre state recover\" "
                   "to see them and to choose which to keep.");
}

}  // namespace

std::string ObjectDigest(const ObjectPtr& object) {
  if (!object) return "";
  std::string json;
  Writer writer(&json);
  // What cannot be written is like nothing else, which makes it a conflict rather than a silent overwrite.
  if (!WriteObject(InstanceKey(), "", *object, &writer).ok()) return "unwritable";
  return base::core::HexEncode(base::crypto::Sha256(json)).substr(0, 32);
}

JournalBinding BindingOf(uint64_t serial, std::string_view text) {
  return {serial, base::core::HexEncode(base::crypto::Sha256(text))};
}

Result<Journal> Journal::Create(const std::string& path, const JournalHeader& header,
                                std::span<const JournalChange> changes, std::span<const Intent> intents,
                                Sealer* sealer) {
  if (ProbeJournal(path) == JournalPresence::kLive)
    return Error("the journal " + path + " is in use by another run");
  const std::string fresh = path + ".new";
  ASSIGN_OR_RETURN(UniqueFd fd, base::core::OpenFile(fresh, O_RDWR | O_CREAT | O_APPEND | O_TRUNC, 0600));
  if (const int failed = LockJournal(fd.get(), false); failed != 0 && failed != EINVAL) {
    return ErrnoError("locking " + fresh, failed);
  }
  Journal journal(path, std::move(fd));
  auto fill = [&]() -> Result<void> {
    if (sealer != nullptr && sealer->Encrypts()) RETURN_IF_ERROR(journal.Encrypt(*sealer));
    RETURN_IF_ERROR(journal.AppendHeader(header));
    for (const JournalChange& change : changes)
      RETURN_IF_ERROR(journal.AppendChange(change.outcome, change.before));
    RETURN_IF_ERROR(journal.AppendIntents(intents));
    RETURN_IF_ERROR(journal.Sync());
    return base::core::RenameFile(fresh, path);
  };
  if (Result<void> filled = fill(); !filled.ok()) {
    ::unlink(fresh.c_str());
    return filled.error();
  }
  RETURN_IF_ERROR(base::core::SyncDirectory(base::core::DirectoryName(path)));
  return journal;
}

Result<void> Journal::Encrypt(Sealer& sealer) {
  RecordCipher cipher;
  ASSIGN_OR_RETURN(const std::string key, cipher.SealedKey(sealer));
  std::string json;
  Writer writer(&json);
  writer.BeginObject().Member("journal", kEncryptedFormat).Key("sealed").Raw(key).EndObject();
  std::string records;
  AppendRecord(json, &records);
  RETURN_IF_ERROR(Append(std::move(records)));
  cipher_.emplace(std::move(cipher));
  return {};
}

void Journal::AddRecord(std::string_view json, std::string* records) {
  if (cipher_)
    AppendRecord(cipher_->Seal(json), records);
  else
    AppendRecord(json, records);
}

Result<void> Journal::AppendHeader(const JournalHeader& header) {
  std::string json;
  Writer writer(&json);
  writer.BeginObject().Member("journal", kJournalFormat).Member("storage", header.storage);
  writer.Member("lineage", header.lineage).Key("base");
  WriteBinding(header.base, &writer);
  writer.EndObject();
  std::string records;
  AddRecord(json, &records);
  return Append(std::move(records));
}

Result<void> Journal::Append(std::string records) {
  if (broken_) return Error("an earlier write to the journal " + path_ + " failed");
  Result<void> written = base::core::WriteAll(fd_.get(), records, path_);
  if (!written.ok()) broken_ = true;
  return written;
}

Result<void> Journal::AppendIntents(std::span<const Intent> intents) {
  std::string records;
  for (const Intent& intent : intents) AddRecord(WriteIntent(intent), &records);
  if (records.empty()) return {};
  return Append(std::move(records));
}

Result<void> Journal::AppendChange(const Outcome& outcome, const std::string& before) {
  std::string json;
  Writer writer(&json);
  writer.BeginObject().Key("change").BeginObject();
  WriteAddress(outcome.address, outcome.provider, outcome.deposed, &writer);
  if (!before.empty()) writer.Member("before", before);
  writer.Key("object");
  if (outcome.object) {
    RETURN_IF_ERROR(
        WriteObject(InstanceKey(), "", *outcome.object, &writer).Wrap(outcome.address.ToString()));
  } else {
    writer.Null();
  }
  writer.EndObject().EndObject();
  std::string records;
  AddRecord(json, &records);
  return Append(std::move(records));
}

Result<void> Journal::AppendOutput(const std::string& name, const std::optional<OutputValue>& value) {
  std::string json;
  Writer writer(&json);
  writer.BeginObject().Key("output").BeginObject().Member("name", name);
  if (value) {
    const Type type = value->value.type();
    ASSIGN_OR_RETURN(const std::string text, language::value::ToJson(value->value, type));
    writer.Key("value").Raw(text).Key("type").Raw(type.ToJson()).Member("sensitive", value->sensitive);
  }
  writer.EndObject().EndObject();
  std::string records;
  AddRecord(json, &records);
  return Append(std::move(records));
}

Result<void> Journal::AppendBinding(const JournalBinding& binding) {
  std::string json;
  Writer writer(&json);
  writer.BeginObject().Key("binding");
  WriteBinding(binding, &writer);
  writer.EndObject();
  std::string records;
  AddRecord(json, &records);
  return Append(std::move(records));
}

Result<void> Journal::Sync() {
  if (::fdatasync(fd_.get()) == 0) return {};
  const int failed = errno;
  broken_ = true;  // what the kernel dropped after a failed sync cannot be known
  return ErrnoError("fsync " + path_, failed);
}

Result<void> Journal::Remove() {
  Result<void> removed = base::core::RemoveFile(path_);
  fd_.Close();
  return removed;
}

JournalPresence ProbeJournal(const std::string& path) {
  const UniqueFd fd(::open(path.c_str(), O_RDWR | O_CLOEXEC));
  if (!fd.valid()) return base::core::Exists(path) ? JournalPresence::kDead : JournalPresence::kNone;
  return LockJournal(fd.get(), true) == EAGAIN ? JournalPresence::kLive : JournalPresence::kDead;
}

Result<std::optional<JournalContents>> ReadJournal(const std::string& path, Sealer* sealer) {
  ASSIGN_OR_RETURN(std::string text, base::core::ReadFile(path, UINT32_MAX));
  ASSIGN_OR_RETURN(text, Decrypted(std::move(text), sealer).Wrap(path));
  const auto shared = std::make_shared<const std::string>(std::move(text));
  Folder folder(shared);
  ForEachRecord(*shared, [&](std::string_view json) { return folder.Fold(json); });
  return folder.Take();
}

Overlay LayOver(const JournalContents& journal, State state, std::string_view text, bool force) {
  Overlay out;
  const bool bound = IsBound(journal, state, text);
  const bool unstarted = state.lineage.empty() && state.Empty();
  if (!bound && !force) {
    if (!unstarted && state.lineage != journal.header.lineage) {
      out.conflict = ConflictText(journal, state, "");
      out.state = std::move(state);
      return out;
    }
    for (const JournalChange& change : journal.changes) {
      const std::string present = ObjectDigest(FindObject(state, change.outcome));
      if (present == change.before || present == ObjectDigest(change.outcome.object)) continue;
      out.conflict = ConflictText(journal, state, change.outcome.address.ToString());
      out.state = std::move(state);
      return out;
    }
  }
  if (state.lineage.empty()) state.lineage = journal.header.lineage;
  StateEditor editor(std::move(state));
  for (const JournalChange& change : journal.changes) {
    const Outcome& outcome = change.outcome;
    if (outcome.deposed.empty()) {
      editor.SetCurrent(outcome.address, outcome.provider, outcome.object);
    } else {
      editor.SetDeposed(outcome.address, outcome.provider, outcome.deposed, outcome.object);
    }
    out.recovered.push_back(outcome.address);
  }
  if (bound) {
    for (const auto& [name, value] : journal.outputs) editor.SetOutput(name, value);
  }
  out.state = editor.Snapshot();
  return out;
}

}  // namespace engine::state
