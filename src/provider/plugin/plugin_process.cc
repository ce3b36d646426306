#include "provider/plugin/plugin_process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <fmt/format.h>

#include <goplugin.pb.h>
#include "base/core/files.h"
#include "base/core/strings.h"
#include "base/crypto/certificate.h"
#include "base/crypto/key.h"

namespace provider::plugin {

using base::core::Child;
using base::core::Error;
using base::core::ExitStatus;
using base::core::Result;
using base::core::Stream;
using SteadyClock = std::chrono::steady_clock;

namespace {

constexpr const char* kShutdown = "/plugin.GRPCController/Shutdown";
constexpr std::chrono::seconds kShutdownGrace{2};
// How long the end of a process may lag behind the end of its connection.
constexpr std::chrono::milliseconds kDeathLag{500};

Result<ClientCertificate> MakeClientCertificate() {
  base::crypto::PrivateKey key = base::crypto::PrivateKey::GenerateEc();
  ASSIGN_OR_RETURN(std::string certificate, base::crypto::MakeLocalhostCertificate(key, "Parterre"));
  return ClientCertificate{std::move(certificate), key.ToPkcs8Pem()};
}

base::core::Environment ChildEnvironment(base::core::Environment environment,
                                         const ClientCertificate& certificate) {
  environment.Set(kMagicCookie.first, kMagicCookie.second);
  environment.Set("PLUGIN_MIN_PORT", "10000");
  environment.Set("PLUGIN_MAX_PORT", "25000");
  environment.Set(kProtocolVersionsVariable, "5,6");
  if (!certificate.certificate_pem.empty())
    environment.Set(kClientCertificateVariable, certificate.certificate_pem);
  return environment;
}

std::string DescribeExit(const ExitStatus& status) {
  return status.signal != 0 ? fmt::format("was ended by signal {}", status.signal)
                            : fmt::format("ended with exit code {}", status.code);
}

// Drops what is written to a descriptor, or keeps it; false at its end.
bool Drain(int fd, PluginLog* log) {
  char buffer[16384];
  ssize_t got = ::read(fd, buffer, sizeof buffer);
  if (got < 0) return errno == EINTR || errno == EAGAIN;
  if (got > 0 && log) log->Add({buffer, static_cast<size_t>(got)});
  return got > 0;
}

}  // namespace

PluginProcess::PluginProcess(std::string executable)
    : executable_(std::move(executable)), log_(base::core::BaseName(executable_)) {}

Result<std::shared_ptr<PluginProcess>> PluginProcess::Start(const std::string& executable,
                                                            const base::core::Environment& environment,
                                                            std::chrono::milliseconds timeout) {
  ClientCertificate certificate;
  if (environment.Get("TF_DISABLE_PLUGIN_TLS").empty()) {
    ASSIGN_OR_RETURN(certificate, MakeClientCertificate());
  }
  std::shared_ptr<PluginProcess> process(new PluginProcess(executable));
  base::core::ProcessSpec spec{.argv = {executable},
                               .environment = ChildEnvironment(environment, certificate).ToStrings()};
  ASSIGN_OR_RETURN(process->child_, Child::Start(spec, Stream::kNull, Stream::kPipe, Stream::kPipe));
  base::core::Log(base::core::LogLevel::kDebug, "plugin", "started {} as process {}", executable,
                  process->child_->pid());
  ASSIGN_OR_RETURN(std::string line, process->ReadHandshakeLine(timeout));
  ASSIGN_OR_RETURN(Handshake handshake, ParseHandshake(line));
  if (handshake.certificate_der.empty() != certificate.certificate_pem.empty())
    return Error("the plugin does not use the mutual TLS that it was asked to use");
  process->connection_ = std::make_unique<Connection>(handshake, certificate);
  process->output_ = std::make_unique<PluginOutput>(*process->connection_, base::core::BaseName(executable));
  process->wake_ = base::core::UniqueFd(::eventfd(0, EFD_CLOEXEC));
  process->pump_ = std::thread([raw = process.get()] { raw->Pump(); });
  return process;
}

std::shared_ptr<PluginProcess> PluginProcess::Attach(const Handshake& handshake) {
  std::shared_ptr<PluginProcess> process(new PluginProcess(handshake.address));
  process->connection_ = std::make_unique<Connection>(handshake, ClientCertificate{});
  return process;
}

PluginProcess::~PluginProcess() {
  if (!child_) return;
  if (connection_ && !child_->WaitFor(std::chrono::milliseconds(0))) {
    ::plugin::Nothing nothing, answer;
    // It may end while it answers: the outcome tells nothing.
    (void)connection_->Call(kShutdown, nothing, &answer);
    output_.reset();
    connection_.reset();
    (void)child_->WaitFor(kShutdownGrace);
  }
  output_.reset();
  child_->Signal(SIGKILL);
  (void)child_->Wait();
  if (!pump_.joinable()) return;
  const uint64_t one = 1;
  (void)!::write(wake_.get(), &one, sizeof one);
  pump_.join();
}

Result<std::string> PluginProcess::ReadHandshakeLine(std::chrono::milliseconds timeout) {
  const auto deadline = SteadyClock::now() + timeout;
  std::string line;
  bool talking = true;
  while (talking) {
    auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - SteadyClock::now()).count();
    if (left <= 0)
      return Error(fmt::format("the plugin did not say within {} seconds where it listens",
                               std::chrono::duration_cast<std::chrono::seconds>(timeout).count()));
    pollfd polls[] = {{child_->out().get(), POLLIN, 0}, {child_->err().get(), POLLIN, 0}};
    if (::poll(polls, 2, static_cast<int>(left)) < 0 && errno != EINTR)
      return base::core::ErrnoError("poll", errno);
    if (polls[1].revents != 0 && !Drain(child_->err().get(), &log_)) child_->err().Close();
    if (polls[0].revents == 0) continue;
    char buffer[4096];
    ssize_t got = ::read(child_->out().get(), buffer, sizeof buffer);
    talking = got > 0 || (got < 0 && errno == EINTR);
    if (got > 0) line.append(buffer, static_cast<size_t>(got));
    // What follows the line is of no interest.
    if (size_t end = line.find('\n'); end != std::string::npos) return line.substr(0, end);
    if (line.size() > kMaxHandshakeLine) return Error("the plugin's first line has no end");
  }
  std::string obituary = Obituary();
  return Error(obituary.empty() ? "the plugin closed its output before it said where it listens" : obituary);
}

