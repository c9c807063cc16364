"""The wire between the student's process and the examiner's: plain data as bytes, strictly, both ways.

Nothing here runs code that comes with the data. A message is a tree, written depth first; every node is
one tag byte and then what the tag says. There are no references, so a decoded value cannot be cyclic.
Whatever bytes come in, `decode` returns plain data or raises WireError, and allocates no more than a small
multiple of what arrived.

What crosses: None, bool, int, float, complex, str, bytes, tuple, list, dict, NumPy arrays and scalars of
numbers and text, a numpy.random.Generator as its state, and functions as numbers (`Handle`). Subclasses
cross as their content. What does not cross raises WireError with a reason that a student can read.
"""

import re
import socket
import struct
import time
from typing import NamedTuple

import numpy as np

MAX_BYTES = 64 * 2**20  # of one message
MAX_NODES = 500_000
MAX_DEPTH = 40
MAX_INT_BYTES = 4096
# A dict with keys chosen to collide takes quadratic time: at this size, a second.
MAX_DICT = 10_000

NUMBERS = re.compile(r"b1|[iu][1248]|f(?:2|4|8|16)|c(?:8|16|32)")
TEXTS = re.compile(r"[US][1-9][0-9]{0,6}")
BIT_GENERATORS = ("PCG64", "PCG64DXSM", "MT19937", "Philox", "SFC64")


class WireError(Exception):
    """Data that may not cross, or bytes that are no message."""


class Handle(NamedTuple):
    """A function on the other side, by its number."""

    number: int


def encode(value, functions=None):
    """The bytes of a value.

    functions : a list to which every function found in the value is appended; its Handle is the place
                there. None if functions may not cross.
    """
    return _Encoder(functions).message(value)


def decode(data, function=None):
    """The value of the bytes: new objects of exact built-in and NumPy types, nothing else.

    function : called with the number of every Handle, returns what stands in its place; None if functions
               may not cross.
    """
    decoder = _Decoder(data, function)
    value = decoder.node(0)
    if decoder.at != len(data):
        raise WireError("bytes left over")
    return value


