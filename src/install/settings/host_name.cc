#include "install/settings/host_name.h"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "base/core/strings.h"
#include "base/text/unicode.h"

namespace install::settings {
namespace {

using base::core::Error;
using base::core::Result;

constexpr std::string_view kAsciiPrefix = "xn--";
constexpr size_t kMaxLabel = 63;

// RFC 3492, section 5 and 6.1.
constexpr uint32_t kBase = 36, kMin = 1, kMax = 26, kSkew = 38, kDamp = 700, kFirstBias = 72,
                   kFirstRune = 128;

uint32_t Adapt(uint32_t delta, uint32_t count, bool first) {
  delta = first ? delta / kDamp : delta / 2;
  delta += delta / count;
  uint32_t k = 0;
  for (; delta > (kBase - kMin) * kMax / 2; k += kBase) delta /= kBase - kMin;
  return k + (kBase - kMin + 1) * delta / (delta + kSkew);
}

uint32_t Threshold(uint32_t k, uint32_t bias) {
  if (k <= bias) return kMin;
  return std::min(k - bias, kMax);
}

char DigitOf(uint32_t value) { return static_cast<char>(value < 26 ? 'a' + value : '0' + value - 26); }

std::optional<uint32_t> ValueOf(char digit) {
  if (digit >= 'a' && digit <= 'z') return digit - 'a';
  if (digit >= '0' && digit <= '9') return digit - '0' + 26;
  return std::nullopt;
}

std::u32string Runes(std::string_view text) {
  std::u32string runes;
  while (!text.empty()) {
    const base::text::DecodedRune rune = base::text::DecodeRune(text);
    runes += rune.value;
    text.remove_prefix(static_cast<size_t>(rune.length));
  }
  return runes;
}

// Of one label of at most 63 bytes, so that nothing overflows.
std::string PunycodeOf(std::string_view label) {
  const std::u32string runes = Runes(label);
  std::string out;
  for (char32_t rune : runes)
    if (rune < kFirstRune) out += static_cast<char>(rune);
  uint32_t handled = static_cast<uint32_t>(out.size()), n = kFirstRune, delta = 0, bias = kFirstBias;
  const uint32_t basic = handled;
  if (basic > 0) out += '-';
  while (handled < runes.size()) {
    uint32_t next = UINT32_MAX;
    for (char32_t rune : runes)
      if (rune >= n) next = std::min<uint32_t>(next, rune);
    delta += (next - n) * (handled + 1);
    n = next;
    for (char32_t rune : runes) {
      if (rune < n) ++delta;
      if (rune != n) continue;
      uint32_t rest = delta;
      for (uint32_t k = kBase;; k += kBase) {
        const uint32_t threshold = Threshold(k, bias);
        if (rest < threshold) break;
        out += DigitOf(threshold + (rest - threshold) % (kBase - threshold));
        rest = (rest - threshold) / (kBase - threshold);
      }
      out += DigitOf(rest);
      bias = Adapt(delta, handled + 1, handled == basic);
      delta = 0;
      ++handled;
    }
    ++delta;
    ++n;
  }
  return out;
}

// The other way; nothing for what is no punycode.
std::optional<std::string> FromPunycode(std::string_view text) {
  if (text.empty() || text.size() > kMaxLabel) return std::nullopt;
  std::u32string runes;
  if (const size_t dash = text.rfind('-'); dash != std::string_view::npos) {
    for (char c : text.substr(0, dash)) runes += static_cast<unsigned char>(c);
    text.remove_prefix(dash + 1);
  }
  uint64_t n = kFirstRune, i = 0;
  uint32_t bias = kFirstBias;
  while (!text.empty()) {
    const uint64_t before = i;
    uint64_t weight = 1;
    for (uint32_t k = kBase;; k += kBase) {
      if (text.empty()) return std::nullopt;
      const auto digit = ValueOf(text.front());
      text.remove_prefix(1);
      if (!digit) return std::nullopt;
      i += *digit * weight;
      const uint32_t threshold = Threshold(k, bias);
      if (*digit < threshold) break;
      weight *= kBase - threshold;
      if (i > UINT32_MAX || weight > UINT32_MAX) return std::nullopt;
    }
    const auto count = static_cast<uint32_t>(runes.size() + 1);
    bias = Adapt(static_cast<uint32_t>(i - before), count, before == 0);
    n += i / count;
    i %= count;
    if (n > 0x10FFFF || (n >= 0xD800 && n < 0xE000)) return std::nullopt;
    runes.insert(static_cast<size_t>(i++), 1, static_cast<char32_t>(n));
  }
  std::string out;
  for (char32_t rune : runes) base::text::AppendRune(rune, &out);
  return out;
}

bool IsHostRune(char32_t rune) {
  if (rune < kFirstRune) return rune == '-' || (rune >= 'a' && rune <= 'z') || (rune >= '0' && rune <= '9');
  return rune != 0xFFFD && base::text::IsIdContinue(rune);
}

Result<void> CheckLabel(std::string_view label) {
  if (label.empty()) return Error("hostname contains empty label (two consecutive periods)");
  if (label.starts_with(kAsciiPrefix)) {
    return Error(fmt::format(
        "hostname label \"{}\" specified in punycode format; service hostnames must be given in unicode",
        label));
  }
  if (label.size() > kMaxLabel) return Error(fmt::format("its label \"{}\" is too long", label));
  if (label.starts_with('-') || label.ends_with('-'))
    return Error(fmt::format("its label \"{}\" begins or ends with a dash", label));
  for (char32_t rune : Runes(label)) {
    if (IsHostRune(rune)) continue;
    return Error(
        fmt::format("the character U+{:04X} cannot be part of a host name", static_cast<uint32_t>(rune)));
  }
  return {};
}

Result<std::string> PortOf(std::string_view text) {
  if (text.empty()) return Error("the port is missing after the colon");
  if (!std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; }))
    return Error("port portion contains non-digit characters");
  const auto port = base::core::ParseUint64(text);
  if (!port || *port > 65535) return Error("port number is greater than 65535");
  return *port == 443 ? std::string() : fmt::format(":{}", *port);
}

}  // namespace

