#include "install/modules/installer.h"

#include <atomic>
#include <barrier>
#include <latch>
#include <map>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/archive/gzip.h"
#include "base/core/files.h"
#include "base/core/strings.h"
#include "base/net/http_server.h"

namespace install::modules {
namespace {

using base::core::JoinPath;
using base::core::TempDirectory;
using base::net::ServerRequest;
using base::net::ServerResponse;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// One entry of a tar archive.
std::string TarEntry(const std::string& name, const std::string& text) {
  std::string header(512, '\0');
  const auto put = [&](size_t at, const std::string& value) { header.replace(at, value.size(), value); };
  put(0, name);
  put(100, "0000644");
  put(108, "0000000");
  put(116, "0000000");
  put(124, fmt::format("{:011o}", text.size()));
  put(136, "00000000000");
  put(148, "        ");
  put(156, "0");
  put(257, std::string("ustar\0", 6) + "00");
  unsigned sum = 0;
  for (const char c : header) sum += static_cast<unsigned char>(c);
  put(148, fmt::format("{:06o}", sum) + std::string("\0 ", 2));
  return header + text + std::string((512 - text.size() % 512) % 512, '\0');
}

// Modules are folders with a file "calls": a line "NAME SOURCE [VERSION]" for each call.
settings::Node UrlNode(std::string url) {
  settings::Node node;
  node.kind = settings::Node::Kind::kString;
  node.text = std::move(url);
  return node;
}

class InstallerTest : public testing::Test {
 protected:
  void SetUp() override {
    server_ = std::move(base::net::HttpServer::Start({}, [this](ServerRequest& request) {
                return Answer(request);
              })).value();
    settings_.hosts["reg.example.com"]["modules.v1"] = UrlNode(server_->url() + "/modules/");
    settings_.tokens["reg.example.com"] = "open-sesame";
    project_ = folder_ / "project";
    EXPECT_TRUE(base::core::MakeDirectories(project_).ok());
  }

  void Define(const std::string& module, const std::string& calls) { modules_[module] = calls; }

  ServerResponse Answer(ServerRequest& request) {
    {
      std::lock_guard guard(mutex_);
      ++requests_[request.path];
      if (!request.Header("Authorization").empty()) tokens_.insert(request.path);
    }
    const auto parts = base::core::SplitNonEmpty(request.path, '/');
    ServerResponse response;
    if (parts[0] == "modules" && parts.back() == "versions") {
      if (on_versions_) on_versions_(std::string(parts[2]));
      response.Set("Content-Type", "application/json");
      response.body =
          R"({"modules":[{"versions":[{"version":"1.0.0"},{"version":"1.1.0"},{"version":"2.0.0"}]}]})";
    } else if (parts[0] == "modules") {
      response.status = 204;
      response.Set("X-Terraform-Get", fmt::format("/archives/{}-{}.tar.gz", parts[2], parts[4]));
    } else {
      const std::string name(parts[1].substr(0, parts[1].find('-')));
      if (on_archive_) on_archive_(name);
      const auto module = modules_.find(name);
      const std::string calls = module == modules_.end() ? "" : module->second;
      response.body = base::archive::Gzip(TarEntry("calls", calls) + TarEntry("in/calls", "") +
                                          (name == "escaping" ? TarEntry("../escaped", "x") : "") +
                                          std::string(1024, '\0'));
    }
    return response;
  }

  std::vector<Call> CallsOf(const std::string& text) {
    std::vector<Call> calls;
    for (const std::string_view line : base::core::SplitNonEmpty(text, '\n')) {
      const auto parts = base::core::SplitNonEmpty(line, ' ');
      Call call{.name = std::string(parts[0]), .source = *language::address::ParseModuleSource(parts[1])};
      if (parts.size() > 2) call.version = std::string(parts[2]);
      calls.push_back(std::move(call));
    }
    return calls;
  }

