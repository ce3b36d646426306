#include <arpa/inet.h>

#include "language/functions/family.h"

namespace language::functions {
namespace {

const Type kString = Type::String();
const Type kNumber = Type::Number();

using Bits = unsigned __int128;

// A prefix of addresses, as a number of 32 or 128 bits with the host part zero.
struct Prefix {
  Bits network = 0;
  int length = 0;
  int width = 32;
};

Bits HostMask(const Prefix& prefix) {
  const int host = prefix.width - prefix.length;
  return host >= 128 ? ~Bits{0} : (Bits{1} << host) - 1;
}

// Leading zeros in IPv4 parts are tolerated, as decimal.
std::string WithoutLeadingZeros(std::string_view address) {
  std::vector<std::string> parts;
  for (std::string_view part : base::core::Split(address, '.')) {
    while (part.size() > 1 && part[0] == '0') part.remove_prefix(1);
    parts.emplace_back(part);
  }
  return base::core::Join(parts, ".");
}

std::optional<Prefix> ParsePrefix(std::string_view text) {
  const auto halves = base::core::SplitOnce(text, '/');
  if (!halves) return std::nullopt;
  const std::optional<uint64_t> length = base::core::ParseUint64(halves->second);
  if (!length) return std::nullopt;
  Prefix prefix;
  unsigned char bytes[16];
  int count = 4;
  if (halves->first.find(':') != std::string_view::npos) {
    if (inet_pton(AF_INET6, std::string(halves->first).c_str(), bytes) != 1) return std::nullopt;
    count = 16;
  } else if (inet_pton(AF_INET, WithoutLeadingZeros(halves->first).c_str(), bytes) != 1) {
    return std::nullopt;
  }
  prefix.width = count * 8;
  if (*length > static_cast<uint64_t>(prefix.width)) return std::nullopt;
  prefix.length = static_cast<int>(*length);
  for (int i = 0; i < count; ++i) prefix.network = prefix.network << 8 | bytes[i];
  prefix.network &= ~HostMask(prefix);
  return prefix;
}

std::string AddressText(Bits address, int width) {
  unsigned char bytes[16];
  for (int i = width / 8 - 1; i >= 0; --i, address >>= 8) bytes[i] = static_cast<unsigned char>(address);
  char text[INET6_ADDRSTRLEN];
  return inet_ntop(width == 32 ? AF_INET : AF_INET6, bytes, text, sizeof text);
}

std::string PrefixText(const Prefix& prefix) {
  return fmt::format("{}/{}", AddressText(prefix.network, prefix.width), prefix.length);
}

// A number of a host or a network: up to 128 bits, and negative ones counted from the end.
struct Ordinal {
  Bits magnitude = 0;
  bool negative = false;
  bool too_large = false;
};

// Nothing when it is no whole number.
std::optional<Ordinal> OrdinalOf(const Number& number) {
  if (!number.IsInteger() || number.IsInfinite()) return std::nullopt;
  const std::string text = number.ToString();
  Ordinal ordinal;
  ordinal.negative = number.Sign() < 0;
  for (const char c : text) {
    if (c == '-') continue;
    ordinal.too_large = ordinal.too_large || ordinal.magnitude > (~Bits{0} - 9) / 10;
    ordinal.magnitude = ordinal.magnitude * 10 + static_cast<Bits>(c - '0');
  }
  return ordinal;
}

// The call, not the argument, is to blame for numbers that are not whole, as in the reference.
constexpr std::string_view kNotWholeOrdinal = "value must be a whole number";

CallError InvalidPrefix(std::string_view text) {
  return Fail("invalid CIDR expression: invalid CIDR address: {}", text);
}

CallResult CidrHost(const Environment&, Arguments a) {
  const std::optional<Prefix> prefix = ParsePrefix(a[0].AsString());
  const std::optional<Ordinal> host = OrdinalOf(a[1].AsNumber());
  if (!host) return Fail("{}", kNotWholeOrdinal);
  if (!prefix) return InvalidPrefix(a[0].AsString());
  const Bits mask = HostMask(*prefix);
  const Bits distance = host->negative ? host->magnitude - 1 : host->magnitude;
  if (host->too_large || distance > mask) {
    return Fail("prefix of {} does not accommodate a host numbered {}", prefix->length,
                a[1].AsNumber().ToString());
  }
  const Bits number = host->negative ? mask - distance : distance;
  return Value::String(AddressText(prefix->network | number, prefix->width));
}

CallResult CidrNetmask(const Environment&, Arguments a) {
  const std::optional<Prefix> prefix = ParsePrefix(a[0].AsString());
  if (!prefix) return InvalidPrefix(a[0].AsString());
  if (prefix->width != 32) return Fail("IPv6 addresses cannot have a netmask: {}", a[0].AsString());
  return Value::String(AddressText(~HostMask(*prefix) & 0xFFFFFFFF, 32));
}

CallResult CidrSubnet(const Environment&, Arguments a) {
  std::optional<Prefix> prefix = ParsePrefix(a[0].AsString());
  const std::optional<int64_t> bits = WholeNumber(a[1]);
  if (!bits) return Fail("{}", kNotWhole);
  const std::optional<Ordinal> number = OrdinalOf(a[2].AsNumber());
  if (!number) return Fail("{}", kNotWholeOrdinal);
  if (!prefix) return InvalidPrefix(a[0].AsString());
  const int64_t length = prefix->length + *bits;
  if (*bits > prefix->width - prefix->length || length < 0) {
    return Fail("insufficient address space to extend prefix of {} by {}", prefix->length, *bits);
  }
  const bool fits =
      !number->too_large && (*bits >= 128 || *bits < 0 || number->magnitude < (Bits{1} << *bits));
  if (!fits) {
    return Fail("prefix extension of {} does not accommodate a subnet numbered {}", *bits,
                a[2].AsNumber().ToString());
  }
  prefix->length = static_cast<int>(length);
  if (length > 0) {
    const Bits subnet = number->magnitude << (prefix->width - length);
    // The reference joins a negative number by its two's complement and takes the amount of what results: not
    // a subnet of the prefix, but what configurations have been given.
    prefix->network =
        number->negative ? Bits{0} - (prefix->network | (Bits{0} - subnet)) : prefix->network | subnet;
  }
  return Value::String(PrefixText(*prefix));
}

CallResult CidrSubnets(const Environment&, Arguments a) {
  const std::optional<Prefix> prefix = ParsePrefix(a[0].AsString());
  if (!prefix) return FailArgument(0, "invalid CIDR expression: invalid CIDR address: {}", a[0].AsString());
  std::vector<Value> subnets;
  Bits next = prefix->network;
  for (size_t i = 1; i < a.size(); ++i) {
    const std::optional<int64_t> bits = WholeNumber(a[i]);
    const int argument = static_cast<int>(i);
    if (!bits) return FailArgument(argument, "{}", kNotWhole);
    if (*bits < 1) return FailArgument(argument, "must extend prefix by at least one bit");
    if (*bits > 32) return FailArgument(argument, "may not extend prefix by more than 32 bits");
    const int length = prefix->length + static_cast<int>(*bits);
    if (length > prefix->width) {
      return FailArgument(argument, "would extend prefix to {} bits, which is too long for an {} address",
                          length, prefix->width == 32 ? "IPv4" : "IPv6");
    }
    Prefix subnet{next, length, prefix->width};
    // Each starts at the next multiple of its own size.
    const Bits mask = HostMask(subnet);
    subnet.network = (next + mask) & ~mask;
    if (((subnet.network - prefix->network) | mask) > HostMask(*prefix) || subnet.network < prefix->network) {
      return FailArgument(
          argument, "not enough remaining address space for a subnet with a prefix of {} bits after {}",
          length, subnets.empty() ? PrefixText(*prefix) : std::string(subnets.back().AsString()));
    }
    next = subnet.network + mask + 1;
    subnets.push_back(Value::String(PrefixText(subnet)));
  }
  return Value::List(kString, std::move(subnets));
}

// Whether an address, or all addresses of a prefix, lie in another prefix.
CallResult CidrContains(const Environment&, Arguments a) {
  const std::optional<Prefix> outer = ParsePrefix(a[0].AsString());
  if (!outer) return FailArgument(0, "invalid CIDR expression: invalid CIDR address: {}", a[0].AsString());
  const std::string text(a[1].AsString());
  std::optional<Prefix> inner = ParsePrefix(text);
  if (!inner) inner = ParsePrefix(text + (text.find(':') == std::string::npos ? "/32" : "/128"));
  if (!inner) return FailArgument(1, "invalid IP address or prefix: {}", text);
  if (inner->width != outer->width) {
    return Fail("address family mismatch: {} and {} are not both IPv4 or both IPv6", a[0].AsString(), text);
  }
  return Value::Bool(inner->length >= outer->length &&
                     (inner->network & ~HostMask(*outer)) == outer->network);
}

}  // namespace

Table NetworkFunctions() {
  const Parameter prefix{"prefix", kString, kAllowNothing,
                         "A network in CIDR notation: 10.0.0.0/8, fd00::/16."};
  return {
      {"cidrcontains",
       "Whether an address or a prefix lies within another prefix.",
       {{"containing_prefix", kString}, {"contained_ip_or_prefix", kString}},
       {},
       Type::Bool(),
       CidrContains},
      {"cidrhost",
       "The address of a host in a prefix.",
       {prefix,
        {"hostnum", kNumber, kAllowNothing,
         "The number of the host in the network; from the end when negative."}},
       {},
       kString,
       CidrHost},
      {"cidrnetmask", "The netmask of an IPv4 prefix.", {prefix}, {}, kString, CidrNetmask},
      {"cidrsubnet",
       "A subnet within a prefix.",
       {prefix,
        {"newbits", kNumber, kAllowNothing, "By how many bits the prefix grows."},
        {"netnum", kNumber, kAllowNothing, "The number of the subnet, which the new bits hold."}},
       {},
       kString,
       CidrSubnet},
      {"cidrsubnets",
       "Subnets one after another within a prefix.",
       {prefix},
       Parameter{"newbits", kNumber},
       Type::List(kString),
       CidrSubnets},
  };
}

}  // namespace language::functions
