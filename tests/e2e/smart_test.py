"""Applications on a running server: a registered client, a person's consent, tokens bound to a patient and to criteria,
refresh, revocation, a backend service with its own key, and doors that stay closed to such tokens."""
import base64
import hashlib
import http.cookiejar
import json
import pathlib
import secrets
import subprocess
import tempfile
import time
import unittest
import urllib.parse
import urllib.request

import harness

BACK = "https://app.example/back"
SYSTEM = "http://terminology.hl7.org/CodeSystem/observation-category"


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


class Person:
    """A browser that is signed in."""

    def __init__(self, base, name, password):
        self.base = base
        self.cookies = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies), NoRedirect)
        self.csrf = ""
        self.csrf = self.json("POST", "/api/session", {"username": name, "password": password})[1]["csrf"]

    def open(self, method, url, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(url, data=data, method=method)
        if body is not None:
            request.add_header("Content-Type", "application/json")
        request.add_header("X-CSRF-Token", self.csrf)
        try:
            with self.opener.open(request, timeout=30) as answer:
                return answer.status, dict(answer.headers), answer.read()
        except urllib.error.HTTPError as error:
            return error.code, dict(error.headers), error.read()

    def json(self, method, path, body=None):
        status, _, text = self.open(method, self.base + path, body)
        return status, json.loads(text) if text else {}


def form(url, fields, headers=None):
    request = urllib.request.Request(url, data=urllib.parse.urlencode(fields).encode(), method="POST")
    for name, value in (headers or {}).items():
        request.add_header(name, value)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read())


def ask(base, path, token):
    request = urllib.request.Request(base + path)
    request.add_header("Authorization", "Bearer " + token)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as error:
        return error.code, {}


class Key:
    """A P-384 key made and used by the openssl program."""

    def __init__(self, folder):
        self.file = folder / "key.pem"
        harness.run("openssl", "ecparam", "-name", "secp384r1", "-genkey", "-noout", "-out", self.file)
        public = subprocess.run(["openssl", "ec", "-in", self.file, "-pubout", "-outform", "DER"], capture_output=True,
                                check=True).stdout[-96:]
        self.jwks = {"keys": [{"kty": "EC", "crv": "P-384", "kid": "k", "x": b64(public[:48]), "y": b64(public[48:])}]}

    def sign(self, claims):
        text = b64(json.dumps({"alg": "ES384", "kid": "k", "typ": "JWT"}).encode()) + "." + b64(json.dumps(claims).encode())
        der = subprocess.run(["openssl", "dgst", "-sha384", "-sign", self.file], input=text.encode(), capture_output=True,
                             check=True).stdout
        at, parts = 2, []
        for _ in range(2):
            length = der[at + 1]
            parts.append(der[at + 2:at + 2 + length].lstrip(b"\0").rjust(48, b"\0"))
            at += 2 + length
        return text + "." + b64(b"".join(parts))


