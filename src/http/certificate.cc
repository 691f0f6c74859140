#include "http/certificate.h"

#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <cstdio>

namespace perpetua::http {
namespace {

using FilePtr = std::unique_ptr<std::FILE, Freer<&std::fclose>>;
using NamesPtr = std::unique_ptr<GENERAL_NAMES, Freer<&GENERAL_NAMES_free>>;

}  // namespace

Result<X509Ptr> read_certificate(const std::string& path) {
  const FilePtr file(std::fopen(path.c_str(), "r"));
  if (!file) return fail(ErrorCode::kInvalid, path + ": cannot be read");
  X509Ptr certificate(PEM_read_X509(file.get(), nullptr, nullptr, nullptr));
  if (!certificate) return fail(ErrorCode::kInvalid, path + ": holds no PEM certificate");
  return certificate;
}

Result<KeyPtr> read_private_key(const std::string& path) {
  const FilePtr file(std::fopen(path.c_str(), "r"));
  if (!file) return fail(ErrorCode::kInvalid, path + ": cannot be read");
  KeyPtr key(PEM_read_PrivateKey(file.get(), nullptr, nullptr, nullptr));
  if (!key) return fail(ErrorCode::kInvalid, path + ": holds no PEM private key");
  return key;
}

Result<X509StorePtr> read_authorities(const std::string& path) {
  const FilePtr file(std::fopen(path.c_str(), "r"));
  if (!file) return fail(ErrorCode::kInvalid, path + ": cannot be read");
  X509StorePtr store(X509_STORE_new());
  int added = 0;
  while (X509Ptr certificate{PEM_read_X509(file.get(), nullptr, nullptr, nullptr)})
    added += X509_STORE_add_cert(store.get(), certificate.get());
  if (added == 0) return fail(ErrorCode::kInvalid, path + ": holds no PEM certificate");
  return store;
}

std::vector<std::string> dns_names(const X509& certificate) {
  std::vector<std::string> found;
  const NamesPtr names(static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(&certificate, NID_subject_alt_name, nullptr, nullptr)));
  for (int i = 0; names && i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(names.get(), i);
    if (name->type != GEN_DNS) continue;
    const ASN1_IA5STRING* text = name->d.dNSName;
    std::string lower(reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
                      static_cast<std::size_t>(ASN1_STRING_length(text)));
    for (char& c : lower)
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    found.push_back(std::move(lower));
  }
  return found;
}

bool has_name_under(const X509& certificate, std::string_view suffix) {
  return std::ranges::any_of(dns_names(certificate), [suffix](const std::string& name) {
    return name.size() > suffix.size() && name.ends_with(suffix) &&
           name.find('.') == name.size() - suffix.size();
  });
}

}  // namespace perpetua::http
