"""A C-STORE by hand: DCMTK's own senders refuse to send a data set whose UIDs differ from the command set."""
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


def store(port, sop_class, sop_instance, transfer_syntax, data_set, called=b"XINGLIN"):
    """Sends one instance under these UIDs and gives the status of the C-STORE response (PS3.7 9.1.1)."""
    context = _item(0x20, b"\x01\0\0\0" + _item(0x30, sop_class) + _item(0x40, transfer_syntax))
    user = _item(0x50, _item(0x51, struct.pack(">I", 0)) + _item(0x52, b"1.2.3.4"))
    request = struct.pack(">HH16s16s32x", 1, 0, called.ljust(16), b"RAW".ljust(16))
    command = (_element(0x0002, sop_class) + _element(0x0100, struct.pack("<H", 1))
               + _element(0x0110, struct.pack("<H", 1)) + _element(0x0700, struct.pack("<H", 0))
               + _element(0x0800, struct.pack("<H", 0)) + _element(0x1000, sop_instance))
    command = _element(0x0000, struct.pack("<I", len(command))) + command
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        connection.sendall(_pdu(1, request + _item(0x10, APPLICATION_CONTEXT) + context + user))
        kind, _ = _receive(connection)
        if kind != 2:
            raise AssertionError(f"the association was not accepted: PDU {kind}")
        connection.sendall(_pdu(4, struct.pack(">IBB", len(command) + 2, 1, 3) + command))
        for start in range(0, len(data_set), 16000):
            part = data_set[start:start + 16000]
            last = 2 if start + len(part) == len(data_set) else 0
            connection.sendall(_pdu(4, struct.pack(">IBB", len(part) + 2, 1, last) + part))
        kind, body = _receive(connection)
        if kind != 4:
            raise AssertionError(f"no response: PDU {kind}")
        at, status = 6, None
        while at + 8 <= len(body):
            _, element, size = struct.unpack_from("<HHI", body, at)
            if element == 0x0900:
                status, = struct.unpack_from("<H", body, at + 8)
            at += 8 + size
        connection.sendall(_pdu(5, b"\0\0\0\0"))
        return status
