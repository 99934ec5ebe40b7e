"""An OpenID provider for tests: real HTTP, real keys, and answers that a test can make wrong in one place."""

import time
from base64 import urlsafe_b64encode
from hashlib import sha256

from flask import Flask, jsonify, request
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet

CLIENT, SECRET = "sportello-gavirate", "un segreto: con% segni"


class IdentityProvider:
    """`person`: the claims of whoever signs in next; `wrong`: claims that are put into the token in place of the right ones."""

    def __init__(self):
        self.issuer = None
        self.key = self.new_key("first")
        self.shown = [self.key]
        self.key_document = None
        self.person = {"sub": "maria-42"}
        self.told_apart = {}
        self.wrong = {}
        self.header = {}
        self.about = {}
        self.asked = []
        self.authorizations = {}
        self.status = 200
        self.app = Flask(__name__)
        self.app.add_url_rule("/.well-known/openid-configuration", view_func=self.discovery)
        self.app.add_url_rule("/keys", view_func=self.keys)
        self.app.add_url_rule("/token", view_func=self.token, methods=["POST"])
        self.app.add_url_rule("/me", view_func=self.me)

    @staticmethod
    def new_key(kid):
        return ECKey.generate_key("P-256", {"kid": kid, "use": "sig", "alg": "ES256"})

    def discovery(self):
        self.asked.append("discovery")
        base = self.issuer
        told = {
            "issuer": base,
            "authorization_endpoint": f"{base}/auth?tenant=comune",
            "token_endpoint": f"{base}/token",
            "jwks_uri": f"{base}/keys",
            "userinfo_endpoint": f"{base}/me",
            "end_session_endpoint": f"{base}/end",
        }
        return jsonify(told | self.about), self.status

    def keys(self):
        self.asked.append("keys")
        return jsonify(self.key_document or KeySet(self.shown).as_dict(private=False))

    def authorize(self, query):
        """What the provider does while a browser is there: remember what it was sent with, and give a code."""
        code = f"code-{len(self.authorizations)}"
        self.authorizations[code] = query
        return code

    def token(self):
        self.asked.append("token")
        query = self.authorizations.pop(request.form["code"], None)
        challenge = urlsafe_b64encode(sha256(request.form["code_verifier"].encode()).digest()).decode().rstrip("=")
        if (
            query is None
            or challenge != query["code_challenge"]
            or request.form["redirect_uri"] != query["redirect_uri"]
        ):
            return jsonify(error="invalid_grant"), 400
        given = request.authorization or request.form
        pair = (
            (given["username"], given["password"])
            if request.authorization
            else (given["client_id"], given["client_secret"])
        )
        if pair != (CLIENT, "un+segreto%3A+con%25+segni" if request.authorization else SECRET):
            return jsonify(error="invalid_client"), 401
        claims = {"iss": self.issuer, "aud": CLIENT, "iat": int(time.time()), "exp": int(time.time()) + 3600}
        claims |= {"nonce": query["nonce"], "auth_time": int(time.time()), **self.person, **self.wrong}
        header = {"alg": "ES256", "kid": self.key.kid} | self.header
        return jsonify(access_token="at", token_type="Bearer", id_token=self.signed(header, claims))

    def signed(self, header, claims):
        if header["alg"] == "none":
            made = jwt.encode({"alg": "ES256"}, claims, self.key).split(".")
            head = urlsafe_b64encode(b'{"alg":"none"}').decode().rstrip("=")
            return f"{head}.{made[1]}."
        return jwt.encode(header, claims, self.key)

    def me(self):
        self.asked.append("me")
        return jsonify({"sub": self.person["sub"]} | self.told_apart)
