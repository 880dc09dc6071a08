package io.seedfall.swarm;

import io.seedfall.protocol.Block;
import io.seedfall.protocol.Endpoint;
import io.seedfall.protocol.PeerId;
import io.seedfall.protocol.PieceSet;
import io.seedfall.protocol.SeededRandom;
import io.seedfall.protocol.metainfo.PieceGeometry;
import io.seedfall.protocol.wire.GrantTerms;
import io.seedfall.protocol.wire.PeerMessage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;

/** A swarm under test and the clock that a test moves: events in, effects out, in words. */
final class Brain {
  static final int PIECE = 64 * 1024;
  static final int BLOCK = 16 * 1024;
  static final long MILLI_IN_NANOS = 1_000_000L;
  static final Endpoint SELF = new Endpoint("10.0.0.9", 7000);

  final Swarm swarm;
  final PieceGeometry geometry;
  final SwarmSettings settings;
  private final ArrayList<SwarmEffect> effects = new ArrayList<>();
  private long nowNanos;

  private Brain(long bytes, SwarmSettings settings, PieceSet have, long seed) {
    this(new PieceGeometry(PIECE, bytes), settings, have, seed);
  }

  private Brain(PieceGeometry geometry, SwarmSettings settings, PieceSet have, long seed) {
    this.geometry = geometry;
    this.settings = settings;
    this.swarm =
        new Swarm(
            new SwarmSetup(
                settings,
                geometry,
                have,
                PeerId.random(new SeededRandom(-99)),
                SELF,
                TorrentKnowledge.NONE,
                seed));
  }

  static SwarmSettings settings() {
    return SwarmSettings.forTransfer(PIECE, 12_500_000, 100_000);
  }

  static Brain leech(int pieces) {
    return leech(pieces, 1, settings -> settings);
  }

  static Brain leech(int pieces, long seed, UnaryOperator<SwarmSettings> change) {
    long bytes = (long) pieces * PIECE;
    return new Brain(bytes, change.apply(settings()), new PieceSet(pieces), seed);
  }

  static Brain seed(int pieces) {
    return seed(pieces, 1, settings -> settings);
  }

  static Brain seed(int pieces, long seed, UnaryOperator<SwarmSettings> change) {
    long bytes = (long) pieces * PIECE;
    return new Brain(bytes, change.apply(settings()), PieceSet.full(pieces), seed);
  }

  /** A seed of a file whose last piece is as short as it needs to be. */
  static Brain seedOf(int bytes) {
    return new Brain(bytes, settings(), PieceSet.full(Math.ceilDiv(bytes, PIECE)), 1);
  }

  private static PieceGeometry files(int files, long fileBytes) {
    long[] lengths = new long[files];
    Arrays.fill(lengths, fileBytes);
    return new PieceGeometry(PIECE, lengths);
  }

  /** A leech of a tree of files of one (small) piece each. */
  static Brain leechOfFiles(int files, long fileBytes, UnaryOperator<SwarmSettings> change) {
    SwarmSettings settings = change.apply(settings());
    return new Brain(files(files, fileBytes), settings, new PieceSet(files), 1);
  }

  /** A seed of such a tree. */
  static Brain seedOfFiles(int files, long fileBytes, UnaryOperator<SwarmSettings> change) {
    SwarmSettings settings = change.apply(settings());
    return new Brain(files(files, fileBytes), settings, PieceSet.full(files), 1);
  }

  static Brain source(int pieces) {
    return seed(pieces, 1, settings -> settings.withFirstPass(true));
  }

  /* --------------- time --------------- */

  long now() {
    return nowNanos;
  }

  Brain later(long nanos) {
    nowNanos += nanos;
    return happens(new SwarmEvent.TimeAdvanced());
  }

