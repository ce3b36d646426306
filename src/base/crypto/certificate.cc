#include "base/crypto/certificate.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <array>

#include "base/crypto/openssl_pointers.h"

namespace base::crypto {
namespace {

using Key = Owned<EVP_PKEY, EVP_PKEY_free>;
using Certificate = Owned<X509, X509_free>;
using Extension = Owned<X509_EXTENSION, X509_EXTENSION_free>;

constexpr long kPast = -30;
constexpr int kDays = 30 * 365;

bool SetSerial(X509* certificate) {
  std::array<unsigned char, 16> bytes;
  if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) return false;
  Owned<BIGNUM, BN_free> number(BN_bin2bn(bytes.data(), static_cast<int>(bytes.size()), nullptr));
  return number && BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) != nullptr;
}

bool SetSubject(X509* certificate, const std::string& organization) {
  X509_NAME* name = X509_get_subject_name(certificate);
  auto add = [&](const char* field, const std::string& text) {
    return X509_NAME_add_entry_by_txt(name, field, MBSTRING_UTF8,
                                      reinterpret_cast<const unsigned char*>(text.data()),
                                      static_cast<int>(text.size()), -1, 0) == 1;
  };
  return add("O", organization) && add("CN", "localhost") && X509_set_issuer_name(certificate, name) == 1;
}

bool AddExtensions(X509* certificate) {
  constexpr std::pair<int, const char*> kExtensions[] = {
      {NID_basic_constraints, "critical,CA:TRUE"},
      {NID_key_usage, "critical,digitalSignature,keyEncipherment,keyAgreement,keyCertSign"},
      {NID_ext_key_usage, "clientAuth,serverAuth"},
      {NID_subject_alt_name, "DNS:localhost"}};
  for (const auto& [id, text] : kExtensions) {
    Extension extension(X509V3_EXT_conf_nid(nullptr, nullptr, id, text));
    if (!extension || X509_add_ext(certificate, extension.get(), -1) != 1) return false;
  }
  return true;
}

}  // namespace

core::Result<std::string> MakeLocalhostCertificate(const PrivateKey& private_key,
                                                   const std::string& organization) {
  std::string key_pem = private_key.ToPkcs8Pem();
  Bio key_text(BIO_new_mem_buf(key_pem.data(), static_cast<int>(key_pem.size())));
  Key key(PEM_read_bio_PrivateKey(key_text.get(), nullptr, nullptr, nullptr));
  Certificate certificate(X509_new());
  Bio out(BIO_new(BIO_s_mem()));
  X509* x509 = certificate.get();
  constexpr long kVersion3 = 2;
  bool made = key && x509 && out && X509_set_version(x509, kVersion3) == 1 && SetSerial(x509) &&
              X509_gmtime_adj(X509_getm_notBefore(x509), kPast) &&
              X509_time_adj_ex(X509_getm_notAfter(x509), kDays, 0, nullptr) &&
              SetSubject(x509, organization) && X509_set_pubkey(x509, key.get()) == 1 &&
              AddExtensions(x509) && X509_sign(x509, key.get(), EVP_sha256()) > 0 &&
              PEM_write_bio_X509(out.get(), x509) == 1;
  if (!made) return core::Error("no certificate could be made");
  char* text = nullptr;
  long size = BIO_get_mem_data(out.get(), &text);
  return std::string(text, static_cast<size_t>(size));
}

}  // namespace base::crypto
