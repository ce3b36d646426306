#include "base/net/http_client.h"

#include <curl/curl.h>

#include <algorithm>
#include <condition_variable>

#include "base/core/log.h"
#include "base/core/strings.h"

namespace base::net {
namespace {

struct EasyDeleter {
  void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};
using Easy = std::unique_ptr<CURL, EasyDeleter>;

struct SlistDeleter {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using Slist = std::unique_ptr<curl_slist, SlistDeleter>;

// Bytes of a body for which there is room before they have come, whatever length the server tells.
constexpr uint64_t kMostReserved = uint64_t{256} << 20;

// One call on its way; lives on the caller's stack until `done`.
struct Transfer {
  Easy easy;
  Slist header_list, connect_to;
  ClientResponse response;
  const ClientRequest* request = nullptr;
  uint64_t limit = 0;
  uint64_t received = 0;
  bool too_large = false;
  bool stopped = false;
  bool done = false;
  CURLcode code = CURLE_OK;
  char error_text[CURL_ERROR_SIZE] = {};
};

size_t OnBody(char* data, size_t size, size_t count, void* user) {
  auto* transfer = static_cast<Transfer*>(user);
  size_t bytes = size * count;
  transfer->received += bytes;
  if (transfer->received > transfer->limit) {
    transfer->too_large = true;
    return 0;
  }
  if (transfer->request->on_body) {
    long status = 0;
    curl_off_t length = -1;
    curl_easy_getinfo(transfer->easy.get(), CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(transfer->easy.get(), CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length);
    if (status >= 200 && status < 300) {
      const bool more =
          transfer->request->on_body(static_cast<int>(status), length > 0 ? static_cast<uint64_t>(length) : 0,
                                     std::string_view(data, bytes));
      return more ? bytes : 0;
    }
  }
  std::string& body = transfer->response.body;
  if (body.empty()) {
    curl_off_t length = -1;
    curl_easy_getinfo(transfer->easy.get(), CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length);
    if (length > 0) body.reserve(std::min({static_cast<uint64_t>(length), transfer->limit, kMostReserved}));
  }
  body.append(data, bytes);
  return bytes;
}

size_t OnHeader(char* data, size_t size, size_t count, void* user) {
  auto* transfer = static_cast<Transfer*>(user);
  std::string_view line(data, size * count);
  while (line.ends_with('\n') || line.ends_with('\r')) line.remove_suffix(1);
  if (line.starts_with("HTTP/")) {
    // Informational responses and redirects are followed by another status line.
    transfer->response.headers.clear();
    transfer->response.body.clear();
    transfer->received = 0;
    size_t space = line.find(' ');
    size_t second = space == std::string_view::npos ? space : line.find(' ', space + 1);
    transfer->response.reason = second == std::string_view::npos ? "" : std::string(line.substr(second + 1));
  } else if (auto parts = core::SplitOnce(line, ':')) {
    transfer->response.headers.emplace_back(std::string(parts->first),
                                            std::string(core::Trim(parts->second)));
  }
  return size * count;
}

TransportFailure::Kind KindOf(CURLcode code) {
  switch (code) {
    case CURLE_COULDNT_CONNECT:
      return TransportFailure::Kind::kRefused;
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
      return TransportFailure::Kind::kName;
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
      return TransportFailure::Kind::kTls;
    case CURLE_OPERATION_TIMEDOUT:
      return TransportFailure::Kind::kTimeout;
    default:
      return TransportFailure::Kind::kBroken;
  }
}

}  // namespace

std::string_view ClientResponse::Header(std::string_view name) const {
  for (const auto& [key, value] : headers) {
    if (core::AsciiEqualIgnoreCase(key, name)) return value;
  }
  return {};
}

std::vector<std::string_view> ClientResponse::HeaderValues(std::string_view name) const {
  std::vector<std::string_view> values;
  for (const auto& [key, value] : headers) {
    if (core::AsciiEqualIgnoreCase(key, name)) values.push_back(value);
  }
  return values;
}

// All transfers run on one thread around one curl multi handle, which owns the connection pool. Callers
// hand transfers over under the mutex and wait for `done`.
struct HttpClient::Impl {
  explicit Impl(ClientOptions client_options) : options(std::move(client_options)) {}

  ~Impl() {
    if (worker.joinable()) {
      {
        std::lock_guard lock(mutex);
        closing = true;
      }
      curl_multi_wakeup(multi);
      worker.join();
    }
    if (multi != nullptr) curl_multi_cleanup(multi);
  }

