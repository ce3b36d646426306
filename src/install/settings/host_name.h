// Names of hosts as people write them in CLI configurations, on command lines and in TF_TOKEN_ variables, in
// one form: lower case, in Unicode, without the port 443. Not hosts of URLs, nor of provider addresses
// (language/address). Called by settings.cc, install/discovery and the commands login and logout.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/core/result.h"

namespace install::settings {

// "App.Example.com:443" -> "app.example.com". Labels in punycode are refused, as by the reference. Errors say
// what is wrong with it: "port number is greater than 65535".
base::core::Result<std::string> NormalHost(std::string_view given);

// As it goes into URLs: "café.example.com:8443" -> "xn--caf-dma.example.com:8443".
std::string AsciiHost(std::string_view host);

// The host of what follows TF_TOKEN_: "_" stands for a dot and "__" for a dash; dashes, labels in punycode
// and in Unicode are taken as they are. Nothing where that is no host.
std::optional<std::string> HostOfVariable(std::string_view name);

}  // namespace install::settings
