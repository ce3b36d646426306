#include "provider/provisioner/file.h"

#include <fmt/format.h>

#include "base/core/files.h"
#include "provider/provisioner/connection.h"

namespace provider::provisioner {
namespace {

using api::ProviderDiagnostics;
using base::core::Error;
using base::core::Result;
using base::ssh::Client;
using language::value::Type;
using Output = std::function<void(std::string_view)>;

language::schema::Block MakeSchema() {
  language::schema::Block schema;
  schema.attributes = {
      {.name = "content", .type = Type::String(), .optional = true},
      {.name = "destination", .type = Type::String(), .required = true},
      {.name = "source", .type = Type::String(), .optional = true},
  };
  schema.Finish();
  return schema;
}

ProviderDiagnostics Check(const api::Value& config) {
  if (!config.IsKnownNotNull()) return {};
  const bool source = !config.Get("source").IsNull(), content = !config.Get("content").IsNull();
  if (source && content)
    return {{.summary = "Cannot set both 'source' and 'content'",
             .detail = "A file provisioner copies either a file or folder of this machine (source) or a text "
                       "(content): keep one."}};
  if (!source && !content)
    return {{.summary = "Must provide one of 'source' or 'content'",
             .detail = "A file provisioner copies either a file or folder of this machine (source) or a text "
                       "(content): give one."}};
  return {};
}

Result<void> Copy(const api::ProvisionRequest& request, const base::core::Environment& environment,
                  const std::stop_token& stop) {
  ASSIGN_OR_RETURN(const Connection connection, ReadConnection(request.connection, environment));
  const api::Value& text = request.config.Get("content");
  const std::string destination(
      request.config.Get("destination").IsNull() ? "" : request.config.Get("destination").AsString());
  if (destination.empty())
    return Error("the destination is empty: name a file or folder of the other machine");
  std::string source;
  if (text.IsNull()) {
    source = ExpandHome(request.config.Get("source").AsString(), environment);
    if (!base::core::Exists(source))
      return Error(fmt::format("stat {}: no such file or directory", source.empty() ? "\"\"" : source));
  }
  ASSIGN_OR_RETURN(Client client, Connect(connection, nullptr, stop));
  auto copied = !text.IsNull() ? client.CopyText(text.AsString(), destination, 0644, connection.windows, stop)
                : base::core::IsDirectory(source)
                    ? client.CopyFolder(source, destination, connection.windows, stop)
                    : client.CopyFile(source, destination, connection.windows, stop);
  if (!copied.ok()) return Error("Upload failed: " + copied.error().message());
  return {};
}

}  // namespace

std::shared_ptr<const api::Provisioner> MakeFile(const base::core::Environment& environment) {
  auto run = [environment](const api::ProvisionRequest& request, const Output&,
                           std::stop_token stop) -> ProviderDiagnostics {
    if (auto wrong = Check(request.config); !wrong.empty()) return wrong;
    auto done = Copy(request, environment, stop);
    if (done.ok()) return {};
    return {{.summary = "file provisioner error", .detail = done.error().message()}};
  };
  return std::make_shared<const api::Provisioner>(api::Provisioner{MakeSchema(), Check, std::move(run)});
}

}  // namespace provider::provisioner
