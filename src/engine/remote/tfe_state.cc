#include "engine/remote/tfe_state.h"

#include <algorithm>

#include "base/core/product.h"
#include "base/core/strings.h"
#include "base/crypto/digest.h"
#include "base/json/writer.h"
#include "engine/remote/storage_support.h"
#include "language/value/codec.h"
#include "language/value/type.h"

namespace engine::remote {
namespace {

using base::core::Error;
using base::core::Result;
using base::json::Node;
using state::LockConflict;
using state::LockInfo;

// {"name":{"sensitive":false,"value":...,"type":...},...} of the state's outputs.
Result<std::string> OutputsDocument(const Node& root) {
  std::string text;
  base::json::Writer writer(&text);
  writer.BeginObject();
  if (const Node outputs = root.Find("outputs"); outputs && outputs.IsObject())
    for (const base::json::Member output : outputs.Members()) {
      if (!output.value.IsObject()) return Error("an output in the state is no object");
      const Node value = output.value.Find("value"), type = output.value.Find("type");
      writer.Key(output.key()).BeginObject();
      writer.Member("sensitive", output.value.FindBool("sensitive").value_or(false));
      writer.Key("value").Raw(value ? value.raw() : "null");
      writer.Key("type").Raw(type ? type.raw() : "\"dynamic\"").EndObject();
    }
  writer.EndObject();
  return text;
}

Result<TfeNewState> Describe(std::string_view text) {
  // Resources are passed on as they are: nothing inside of them is of interest.
  constexpr int kIndexDepth = 3;
  ASSIGN_OR_RETURN(const auto document, base::json::Document::Parse(text, {.index_depth = kIndexDepth}));
  const Node root = document.root();
  TfeNewState state{.lineage = root.FindString("lineage").value_or(""),
                    .md5 = base::core::HexEncode(base::crypto::Md5(text))};
  if (const Node serial = root.Find("serial")) state.serial = serial.AsUint64().value_or(0);
  ASSIGN_OR_RETURN(state.outputs_json, OutputsDocument(root));
  return state;
}

}  // namespace

TfeState::TfeState(std::shared_ptr<TfeService> service, std::shared_ptr<const TfeSettings> settings,
                   std::string workspace)
    : service_(std::move(service)), settings_(std::move(settings)), name_(std::move(workspace)) {}

TfeState::~TfeState() { (void)Unlock(); }

Result<void> TfeState::Locate() {
  if (workspace_) return {};
  ASSIGN_OR_RETURN(const std::string there, TfeWorkspaceName(settings_->mapping, name_));
  ASSIGN_OR_RETURN(workspace_, EnsureTfeWorkspace(*service_, *settings_, there));
  return {};
}

// Those who only read make no workspaces.
Result<void> TfeState::Find() {
  if (workspace_) return {};
  ASSIGN_OR_RETURN(const std::string there, TfeWorkspaceName(settings_->mapping, name_));
  ASSIGN_OR_RETURN(workspace_, service_->FindWorkspace(there));
  return {};
}

std::string TfeState::LockId() const {
  return service_->organization() + "/" + TfeWorkspaceName(settings_->mapping, name_).value();
}

Result<std::optional<LockConflict>> TfeState::TryLock(LockInfo*) {
  RETURN_IF_ERROR(Locate());
  ASSIGN_OR_RETURN(const auto outcome, service_->Lock(workspace_->id));
  if (outcome == TfeService::LockOutcome::kDone) {
    locked_ = true;
    return std::optional<LockConflict>();
  }
  // The server does not tell who has it; the id is what force-unlock takes.
  LockInfo holder{.id = LockId(), .info = "locked on " + settings_->host};
  return std::optional(
      LockConflict{fmt::format("workspace already locked (lock ID: \"{}\")", LockId()), std::move(holder)});
}

Result<void> TfeState::Unlock() {
  if (!std::exchange(locked_, false) || upload_failed_) return {};
  return service_->Unlock(workspace_->id);
}

Result<void> TfeState::ForceUnlock(const std::string& id) {
  ASSIGN_OR_RETURN(const std::string there, TfeWorkspaceName(settings_->mapping, name_));
  if (id != LockId())
    return Error(fmt::format("lock ID \"{}\" does not match existing lock ID \"{}\"", id, LockId()));
  RETURN_IF_ERROR(Find());
  if (!workspace_) return Error(fmt::format("there is no workspace {}", LockId()));
  return service_->ForceUnlock(workspace_->id);
}

Result<std::string> TfeState::Read() {
  RETURN_IF_ERROR(Find());
  if (!workspace_) return std::string();
  ASSIGN_OR_RETURN(const TfeStateVersion version, service_->CurrentState(workspace_->id));
  interval_ = version.interval;
  return version.id.empty() ? std::string() : service_->DownloadState(version);
}

Result<void> TfeState::Write(std::string_view text) {
  RETURN_IF_ERROR(Locate());
  ASSIGN_OR_RETURN(TfeNewState described, Describe(text));
  described.force = force_;
  described.run_id = settings_->run_id;
  const Result<void> saved = Save(text, described);
  upload_failed_ = !saved.ok();
  if (saved.ok() || !locked_) return saved;
  return Error(fmt::format(
      "{0}\nThe workspace {1} stays locked, since {2} does not have the newest state. Once that is saved, "
      "for instance by \"{4} force-unlock {3}\" and \"{4} state push\", work can go on.",
      saved.error().message(), LockId(), settings_->host, LockId(), base::core::ProgramName()));
}

Result<void> TfeState::Save(std::string_view text, const TfeNewState& described) {
  std::optional<std::string> document;
  if (settings_->state_document) document = settings_->state_document(text);
  ASSIGN_OR_RETURN(TfeService::Created created, service_->CreateState(workspace_->id, described));
  if (created.wants_inline) {
    TfeNewState whole = described;
    whole.inline_state = text;
    if (document) whole.inline_json_state = *document;
    ASSIGN_OR_RETURN(created, service_->CreateState(workspace_->id, whole));
    if (created.wants_inline) return Error("the server takes states neither by uploads nor with the call");
    interval_ = created.version.interval;
    return {};
  }
  const TfeStateVersion& version = created.version;
  interval_ = version.interval;
  if (version.upload_url.empty()) return Error("the server does not say where the state is to go");
  RETURN_IF_ERROR(service_->Upload(version.upload_url, text).Wrap("uploading the state"));
  if (document && !version.json_upload_url.empty())
    RETURN_IF_ERROR(
        service_->Upload(version.json_upload_url, *document).Wrap("uploading the state's JSON form"));
  return service_->ConfirmState(version.id).Wrap("reading the state version that was made");
}

Result<std::optional<state::StateOutputs>> TfeState::ReadOutputs() {
  // The other block's servers may be too old for it.
  if (settings_->type != "cloud") return std::optional<state::StateOutputs>();
  RETURN_IF_ERROR(Find());
  if (!workspace_) return std::optional(state::StateOutputs());
  ASSIGN_OR_RETURN(const auto outputs, service_->CurrentOutputs(workspace_->id));
  // None are there of a state that is encrypted, either.
  if (!outputs || outputs->empty()) return std::optional<state::StateOutputs>();
  state::StateOutputs read;
  for (const TfeOutput& output : *outputs) {
    const auto type = language::value::Type::FromJson(output.type_json);
    if (output.type_json.empty() || !type) return std::optional<state::StateOutputs>();
    auto value = language::value::FromJson(output.value_json, *type);
    if (!value.ok()) return Error(fmt::format("the output \"{}\": {}", output.name, value.error().message()));
    read[output.name] = {.value = *std::move(value), .sensitive = output.sensitive};
  }
  return std::optional(std::move(read));
}

std::string TfeState::JournalPath() const {
  return JournalPathFor(settings_->journal_directory, settings_->type, Identity());
}

std::string TfeState::Identity() const {
  const auto there = TfeWorkspaceName(settings_->mapping, name_);
  return fmt::format("{} {}/{}/{}", settings_->type, settings_->host, service_->organization(),
                     there.ok() ? *there : name_);
}

}  // namespace engine::remote
