#include "engine/changes/plan_file.h"

#include "base/archive/gzip.h"
#include "base/core/files.h"
#include "base/core/strings.h"
#include "base/json/reader.h"
#include "base/json/writer.h"
#include "engine/changes/plan_codec.h"
#include "engine/state/reader.h"
#include "engine/state/writer.h"
#include "language/value/codec.h"

namespace engine::changes {
namespace {

using base::core::Error;
using base::core::Result;

constexpr std::string_view kMagic = "parterre plan 1\n";
// A plan holds the state twice and the configuration; the bound keeps a forged file from filling the memory.
constexpr uint64_t kMaximumBytes = uint64_t{4} << 30;

}  // namespace

Result<void> WritePlanFile(const std::string& path, const SavedPlan& saved, state::Sealer* sealer) {
  ASSIGN_OR_RETURN(std::string document, EncodePlan(saved));
  std::string bytes = std::string(kMagic) + base::archive::Gzip(document);
  if (sealer != nullptr) {
    ASSIGN_OR_RETURN(bytes, sealer->Seal(bytes));
  }
  return base::core::ReplaceFile(path, bytes, 0600);
}

Result<SavedPlan> ReadPlanFile(const std::string& path, state::Sealer* sealer) {
  ASSIGN_OR_RETURN(std::string bytes, base::core::ReadFile(path));
  if (sealer != nullptr) {
    ASSIGN_OR_RETURN(state::Sealer::Opened opened, sealer->Open(std::move(bytes)));
    bytes = std::move(opened.text);
  }
  if (bytes.starts_with("{") && bytes.find("\"encryption_version\"") != std::string::npos)
    return Error(
        "it is encrypted, and the configuration in this folder does not say how to decrypt it: that belongs "
        "into the plan block of terraform { encryption {} }, or of TF_ENCRYPTION.");
  if (bytes.starts_with("PK"))
    return Error(
        "this looks like a plan of the terraform program, whose plan files only it can read. Make the plan "
        "with this program.");
  if (!bytes.starts_with(kMagic)) return Error("this is not a plan file.");
  auto document = base::archive::Gunzip(std::string_view(bytes).substr(kMagic.size()), kMaximumBytes);
  if (!document.ok()) return Error("the plan file is damaged: " + document.error().message());
  return DecodePlan(*document).Wrap("the plan file is damaged");
}

}  // namespace engine::changes
