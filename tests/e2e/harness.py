"""What the end-to-end tests share: a server of our own on free ports over a temporary directory, and small clients for
MLLP, HTTP and C-STORE. Servers listen on 127.0.0.1 only and are ended by their process id."""
import base64
import json
import os
import pathlib
import re
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.error
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = pathlib.Path(os.environ.get("XL_BINARY", ROOT / "build/release/src/main/xinglin"))
SHARED = pathlib.Path(os.environ.get("XL_SHARED_DATA", ROOT.parent / "shared/data"))
PYDICOM = pathlib.Path("/usr/lib/python3/dist-packages/pydicom/data/test_files")
# Sanitizer builds are slower: every deadline is multiplied.
PATIENCE = float(os.environ.get("XL_PATIENCE", "1"))


def wait_for(what, condition, seconds=20.0):
    """Polls until condition() is truthy and returns its value; fails after the deadline."""
    deadline = time.monotonic() + seconds * PATIENCE
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"timed out waiting for {what}")
        time.sleep(0.02)


def run(*args, check=True, timeout=120, **more):
    result = subprocess.run([str(a) for a in args], capture_output=True, text=True, timeout=timeout * PATIENCE, **more)
    if check and result.returncode != 0:
        raise AssertionError(f"{args} exited {result.returncode}:\n{result.stdout}\n{result.stderr}")
    return result