  // libcurl and its thread are started by the first call (docs/decisions.md, 11).
  void Start() {
    std::lock_guard lock(mutex);
    if (multi != nullptr) return;
    // Thread-safe since 7.84, and counts its callers.
    CHECK(curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK);
    multi = curl_multi_init();
    CHECK(multi != nullptr);
    curl_multi_setopt(multi, CURLMOPT_PIPELINING, CURLPIPE_MULTIPLEX);
    curl_multi_setopt(multi, CURLMOPT_MAX_HOST_CONNECTIONS, static_cast<long>(options.connections_per_host));
    worker = std::thread([this] { Work(); });
  }

  void Work() {
    std::unordered_map<CURL*, Transfer*> active;
    while (true) {
      std::vector<Transfer*> arrived, cancelled;
      {
        std::lock_guard lock(mutex);
        if (closing && active.empty() && incoming.empty()) return;
        arrived.swap(incoming);
        cancelled.swap(stopping);
      }
      for (Transfer* transfer : arrived) {
        active.emplace(transfer->easy.get(), transfer);
        curl_multi_add_handle(multi, transfer->easy.get());
      }
      for (Transfer* transfer : cancelled) {
        CHECK(active.erase(transfer->easy.get()) == 1);
        curl_multi_remove_handle(multi, transfer->easy.get());
        transfer->stopped = true;
        Finish(transfer, CURLE_ABORTED_BY_CALLBACK);
      }
      int running = 0;
      curl_multi_perform(multi, &running);
      int left = 0;
      while (CURLMsg* message = curl_multi_info_read(multi, &left)) {
        if (message->msg != CURLMSG_DONE) continue;
        CURL* easy = message->easy_handle;
        CURLcode code = message->data.result;
        auto found = active.find(easy);
        CHECK(found != active.end());
        Transfer* transfer = found->second;
        active.erase(found);
        curl_multi_remove_handle(multi, easy);
        Finish(transfer, code);
      }
      curl_multi_poll(multi, nullptr, 0, active.empty() ? 3600000 : 1000, nullptr);
    }
  }

  void Finish(Transfer* transfer, CURLcode code) {
    std::lock_guard lock(mutex);
    // From now on the caller may destroy it, so no list may name it any more.
    std::erase(stopping, transfer);
    transfer->code = code;
    transfer->done = true;
    finished.notify_all();
  }

