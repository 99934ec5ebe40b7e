"""Asking peers that do not mean well: each of them costs a bounded time, a bounded memory, and one fault."""

import gzip
import socket
import ssl
import threading
import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

import pytest
import zstandard
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from werkzeug.serving import make_server

from federation.client import PeerClient
from federation.keys import SigningKey
from federation.transport import PeerFault, check_url, is_allowed, tls_context
from tests.federation.nodes import serving

CAP = 200_000


@pytest.fixture
def client():
    client = PeerClient(SigningKey.generate(), allow_private=True, deadline_s=5)
    yield client
    client.close()


@contextmanager
def answering(status="200 OK", headers=(), body=b"{}"):
    """A peer that gives the same answer to everything; yields its address and what it was asked."""
    asked = []

    def app(environ, start):
        asked.append(environ)
        start(status, [("Content-Length", str(len(body))), *headers])
        return [body]

    with serving(app) as port:
        yield f"http://127.0.0.1:{port}", asked


@contextmanager
def talking(talk):
    """A peer that does with its socket what `talk` does; yields its address."""
    listener = socket.create_server(("127.0.0.1", 0))
    over = threading.Event()

    def serve():
        with listener:
            connection, _ = listener.accept()
            with connection:
                connection.settimeout(5)
                connection.recv(65_536)
                try:
                    talk(connection, over)
                except OSError:
                    return

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        over.set()
        thread.join()


def fault_of(client, url, **options):
    with pytest.raises(PeerFault) as caught:
        client.get(url, "/federation/changes", **{"cap": CAP, **options})
    return caught.value


def test_an_answer_is_read(client):
    with answering(body=b'{"a": 1}') as (url, asked):
        assert client.get(url, "/federation/heads?x=1").json() == {"a": 1}
    assert asked[0]["REQUEST_URI"] == "/federation/heads?x=1"
    assert asked[0]["HTTP_HOST"] == url.removeprefix("http://")
    assert 'tag="cdl-1"' in asked[0]["HTTP_SIGNATURE_INPUT"]


def test_a_node_below_a_path_is_asked_below_that_path(client):
    with answering() as (url, asked):
        client.get(f"{url}/lavoro", "/federation/heads")
    assert asked[0]["REQUEST_URI"] == "/lavoro/federation/heads"


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "307 Temporary", "308 Permanent"])
def test_a_redirect_is_not_followed(client, status):
    with answering(body=b"secret") as (aim, asked), answering(status, [("Location", aim)]) as (url, _):
        assert fault_of(client, url).code == "redirect"
    assert asked == []


