"""ports.py NUMBER: so many free loopback ports, one a line.

They lie below the range that the system hands to outgoing connections, so that no client takes
one of them while a server is stopped for a moment.
"""

import random
import socket
import sys

held = []
for port in random.sample(range(15000, 32000), 2000):
    try:
        sockets = [socket.socket() for _ in range(2)]
        for address, listener in zip(("127.0.0.1", "127.0.0.2"), sockets):
            listener.bind((address, port))
    except OSError:
        continue
    held.append((port, sockets))
    if len(held) == int(sys.argv[1]):
        break
else:
    sys.exit("no free ports on 127.0.0.1")
for port, _ in held:
    print(port)
