#include "engine/remote/kubeconfig.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "base/core/files.h"
#include "engine/remote/kubernetes_access.h"
#include "engine/remote/kubernetes_exec.h"

namespace engine::remote {
namespace {

using base::core::Environment;
using base::core::TempDirectory;

constexpr std::string_view kDev = R"(
current-context: dev
clusters:
- name: dev
  cluster: {server: "https://dev:6443/", certificate-authority-data: Y2E=, tls-server-name: api, proxy-url: "http://p:1"}
- name: prod
  cluster: {server: "https://prod", certificate-authority: ca.pem}
users:
- {name: dev, user: {token: 12345}}
- name: prod
  user: {client-certificate-data: Y2VydA==, client-key: keys/prod.pem, as: admin, as-groups: [a, b]}
- {name: old, user: {auth-provider: {name: gcp}}}
contexts:
- {name: dev, context: {cluster: dev, user: dev, namespace: tf}}
- {name: prod, context: {cluster: prod, user: prod}}
)";

std::string Write(const std::string& path, std::string_view text) {
  EXPECT_TRUE(base::core::WriteFile(path, text).ok());
  return path;
}

KubernetesAccess Resolve(const KubernetesSettings& settings, const Environment& environment = {}) {
  auto access = ResolveAccess(settings, environment, "/nowhere");
  EXPECT_TRUE(access.ok()) << access.error().message();
  return access.ok() ? *std::move(access) : KubernetesAccess{};
}

std::string ErrorOf(const KubernetesSettings& settings) {
  const auto access = ResolveAccess(settings, {}, "/nowhere");
  return access.ok() ? "" : access.error().message();
}

TEST(KubeConfig, TheCurrentContextAndOthersByName) {
  TempDirectory folder;
  const std::string path = Write(folder / "config", kDev);
  KubernetesAccess access = Resolve({.config_paths = {path}});
  EXPECT_EQ(access.server, "https://dev:6443");
  EXPECT_EQ(access.tls.ca_pem, "ca");
  EXPECT_EQ(access.tls.server_name, "api");
  EXPECT_EQ(access.proxy, "http://p:1");
  EXPECT_EQ(access.token, "12345");

  EXPECT_TRUE(base::core::MakeDirectories(folder / "keys").ok());
  Write(folder / "keys/prod.pem", "key");
  Write(folder / "ca.pem", "ca of prod");
  access = Resolve({.config_paths = {path}, .context = "prod"});
  EXPECT_EQ(access.server, "https://prod");
  EXPECT_EQ(access.tls.ca_pem, "ca of prod");
  EXPECT_EQ(access.tls.certificate_pem + access.tls.private_key_pem, "certkey");
  ASSERT_EQ(access.headers.size(), 3u);
  EXPECT_EQ(access.headers[2], std::make_pair(std::string("Impersonate-Group"), std::string("b")));

  // Parts of a context in place of its own, and arguments over all.
  access = Resolve({.config_paths = {path}, .context_cluster = "prod", .host = "https://other"});
  EXPECT_EQ(access.server, "https://other");
  EXPECT_EQ(access.tls.ca_pem, "ca of prod");
  EXPECT_EQ(access.token, "12345");
}

TEST(KubeConfig, AClusterMayBeTakenUnchecked) {
  TempDirectory folder;
  const std::string path = Write(folder / "config", R"(
current-context: c
contexts: [{name: c, context: {cluster: c, user: u}}]
users: [{name: u, user: {token: t}}]
clusters: [{name: c, cluster: {server: https://h, insecure-skip-tls-verify: true}}]
)");
  EXPECT_TRUE(Resolve({.config_paths = {path}}).tls.skip_verification);
  EXPECT_THAT(ErrorOf({.config_paths = {path}, .ca_certificate = "x"}),
              testing::HasSubstr("insecure flag is not allowed"));
}

TEST(KubeConfig, WhatIsWrongIsSaid) {
  TempDirectory folder;
  const std::string path = Write(folder / "config", kDev);
  EXPECT_EQ(ErrorOf({.config_paths = {path}, .context = "x"}),
            "the kubeconfig has no context \"x\"; there are: dev, prod");
  EXPECT_THAT(ErrorOf({.config_paths = {path}, .context_user = "old"}),
              testing::HasSubstr("auth-provider \"gcp\", which clients no longer have"));
  EXPECT_THAT(ErrorOf({}), testing::HasSubstr("no cluster is configured"));
  EXPECT_THAT(ErrorOf({.insecure = true, .host = "https://h", .ca_certificate = "x"}),
              testing::HasSubstr("insecure flag is not allowed"));
  EXPECT_THAT(ErrorOf({.host = "https://h", .client_certificate = "x"}), testing::HasSubstr("go together"));
  EXPECT_THAT(ErrorOf({.host = "https://h", .username = "u", .token = "t"}), testing::HasSubstr("not both"));
  for (const auto& [text, message] : std::map<std::string, std::string>{
           {"[]", "it is no mapping of clusters, users and contexts"},
           {"clusters: 1", "clusters is no list"},
           {"clusters: [{name: a, cluster: 1}]", "cluster \"a\": cluster is no mapping"},
           {"users: [{name: a, user: {client-key-data: '?'}}]", "user \"a\": client-key-data is no Base64"},
           {"users: [{name: a, user: {exec: {provideClusterInfo: 3}}}]",
            "user \"a\": provideClusterInfo is no true or false"}})
    EXPECT_EQ(ParseKubeConfig(text, "/").error().message(), message);
}

TEST(KubeConfig, OfSeveralFilesTheFirstWins) {
  TempDirectory folder;
  const std::string first = Write(folder / "a", "users: [{name: dev, user: {token: first}}]");
  const std::string second = Write(folder / "b", kDev);
  const KubernetesAccess access = Resolve({.config_paths = {first, folder / "missing", second}});
  EXPECT_EQ(access.server, "https://dev:6443");
  EXPECT_EQ(access.token, "first");
}

TEST(KubernetesAccess, APodHasItsServiceAccount) {
  TempDirectory folder;
  Write(folder / "token", "t");
  Write(folder / "ca.crt", "ca");
  const Environment pod({{"KUBERNETES_SERVICE_HOST", "fd00::1"}, {"KUBERNETES_SERVICE_PORT", "443"}});
  for (const bool said : {true, false}) {
    auto access = ResolveAccess({.in_cluster = said}, pod, folder.path());
    ASSERT_TRUE(access.ok()) << access.error().message();
    EXPECT_EQ(access->server, "https://[fd00::1]:443");
    EXPECT_EQ(access->tls.ca_pem, "ca");
    EXPECT_EQ(access->token_file, folder / "token");
  }
  EXPECT_FALSE(ResolveAccess({.in_cluster = true}, {}, folder.path()).ok());
}

KubernetesAccess WithPlugin(const TempDirectory& folder, const std::string& script) {
  const std::string path = Write(folder / "plugin", "#!/bin/sh\n" + script);
  EXPECT_EQ(chmod(path.c_str(), 0755), 0);
  KubernetesAccess access{.server = "https://h"};
  access.exec = KubeExec{.api_version = "client.authentication.k8s.io/v1",
                         .command = path,
                         .args = {"tok"},
                         .env = {{"KEY", "en"}},
                         .provide_cluster_info = true};
  return access;
}

TEST(CredentialPlugin, IsAskedAndAnswers) {
  TempDirectory folder;
  const KubernetesAccess access = WithPlugin(folder, R"(
case $KUBERNETES_EXEC_INFO in *'"cluster":{"server":"https://h"},"interactive":false'*) ;; *) exit 9;; esac
echo "{\"apiVersion\":\"client.authentication.k8s.io/v1\",\"status\":{\"token\":\"$1$KEY\",\"expirationTimestamp\":\"2026-01-01T00:00:00Z\"}}"
)");
  const auto credential = RunCredentialPlugin(access, Environment::OfProcess());
  ASSERT_TRUE(credential.ok()) << credential.error().message();
  EXPECT_EQ(credential->token, "token");
  EXPECT_TRUE(credential->expires.has_value());
}

TEST(CredentialPlugin, ItsFailuresAreTold) {
  TempDirectory folder;
  auto error = [&](const std::string& script) {
    return RunCredentialPlugin(WithPlugin(folder, script), Environment::OfProcess()).error().message();
  };
  EXPECT_THAT(error("echo 'log in first' >&2; exit 3"),
              testing::EndsWith("plugin: it ended with exit code 3: log in first"));
  EXPECT_THAT(error("echo secret"), testing::EndsWith("it answered no JSON on its standard output"));
  EXPECT_THAT(error("echo '{}'"), testing::HasSubstr("another apiVersion"));
  EXPECT_THAT(error(R"(echo '{"apiVersion":"client.authentication.k8s.io/v1","status":{}}')"),
              testing::HasSubstr("neither a token nor a client certificate"));
}

}  // namespace
}  // namespace engine::remote