class Smart(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="xinglin-smart-")
        data = pathlib.Path(cls.folder.name) / "data"
        cls.server = harness.Server(data)
        cls.base = cls.server.base
        cls.fhir = cls.base + "/fhir"
        admin = Person(cls.base, "admin", cls.server.administrator_password())
        user = {"name": "alice", "display": "Alice", "role": "clinician", "password": "a long pass phrase"}
        assert admin.json("POST", "/api/users", user)[0] == 201
        cls.person = Person(cls.base, "alice", "a long pass phrase")
        writer = harness.Client(cls.server)
        for patient in ("pa", "pb"):
            cls.put(writer, {"resourceType": "Patient", "id": patient, "name": [{"family": patient.upper()}]})
            for category in ("laboratory", "vital-signs"):
                cls.put(writer, {"resourceType": "Observation", "id": f"{patient}-{category}", "status": "final",
                                 "category": [{"coding": [{"system": SYSTEM, "code": category}]}],
                                 "code": {"text": category}, "subject": {"reference": f"Patient/{patient}"}})
        cls.client("add", "app", "--name", "App", "--redirect-uri", BACK, "--scopes",
                   "launch launch/patient openid fhirUser offline_access patient/*.rs", "--launch-uri",
                   "https://app.example/launch")
        cls.key = Key(pathlib.Path(cls.folder.name))
        jwks = pathlib.Path(cls.folder.name) / "jwks.json"
        jwks.write_text(json.dumps(cls.key.jwks))
        cls.client("add", "lab", "--name", "Lab", "--scopes", "system/Observation.rs", "--jwks", jwks)

    @classmethod
    def tearDownClass(cls):
        cls.server.stop()
        cls.folder.cleanup()

    @classmethod
    def client(cls, verb, *arguments):
        return harness.run(harness.BINARY, "client", verb, "--data", cls.server.data, *arguments).stdout

    @staticmethod
    def put(writer, resource):
        status, _, body = writer.request("PUT", f"/fhir/{resource['resourceType']}/{resource['id']}", resource)
        assert status in (200, 201), body

    def authorize(self, scope, launch=None, patient="pa"):
        """The whole way by discovery; the token answer."""
        with urllib.request.urlopen(self.fhir + "/.well-known/smart-configuration") as answer:
            smart = json.loads(answer.read())
        self.assertIn("S256", smart["code_challenge_methods_supported"])
        verifier = secrets.token_urlsafe(48)
        fields = {"response_type": "code", "client_id": "app", "redirect_uri": BACK, "scope": scope, "state": "st",
                  "aud": self.fhir, "code_challenge": b64(hashlib.sha256(verifier.encode()).digest()),
                  "code_challenge_method": "S256"}
        if launch:
            fields["launch"] = launch
        url = smart["authorization_endpoint"] + "?" + urllib.parse.urlencode(fields)
        status, headers, body = self.person.open("GET", url)
        self.assertEqual(status, 302, body)
        request = urllib.parse.parse_qs(urllib.parse.urlsplit(headers["Location"]).query)["request"][0]
        status, asked = self.person.json("GET", f"/api/authorizations/{request}")
        self.assertEqual(status, 200, asked)
        decision = {"approve": True, "patient": None if asked["patient"] else patient, "scopes": asked["scopes"]}
        status, answer = self.person.json("POST", f"/api/authorizations/{request}", decision)
        self.assertEqual(status, 200, answer)
        back = urllib.parse.parse_qs(urllib.parse.urlsplit(answer["address"]).query)
        self.assertEqual(back["state"], ["st"])
        self.assertEqual(back["iss"], [self.base])
        status, tokens = form(smart["token_endpoint"], {"grant_type": "authorization_code", "code": back["code"][0],
                                                        "redirect_uri": BACK, "client_id": "app", "code_verifier": verifier})
        self.assertEqual(status, 200, tokens)
        return tokens

    def test_a_patients_app_sees_that_patient(self):
        tokens = self.authorize("launch/patient openid fhirUser patient/*.rs")
        token = tokens["access_token"]
        self.assertEqual(tokens["patient"], "pa")
        self.assertEqual(tokens["id_token"].count("."), 2)
        self.assertEqual(ask(self.base, "/fhir/Patient/pa", token)[0], 200)
        for path in ("/fhir/Patient/pb", "/fhir/Patient/nobody", "/fhir/Observation/pb-laboratory"):
            self.assertEqual(ask(self.base, path, token)[0], 404, path)
        status, found = ask(self.base, "/fhir/Observation", token)
        self.assertEqual((status, found["total"]), (200, 2))
        self.assertEqual(ask(self.base, "/fhir/Observation?patient=pb", token)[1]["total"], 0)
        for path in ("/api/worklist", "/api/patients/pa", "/dicom-web/studies", "/api/events"):
            self.assertIn(ask(self.base, path, token)[0], (401, 403), path)

    def test_criteria_narrow(self):
        token = self.authorize(f"launch/patient patient/Observation.rs?category={SYSTEM}|laboratory")["access_token"]
        self.assertEqual(ask(self.base, "/fhir/Observation", token)[1]["total"], 1)
        self.assertEqual(ask(self.base, "/fhir/Observation/pa-vital-signs", token)[0], 404)
        self.assertEqual(ask(self.base, "/fhir/Patient/pa", token)[0], 403)

    def test_refresh_and_revocation(self):
        tokens = self.authorize("launch/patient offline_access patient/*.rs")
        endpoint = self.base + "/oauth/token"
        fields = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"], "client_id": "app"}
        status, fresh = form(endpoint, fields)
        self.assertEqual(status, 200, fresh)
        self.assertEqual(form(endpoint, fields), (400, {"error": "invalid_grant",
                                                        "error_description": "this refresh token was used before"}))
        self.assertEqual(ask(self.base, "/fhir/Patient/pa", fresh["access_token"])[0], 401, "stolen: all ended")

    def test_launched_from_a_patients_page(self):
        status, answer = self.person.json("POST", "/api/launches", {"application": "app", "patient": "pb"})
        self.assertEqual(status, 200, answer)
        query = urllib.parse.parse_qs(urllib.parse.urlsplit(answer["address"]).query)
        self.assertEqual(query["iss"], [self.fhir])
        tokens = self.authorize("launch patient/*.rs", launch=query["launch"][0])
        self.assertEqual(tokens["patient"], "pb")
        self.assertEqual(ask(self.base, "/fhir/Patient/pb", tokens["access_token"])[0], 200)
        self.assertEqual(ask(self.base, "/fhir/Patient/pa", tokens["access_token"])[0], 404)

    def test_a_backend_service_signs_for_itself(self):
        endpoint = self.base + "/oauth/token"

        def statement(jti):
            claims = {"iss": "lab", "sub": "lab", "aud": endpoint, "exp": int(time.time()) + 200, "jti": jti}
            return {"client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
                    "client_assertion": self.key.sign(claims)}

        fields = {"grant_type": "client_credentials", "scope": "system/Observation.rs", **statement("1")}
        status, tokens = form(endpoint, fields)
        self.assertEqual(status, 200, tokens)
        self.assertEqual(form(endpoint, fields)[0], 401, "a statement is used once")
        token = tokens["access_token"]
        self.assertEqual(ask(self.base, "/fhir/Observation", token)[1]["total"], 4)
        self.assertEqual(ask(self.base, "/fhir/Patient/pa", token)[0], 403)
        known = form(self.base + "/oauth/introspect", {"token": token, **statement("2")})[1]
        self.assertEqual((known["active"], known["scope"]), (True, "system/Observation.rs"))
        self.assertEqual(form(self.base + "/oauth/revoke", {"token": token, **statement("3")})[0], 200)
        self.assertEqual(ask(self.base, "/fhir/Observation", token)[0], 401)

    def test_the_registry(self):
        self.assertIn("lab\tLab\tkeys\tsystem/Observation.rs", self.client("list"))
        secret = self.client("add", "gone", "--name", "Gone", "--scopes", "system/Patient.r", "--secret").strip()
        basic = {"Authorization": "Basic " + base64.b64encode(f"gone:{secret}".encode()).decode()}
        status, tokens = form(self.base + "/oauth/token",
                              {"grant_type": "client_credentials", "scope": "system/Patient.r"}, basic)
        self.assertEqual(status, 200, tokens)
        self.client("remove", "gone")
        self.assertEqual(ask(self.base, "/fhir/Patient/pa", tokens["access_token"])[0], 401)


if __name__ == "__main__":
    unittest.main()
