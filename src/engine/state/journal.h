// The journal of an apply run: an append-only file beside the state that holds what was begun and what came
// of it, so that a run that dies loses nothing and the whole state need not be written after each result
// (docs/decisions.md, 5). Not the policy of when to write what (session in engine/backend). Layout: one line
// a record, each with its checksum; of an encrypted state, the first line holds the key of the others,
// encrypted as the state is, and the others are encrypted with it.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/core/files.h"
#include "base/core/result.h"
#include "engine/state/record_cipher.h"
#include "engine/state/session.h"
#include "engine/state/state.h"

namespace engine::state {

// A state text that a journal's results may be laid over: the one at the beginning, and each later whole
// writing.
struct JournalBinding {
  uint64_t serial = 0;
  std::string sha256;  // hex, of the file's text; of the empty text when there was no state
};

struct JournalHeader {
  std::string storage;  // StateStorage::Identity
  std::string lineage;
  JournalBinding base;
};

// What one instance object was before a run's first change of it, and what it is after the last.
struct JournalChange {
  Outcome outcome;
  std::string before;  // ObjectDigest of what the run found; empty: there was none
};

// All that a journal says, changes folded per object.
struct JournalContents {
  JournalHeader header;
  std::vector<JournalBinding> bindings;  // the header's and later ones
  std::vector<JournalChange> changes;    // in order of first appearance
  std::map<std::string, std::optional<OutputValue>> outputs;
  std::vector<Intent> in_doubt;  // intents without an outcome after them
};

// Identifies an object's contents; empty for null.
std::string ObjectDigest(const ObjectPtr& object);
JournalBinding BindingOf(uint64_t serial, std::string_view text);

// The writing end. One process at a time: the file is locked as long as this lives.
class Journal {
 public:
  // Takes the place of what was there in one step, already holding these records and durable. An error when
  // another process has the journal locked. `sealer` may be null: the records are then plain.
  static base::core::Result<Journal> Create(const std::string& path, const JournalHeader& header,
                                            std::span<const JournalChange> changes,
                                            std::span<const Intent> intents, Sealer* sealer = nullptr);
  Journal(Journal&&) = default;
  Journal& operator=(Journal&&) = default;

  // One write for all; durable against the end of the process, not yet against that of the machine.
  base::core::Result<void> AppendIntents(std::span<const Intent> intents);
  base::core::Result<void> AppendChange(const Outcome& outcome, const std::string& before);
  base::core::Result<void> AppendOutput(const std::string& name, const std::optional<OutputValue>& value);
  base::core::Result<void> AppendBinding(const JournalBinding& binding);
  base::core::Result<void> Sync();
  // Ends it: nothing in it is needed any more.
  base::core::Result<void> Remove();

 private:
  Journal(std::string path, base::core::UniqueFd fd) : path_(std::move(path)), fd_(std::move(fd)) {}
  base::core::Result<void> Encrypt(Sealer& sealer);
  base::core::Result<void> AppendHeader(const JournalHeader& header);
  void AddRecord(std::string_view json, std::string* records);
  base::core::Result<void> Append(std::string records);

  std::string path_;
  base::core::UniqueFd fd_;
  std::optional<RecordCipher> cipher_;
  bool broken_ = false;  // a write failed: the tail may be torn, so nothing may follow it
};

enum class JournalPresence { kNone, kLive, kDead };
// Live: some process has it locked.
JournalPresence ProbeJournal(const std::string& path);
// A torn tail is cut off silently; nothing comes back when not even the header is whole. An error when it is
// encrypted and `sealer` is null or has another key, and when it is plain where the sealer lets nothing plain
// through.
base::core::Result<std::optional<JournalContents>> ReadJournal(const std::string& path,
                                                               Sealer* sealer = nullptr);

// Lays a dead journal over the state that was read. `text` is the state's text.
struct Overlay {
  State state;
  std::vector<ResourceInstance> recovered;
  std::string
      conflict;  // not empty: the state has moved on and contradicts the journal; state is then as it was
};
Overlay LayOver(const JournalContents& journal, State state, std::string_view text, bool force = false);

}  // namespace engine::state
