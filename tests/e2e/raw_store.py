"""DICOM associations by hand (PS3.8): DCMTK's own senders refuse to send a data set whose UIDs differ from the command set, and do
not stop in the middle of a PDU."""
import socket
import struct

APPLICATION_CONTEXT = b"1.2.840.10008.3.1.1.1"


def _item(kind, body):
    return struct.pack(">BBH", kind, 0, len(body)) + body


def _pdu(kind, body):
    return struct.pack(">BBI", kind, 0, len(body)) + body


def _receive(connection):
    head = _exactly(connection, 6)
    kind, size = struct.unpack(">BxI", head)
    return kind, _exactly(connection, size)


def _exactly(connection, size):
    data = b""
    while len(data) < size:
        chunk = connection.recv(size - len(data))
        if not chunk:
            raise ConnectionError("the server closed the association")
        data += chunk
    return data


def _element(element, value):
    value += b"\0" * (len(value) % 2)
    return struct.pack("<HHI", 0, element, len(value)) + value


def split_file(path):
    """File meta information as {element: value}, and the bytes of the data set (PS3.10 7.1)."""
    data = path.read_bytes()
    at, meta, end = 132, {}, None
    while end is None or at < end:
        group, element, kind, size = struct.unpack_from("<HH2sH", data, at)
        at += 8
        if kind in (b"OB", b"UN", b"UT", b"SQ", b"OW"):
            size, = struct.unpack_from("<I", data, at)
            at += 4
        if element == 0:
            end = at + size + struct.unpack_from("<I", data, at)[0]
        meta[element] = data[at:at + size]
        at += size
    return meta, data[at:]


def _command(fields):
    body = b"".join(_element(element, value) for element, value in sorted(fields.items()))
    return _element(0x0000, struct.pack("<I", len(body))) + body


def _fields(command):
    """{element: value} of a command set."""
    at, out = 0, {}
    while at + 8 <= len(command):
        _, element, size = struct.unpack_from("<HHI", command, at)
        out[element] = command[at + 8:at + 8 + size]
        at += 8 + size
    return out


class Association:
    """One association with one presentation context per (abstract syntax, transfer syntax)."""

    def __init__(self, port, contexts, called=b"XINGLIN", calling=b"RAW", timeout=30, read_size=0):
        offered = b"".join(_item(0x20, bytes((2 * i + 1, 0, 0, 0)) + _item(0x30, abstract) + _item(0x40, transfer))
                           for i, (abstract, transfer) in enumerate(contexts))
        user = _item(0x50, _item(0x51, struct.pack(">I", read_size)) + _item(0x52, b"1.2.3.4"))
        request = struct.pack(">HH16s16s32x", 1, 0, called.ljust(16), calling.ljust(16))
        self.contexts = {abstract: 2 * i + 1 for i, (abstract, _) in enumerate(contexts)}
        self.number = 0
        self.connection = socket.create_connection(("127.0.0.1", port), timeout=timeout)
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.connection.sendall(_pdu(1, request + _item(0x10, APPLICATION_CONTEXT) + offered + user))
        kind, _ = _receive(self.connection)
        if kind != 2:
            self.connection.close()
            raise AssertionError(f"the association was not accepted: PDU {kind}")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.connection.close()

    def pdus(self, context, command, data_set):
        """The P-DATA-TF PDUs of a message; `data_set` is bytes or an iterable of them."""
        yield _pdu(4, struct.pack(">IBB", len(command) + 2, context, 3) + command)
        pieces = iter((data_set[i:i + 16000] for i in range(0, len(data_set), 16000)) if isinstance(data_set, bytes) else data_set)
        piece = next(pieces)
        while piece is not None:
            after = next(pieces, None)
            yield _pdu(4, struct.pack(">IBB", len(piece) + 2, context, 2 if after is None else 0) + piece)
            piece = after

    def store_pdus(self, sop_class, sop_instance, data_set):
        self.number += 1
        command = _command({0x0002: sop_class, 0x0100: struct.pack("<H", 1), 0x0110: struct.pack("<H", self.number & 0xFFFF),
                            0x0700: struct.pack("<H", 0), 0x0800: struct.pack("<H", 0), 0x1000: sop_instance})
        return self.pdus(self.contexts[sop_class], command, data_set)

    def store(self, sop_class, sop_instance, data_set):
        """Sends one instance and gives the status of the C-STORE response (PS3.7 9.1.1)."""
        for pdu in self.store_pdus(sop_class, sop_instance, data_set):
            self.connection.sendall(pdu)
        return self.status()

    def status(self):
        kind, body = _receive(self.connection)
        if kind != 4:
            raise AssertionError(f"no response: PDU {kind}")
        return struct.unpack("<H", _fields(body[6:])[0x0900])[0]

    def find(self, model, identifier):
        """C-FIND: the identifiers found, as the bytes that came, and the last status."""
        self.number += 1
        command = _command({0x0002: model, 0x0100: struct.pack("<H", 0x20), 0x0110: struct.pack("<H", self.number & 0xFFFF),
                            0x0700: struct.pack("<H", 0), 0x0800: struct.pack("<H", 0)})
        for pdu in self.pdus(self.contexts[model], command, identifier):
            self.connection.sendall(pdu)
        rows, row = [], b""
        while True:
            kind, body = _receive(self.connection)
            if kind != 4:
                raise AssertionError(f"no response: PDU {kind}")
            at = 0
            while at < len(body):
                size, _, flags = struct.unpack_from(">IBB", body, at)
                part = body[at + 6:at + 4 + size]
                at += 4 + size
                if not flags & 1:
                    row += part
                    if flags & 2:
                        rows.append(row)
                        row = b""
                    continue
                status, = struct.unpack("<H", _fields(part)[0x0900])
                if status not in (0xFF00, 0xFF01):
                    return rows, status

    def release(self):
        self.connection.sendall(_pdu(5, b"\0\0\0\0"))
        self.connection.close()


def store(port, sop_class, sop_instance, transfer_syntax, data_set, called=b"XINGLIN"):
    """Sends one instance under these UIDs and gives the status of the C-STORE response (PS3.7 9.1.1)."""
    with Association(port, [(sop_class, transfer_syntax)], called) as association:
        status = association.store(sop_class, sop_instance, data_set)
        association.release()
        return status
