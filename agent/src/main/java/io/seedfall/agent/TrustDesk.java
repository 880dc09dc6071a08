package io.seedfall.agent;

import io.seedfall.control.Assignment;
import io.seedfall.control.ControlApi;
import io.seedfall.control.ControlException;
import io.seedfall.control.Names;
import io.seedfall.control.Problem;
import io.seedfall.control.SignedDocument;
import io.seedfall.protocol.InfoHash;
import io.seedfall.protocol.trust.Artifact;
import io.seedfall.protocol.trust.Judge;
import io.seedfall.protocol.trust.Manifest;
import io.seedfall.protocol.trust.Root;
import io.seedfall.protocol.trust.Seen;
import io.seedfall.protocol.trust.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets in what publishers have signed, and nothing else, whatever the coordinator says. Without
 * trust roots it lets in everything.
 *
 * <p>{@link Judge} decides; this keeps what must not be forgotten, and asks for newer roots. One
 * thread calls {@link #check}, the only one that changes anything.
 */
final class TrustDesk {
  /** The most roots that are taken one after the other before an artifact is looked at. */
  static final int ROOTS_AT_ONCE_MAX = 64;

  private static final Logger LOG = LoggerFactory.getLogger(TrustDesk.class);

  /** Where newer roots come from. */
  @FunctionalInterface
  interface RootSource {
    byte[] root(long version) throws ControlException;
  }

  /** What is believed now. */
  private record Known(Root root, TrustState state) {}

  private final TrustFile file;
  private final RootSource source;
  private final LongSupplier nowMillis;
  private volatile @Nullable Known known;

  private TrustDesk(
      TrustFile file, RootSource source, LongSupplier nowMillis, @Nullable Known known) {
    this.file = file;
    this.source = source;
    this.nowMillis = nowMillis;
    this.known = known;
  }

  /**
   * Begins with the root that the operator gave, or goes on with a newer one that was taken before.
   *
   * @param anchor file of a root; null for an agent that trusts its coordinator
   * @param before what is on this machine already: it counts as seen when roots are there for the
   *     first time
   * @throws IOException in one line, when the root is none, or not the one that was used before, or
   *     there was one before and is none now
   */
  static TrustDesk open(
      Path stateDirectory,
      @Nullable Path anchor,
      AgentState before,
      RootSource source,
      LongSupplier nowMillis)
      throws IOException {
    TrustFile file = new TrustFile(stateDirectory);
    if (anchor == null) {
      if (Files.exists(file.path())) {
        throw new IOException(
            "this agent installs signed artifacts only: start it with --trust, or remove %s to have"
                    .formatted(file.path())
                + " it install everything from now on");
      }
      return new TrustDesk(file, source, nowMillis, null);
    }
    byte[] given = TrustFile.anchor(anchor);
    Root root = TrustFile.root(anchor, given);
    TrustState stored = file.read();
    TrustState state =
        stored == null
            ? first(given, before, nowMillis.getAsLong())
            : newer(stored, file.path(), anchor, given);
    if (!state.equals(stored)) {
      file.write(state);
    }
    Root current = TrustFile.root(file.path(), new SignedDocument(state.root()).bytes());
    LOG.info("artifacts must be signed by keys of root {}", current.version());
    if (current.version() != root.version()) {
      LOG.info("root {} of {} is older and not used", root.version(), anchor);
    }
    return new TrustDesk(file, source, nowMillis, new Known(current, state));
  }

  private static TrustState first(byte[] given, AgentState before, long nowMillis) {
    TrustState state =
        new TrustState(TrustState.FORMAT, SignedDocument.of(given).document(), Map.of());
    for (AgentState.Place place : before.places().values()) {
      AgentState.Unproven left = place.unproven();
      AgentState.By by = left == null ? place.by() : left.by();
      String infoHash = left == null ? place.installed() : left.infoHash();
      if (by != null && infoHash != null && Names.isName(by.artifact())) {
        Seen seen = new Seen(nowMillis, by.version(), InfoHash.parse(infoHash), false);
        state = state.hasRoomFor(by.artifact()) ? state.with(by.artifact(), seen) : state;
      }
    }
    return state;
  }

  /** The operator's hand may skip roots, and may not go back. */
  private static TrustState newer(TrustState stored, Path path, Path anchor, byte[] given)
      throws IOException {
    Root before = TrustFile.root(path, new SignedDocument(stored.root()).bytes());
    Root now = TrustFile.root(anchor, given);
    if (now.version() == before.version() && !now.equals(before)) {
      throw new IOException(
          "%s is another root %d than the one that was used until now, in %s"
              .formatted(anchor, now.version(), path));
    }
    return now.version() > before.version()
        ? stored.withRoot(SignedDocument.of(given).document())
        : stored;
  }

  /** Whether anything need be signed. Any thread. */
  boolean isOn() {
    return known != null;
  }

  /**
   * Whether an assignment may be fetched and installed: empty, or why not. Asks for newer roots
   * before, and writes down what it has seen when everything is right. Blocks.
   *
   * @param sizeBytes of the content, as its metainfo says
   */
  String check(Assignment assignment, long sizeBytes) {
    Known before = known;
    if (before == null) {
      return "";
    }
    String why = catchUp(before);
    if (!why.isEmpty()) {
      return shortened(why);
    }
    if (assignment.sizeBytes() != sizeBytes) {
      return "the coordinator says %d bytes, and the metainfo says %d"
          .formatted(assignment.sizeBytes(), sizeBytes);
    }
    Known now = known == null ? before : known;
    return switch (judged(now, assignment)) {
      case Verdict.Accepted<Manifest>(Manifest manifest) -> saw(now, manifest);
      case Verdict.Refused<Manifest> refused -> shortened(refused.why());
    };
  }

  /** The same once more before it is put in place, by what is known then. At once; any thread. */
  String recheck(Assignment assignment) {
    Known now = known;
    if (now == null) {
      return "";
    }
    return switch (judged(now, assignment)) {
      case Verdict.Accepted<Manifest> _ -> "";
      case Verdict.Refused<Manifest> refused -> shortened(refused.why());
    };
  }

  private Verdict<Manifest> judged(Known now, Assignment assignment) {
    Artifact artifact =
        new Artifact(
            assignment.artifact(),
            assignment.version(),
            InfoHash.parse(assignment.infoHash()),
            assignment.sizeBytes());
    byte[] document;
    try {
      document = new SignedDocument(assignment.signed()).bytes();
    } catch (IllegalArgumentException e) {
      document = new byte[] {0}; // so it is malformed in the words of all that is
    }
    return Judge.judge(
        now.root(),
        document,
        artifact,
        now.state().of(assignment.artifact()),
        nowMillis.getAsLong());
  }

  /** After all checks have passed. */
  private String saw(Known now, Manifest manifest) {
    Seen seen = new Seen(manifest.createdMillis(), manifest.version(), manifest.infoHash(), true);
    if (seen.equals(now.state().of(manifest.name()))) {
      return "";
    }
    if (!now.state().hasRoomFor(manifest.name())) {
      return TrustState.SEEN_MAX + " artifacts were seen here already, more cannot be remembered";
    }
    return kept(new Known(now.root(), now.state().with(manifest.name(), seen)));
  }

  /**
   * Takes root after root, each signed by the one before; what the coordinator has not, it has not.
   */
  private String catchUp(Known before) {
    Known now = before;
    for (int i = 0; i < ROOTS_AT_ONCE_MAX; i++) {
      byte[] offered;
      try {
        offered = source.root(now.root().version() + 1);
      } catch (ControlException e) {
        if (!e.code().equals(Problem.UNKNOWN_ROOT)) {
          LOG.warn("no newer root is to be had: {}", e.why());
        }
        return "";
      }
      switch (Judge.next(now.root(), offered)) {
        case Verdict.Refused<Root> refused -> {
          return "the coordinator offers a root that is not to be believed: " + refused.why();
        }
        case Verdict.Accepted<Root>(Root next) -> {
          now = new Known(next, now.state().withRoot(SignedDocument.of(offered).document()));
          String why = kept(now);
          if (!why.isEmpty()) {
            return why;
          }
          LOG.info("root {} is used from now on", next.version());
        }
      }
    }
    return "";
  }

  /** Durable before it counts. */
  private String kept(Known next) {
    try {
      file.write(next.state());
    } catch (IOException e) {
      LOG.error("cannot write {}: {}", file.path(), e.getMessage());
      return "what was seen cannot be written down: " + e.getMessage();
    }
    known = next;
    return "";
  }

  /** The coordinator names artifacts as it likes. */
  private static String shortened(String why) {
    return why.length() <= ControlApi.WHY_CHARS_MAX
        ? why
        : why.substring(0, ControlApi.WHY_CHARS_MAX);
  }
}
