#include "engine/remote/http.h"

#include "base/core/strings.h"
#include "base/crypto/digest.h"
#include "engine/remote/client_options.h"
#include "engine/remote/retry.h"
#include "engine/remote/storage_support.h"

namespace engine::remote {
namespace {

using base::core::Error;
using base::core::Result;
using base::net::ClientRequest;
using base::net::ClientResponse;
using state::LockConflict;
using state::LockInfo;

Error Unexpected(int status) { return Error(fmt::format("Unexpected HTTP response code {}", status)); }

std::string Md5Header(std::string_view body) { return base::core::Base64Encode(base::crypto::Md5(body)); }

// An address without what could be a secret.
std::string PublicAddress(const std::string& address) {
  const std::string plain = address.substr(0, address.find_first_of("?#"));
  const size_t scheme = plain.find("://");
  const size_t at = plain.find('@');
  return scheme != std::string::npos && at != std::string::npos
             ? plain.substr(0, scheme + 3) + plain.substr(at + 1)
             : plain;
}

base::net::ClientOptions ClientOptionsOf(const HttpSettings& settings,
                                         const base::core::Environment& environment) {
  base::net::ClientOptions options = MakeClientOptions(environment);
  options.user_agent = "Go-http-client/1.1";  // what servers of the protocol have always seen
  options.redirects = 10;
  options.tls = settings.tls;
  return options;
}

}  // namespace

struct HttpBackend::Shared {
  Shared(HttpSettings given, const base::core::Environment& environment, std::string directory)
      : settings(std::move(given)),
        client(ClientOptionsOf(settings, environment)),
        journal_directory(std::move(directory)) {}

  Result<ClientResponse> Call(std::string method, const std::string& address, std::string_view body,
                              bool with_digest) {
    ClientRequest request{.method = std::move(method), .url = address};
    if (!settings.username.empty())
      request.headers.emplace_back(
          "Authorization", "Basic " + base::core::Base64Encode(settings.username + ":" + settings.password));
    if (with_digest) {
      request.headers.emplace_back("Content-Type", "application/json");
      request.headers.emplace_back("Content-MD5", Md5Header(body));
    }
    request.borrowed_body = body;
    return CallWithRetries(client, request,
                           {settings.retry_max, settings.retry_wait_min, settings.retry_wait_max});
  }

  const HttpSettings settings;
  base::net::HttpClient client;
  const std::string journal_directory;
};

namespace {

class HttpStorage : public state::StateStorage {
 public:
  explicit HttpStorage(std::shared_ptr<HttpBackend::Shared> shared) : shared_(std::move(shared)) {}
  ~HttpStorage() override { (void)Unlock(); }

  Result<std::optional<LockConflict>> TryLock(LockInfo* info) override {
    const HttpSettings& settings = shared_->settings;
    locked_ = true;
    if (settings.lock_address.empty()) return std::optional<LockConflict>();
    locked_ = false;
    const std::string text = info->ToJson();
    ASSIGN_OR_RETURN(const ClientResponse response,
                     shared_->Call(settings.lock_method, settings.lock_address, text, true));
    switch (response.status) {
      case 200:
        lock_text_ = text;
        lock_id_ = info->id;
        locked_ = true;
        return std::optional<LockConflict>();
      case 401:
        return Error("HTTP remote state endpoint requires auth");
      case 403:
        return Error("HTTP remote state endpoint invalid auth");
      case 409:
      case 423: {
        std::optional<LockInfo> holder = LockInfo::FromJson(response.body);
        if (!holder) return Error("HTTP remote state already locked, and the server does not say by whom");
        return std::optional(
            LockConflict{"HTTP remote state already locked: ID=" + holder->id, std::move(holder)});
      }
      default:
        return Unexpected(response.status);
    }
  }

  Result<void> Unlock() override {
    if (!locked_) return {};
    locked_ = false;
    if (lock_text_.empty()) return {};
    const std::string text = std::exchange(lock_text_, "");
    lock_id_.clear();
    return SendUnlock(text);
  }
  bool locked() const override { return locked_; }
  Result<void> ForceUnlock(const std::string&) override { return SendUnlock(""); }

  Result<std::string> Read() override {
    ASSIGN_OR_RETURN(ClientResponse response, shared_->Call("GET", shared_->settings.address, "", false));
    switch (response.status) {
      case 200:
        return std::move(response.body);
      case 204:
      case 404:
        return std::string();
      case 401:
        return Error("HTTP remote state endpoint requires auth");
      case 403:
        return Error("HTTP remote state endpoint invalid auth");
      case 500:
        return Error("HTTP remote state internal server error");
      default:
        return Unexpected(response.status);
    }
  }

  Result<void> Write(std::string_view text) override {
    const HttpSettings& settings = shared_->settings;
    std::string address = settings.address;
    if (!lock_id_.empty()) address += (address.find('?') == std::string::npos ? "?ID=" : "&ID=") + lock_id_;
    ASSIGN_OR_RETURN(const ClientResponse response,
                     shared_->Call(settings.update_method, address, std::string(text), true));
    if (response.status == 200 || response.status == 201 || response.status == 204) return {};
    return Error(fmt::format("HTTP error: {}", response.status));
  }

  std::string JournalPath() const override {
    return JournalPathFor(shared_->journal_directory, "http", shared_->settings.address);
  }
  std::string Identity() const override { return "http " + PublicAddress(shared_->settings.address); }
  bool IsRemote() const override { return true; }

 private:
  Result<void> SendUnlock(const std::string& text) {
    const HttpSettings& settings = shared_->settings;
    if (settings.unlock_address.empty()) return {};
    ASSIGN_OR_RETURN(const ClientResponse response,
                     shared_->Call(settings.unlock_method, settings.unlock_address, text, !text.empty()));
    return response.status == 200 ? Result<void>() : Result<void>(Unexpected(response.status));
  }

  const std::shared_ptr<HttpBackend::Shared> shared_;
  bool locked_ = false;
  std::string lock_text_, lock_id_;
};

Error NoWorkspaces() { return Error("workspaces not supported"); }

}  // namespace

HttpBackend::HttpBackend(HttpSettings settings, const base::core::Environment& environment,
                         std::string journal_directory)
    : shared_(std::make_shared<Shared>(std::move(settings), environment, std::move(journal_directory))) {}

std::string HttpBackend::Url() const { return shared_->settings.address; }

Result<std::vector<std::string>> HttpBackend::Workspaces() { return NoWorkspaces(); }
Result<void> HttpBackend::CreateWorkspace(std::string_view name) {
  return name == backend::kDefaultWorkspace ? Result<void>() : Result<void>(NoWorkspaces());
}
Result<void> HttpBackend::DeleteWorkspace(std::string_view) { return NoWorkspaces(); }
std::unique_ptr<state::StateStorage> HttpBackend::Storage(std::string_view) {
  return std::make_unique<HttpStorage>(shared_);
}

}  // namespace engine::remote