  // The easy handle with all options but the ones of the URL.
  void Prepare(const ClientRequest& request, const UrlParts& url, Transfer* transfer) const {
    transfer->easy.reset(curl_easy_init());
    CURL* easy = transfer->easy.get();
    CHECK(easy != nullptr);
    transfer->request = &request;
    transfer->limit = request.response_limit != 0 ? request.response_limit : options.response_limit;
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, transfer->error_text);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_URL, request.url.c_str());
    curl_easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L);  // "a/../b" is a name to some, and part of what they sign
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_REDIR_PROTOCOLS_STR, url.scheme == "https" ? "https" : "http,https");
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, options.redirects > 0 ? 1L : 0L);
    curl_easy_setopt(easy, CURLOPT_MAXREDIRS, static_cast<long>(options.redirects));
    curl_easy_setopt(easy, CURLOPT_USERAGENT, options.user_agent.c_str());
    if (!request.on_body) curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "");
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
    // Waiting for a connection that may turn out to be HTTP/2 beats opening another.
    curl_easy_setopt(easy, CURLOPT_PIPEWAIT, url.scheme == "https" ? 1L : 0L);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(options.connect_timeout.count()));
    auto timeout = request.timeout.count() != 0 ? request.timeout : options.timeout;
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(timeout.count()));
    curl_easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT, 1L);
    curl_easy_setopt(easy, CURLOPT_LOW_SPEED_TIME, static_cast<long>(options.stall_timeout.count()));
    std::string proxy = options.proxy ? *options.proxy : ProxyFor(url, options.environment);
    // Both always set: libcurl would read the environment by itself otherwise.
    curl_easy_setopt(easy, CURLOPT_PROXY, proxy.c_str());
    curl_easy_setopt(easy, CURLOPT_NOPROXY, "");
    curl_easy_setopt(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    if (std::string file = options.environment.Get("SSL_CERT_FILE"); !file.empty()) {
      curl_easy_setopt(easy, CURLOPT_CAINFO, file.c_str());
    }
    if (std::string directory = options.environment.Get("SSL_CERT_DIR"); !directory.empty()) {
      curl_easy_setopt(easy, CURLOPT_CAPATH, directory.c_str());
    }
    SetTls(easy, options.tls);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, OnBody);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, transfer);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, OnHeader);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, transfer);
    SetMethod(request, easy);
    curl_slist* list = nullptr;
    for (const auto& [name, value] : request.headers) {
      // An empty value needs a semicolon, "name:" would remove the header.
      std::string line = value.empty() ? name + ";" : name + ": " + value;
      list = curl_slist_append(list, line.c_str());
    }
    list = curl_slist_append(list, "Expect:");
    transfer->header_list.reset(list);
    SetPeer(request, url, transfer);
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, transfer->header_list.get());
  }

  // Who is at the other end, where that is not what the URL says. libcurl checks a certificate against the
  // URL's host, so that another name takes its place there and the connection goes where it belonged.
  void SetPeer(const ClientRequest& request, const UrlParts& url, Transfer* transfer) const {
    CURL* easy = transfer->easy.get();
    if (!options.unix_socket.empty())
      curl_easy_setopt(easy, CURLOPT_UNIX_SOCKET_PATH, options.unix_socket.c_str());
    const std::string& name = options.tls.server_name;
    if (name.empty() || url.scheme != "https" || name == url.host) return;
    const std::string host = url.host.find(':') == std::string::npos ? url.host : "[" + url.host + "]";
    curl_easy_setopt(easy, CURLOPT_URL, fmt::format("https://{}:{}{}", name, url.port, url.path).c_str());
    transfer->connect_to.reset(
        curl_slist_append(nullptr, fmt::format("{}:{}:{}:{}", name, url.port, host, url.port).c_str()));
    curl_easy_setopt(easy, CURLOPT_CONNECT_TO, transfer->connect_to.get());
    const bool has_host = std::any_of(request.headers.begin(), request.headers.end(), [](const auto& header) {
      return core::AsciiEqualIgnoreCase(header.first, "Host");
    });
    if (has_host) return;
    const std::string line = url.port == 443 ? "Host: " + host : fmt::format("Host: {}:{}", host, url.port);
    transfer->header_list.reset(curl_slist_append(transfer->header_list.release(), line.c_str()));
  }

  // The options' texts outlive the transfers.
  static void SetTls(CURL* easy, const TlsOptions& tls) {
    if (tls.skip_verification) {
      curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 0L);
      curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 0L);
    }
    const std::pair<CURLoption, const std::string*> texts[] = {{CURLOPT_CAINFO_BLOB, &tls.ca_pem},
                                                               {CURLOPT_SSLCERT_BLOB, &tls.certificate_pem},
                                                               {CURLOPT_SSLKEY_BLOB, &tls.private_key_pem}};
    for (const auto& [option, text] : texts) {
      if (text->empty()) continue;
      curl_blob blob{const_cast<char*>(text->data()), text->size(), CURL_BLOB_NOCOPY};
      curl_easy_setopt(easy, option, &blob);
    }
    if (!tls.ca_pem.empty()) curl_easy_setopt(easy, CURLOPT_CAPATH, nullptr);
    if (!tls.certificate_pem.empty()) {
      curl_easy_setopt(easy, CURLOPT_SSLCERTTYPE, "PEM");
      curl_easy_setopt(easy, CURLOPT_SSLKEYTYPE, "PEM");
    }
  }

  static void SetMethod(const ClientRequest& request, CURL* easy) {
    const std::string_view body = request.borrowed_body.empty() ? request.body : request.borrowed_body;
    const bool has_body =
        !body.empty() || request.method == "POST" || request.method == "PUT" || request.method == "PATCH";
    if (request.method == "HEAD") {
      curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
    } else if (has_body) {
      const char* const bytes = body.data();  // of the request, which outlives the transfer
      curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
      curl_easy_setopt(easy, CURLOPT_POSTFIELDS, bytes);
    }
    if (request.method != "GET" || has_body) {
      curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request.method.c_str());
    }
  }

  ClientOptions options;
  std::mutex mutex;
  std::condition_variable finished;
  CURLM* multi = nullptr;
  std::thread worker;
  std::vector<Transfer*> incoming, stopping;
  bool closing = false;
};

HttpClient::HttpClient(ClientOptions options) : impl_(std::make_unique<Impl>(std::move(options))) {}
HttpClient::~HttpClient() = default;

