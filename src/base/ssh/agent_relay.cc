#include "base/ssh/agent_relay.h"

#include <sys/socket.h>
#include <sys/un.h>

#include <cerrno>
#include <cstring>
#include <optional>
#include <vector>

#include "base/core/strings.h"

namespace base::ssh {
namespace {

using core::Error;
using core::Result;

constexpr size_t kMessageLimit = 256u << 10;
constexpr char kIdentitiesAnswer = 12;

uint32_t ReadLength(std::string_view bytes) {
  uint32_t length = 0;
  for (int i = 0; i < 4; ++i) length = length << 8 | static_cast<unsigned char>(bytes[i]);
  return length;
}

std::string WriteLength(size_t length) {
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(length >> shift & 0xFF);
  return bytes;
}

// A text with its length in front, taken off `rest`.
std::optional<std::string_view> TakeText(std::string_view& rest) {
  if (rest.size() < 4) return std::nullopt;
  const uint32_t length = ReadLength(rest);
  if (rest.size() - 4 < length) return std::nullopt;
  const std::string_view text = rest.substr(4, length);
  rest.remove_prefix(4 + length);
  return text;
}

bool ReceiveExactly(int fd, char* bytes, size_t count) {
  while (count > 0) {
    const ssize_t got = ::recv(fd, bytes, count, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    bytes += got;
    count -= static_cast<size_t>(got);
  }
  return true;
}

// A message without its length; nothing at the end of the dialogue.
std::optional<std::string> Receive(int fd) {
  std::string length(4, '\0');
  if (!ReceiveExactly(fd, length.data(), 4) || ReadLength(length) > kMessageLimit) return std::nullopt;
  std::string body(ReadLength(length), '\0');
  if (!ReceiveExactly(fd, body.data(), body.size())) return std::nullopt;
  return body;
}

bool Send(int fd, std::string_view body) {
  const std::string message = WriteLength(body.size()) + std::string(body);
  std::string_view rest = message;
  while (!rest.empty()) {
    const ssize_t sent = ::send(fd, rest.data(), rest.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return false;
    rest.remove_prefix(static_cast<size_t>(sent));
  }
  return true;
}

// The key in the file of this name, or in the .pub file beside it; empty where there is none.
std::string PublicKeyOf(const std::string& identity) {
  for (const std::string& path : {identity + ".pub", identity}) {
    auto text = core::ReadFile(path, kMessageLimit);
    if (!text.ok()) continue;
    const auto words = core::SplitNonEmpty(core::Trim(*text), ' ');
    if (words.size() < 2) continue;
    if (auto key = core::Base64Decode(words[1])) return *key;
  }
  return {};
}

}  // namespace

std::string PreferIdentity(std::string_view list, std::string_view identity, std::string_view public_key) {
  std::string_view rest = list;
  if (rest.size() < 5 || rest[0] != kIdentitiesAnswer) return std::string(list);
  const uint32_t count = ReadLength(rest.substr(1));
  rest.remove_prefix(5);
  std::string wanted, others;
  for (uint32_t i = 0; i < count; ++i) {
    const std::string_view start = rest;
    const auto key = TakeText(rest);
    const auto comment = key ? TakeText(rest) : std::nullopt;
    if (!comment) return std::string(list);
    const std::string_view whole = start.substr(0, start.size() - rest.size());
    const bool is_wanted = public_key.empty() ? comment->ends_with(identity) ||
                                                    (!comment->empty() && identity.ends_with(*comment))
                                              : *key == public_key;
    (is_wanted ? wanted : others).append(whole);
  }
  return kIdentitiesAnswer + WriteLength(count) + wanted + others + std::string(rest);
}

Result<std::unique_ptr<AgentRelay>> AgentRelay::Start(const std::string& socket_path,
                                                      const std::string& identity) {
  sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
  if (socket_path.size() >= sizeof address.sun_path)
    return Error("the path of the agent's socket is too long");
  std::memcpy(address.sun_path, socket_path.data(), socket_path.size());
  std::unique_ptr<AgentRelay> made(new AgentRelay);
  made->agent_ = core::UniqueFd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!made->agent_.valid() ||
      ::connect(made->agent_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    return core::ErrnoError("the agent cannot be reached", errno);
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
    return core::ErrnoError("socketpair", errno);
  made->ours_ = core::UniqueFd(ends[0]);
  made->theirs_ = core::UniqueFd(ends[1]);
  made->thread_ = std::thread([relay = made.get(), identity] { relay->Run(identity); });
  return made;
}

AgentRelay::~AgentRelay() {
  if (ours_.valid()) ::shutdown(ours_.get(), SHUT_RDWR);
  if (agent_.valid()) ::shutdown(agent_.get(), SHUT_RDWR);
  if (thread_.joinable()) thread_.join();
}

void AgentRelay::Run(const std::string& identity) const {
  const std::string public_key = PublicKeyOf(identity);
  while (const auto question = Receive(ours_.get())) {
    if (!Send(agent_.get(), *question)) break;
    const auto answer = Receive(agent_.get());
    if (!answer || !Send(ours_.get(), PreferIdentity(*answer, identity, public_key))) break;
  }
  ::shutdown(ours_.get(), SHUT_RDWR);
}

}  // namespace base::ssh
