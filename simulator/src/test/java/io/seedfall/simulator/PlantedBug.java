package io.seedfall.simulator;

import io.seedfall.protocol.Block;
import io.seedfall.protocol.PieceSet;
import io.seedfall.protocol.wire.DeclineReason;
import io.seedfall.protocol.wire.PeerMessage;
import io.seedfall.swarm.Reason;
import io.seedfall.swarm.SwarmEffect;
import io.seedfall.swarm.SwarmEvent;
import io.seedfall.swarm.SwarmSetup;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Known bugs, each planted between a driver and its production swarm, with the scenario that finds
 * it and the checker or bound that does. They exist in the tests of this module only.
 */
enum PlantedBug {
  /** A piece is announced as soon as its last block is stored. */
  ANNOUNCED_BEFORE_VERIFIED("clean", AnnouncedCheck.NAME),

  /** What was granted to a peer, or on its way to it, stays counted when it is lost. */
  GRANT_LEAKED_ON_DISCONNECT("cut_connections", Ending.EVERYONE_FINISHES),

  /** Who was busy once is never granted anything again. */
  BACKOFF_NEVER_EXPIRES("clean", "ratio_max"),

  /** What a rack mate asks for counts until it says otherwise. */
  ASKING_NEVER_EXPIRES("askers_vanish_in_racks", "makespan_max"),

  /** Every request goes to a second peer as well. */
  ASKED_OF_TWO_SENDERS("clean", "every block in flight has one owner"),

  /** The driver is not told that a piece will not come, so a late block of it is taken. */
  LATE_BLOCK_ACCEPTED("stallers", "every block in flight has one owner"),

  /** The source deals the piece before instead of a new one, now and then. */
  DEALT_TWICE("clean", "every piece once before any twice"),

  /** Another piece is asked for than one that the sender has. */
  SENDER_LACKS_IT("clean", "nobody is asked for what it lacks"),

  /** Somebody else pays for a bad piece. */
  INNOCENT_BANNED("poisoners", "no honest peer is banned"),

  /** What was on its way from a peer that is lost is never asked for again. */
  LOST_PIECES_STAY_ASKED("deaths", Ending.EVERYONE_FINISHES),

  /** A grant is used however many pieces are on their way. */
  ASKED_PIECES_WITHOUT_LIMIT("clean", "limits hold");

  private final String scenario;
  private final String finder;

  PlantedBug(String scenario, String finder) {
    this.scenario = scenario;
    this.finder = finder;
  }

  /** The scenario that finds it. */
  String scenario() {
    return scenario + ".toml";
  }

  /** The checker or bound that finds it. */
  String finder() {
    return finder;
  }

  /** Swarms with this bug. */
  Brain brain(SwarmSetup setup) {
    return switch (this) {
      case ANNOUNCED_BEFORE_VERIFIED -> new AnnouncesTooEarly(setup);
      case GRANT_LEAKED_ON_DISCONNECT -> new LeaksGrants(setup);
      case BACKOFF_NEVER_EXPIRES -> new NeverForgetsBusy(setup);
      case ASKING_NEVER_EXPIRES -> new AskingForEver(setup);
      case ASKED_OF_TWO_SENDERS -> new AsksTwo(setup);
      case LATE_BLOCK_ACCEPTED -> new NeverAbandons(setup);
      case DEALT_TWICE -> new DealsTwice(setup);
      case SENDER_LACKS_IT -> new AsksForAnything(setup);
      case INNOCENT_BANNED -> new BansTheNext(setup);
      case LOST_PIECES_STAY_ASKED -> new ForgetsLostPieces(setup);
      case ASKED_PIECES_WITHOUT_LIMIT -> new NeverBusy(setup);
    };
  }

  private static final class AnnouncesTooEarly extends DistortedBrain {
    AnnouncesTooEarly(SwarmSetup setup) {
      super(setup);
    }

