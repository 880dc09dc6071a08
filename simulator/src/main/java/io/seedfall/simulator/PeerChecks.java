package io.seedfall.simulator;

import io.seedfall.protocol.Block;
import io.seedfall.protocol.wire.PeerMessage;
import io.seedfall.swarm.Reason;
import io.seedfall.swarm.SwarmSettings;

/**
 * All checkers of one machine that runs a swarm; always on. It passes what the driver sees to those
 * whom it concerns.
 */
final class PeerChecks {
  private final ServedBytesCheck served;
  private final AnnouncedCheck announced;
  private final AskedForCheck askedFor;
  private final OneOwnerCheck owners;
  private final LimitsCheck limits;
  private final FirstPassCheck firstPass;
  private final PaceCheck pace;
  private final Machine machine;

  PeerChecks(Machine machine, SimulatedDisk disk, SwarmSettings settings, Simulation simulation) {
    var geometry = simulation.geometry();
    this.machine = machine;
    this.served = new ServedBytesCheck(machine, disk);
    this.announced = new AnnouncedCheck(machine, disk);
    this.askedFor = new AskedForCheck(machine, geometry.pieceCount());
    this.owners = new OneOwnerCheck(machine, geometry);
    this.limits = new LimitsCheck(machine, settings, geometry);
    this.firstPass =
        new FirstPassCheck(
            machine,
            geometry,
            settings.firstPass() && simulation.isPeaceful() && machine.epoch() == 0);
    this.pace = new PaceCheck(machine);
  }

  /** An event is about to be handled. */
  void turnBegins(boolean timer) {
    pace.turnBegins(timer);
  }

  /** An effect was polled. */
  void effect() {
    pace.effect();
  }

  /** All effects were polled. */
  void turnEnds() {
    limits.turnEnds();
  }

  void connected(int slot) {
    askedFor.connected(slot);
    limits.connected(slot);
  }

  void disconnecting(int slot, Reason reason) {
    if (reason.bans() && machine.remote(slot).spec().role().isHonest()) {
      throw new CheckViolation(
          "no honest peer is banned",
          machine.id(),
          machine.now(),
          machine.remote(slot) + " for " + reason);
    }
    limits.disconnecting(slot);
  }

  void lost(int slot) {
    owners.lost(slot);
    limits.lost(slot);
    firstPass.disturbed();
  }

  void heard(int slot, PeerMessage message) {
    switch (message) {
      case PeerMessage.Have have -> askedFor.has(slot, have.piece());
      case PeerMessage.Haves haves -> askedFor.hasEach(slot, haves.pieces());
      case PeerMessage.Offer offer -> {
        askedFor.has(slot, offer.piece());
        limits.offered(slot, offer.piece());
      }
      case PeerMessage.OfferPieces(int[] pieces) -> {
        askedFor.hasEach(slot, pieces);
        limits.offered(slot, pieces);
      }
      case PeerMessage.Bitfield bitfield -> askedFor.has(slot, bitfield.bits());
      case PeerMessage.HaveAll _, PeerMessage.Complete _ -> askedFor.hasAll(slot);
      case PeerMessage.ExtensionHandshake handshake -> {
        if (handshake.grant() != null) {
          limits.speaksGrants(slot, handshake.grant());
        }
      }
      case PeerMessage.Request request -> {
        limits.requested(slot, request);
        firstPass.requested(request.piece());
      }
      case PeerMessage.Cancel cancel -> {
        firstPass.disturbed();
        limits.cancelled(slot, cancel.piece());
      }
      case PeerMessage.RequestPiece(int piece) -> {
        limits.requestedPiece(slot, piece);
        firstPass.requested(piece);
      }
      case PeerMessage.RequestPieces(int[] pieces) -> {
        limits.requestedPieces(slot, pieces);
        for (int piece : pieces) {
          firstPass.requested(piece);
        }
      }
      case PeerMessage.Decline _ -> limits.grantEnds(slot);
      case PeerMessage.OfferDeclined declined -> limits.offerDeclined(slot, declined.piece());
      case PeerMessage.RejectRequest reject -> owners.rejected(slot, reject);
      case PeerMessage.KeepAlive _,
          PeerMessage.Choke _,
          PeerMessage.Unchoke _,
          PeerMessage.Interested _,
          PeerMessage.NotInterested _,
          PeerMessage.Piece _,
          PeerMessage.SuggestPiece _,
          PeerMessage.HaveNone _,
          PeerMessage.AllowedFast _,
          PeerMessage.MetadataRequest _,
          PeerMessage.MetadataData _,
          PeerMessage.MetadataReject _,
          PeerMessage.PeerExchange _,
          PeerMessage.DontHave _,
          PeerMessage.HashRequest _,
          PeerMessage.Hashes _,
          PeerMessage.HashReject _,
          PeerMessage.Grant _,
          PeerMessage.GrantWithdrawn _,
          PeerMessage.Asking _,
          PeerMessage.AskingPieces _,
          PeerMessage.AskingPiecesWithdrawn _,
          PeerMessage.AskingWithdrawn _,
          PeerMessage.Unknown _,
          PeerMessage.UnknownExtension _ -> {}
    }
  }

