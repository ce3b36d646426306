// The functions of the built-in provider "terraform": values to and from .tfvars files and expressions.
// Called by terraform_provider.cc.
#pragma once

#include <span>
#include <string_view>

#include "provider/api/functions.h"

namespace provider::builtin {

std::span<const api::FunctionSignature> TerraformFunctions();

// `name` is one of TerraformFunctions(); arguments fit its signature and are wholly known and unmarked.
api::FunctionResult CallTerraformFunction(std::string_view name,
                                          std::span<const language::value::Value> arguments);

}  // namespace provider::builtin
