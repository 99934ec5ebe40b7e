"""Asking peers that do not mean well: each of them costs a bounded time, a bounded memory, and one fault."""

import gzip
import socket
import ssl
import threading
import time
import tracemalloc
from contextlib import contextmanager, suppress
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
from federation.signatures import Request, verify
from federation.transport import PeerFault, check_url, is_allowed, tls_context
from tests.federation.nodes import serving

CAP = 200_000
LONG_AGO_S = 20
"""A drip that nobody leaves goes on for ever."""


@pytest.fixture
def client():
    client = PeerClient(SigningKey.generate(), allow_private=True, deadline_s=30)
    yield client
    client.close()


@contextmanager
def answering(status="200 OK", headers=(), body=b"{}"):
    """A peer that gives the same answer to everything; yields its address and what it was asked."""
    asked = []

    def app(environ, start):
        asked.append({**environ, "body": environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))})
        start(status, [("Content-Length", str(len(body))), *headers])
        return [body]

    with serving(app) as port:
        yield f"http://127.0.0.1:{port}", asked


@contextmanager
def talking(talk, tls=None):
    """A peer that does with its socket what `talk` does; yields its address."""
    listener = socket.create_server(("127.0.0.1", 0))
    over = threading.Event()

    def serve():
        with listener:
            connection, _ = listener.accept()
            connection.settimeout(5)
            with connection, suppress(OSError):
                wire = tls.wrap_socket(connection, server_side=True) if tls else connection
                with wire:
                    wire.recv(65_536)
                    talk(wire, over)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield f"{'https' if tls else 'http'}://127.0.0.1:{listener.getsockname()[1]}"
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


def test_what_is_sent_is_what_was_signed():
    key = SigningKey.generate()
    client = PeerClient(key, allow_private=True, deadline_s=30)
    with answering() as (url, asked):
        client.get(f"{url}/lavoro", "/federation/changes?after=0&limit=2")
        client.post(f"{url}/lavoro", "/federation/join", {"name": "Travedona-Monate, la città"})
        client.post(f"{url}/lavoro", "/federation/ping")
    client.close()
    assert [environ["REQUEST_METHOD"] for environ in asked] == ["GET", "POST", "POST"]
    assert asked[2]["CONTENT_LENGTH"] == "0"
    for environ in asked:
        told = {"Signature": environ["HTTP_SIGNATURE"], "Signature-Input": environ["HTTP_SIGNATURE_INPUT"]}
        if "HTTP_CONTENT_DIGEST" in environ:
            told["Content-Digest"] = environ["HTTP_CONTENT_DIGEST"]
        request = Request(environ["REQUEST_METHOD"], url + environ["REQUEST_URI"], told)
        assert verify(request, environ["body"], {key.kid: key.public}.get, datetime.now(UTC)) == key.kid


def test_a_node_below_a_path_is_asked_below_that_path(client):
    with answering() as (url, asked):
        client.get(f"{url}/lavoro", "/federation/heads")
    assert asked[0]["REQUEST_URI"] == "/lavoro/federation/heads"


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "307 Temporary", "308 Permanent"])
def test_a_redirect_is_not_followed(client, status):
    with answering(body=b"secret") as (aim, asked), answering(status, [("Location", aim)]) as (url, _):
        assert fault_of(client, url).code == "redirect"
    assert asked == []


def test_the_body_of_a_redirect_is_not_unfolded(client):
    bomb = gzip.compress(bytes(100_000_000), mtime=0)
    headers = [("Location", "/elsewhere"), ("Content-Encoding", "gzip")]
    with answering("302 Found", headers, bomb) as (url, asked):
        tracemalloc.start()
        fault = fault_of(client, url)
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert (fault.code, len(asked)) == ("redirect", 1)
    assert most < 10_000_000