void PluginProcess::Pump() {
  pollfd polls[] = {
      {child_->out().get(), POLLIN, 0}, {child_->err().get(), POLLIN, 0}, {wake_.get(), POLLIN, 0}};
  bool ending = false;
  // Processes that it started may keep the pipes open: then the end is told by our own descriptor.
  while (!ending) {
    if (::poll(polls, 3, -1) < 0 && errno != EINTR) break;
    if (polls[0].revents != 0 && !Drain(polls[0].fd, nullptr)) polls[0].fd = -1;
    if (polls[1].revents != 0 && !Drain(polls[1].fd, &log_)) polls[1].fd = -1;
    ending = (polls[0].fd < 0 && polls[1].fd < 0) ||
             (polls[2].revents != 0 && polls[0].revents == 0 && polls[1].revents == 0);
  }
  std::lock_guard lock(exit_mutex_);
  drained_ = true;
  drained_changed_.notify_all();
}

std::string PluginProcess::Obituary() {
  if (!child_) return "";
  std::unique_lock lock(exit_mutex_);
  std::optional<ExitStatus> status = child_->WaitFor(kDeathLag);
  if (!status) return "";
  if (pump_.joinable()) {
    drained_changed_.wait_for(lock, kDeathLag, [&] { return drained_; });
  } else {
    pollfd err{child_->err().get(), POLLIN, 0};
    while (err.fd >= 0 && ::poll(&err, 1, 0) > 0 && Drain(err.fd, &log_)) {
    }
  }
  std::string text = fmt::format("The plugin {}", DescribeExit(*status));
  std::string words = log_.LastWords();
  return words.empty() ? text + "." : text + ", after it had said:\n\n" + words;
}

}  // namespace provider::plugin
