#!/usr/bin/env python3
"""Bulk data and subscriptions over kill -9: an import that is killed again and again reaches the same content, an export of it
gives every resource once, and a webhook hears of every change in order."""
import http.server
import threading

from harness import *

LINES = int(os.environ.get("XL_BULK_LINES", "6000"))
KILLS = int(os.environ.get("XL_BULK_KILLS", "3"))


class Hook:
    """An endpoint that keeps the numbers of the events it was told of; it is away while `away` is set."""

    def __init__(self):
        self.numbers, self.away = [], False
        hook = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                self.send_response(503 if hook.away else 200)
                self.send_header("Content-Length", "0")
                self.end_headers()
                if hook.away:
                    return
                for parameter in body["entry"][0]["resource"]["parameter"]:
                    if parameter["name"] == "notification-event":
                        hook.numbers.append(int(next(p["valueString"] for p in parameter["part"] if p["name"] == "event-number")))

            def log_message(self, *_):
                pass
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.origin = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


def path_of(url):
    return "/" + url.split("/", 3)[3]


class Bulk(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="xinglin-bulk-"))
        self.addCleanup(shutil.rmtree, self.folder, True)
        self.data = self.folder / "data"
        self.hook = Hook()
        self.addCleanup(self.hook.server.shutdown)

    def start(self):
        self.server = Server(self.data, "--outbound.origins", self.hook.origin)
        self.client = Client(self.server)

    def finished(self, location):
        """The manifest, whoever has to be asked again after a kill."""
        def asked():
            status, headers, body = self.client.request("GET", path_of(location))
            self.assertIn(status, (200, 202), body)
            return json.loads(body) if status == 200 else None
        return wait_for("the bulk job", asked, 120)

    def test_an_import_that_is_killed_reaches_the_same_content(self):
        lines = [json.dumps({"resourceType": "Patient", "id": f"p{i}", "gender": "female" if i % 2 else "male"})
                 for i in range(LINES)]
        lines[100] = '{"resourceType":"Patient"}'
        self.start()
        status, headers, body = self.client.request("POST", "/fhir-bulk/import?_type=Patient", "\n".join(lines).encode(),
                                                    {"Content-Type": "application/fhir+ndjson"})
        self.assertEqual(status, 202, body)
        location = headers["Content-Location"]
        token_before = self.client.token
        for _ in range(KILLS):
            self.server.kill()
            self.start()
            self.client.token = token_before
        manifest = self.finished(location)
        self.assertEqual(manifest["extension"]["refused"], 1)
        self.assertEqual(self.client.get("/fhir/Patient?_summary=count")["total"], LINES - 1)
        self.assertEqual(self.client.get("/fhir/Patient/p7")["meta"]["versionId"], "1")
        self.export_gives_all()
        self.server.stop()

    def export_gives_all(self):
        status, headers, body = self.client.request("GET", "/fhir/$export?_type=Patient", headers={"Prefer": "respond-async"})
        self.assertEqual(status, 202, body)
        token_before = self.client.token
        self.server.kill()
        self.start()
        self.client.token = token_before
        manifest = self.finished(headers["Content-Location"])
        ids = []
        for file in manifest["output"]:
            _, _, body = self.client.request("GET", path_of(file["url"]))
            ids += [json.loads(line)["id"] for line in body.decode().splitlines()]
        self.assertEqual(len(ids), LINES - 1)
        self.assertEqual(len(set(ids)), LINES - 1)

    def test_a_webhook_hears_of_everything_in_order(self):
        self.start()
        offered = {r["type"] for r in self.client.get("/fhir/metadata")["rest"][0]["resource"]}
        if "Subscription" not in offered:
            self.skipTest("Subscription is not offered")
        wish = {"resourceType": "Subscription", "id": "hook", "status": "requested", "reason": "test", "criteria": "Patient",
                "channel": {"type": "rest-hook", "endpoint": self.hook.origin + "/x", "payload": "application/fhir+json"}}
        status, _, body = self.client.request("PUT", "/fhir/Subscription/hook", wish)
        self.assertEqual(status, 201, body)
        wait_for("the handshake", lambda: self.client.get("/fhir/Subscription/hook")["status"] == "active")
        sent = 0
        for round_ in range(KILLS):
            self.hook.away = round_ == 1
            for i in range(20):
                status, _, body = self.client.request("PUT", f"/fhir/Patient/s{sent}", {"resourceType": "Patient", "id": f"s{sent}"})
                self.assertEqual(status, 201, body)
                sent += 1
            self.server.kill()
            self.hook.away = False
            token_before = self.client.token
            self.start()
            self.client.token = token_before
        wait_for("all events", lambda: set(self.hook.numbers) == set(range(1, sent + 1)), 60)
        first = sorted(set(self.hook.numbers), key=self.hook.numbers.index)
        self.assertEqual(first, list(range(1, sent + 1)))  # repeats aside, in order
        refused = dict(wish, id="r", channel=dict(wish["channel"], endpoint="http://10.0.0.1/x"))
        self.assertIn(self.client.request("PUT", "/fhir/Subscription/r", refused)[0], (400, 422))
        self.server.stop()


if __name__ == "__main__":
    main()