    @Override
    void out(SwarmEffect effect) {
      if (effect instanceof SwarmEffect.VerifyPiece(int piece)) {
        for (int slot : said().keySet()) {
          emit(new SwarmEffect.Send(slot, new PeerMessage.Have(piece)));
        }
      }
      emit(effect);
    }
  }

  private static final class LeaksGrants extends DistortedBrain {
    private final TreeMap<Integer, Integer> grants = new TreeMap<>();
    private final TreeMap<Integer, TreeMap<Integer, Integer>> transfers = new TreeMap<>();
    private int leaked;

    LeaksGrants(SwarmSetup setup) {
      super(setup);
    }

    @Override
    SwarmEvent in(SwarmEvent event) {
      if (event instanceof SwarmEvent.PeerSpoke(int slot, PeerMessage message)) {
        if (message instanceof PeerMessage.Decline) {
          grants.merge(slot, -1, Integer::sum);
        } else if (message instanceof PeerMessage.RequestPiece(int piece)) {
          grants.merge(slot, -1, Integer::sum);
          transfers
              .computeIfAbsent(slot, _ -> new TreeMap<>())
              .put(piece, setup().geometry().pieceLength(piece));
        }
      } else if (event instanceof SwarmEvent.BlockSent(int slot, Block block)) {
        Map<Integer, Integer> open = transfers.getOrDefault(slot, new TreeMap<>());
        if (open.merge(block.piece(), -block.length(), Integer::sum) <= 0) {
          open.remove(block.piece());
        }
      } else if (event instanceof SwarmEvent.PeerLost(int slot, var _)) {
        Integer unanswered = grants.remove(slot);
        leaked += unanswered == null ? 0 : Math.max(0, unanswered);
        TreeMap<Integer, Integer> open = transfers.remove(slot);
        leaked += open == null ? 0 : open.size();
      }
      return event;
    }

    @Override
    void out(SwarmEffect effect) {
      if (effect instanceof SwarmEffect.Send(int slot, PeerMessage.Grant _)) {
        if (leaked >= setup().settings().openTransfersMax()) {
          return;
        }
        grants.merge(slot, 1, Integer::sum);
      }
      emit(effect);
    }
  }

  private static final class NeverForgetsBusy extends DistortedBrain {
    private final TreeSet<Integer> busy = new TreeSet<>();

    NeverForgetsBusy(SwarmSetup setup) {
      super(setup);
    }

    @Override
    SwarmEvent in(SwarmEvent event) {
      if (event
          instanceof SwarmEvent.PeerSpoke(int slot, PeerMessage.Decline(DeclineReason reason))) {
        if (reason == DeclineReason.BUSY) {
          busy.add(slot);
        }
      } else if (event instanceof SwarmEvent.PeerLost(int slot, var _)) {
        busy.remove(slot);
      }
      return event;
    }

    @Override
    void out(SwarmEffect effect) {
      boolean grant = effect instanceof SwarmEffect.Send(int _, PeerMessage.Grant _);
      if (!grant || !busy.contains(((SwarmEffect.Send) effect).peer())) {
        emit(effect);
      }
    }
  }

  /** Says it to the swarm again and again. */
  private static final class AskingForEver extends DistortedBrain {
    private record Asking(int slot, int piece) {}

    private final List<Asking> asking = new ArrayList<>();
    private long saidAgainNanos;

    AskingForEver(SwarmSetup setup) {
      super(setup);
    }