  // Installs what the root calls; what was told, and the mistakes behind it.
  std::vector<std::string> Install(const std::string& root, bool upgrade = false, std::stop_token stop = {}) {
    std::vector<std::string> told;
    InstallOptions options;
    options.upgrade = upgrade;
    options.modules_directory = JoinPath(project_, ".terraform/modules");
    options.stop = std::move(stop);
    options.read_calls = [this](const std::string& directory,
                                base::diag::Diagnostics&) -> std::optional<std::vector<Call>> {
      auto text = base::core::ReadFile(JoinPath(directory, "calls"));
      if (!text.ok()) return std::nullopt;
      return CallsOf(*text);
    };
    options.on_event = [&](const InstallEvent& event) {
      told.push_back(event.kind == InstallEvent::Kind::kInstalled ? event.key + " installed"
                                                                  : event.key + " " + event.version);
    };
    base::diag::Diagnostics diagnostics;
    discovery::Services services(settings_, environment_);
    InstallModules(CallsOf(root), services, {}, options, diagnostics);
    for (const auto& each : diagnostics.items()) told.push_back(each.summary + ": " + each.detail);
    return told;
  }

  Manifest Installed() { return *ReadManifest(JoinPath(project_, ".terraform/modules/modules.json")); }
  int Requests(const std::string& path) {
    std::lock_guard guard(mutex_);
    return requests_[path];
  }

