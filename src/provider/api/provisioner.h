// Provisioner: something that is run for an object after its creation or before its destruction.
// Not its place in the life of the object, nor when, on_failure and connection (engine).
// Implemented by provider/provisioner; the engine gets it handed in, as it gets providers.
#pragma once

#include <functional>
#include <stop_token>
#include <string_view>

#include "language/schema/schema.h"
#include "provider/api/diagnostics.h"

namespace provider::api {

struct ProvisionRequest {
  Value config;      // of the schema's implied type, wholly known, without marks
  Value connection;  // of ConnectionSchema's; null: there is no connection block
  bool confidential =
      false;  // holds values that must not be shown: diagnostics leave out all that is the user's
};

struct Provisioner {
  language::schema::Block schema;
  // What is wrong with arguments of the right form; they may be unknown. Empty: nothing ever is.
  std::function<ProviderDiagnostics(const Value& config)> validate;
  // Blocks until it is done, or stopped. `output` is called from this thread with texts for people, one or
  // more whole lines of valid UTF-8. Safe to call from several threads.
  std::function<ProviderDiagnostics(
      const ProvisionRequest&, const std::function<void(std::string_view)>& output, std::stop_token stop)>
      run;
};

// Of connection blocks, for every provisioner and type of connection. Immortal.
const language::schema::Block& ConnectionSchema();

}  // namespace provider::api