def test_an_endless_body_is_cut_off(client):
    def talk(connection, over):
        connection.sendall(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
        while not over.is_set():
            connection.sendall(b"x" * 65_536)

    with talking(talk) as url:
        assert fault_of(client, url).code == "size"


def test_a_declared_length_beyond_the_cap_is_cut_off(client):
    with answering(body=b"x" * (CAP + 1)) as (url, _):
        assert fault_of(client, url).code == "size"


@pytest.mark.parametrize(
    ("encoding", "bomb"),
    [
        ("zstd", zstandard.ZstdCompressor().compress(bytes(200_000_000))),
        ("gzip", gzip.compress(bytes(20_000_000), mtime=0)),
    ],
    ids=["zstd", "gzip"],
)
def test_a_compression_bomb_unfolds_no_further_than_the_cap(client, encoding, bomb):
    with answering(headers=[("Content-Encoding", encoding)], body=bomb) as (url, _):
        fault = fault_of(client, url)
    assert (fault.code, str(CAP) in fault.detail) == ("size", True)


def test_a_zstd_frame_that_wants_a_huge_window_is_refused(client):
    parameters = zstandard.ZstdCompressionParameters(window_log=27)
    packer = zstandard.ZstdCompressor(compression_params=parameters).compressobj()
    frame = packer.compress(bytes(1000)) + packer.flush()
    with answering(headers=[("Content-Encoding", "zstd")], body=frame) as (url, _):
        assert fault_of(client, url).code == "encoding"


@pytest.mark.parametrize("encoding", ["zstd", "gzip"])
def test_what_is_not_compressed_as_it_says_is_a_fault(client, encoding):
    with answering(headers=[("Content-Encoding", encoding)], body=b"plain text") as (url, _):
        assert fault_of(client, url).code == "encoding"


@pytest.mark.parametrize(
    "body",
    [gzip.compress(b"a page" * 500, mtime=0)[:-9], gzip.compress(b"one", mtime=0) + gzip.compress(b"two", mtime=0)],
    ids=["cut", "doubled"],
)
def test_a_gzip_stream_that_ends_elsewhere_than_the_answer_is_a_fault(client, body):
    with answering(headers=[("Content-Encoding", "gzip")], body=body) as (url, _):
        assert fault_of(client, url).code == "truncated"


@pytest.mark.parametrize("encoding", ["br", "deflate", "gzip, gzip"])
def test_an_encoding_nobody_asked_for_is_a_fault(client, encoding):
    with answering(headers=[("Content-Encoding", encoding)], body=b"x") as (url, _):
        assert fault_of(client, url).code == "encoding"


def drip(head):
    def talk(connection, over):
        connection.sendall(head)
        while not over.wait(0.05):
            connection.sendall(b"x")

    return talk


@pytest.mark.parametrize(
    "head",
    [
        b"HTTP/1.1 200 OK\r\nX-Slow: ",
        b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;",
    ],
)
def test_a_peer_that_drips_is_left_at_the_deadline(client, head):
    began = time.monotonic()
    with talking(drip(head)) as url:
        assert fault_of(client, url, deadline_s=0.4).code == "deadline"
    assert time.monotonic() - began < 2


def test_a_silent_peer_is_left_at_the_deadline(client):
    with talking(lambda _, over: over.wait(3)) as url:
        assert fault_of(client, url, deadline_s=0.3).code == "deadline"


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel",
    ],
)
def test_an_answer_that_breaks_off_is_not_taken_for_whole(client, answer):
    with talking(lambda connection, _: connection.sendall(answer)) as url:
        assert fault_of(client, url).code == "truncated"


def test_what_is_not_http_is_a_fault(client):
    with talking(lambda connection, _: connection.sendall(b"220 smtp ready\r\n")) as url:
        assert fault_of(client, url).code == "unreachable"


def test_nobody_listening_is_a_fault(client):
    assert fault_of(client, "http://127.0.0.1:1").code == "unreachable"
    assert fault_of(client, "http://nowhere.invalid").code == "unreachable"


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1",
        "https://localhost",
        "https://[::1]",
        "https://10.0.0.1",
        "https://169.254.169.254",
        "https://0.0.0.0",
    ],
)
def test_a_name_that_leads_into_a_private_net_is_not_connected_to(url):
    client = PeerClient(SigningKey.generate(), allow_private=False, deadline_s=2)
    assert fault_of(client, url).code == "address"


@pytest.mark.parametrize(
    ("address", "in_private", "in_public"),
    [
        ("8.8.8.8", True, True),
        ("2001:4860:4860::8888", True, True),
        ("127.0.0.1", True, False),
        ("192.168.1.1", True, False),
        ("fd00::1", True, False),
        ("::1", True, False),
        ("::ffff:127.0.0.1", True, False),
        ("64:ff9b::10.0.0.1", True, False),
        ("2002:7f00:1::", True, False),
        ("169.254.169.254", False, False),
        ("::ffff:169.254.169.254", False, False),
        ("fe80::1%eth0", False, False),
        ("0.0.0.0", False, False),  # noqa: S104
        ("224.0.0.1", False, False),
        ("100.64.0.1", False, False),
    ],
)
def test_which_addresses_peers_may_have(address, in_private, in_public):
    assert ip_address(address.partition("%")[0])
    assert is_allowed(address, allow_private=True) is in_private
    assert is_allowed(address, allow_private=False) is in_public


