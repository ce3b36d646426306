#include "programs/parterre-org/options.h"

#include <charconv>
#include <cmath>

#include "base/core/files.h"
#include "base/core/strings.h"

namespace programs::parterre_org {
namespace {

using base::core::Error;
using base::core::Result;

// One option after the other; flags have no value.
class ArgumentReader {
 public:
  explicit ArgumentReader(std::span<const std::string> arguments) : arguments_(arguments) {}

  // False at the end. Fails on what is no option.
  Result<bool> Next() {
    if (at_ == arguments_.size()) return false;
    std::string_view text = arguments_[at_++];
    if (!text.starts_with('-') || text == "-") return Error(fmt::format("unexpected argument \"{}\"", text));
    text.remove_prefix(text.starts_with("--") ? 2 : 1);
    value_.reset();
    size_t equals = text.find('=');
    if (equals != std::string_view::npos) value_ = std::string(text.substr(equals + 1));
    name_ = text.substr(0, equals);
    return true;
  }

  const std::string& name() const { return name_; }

  Result<std::string> Value() {
    if (value_) return *value_;
    if (at_ == arguments_.size()) return Error(fmt::format("--{} needs a value", name_));
    return arguments_[at_++];
  }

  Result<int> Number(int low, int high) {
    ASSIGN_OR_RETURN(std::string text, Value());
    auto number = base::core::ParseInt64(text);
    if (!number || *number < low || *number > high)
      return Error(fmt::format("--{} needs a number from {} to {}, not \"{}\"", name_, low, high, text));
    return static_cast<int>(*number);
  }

  Result<double> Decimal() {
    ASSIGN_OR_RETURN(std::string text, Value());
    double number = 0;
    auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (code != std::errc() || end != text.data() + text.size() || !std::isfinite(number) || number <= 0 ||
        number > 1e6)
      return Error(fmt::format("--{} needs a number above 0, not \"{}\"", name_, text));
    return number;
  }