  TempDirectory folder_;
  std::string project_;
  settings::Settings settings_;
  std::map<std::string, std::string> modules_;
  base::core::Environment environment_;
  std::function<void(const std::string& name)> on_archive_, on_versions_;
  std::mutex mutex_;
  std::map<std::string, int> requests_;
  std::set<std::string> tokens_;
  std::unique_ptr<base::net::HttpServer> server_;  // last: its handler uses the others
};

constexpr char kThree[] =
    "a reg.example.com/mod/one/aws\nb reg.example.com/mod/two/aws ~>1.0\nc reg.example.com/mod/three/aws "
    "1.0.0\n";

TEST_F(InstallerTest, DownloadsSideBySide) {
  // Each waits for the others to be asked for.
  std::barrier all(3);
  on_archive_ = [&](const std::string&) { all.arrive_and_wait(); };
  EXPECT_THAT(Install(kThree),
              ElementsAre("a 2.0.0", "a installed", "b 1.1.0", "b installed", "c 1.0.0", "c installed"));
  EXPECT_EQ(Installed().at("b").version, "1.1.0");
  EXPECT_EQ(Installed().at("b").source, "reg.example.com/mod/two/aws");
  // Tokens are for the registry, and not for where it says that packages are.
  EXPECT_TRUE(tokens_.contains("/modules/mod/one/aws/versions"));
  EXPECT_TRUE(tokens_.contains("/modules/mod/one/aws/2.0.0/download"));
  EXPECT_FALSE(tokens_.contains("/archives/one-2.0.0.tar.gz"));
}

TEST_F(InstallerTest, AsksOnceForEachModuleAndPackage) {
  std::string calls;
  for (int i = 0; i < 20; ++i)
    calls += fmt::format("m{0:02} reg.example.com/mod/one/aws{1} {2}\n", i, i % 2 == 0 ? "" : "//in",
                         i % 3 == 0 ? "1.0.0" : ">=1.0");
  Install(calls);
  EXPECT_EQ(Installed().size(), 21u);
  EXPECT_EQ(Requests("/modules/mod/one/aws/versions"), 1);
  EXPECT_EQ(Requests("/modules/mod/one/aws/1.0.0/download"), 1);
  EXPECT_EQ(Requests("/archives/one-1.0.0.tar.gz"), 1);
  EXPECT_EQ(Requests("/archives/one-2.0.0.tar.gz"), 1);
  EXPECT_THAT(Install(calls), IsEmpty());
  EXPECT_EQ(Requests("/modules/mod/one/aws/versions"), 1);
  Install(calls, /*upgrade=*/true);
  EXPECT_EQ(Requests("/archives/one-2.0.0.tar.gz"), 2);
}

TEST_F(InstallerTest, NestsAndForgets) {
  Define("one", "x reg.example.com/mod/two/aws\ny ./in\n");
  ASSERT_TRUE(base::core::MakeDirectories(JoinPath(project_, ".terraform/modules/.fetching-killed/1")).ok());
  EXPECT_THAT(Install("a reg.example.com/mod/one/aws 1.0.0\n"),
              ElementsAre("a 1.0.0", "a installed", "a.x 2.0.0", "a.x installed", "a.y installed"));
  // Another version of the outer one: what was below it is installed anew.
  EXPECT_THAT(Install("a reg.example.com/mod/one/aws 1.1.0\n"),
              ElementsAre("a 1.1.0", "a installed", "a.x 2.0.0", "a.x installed", "a.y installed"));
  EXPECT_THAT(Install("a reg.example.com/mod/three/aws\n"), ElementsAre("a 2.0.0", "a installed"));
  EXPECT_EQ(Installed().size(), 2u);
  ASSERT_TRUE(base::core::RemoveRecursively(JoinPath(project_, ".terraform/modules/a")).ok());
  EXPECT_THAT(Install("a reg.example.com/mod/three/aws\n"), ElementsAre("a 2.0.0", "a installed"));
  // No scratch is left, neither of this run nor of one that was killed.
  EXPECT_THAT(*base::core::ListDirectory(JoinPath(project_, ".terraform/modules")),
              ElementsAre("a", "a.x", "modules.json"));
}

TEST_F(InstallerTest, Mistakes) {
  Define("cyclic", "again reg.example.com/mod/cyclic/aws\n");
  EXPECT_THAT(Install("a reg.example.com/mod/cyclic/aws\n"),
              ElementsAre("a 2.0.0", "a installed", HasSubstr("Module calls itself")));
  Define("outside", "up ../../../nowhere\n");
  EXPECT_THAT(Install("a reg.example.com/mod/outside/aws\n"),
              ElementsAre("a 2.0.0", "a installed", HasSubstr("Local module path escapes module package")));
  EXPECT_THAT(Install("a reg.example.com/mod/escaping/aws\n"),
              ElementsAre("a 2.0.0", HasSubstr("Failed to download module")));
  EXPECT_FALSE(base::core::Exists(JoinPath(project_, ".terraform/escaped")));
  EXPECT_FALSE(base::core::Exists(JoinPath(project_, ".terraform/modules/escaped")));
  EXPECT_THAT(Install("a reg.example.com/mod/one/aws//none\n"),
              ElementsAre("a 2.0.0", HasSubstr("Unreadable module subdirectory")));
  EXPECT_THAT(Install("a reg.example.com/mod/one/aws 3.0.0\n"),
              ElementsAre(HasSubstr("Unresolvable module version constraint: No version of the module")));
  settings_.hosts["reg.example.com"]["modules.v1"] = UrlNode("http://reg.example.com/");
  EXPECT_THAT(Install("a reg.example.com/mod/one/aws\n"), ElementsAre(HasSubstr("without TLS")));
  // What went well beside mistakes is recorded.
  ASSERT_TRUE(base::core::WriteFile(JoinPath(project_, "calls"), "").ok());
  EXPECT_THAT(Install("a file:///nonexistent\nb " + project_ + "\n"),
              ElementsAre("a ", "b ", "b installed", HasSubstr("Failed to download module")));
  EXPECT_TRUE(Installed().contains("b"));
  ASSERT_TRUE(base::core::WriteFile(JoinPath(project_, ".terraform/modules/modules.json"), "{").ok());
  EXPECT_THAT(Install(""), ElementsAre(HasSubstr("Failed to read modules manifest file")));
}

TEST_F(InstallerTest, RegistriesThatSayNothing) {
  environment_.Set("TF_REGISTRY_CLIENT_TIMEOUT", "1");
  std::latch over(1);
  on_versions_ = [&](const std::string& name) {
    if (name == "silent") over.wait();
  };
  EXPECT_THAT(Install("a reg.example.com/mod/silent/aws\nb reg.example.com/mod/one/aws\n"),
              ElementsAre("b 2.0.0", "b installed",
                          AllOf(HasSubstr("Error accessing remote module registry"), HasSubstr("timed out"),
                                HasSubstr("tried 2 times"))));
  over.count_down();
  server_->Stop();
}

TEST_F(InstallerTest, InterruptsEndDownloads) {
  std::stop_source stop;
  std::latch asked(1), over(1);
  std::once_flag once;
  on_archive_ = [&](const std::string&) {
    std::call_once(once, [&] { asked.count_down(); });
    over.wait();
  };
  std::jthread interrupter([&] {
    asked.wait();
    stop.request_stop();
  });
  const auto told =
      Install("a reg.example.com/mod/one/aws\nb reg.example.com/mod/one/aws\n", false, stop.get_token());
  over.count_down();
  server_->Stop();  // its handler looks at the latches
  ASSERT_FALSE(told.empty());
  EXPECT_THAT(told.back(), HasSubstr("interrupted"));
  EXPECT_EQ(std::ranges::count_if(
                told, [](const std::string& each) { return each.find("Failed") != std::string::npos; }),
            0);
}

}  // namespace
}  // namespace install::modules
