# SPDX-License-Identifier: Apache-2.0
"""Writes Windows event logs (EVTX) as the event log service does: chunks of records in binary
XML, most of which is in templates. What each event says is given as a dictionary."""
import datetime
import struct
import zlib

CHUNK_SIZE = 0x10000
CHUNK_HEADER = 0x200
EPOCH = datetime.datetime(1601, 1, 1, tzinfo=datetime.timezone.utc)
XMLNS = "http://schemas.microsoft.com/win/2004/08/events/event"

STRING, UINT8, UINT16, UINT32, UINT64, GUID, FILETIME, SID, HEX64, XML = (
    0x01, 0x04, 0x06, 0x08, 0x0A, 0x0F, 0x11, 0x13, 0x15, 0x21)
NUMBERS = {UINT8: "<B", UINT16: "<H", UINT32: "<I", UINT64: "<Q", FILETIME: "<Q", HEX64: "<Q"}
OPTIONAL = 0x0E


class Slot:
    """A place in a template, to be filled by each event. XML is a template of its own, or
    inline."""

    def __init__(self, kind, value, inline=False):
        self.kind, self.value, self.inline = kind, value, inline

    def bytes(self):
        if self.value is None:
            return b""
        if isinstance(self.value, bytes):
            return self.value
        if self.kind in NUMBERS:
            return struct.pack(NUMBERS[self.kind], self.value)
        return self.value.encode("utf-16-le")


def element(name, attributes=(), *children):
    return name, list(attributes), list(children)


def filetime(text):
    since = datetime.datetime.fromisoformat(text.replace("Z", "+00:00")) - EPOCH
    return (since.days * 86400 + since.seconds) * 10**7 + since.microseconds * 10


def sid(text):
    _, revision, authority, *rest = text.split("-")
    return struct.pack("<BB6s%dI" % len(rest), int(revision), len(rest),
                       int(authority).to_bytes(6, "big"), *map(int, rest))


