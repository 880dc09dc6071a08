"""A libtorrent client for the tests: libtorrent_peer.py create|link|seed|get ...

create SOURCE TORRENT FORMAT     make a torrent of SOURCE (a file or a folder): v1, v1-padded, v2 or hybrid
seed   TORRENT FOLDER ADDRESS    seed what lies in FOLDER; prints "listening PORT", runs until its input ends
link   TORRENT                   print its magnet link
get    TORRENT FOLDER ADDRESS PEER_ADDRESS PEER_PORT SECONDS      (TORRENT may be a magnet link)
                                 fetch into FOLDER from that peer; prints "complete" and exits 0
With LIBTORRENT_LSD in the environment, peers are found on the local network, and PEER_ADDRESS - names none.
"""
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
        "allow_multiple_connections_per_ip": True, "alert_mask": 0,
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


def seed(torrent, folder, address):
    s = session(address)
    add(s, torrent, folder, True)
    while s.listen_port() == 0:
        time.sleep(0.01)
    print("listening", s.listen_port(), flush=True)
    sys.stdin.read()


def get(torrent, folder, address, peer_address, peer_port, seconds):
    s = session(address)
    h = add(s, torrent, folder, False)
    end = time.time() + float(seconds)
    connected = 0.0
    while not h.status().is_seeding:
        now = time.time()
        if now > end:
            st = h.status()
            sys.exit("not complete after %s s: %.1f %%, %d peers, %s" % (seconds, st.progress * 100, st.num_peers, st.state))
        if peer_address != "-" and h.status().num_peers == 0 and now - connected > 0.5:
            h.connect_peer((peer_address, int(peer_port)))
            connected = now
        time.sleep(0.02)
    h.flush_cache()
    s.pause()
    del h
    del s  # waits for the disk
    print("complete", flush=True)


if __name__ == "__main__":
    {"create": create, "link": link, "seed": seed, "get": get}[sys.argv[1]](*sys.argv[2:])