 private:
  std::span<const std::string> arguments_;
  size_t at_ = 0;
  std::string name_;
  std::optional<std::string> value_;
};

// What the options about rate limits add up to: the edition first, then its factor, then single buckets.
struct RateWishes {
  std::string edition = "workforce";
  double factor = 1;
  std::vector<std::pair<std::string, int>> limits;
  bool off = false;
};

Result<void> ReadRateLimit(const std::string& text, RateWishes* wishes) {
  if (text == "off") {
    wishes->off = true;
    return {};
  }
  for (std::string_view part : base::core::SplitNonEmpty(text, ',')) {
    auto pair = base::core::SplitOnce(part, '=');
    auto limit = pair ? base::core::ParseInt64(pair->second) : std::nullopt;
    if (!limit || *limit < 0 || *limit > 1000000)
      return Error(fmt::format("--rate-limit needs BUCKET=CALLS or \"off\", not \"{}\"", part));
    wishes->limits.emplace_back(pair->first, static_cast<int>(*limit));
  }
  return {};
}

Result<void> ApplyRateWishes(const RateWishes& wishes, org::api::RateLimitOptions* options) {
  options->buckets = org::api::EditionBuckets(wishes.edition);
  if (options->buckets.empty())
    return Error(fmt::format(
        "--rate-edition is one of integrator, one-app, enterprise, workforce, not \"{}\"", wishes.edition));
  options->Scale(wishes.factor);
  if (wishes.off)
    for (org::api::BucketLimit& bucket : options->buckets) bucket.limit = 0;
  for (const auto& [name, limit] : wishes.limits) RETURN_IF_ERROR(options->SetLimit(name, limit));
  return {};
}

// $XDG_DATA_HOME/parterre-org/org.db
std::string DefaultData(const base::core::Environment& environment) {
  std::string base = environment.Get("XDG_DATA_HOME");
  if (base.empty()) base = base::core::JoinPath(environment.HomeDirectory(), ".local/share");
  return base::core::JoinPath(base, "parterre-org/org.db");
}

// A name becomes a host name and part of URLs.
bool IsOrgName(std::string_view name) {
  if (name.empty() || name.size() > 63 || name.front() == '-' || name.back() == '-') return false;
  return std::all_of(name.begin(), name.end(),
                     [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
}

Result<bool> ReadRateOption(ArgumentReader& reader, RateWishes* wishes, org::api::RateLimitOptions* options) {
  const std::string& name = reader.name();
  if (name == "rate-limit") {
    ASSIGN_OR_RETURN(std::string text, reader.Value());
    RETURN_IF_ERROR(ReadRateLimit(text, wishes));
  } else if (name == "rate-edition") {
    ASSIGN_OR_RETURN(wishes->edition, reader.Value());
  } else if (name == "rate-factor") {
    ASSIGN_OR_RETURN(wishes->factor, reader.Decimal());
  } else if (name == "rate-window") {
    ASSIGN_OR_RETURN(double seconds, reader.Decimal());
    options->window = std::chrono::milliseconds(std::max<int64_t>(1, std::llround(seconds * 1000)));
  } else if (name == "concurrency") {
    ASSIGN_OR_RETURN(options->concurrency, reader.Number(0, 100000));
  } else {
    return false;
  }
  return true;
}

Result<bool> ReadTextOption(ArgumentReader& reader, StartOptions* options) {
  struct Text {
    std::string_view name;
    std::string* target;
  };
  const Text texts[] = {{"host", &options->host},
                        {"data", &options->data},
                        {"org", &options->org_name},
                        {"admin", &options->admin},
                        {"admin-password-file", &options->admin_password_file},
                        {"api-token-file", &options->api_token_file},
                        {"pid-file", &options->pid_file},
                        {"port-file", &options->port_file}};
  for (const Text& text : texts) {
    if (reader.name() != text.name) continue;
    ASSIGN_OR_RETURN(*text.target, reader.Value());
    return true;
  }
  return false;
}

}  // namespace

bool WantsHelp(std::span<const std::string> arguments) {
  return std::any_of(arguments.begin(), arguments.end(), [](const std::string& argument) {
    return argument == "-h" || argument == "-help" || argument == "--help";
  });
}

Result<StartOptions> ReadStartOptions(std::span<const std::string> arguments,
                                      const base::core::Environment& environment) {
  StartOptions options;
  RateWishes wishes;
  ArgumentReader reader(arguments);
  while (true) {
    ASSIGN_OR_RETURN(bool more, reader.Next());
    if (!more) break;
    ASSIGN_OR_RETURN(bool text, ReadTextOption(reader, &options));
    if (text) continue;
    ASSIGN_OR_RETURN(bool rate, ReadRateOption(reader, &wishes, &options.rate_limits));
    if (rate) continue;
    const std::string name = reader.name();
    if (name == "port") {
      ASSIGN_OR_RETURN(int port, reader.Number(0, 65535));
      options.port = static_cast<uint16_t>(port);
    } else if (name == "ready-fd") {
      ASSIGN_OR_RETURN(options.ready_fd, reader.Number(1, 65535));
    } else if (name == "test-hooks") {
      options.test_hooks = true;
    } else if (name == "hold") {
      ASSIGN_OR_RETURN(std::string pattern, reader.Value());
      options.holds.push_back(std::move(pattern));
    } else {
      return Error(fmt::format("there is no option --{}", name));
    }
  }
  RETURN_IF_ERROR(ApplyRateWishes(wishes, &options.rate_limits));
  if (!IsOrgName(options.org_name))
    return Error(
        fmt::format("--org needs lower-case letters, digits and hyphens, not \"{}\"", options.org_name));
  if (options.admin.empty()) return Error("--admin needs a name");
  if (!options.holds.empty() && !options.test_hooks) return Error("--hold works with --test-hooks only");
  if (options.data.empty()) options.data = DefaultData(environment);
  if (options.data != ":memory:") {
    if (options.pid_file.empty()) options.pid_file = options.data + ".pid";
    if (options.admin_password_file.empty()) options.admin_password_file = options.data + ".password";
  }
  return options;
}

Result<StopOptions> ReadStopOptions(std::span<const std::string> arguments,
                                    const base::core::Environment& environment) {
  StopOptions options;
  std::string data = DefaultData(environment);
  ArgumentReader reader(arguments);
  while (true) {
    ASSIGN_OR_RETURN(bool more, reader.Next());
    if (!more) break;
    if (reader.name() == "data") {
      ASSIGN_OR_RETURN(data, reader.Value());
    } else if (reader.name() == "pid-file") {
      ASSIGN_OR_RETURN(options.pid_file, reader.Value());
    } else if (reader.name() == "timeout") {
      ASSIGN_OR_RETURN(double seconds, reader.Decimal());
      options.timeout = std::chrono::milliseconds(std::llround(seconds * 1000));
    } else {
      return Error(fmt::format("there is no option --{}", reader.name()));
    }
  }
  if (options.pid_file.empty()) options.pid_file = data + ".pid";
  return options;
}

std::string_view StartHelp() {
  return R"(Usage: parterre-org start [options]

  Runs a local Okta org until it is told to end (Ctrl-C, SIGTERM, or
  `parterre-org stop`): Management API, OAuth 2.0, rate limits, System Log and
  the admin console.

Options:

  --port=8080               Where to listen; 0 takes any free port.
  --host=127.0.0.1          The address to listen on. Other addresses than
                            loopback let others in: there is no TLS.
  --data=FILE               The org's data; ":memory:" forgets it at the end.
                            Default: $XDG_DATA_HOME/parterre-org/org.db
  --org=dev-1234567890      The org's name, for a new FILE.
  --admin=admin             The console's administrator. The password comes from
                            PARTERRE_ORG_ADMIN_PASSWORD; without it one is made
                            at the first start.
  --admin-password-file=F   Where a password that was made is written (0600).
                            Default: FILE.password
  --api-token-file=F        Makes an API token (SSWS) and writes it to F (0600).

  --rate-edition=workforce  Whose table of rate limits: integrator, one-app,
                            enterprise, workforce.
  --rate-factor=1           Multiplies every limit of the table.
  --rate-limit=NAME=CALLS   One bucket: users, users/id, users/id/write, groups,
                            groups/id, apps, apps/id, logs, other, clients,
                            token, oauth2; or all of /api/v1 by the name "all".
                            More by commas, or by the option again. "off": none.
                            An app has half of each bucket, until its slider in
                            the console says otherwise.
  --rate-window=60          The length of a window in seconds; 0.5 is fine.
  --concurrency=75          Calls at the same time; 0: any number.

  --pid-file=F              The process id. Default: FILE.pid
  --port-file=F             The port, written once requests are answered.
  --ready-fd=N              A line is written to this descriptor then.
  --test-hooks              Opens /_test/hold, /_test/release, /_test/held.
  --hold="POST /api/v1/users"
                            Holds back the answers of such calls until
                            /_test/release; a star stands for one segment.
)";
}

std::string_view StopHelp() {
  return R"(Usage: parterre-org stop [options]

  Ends a running org and waits until it has ended.

Options:

  --data=FILE      The org's data, as given to `parterre-org start`.
  --pid-file=F     The file with its process id. Default: FILE.pid
  --timeout=10     Seconds to wait.
)";
}

}  // namespace programs::parterre_org
