"""Real packets: each probe is a connection, a datagram or a ping from a namespace, answered or not in a short time."""
import asyncio, errno, itertools, socket, struct
from dataclasses import dataclass
import kernel

NOW, PATIENT = 1.2, 6.0  # seconds: what is slow is asked again before it counts as blocked
# What Linux says of a packet that did not pass: the rest are mistakes of ours. EPERM comes from a rule outbound.
BLOCKED = {errno.EPERM, errno.ECONNREFUSED, errno.ECONNRESET, errno.EHOSTUNREACH, errno.ENETUNREACH, errno.ETIMEDOUT, errno.EPIPE}
KINDS = {"tcp": socket.SOCK_STREAM, "udp": socket.SOCK_DGRAM}
idents = itertools.count(1)


@dataclass(frozen=True)
class Probe:
    """From where to where. `relay` is what a balancer then does: to which address and port, from which port."""
    protocol: str
    namespace: str
    source: str
    sport: int
    destination: str
    port: int
    relay: tuple = None


@dataclass(frozen=True)
class Server:
    """Who answers. `relays`: a balancer, which asks on."""
    protocol: str
    namespace: str
    address: str
    port: int
    relays: bool = False


def opened(namespace, kind, address, port=0, protocol=0):
    with kernel.inside(namespace):
        sock = socket.socket(socket.AF_INET, kind, protocol)
    sock.setblocking(False)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if kind == socket.SOCK_STREAM:
        # No port stays taken behind a connection.
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    sock.bind((address, port))
    return sock


async def connected(namespace, source, sport, destination, port, line):
    """What is answered to a line."""
    loop, sock = asyncio.get_running_loop(), opened(namespace, socket.SOCK_STREAM, source, sport)
    try:
        await loop.sock_connect(sock, (destination, port))
        await loop.sock_sendall(sock, line)
        return await loop.sock_recv(sock, 64)
    finally:
        sock.close()


async def datagram(p):
    loop, sock = asyncio.get_running_loop(), opened(p.namespace, socket.SOCK_DGRAM, p.source, p.sport)
    try:
        await loop.sock_connect(sock, (p.destination, p.port))
        while True:
            await loop.sock_sendall(sock, b"?\n")
            try:
                return await asyncio.wait_for(loop.sock_recv(sock, 64), 0.5)
            except TimeoutError:
                continue
    finally:
        sock.close()


async def ping(p):
    loop, ident = asyncio.get_running_loop(), next(idents) & 0xFFFF
    sock = opened(p.namespace, socket.SOCK_RAW, p.source, protocol=socket.IPPROTO_ICMP)
    try:
        sock.connect((p.destination, 0))
        body = struct.pack("!HH", ident, 1)
        await loop.sock_sendall(sock, b"\x08\x00" + checksum(b"\x08\x00\x00\x00" + body) + body)
        while True:
            packet = await loop.sock_recv(sock, 256)
            icmp = packet[(packet[0] & 15) * 4:]
            if icmp[0] == 0 and icmp[4:6] == body[:2]:
                return b"ok"
    finally:
        sock.close()


def checksum(data):
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    total = (total & 0xFFFF) + (total >> 16)
    return struct.pack("!H", ~total & 0xFFFF)


async def send(p, patience):
    """Was it answered."""
    line = ("%s %d %d\n" % p.relay).encode() if p.relay else b"?\n"
    ways = {"udp": datagram, "icmp": ping}
    way = ways[p.protocol](p) if p.protocol in ways else connected(p.namespace, p.source, p.sport, p.destination, p.port, line)
    try:
        return await asyncio.wait_for(way, patience) == b"ok"
    except TimeoutError:
        return False
    except OSError as error:
        if error.errno not in BLOCKED:
            raise kernel.Failed(f"{p}: {error}") from error
        return False


async def serve(server, tasks):
    sock = opened(server.namespace, KINDS[server.protocol], server.address, server.port)
    if server.protocol == "udp":
        asyncio.get_running_loop().add_reader(sock, lambda: sock.sendto(b"ok", sock.recvfrom(64)[1]))
        return sock
    sock.listen(256)
    tasks.append(asyncio.create_task(accepting(server, sock, tasks)))
    return sock


async def accepting(server, sock, tasks):
    loop = asyncio.get_running_loop()
    while True:
        peer, _ = await loop.sock_accept(sock)
        peer.setblocking(False)
        tasks.append(asyncio.create_task(answering(server, peer)))


async def answering(server, peer):
    loop = asyncio.get_running_loop()
    try:
        line = (await loop.sock_recv(peer, 64)).decode().split()
        if server.relays:
            if len(line) != 3:
                return  # nobody to ask on: a balancer without members
            address, port, sport = line[0], int(line[1]), int(line[2])
            answer = await connected(server.namespace, server.address, sport, address, port, b"?\n")
        else:
            answer = b"ok"
        await loop.sock_sendall(peer, answer)
        await asyncio.sleep(0.05)
    except OSError:
        pass
    finally:
        peer.close()


async def all_of(probes, servers, doubted):
    """Which probes were answered. Those of `doubted` are asked again, patiently, before they count as blocked."""
    tasks, socks = [], []
    loop = asyncio.get_running_loop()
    try:
        for server in servers:
            socks.append(await serve(server, tasks))
        answered = dict(zip(probes, await asyncio.gather(*(send(p, NOW) for p in probes))))
        again = [p for p in probes if p in doubted and not answered[p]]
        answered.update(zip(again, await asyncio.gather(*(send(p, PATIENT) for p in again))))
        return answered
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for sock in socks:
            loop.remove_reader(sock)
            sock.close()


def answered(probes, servers, doubted):
    return asyncio.run(all_of(list(probes), list(servers), doubted))
