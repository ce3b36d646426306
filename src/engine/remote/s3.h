// The backend "s3": states as objects of a bucket, locked by an object beside each, by an item of a DynamoDB
// table, or by both. Not the calls to AWS (base/aws). Opened through kS3Type. Source of rules: the
// reference's layout of keys and order of calls.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/aws/session.h"
#include "engine/remote/backend_type.h"
#include "engine/remote/dynamodb.h"
#include "engine/remote/s3_objects.h"

namespace engine::remote {

struct S3Layout {
  std::string bucket, key;
  std::string workspace_key_prefix = "env:";

  // The object that holds the workspace's state.
  std::string KeyOf(std::string_view workspace) const;
  // The workspace whose state the object holds; "" for other objects and for the default one.
  std::string WorkspaceOf(std::string_view object_key) const;
};

struct S3Parts {
  S3Layout layout;
  std::unique_ptr<S3Objects> objects;
  std::unique_ptr<DynamoDbTable> table;  // null: none
  bool use_lockfile = false;
  std::string endpoint;  // of S3, where it is not the region's
  std::string journal_directory;
};

class S3Backend : public Backend {
 public:
  explicit S3Backend(S3Parts parts) : parts_(std::make_shared<S3Parts>(std::move(parts))) {}
  std::string_view type() const override { return "s3"; }
  std::string Url() const override { return parts_->endpoint; }
  base::core::Result<std::vector<std::string>> Workspaces() override;
  base::core::Result<void> CreateWorkspace(std::string_view name) override;
  base::core::Result<void> DeleteWorkspace(std::string_view name) override;
  std::unique_ptr<state::StateStorage> Storage(std::string_view workspace) override;

 private:
  const std::shared_ptr<S3Parts> parts_;
};

// What backend blocks of the type may hold, and what of it the type's own rules refuse.
const language::schema::Block& S3Schema();
std::optional<ArgumentProblem> CheckS3(const language::value::Value& arguments,
                                       const base::core::Environment& environment);

extern const BackendType kS3Type;

}  // namespace engine::remote
