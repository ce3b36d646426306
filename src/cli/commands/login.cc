#include "cli/commands/login.h"

#include <fmt/format.h>

#include "base/core/product.h"
#include "base/core/strings.h"
#include "cli/commands/prompt.h"
#include "cli/view/color_markup.h"
#include "cli/view/diagnostics_view.h"
#include "cli/view/login_page.h"
#include "install/discovery/services.h"
#include "install/login/account.h"
#include "install/login/authorization.h"
#include "install/login/browser.h"
#include "install/login/printable.h"
#include "install/login/token_endpoint.h"

namespace cli::commands {
namespace {

using base::core::Result;
using install::discovery::LoginOffer;
using install::discovery::OAuthClient;

constexpr session::OptionSpec kOptions[] = {
    {"no-color", session::OptionKind::kFlag, "", "No colours in the output."},
};

constexpr std::string_view kRule =
    "\n---------------------------------------------------------------------------------\n\n";
// The one host whose people may give it their password through us, as by the reference.
constexpr std::string_view kCloudHost = "app.terraform.io";

enum class Way { kCode, kPassword, kPaste };

// One login, from the question whether to go on to the last words.
class Login {
 public:
  Login(CommandContext& command, install::discovery::Services& services, LoginTarget target,
        Diagnostics& diagnostics)
      : command_(command), services_(services), target_(std::move(target)), diagnostics_(diagnostics) {}

  // Mistakes are in the diagnostics.
  void Run() {
    if (!ChooseWay() || !CheckStore() || !Confirm()) return;
    const std::optional<std::string> token = way_ == Way::kCode       ? TokenByCode()
                                             : way_ == Way::kPassword ? TokenByPassword()
                                                                      : PastedToken();
    if (!token) return;
    auto stored = services_.credentials().Store(target_.host, *token, stop());
    if (!stored.ok())
      return Fail("Failed to save API token", fmt::format("{} gave a token, but it could not be kept: {}.",
                                                          target_.host, stored.error().message()));
    Print(std::string(kRule));
    Greet(*token);
  }

 private:
  std::stop_token stop() const { return command_.session.stop(); }
  void Print(const std::string& text) { command_.terminal.Print(text); }
  void Fail(std::string_view summary, const std::string& detail) { diagnostics_.Error(summary, detail); }
  void FailCancelled(const std::string& detail) { Fail("Login cancelled", detail); }

  bool ChooseWay() {
    const auto offer = services_.LoginOf(target_.host, stop());
    if (!offer.ok()) {
      Fail(fmt::format("Service discovery failed for {}", target_.host), offer.error().message() + ".");
      return false;
    }
    if (offer->client) return ChooseGrant(*offer->client);
    if (!offer->mistake.empty())
      diagnostics_.Warning(
          "Host does not support Terraform login",
          fmt::format("What {} says of its login cannot be used:\n{}.", target_.host, offer->mistake));
    if (offer->newer)
      diagnostics_.Warning(
          "Host does not support Terraform login",
          fmt::format("{} has a login, but one that needs a newer version of this program.", target_.host));
    way_ = Way::kPaste;
    auto url = services_.UrlOf(target_.host, "tfe.v2", stop());
    if (url.ok()) {
      tfe_url_ = *std::move(url);
      return true;
    }
    Fail(
        "Host does not support Terraform tokens API",
        fmt::format("{} offers neither a login nor a page where tokens are made. If it has tokens, write one "
                    "into a credentials block of the CLI configuration, or set a TF_TOKEN_ variable.",
                    target_.host));
    return false;
  }

  bool ChooseGrant(const OAuthClient& client) {
    client_ = client;
    if (client.authorization_code) {
      way_ = Way::kCode;
    } else if (client.password && target_.host == kCloudHost) {
      way_ = Way::kPassword;
    } else {
      Fail("Host does not support Terraform login",
           fmt::format("{} offers no way of signing in that this program knows: it would have to offer the "
                       "OAuth grant type \"authz_code\".",
                       target_.host));
      return false;
    }
    return true;
  }

  // Before a person goes to the trouble.
  bool CheckStore() {
    if (to_helper()) return true;
    auto writable = services_.credentials().CheckFile();
    if (!writable.ok())
      Fail("Failed to save API token", fmt::format("Tokens cannot be kept: {}.", writable.error().message()));
    return writable.ok();
  }

