// The `encryption` block: what the root module and TF_ENCRYPTION say of encryption at rest, as syntax.
// Not what it means (engine/encryption evaluates it) and not part of Module: only sessions that open states
// or plans ask for it. Called by cli/session, and by decode_terraform.cc to check the form.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/diag/diagnostics.h"
#include "engine/config/module.h"

namespace engine::config {

// key_provider.pbkdf2.main or method.aes_gcm.main, where it is declared or referred to.
struct EncryptionName {
  std::string type, name;
  Place place;
  bool operator==(const EncryptionName& other) const { return type == other.type && name == other.name; }
};

// A key_provider or method block.
struct EncryptionPart {
  EncryptionName name;
  std::map<std::string, ExpressionRef, std::less<>> arguments;
};

// state, plan, default, or remote_state_data_source.
struct EncryptionTarget {
  std::optional<EncryptionName> method;
  std::vector<EncryptionName> fallbacks;  // the outermost first
  bool enforced = false;
  Place place;
};

struct EncryptionBlock {
  std::vector<EncryptionPart> key_providers, methods;
  std::optional<EncryptionTarget> state, plan, remote_default;
  std::map<std::string, EncryptionTarget, std::less<>> remote;  // by the data source's name
  Place place;

  const EncryptionPart* FindKeyProvider(const EncryptionName& name) const;
  const EncryptionPart* FindMethod(const EncryptionName& name) const;
};

// The block of the module's files, override files laid over the others and `environment` (the text of
// TF_ENCRYPTION: the inside of the block, as HCL or JSON) over all. Nothing where neither is there.
std::optional<EncryptionBlock> ReadEncryption(const Module& module, const std::string& environment,
                                              base::diag::Diagnostics& diagnostics);

// The reference that the expression is: `root`.type.name, in JSON as a text with or without ${}. Nothing
// after an error.
std::optional<EncryptionName> ReadEncryptionName(const ExpressionRef& expression, std::string_view root,
                                                 base::diag::Diagnostics& diagnostics);

// Passphrases stand in these blocks: diagnostics about them keep their place but show no source and no
// values.
base::diag::Diagnostics WithoutSource(base::diag::Diagnostics diagnostics);

}  // namespace engine::config
