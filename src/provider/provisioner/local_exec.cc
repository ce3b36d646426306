#include "provider/provisioner/local_exec.h"

#include <fmt/format.h>

#include <csignal>
#include <cstring>

#include "base/core/files.h"
#include "base/core/process.h"
#include "base/core/strings.h"
#include "base/text/unicode.h"
#include "provider/provisioner/output_lines.h"

namespace provider::provisioner {
namespace {

using api::ProviderDiagnostics;
using language::value::Type;
using Output = std::function<void(std::string_view)>;

language::schema::Block MakeSchema() {
  language::schema::Block schema;
  schema.attributes = {
      {.name = "command", .type = Type::String(), .required = true},
      {.name = "environment", .type = Type::Map(Type::String()), .optional = true},
      {.name = "interpreter", .type = Type::List(Type::String()), .optional = true},
      {.name = "quiet", .type = Type::Bool(), .optional = true},
      {.name = "working_dir", .type = Type::String(), .optional = true},
  };
  schema.Finish();
  return schema;
}

std::string TextOf(const api::Value& value) { return value.IsNull() ? "" : std::string(value.AsString()); }

base::core::ProcessSpec MakeSpec(const api::Value& config, base::core::Environment environment) {
  base::core::ProcessSpec spec;
  const api::Value& interpreter = config.Get("interpreter");
  if (interpreter.IsNull()) {
    spec.argv = {"/bin/sh", "-c"};
  } else {
    for (const api::Value& part : interpreter.Elements())
      if (!part.IsNull()) spec.argv.emplace_back(part.AsString());
  }
  spec.argv.emplace_back(config.Get("command").AsString());
  const api::Value& added = config.Get("environment");
  for (size_t i = 0; !added.IsNull() && i < added.Length(); ++i)
    if (!added.ElementAt(i).IsNull()) environment.Set(added.KeyAt(i), added.ElementAt(i).AsString());
  spec.environment = environment.ToStrings();
  spec.directory = TextOf(config.Get("working_dir"));
  return spec;
}

// A text with a zero byte would reach the command cut short.
bool HasZeroByte(const base::core::ProcessSpec& spec) {
  auto any = [](const std::vector<std::string>& texts) {
    for (const std::string& text : texts)
      if (text.find('\0') != std::string::npos) return true;
    return false;
  };
  return any(spec.argv) || any(*spec.environment) || spec.directory.find('\0') != std::string::npos;
}

// ["/bin/sh" "-c" "echo"]
std::string Quoted(const std::vector<std::string>& argv) {
  std::string out = "[";
  for (const std::string& part : argv) out += (out.size() > 1 ? " " : "") + base::core::GoQuote(part);
  return out + "]";
}

std::string Describe(const base::core::RunResult& result) {
  if (result.status.signal == 0) return fmt::format("exit status {}", result.status.code);
  return fmt::format("signal: {}{}", ::strsignal(result.status.signal),
                     result.stopped ? ", since the run was interrupted" : "");
}

ProviderDiagnostics Failure(const api::ProvisionRequest& request, std::string reason,
                            const std::string& output) {
  std::string detail =
      "The command ended with an error: " + reason +
      ". Neither the command nor its output is shown, since sensitive values are in its configuration.";
  if (!request.confidential)
    detail = fmt::format("Error running command '{}': {}. Output: {}",
                         request.config.Get("command").AsString(), reason, output);
  return {{.summary = "local-exec provisioner error", .detail = std::move(detail)}};
}

ProviderDiagnostics RunCommand(const api::ProvisionRequest& request,
                               const base::core::Environment& environment, const Output& output,
                               std::stop_token stop) {
  const api::Value& command = request.config.Get("command");
  if (command.IsNull() || command.AsString().empty())
    return {{.summary = "Invalid local-exec provisioner command",
             .detail = "The command must be a text with something in it."}};
  const base::core::ProcessSpec spec = MakeSpec(request.config, environment);
  if (HasZeroByte(spec))
    return {{.summary = "Invalid local-exec provisioner command",
             .detail = "Neither the command nor its environment can hold a character of code zero."}};
  const api::Value& quiet = request.config.Get("quiet");
  const bool is_quiet = !quiet.IsNull() && quiet.AsBool();
  output(is_quiet ? "local-exec: Executing: Suppressed by quiet=true" : "Executing: " + Quoted(spec.argv));
  if (!spec.directory.empty() && !base::core::IsDirectory(spec.directory))
    return Failure(request,
                   request.confidential ? "its working_dir is no folder"
                                        : fmt::format("working_dir {} is no folder", spec.directory),
                   "");
  OutputLines lines(output);
  base::core::RunOptions options{.on_output = [&](std::string_view piece, bool) { lines.Add(piece); },
                                 .join_output = true,
                                 .stop = stop};
  auto result = base::core::RunProcess(spec, options);
  lines.Finish();
  if (!result.ok())
    return Failure(request, request.confidential ? "it could not be started" : result.error().message(), "");
  if (result->status.code == 0) return {};
  return Failure(request, Describe(*result), lines.Tail());
}

}  // namespace

std::shared_ptr<const api::Provisioner> MakeLocalExec(const base::core::Environment& environment) {
  auto run = [environment](const api::ProvisionRequest& request, const Output& output, std::stop_token stop) {
    return RunCommand(request, environment, output, std::move(stop));
  };
  return std::make_shared<const api::Provisioner>(
      api::Provisioner{.schema = MakeSchema(), .validate = {}, .run = std::move(run)});
}

}  // namespace provider::provisioner