class Server:
    """`xinglin serve` on port 0 over `data`; ports are read from its listening line."""

    def __init__(self, data, *arguments, wait=True):
        self.data = pathlib.Path(data)
        self.log = open(self.data.parent / f"{self.data.name}.log", "ab")
        command = [str(BINARY), "serve", "--data", str(self.data), "--http", "127.0.0.1:0", "--dimse", "127.0.0.1:0",
                   "--mllp", "127.0.0.1:0", *arguments]
        self.output = ""
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=self.log)
        if wait:
            self.wait_until_listening()

    def wait_until_listening(self, seconds=20.0):
        deadline = time.monotonic() + seconds * PATIENCE
        while "listening " not in self.output or not self.output.endswith("\n"):
            if time.monotonic() > deadline:
                raise AssertionError(f"the server printed no listening line: {self.output}")
            ready, _, _ = select.select([self.process.stdout], [], [], 0.2)
            if ready:
                chunk = os.read(self.process.stdout.fileno(), 65536)
                if not chunk:
                    raise AssertionError(f"the server ended: {self.output}\n{self.log_text()[-2000:]}")
                self.output += chunk.decode()
        line = next(l for l in self.output.splitlines() if l.startswith("listening "))
        ports = dict(part.split("=", 1) for part in line.split()[1:])
        port = {name: int(address.rsplit(":", 1)[1]) for name, address in ports.items()}
        self.http_port, self.dimse_port, self.mllp_port = port["http"], port["dimse"], port["mllp"]
        self.dimse_tls_port = port.get("dimse_tls")
        self.base = f"http://127.0.0.1:{self.http_port}"

    def log_text(self):
        self.log.flush()
        return pathlib.Path(self.log.name).read_text(errors="replace")

    def administrator_password(self):
        return re.search(r"administrator password[^:]*: (\S+)", self.output).group(1)

    def stop(self, seconds=10.0):
        """SIGTERM; must end by itself within `seconds`."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(timeout=seconds * PATIENCE)
        self.close()
        return self.process.returncode

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.close()

    def close(self):
        self.process.stdout.close()
        self.log.close()


class Client:
    """HTTP with a bearer token."""

    def __init__(self, server, role="clinician"):
        self.base = server.base
        self.token = token(server.data, role)

    def request(self, method, path, body=None, headers=None):
        data = None if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        request = urllib.request.Request(self.base + path, data=data, method=method)
        request.add_header("Authorization", f"Bearer {self.token}")
        if body is not None:
            request.add_header("Content-Type", "application/fhir+json" if path.startswith("/fhir") else "application/json")
        for name, value in (headers or {}).items():
            request.add_header(name, value)
        try:
            with urllib.request.urlopen(request, timeout=30 * PATIENCE) as answer:
                return answer.status, dict(answer.headers), answer.read()
        except urllib.error.HTTPError as error:
            return error.code, dict(error.headers), error.read()

    def get(self, path):
        status, _, body = self.request("GET", path)
        if status != 200:
            raise AssertionError(f"GET {path}: {status} {body[:500]}")
        return json.loads(body)

    def resources(self, path):
        return [entry["resource"] for entry in self.get(path).get("entry", [])]


def token(data, role):
    return run(BINARY, "token", "--data", data, "--role", role, "--ttl", "1h").stdout.strip()


class Mllp:
    """One MLLP connection."""

    def __init__(self, server, timeout=30.0):
        self.socket = socket.create_connection(("127.0.0.1", server.mllp_port), timeout=timeout * PATIENCE)
        self.buffer = b""

    def send(self, message):
        data = message if isinstance(message, bytes) else message.encode()
        self.socket.sendall(b"\x0b" + data + b"\x1c\r")
        while b"\x1c\r" not in self.buffer:
            chunk = self.socket.recv(65536)
            if not chunk:
                raise ConnectionError("the server closed the connection")
            self.buffer += chunk
        answer, self.buffer = self.buffer.split(b"\x1c\r", 1)
        return answer.lstrip(b"\x0b").decode(errors="replace")

    def close(self):
        self.socket.close()


def oru(control_id, patient, observations, name="Wang^Xiaodong", time_text=None, patient_class="I"):
    """An ORU^R01 with numeric or coded OBX segments: (loinc, text, value, unit[, flag[, type]]); measured now unless said otherwise."""
    time_text = time_text or time.strftime("%Y%m%d%H%M%S+0000", time.gmtime())
    lines = [f"MSH|^~\\&|MONITOR|WARD5B|XINGLIN|HOSPITAL|{time_text}||ORU^R01^ORU_R01|{control_id}|P|2.5.1|||||"
             "|UNICODE UTF-8",
             f"PID|1||{patient}^^^HOSPITAL^MR||{name}||19590314|F",
             f"PV1|1|{patient_class}|5B^12^1^HOSPITAL",
             f"OBR|1||{control_id}-1|85353-1^Vital signs^LN|||{time_text}|||||||||||||||{time_text}|||F"]
    for index, row in enumerate(observations, 1):
        code, text, value, unit, flag, kind = (*row, *("", "NM")[len(row) - 4:])
        lines.append(f"OBX|{index}|{kind}|{code}^{text}^LN||{value}|{unit}||{flag}|||F|||{time_text}")
    return "\r".join(lines) + "\r"


DETERIORATING = [  # NEWS2: 3 + 3 + 3 + 2 + 1 = 12 on air with an alert patient
    ("9279-1", "Respiratory rate", "26", "/min", "H"),
    ("59408-5", "Oxygen saturation", "90", "%", "L"),
    ("8480-6", "Systolic blood pressure", "88", "mm[Hg]", "L"),
    ("8867-4", "Heart rate", "121", "/min", "H"),
    ("8310-5", "Body temperature", "38.6", "Cel", "H"),
    ("3151-8", "Inhaled oxygen flow rate", "0", "L/min"),
    ("80288-4", "Level of consciousness", "A^Alert^L", "", "", "CWE"),
]


def ecg_file():
    """The real 12-lead ECG of pydicom, from the shared data or Debian's python3-pydicom; None when neither is there."""
    for path in (SHARED / "dicom/ecg/waveform_ecg.dcm", PYDICOM / "waveform_ecg.dcm"):
        if path.exists():
            return path
    return None


class WithServer(unittest.TestCase):
    """One server over an empty data directory for each test class."""
    arguments = ()

    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="xinglin-e2e-"))
        cls.server = Server(cls.folder / "data", *cls.arguments)

    @classmethod
    def tearDownClass(cls):
        cls.server.stop()
        shutil.rmtree(cls.folder)


def main():
    if not BINARY.exists():
        sys.exit(f"{BINARY} is not built")
    unittest.main(verbosity=2)


__all__ = ["BINARY", "Client", "DETERIORATING", "Mllp", "PATIENCE", "PYDICOM", "ROOT", "SHARED", "Server", "WithServer", "base64",
           "ecg_file", "json", "main", "oru", "os", "pathlib", "run", "shutil", "tempfile", "time", "token", "unittest",
           "wait_for"]
