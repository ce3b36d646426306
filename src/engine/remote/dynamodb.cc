#include "engine/remote/dynamodb.h"

#include "base/core/strings.h"
#include "base/json/reader.h"
#include "base/json/writer.h"

namespace engine::remote {
namespace {

using base::aws::ServiceAnswer;
using base::aws::ServiceError;
using base::core::Error;
using base::core::Result;
using base::json::Writer;

// "NAME": {"S": text}
void AddString(Writer* writer, std::string_view name, std::string_view text) {
  writer->Key(name).BeginObject().Member("S", text).EndObject();
}

}  // namespace

ServiceAnswer DynamoDbTable::Call(const std::string& operation, std::string body) {
  base::aws::ServiceRequest request{.operation = operation, .path = "/"};
  request.headers = {{"Content-Type", "application/x-amz-json-1.0"},
                     {"X-Amz-Target", "DynamoDB_20120810." + operation}};
  request.body = std::move(body);
  return service_->Call(std::move(request));
}

Error DynamoDbTable::Explain(const ServiceError& error) const {
  const std::string table = base::core::GoQuote(table_);
  if (error.code == "ResourceNotFoundException")
    return Error(
        fmt::format("DynamoDB table {} does not exist in {}. Create it with a partition key LockID of type "
                    "String, or lock by use_lockfile instead.\n\nError: {}",
                    table, service_->settings().region, error.Describe()));
  if (error.code == "AccessDeniedException")
    return Error(
        fmt::format("Unable to use DynamoDB table {}: the credentials lack the permission that {} takes.\n\n"
                    "Error: {}",
                    table, error.operation, error.Describe()));
  return Error(fmt::format("Unable to use DynamoDB table {}: {}", table, error.Describe()));
}

Result<std::optional<std::string>> DynamoDbTable::Get(const std::string& lock_id,
                                                      const std::string& attribute) {
  std::string body;
  Writer writer(&body);
  writer.BeginObject().Member("ConsistentRead", true).Key("Key").BeginObject();
  AddString(&writer, "LockID", lock_id);
  writer.EndObject()
      .Member("ProjectionExpression", "LockID, " + attribute)
      .Member("TableName", table_)
      .EndObject();
  const ServiceAnswer answer = Call("GetItem", std::move(body));
  if (const auto* error = std::get_if<ServiceError>(&answer)) return Explain(*error);
  const auto document =
      base::json::Document::Parse(std::get<base::net::ClientResponse>(answer).body, {.max_depth = 32});
  if (!document.ok())
    return Error(fmt::format("DynamoDB GetItem: the answer cannot be read: {}", document.error().message()));
  const base::json::Node item = document->root().Find("Item");
  const base::json::Node value = item ? item.Find(attribute) : base::json::Node();
  return value ? value.FindString("S") : std::nullopt;
}

namespace {

std::string PutBody(const std::string& table, const std::string& lock_id, const std::string& attribute,
                    const std::string& value, bool if_none) {
  std::string body;
  Writer writer(&body);
  writer.BeginObject();
  if (if_none) writer.Member("ConditionExpression", "attribute_not_exists(LockID)");
  writer.Key("Item").BeginObject();
  AddString(&writer, attribute, value);
  AddString(&writer, "LockID", lock_id);
  writer.EndObject().Member("TableName", table).EndObject();
  return body;
}

}  // namespace

Result<void> DynamoDbTable::Put(const std::string& lock_id, const std::string& attribute,
                                const std::string& value) {
  const ServiceAnswer answer = Call("PutItem", PutBody(table_, lock_id, attribute, value, false));
  if (const auto* error = std::get_if<ServiceError>(&answer)) return Explain(*error);
  return {};
}

Result<std::optional<std::string>> DynamoDbTable::PutIfNone(const std::string& lock_id,
                                                            const std::string& attribute,
                                                            const std::string& value) {
  const ServiceAnswer answer = Call("PutItem", PutBody(table_, lock_id, attribute, value, true));
  const auto* error = std::get_if<ServiceError>(&answer);
  if (error == nullptr) return std::optional<std::string>();
  if (error->code == "ConditionalCheckFailedException") return std::optional(error->Describe());
  return Explain(*error);
}

Result<void> DynamoDbTable::Delete(const std::string& lock_id) {
  std::string body;
  Writer writer(&body);
  writer.BeginObject().Key("Key").BeginObject();
  AddString(&writer, "LockID", lock_id);
  writer.EndObject().Member("TableName", table_).EndObject();
  const ServiceAnswer answer = Call("DeleteItem", std::move(body));
  if (const auto* error = std::get_if<ServiceError>(&answer)) return Explain(*error);
  return {};
}

}  // namespace engine::remote
