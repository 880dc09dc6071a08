package io.seedfall.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.seedfall.control.Assignment;
import io.seedfall.control.ControlException;
import io.seedfall.control.Problem;
import io.seedfall.control.SignedDocument;
import io.seedfall.protocol.InfoHash;
import io.seedfall.protocol.trust.Manifest;
import io.seedfall.protocol.trust.Root;
import io.seedfall.protocol.trust.Seen;
import io.seedfall.protocol.trust.Signers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TrustDeskTest {
  private static final long NOW = 1_800_000_000_000L;
  private static final String HASH = "ab".repeat(32);
  private static final String OTHER = "cd".repeat(32);
  private static final int SIZE = 5;

  private final Signers signers = Signers.of(4);
  private final Map<Long, byte[]> offered = new TreeMap<>();
  private long nowMillis = NOW;
  private boolean away;
  @TempDir private Path temporary;
  private Path state;
  private Path anchor;

  @BeforeEach
  void begin() throws IOException {
    state = Files.createDirectory(temporary.resolve("state"));
    anchor = write(root(1, 0), 0);
  }

  /** Version, its root key, and artifacts by key 3. */
  private Root root(long version, int rootKey) {
    return new Root(version, NOW + 1_000, signers.role(1, rootKey), signers.role(1, 3), List.of());
  }

  private Path write(Root root, int... by) throws IOException {
    return Files.write(temporary.resolve("root-" + root.version()), signers.sign(root, by));
  }

  private byte[] source(long version) throws ControlException {
    byte[] document = offered.get(version);
    if (away || document == null) {
      throw new ControlException(away ? Problem.UNREACHABLE : Problem.UNKNOWN_ROOT, "none");
    }
    return document;
  }

  private TrustDesk open(@Nullable Path root, AgentState before) throws IOException {
    return TrustDesk.open(state, root, before, this::source, () -> nowMillis);
  }

  private TrustDesk open() throws IOException {
    return open(anchor, AgentState.empty("a1", "/srv"));
  }

  private Assignment assignment(String version, String hash, long created) {
    Manifest manifest =
        new Manifest("model", version, InfoHash.parse(hash), SIZE, created, created + 500);
    return new Assignment("d1", "model", version, hash, SIZE, "x", List.of())
        .withSigned(SignedDocument.of(signers.sign(manifest, 3)).document());
  }

  private TrustState stored() throws IOException {
    TrustState stored = new TrustFile(state).read();
    assertThat(stored).isNotNull();
    return stored == null ? new TrustState(1, "", Map.of()) : stored;
  }

  @Test
  void withoutRootsEverythingIsLetIn() throws Exception {
    TrustDesk desk = open(null, AgentState.empty("a1", "/srv"));
    Assignment unsigned = new Assignment("d1", "model", "1", HASH, SIZE, "x", List.of());
    assertThat(desk.isOn()).isFalse();
    assertThat(desk.check(unsigned, SIZE)).isEmpty();
    assertThat(desk.recheck(unsigned)).isEmpty();
    assertThat(state).isEmptyDirectory();
  }

  @Test
  void whatIsLetInCountsAsSeenAlsoAfterARestart() throws Exception {
    TrustDesk desk = open();
    assertThat(desk.check(assignment("2", HASH, NOW), SIZE)).isEmpty();
    assertThat(stored().of("model")).isEqualTo(new Seen(NOW, "2", InfoHash.parse(HASH), true));
    Assignment older = assignment("1", OTHER, NOW - 1);
    assertThat(desk.check(older, SIZE)).contains("2 of 2027-01-15");
    assertThat(desk.recheck(older)).contains("was seen here");
    assertThat(open().check(older, SIZE)).contains("was seen here");
    assertThat(open().check(assignment("1", OTHER, NOW + 1), SIZE))
        .as("signed anew it is the newest")
        .isEmpty();
    assertThat(desk.check(assignment("2", HASH, NOW), SIZE)).isEmpty();
  }

  @Test
  void whatIsRefusedDoesNotCountAsSeen() throws Exception {
    TrustDesk desk = open();
    assertThat(desk.check(assignment("2", HASH, NOW), SIZE + 1)).contains("the metainfo says 6");
    assertThat(desk.check(assignment("2", HASH, NOW - 500), SIZE)).contains("expired");
    Assignment nonsense = assignment("2", HASH, NOW).withSigned("not base64");
    assertThat(desk.check(nonsense, SIZE)).contains("means nothing");
    assertThat(stored().seen()).isEmpty();
  }

  @Test
  void whatHasExpiredSinceIsNotPutInPlace() throws Exception {
    TrustDesk desk = open();
    Assignment assignment = assignment("2", HASH, NOW);
    assertThat(desk.check(assignment, SIZE)).isEmpty();
    nowMillis = NOW + 499;
    assertThat(desk.recheck(assignment)).isEmpty();
    nowMillis = NOW + 500;
    assertThat(desk.recheck(assignment)).contains("expired");
    nowMillis = NOW + 1_000;
    assertThat(desk.recheck(assignment)).contains("root 1 expired");
  }

  @Test
  void rootsAreTakenInOrderAndForGood() throws Exception {
    offered.put(2L, signers.sign(root(2, 1), 0, 1));
    offered.put(3L, signers.sign(root(3, 2), 1, 2));
    TrustDesk desk = open();
    assertThat(desk.check(assignment("2", HASH, NOW), SIZE)).isEmpty();
    assertThat(TrustFile.root(anchor, new SignedDocument(stored().root()).bytes()).version())
        .isEqualTo(3);
    offered.clear();
    offered.put(2L, signers.sign(root(2, 0), 0));
    open().check(assignment("2", HASH, NOW), SIZE); // starts with root 1 on the command line
    assertThat(TrustFile.root(anchor, new SignedDocument(stored().root()).bytes()).version())
        .isEqualTo(3);
  }

  @Test
  void soManyRootsAreTakenAtOnce() throws Exception {
    for (long version = 2; version <= TrustDesk.ROOTS_AT_ONCE_MAX + 2; version++) {
      offered.put(version, signers.sign(root(version, 0), 0));
    }
    TrustDesk desk = open();
    assertThat(desk.check(assignment("2", HASH, NOW), SIZE)).isEmpty();
    assertThat(TrustFile.root(anchor, new SignedDocument(stored().root()).bytes()).version())
        .isEqualTo(TrustDesk.ROOTS_AT_ONCE_MAX + 1);
    assertThat(desk.check(assignment("2", HASH, NOW), SIZE)).isEmpty();
    assertThat(TrustFile.root(anchor, new SignedDocument(stored().root()).bytes()).version())
        .isEqualTo(TrustDesk.ROOTS_AT_ONCE_MAX + 2);
  }

  @Test
  void aRootThatIsNotToBeBelievedLetsNothingIn() throws Exception {
    TrustDesk desk = open();
    Assignment good = assignment("2", HASH, NOW);
    offered.put(2L, signers.sign(root(2, 1), 1));
    assertThat(desk.check(good, SIZE)).contains("by root keys of root 1");
    offered.put(2L, signers.sign(root(1, 0), 0));
    assertThat(desk.check(good, SIZE)).contains("root 2 must come first");
    offered.put(2L, signers.sign(root(3, 0), 0));
    assertThat(desk.check(good, SIZE)).contains("root 2 must come first");
    offered.put(2L, new byte[] {1});
    assertThat(desk.check(good, SIZE)).contains("no root");
    assertThat(stored().seen()).isEmpty();
    offered.clear();
    assertThat(desk.check(good, SIZE)).isEmpty();
  }

  @Test
  void whenNobodyAnswersTheRootThatIsKnownDecides() throws Exception {
    away = true;
    assertThat(open().check(assignment("2", HASH, NOW), SIZE)).isEmpty();
  }

  @Test
  void whatWasInPlaceBeforeCountsAsSeen() throws Exception {
    AgentState before =
        AgentState.empty("a1", "/srv")
            .installed("x", HASH, 3, new AgentState.By("d0", "model", "7"));
    TrustDesk desk = open(anchor, before);
    assertThat(desk.check(assignment("6", OTHER, NOW - 1), SIZE)).contains("7 of 2027");
    assertThat(desk.check(assignment("7", HASH, NOW - 5), SIZE)).as("its own").isEmpty();
    assertThat(desk.check(assignment("6", OTHER, NOW - 6), SIZE)).contains("7 of 2027");
    assertThat(desk.check(assignment("8", OTHER, NOW - 4), SIZE)).isEmpty();
  }

  @Test
  void theOperatorMaySkipRootsAndMayNotGoBack() throws Exception {
    open();
    Path third = write(root(3, 2), 2);
    open(third, AgentState.empty("a1", "/srv"));
    open(); // with the file of root 1 again
    assertThat(TrustFile.root(anchor, new SignedDocument(stored().root()).bytes()).version())
        .isEqualTo(3);
    Path another = write(root(3, 1), 1);
    assertThatIOException()
        .isThrownBy(() -> open(another, AgentState.empty("a1", "/srv")))
        .withMessageContaining("another root 3");
  }

  @Test
  void whoHadRootsDoesNotStartWithoutThem() throws Exception {
    open();
    assertThatIOException()
        .isThrownBy(() -> open(null, AgentState.empty("a1", "/srv")))
        .withMessageContaining("--trust")
        .withMessageContaining("trust.json");
  }

  @Test
  void aFileThatIsNoRootIsSaidInOneLine() throws Exception {
    Path nonsense = Files.writeString(temporary.resolve("nonsense"), "x");
    Path unsigned = write(root(9, 0), 1);
    Path huge = Files.write(temporary.resolve("huge"), new byte[33 << 10]);
    for (Path file : List.of(nonsense, unsigned, huge, temporary.resolve("absent"))) {
      assertThatIOException()
          .isThrownBy(() -> open(file, AgentState.empty("a1", "/srv")))
          .withMessageContaining(file.toString())
          .withMessageNotContaining("\n");
    }
    assertThat(state).isEmptyDirectory();
  }

  @Test
  void aDamagedStateIsNotForgotten() throws Exception {
    open();
    byte[] whole = Files.readAllBytes(state.resolve("trust.json"));
    for (String damaged : List.of("", "{}", "{\"format\":2}", "null", "[1]")) {
      Files.writeString(state.resolve("trust.json"), damaged);
      assertThatIOException().isThrownBy(this::open).withMessageContaining("damaged");
    }
    Files.write(state.resolve("trust.json"), whole);
    open();
  }

  @Test
  void asManyArtifactsAreRememberedAsFit() throws Exception {
    open();
    Map<String, TrustState.Entry> seen = new LinkedHashMap<>();
    for (int i = 1; i < TrustState.SEEN_MAX; i++) {
      seen.put("a" + i, new TrustState.Entry(1, "1", HASH, true));
    }
    new TrustFile(state).write(new TrustState(1, stored().root(), seen));
    assertThat(open().check(assignment("1", HASH, NOW), SIZE)).isEmpty();
    seen.put("last", new TrustState.Entry(1, "1", HASH, true));
    new TrustFile(state).write(new TrustState(1, stored().root(), seen));
    assertThat(open().check(assignment("1", HASH, NOW), SIZE)).contains("cannot be remembered");
  }

  @Test
  void whatCannotBeWrittenDownIsNotLetIn() throws Exception {
    TrustDesk desk = open();
    Files.createDirectory(state.resolve("trust.json.next"));
    assertThat(desk.check(assignment("1", HASH, NOW), SIZE)).contains("cannot be written down");
    Files.delete(state.resolve("trust.json.next"));
    assertThat(desk.check(assignment("1", HASH, NOW), SIZE)).isEmpty();
  }
}
