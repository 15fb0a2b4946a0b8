"""Certificates for libvirt's TLS: an authority, a server and a client, where libvirt looks for them."""

import contextlib
import pathlib
import subprocess
import tempfile


def openssl(*arguments):
    subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True, text=True)


def key_and_certificate(folder, name, subject, signed_by=None, extensions=()):
    """Makes NAMEkey.pem and NAMEcert.pem; without an authority it is one."""
    key, certificate = folder / f"{name}key.pem", folder / f"{name}cert.pem"
    signing = ["-CA", folder / f"{signed_by}cert.pem", "-CAkey", folder / f"{signed_by}key.pem"] if signed_by else []
    added = [part for extension in extensions for part in ("-addext", extension)]
    openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", 2,
            "-subj", f"/CN={subject}", "-keyout", key, "-out", certificate, *signing, *added)


def make_certificates(folder, address):
    """cacert.pem, servercert.pem, serverkey.pem, clientcert.pem and clientkey.pem in the folder."""
    key_and_certificate(folder, "ca", "lab authority", extensions=["keyUsage=keyCertSign"])
    leaf = ["basicConstraints=critical,CA:false", "keyUsage=digitalSignature"]
    key_and_certificate(folder, "server", "lab host", "ca",
                        [*leaf, "extendedKeyUsage=serverAuth", f"subjectAltName=IP:{address}"])
    key_and_certificate(folder, "client", "lab portal", "ca", [*leaf, "extendedKeyUsage=clientAuth"])


@contextlib.contextmanager
def client_certificates(folder):
    """Where libvirt's clients look when root runs them; /etc is covered meanwhile, for the caller's mounts alone."""
    with tempfile.TemporaryDirectory() as cover:
        subprocess.run(["mount", "-t", "tmpfs", "tmpfs", cover], check=True)
        try:
            for name in ("upper", "work"):
                pathlib.Path(cover, name).mkdir()
            subprocess.run(["mount", "-t", "overlay", "overlay", "-o",
                            f"lowerdir=/etc,upperdir={cover}/upper,workdir={cover}/work", "/etc"], check=True)
            try:
                for source, target in (("cacert", "CA/cacert"), ("clientcert", "libvirt/clientcert"),
                                       ("clientkey", "libvirt/private/clientkey")):
                    place = pathlib.Path(f"/etc/pki/{target}.pem")
                    place.parent.mkdir(parents=True, exist_ok=True)
                    place.write_bytes((folder / f"{source}.pem").read_bytes())
                yield
            finally:
                subprocess.run(["umount", "--lazy", "/etc"], check=True)
        finally:
            subprocess.run(["umount", "--lazy", cover], check=True)