    @Override
    SwarmEvent in(SwarmEvent event) {
      if (event instanceof SwarmEvent.PeerSpoke(int slot, PeerMessage message)) {
        if (message instanceof PeerMessage.Asking(int piece)) {
          asking.add(new Asking(slot, piece));
        } else if (message instanceof PeerMessage.AskingWithdrawn(int piece)) {
          asking.remove(new Asking(slot, piece));
        } else if (message instanceof PeerMessage.Have(int piece)) {
          asking.remove(new Asking(slot, piece));
        }
      } else if (event instanceof SwarmEvent.PeerLost(int slot, var _)) {
        asking.removeIf(one -> one.slot() == slot);
      }
      if (nowNanos() - saidAgainNanos > setup().settings().askingExpiryNanos() / 2) {
        saidAgainNanos = nowNanos();
        for (Asking one : asking) {
          tell(new SwarmEvent.PeerSpoke(one.slot(), new PeerMessage.Asking(one.piece())));
        }
      }
      return event;
    }
  }

  private static final class AsksTwo extends DistortedBrain {
    AsksTwo(SwarmSetup setup) {
      super(setup);
    }

    @Override
    void out(SwarmEffect effect) {
      emit(effect);
      if (effect instanceof SwarmEffect.Send(int slot, PeerMessage.RequestPiece request)) {
        for (Map.Entry<Integer, PieceSet> other : said().entrySet()) {
          if (other.getKey() != slot && other.getValue().contains(request.piece())) {
            emit(new SwarmEffect.Send(other.getKey(), request));
            return;
          }
        }
      }
    }
  }

  private static final class NeverAbandons extends DistortedBrain {
    NeverAbandons(SwarmSetup setup) {
      super(setup);
    }

    @Override
    void out(SwarmEffect effect) {
      if (!(effect instanceof SwarmEffect.AbandonPiece)) {
        emit(effect);
      }
    }
  }

  /** On one connection two pieces change names, so the swarm does not see what it does. */
  private static final class DealsTwice extends DistortedBrain {
    private static final int EVERY = 10;

    private final TreeMap<Integer, Integer> realBySlot = new TreeMap<>();
    private int last = -1;

    DealsTwice(SwarmSetup setup) {
      super(setup);
    }

    private int swapped(int slot, int piece) {
      Integer real = realBySlot.get(slot);
      if (real == null || (piece != real && piece != real - 1)) {
        return piece;
      }
      return piece == real ? real - 1 : real;
    }

    @Override
    @Nullable SwarmEvent in(SwarmEvent event) {
      return switch (event) {
        case SwarmEvent.PeerLost(int slot, var _) -> {
          realBySlot.remove(slot);
          yield event;
        }
        case SwarmEvent.BlockSent(int slot, Block block) ->
            new SwarmEvent.BlockSent(
                slot, new Block(swapped(slot, block.piece()), block.offset(), block.length()));
        case SwarmEvent.PeerSpoke(int slot, PeerMessage.RequestPiece(int piece)) ->
            new SwarmEvent.PeerSpoke(slot, new PeerMessage.RequestPiece(swapped(slot, piece)));
        case SwarmEvent.PeerSpoke(int slot, PeerMessage.OfferDeclined(int piece)) ->
            new SwarmEvent.PeerSpoke(slot, new PeerMessage.OfferDeclined(swapped(slot, piece)));
        default -> event;
      };
    }

    @Override
    void out(SwarmEffect effect) {
      if (effect instanceof SwarmEffect.Send(int slot, PeerMessage.Offer(int piece))) {
        boolean again = piece % EVERY == EVERY - 1 && last == piece - 1;
        if (again && !realBySlot.containsKey(slot)) {
          realBySlot.put(slot, piece);
        }
        last = piece;
        emit(new SwarmEffect.Send(slot, new PeerMessage.Offer(swapped(slot, piece))));
      } else if (effect instanceof SwarmEffect.SendBlock(int slot, Block block)) {
        emit(
            new SwarmEffect.SendBlock(
                slot, new Block(swapped(slot, block.piece()), block.offset(), block.length())));
      } else {
        emit(effect);
      }
    }
  }

  private static final class AsksForAnything extends DistortedBrain {
    AsksForAnything(SwarmSetup setup) {
      super(setup);
    }

