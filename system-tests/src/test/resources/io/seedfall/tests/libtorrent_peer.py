"""A libtorrent client for the tests: libtorrent_peer.py create|link|seed|get ...

create SOURCE TORRENT FORMAT     make a torrent of SOURCE (a file or a folder): v1, v1-padded, v2 or hybrid
seed   TORRENT FOLDER ADDRESS    seed what lies in FOLDER; prints "listening PORT", runs until its input ends
link   TORRENT                   print its magnet link
get    TORRENT FOLDER ADDRESS [--peer ADDRESS:PORT] [--seconds N] [--seed-on] [--source ADDRESS] [--upload-rate BYTES]
                                 fetch into FOLDER (TORRENT may be a magnet link); prints "listening PORT", "peers N"
                                 when it is connected to more than before, "complete"; then it ends, or seeds until its input ends. With --source it prints "one copy is out"
                                 when it and the peers that it is connected to have all pieces between them, the peer
                                 at that address not counted. It sends no more than so many BYTES a second
With LIBTORRENT_LSD in the environment, peers are found on the local network.
"""
import argparse
import os
import sys
import time

import libtorrent as lt


def session(address):
    return lt.session({
        "listen_interfaces": address + ":0", "outgoing_interfaces": "",
        "enable_dht": False, "enable_lsd": "LIBTORRENT_LSD" in os.environ, "enable_upnp": False, "enable_natpmp": False,
        "enable_incoming_utp": False, "enable_outgoing_utp": False,
        "in_enc_policy": 2, "out_enc_policy": 2,
        "allow_multiple_connections_per_ip": True, "alert_mask": lt.alert.category_t.storage_notification,
    })


def add(s, torrent, folder, seeding):
    p = lt.add_torrent_params()
    if torrent.startswith("magnet:"):
        p = lt.parse_magnet_uri(torrent)
    else:
        p.ti = lt.torrent_info(torrent)
    p.save_path = folder
    p.flags &= ~lt.torrent_flags.auto_managed
    p.flags &= ~lt.torrent_flags.paused
    if seeding:
        p.flags |= lt.torrent_flags.seed_mode
    return s.add_torrent(p)


def create(source, torrent, fmt):
    fs = lt.file_storage()
    lt.add_files(fs, source)
    t = lt.create_torrent(fs, 64 * 1024, {
        "v1": lt.create_torrent.v1_only,
        "v1-padded": lt.create_torrent.v1_only | lt.create_torrent.canonical_files,
        "v2": lt.create_torrent.v2_only,
        "hybrid": 0,
    }[fmt])
    lt.set_piece_hashes(t, os.path.dirname(source))
    with open(torrent, "wb") as f:
        f.write(lt.bencode(t.generate()))


def link(torrent):
    print(lt.make_magnet_uri(lt.torrent_info(torrent)))


def seed(torrent, folder, address, *_):
    s = session(address)
    add(s, torrent, folder, True)
    while s.listen_port() == 0:
        time.sleep(0.01)
    print("listening", s.listen_port(), flush=True)
    sys.stdin.read()


def one_copy_is_out(h, source):
    """Whether the pieces that we and the peers other than source have are all there are."""
    together = list(h.status().pieces)
    for peer in h.get_peer_info():
        if peer.ip[0] != source:
            together = [a or b for a, b in zip(together, peer.pieces)] if len(peer.pieces) == len(together) else together
    return len(together) > 0 and all(together)


def get(torrent, folder, address, *more):
    o = argparse.ArgumentParser()
    o.add_argument("--peer", default=None)
    o.add_argument("--source", default=None)
    o.add_argument("--seconds", type=float, default=240)
    o.add_argument("--upload-rate", type=int, default=0)
    o.add_argument("--seed-on", action="store_true")
    o = o.parse_args(more)
    s = session(address)
    h = add(s, torrent, folder, False)
    h.set_upload_limit(o.upload_rate)
    while s.listen_port() == 0:
        time.sleep(0.01)
    print("listening", s.listen_port(), flush=True)
    end = time.time() + o.seconds
    connected = 0.0
    out = o.source is None
    most = 0
    while not h.status().is_seeding or not out:
        now = time.time()
        if now > end:
            st = h.status()
            sys.exit("not complete after %s s: %.1f %%, %d peers, %s" % (o.seconds, st.progress * 100, st.num_peers, st.state))
        if o.peer is not None and h.status().num_peers == 0 and now - connected > 0.5:
            at, port = o.peer.rsplit(":", 1)
            h.connect_peer((at, int(port)))
            connected = now
        if h.status().num_peers > most:
            most = h.status().num_peers
            print("peers", most, flush=True)
        if not out and one_copy_is_out(h, o.source):
            print("one copy is out", flush=True)
            out = True
        time.sleep(0.02)
    h.flush_cache()
    while not any(isinstance(a, lt.cache_flushed_alert) for a in s.pop_alerts()):
        s.wait_for_alert(500)
    print("complete", flush=True)
    if o.seed_on:
        sys.stdin.read()


if __name__ == "__main__":
    {"create": create, "link": link, "seed": seed, "get": get}[sys.argv[1]](*sys.argv[2:])
