package io.seedfall.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.seedfall.protocol.Endpoint;
import io.seedfall.protocol.metainfo.Metainfo;
import io.seedfall.protocol.metainfo.MetainfoParser;
import io.seedfall.protocol.metainfo.ParsedMetainfo;
import io.seedfall.swarm.PeerSources;
import io.seedfall.swarm.SwarmEvent.PeersLearnt.Source;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Peers that somebody names while a transfer runs. */
final class LearntPeersTest {
  @TempDir Path root;
  private Bench bench;
  private Path source;
  private Metainfo metainfo;

  @BeforeEach
  void setUp() throws Exception {
    bench = new Bench(root);
    source = bench.file("a.bin", 200_000, 1);
    metainfo = Bench.metainfo(source, 64 * 1024);
  }

  @AfterEach
  void tearDown() throws Exception {
    bench.close();
  }

  private Transfer fetching(Metainfo what, PeerSources sources, Heard heard) throws Exception {
    return bench
        .node()
        .fetch(new FetchSpec(what, bench.directory("got"), List.of(), heard, sources));
  }

  @Test
  void whatATrackerNamesIsDialledAndFetchedFrom() throws Exception {
    Node seed = bench.node();
    seed.seed(new SeedSpec(metainfo, source, false, List.of(), new Heard()));
    Heard heard = new Heard();
    Transfer fetch = fetching(metainfo, PeerSources.EVERYWHERE, heard);
    fetch.learnt(List.of(Bench.endpoint(seed)), Source.TRACKER);
    heard.awaitCompleted();
    assertThat(fetch.content()).hasSameBinaryContentAs(source);
  }

  @Test
  void aPrivateTorrentDialsWhomATrackerNamesAndNobodyElse() throws Exception {
    Metainfo secret = madePrivate(metainfo);
    try (ServerSocket stranger = RawPeer.listen();
        ServerSocket member = RawPeer.listen()) {
      Transfer fetch = fetching(secret, PeerSources.EVERYWHERE, new Heard());
      fetch.learnt(List.of(endpoint(stranger)), Source.LINK);
      fetch.learnt(List.of(endpoint(stranger)), Source.LOCAL);
      fetch.learnt(List.of(endpoint(member)), Source.TRACKER);
      RawPeer.accept(member).close(); // events are taken in order: the others would have been first
      stranger.setSoTimeout(1);
      assertThatThrownBy(stranger::accept).isInstanceOf(SocketTimeoutException.class);
    }
  }

  @Test
  void anAddressThatIsANameIsRefused() throws Exception {
    Transfer fetch = fetching(metainfo, PeerSources.EVERYWHERE, new Heard());
    assertThatThrownBy(() -> fetch.learnt(List.of(new Endpoint("localhost", 6881)), Source.TRACKER))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static Endpoint endpoint(ServerSocket server) {
    return new Endpoint("127.0.0.1", server.getLocalPort());
  }

  /** The same torrent with {@code private} in its info dictionary, put there by hand. */
  private static Metainfo madePrivate(Metainfo metainfo) {
    String torrent = new String(metainfo.toTorrentBytes(), StandardCharsets.ISO_8859_1);
    String key = "12:piece lengthi65536e";
    assertThat(torrent).contains(key);
    byte[] changed =
        torrent.replace(key, key + "7:privatei1e").getBytes(StandardCharsets.ISO_8859_1);
    return ((ParsedMetainfo.Valid) MetainfoParser.parse(changed)).metainfo();
  }
}
