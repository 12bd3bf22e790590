"""A token provider of our own: gives tokens over TLS as OpenID Connect does, and tells Dovecot whether they hold."""

import itertools
import json
import ssl
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import trustme


class Provider:
    """What it knows and what it was asked. `secret`, `certificate` and `refresh_tokens` are what it accepts."""

    def __init__(self, ca: trustme.CA) -> None:
        self.secret = "klienthemlighet"
        self.certificate = ""
        self.refresh_tokens = {"första"}
        self.owners: dict[str, str] = {}
        self.owner = "nobody"
        self.asked: list[dict[str, str]] = []
        self.error: tuple[int, dict[str, str]] | None = None
        self._numbers = itertools.count(1)
        self.tls_port = self._serve(_server_context(ca))
        self.port = self._serve(None)
        self.authority = f"https://localhost:{self.tls_port}/kommun"

    def _serve(self, context: ssl.SSLContext | None) -> int:
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._answer(*provider.get(self.path))

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                self._answer(*provider.post({key: values[0] for key, values in parse_qs(body).items()}))

            def _answer(self, code: int, content: dict[str, Any]) -> None:
                body = json.dumps(content).encode()
                self.send_response(code)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args: object) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        if context is not None:
            server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return server.server_port

    def get(self, path: str) -> tuple[int, dict[str, Any]]:
        if "openid-configuration" in path:
            base = f"https://localhost:{self.tls_port}/kommun"
            found = {"issuer": base, "authorization_endpoint": f"{base}/authorize", "token_endpoint": f"{base}/token"}
            return 200, found
        token = parse_qs(urlsplit(path).query).get("token", [""])[0]
        return 200, {"active": token in self.owners, "username": self.owners.get(token, "")}

    def post(self, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        self.asked.append(form)
        if self.error is not None:
            return self.error
        if not self._accepts(form):
            return 401, {"error": "invalid_client", "error_description": "AADSTS7000215: fel\r\nTrace ID: 1"}
        token = f"token-{next(self._numbers)}"
        self.owners[token] = self.owner
        answer: dict[str, Any] = {"access_token": token, "token_type": "Bearer", "expires_in": 3600}
        if form["grant_type"] == "refresh_token":
            self.refresh_tokens.discard(form["refresh_token"])
            answer["refresh_token"] = f"nästa-{token}"
            self.refresh_tokens.add(answer["refresh_token"])
        return 200, answer

    def _accepts(self, form: dict[str, str]) -> bool:
        if form["grant_type"] == "refresh_token":
            return form["refresh_token"] in self.refresh_tokens
        if "client_assertion" in form:
            return self._signed(form["client_assertion"])
        return form.get("client_secret") == self.secret

    def _signed(self, assertion: str) -> bool:
        import jwt
        from cryptography.x509 import load_pem_x509_certificate

        key: Any = load_pem_x509_certificate(self.certificate.encode()).public_key()
        claims = jwt.decode(assertion, key, algorithms=["PS256", "RS256"], options={"verify_aud": False})
        return bool(claims["iss"] == "lagesbild-app")


def _server_context(ca: trustme.CA) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ca.issue_cert("localhost").configure_cert(context)
    return context


@pytest.fixture
def provider(ca: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Provider:
    """A token provider on loopback whose certificate is trusted."""
    bundle = tmp_path / "bundle.pem"
    ca.cert_pem.write_to_path(str(bundle))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(bundle))
    return Provider(ca)
