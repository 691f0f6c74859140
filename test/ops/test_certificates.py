"""The project's certificate authority."""

import datetime
import subprocess

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from ops import ca
from ops.shop import Shop


@pytest.fixture
def shop(tmp_path):
    shop = Shop.open(str(tmp_path / "h"), 8080)
    ca.prepare(shop)
    return shop


def verifies(shop, path) -> bool:
    return subprocess.run(["openssl", "verify", "-x509_strict", "-CAfile", str(shop.ca / "ca.pem"),
                           str(path)], capture_output=True, check=False).returncode == 0


def issued(shop):
    return [*shop.home.glob("regions/*/tls/region.pem"), *shop.home.glob("regions/*/tls/session.pem"),
            *shop.home.glob("edges/*/tls/edge.pem")]


def test_what_is_issued_verifies(shop):
    assert len(issued(shop)) == 5
    assert all(verifies(shop, path) for path in issued(shop))


def test_the_names_tell_what_a_certificate_is_for(shop):
    for path in issued(shop):
        kind = path.stem
        names = x509.load_pem_x509_certificate(path.read_bytes()).extensions \
            .get_extension_for_class(x509.SubjectAlternativeName).value \
            .get_values_for_type(x509.DNSName)
        assert names == [f"{path.parent.parent.name}.{kind}.perpetua.test"]


def test_secrets_are_for_their_owner_alone(shop):
    secrets = [*shop.home.rglob("*.key"), *shop.home.rglob("*.secret"),
               *shop.home.rglob("edge-with-key.pem")]
    assert len(secrets) == 1 + 2 * 2 + 1 + 3 + 1
    assert {path.stat().st_mode & 0o777 for path in secrets} == {0o600}


def test_the_authority_is_worth_nothing_outside_the_project(shop, tmp_path):
    authority = ca._authority(shop)
    for name, good in (("shop.example.com", False), ("x.region.perpetua.test", True)):
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = (
            ca._builder(ca._name(name), authority.certificate.subject, key.public_key(), 5)
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(
                authority.key.public_key()), critical=False)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()),
                           critical=False)
            .sign(authority.key, hashes.SHA256()))
        path = tmp_path / "leaf.pem"
        path.write_bytes(ca._pem(certificate))
        assert verifies(shop, path) is good


def test_nothing_is_made_anew_while_it_is_good(shop):
    before = {path: path.read_bytes() for path in shop.home.rglob("*") if path.is_file()}
    ca.prepare(shop)
    assert {path: path.read_bytes() for path in before} == before


def test_what_expires_soon_is_renewed_and_the_authority_stays(shop, monkeypatch):
    authority = (shop.ca / "ca.pem").read_bytes()
    before = {path: path.read_bytes() for path in issued(shop)}

    later = datetime.datetime.utcnow() + datetime.timedelta(days=65)
    monkeypatch.setattr(ca, "_now", lambda: later)
    ca.prepare(shop)
    assert (shop.ca / "ca.pem").read_bytes() == authority
    assert all(path.read_bytes() != content for path, content in before.items())


def test_another_authoritys_certificates_are_replaced(shop):
    for name in ("ca.key", "ca.pem"):
        (shop.ca / name).unlink()
    ca.prepare(shop)
    assert all(verifies(shop, path) for path in issued(shop))
