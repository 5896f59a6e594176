"""Certificates of the world: leaves for a few names each, below a P-384 intermediate.

Half of the leaves have RSA-2048 keys, half P-256. All leaves of a kind share one key: the clients
cannot tell, and making a thousand RSA keys would take minutes.
"""

import datetime
import pathlib

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

NOW = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
DAY = datetime.timedelta(days=1)


def _name(text):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _pem(certificate):
    return certificate.public_bytes(serialization.Encoding.PEM)


def _usage(**true):
    names = (
        "digital_signature content_commitment key_encipherment data_encipherment key_agreement"
        " key_cert_sign crl_sign encipher_only decipher_only"
    ).split()
    return x509.KeyUsage(**{name: true.get(name, False) for name in names})


class Authority:
    """A root (RSA-4096), and the intermediate (P-384) that signs the leaves."""

    def __init__(self, folder: pathlib.Path):
        self.folder = folder
        folder.mkdir()
        root_key = rsa.generate_private_key(65537, 4096)
        self.issuer_key = ec.generate_private_key(ec.SECP384R1())
        self.issuer = _name("Benchmark Intermediate")
        root = _name("Benchmark Root")
        self.intermediate = self._authority(self.issuer, self.issuer_key, root, root_key, 0)
        (folder / "ca.pem").write_bytes(_pem(self._authority(root, root_key, root, root_key, 1)))
        self.keys = [
            rsa.generate_private_key(65537, 2048),
            ec.generate_private_key(ec.SECP256R1()),
        ]
        for number, key in enumerate(self.keys):
            (folder / f"{number}.key").write_bytes(
                key.private_bytes(
                    serialization.Encoding.PEM,
                    serialization.PrivateFormat.PKCS8,
                    serialization.NoEncryption(),
                )
            )

    @staticmethod
    def _authority(subject, key, issuer, issuer_key, below):
        return (
            Authority._builder(subject, key, issuer, 3650)
            .add_extension(x509.BasicConstraints(ca=True, path_length=below), critical=True)
            .add_extension(_usage(key_cert_sign=True, crl_sign=True), critical=True)
            .sign(issuer_key, hashes.SHA384())
        )

    @staticmethod
    def _builder(subject, key, issuer, days):
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(NOW - DAY)
            .not_valid_after(NOW + days * DAY)
        )

    def mint(self, file: str, names, kind: int):
        """Writes the chain for `names` to `file` of the folder; `kind` 0 is RSA, 1 is P-256."""
        key = self.keys[kind]
        leaf = (
            # Long enough that stsaudit does not advise of its end.
            self._builder(_name(names[0][:64]), key, self.issuer, 365)
            .add_extension(
                x509.SubjectAlternativeName([x509.DNSName(n) for n in names]), critical=False
            )
            .add_extension(_usage(digital_signature=True), critical=True)
            .add_extension(
                x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False
            )
            .sign(self.issuer_key, hashes.SHA384())
        )
        (self.folder / file).write_bytes(_pem(leaf) + _pem(self.intermediate))
