// The HTTP of HCP Terraform and Terraform Enterprise (JSON:API): tokens, retries, errors in words, pages,
// blobs. Not what workspaces and state versions are (tfe_service.h). Used by tfe_service.cc. Blocks;
// thread-safe. The token goes to the API's host only, and never into a message.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/core/clock.h"
#include "base/core/environment.h"
#include "base/core/result.h"
#include "base/json/reader.h"
#include "base/net/http_client.h"

namespace engine::remote {

struct TfeClientSettings {
  std::string base_url;  // of the service "tfe.v2", with a slash at its end
  std::string token;     // secret
  bool from_cloud_block = false;
  base::core::Environment environment;
  base::core::Clock* clock = &base::core::RealClock();
};

// What the server said, whatever the status. A network that gives no answer is an Error instead.
struct TfeAnswer {
  int status = 0;
  std::string problem;  // "" when the status is 2xx; else in the server's words, or in ours for 401 and 404
  std::optional<base::json::Document> document;
  std::string text;  // of blobs; else empty
  base::net::ClientResponse response;

  bool ok() const { return problem.empty(); }
  bool not_found() const { return status == 404; }
  base::json::Node data() const;  // the document's "data"; absent when there is none
};

class TfeClient {
 public:
  explicit TfeClient(TfeClientSettings settings);

  // `path` is relative to the API, query included. `body`: a JSON document, or empty. 429 is waited for as
  // long as the server says; failures of the network and of the server are tried again, ever more slowly.
  base::core::Result<TfeAnswer> Call(std::string method, std::string_view path, std::string body = {});
  // All pages of a list, each as its own answer; ends with the first that is not ok.
  base::core::Result<std::vector<TfeAnswer>> GetPages(const std::string& path);

  // Whole files behind addresses that the server gave; relative ones are meant from the API's.
  base::core::Result<TfeAnswer> Download(const std::string& url);
  base::core::Result<TfeAnswer> Upload(const std::string& url, std::string_view bytes);

 private:
  base::core::Result<base::net::ClientResponse> Send(const base::net::ClientRequest& request);
  void Introduce(base::net::ClientRequest& request) const;
  std::string Absolute(const std::string& url) const;

  const TfeClientSettings settings_;
  base::net::HttpClient http_;
};

// A name or text as a part of a URL's query, and of its path.
std::string QueryEscape(std::string_view text);
std::string PathEscape(std::string_view text);

}  // namespace engine::remote
