package io.seedfall.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.seedfall.protocol.metainfo.Metainfo;
import io.seedfall.protocol.metainfo.TorrentFormat;
import io.seedfall.swarm.PeerSources;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Transfers with trackers: what they say, whom they find, and that nothing of it is left. */
final class TrackersTest {
  private static final String NOBODY = "d8:intervali300e5:peers0:e";

  @TempDir Path root;
  private Bench bench;
  private Path source;

  @BeforeEach
  void setUp() throws Exception {
    bench = new Bench(root);
    source = bench.file("a.bin", 200_000, 1);
  }

  @AfterEach
  void tearDown() throws Exception {
    bench.close(); // no thread is left
  }

  private Metainfo metainfo(String... trackers) throws Exception {
    return Bench.metainfo(source, 64 * 1024).withTrackers(List.of(List.of(trackers)));
  }

  private SeedSpec seedSpec(Metainfo metainfo, PeerSources sources) {
    return new SeedSpec(metainfo, source, false, List.of(), new Heard(), sources);
  }

  @Test
  void aSeedSaysThatItStartsAndThatItStops() throws Exception {
    try (RawTracker tracker = RawTracker.saying(NOBODY)) {
      Node node = bench.node();
      Transfer seed = node.seed(seedSpec(metainfo(tracker.url()), PeerSources.EVERYWHERE));
      assertThat(tracker.await())
          .containsEntry("event", "started")
          .containsEntry("left", "0")
          .containsEntry("port", "" + node.listenAddress().getPort());
      seed.close();
      assertThat(tracker.await()).containsEntry("event", "stopped").containsEntry("numwant", "0");
      assertThat(node.threadsAlive()).as("the one that accepts").isEqualTo(1);
      assertThat(tracker.waiting()).isZero();
    }
  }

  @Test
  void aFetchFindsItsSeedByTrackerAndSaysWhenItIsComplete() throws Exception {
    try (RawTracker tracker = RawTracker.saying(NOBODY)) {
      Metainfo metainfo = metainfo(tracker.url());
      Node seed = bench.node();
      seed.seed(new SeedSpec(metainfo, source, false, List.of(), new Heard()));
      tracker.say(RawTracker.naming(seed.listenAddress().getPort()));
      Heard heard = new Heard();
      Transfer fetch =
          bench
              .node()
              .fetch(
                  new FetchSpec(
                      metainfo, bench.directory("got"), List.of(), heard, PeerSources.EVERYWHERE));
      heard.awaitCompleted();
      assertThat(fetch.content()).hasSameBinaryContentAs(source);
      assertThat(tracker.await()).containsEntry("event", "started").containsEntry("left", "200000");
      assertThat(tracker.await())
          .containsEntry("event", "completed")
          .containsEntry("left", "0")
          .containsEntry("downloaded", "200000");
      heard.awaitTrackerNews();
      heard.awaitTrackerNews(); // the answer to that has come: it is not said again
      fetch.close();
      assertThat(tracker.await()).containsEntry("event", "stopped");
    }
  }

  @Test
  void whoHasACoordinatorAsksNoTracker() throws Exception {
    try (RawTracker asked = RawTracker.saying(NOBODY);
        RawTracker unasked = RawTracker.saying(NOBODY)) {
      Node node = bench.node();
      Transfer quiet = node.seed(seedSpec(metainfo(unasked.url()), PeerSources.NEIGHBOURS));
      quiet.close();
      node.seed(seedSpec(metainfo(asked.url()), PeerSources.TRACKERS));
      asked.await();
      assertThat(unasked.waiting()).isZero();
    }
  }

  @Test
  void whenATrackerIsAwayTheNextTierIsAsked() throws Exception {
    RawTracker gone = RawTracker.saying(NOBODY);
    gone.close();
    try (RawTracker refusing = RawTracker.saying("d14:failure reason2:noe");
        RawTracker answering = RawTracker.saying(NOBODY)) {
      Metainfo metainfo =
          metainfo()
              .withTrackers(
                  List.of(
                      List.of(gone.url()),
                      List.of("wss://127.0.0.1:1/announce", "udp://127.0.0.1/no-port"),
                      List.of(refusing.url()),
                      List.of(answering.url())));
      bench.node().seed(seedSpec(metainfo, PeerSources.EVERYWHERE));
      assertThat(refusing.await()).containsEntry("event", "started");
      assertThat(answering.await()).containsEntry("event", "started");
    }
  }

  @Test
  void whenNoneAnswersTheListenerHearsWhy() throws Exception {
    try (RawTracker tracker = RawTracker.saying("d14:failure reason9:not todaye")) {
      Heard heard = new Heard();
      bench
          .node()
          .seed(
              new SeedSpec(
                  metainfo(tracker.url()),
                  source,
                  false,
                  List.of(),
                  heard,
                  PeerSources.EVERYWHERE));
      assertThat(heard.awaitTrackerNews())
          .isEqualTo(new TrackerNews.NoneAnswered(tracker.url() + ": not today"));
    }
  }

  @Test
  void aHybridTorrentIsAnnouncedUnderBothItsNames() throws Exception {
    try (RawTracker tracker = RawTracker.saying(NOBODY)) {
      Metainfo hybrid =
          ArtifactHasher.hash(source, "a.bin", 64 * 1024, HashProgress.none(), TorrentFormat.HYBRID)
              .withTrackers(List.of(List.of(tracker.url())));
      Transfer seed = bench.node().seed(seedSpec(hybrid, PeerSources.EVERYWHERE));
      TreeSet<String> started = new TreeSet<>();
      started.add(tracker.await().get("info_hash"));
      started.add(tracker.await().get("info_hash"));
      assertThat(started).hasSize(2);
      seed.close();
      assertThat(tracker.await()).containsEntry("event", "stopped");
      assertThat(tracker.await()).containsEntry("event", "stopped");
    }
  }
}