class Chunk:
    def __init__(self):
        self.data = bytearray(CHUNK_HEADER)
        self.names = {}     # their offsets in the chunk
        self.templates = {} # likewise, by what they look like
        self.records = []   # their numbers and offsets

    def put(self, layout, *values):
        self.data += struct.pack("<" + layout, *values)

    def patch(self, offset, value):
        struct.pack_into("<I", self.data, offset, value)

    def name(self, text):
        known = self.names.get(text)
        self.put("I", known or len(self.data) + 4)
        if known:
            return
        self.names[text] = len(self.data)
        digest = 0
        for unit in struct.unpack("<%dH" % len(text), text.encode("utf-16-le")):
            digest = (digest * 65599 + unit) & 0xFFFFFFFF
        self.put("IHH", 0, digest & 0xFFFF, len(text))
        self.data += text.encode("utf-16-le") + b"\0\0"

    def value(self, value, slots):
        if isinstance(value, Slot):
            self.put("BHB", OPTIONAL, len(slots), value.kind)
            slots.append(value)
        else:
            self.put("BBH", 0x05, STRING, len(value.encode("utf-16-le")) // 2)
            self.data += value.encode("utf-16-le")

    def element(self, node, slots, numbered=True):
        name, attributes, children = node
        self.put("B", 0x41 if attributes else 0x01)
        if numbered:
            self.put("H", 0xFFFF)
        size_at = len(self.data)
        self.put("I", 0)
        self.name(name)
        if attributes:
            list_at = len(self.data)
            self.put("I", 0)
            for i, (key, value) in enumerate(attributes):
                self.put("B", 0x46 if i + 1 < len(attributes) else 0x06)
                self.name(key)
                self.value(value, slots)
            self.patch(list_at, len(self.data) - list_at - 4)
        self.put("B", 0x02 if children else 0x03)
        for child in children:
            if isinstance(child, tuple):
                self.element(child, slots, numbered)
            else:
                self.value(child, slots)
        if children:
            self.put("B", 0x04)
        self.patch(size_at, len(self.data) - size_at - 4)

    def fragment(self, node, slots, numbered=True):
        self.data += b"\x0f\x01\x01\x00"
        self.element(node, slots, numbered)
        self.put("B", 0)

    def template(self, node):
        """An instance of the template that the node is, with the values in its slots. It is
        written as a whole where it comes first in the chunk."""
        shape, slots = shape_of(node)
        known = self.templates.get(shape)
        number = zlib.crc32(shape.encode())
        self.put("BBI", 0x0C, 1, number)
        self.put("I", known or len(self.data) + 4)
        if not known:
            self.templates[shape] = len(self.data)
            self.put("I", 0)
            self.put("I12s", number, b"\x5a" * 12)
            size_at = len(self.data)
            self.put("I", 0)
            self.fragment(node, [])
            self.patch(size_at, len(self.data) - size_at - 4)
        self.put("I", len(slots))
        descriptors_at = len(self.data)
        self.data += bytes(4 * len(slots))
        for i, slot in enumerate(slots):
            start = len(self.data)
            if slot.kind == XML and slot.inline:
                self.fragment(plain_node(slot.value), [], numbered=False)
            elif slot.kind == XML:
                self.data += b"\x0f\x01\x01\x00"
                self.template(slot.value)
                self.put("B", 0)
            else:
                self.data += slot.bytes()
            kind = 0 if slot.value is None else slot.kind
            struct.pack_into("<HBB", self.data, descriptors_at + 4 * i,
                             len(self.data) - start, kind, 0)

    def record(self, number, time, node, templates=True):
        start = len(self.data)
        self.put("IIQQ", 0x2A2A, 0, number, time)
        if templates:
            self.data += b"\x0f\x01\x01\x00"
            self.template(node)
            self.put("B", 0)
        else:
            self.fragment(node, [])
        self.data += bytes(-len(self.data) % 8 + 4)
        size = len(self.data) + 4 - start
        self.put("I", size)
        self.patch(start + 4, size)
        self.records.append((number, start))

    def finish(self):
        numbers = [number for number, _ in self.records] or [0]
        end = len(self.data)
        struct.pack_into("<8sQQQQIIII", self.data, 0, b"ElfChnk\0", numbers[0], numbers[-1],
                         numbers[0], numbers[-1], 128, self.records[-1][1], end,
                         zlib.crc32(self.data[CHUNK_HEADER:end]))
        self.patch(124, zlib.crc32(self.data[:120] + self.data[128:CHUNK_HEADER]))
        return bytes(self.data) + bytes(CHUNK_SIZE - end)


def shape_of(node):
    """What is the same in all events of a template, and what is not."""
    slots = []

    def shape(part):
        if isinstance(part, Slot):
            slots.append(part)
            return "?%d" % part.kind
        if isinstance(part, str):
            return repr(part)
        name, attributes, children = part
        return "(%s[%s]%s)" % (name, ",".join(k + "=" + shape(v) for k, v in attributes),
                               "".join(map(shape, children)))
    return shape(node), slots


def event_node(event):
    """The XML of an event: its provider, id, channel, computer, time, record and data."""
    system = [
        element("Provider", [("Name", event["provider"]),
                             ("Guid", "{5770385f-c22a-43e0-bf4c-06f5698ffbd9}")]),
        element("EventID", [("Qualifiers", Slot(UINT16, event.get("qualifiers")))],
                Slot(UINT16, event["id"])),
        element("Version", [], Slot(UINT8, 5)), element("Level", [], Slot(UINT8, 4)),
        element("Task", [], Slot(UINT16, 1)), element("Opcode", [], Slot(UINT8, 0)),
        element("Keywords", [], Slot(HEX64, 1 << 63)),
        element("TimeCreated", [("SystemTime", Slot(FILETIME, filetime(event["time"])))]),
        element("EventRecordID", [], Slot(UINT64, event["record"])),
        element("Correlation"),
        element("Execution", [("ProcessID", Slot(UINT32, 2000)),
                              ("ThreadID", Slot(UINT32, 3000))]),
        element("Channel", [], event["channel"]),
        element("Computer", [], Slot(STRING, event["computer"])),
        element("Security", [("UserID", Slot(SID, sid("S-1-5-18")))]),
    ]
    data = [element("Data", [("Name", key)] if key else [],
                    value if isinstance(value, Slot) else Slot(STRING, value))
            for key, value in event["data"]]
    return element("Event", [("xmlns", XMLNS)], element("System", [], *system),
                   Slot(XML, element("EventData", [], *data), event.get("inline", False)))


def plain_node(node):
    """The same without templates: all values as text."""
    if isinstance(node, Slot):
        return plain_node(node.value) if node.kind == XML else str(node.value)
    if isinstance(node, str):
        return node
    name, attributes, children = node
    return (name, [(key, plain_node(value)) for key, value in attributes
                   if not (isinstance(value, Slot) and value.value is None)],
            [plain_node(child) for child in children])


def write(events, per_chunk=3, templates=True, dirty=False):
    """The bytes of a log with these events, numbered from 1; an event may also be a node."""
    chunks = []
    for i, event in enumerate(events):
        if i % per_chunk == 0:
            chunks.append(Chunk())
        is_node = isinstance(event, tuple)
        node = event if is_node else event_node({"record": i + 1, **event})
        chunks[-1].record(i + 1, 0 if is_node else filetime(event["time"]),
                          node if templates else plain_node(node), templates)
    header = struct.pack("<8sQQQIHHHH76x", b"ElfFile\0", 0, max(len(chunks) - 1, 0),
                         len(events) + 1, 128, 1, 3, 4096, len(chunks))
    header += struct.pack("<II", 1 if dirty else 0, zlib.crc32(header))
    return header.ljust(4096, b"\0") + b"".join(chunk.finish() for chunk in chunks)
