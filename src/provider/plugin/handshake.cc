#include "provider/plugin/handshake.h"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "base/core/strings.h"

namespace provider::plugin {

using base::core::Error;
using base::core::GoQuote;
using base::core::Result;

namespace {

constexpr std::string_view kPemBegin = "-----BEGIN CERTIFICATE-----\n";
constexpr std::string_view kPemEnd = "-----END CERTIFICATE-----\n";

std::string Shortened(std::string_view line) {
  constexpr size_t kShown = 200;
  return GoQuote(line.substr(0, kShown)) + (line.size() > kShown ? " (and more)" : "");
}

// The alphabet of base64 without padding; an amount that padding completes.
Result<std::string> DecodeCertificate(std::string_view text) {
  std::string padded(text);
  padded.append((4 - padded.size() % 4) % 4, '=');
  auto der = base::core::Base64Decode(padded);
  if (!der || text.ends_with('=')) return Error("the plugin's certificate is no base64 text without padding");
  return *der;
}

bool IsLoopbackAddress(std::string_view address) {
  size_t colon = address.rfind(':');
  if (colon == std::string_view::npos) return false;
  auto port = base::core::ParseUint64(address.substr(colon + 1));
  std::string_view host = address.substr(0, colon);
  return port && *port > 0 && *port <= 65535 &&
         (host == "127.0.0.1" || host == "localhost" || host == "[::1]");
}

}  // namespace

Result<Handshake> ParseHandshake(std::string_view line) {
  line = base::core::Trim(line);
  std::vector<std::string_view> fields = base::core::Split(line, '|');
  if (fields.size() < 4)
    return Error("what the plugin wrote first is not the line that says where it listens: " +
                 Shortened(line));
  if (fields[0] != "1")
    return Error(fmt::format("the plugin speaks version {} of the handshake, and only version 1 is known",
                             GoQuote(fields[0])));
  Handshake handshake;
  if (fields[1] == "5") {
    handshake.protocol = Protocol::k5;
  } else if (fields[1] != "6") {
    return Error(
        fmt::format("the plugin speaks version {} of the provider protocol, and only 5 and 6 are known: "
                    "another version of the provider may do",
                    GoQuote(fields[1])));
  }
  handshake.network = fields[2];
  handshake.address = fields[3];
  if (handshake.network == "unix" ? handshake.address.empty()
                                  : handshake.network != "tcp" || !IsLoopbackAddress(handshake.address))
    return Error(fmt::format("the plugin listens at {} {}, which is no address of this machine",
                             GoQuote(handshake.network), Shortened(handshake.address)));
  if (fields.size() < 5 || fields[4] != "grpc")
    return Error("the plugin does not speak gRPC: it was built for Terraform 0.11 or earlier");
  // Some write a word where others write nothing; a certificate is longer than this.
  constexpr size_t kShortest = 50;
  if (fields.size() > 5 && fields[5].size() > kShortest) {
    ASSIGN_OR_RETURN(handshake.certificate_der, DecodeCertificate(fields[5]));
  }
  return handshake;
}

std::string HandshakeLine(const Handshake& handshake) {
  std::string certificate = base::core::Base64Encode(handshake.certificate_der);
  certificate.erase(std::find(certificate.begin(), certificate.end(), '='), certificate.end());
  return fmt::format("1|{}|{}|{}|grpc|{}\n", static_cast<int>(handshake.protocol), handshake.network,
                     handshake.address, certificate);
}

std::string PemOfDer(std::string_view der) {
  std::string text = base::core::Base64Encode(der);
  std::string pem(kPemBegin);
  constexpr size_t kLine = 64;
  for (size_t begin = 0; begin < text.size(); begin += kLine) pem += text.substr(begin, kLine) + "\n";
  return pem += kPemEnd;
}

Result<std::string> DerOfPem(std::string_view pem) {
  size_t begin = pem.find(kPemBegin);
  size_t end = pem.find(kPemEnd);
  if (begin == std::string_view::npos || end == std::string_view::npos || end < begin + kPemBegin.size())
    return Error("not a certificate in PEM form");
  begin += kPemBegin.size();
  auto der = base::core::Base64Decode(pem.substr(begin, end - begin));
  if (!der) return Error("not a certificate in PEM form");
  return *der;
}

}  // namespace provider::plugin
