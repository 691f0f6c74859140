"""The project's certificate authority and what it issues; made once per home, renewed in time.

The authority is name-constrained (RFC 5280, 4.2.1.10) to .test, localhost and 127.0.0.0/8, so a
stolen key is worth nothing outside. TLS keys are ECDSA P-256; session keys are Ed25519, as the
tokens' algorithm (EdDSA, RFC 8037) wants them.
"""

import datetime
import ipaddress
import secrets
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from ops.shop import Shop, write_file
from ops.topology import Edge, Region

DAY = datetime.timedelta(days=1)
# Clocks of one project may differ a little: a certificate is valid from shortly before its making.
BACKDATE = datetime.timedelta(minutes=5)
POSITION_SECRET_BYTES = 32


@dataclass(frozen=True)
class Authority:
    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate


def prepare(shop: Shop) -> None:
    """Makes or renews every key and certificate of the shop."""
    authority = _authority(shop)
    bundle = _pem(authority.certificate)
    for region in shop.regions:
        folder = shop.region_folder(region.name) / "tls"
        write_file(folder / "ca.pem", bundle)
        _leaf(shop, authority, folder, "region", _region_names(region))
        _leaf(shop, authority, folder, "session", [dns(region.name, "session")], session=True)
        write_file(folder / "position.secret", _position_secret(shop), mode=0o600)
    for edge in shop.topology.edges:
        folder = shop.edge_folder(edge.name) / "tls"
        write_file(folder / "ca.pem", bundle)
        _leaf(shop, authority, folder, "edge", _edge_names(edge))
        # HAProxy wants certificate and key in one file.
        both = (folder / "edge.pem").read_bytes() + (folder / "edge.key").read_bytes()
        write_file(folder / "edge-with-key.pem", both, mode=0o600)


def dns(name: str, kind: str) -> x509.DNSName:
    return x509.DNSName(f"{name}.{kind}.perpetua.test")


def _region_names(region: Region) -> list[x509.GeneralName]:
    return [dns(region.name, "region"), x509.IPAddress(ipaddress.ip_address(region.address))]


def _edge_names(edge: Edge) -> list[x509.GeneralName]:
    return [dns(edge.name, "edge"), x509.IPAddress(ipaddress.ip_address(edge.address))]


def _authority(shop: Shop) -> Authority:
    key_path, certificate_path = shop.ca / "ca.key", shop.ca / "ca.pem"
    shop.ca.mkdir(parents=True, exist_ok=True, mode=0o700)
    if key_path.exists() and certificate_path.exists():
        key = serialization.load_pem_private_key(key_path.read_bytes(), password=None)
        return Authority(key, x509.load_pem_x509_certificate(certificate_path.read_bytes()))
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name(f"Perpetua project {shop.identity['project'][:8]}")
    constraints = x509.NameConstraints(
        permitted_subtrees=[
            x509.DNSName("test"), x509.DNSName("localhost"),
            x509.IPAddress(ipaddress.ip_network("127.0.0.0/8")),
        ],
        excluded_subtrees=None,
    )
    days = shop.topology.certificates.authority_days
    certificate = (
        _builder(name, name, key.public_key(), days)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_key_usage(key_cert_sign=True, crl_sign=True), critical=True)
        .add_extension(constraints, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    write_file(key_path, _private_pem(key), mode=0o600)
    write_file(certificate_path, _pem(certificate))
    return Authority(key, certificate)


def _leaf(shop: Shop, authority: Authority, folder: Path, stem: str,
          names: list[x509.GeneralName], *, session: bool = False) -> None:
    """Issues folder/stem.pem and folder/stem.key unless a good one is there."""
    key_path, certificate_path = folder / f"{stem}.key", folder / f"{stem}.pem"
    days = shop.topology.certificates
    if key_path.exists() and certificate_path.exists():
        present = x509.load_pem_x509_certificate(certificate_path.read_bytes())
        left = present.not_valid_after - _now()
        same = list(present.extensions.get_extension_for_class(
            x509.SubjectAlternativeName).value) == names
        if left > days.renew_before_days * DAY and same and _issued_by(authority, present):
            return
    key = ed25519.Ed25519PrivateKey.generate() if session else ec.generate_private_key(
        ec.SECP256R1())
    builder = (
        _builder(_name(str(names[0].value)), authority.certificate.subject, key.public_key(),
                 days.leaf_days)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_key_usage(digital_signature=True), critical=True)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.key.public_key()),
            critical=False)
    )
    if not session:
        usage = [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
        builder = builder.add_extension(x509.ExtendedKeyUsage(usage), critical=False)
    # The key first: a certificate without its key would look complete to the check above.
    certificate = builder.sign(authority.key, hashes.SHA256())
    certificate_path.unlink(missing_ok=True)
    write_file(key_path, _private_pem(key), mode=0o600)
    write_file(certificate_path, _pem(certificate))


def _issued_by(authority: Authority, leaf: x509.Certificate) -> bool:
    try:
        authority.key.public_key().verify(
            leaf.signature, leaf.tbs_certificate_bytes, ec.ECDSA(leaf.signature_hash_algorithm))
    except InvalidSignature:
        return False
    return True


def _position_secret(shop: Shop) -> bytes:
    """Key id, one byte, then the 32 bytes of the key, as two words in hexadecimal."""
    path = shop.ca / "position.secret"
    if not path.exists():
        key = secrets.token_hex(POSITION_SECRET_BYTES)
        write_file(path, f"{shop.identity['position_key']:02x} {key}\n", mode=0o600)
    return path.read_bytes()


def _now() -> datetime.datetime:
    return datetime.datetime.utcnow()


def _builder(subject, issuer, public_key, days: int) -> x509.CertificateBuilder:
    now = _now()
    return (
        x509.CertificateBuilder()
        .subject_name(subject).issuer_name(issuer).public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - BACKDATE).not_valid_after(now + days * DAY)
    )


def _name(common: str) -> x509.Name:
    # A common name holds 64 characters at most (RFC 5280); the full name is in the SAN.
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common[:64])])


def _key_usage(**allowed: bool) -> x509.KeyUsage:
    names = ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment",
             "key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only")
    return x509.KeyUsage(**{name: allowed.get(name, False) for name in names})


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _private_pem(key) -> bytes:
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                             serialization.NoEncryption())
