#include <fmt/format.h>
#include <boost/json/serialize.hpp>

#include "base/core/strings.h"
#include "base/crypto/jws.h"
#include "base/crypto/key.h"
#include "org/console/application.h"
#include "org/console/pages.h"
#include "org/console/widgets.h"

namespace org::console {
namespace {

constexpr int kRsaBits = 2048;

Response ShowAddForm(Visit& visit, const store::App& app, const Html& alert, int status) {
  Url base = ApplicationUrl(app) / "keys";
  Html generate = Element(
      "p", {"The org makes an RSA key pair of 2048 bits, keeps the public half, and shows the private "
            "half once."});
  generate.Add(ActionButton(visit, "Generate new key", base / "generate", "primary"));
  Html paste =
      TextAreaField("key", "Public key", visit.form["key"],
                    "JWK or PEM (BEGIN PUBLIC KEY); RSA of 2048 bits or more, or EC P-256, P-384, P-521. "
                    "Never a private key.",
                    8);
  paste.Add(InputField({.name = "kid",
                        .label = "Key ID",
                        .value = visit.form["kid"],
                        .hint = "Made up from the key when left empty.",
                        .max_length = 255}));
  paste.Add(Element("div", {Class("buttons"), SubmitButton("Save", ""),
                            LinkButton("Cancel", ApplicationUrl(app), "quiet")}));
  Html content = Fragment({alert, Card("Generate a key pair", generate),
                           Card("Or bring your own public key", PostForm(visit, base / "new", paste))});
  return Page(visit, HeadBelow(app, "Add a public key"), content, status);
}

store::Refusal BadKey(std::string_view why) {
  return store::ValidationFailed("JsonWebKey", {std::string(why)});
}

// What was pasted, as a public JWK with kid and use.
store::Outcome<boost::json::object> ReadPublicKey(const Form& form) {
  std::string text = form.Trimmed("key");
  boost::json::object jwk;
  std::string kid = form.Trimmed("kid");
  if (text.find("PRIVATE KEY") != std::string::npos) {
    return BadKey("This is a private key. Keep it, and paste its public half.");
  }
  if (text.starts_with("-----BEGIN")) {
    auto key = base::crypto::PublicKey::FromPem(text);
    if (!key.ok()) return BadKey("The PEM text is not a public key.");
    jwk = key->ToJwk();
    if (kid.empty()) kid = key->Thumbprint();
  } else {
    auto json = base::crypto::ParseJson(text);
    if (!json.ok() || !json->is_object()) return BadKey("The text is neither PEM nor a JSON object.");
    jwk = json->as_object();
    if (jwk.contains("d")) return BadKey("This is a private key. Keep it, and paste its public half.");
    auto key = base::crypto::PublicKey::FromJwk(jwk);
    if (!key.ok()) return BadKey("The JSON object is not a public RSA or EC key.");
    const auto* given = jwk.if_contains("kid");
    if (kid.empty() && given && given->is_string()) kid = given->as_string();
    if (kid.empty()) kid = key->Thumbprint();
  }
  jwk["kid"] = kid;
  if (!jwk.contains("use")) jwk["use"] = "sig";
  return jwk;
}

Response ShowPrivateKey(Visit& visit, const store::App& app, const store::AppKey& key,
                        const std::string& pem) {
  Html warning = Element(
      "p",
      {Class("tip warn"), IconImage(Icon::kWarning),
       Element(
           "span",
           {"This is the only time that the private key is shown, and the org has not kept it. Save it as ",
            Element("code", {"pkcs.pem"}), " beside your configuration, and out of version control."})});
  Html save = Element(
      "div", {Class("buttons"),
              Element("a", {Class("button primary"), Href(Url::Download(pem)),
                            Attribute("download", "pkcs.pem"), IconImage(Icon::kDownload), "Download PEM"}),
              LinkButton("Done", ApplicationUrl(app))});
  Html next = Element("p", {"The Okta provider for Terraform reads it after"});
  next.Add(CodeBlock("convert", "openssl rsa -in pkcs.pem -out rsa.pem", "In the terminal"));
  Html content = Fragment({warning, CodeBlock("private-key", pem, "Private key (PEM)"), save});
  Html page =
      Fragment({Card("Private key", content), Card("Key ID", Copyable("kid", key.kid)), Card("Then", next)});
  return Page(visit, HeadBelow(app, "Your new key"), page);
}

}  // namespace

Response AddKeyPage(Visit& visit) {
  return WithApplication(visit, [&](const store::App& app) { return ShowAddForm(visit, app, {}, 200); });
}

Response GenerateKey(Visit& visit) {
  return WithApplication(visit, [&](const store::App& app) {
    auto key = base::crypto::PrivateKey::GenerateRsa(kRsaBits);
    boost::json::object jwk = key.Public().ToJwk();
    jwk["kid"] = key.Public().Thumbprint();
    jwk["use"] = "sig";
    auto added = store::AddKey(visit.store, visit.actor, app.id, jwk);
    if (!added) return ShowAddForm(visit, app, RefusalAlert(added.refusal()), added.refusal().status);
    return ShowPrivateKey(visit, app, *added, key.ToPkcs8Pem());
  });
}

Response AddPublicKey(Visit& visit) {
  return WithApplication(visit, [&](const store::App& app) {
    auto refused = [&](const store::Refusal& refusal) {
      // A private key that was pasted by mistake must not come back in the page.
      if (visit.form["key"].find("PRIVATE KEY") != std::string::npos ||
          visit.form["key"].find("\"d\"") != std::string::npos) {
        visit.form = Form();
      }
      return ShowAddForm(visit, app, RefusalAlert(refusal), refusal.status);
    };
    auto jwk = ReadPublicKey(visit.form);
    if (!jwk) return refused(jwk.refusal());
    auto added = store::AddKey(visit.store, visit.actor, app.id, *jwk);
    if (!added) return refused(added.refusal());
    return Redirect(visit, ApplicationUrl(app), "The public key was added.");
  });
}

Response ChangeKey(Visit& visit) {
  return WithApplication(visit, [&](const store::App& app) {
    std::string_view key_id = visit.Parameter("key");
    std::string_view operation = visit.Parameter("operation");
    Url back = ApplicationUrl(app);
    if (operation == "delete") {
      return Finish(visit, back, store::DeleteKey(visit.store, visit.actor, app.id, key_id),
                    "The key was deleted.");
    }
    if (operation != "activate" && operation != "deactivate") return NotFoundPage(visit);
    bool active = operation == "activate";
    return Finish(visit, back, store::SetKeyActive(visit.store, visit.actor, app.id, key_id, active),
                  active ? "The key is active." : "The key is inactive.");
  });
}

}  // namespace org::console
