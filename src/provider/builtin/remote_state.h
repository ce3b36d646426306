// The data source terraform_remote_state: the outputs of another configuration's state.
// Not the reading of states, which is handed in. Part of the provider terraform.io/builtin/terraform.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "provider/api/provider.h"

namespace provider::builtin {

// Where states are read from. `arguments` is an object or a map, of whatever the user wrote.
struct StateReader {
  struct Outputs {
    bool exists = false;  // there is a state
    std::vector<std::pair<std::string, language::value::Value>> values;
  };
  // Errors about the backend's type point at `backend`, those about its arguments at `config`.
  std::function<api::ProviderDiagnostics(std::string_view backend, const language::value::Value& arguments)>
      check;
  // Only of what `check` has found to be right.
  // `address`: of the data source that asks.
  std::function<Outputs(std::string_view address, std::string_view backend,
                        const language::value::Value& arguments, const std::string& workspace,
                        api::ProviderDiagnostics& diagnostics)>
      read;
};

inline constexpr std::string_view kRemoteStateType = "terraform_remote_state";

api::ResourceSchema RemoteStateSchema();
api::ProviderDiagnostics ValidateRemoteState(const language::value::Value& config, const StateReader& reader);
api::ReadDataResponse ReadRemoteState(std::string_view address, const language::value::Value& config,
                                      const StateReader& reader);

}  // namespace provider::builtin
