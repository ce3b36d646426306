#include "provider/provisioner/remote_exec.h"

#include <fmt/format.h>

#include "base/core/files.h"
#include "base/core/random.h"
#include "base/core/strings.h"
#include "provider/provisioner/connection.h"
#include "provider/provisioner/output_lines.h"

namespace provider::provisioner {
namespace {

using api::ProviderDiagnostics;
using base::core::Error;
using base::core::Result;
using base::ssh::Client;
using language::value::Type;
using Output = std::function<void(std::string_view)>;

constexpr uint64_t kScriptLimit = 256u << 20;
constexpr mode_t kScriptMode = 0700;  // the reference's 0777 would let everybody there read what is in it
constexpr size_t kSaidLimit = 4096;   // of what chmod complains about
constexpr std::chrono::seconds kCleaningLimit{5};

language::schema::Block MakeSchema() {
  language::schema::Block schema;
  schema.attributes = {
      {.name = "inline", .type = Type::List(Type::String()), .optional = true},
      {.name = "script", .type = Type::String(), .optional = true},
      {.name = "scripts", .type = Type::List(Type::String()), .optional = true},
  };
  schema.Finish();
  return schema;
}

ProviderDiagnostics Check(const api::Value& config) {
  if (!config.IsKnownNotNull()) return {};
  int given = 0;
  for (const char* name : {"inline", "script", "scripts"}) given += !config.Get(name).IsNull();
  if (given == 1) return {};
  return {{.summary = "Invalid remote-exec provisioner configuration",
           .detail = "Exactly one of \"inline\", \"script\" and \"scripts\" must be set."}};
}

// The texts of all scripts, so that a missing file is told of before anything is done.
Result<std::vector<std::string>> CollectScripts(const api::Value& config,
                                                const base::core::Environment& environment) {
  const api::Value& lines = config.Get("inline");
  if (!lines.IsNull()) {
    std::string text;
    for (const api::Value& line : lines.Elements()) {
      if (line.IsNull()) return Error("invalid null string in 'inline'");
      text += std::string(line.AsString()) + "\n";
    }
    return std::vector<std::string>{std::move(text)};
  }
  std::vector<std::string> paths, texts;
  if (const api::Value& script = config.Get("script"); !script.IsNull()) {
    paths.emplace_back(script.AsString());
  } else {
    for (const api::Value& path : config.Get("scripts").Elements()) {
      if (path.IsNull()) return Error("invalid null string in 'scripts'");
      paths.emplace_back(path.AsString());
    }
  }
  for (const std::string& path : paths) {
    if (path.empty()) return Error("invalid empty string in 'scripts'");
    auto text = base::core::ReadFile(ExpandHome(path, environment), kScriptLimit);
    if (!text.ok()) return Error(fmt::format("Failed to open script '{}': {}", path, text.error().message()));
    texts.push_back(std::move(*text));
  }
  return texts;
}

std::string ScriptPath(const Connection& connection) {
  return base::core::ReplaceAll(connection.script_path, "%RAND%",
                                std::to_string(base::core::RandomUint64() % 2147483647));
}

// The script is not to stay behind, whatever becomes of it: it may hold what nobody else should read.
void RemoveScript(Client& client, const Connection& connection, const std::string& path) {
  std::stop_source over;
  std::jthread limit([&over](std::stop_token own) {
    std::mutex mutex;
    std::condition_variable_any never;
    std::unique_lock lock(mutex);
    if (!never.wait_for(lock, own, kCleaningLimit, [] { return false; }) && !own.stop_requested())
      over.request_stop();
  });
  if (connection.windows) {
    (void)client.CopyText("", path, kScriptMode, true, over.get_token());
  } else {
    (void)client.Run("rm -f " + base::ssh::ShellQuote(path), {.stop = over.get_token()});
  }
}

Result<void> Upload(Client& client, const Connection& connection, const std::string& path,
                    const std::string& script, const std::stop_token& stop) {
  const bool plain = !connection.windows && !script.starts_with("#!");
  auto copied =
      client.CopyText(plain ? "#!/bin/sh\n" + script : script, path, kScriptMode, connection.windows, stop);
  if (!copied.ok()) return Error("Failed to upload script: " + copied.error().message());
  if (connection.windows) return {};
  std::string said;
  const std::string command = "chmod 0700 " + base::ssh::ShellQuote(path);
  auto end = client.Run(command, {.on_output =
                                      [&](std::string_view piece) {
                                        if (said.size() < kSaidLimit) said += piece.substr(0, kSaidLimit);
                                      },
                                  .stop = stop});
  if (!end.ok()) return Error("Failed to upload script: " + end.error().message());
  if (end->code == 0 && end->signal.empty()) return {};
  return Error(fmt::format("Failed to upload script: {} ended with exit status {}: {}", command, end->code,
                           base::core::Trim(said)));
}

Result<void> RunScript(Client& client, const Connection& connection, const std::string& script,
                       const Output& output, const std::stop_token& stop) {
  const std::string path = ScriptPath(connection);
  RETURN_IF_ERROR(Upload(client, connection, path, script, stop));
  OutputLines lines(output, OutputLines::Telling::kEachLine);
  auto end = client.Run(connection.windows ? path : base::ssh::ShellQuote(path),
                        {.with_terminal = !connection.windows,
                         .on_output = [&](std::string_view piece) { lines.Add(piece); },
                         .stop = stop});
  lines.Finish();
  RemoveScript(client, connection, path);
  if (!end.ok()) return Error(fmt::format("error executing \"{}\": {}", path, end.error().message()));
  if (!end->signal.empty())
    return Error(fmt::format("error executing \"{}\": Process ended by signal {}", path, end->signal));
  if (end->code != 0)
    return Error(fmt::format("error executing \"{}\": Process exited with status {}", path, end->code));
  return {};
}

Result<void> RunAll(const api::ProvisionRequest& request, const base::core::Environment& environment,
                    const Output& output, const std::stop_token& stop) {
  ASSIGN_OR_RETURN(const Connection connection, ReadConnection(request.connection, environment));
  ASSIGN_OR_RETURN(const std::vector<std::string> scripts, CollectScripts(request.config, environment));
  ASSIGN_OR_RETURN(Client client, Connect(connection, output, stop));
  for (const std::string& script : scripts)
    RETURN_IF_ERROR(RunScript(client, connection, script, output, stop));
  return {};
}

}  // namespace

std::shared_ptr<const api::Provisioner> MakeRemoteExec(const base::core::Environment& environment) {
  auto run = [environment](const api::ProvisionRequest& request, const Output& output,
                           std::stop_token stop) -> ProviderDiagnostics {
    if (auto wrong = Check(request.config); !wrong.empty()) return wrong;
    auto done = RunAll(request, environment, output, stop);
    if (done.ok()) return {};
    return {{.summary = "remote-exec provisioner error", .detail = done.error().message()}};
  };
  return std::make_shared<const api::Provisioner>(api::Provisioner{MakeSchema(), Check, std::move(run)});
}

}  // namespace provider::provisioner