    @Override
    void out(SwarmEffect effect) {
      switch (effect) {
        case SwarmEffect.ExpectPiece(int slot, int piece) ->
            emit(new SwarmEffect.ExpectPiece(slot, lackedBy(slot, piece)));
        case SwarmEffect.Send(int slot, PeerMessage.RequestPiece(int piece)) ->
            emit(new SwarmEffect.Send(slot, new PeerMessage.RequestPiece(lackedBy(slot, piece))));
        default -> emit(effect);
      }
    }

    private int lackedBy(int slot, int piece) {
      int lacked = saidBy(slot).nextMissing(0);
      return lacked < 0 ? piece : lacked;
    }
  }

  private static final class BansTheNext extends DistortedBrain {
    BansTheNext(SwarmSetup setup) {
      super(setup);
    }

    @Override
    void out(SwarmEffect effect) {
      if (effect instanceof SwarmEffect.Disconnect(int slot, Reason reason) && reason.bans()) {
        Integer next = said().higherKey(slot);
        emit(new SwarmEffect.Disconnect(next == null ? said().firstKey() : next, reason));
        return;
      }
      emit(effect);
    }
  }

  private static final class ForgetsLostPieces extends DistortedBrain {
    private final TreeSet<Integer> stuck = new TreeSet<>();
    private boolean losing;

    ForgetsLostPieces(SwarmSetup setup) {
      super(setup);
    }

    @Override
    SwarmEvent in(SwarmEvent event) {
      losing = event instanceof SwarmEvent.PeerLost;
      return event;
    }

    @Override
    void out(SwarmEffect effect) {
      if (losing && effect instanceof SwarmEffect.AbandonPiece(int _, int piece)) {
        stuck.add(piece);
        emit(effect);
        return;
      }
      boolean ofStuck =
          switch (effect) {
            case SwarmEffect.ExpectPiece(int _, int piece) -> stuck.contains(piece);
            case SwarmEffect.AbandonPiece(int _, int piece) -> stuck.contains(piece);
            case SwarmEffect.Send(int _, PeerMessage.RequestPiece(int piece)) ->
                stuck.contains(piece);
            default -> false;
          };
      if (!ofStuck) {
        emit(effect);
      }
    }
  }

  private static final class NeverBusy extends DistortedBrain {
    private final TreeSet<Integer> expected = new TreeSet<>();
    private final TreeSet<Integer> aboveTheLimit = new TreeSet<>();

    NeverBusy(SwarmSetup setup) {
      super(setup);
    }

    @Override
    void out(SwarmEffect effect) {
      switch (effect) {
        // What was taken behind the swarm's back has its sender already.
        case SwarmEffect.ExpectPiece(int _, int piece) when aboveTheLimit.contains(piece) -> {
          return;
        }
        case SwarmEffect.Send(int _, PeerMessage.RequestPiece(int piece))
            when aboveTheLimit.contains(piece) -> {
          return;
        }
        case SwarmEffect.ExpectPiece(int _, int piece) -> expected.add(piece);
        default -> {
          // Nothing about what is asked for.
        }
      }
      boolean busy =
          effect instanceof SwarmEffect.Send(int _, PeerMessage.Decline(DeclineReason reason))
              && reason == DeclineReason.BUSY;
      if (!busy || !asks(((SwarmEffect.Send) effect).peer())) {
        emit(effect);
      }
    }

    /** Asks for a piece that was never asked for before. */
    private boolean asks(int slot) {
      PieceSet theirs = saidBy(slot);
      int piece = theirs.next(0);
      while (piece >= 0 && expected.contains(piece)) {
        piece = theirs.next(piece + 1);
      }
      if (piece < 0) {
        return false;
      }
      expected.add(piece);
      aboveTheLimit.add(piece);
      emit(new SwarmEffect.ExpectPiece(slot, piece));
      emit(new SwarmEffect.Send(slot, new PeerMessage.RequestPiece(piece)));
      return true;
    }
  }
}
