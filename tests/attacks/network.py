"""Talks to the network, to local services, and to sockets by path and by abstract name."""
import socket


def double(x):
    for family, address in [
        (socket.AF_INET, ("127.0.0.1", PORT)), (socket.AF_INET6, ("::1", PORT)),
        (socket.AF_INET, ("8.8.8.8", 53)),
        (socket.AF_UNIX, "SOCKET"), (socket.AF_UNIX, "\0safegrade-attack"), (40, (2, PORT)),
    ]:
        try:
            with socket.socket(family, socket.SOCK_STREAM) as s:
                s.settimeout(1)
                s.connect(address)
                return 2 * x
        except OSError:
            pass
    return 0