  /** Goes on from deadline to deadline until {@code nanos} from now. */
  Brain pass(long nanos) {
    long end = nowNanos + nanos;
    for (int i = 0; swarm.nextDeadlineNanos() <= end; i++) {
      if (i > 10_000) {
        throw new AssertionError("10 000 deadlines at " + nowNanos);
      }
      nowNanos = Math.max(nowNanos, swarm.nextDeadlineNanos());
      happens(new SwarmEvent.TimeAdvanced());
    }
    nowNanos = end;
    return happens(new SwarmEvent.TimeAdvanced());
  }

  /* --------------- events --------------- */

  Brain happens(SwarmEvent event) {
    swarm.handle(event, nowNanos);
    for (SwarmEffect e = swarm.pollEffect(); e != null; e = swarm.pollEffect()) {
      effects.add(e);
    }
    return this;
  }

  Brain says(int peer, PeerMessage... messages) {
    for (PeerMessage message : messages) {
      happens(new SwarmEvent.PeerSpoke(peer, message));
    }
    return this;
  }

  static PeerFacts facts(int peer, boolean dialled, boolean extensions) {
    return new PeerFacts(
        new Endpoint("10.0.1." + (peer + 1), dialled ? 7000 : 40_000),
        PeerId.random(new SeededRandom(peer)),
        dialled,
        true,
        extensions);
  }

  /** So many neighbours are to be expected; none is dialled by a peer that has everything. */
  Brain expects(int neighbours) {
    ArrayList<Endpoint> list = new ArrayList<>();
    for (int peer = 0; peer < neighbours; peer++) {
      list.add(new Endpoint("10.0.1." + (peer + 1), 7000));
    }
    return happens(new SwarmEvent.NeighboursChanged(list));
  }

  /** A neighbour that speaks sf_grant joins, with the pieces given. */
  Brain own(int peer, int... pieces) {
    return ownOfRack(peer, "", pieces);
  }

  Brain ownOfRack(int peer, String rack, int... pieces) {
    happens(new SwarmEvent.PeerConnected(peer, facts(peer, false, true)));
    PieceSet has = new PieceSet(geometry.pieceCount());
    for (int piece : pieces) {
      has.add(piece);
    }
    says(peer, has.isEmpty() ? new PeerMessage.HaveNone() : bitfield(has));
    return says(peer, introduction(new GrantTerms(GrantTerms.VERSION, 256 * 1024, rack)));
  }

  /** A client that does not speak sf_grant joins, with the pieces given. */
  Brain foreign(int peer, int... pieces) {
    happens(new SwarmEvent.PeerConnected(peer, facts(peer, false, true)));
    PieceSet has = new PieceSet(geometry.pieceCount());
    for (int piece : pieces) {
      has.add(piece);
    }
    says(peer, has.isEmpty() ? new PeerMessage.HaveNone() : bitfield(has));
    return says(peer, new PeerMessage.ExtensionHandshake(0, 0, 7000, "other", true, null));
  }

  static PeerMessage bitfield(PieceSet has) {
    return new PeerMessage.Bitfield(has.toBitfield());
  }

  static PeerMessage introduction(GrantTerms terms) {
    return new PeerMessage.ExtensionHandshake(0, 512, 7000, "Seedfall", true, terms);
  }

  static int[] range(int count) {
    int[] all = new int[count];
    for (int i = 0; i < count; i++) {
      all[i] = i;
    }
    return all;
  }

  /** The peer asks for every block of a piece. */
  Brain asks(int peer, int piece) {
    for (int i = 0; i < geometry.blockCount(piece, BLOCK); i++) {
      Block block = geometry.blockAt(piece, i, BLOCK);
      says(peer, new PeerMessage.Request(piece, block.offset(), block.length()));
    }
    return this;
  }

  /** Every block that this brain asked the peer for comes, and has (or has not) its hash. */
  Brain delivers(int peer, int piece, boolean good) {
    for (int i = 0; i < geometry.blockCount(piece, BLOCK); i++) {
      happens(new SwarmEvent.BlockStored(peer, geometry.blockAt(piece, i, BLOCK)));
    }
    return happens(
        good ? new SwarmEvent.PieceVerified(piece) : new SwarmEvent.PieceRejected(piece));
  }

