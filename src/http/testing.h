#pragma once
// For tests: a folder that goes away, and a certificate authority like the project's.

#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "http/certificate.h"

namespace perpetua::http {

class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "perpetua-http-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) std::abort();
    path_ = name;
  }
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  [[nodiscard]] std::string operator/(std::string_view name) const {
    return (path_ / name).string();
  }
  void write(std::string_view name, std::string_view text) const {
    std::filesystem::create_directories((path_ / name).parent_path());
    std::ofstream(path_ / name, std::ios::binary) << text;
  }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// Writes <name>.pem and <name>.key into the folder.
class TestAuthority {
 public:
  struct Leaf {
    std::string dns_name;
    bool is_ed25519 = false;
    std::int64_t not_before = 0;  // seconds since 1970
    std::int64_t not_after = 4'000'000'000;
    bool may_sign = true;
  };

  explicit TestAuthority(const TemporaryFolder& folder, const std::string& name = "ca")
      : folder_(folder), key_(EVP_EC_gen("P-256")), certificate_(X509_new()) {
    begin(certificate_.get(), "CA " + name, 0, 4'000'000'000, key_.get());
    extend(certificate_.get(), NID_basic_constraints, "critical,CA:TRUE");
    extend(certificate_.get(), NID_key_usage, "critical,keyCertSign,cRLSign");
    X509_set_issuer_name(certificate_.get(), X509_get_subject_name(certificate_.get()));
    X509_sign(certificate_.get(), key_.get(), EVP_sha256());
    write_certificate(name, certificate_.get());
  }

  void issue(const std::string& name, const Leaf& leaf) const {
    const KeyPtr key(leaf.is_ed25519 ? EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519")
                                     : EVP_EC_gen("P-256"));
    const X509Ptr certificate(X509_new());
    begin(certificate.get(), leaf.dns_name, leaf.not_before, leaf.not_after, key.get());
    extend(certificate.get(), NID_basic_constraints, "critical,CA:FALSE");
    extend(certificate.get(), NID_key_usage,
           leaf.may_sign ? "critical,digitalSignature" : "critical,keyAgreement");
    extend(certificate.get(), NID_subject_alt_name, "DNS:" + leaf.dns_name);
    X509_set_issuer_name(certificate.get(), X509_get_subject_name(certificate_.get()));
    X509_sign(certificate.get(), key_.get(), EVP_sha256());
    write_certificate(name, certificate.get());
    std::FILE* file = std::fopen((folder_ / (name + ".key")).c_str(), "w");
    PEM_write_PrivateKey(file, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
    std::fclose(file);
  }

 private:
  static void begin(X509* certificate, const std::string& subject, std::int64_t from,
                    std::int64_t to, EVP_PKEY* key) {
    X509_set_version(certificate, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
    ASN1_TIME_set(X509_getm_notBefore(certificate), static_cast<std::time_t>(from));
    ASN1_TIME_set(X509_getm_notAfter(certificate), static_cast<std::time_t>(to));
    X509_set_pubkey(certificate, key);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>(subject.c_str()), -1, -1, 0);
  }
  static void extend(X509* certificate, int nid, const std::string& value) {
    X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, nid, value.c_str());
    X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
  }
  void write_certificate(const std::string& name, X509* certificate) const {
    std::FILE* file = std::fopen((folder_ / (name + ".pem")).c_str(), "w");
    PEM_write_X509(file, certificate);
    std::fclose(file);
  }

  const TemporaryFolder& folder_;
  KeyPtr key_;
  X509Ptr certificate_;
};

}  // namespace perpetua::http