  bool to_helper() const { return target_.location == Credentials::Location::kHelper; }

  std::string WhereTo() const {
    if (to_helper())
      return fmt::format(
          "The token goes to the credentials helper \"{}\" of your CLI configuration, for all\n"
          "later commands.\n",
          services_.credentials().helper_name());
    return fmt::format("The token is kept in plain text in this file, for all later commands:\n    {}\n",
                       services_.credentials().file());
  }

  bool Confirm() {
    view::ShowDiagnostics(diagnostics_, command_.terminal);
    diagnostics_ = {};
    std::string text =
        fmt::format("{} will request an API token for {} using {}.\n\n", base::core::ProductName(),
                    target_.host, way_ == Way::kPaste ? "your browser" : "OAuth");
    if (way_ == Way::kCode)
      text +=
          "A browser on this computer has to open the host's login page. Where there is\nnone, make a token "
          "by other means, and write it into the CLI configuration or\nset a TF_TOKEN_ variable.\n\n";
    Print(text + WhereTo() + "\n");
    auto answer = Ask(command_, {.title = "Do you want to proceed?",
                                 .text = "Only 'yes' will be accepted to confirm.",
                                 .always = true});
    if (!answer.ok()) {
      if (answer.error().message() == kEndOfInput) Print("\n");
      FailCancelled(fmt::format("There was no answer ({}).", answer.error().message()));
    } else if (*answer != "yes") {
      FailCancelled("");
    }
    return answer.ok() && *answer == "yes";
  }

  // The address is shown in any case: the browser may be on another machine, or somebody else's.
  void OpenPage(std::string_view what, const std::string& url, std::string_view after) {
    const bool opened = install::login::OpenInBrowser(url, command_.session.environment());
    Print(opened ? fmt::format("{} opens the {} page of {} in a web browser.\n\nIf none appears, open "
                               "this URL yourself:\n    {}\n\n{}",
                               base::core::ProductName(), what, target_.host, url, after)
                 : fmt::format("Open this URL, the {} page of {}, in a web browser:\n    {}\n\n{}", what,
                               target_.host, url, after));
    command_.terminal.Flush();
  }

  std::optional<std::string> TokenByCode() {
    auto authorization = install::login::Authorization::Start(client_, view::LoginPage);
    if (!authorization.ok()) {
      Fail("Can't start temporary login server",
           fmt::format("The browser has to come back to this program, which cannot listen on this computer "
                       "as {} wants it: {}.",
                       target_.host, authorization.error().message()));
      return std::nullopt;
    }
    OpenPage(
        "login", (*authorization)->url(),
        base::core::Spoken("Parterre will now wait for the host to signal that login was successful.\n\n"));
    const auto code = (*authorization)->Wait(stop());
    if (!code.ok()) {
      if (stop().stop_requested()) {
        FailCancelled("Interrupted before the browser came back.");
      } else {
        Fail("Login failed",
             fmt::format("{} did not sign you in: {}.", target_.host, code.error().message()));
      }
      return std::nullopt;
    }
    install::login::TokenEndpoint endpoint(command_.session.environment());
    return Obtained("Failed to obtain auth token", endpoint.Exchange(client_, *code, stop()));
  }

  std::optional<std::string> TokenByPassword() {
    Print(std::string(kRule) +
          base::core::Spoken(
              "Parterre needs your password once, to request an API token.\nThe password is not kept.\n\n"));
    const auto name = AskFor("Username", "request username", false);
    if (!name) return std::nullopt;
    const auto password = AskFor("Password", "request password", true);
    if (!password) return std::nullopt;
    install::login::TokenEndpoint endpoint(command_.session.environment());
    return Obtained("Failed to retrieve API token", endpoint.SignIn(client_, *name, *password, stop()));
  }

