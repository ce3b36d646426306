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

Result<void> WritePlanFile(const std::string& path, const SavedPlan& saved) {
  ASSIGN_OR_RETURN(std::string document, EncodePlan(saved));
  return base::core::ReplaceFile(path, std::string(kMagic) + base::archive::Gzip(document), 0600);
}

Result<SavedPlan> ReadPlanFile(const std::string& path) {
  ASSIGN_OR_RETURN(std::string bytes, base::core::ReadFile(path));
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
