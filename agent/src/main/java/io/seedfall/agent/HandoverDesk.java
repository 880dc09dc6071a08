package io.seedfall.agent;

import io.seedfall.control.ControlException;
import io.seedfall.control.SeedfallClient;
import io.seedfall.node.ArtifactHasher;
import io.seedfall.node.HashProgress;
import io.seedfall.protocol.metainfo.Metainfo;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Takes a file or a tree from a local user and makes it a kept version: linked where the file
 * system allows, else copied; hashed where it then lies; its metainfo given to the coordinator;
 * seeded. Changing a linked file in place ends its seeding, replacing it by rename does not.
 */
final class HandoverDesk {
  /** How long the agent's owner may take to answer. */
  private static final int ANSWER_SECONDS = 60;

  private static final int COPY_BYTES_AT_ONCE = 8 << 20;

  private final AgentInbox inbox;
  private final VersionStore store;
  private final SeedfallClient coordinator;
  private final AtomicLong numbers = new AtomicLong();

  HandoverDesk(AgentInbox inbox, VersionStore store, SeedfallClient coordinator) {
    this.inbox = inbox;
    this.store = store;
    this.coordinator = coordinator;
  }

  /**
   * Returns when it is kept, seeded, and its metainfo is with the coordinator.
   *
   * @param source the file or directory, absolute
   * @param name the torrent's name
   * @param pieceBytes piece size, 0 for the usual one
   * @throws IOException when it cannot be; one line
   */
  Metainfo take(Path source, String name, int pieceBytes, HashProgress progress)
      throws IOException, InterruptedException {
    if (!source.isAbsolute()) {
      throw new IOException("path " + source + " is not absolute");
    }
    Path staged = store.stage(numbers.incrementAndGet());
    try {
      Path content = VersionStore.stagedContent(staged);
      boolean tree = Files.isDirectory(source);
      Path target = tree ? content : content.resolve(name);
      if (tree) {
        linkTree(source, content);
      } else {
        linkFile(source.toRealPath(), target);
      }
      Metainfo metainfo = ArtifactHasher.hash(target, name, pieceBytes, progress);
      coordinator.putMetainfo(metainfo.infoHash().hex(), metainfo.toTorrentBytes());
      handOver(
          metainfo, staged, name, ContentStamp.of(VersionStore.contentBelow(staged, metainfo)));
      return metainfo;
    } catch (ControlException e) {
      store.deleteStaged(staged);
      throw new IOException(e.why(), e);
    } catch (IOException | InterruptedException e) {
      store.deleteStaged(staged);
      throw e;
    }
  }

  private void handOver(Metainfo metainfo, Path staged, String name, String stamp)
      throws IOException, InterruptedException {
    CompletableFuture<String> answer = new CompletableFuture<>();
    inbox.answer(
        new AgentEvent.HandedOver(
            new AgentEvent.Handover(metainfo, staged, name, stamp, answer::complete)));
    try {
      String why = answer.get(ANSWER_SECONDS, TimeUnit.SECONDS);
      if (!why.isEmpty()) {
        throw new IOException(why);
      }
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException("the agent is too busy; try again", e);
    }
  }

  private void linkTree(Path source, Path target) throws IOException {
    Files.createDirectories(target);
    try (var entries = Files.newDirectoryStream(source)) {
      for (Path entry : entries) {
        Path to = target.resolve(entry.getFileName());
        if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
          linkTree(entry, to);
        } else {
          linkFile(entry, to);
        }
      }
    }
  }

  private void linkFile(Path source, Path target) throws IOException {
    if (!Files.isRegularFile(source, LinkOption.NOFOLLOW_LINKS)) {
      throw new IOException(source + " is neither a file nor a directory (links are not taken)");
    }
    try {
      Files.createLink(target, source);
    } catch (IOException | UnsupportedOperationException noLink) {
      copyFile(source, target);
    }
  }

  private void copyFile(Path source, Path target) throws IOException {
    try (FileChannel from =
            FileChannel.open(source, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
        FileChannel to =
            FileChannel.open(target, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW)) {
      long size = from.size();
      long free = store.usableBytes();
      if (size > free) {
        throw new IOException(
            "not enough space for a copy of %s: %s needed, %s free"
                .formatted(source, Sizes.text(size), Sizes.text(free)));
      }
      for (long at = 0; at < size; ) {
        long copied = from.transferTo(at, Math.min(COPY_BYTES_AT_ONCE, size - at), to);
        if (copied <= 0) {
          throw new IOException(source + " became shorter while it was copied");
        }
        at += copied;
      }
      to.force(true);
    }
  }
}