def test_an_endless_body_is_cut_off(client):
    def talk(connection, over):
        connection.sendall(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
        while not over.is_set():
            connection.sendall(b"x" * 65_536)

    with talking(talk) as url:
        assert fault_of(client, url).code == "size"


@pytest.mark.parametrize(
    "opening",
    [
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;",
        b"HTTP/1.1 200 OK\r\nX-Long: ",
    ],
    ids=["chunk", "chunk line", "header"],
)
def test_a_piece_without_an_end_fills_no_memory(client, opening):
    def talk(connection, over):
        connection.sendall(opening)
        while not over.is_set():
            connection.sendall(b"x" * 65_536)

    tracemalloc.start()
    with talking(talk) as url:
        assert fault_of(client, url).code in {"size", "truncated", "unreachable"}
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 5_000_000


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
    assert time.monotonic() - began < LONG_AGO_S


def test_a_peer_that_drips_under_tls_is_left_at_the_deadline(certificate):
    client = trusting(certificate)
    began = time.monotonic()
    with talking(drip(b"HTTP/1.1 200 OK\r\nX-Slow: "), serving_tls(certificate)) as url:
        assert fault_of(client, url, deadline_s=0.6).code == "deadline"
    assert time.monotonic() - began < LONG_AGO_S


def test_a_peer_that_drips_its_tls_handshake_is_left_at_the_deadline(client):
    began = time.monotonic()
    with talking(drip(b"\x16\x03\x03\x40\x00")) as url:
        assert fault_of(client, url.replace("http", "https"), deadline_s=0.4).code == "deadline"
    assert time.monotonic() - began < LONG_AGO_S


def test_a_peer_that_takes_nothing_is_left_at_the_deadline(client):
    with talking(lambda _, over: over.wait(3)) as url, pytest.raises(PeerFault) as caught:
        client.post(url, "/", {"much": "x" * 20_000_000}, deadline_s=0.4)
    assert caught.value.code == "deadline"


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


def test_the_address_that_was_judged_is_the_one_connected_to(client, monkeypatch):
    with answering() as (url, asked):
        port = int(url.rpartition(":")[2])
        answers = [[("169.254.169.254", port), ("127.0.0.1", port)], [("127.0.0.2", 1)]]
        monkeypatch.setattr(
            socket, "getaddrinfo", lambda *_, **__: [(socket.AF_INET, 1, 6, "", told) for told in answers.pop(0)]
        )
        assert client.get(f"http://gavirate.example:{port}", "/").status == 200
    assert asked[0]["HTTP_HOST"] == f"gavirate.example:{port}"
    assert len(answers) == 1


def test_the_environment_has_no_say(client, monkeypatch, tmp_path):
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY", "REQUESTS_CA_BUNDLE"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login somebody password secret")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    with answering() as (url, asked):
        assert client.get(url, "/").status == 200
    assert "HTTP_AUTHORIZATION" not in asked[0]


def test_no_cookie_is_kept(client):
    with answering(headers=[("Set-Cookie", "who=you; Path=/")]) as (url, asked):
        client.get(url, "/")
        client.get(url, "/")
    assert "HTTP_COOKIE" not in asked[1]
    assert list(client._session.cookies) == []


def test_an_etag_that_cannot_be_sent_back_is_a_fault(client):
    with answering() as (url, asked):
        assert fault_of(client, url, etag='"a\r\n b"').code == "unreachable"
    assert asked == []


def test_a_connection_is_kept(client):
    with answering() as (url, asked):
        for _ in range(3):
            client.get(url, "/")
    assert len({environ["REMOTE_PORT"] for environ in asked}) == 1


@pytest.mark.parametrize("is_read", [False, True], ids=["at once", "when asked again"])
def test_a_kept_connection_that_the_peer_closes_is_opened_again(client, is_read):
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(5)

    def serve():
        for _ in range(2):
            connection, _ = listener.accept()
            with connection:
                connection.settimeout(5)
                connection.recv(65_536)
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
                if is_read:
                    connection.recv(65_536)

    thread = threading.Thread(target=serve)
    thread.start()
    with listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        assert client.get(url, "/").json() == {}
        assert client.get(url, "/").json() == {}
        client.close()
        thread.join()


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


def serving_tls(certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate / "cert.pem", certificate / "key.pem")
    return context


@contextmanager
def over_tls(certificate):
    def app(_, start):
        start("200 OK", [("Content-Length", "2")])
        return [b"{}"]

    server = make_server("127.0.0.1", 0, app, ssl_context=serving_tls(certificate))
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
    return PeerClient(SigningKey.generate(), allow_private=True, deadline_s=30, tls=context)


def test_tls_is_spoken_with_whom_the_certificate_names(certificate):
    client = trusting(certificate)
    with over_tls(certificate) as port:
        assert client.get(f"https://127.0.0.1:{port}", "/").json() == {}
        client.close()
        assert "Hostname mismatch" in fault_of(client, f"https://localhost:{port}").detail
    client.close()


def test_tls_asks_for_the_name_and_not_for_the_address(certificate, monkeypatch):
    client = trusting(certificate)
    names = []
    context = serving_tls(certificate)
    context.sni_callback = lambda _socket, name, _context: names.append(name)
    with talking(lambda peer, _: peer.sendall(b"HTTP/1.1 204 OK\r\n\r\n"), context) as url:
        port = int(url.rpartition(":")[2])
        monkeypatch.setattr(
            socket, "getaddrinfo", lambda *_, **__: [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]
        )
        assert client.get(f"https://gavirate.example:{port}", "/").status == 204
    assert names == ["gavirate.example"]
    client.close()


def test_the_shared_context_is_left_as_it_was(certificate):
    context = tls_context()
    context.load_verify_locations(certificate / "cert.pem")
    before = context.cert_store_stats()
    client = PeerClient(SigningKey.generate(), allow_private=True, deadline_s=30, tls=context)
    with over_tls(certificate) as port:
        client.get(f"https://127.0.0.1:{port}", "/")
    client.close()
    assert (context.cert_store_stats(), context.verify_mode, context.check_hostname) == (
        before,
        ssl.CERT_REQUIRED,
        True,
    )


def test_a_certificate_that_nobody_vouches_for_is_refused(client, certificate):
    with over_tls(certificate) as port:
        assert "CERTIFICATE_VERIFY_FAILED" in fault_of(client, f"https://127.0.0.1:{port}").detail