  void said(int slot, PeerMessage message) {
    switch (message) {
      case PeerMessage.Request request -> {
        askedFor.asks(slot, request.piece());
        owners.asks(slot, request);
      }
      case PeerMessage.RequestPiece request -> {
        askedFor.asks(slot, request.piece());
        owners.asks(slot, request.piece());
      }
      case PeerMessage.RequestPieces(int[] pieces) -> {
        for (int piece : pieces) {
          askedFor.asks(slot, piece);
          owners.asks(slot, piece);
        }
        limits.asks(pieces);
      }
      case PeerMessage.Cancel cancel -> owners.cancels(slot, cancel);
      case PeerMessage.Grant _ -> limits.grants(slot);
      case PeerMessage.Have have -> announced.announces(have.piece());
      case PeerMessage.Haves haves -> announced.announces(haves);
      case PeerMessage.Bitfield bitfield -> announced.announces(bitfield);
      case PeerMessage.HaveAll _, PeerMessage.Complete _ -> announced.announcesEverything();
      case PeerMessage.Offer offer -> {
        announced.announces(offer.piece());
        limits.offers(slot, offer.piece());
      }
      case PeerMessage.OfferPieces(int[] pieces) -> {
        for (int piece : pieces) {
          announced.announces(piece);
        }
        limits.offers(slot, pieces);
      }
      case PeerMessage.GrantWithdrawn _ -> {
        limits.withdraws(slot);
        firstPass.disturbed();
      }
      case PeerMessage.RejectRequest reject -> limits.rejects(slot, reject);
      case PeerMessage.Choke _,
          PeerMessage.KeepAlive _,
          PeerMessage.Unchoke _,
          PeerMessage.Interested _,
          PeerMessage.NotInterested _,
          PeerMessage.Piece _,
          PeerMessage.SuggestPiece _,
          PeerMessage.HaveNone _,
          PeerMessage.AllowedFast _,
          PeerMessage.ExtensionHandshake _,
          PeerMessage.MetadataRequest _,
          PeerMessage.MetadataData _,
          PeerMessage.MetadataReject _,
          PeerMessage.PeerExchange _,
          PeerMessage.DontHave _,
          PeerMessage.HashRequest _,
          PeerMessage.Hashes _,
          PeerMessage.HashReject _,
          PeerMessage.Decline _,
          PeerMessage.OfferDeclined _,
          PeerMessage.Asking _,
          PeerMessage.AskingPieces _,
          PeerMessage.AskingPiecesWithdrawn _,
          PeerMessage.AskingWithdrawn _,
          PeerMessage.Unknown _,
          PeerMessage.UnknownExtension _ -> {}
    }
  }

  void sends(int slot, Block block) {
    served.sends(slot, block);
    firstPass.sends(block);
    limits.sends(slot, block);
  }

  void sent(int slot, Block block) {
    limits.sent(slot, block);
  }

  void expects(int slot, int piece) {
    owners.expects(slot, piece);
    limits.expects(slot, piece);
  }

  void abandons(int slot, int piece) {
    owners.abandons(slot, piece);
    limits.expectsNoMore(piece);
  }

  void verifies(int piece) {
    owners.verifies(piece);
    limits.expectsNoMore(piece);
  }
}
