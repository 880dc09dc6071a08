#!/usr/bin/python3
"""Makes the torrents beside this script with libtorrent (Debian: python3-libtorrent).

The tests compare with them what Seedfall computes from the same content, so that they prove
compatibility without libtorrent. Byte i of the file with number f is formula(f, i); the names and
lengths below stand once more in LibtorrentTorrentsTest. Run it in an empty directory:

    /usr/bin/python3 make_torrents.py [TARGET_DIRECTORY]
"""

import os
import sys
import tempfile

import libtorrent as lt

KIB = 1024
TREE = [
    ("a-piece.bin", 32 * KIB),
    ("a-piece-and-one.bin", 32 * KIB + 1),
    ("empty.bin", 0),
    ("leaf.bin", 16 * KIB),
    ("leaf-and-one.bin", 16 * KIB + 1),
    ("nested/deeper/grüße \U0001f331.bin", 300_000),
    ("nested/many.bin", 1_000_000),
    ("nested.txt", 77),
    ("one.bin", 1),
]


def formula(file, i):
    return (i * 31 + (i >> 8) * 17 + (i >> 16) * 13 + file) & 0xFF


def write(root, path, length, file):
    full = os.path.join(root, path)
    os.makedirs(os.path.dirname(full), exist_ok=True)
    with open(full, "wb") as out:
        out.write(bytes(formula(file, i) for i in range(length)))


def torrent(source, piece_bytes, flags, target, private=False):
    files = lt.file_storage()
    lt.add_files(files, source)
    made = lt.create_torrent(files, piece_bytes, flags)
    made.set_creator("make_torrents.py")
    made.add_tracker("http://tracker.example/announce")
    made.set_priv(private)
    lt.set_piece_hashes(made, os.path.dirname(source))
    entry = made.generate()
    entry.pop(b"creation date", None)  # so that a second run makes the same bytes
    with open(target, "wb") as out:
        out.write(lt.bencode(entry))
    info = lt.torrent_info(target)
    hashes = info.info_hashes()
    print(
        os.path.basename(target),
        "v1:", hashes.v1 if hashes.has_v1() else "-",
        "v2:", hashes.v2 if hashes.has_v2() else "-",
    )


def main(target):
    v2_only = lt.create_torrent.v2_only
    with tempfile.TemporaryDirectory() as root:
        write(root, "single.bin", 1_000_003, 0)
        single = os.path.join(root, "single.bin")
        torrent(single, 64 * KIB, v2_only, os.path.join(target, "single.torrent"))
        torrent(single, 16 * KIB, v2_only, os.path.join(target, "leaves.torrent"), private=True)
        torrent(single, 64 * KIB, lt.create_torrent.v1_only, os.path.join(target, "v1.torrent"))
        torrent(single, 1024 * KIB, v2_only, os.path.join(target, "one-piece.torrent"))
        for file, (path, length) in enumerate(TREE):
            write(root, os.path.join("tree", path), length, file)
        tree = os.path.join(root, "tree")
        torrent(tree, 32 * KIB, v2_only, os.path.join(target, "tree.torrent"))
        torrent(tree, 32 * KIB, 0, os.path.join(target, "hybrid.torrent"))
        torrent(single, 64 * KIB, 0, os.path.join(target, "hybrid-single.torrent"))
        v1_only = lt.create_torrent.v1_only
        torrent(tree, 32 * KIB, v1_only, os.path.join(target, "v1-tree.torrent"))
        canonical = v1_only | lt.create_torrent.canonical_files
        torrent(tree, 32 * KIB, canonical, os.path.join(target, "v1-padded.torrent"))


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else ".")