  std::optional<std::string> PastedToken() {
    Print(std::string(kRule));
    OpenPage("tokens", TokensPage(), "");
    Print(fmt::format("{}Make a token there, and paste it here.\n\n{}\n", kRule, WhereTo()));
    auto token = AskFor("Token", "retrieve token", true);
    if (!token) return std::nullopt;
    if (token->empty()) {
      Fail("Failed to create API client: missing API token", "Nothing was pasted.");
      return std::nullopt;
    }
    auto user = install::login::UserOf(services_, tfe_url_, *token, stop());
    if (!user.ok()) {
      Fail("Token is invalid: " + user.error().message(),
           fmt::format("{} was asked whose token that is. Nothing has been kept.", target_.host));
      return std::nullopt;
    }
    const view::Style& style = command_.terminal.style();
    Print(fmt::format("\nRetrieved token for user {}{}{}\n{}\n", style.Bold(), *user, style.Reset(),
                      style.Reset()));
    return token;
  }

  // With the port that stands in the service's URL.
  std::string TokensPage() const {
    const size_t begin = tfe_url_.find("://") + 3;
    return fmt::format("https://{}/app/settings/tokens?source=terraform-login",
                       tfe_url_.substr(begin, tfe_url_.find('/', begin) - begin));
  }

  std::optional<std::string> AskFor(std::string_view what, std::string_view failing, bool hidden) {
    auto answer = Ask(
        command_, {.title = fmt::format("{} for {}:", what, target_.host), .hidden = hidden, .always = true});
    if (answer.ok()) return std::string(base::core::Trim(*answer));
    if (answer.error().message() == kEndOfInput) Print("\n");
    Fail(fmt::format("Failed to {}: {}", failing, answer.error().message()), "");
    return std::nullopt;
  }

  std::optional<std::string> Obtained(std::string_view summary, const Result<std::string>& token) {
    if (token.ok()) return *token;
    Fail(summary, fmt::format("There is no token from {}: {}.", target_.host, token.error().message()));
    return std::nullopt;
  }

  void Greet(const std::string& token) {
    const view::Style& style = command_.terminal.style();
    const auto success = [&](const std::string& what) {
      return fmt::format("{}{}Success!{} {}{}{}", style.Green(), style.Bold(), style.Reset(), style.Bold(),
                         what, style.Reset());
    };
    if (target_.host == kCloudHost) {
      const std::string message = install::login::MessageOfTheDay(services_, target_.host, token, stop());
      Print(message.empty() ? success("Logged in to HCP Terraform") : view::ExpandColors(message, style));
      Print(fmt::format("{}\n", style.Reset()));
    } else if (way_ == Way::kPaste) {
      Print(fmt::format("{}{}\n\n",
                        success(fmt::format("Logged in to Terraform Enterprise ({})", target_.host)),
                        style.Reset()));
    } else {
      Print(fmt::format("{}\n\nAll later commands that ask {} for something use the new token.{}\n\n",
                        success(base::core::Spoken("Parterre has obtained and saved an API token.")),
                        target_.host, style.Reset()));
    }
  }

  CommandContext& command_;
  install::discovery::Services& services_;
  const LoginTarget target_;
  Diagnostics& diagnostics_;
  Way way_ = Way::kCode;
  OAuthClient client_;
  std::string tfe_url_;
};

int RunLogin(CommandContext& command) {
  if (command.options.operands().size() > 1) {
    command.terminal.PrintMistake("The login command expects at most one argument: the host to log in to.\n");
    return kShowHelpAsMistake;
  }
  Diagnostics diagnostics;
  install::discovery::Services services(command.session.plugins().settings(), command.session.environment());
  auto target = FindLoginTarget(command, services.credentials(), diagnostics);
  if (target) Login(command, services, *std::move(target), diagnostics).Run();
  view::ShowDiagnostics(diagnostics, command.terminal);
  return diagnostics.HasErrors() ? 1 : 0;
}

}  // namespace

const Command kLoginCommand = {
    .name = "login",
    .synopsis = "Obtain and save credentials for a remote host",
    .usage = "parterre [global options] login [hostname]",
    .help =
        "Gets an API token of the host, app.terraform.io if none is named, and keeps it for later commands: "
        "in the\nconfigured credentials helper, or in ~/.terraform.d/credentials.tfrc.json. Hosts with a "
        "login service are signed in\nto by a browser; others that make tokens on a page of theirs have one "
        "pasted here.",
    .options = kOptions,
    .run = RunLogin,
};

}  // namespace cli::commands
