#include "cli/session/saved_backend.h"

#include "base/core/files.h"
#include "base/json/reader.h"
#include "base/json/writer.h"
#include "engine/state/writer.h"

namespace cli::session {

using base::core::Error;
using base::core::Result;

namespace {

constexpr uint64_t kFormatVersion = 3;
constexpr uint64_t kMaxSize = 1 << 20;

}  // namespace

std::string SavedBackendPath(const std::string& data_directory) {
  return base::core::JoinPath(data_directory, "terraform.tfstate");
}

Result<std::optional<SavedBackend>> ReadSavedBackend(const std::string& path) {
  if (!base::core::Exists(path)) return std::optional<SavedBackend>();
  ASSIGN_OR_RETURN(const std::string text, base::core::ReadFile(path, kMaxSize));
  if (text.empty()) return std::optional<SavedBackend>();
  base::json::ParseError mistake;
  const auto document = base::json::Document::Parse(text, &mistake, {.max_depth = 100});
  if (!document) return Error("invalid syntax: " + mistake.message);
  const base::json::Node root = document->root();
  if (!root.IsObject()) return Error("invalid syntax: it must be a JSON object");
  const base::json::Node version = root.Find("version");
  if (!version || version.AsUint64() != kFormatVersion) {
    return Error(
        fmt::format("unsupported backend state version {}; you may need to use Terraform CLI v{} to work in "
                    "this directory",
                    version ? version.raw() : "0", root.FindString("terraform_version").value_or("")));
  }
  const base::json::Node backend = root.Find("backend");
  if (!backend || !backend.IsObject()) return std::optional<SavedBackend>();
  SavedBackend saved{.type = backend.FindString("type").value_or("")};
  if (saved.type.empty()) return std::optional<SavedBackend>();
  const base::json::Node arguments = backend.Find("config");
  saved.arguments = arguments && arguments.IsObject() ? std::string(arguments.raw()) : "{}";
  const base::json::Node hash = backend.Find("hash");
  saved.hash = hash ? hash.AsUint64().value_or(0) : 0;
  return std::optional(std::move(saved));
}

Result<void> WriteSavedBackend(const std::string& path, const std::optional<SavedBackend>& saved) {
  std::string text;
  base::json::Writer writer(&text, base::json::Writer::Style::kIndented);
  writer.BeginObject()
      .Member("version", kFormatVersion)
      .Member("terraform_version", engine::state::kWriterVersion);
  if (saved) {
    writer.Key("backend").BeginObject().Member("type", saved->type);
    writer.Key("config").Raw(saved->arguments).Member("hash", saved->hash).EndObject();
  }
  writer.EndObject();
  RETURN_IF_ERROR(base::core::MakeDirectories(base::core::DirectoryName(path), 0755));
  return base::core::ReplaceFile(path, text, 0600);
}

}  // namespace cli::session