class _Encoder:
    def __init__(self, functions):
        self.functions, self.parts, self.size, self.nodes = functions, [], 0, 0
        self.open = set()  # ids of the containers around the current node

    def message(self, value):
        try:
            self.node(value, 0)
        except (RecursionError, MemoryError):
            raise WireError("is too large to send") from None
        return b"".join(self.parts)

    def put(self, *parts):
        self.size += sum(map(len, parts))
        if self.size > MAX_BYTES:
            raise WireError(f"is larger than {MAX_BYTES >> 20} MB")
        self.parts += parts

    def node(self, value, depth):
        self.nodes += 1
        if self.nodes > MAX_NODES:
            raise WireError(f"has more than {MAX_NODES} parts")
        if depth > MAX_DEPTH:
            raise WireError(f"is nested more than {MAX_DEPTH} deep")
        if value is None:
            self.put(b"N")
        elif value is True or value is False:
            self.put(b"T" if value else b"F")
        elif isinstance(value, np.generic):
            array = np.asarray(value)
            self.put(b"g", *_dtype_bytes(array.dtype), _plain(array).tobytes())
        elif isinstance(value, np.ndarray):
            code, shape = _dtype_bytes(value.dtype), value.shape
            if value.nbytes > MAX_BYTES:  # before a broadcast view is written out in full
                raise WireError(f"is larger than {MAX_BYTES >> 20} MB")
            head = struct.pack(f"<B{len(shape)}Q", len(shape), *shape)
            self.put(b"a", *code, head, _plain(value).tobytes())
        elif isinstance(value, int):
            raw = int(value)
            raw = raw.to_bytes(raw.bit_length() // 8 + 1, "little", signed=True)
            if len(raw) > MAX_INT_BYTES:
                raise WireError("has an integer of more than 9,000 digits")
            self.put(b"i", struct.pack("<I", len(raw)), raw)
        elif isinstance(value, float):
            self.put(b"f", struct.pack("<d", value))
        elif isinstance(value, complex):
            self.put(b"c", struct.pack("<dd", value.real, value.imag))
        elif isinstance(value, str):
            self.sized(b"s", str.encode(value, "utf-8", "surrogatepass"))
        elif isinstance(value, (bytes, bytearray)):
            self.sized(b"b", bytes(value))
        elif isinstance(value, (tuple, list, dict)):
            self.container(value, depth)
        elif isinstance(value, np.random.Generator):
            state = dict(value.bit_generator.state)
            self.put(b"r")
            self.node(state, depth + 1)
        elif callable(value):
            if self.functions is None:
                raise WireError(f"has a {type(value).__name__} in it, which is not data")
            self.functions.append(value)
            self.put(b"h", struct.pack("<I", len(self.functions) - 1))
        else:
            raise WireError(f"has an object of type {type(value).__name__} in it, which is not plain data")

    def container(self, value, depth):
        if id(value) in self.open:
            raise WireError("contains itself")
        self.open.add(id(value))
        if isinstance(value, dict):
            if len(value) > MAX_DICT:
                raise WireError(f"has a dict of more than {MAX_DICT} entries")
            self.put(b"d", struct.pack("<I", len(value)))
            for key, item in dict.items(value):
                self.node(key, depth + 1)
                self.node(item, depth + 1)
        else:
            self.put(b"t" if isinstance(value, tuple) else b"l", struct.pack("<I", len(value)))
            for item in value:
                self.node(item, depth + 1)
        self.open.discard(id(value))

    def sized(self, tag, raw):
        self.put(tag, struct.pack("<I", len(raw)), raw)


class _Decoder:
    def __init__(self, data, function):
        if len(data) > MAX_BYTES + 64:
            raise WireError("message too large")
        self.data, self.at, self.nodes, self.function = memoryview(data), 0, 0, function

    def take(self, count):
        if count > len(self.data) - self.at:
            raise WireError("message cut short")
        self.at += count
        return self.data[self.at - count : self.at]

    def number(self, layout):
        return struct.unpack(layout, self.take(struct.calcsize(layout)))

    def count(self):
        (count,) = self.number("<I")
        if count > len(self.data) - self.at:  # a node takes a byte at least
            raise WireError("message cut short")
        return count

    def node(self, depth):
        self.nodes += 1
        if self.nodes > MAX_NODES or depth > MAX_DEPTH:
            raise WireError("too many parts, or nested too deep")
        tag = bytes(self.take(1))
        if tag == b"N":
            return None
        if tag in b"TF":
            return tag == b"T"
        if tag == b"f":
            return self.number("<d")[0]
        if tag == b"c":
            return complex(*self.number("<dd"))
        if tag == b"i":
            count = self.count()
            if count > MAX_INT_BYTES:
                raise WireError("integer too large")
            return int.from_bytes(self.take(count), "little", signed=True)
        if tag == b"s":
            try:
                return str(self.take(self.count()), "utf-8", "surrogatepass")
            except UnicodeDecodeError:
                raise WireError("text that is not UTF-8") from None
        if tag == b"b":
            return bytes(self.take(self.count()))
        if tag == b"l":
            return [self.node(depth + 1) for _ in range(self.count())]
        if tag == b"t":
            return tuple([self.node(depth + 1) for _ in range(self.count())])
        if tag == b"d":
            return self.dict(depth)
        if tag == b"a":
            dtype, (ndim,) = self.dtype(), self.number("<B")
            if ndim > 32:
                raise WireError("array of too many dimensions")
            return self.array(dtype, self.number(f"<{ndim}Q"))
        if tag == b"g":
            return self.array(self.dtype(), ())[()]
        if tag == b"r":
            return _generator(self.node(depth + 1))
        if tag == b"h" and self.function is not None:
            return self.function(self.number("<I")[0])
        raise WireError("unknown tag")

    def dict(self, depth):
        count = self.count()
        if count > MAX_DICT:
            raise WireError("dict too large")
        found = {}
        for _ in range(count):
            key = self.node(depth + 1)
            try:
                found[key] = self.node(depth + 1)
            except TypeError:
                raise WireError("a key that cannot be one") from None
        return found

    def dtype(self):
        try:
            code = str(self.take(self.number("<B")[0]), "ascii")
            if not (NUMBERS.fullmatch(code) or TEXTS.fullmatch(code)):
                raise WireError("unknown dtype")
            return np.dtype(code)
        except (UnicodeDecodeError, TypeError):  # f16 does not exist everywhere
            raise WireError("unknown dtype") from None

    def array(self, dtype, shape):
        size = 1
        for length in shape:
            size *= max(length, 1)  # an empty array must not claim sides that no memory could hold
            if size * dtype.itemsize > MAX_BYTES:
                raise WireError("array too large")
        raw = self.take(0 if 0 in shape else size * dtype.itemsize)
        array = np.frombuffer(raw, dtype=dtype).reshape(shape).copy()
        # Bytes that no array of this dtype can have would make comparisons behave as nobody expects.
        if dtype.kind == "b" and (np.frombuffer(raw, np.uint8) > 1).any():
            raise WireError("a truth value that is neither")
        if dtype.kind == "U" and (np.frombuffer(raw, np.uint32) > 0x10FFFF).any():
            raise WireError("text that is not Unicode")
        return array


def _plain(array):
    """The content of an array in this machine's byte order, whatever its class says about itself."""
    return np.asarray(array).astype(array.dtype.newbyteorder("="), copy=False)


def _dtype_bytes(dtype):
    code = dtype.newbyteorder("=").str[1:]
    if not (NUMBERS.fullmatch(code) or TEXTS.fullmatch(code)):
        raise WireError(f"has an array of dtype {dtype} in it, which is not numbers or text")
    return bytes([len(code)]), code.encode()


def _generator(state):
    """A Generator in the given state. NumPy trusts a state: an index out of range would read beyond it."""
    if not isinstance(state, dict) or state.get("bit_generator") not in BIT_GENERATORS:
        raise WireError("unknown bit generator")
    bits = getattr(np.random, state["bit_generator"])(0)
    if not _same_form(state, bits.state):
        raise WireError("not the state of a bit generator")
    bits.state = state
    return np.random.Generator(bits)


STATE_LIMITS = {
    "state": 2**128, "inc": 2**128, "pos": 625, "buffer_pos": 5, "has_uint32": 2, "uinteger": 2**32,
}


def _same_form(given, model, name=""):
    if isinstance(model, dict):
        return (isinstance(given, dict) and given.keys() == model.keys()
                and all(_same_form(given[key], model[key], key) for key in model))
    if isinstance(model, np.ndarray):
        return isinstance(given, np.ndarray) and given.dtype == model.dtype and given.shape == model.shape
    if isinstance(model, str):
        return given == model
    return type(given) is int and 0 <= given < STATE_LIMITS.get(name, 0)


class Closed(Exception):
    """The other side has hung up, or died."""


class Late(Exception):
    """The other side did not answer in time."""


class Channel:
    """Messages over a socket: four bytes of length, then the message. No wait is longer than `deadline`."""

    def __init__(self, connection):
        self.socket = connection
        self.deadline = None  # time.monotonic(); None waits for ever

    def send(self, value, functions=None):
        self.send_bytes(encode(value, functions))

    def send_bytes(self, raw):
        self._limit()
        try:
            self.socket.sendall(struct.pack("<I", len(raw)) + raw)
        except TimeoutError:
            raise Late from None
        except OSError:
            raise Closed from None

    def receive(self, function=None):
        return decode(self.receive_bytes(), function)

    def receive_bytes(self):
        (length,) = struct.unpack("<I", self._read(4))
        if length > MAX_BYTES + 64:
            raise WireError("message too large")
        return self._read(length)

    def _read(self, count):
        read = bytearray()  # grows with what comes, not with what was announced
        while len(read) < count:
            self._limit()
            try:
                part = self.socket.recv(min(count - len(read), 2**20))
            except TimeoutError:
                raise Late from None
            except OSError:
                raise Closed from None
            if not part:
                raise Closed
            read += part
        return bytes(read)

    def _limit(self):
        if self.deadline is not None:
            left = self.deadline - time.monotonic()
            if left <= 0:
                raise Late
            self.socket.settimeout(left)


def channel_pair():
    """Two connected sockets."""
    return socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