@pytest.mark.parametrize(
    "url",
    ["http://gavirate.example", "ftp://gavirate.example", "https://", "https://user:pass@gavirate.example", "https://gavirate.example/?x=1",
     "https://gavirate.example/#x", "https://gavirate.example:99999", "https://gavi rate.example", "https://gaviraté.example", "gavirate.example"],
)  # fmt: skip
def test_only_a_plain_https_address_is_one(url):
    with pytest.raises(PeerFault) as caught:
        check_url(url)
    assert caught.value.code == "url"


def test_the_environment_has_no_say(client, monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY", "REQUESTS_CA_BUNDLE"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    with answering() as (url, _):
        assert client.get(url, "/").status == 200


def test_a_connection_is_kept_and_opened_again_when_the_peer_has_closed_it(client):
    with answering() as (url, asked):
        for _ in range(3):
            client.get(url, "/")
        assert len({environ["REMOTE_PORT"] for environ in asked}) == 1
        kept = client._idle[place_of(url, True)][0]
        kept._wire.sock.shutdown(socket.SHUT_RDWR)
        assert client.get(url, "/").status == 200
        assert len({environ["REMOTE_PORT"] for environ in asked}) == 2


def test_a_problem_is_told_with_its_reason_and_retry_after(client):
    body = b'{"title": "Too Many", "status": 429, "detail": "slow\\u0007 down"}'
    with answering("429 Too Many Requests", [("Retry-After", "17")], body) as (url, _):
        fault = fault_of(client, url)
    assert (fault.code, fault.detail, fault.retry_after_s) == ("http-429", "slow down", 17)


def test_a_wrong_clock_is_named_when_the_signature_is_stale():
    client = PeerClient(SigningKey.generate(), True, lambda: datetime.now(UTC) + timedelta(minutes=20))
    with answering("401 Unauthorized", body=b"{}") as (url, _):
        assert "ahead of the peer's" in fault_of(client, url).detail
    client.close()


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate for gavirate.example and 127.0.0.1, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "gavirate.example")])
    names = x509.SubjectAlternativeName([x509.DNSName("gavirate.example"), x509.IPAddress(ip_address("127.0.0.1"))])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder(
        name, name, key.public_key(), x509.random_serial_number(), now, now + timedelta(days=1)
    )
    signed = (
        made.add_extension(names, False)
        .add_extension(x509.BasicConstraints(True, None), True)
        .sign(key, hashes.SHA256())
    )
    folder = tmp_path_factory.mktemp("tls")
    (folder / "cert.pem").write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return folder


@contextmanager
def over_tls(certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate / "cert.pem", certificate / "key.pem")

    def app(_, start):
        start("200 OK", [("Content-Length", "2")])
        return [b"{}"]

    server = make_server("127.0.0.1", 0, app, ssl_context=context)
    server.log = lambda *_: None
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def trusting(certificate):
    context = tls_context()
    context.load_verify_locations(certificate / "cert.pem")
    return PeerClient(SigningKey.generate(), allow_private=True, deadline_s=3, tls=context)


def test_tls_is_spoken_with_whom_the_certificate_names(certificate):
    client = trusting(certificate)
    with over_tls(certificate) as port:
        assert client.get(f"https://127.0.0.1:{port}", "/").json() == {}
        client.close()
        assert "Hostname mismatch" in fault_of(client, f"https://localhost:{port}").detail
    client.close()


def test_a_certificate_that_nobody_vouches_for_is_refused(client, certificate):
    with over_tls(certificate) as port:
        assert "CERTIFICATE_VERIFY_FAILED" in fault_of(client, f"https://127.0.0.1:{port}").detail