Result<std::string> NormalHost(std::string_view given) {
  if (given.empty()) return Error("empty string is not a valid hostname");
  if (base::core::Contains(given, "://"))
    return Error("need just a hostname and optional port number, not a full URL");
  std::string port;
  if (const size_t colon = given.find(':'); colon != std::string_view::npos) {
    ASSIGN_OR_RETURN(port, PortOf(given.substr(colon + 1)));
    given = given.substr(0, colon);
  }
  const std::string host = base::text::NormalizeNfc(base::text::ToLower(given));
  for (std::string_view label : base::core::Split(host, '.')) RETURN_IF_ERROR(CheckLabel(label));
  return host + port;
}

std::string AsciiHost(std::string_view host) {
  if (base::text::IsAscii(host)) return std::string(host);
  std::vector<std::string> labels;
  for (std::string_view label : base::core::Split(host, '.')) {
    const auto [name, port] =
        base::core::SplitOnce(label, ':').value_or(std::pair(label, std::string_view()));
    labels.push_back(base::text::IsAscii(name) ? std::string(name)
                                               : std::string(kAsciiPrefix) + PunycodeOf(name));
    if (!port.empty()) labels.back().append(":").append(port);
  }
  return base::core::Join(labels, ".");
}

std::optional<std::string> HostOfVariable(std::string_view name) {
  std::string text = base::core::ReplaceAll(name, "__", "-");
  std::ranges::replace(text, '_', '.');
  text = base::core::AsciiLower(text);
  std::vector<std::string> labels;
  for (std::string_view label : base::core::Split(text, '.')) {
    const auto decoded = label.starts_with(kAsciiPrefix) ? FromPunycode(label.substr(kAsciiPrefix.size()))
                                                         : std::optional(std::string(label));
    if (!decoded) return std::nullopt;
    labels.push_back(*decoded);
  }
  auto host = NormalHost(base::core::Join(labels, "."));
  if (!host.ok()) return std::nullopt;
  return *std::move(host);
}

}  // namespace install::settings
