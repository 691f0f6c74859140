#pragma once
// What the rest of http/ needs of OpenSSL's objects: owning pointers and the names in a
// certificate.

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace perpetua::http {

template <auto kFree>
struct Freer {
  void operator()(auto* object) const { kFree(object); }
};
using X509Ptr = std::unique_ptr<X509, Freer<&X509_free>>;
using X509StorePtr = std::unique_ptr<X509_STORE, Freer<&X509_STORE_free>>;
using KeyPtr = std::unique_ptr<EVP_PKEY, Freer<&EVP_PKEY_free>>;

/// kInvalid, naming the file, when there is no such object in it.
[[nodiscard]] Result<X509Ptr> read_certificate(const std::string& path);
[[nodiscard]] Result<KeyPtr> read_private_key(const std::string& path);
/// A store that trusts the file's certificates and nothing else.
[[nodiscard]] Result<X509StorePtr> read_authorities(const std::string& path);

/// The subject alternative names of type dNSName, lower-case.
[[nodiscard]] std::vector<std::string> dns_names(const X509& certificate);

/// Whether one of the names is a single label before `suffix`, such as "dublin" before
/// ".edge.perpetua.test".
[[nodiscard]] bool has_name_under(const X509& certificate, std::string_view suffix);

}  // namespace perpetua::http
