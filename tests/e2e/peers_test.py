#!/usr/bin/env python3
"""Two houses as DICOM peers: a result made in one is sent on to the other, which commits to keeping it."""
from harness import *


class Peers(WithServer):
    arguments = ("--dimse.ae_title", "WARD")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.pacs = Server(cls.folder / "pacs", "--dimse.ae_title", "PACS")

    @classmethod
    def tearDownClass(cls):
        cls.pacs.stop()
        super().tearDownClass()

    def test_1_peers_are_entered_and_answer(self):
        engineer = Client(self.server, "integration")
        change = {"host": "127.0.0.1", "port": self.pacs.dimse_port, "may": ["store"], "send_results": True,
                  "ask_commitment": True, "description": "the archive"}
        status, _, body = engineer.request("PUT", "/api/peers/PACS", change)
        self.assertEqual(status, 200, body)
        run(BINARY, "peer", "add", "--data", self.pacs.data, "--may", "commitment", "WARD",
            f"127.0.0.1:{self.server.dimse_port}")
        self.assertIn("PACS\t127.0.0.1:", run(BINARY, "peer", "list", "--data", self.server.data).stdout)
        status, _, body = engineer.request("POST", "/api/peers/PACS/echo")
        self.assertEqual((status, json.loads(body)["answered"]), (200, True), body)
        engineer.request("PUT", "/api/peers/GONE", {"host": "127.0.0.1", "port": 1, "may": []})
        self.assertFalse(json.loads(engineer.request("POST", "/api/peers/GONE/echo")[2])["answered"])

    def test_2_a_result_is_sent_on_and_committed(self):
        path = ecg_file()
        if path is None:
            self.skipTest("skipped: waveform_ecg.dcm is not on this machine")
        run("storescu", "-aec", "WARD", "127.0.0.1", self.server.dimse_port, path)
        engineer = Client(self.server, "integration")
        sent = wait_for("the commitment", lambda: [item for item in engineer.get("/api/sent?peer=PACS")["items"]
                                                   if item["state"] == "committed"], 60)
        self.assertEqual(sent[0]["cause"], "result")
        asked = Client(self.pacs, "integration").get("/api/commitments")["items"]
        self.assertEqual([(item["ae_title"], item["instances"], item["failed"]) for item in asked], [("WARD", 1, 0)])
        wait_for("the report to be taken",
                 lambda: Client(self.pacs, "integration").get("/api/commitments")["items"][0]["reported_at"])
        receipt = Client(self.pacs).get(f"/api/instances/{sent[0]['sop_instance']}/receipt")
        self.assertIn("WARD", receipt["sender"])


if __name__ == "__main__":
    main()
