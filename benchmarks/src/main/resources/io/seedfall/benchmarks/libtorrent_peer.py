"""One libtorrent peer of a benchmark: SETTINGS(default|tuned) ROLE(seed|leech) TORRENT DIRECTORY LISTEN PEER,PEER,...

Prints "ready", waits for a line on standard input, takes part, makes DIRECTORY/complete once it has everything and it is
on disk, and goes on until it is ended or standard input is closed.
"""
import os
import sys
import time

import libtorrent

settings_name, role, torrent, directory, listen, peers = sys.argv[1:7]

# Nothing of these is wanted in a closed network, tuned or not.
settings = {
    "listen_interfaces": listen,
    "enable_dht": False,
    "enable_lsd": False,
    "enable_upnp": False,
    "enable_natpmp": False,
}
if listen.startswith("127."):
    settings["allow_multiple_connections_per_ip"] = True
if settings_name == "tuned":
    settings.update({
        "enable_outgoing_utp": False,
        "enable_incoming_utp": False,
        "in_enc_policy": 2,
        "out_enc_policy": 2,
        "connections_limit": 1000,
        "connection_speed": 1000,
        "torrent_connect_boost": 255,
        "unchoke_slots_limit": 8,
        "request_queue_time": 3,
        "max_out_request_queue": 2000,
        "max_allowed_in_request_queue": 4000,
        "send_buffer_watermark": 3 << 20,
        "send_buffer_watermark_factor": 150,
        "aio_threads": 2,
        "hashing_threads": 1,
        "alert_mask": 0,
    })
session = libtorrent.session(settings)
parameters = libtorrent.add_torrent_params()
parameters.ti = libtorrent.torrent_info(torrent)
parameters.save_path = directory
parameters.flags &= ~(libtorrent.torrent_flags.auto_managed | libtorrent.torrent_flags.paused)
if role == "seed":
    parameters.flags |= libtorrent.torrent_flags.seed_mode

print("ready", flush=True)
sys.stdin.readline()

handle = session.add_torrent(parameters)
for peer in peers.split(","):
    address, port = peer.rsplit(":", 1)
    handle.connect_peer((address, int(port)))
while not handle.status().is_seeding:
    time.sleep(0.01)
open(os.path.join(directory, "complete"), "w").close()
sys.stdin.read()