  /** The driver has written the blocks that are in its hands, again and again until none is. */
  Brain writesEverything() {
    for (List<SwarmEffect> taken = taken(); !taken.isEmpty(); taken = taken()) {
      boolean wrote = false;
      for (SwarmEffect effect : taken) {
        if (effect instanceof SwarmEffect.SendBlock(int peer, Block block)) {
          happens(new SwarmEvent.BlockSent(peer, block));
          wrote = true;
        } else {
          kept.add(effect);
        }
      }
      if (!wrote) {
        break;
      }
    }
    effects.addAll(0, kept);
    kept.clear();
    return this;
  }

  private final ArrayList<SwarmEffect> kept = new ArrayList<>();

  /* --------------- effects --------------- */

  /** The effects since this was last asked. */
  List<SwarmEffect> taken() {
    List<SwarmEffect> taken = List.copyOf(effects);
    effects.clear();
    return taken;
  }

  Brain forget() {
    effects.clear();
    return this;
  }

  /** What was said to a peer since {@link #forget} or {@link #taken}. */
  List<PeerMessage> saidTo(int peer) {
    ArrayList<PeerMessage> said = new ArrayList<>();
    for (SwarmEffect effect : effects) {
      if (effect instanceof SwarmEffect.Send(int to, PeerMessage message) && to == peer) {
        said.add(message);
      }
    }
    return said;
  }

  /** The peers to whom such a message was said, in order. */
  List<Integer> toldAbout(PeerMessage message) {
    ArrayList<Integer> told = new ArrayList<>();
    for (SwarmEffect effect : effects) {
      if (effect instanceof SwarmEffect.Send(int to, PeerMessage said) && said.equals(message)) {
        told.add(to);
      }
    }
    return told;
  }

  /** The peers that were told that this piece is here, alone or among others, in order. */
  List<Integer> toldOfPiece(int piece) {
    ArrayList<Integer> told = new ArrayList<>();
    for (SwarmEffect effect : effects) {
      if (effect instanceof SwarmEffect.Send(int to, PeerMessage said)
          && switch (said) {
            case PeerMessage.Have(int one) -> one == piece;
            case PeerMessage.Haves(int[] many) -> Arrays.stream(many).anyMatch(p -> p == piece);
            default -> false;
          }) {
        told.add(to);
      }
    }
    return told;
  }

  /** The blocks handed out, as {@code peer:piece+offset/16384}. */
  List<String> blocks() {
    ArrayList<String> blocks = new ArrayList<>();
    for (SwarmEffect effect : effects) {
      if (effect instanceof SwarmEffect.SendBlock(int to, Block block)) {
        blocks.add(to + ":" + block.piece() + "+" + block.offset() / BLOCK);
      }
    }
    return blocks;
  }

  /** The pieces expected since, as {@code peer:piece}. */
  List<String> expected() {
    ArrayList<String> expected = new ArrayList<>();
    for (SwarmEffect effect : effects) {
      if (effect instanceof SwarmEffect.ExpectPiece(int from, int piece)) {
        expected.add(from + ":" + piece);
      }
    }
    return expected;
  }

  List<Reason> disconnects() {
    ArrayList<Reason> reasons = new ArrayList<>();
    for (SwarmEffect effect : effects) {
      if (effect instanceof SwarmEffect.Disconnect(int _, Reason reason)) {
        reasons.add(reason);
      }
    }
    return reasons;
  }

  List<SwarmNotice> notices() {
    ArrayList<SwarmNotice> notices = new ArrayList<>();
    for (SwarmEffect effect : effects) {
      if (effect instanceof SwarmEffect.Report(SwarmNotice notice)) {
        notices.add(notice);
      }
    }
    return notices;
  }
}