std::variant<ClientResponse, TransportFailure> HttpClient::Send(const ClientRequest& request,
                                                                std::stop_token stop) {
  using Kind = TransportFailure::Kind;
  std::optional<UrlParts> url = ParseUrl(request.url);
  if (!url) return TransportFailure{Kind::kForbidden, "not a usable http or https URL", false};
  if (url->scheme == "http" && !impl_->options.allow_plain_http && impl_->options.unix_socket.empty() &&
      !IsLoopbackHost(url->host)) {
    return TransportFailure{Kind::kForbidden,
                            fmt::format("refusing to talk to {} without TLS: use https", url->host), false};
  }
  for (const auto& [name, value] : request.headers) {
    if (name.find_first_of("\r\n:") != std::string::npos ||
        value.find_first_of("\r\n") != std::string::npos) {
      return TransportFailure{Kind::kForbidden, "line break in an HTTP header", false};
    }
  }
  if (stop.stop_requested()) return TransportFailure{Kind::kStopped, "stopped", false};
  impl_->Start();
  Transfer transfer;
  impl_->Prepare(request, *url, &transfer);
  {
    std::lock_guard lock(impl_->mutex);
    impl_->incoming.push_back(&transfer);
  }
  curl_multi_wakeup(impl_->multi);
  {
    std::stop_callback on_stop(stop, [&] {
      {
        std::lock_guard lock(impl_->mutex);
        if (transfer.done) return;
        impl_->stopping.push_back(&transfer);
      }
      curl_multi_wakeup(impl_->multi);
    });
    std::unique_lock lock(impl_->mutex);
    impl_->finished.wait(lock, [&] { return transfer.done; });
  }

  std::string_view path = std::string_view(url->path).substr(0, url->path.find('?'));
  if (transfer.code == CURLE_OK) {
    long status = 0;
    curl_easy_getinfo(transfer.easy.get(), CURLINFO_RESPONSE_CODE, &status);
    transfer.response.status = static_cast<int>(status);
    const char* last_url = nullptr;
    curl_easy_getinfo(transfer.easy.get(), CURLINFO_EFFECTIVE_URL, &last_url);
    transfer.response.url = last_url != nullptr ? last_url : request.url;
    if (transfer.response.reason.empty()) transfer.response.reason = StatusText(transfer.response.status);
    core::Log(core::LogLevel::kDebug, "http", "{} {}://{}:{}{} {} {} bytes", request.method, url->scheme,
              url->host, url->port, path, status, transfer.response.body.size());
    return std::move(transfer.response);
  }
  curl_off_t sent = 0;
  long request_size = 0;
  curl_easy_getinfo(transfer.easy.get(), CURLINFO_SIZE_UPLOAD_T, &sent);
  curl_easy_getinfo(transfer.easy.get(), CURLINFO_REQUEST_SIZE, &request_size);
  TransportFailure failure;
  failure.kind = transfer.stopped     ? Kind::kStopped
                 : transfer.too_large ? Kind::kTooLarge
                                      : KindOf(transfer.code);
  failure.may_have_arrived = sent > 0 || request_size > 0;
  std::string reason = transfer.stopped ? "stopped"
                       : transfer.too_large
                           ? fmt::format("the answer is larger than {} bytes", transfer.limit)
                       : transfer.error_text[0] != '\0' ? transfer.error_text
                                                        : curl_easy_strerror(transfer.code);
  failure.message =
      fmt::format("{} {}://{}:{}{}: {}", request.method, url->scheme, url->host, url->port, path, reason);
  core::Log(core::LogLevel::kDebug, "http", "{}", failure.message);
  return failure;
}

std::optional<std::string> ResolveUrl(const std::string& base, const std::string& reference) {
  const std::unique_ptr<CURLU, decltype(&curl_url_cleanup)> url(curl_url(), &curl_url_cleanup);
  CHECK(url != nullptr);
  if (curl_url_set(url.get(), CURLUPART_URL, base.c_str(), 0) != CURLUE_OK) return std::nullopt;
  if (curl_url_set(url.get(), CURLUPART_URL, reference.c_str(), 0) != CURLUE_OK) return std::nullopt;
  char* text = nullptr;
  if (curl_url_get(url.get(), CURLUPART_URL, &text, 0) != CURLUE_OK) return std::nullopt;
  const std::unique_ptr<char, decltype(&curl_free)> owned(text, &curl_free);
  return std::string(text);
}

core::Result<ClientResponse> HttpClient::Call(const ClientRequest& request, std::stop_token stop) {
  auto outcome = Send(request, std::move(stop));
  if (auto* failure = std::get_if<TransportFailure>(&outcome))
    return core::Error(std::move(failure->message));
  return std::get<ClientResponse>(std::move(outcome));
}

}  // namespace base::net
