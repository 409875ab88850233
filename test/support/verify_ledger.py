"""Verifies a log of a holdfast ledger. Written from docs/reference/ledger-format.md alone, with no code of holdfast."""

import base64
import hashlib
import json
import pathlib
import struct
import sys
import zlib

HEADER = b"holdfast-ledger\n"


# Ed25519 as RFC 8032 section 5.1 writes it, so that nothing has to be installed. Slow, and good for checking.
P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)


def recover_x(y, sign):
    x2 = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    if x2 == 0:
        return None if sign else 0
    x = pow(x2, (P + 3) // 8, P)
    if (x * x - x2) % P != 0:
        x = x * ROOT % P
    if (x * x - x2) % P != 0:
        return None
    return P - x if (x & 1) != sign else x


def add(p, q):
    a = (p[1] - p[0]) * (q[1] - q[0]) % P
    b = (p[1] + p[0]) * (q[1] + q[0]) % P
    c = 2 * p[3] * q[3] * D % P
    d = 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def times(scalar, point):
    result = (0, 1, 1, 0)
    while scalar > 0:
        if scalar & 1:
            result = add(result, point)
        point = add(point, point)
        scalar >>= 1
    return result


def decompress(data):
    y = int.from_bytes(data, "little")
    sign = y >> 255
    y &= (1 << 255) - 1
    if y >= P:
        return None
    x = recover_x(y, sign)
    return None if x is None else (x, y, 1, x * y % P)


BASE_Y = 4 * pow(5, P - 2, P) % P
BASE_X = recover_x(BASE_Y, 0)
BASE = (BASE_X, BASE_Y, 1, BASE_X * BASE_Y % P)


def signature_holds(public, message, signature):
    key, r = decompress(public), decompress(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if key is None or r is None or s >= L:
        return False
    digest = hashlib.sha512(signature[:32] + public + message).digest()
    left = times(s, BASE)
    right = add(r, times(int.from_bytes(digest, "little") % L, key))
    same_x = (left[0] * right[2] - right[0] * left[2]) % P == 0
    same_y = (left[1] * right[2] - right[1] * left[2]) % P == 0
    return same_x and same_y


def leaf_hash(content):
    return hashlib.sha256(b"\x00" + content).digest()


def root_over(leaves):
    if not leaves:
        return hashlib.sha256(b"").digest()
    edge = []  # (number of leaves, hash), complete subtrees from the left
    for leaf in leaves:
        edge.append((1, leaf))
        while len(edge) > 1 and edge[-1][0] == edge[-2][0]:
            (size, right), (_, left) = edge.pop(), edge.pop()
            edge.append((2 * size, hashlib.sha256(b"\x01" + left + right).digest()))
    root = edge[-1][1]
    for _, left in reversed(edge[:-1]):
        root = hashlib.sha256(b"\x01" + left + root).digest()
    return root


def fail(reason):
    print(reason)
    sys.exit(1)


def read_leaves(folder):
    leaves, removed, explained = [], [], []
    segments = sorted(folder.glob("*.segment"))
    for segment in segments:
        if int(segment.stem) != len(leaves):
            fail(f"segment {segment.name} stands where entry {len(leaves)} is due")
        data = segment.read_bytes()
        if data[:16] != HEADER:
            fail(f"entry {len(leaves)}: {segment.name} does not begin as a segment")
        at = 16
        while at < len(data):
            if len(data) - at < 8:
                fail(f"entry {len(leaves)}: the record is cut off")
            length, checksum = struct.unpack(">II", data[at : at + 8])
            body = data[at + 8 : at + 8 + length]
            if len(body) < length or length < 2:
                fail(f"entry {len(leaves)}: the record is cut off")
            if zlib.crc32(body) != checksum:
                fail(f"entry {len(leaves)}: the checksum does not hold")
            kind, content = body[0], body[1:]
            if kind == 2 and len(content) == 32:
                removed.append(len(leaves))
                leaves.append(content)
            elif kind == 0:
                entry = json.loads(content)["entry"]
                if entry["kind"] == "removal":
                    explained += entry["ranges"]
                leaves.append(leaf_hash(content))
            else:
                fail(f"entry {len(leaves)}: a record of type {kind}")
            at += 8 + length
    for number in removed:
        if not any(first <= number <= last for first, last in explained):
            fail(f"entry {number}: its content was removed, and no entry says why")
    return leaves


def open_checkpoint(note, origin, verifier):
    name, key_id, key = verifier.rsplit("+", 2)
    public = base64.b64decode(key)[1:]
    if hashlib.sha256(name.encode() + b"\n\x01" + public).digest()[:4].hex() != key_id:
        fail("the key id is not that of the key")
    text, signatures = note.rsplit("\n\n", 1)
    text += "\n"
    for line in signatures.splitlines():
        dash, signer, encoded = line.split(" ")
        data = base64.b64decode(encoded)
        if dash != "\u2014" or signer != name or data[:4].hex() != key_id:
            continue
        if not signature_holds(public, text.encode(), data[4:]):
            fail("the signature does not hold")
        found, size, root = text.splitlines()[:3]
        if found != origin:
            fail(f"the checkpoint is of {found}")
        return int(size), base64.b64decode(root)
    fail("no known key signed the checkpoint")


def main(folder, verifier):
    folder = pathlib.Path(folder)
    origin = json.loads((folder / "log.json").read_text())["origin"]
    leaves = read_leaves(folder)
    size, root = open_checkpoint((folder / "checkpoint").read_text(), origin, verifier)
    if size > len(leaves):
        fail(f"entry {len(leaves)} is missing: {size} were signed")
    if root_over(leaves[:size]) != root:
        fail("the entries do not lead to the root that was signed")
    print(f"{len(leaves)} entries, {size} signed")


main(*sys.argv[1:])
