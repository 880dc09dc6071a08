package io.seedfall.cli;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.seedfall.node.ArtifactHasher;
import io.seedfall.node.ContentVerifier;
import io.seedfall.protocol.InfoHash;
import io.seedfall.protocol.WireHash;
import io.seedfall.protocol.metainfo.MagnetLink;
import io.seedfall.protocol.metainfo.Metainfo;
import io.seedfall.protocol.metainfo.MetainfoFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Makes, shows and checks torrent files. */
@Command(
    name = "torrent",
    mixinStandardHelpOptions = true,
    description = "Make a torrent file, show one, or check content against one.")
final class TorrentCommand implements Runnable {
  private final Console console;

  @Spec CommandSpec spec;

  TorrentCommand(Console console) {
    this.console = console;
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "which one: create, show or verify?");
  }

  /** What a torrent is, in one line. */
  static String summary(Metainfo metainfo) {
    return "%s, %s, %s in %d %s, %d pieces of %s"
        .formatted(
            metainfo.name(),
            FormatOption.text(metainfo.format()),
            Quantity.bytesText(metainfo.geometry().totalBytes()),
            onDisk(metainfo).size(),
            onDisk(metainfo).size() == 1 ? "file" : "files",
            metainfo.geometry().pieceCount(),
            Quantity.binaryText(metainfo.pieceBytes()));
  }

  /** The files that are no pad files. */
  private static List<MetainfoFile> onDisk(Metainfo metainfo) {
    return metainfo.files().stream().filter(file -> !file.pad()).toList();
  }

  static @Nullable String infoHash(Metainfo metainfo) {
    InfoHash infoHash = metainfo.infoHashOrNull();
    return infoHash == null ? null : infoHash.hex();
  }

  static @Nullable String infoHashV1(Metainfo metainfo) {
    WireHash v1Hash = metainfo.v1Hash();
    return v1Hash == null ? null : v1Hash.hex();
  }

  /** One line for each name that the torrent has. */
  static void sayHashes(Console console, Metainfo metainfo) {
    String v2 = infoHash(metainfo);
    String v1 = infoHashV1(metainfo);
    if (v2 != null) {
      console.answer("info-hash  " + v2);
    }
    if (v1 != null) {
      console.answer("v1 hash    " + v1);
    }
  }

  static void write(Path file, byte[] torrent) {
    try {
      Files.write(file, torrent);
    } catch (IOException e) {
      throw new CommandFailure(
          ExitCode.LOCAL, "cannot write %s: %s".formatted(file, e.getMessage()), e);
    }
  }

  /**
   * A torrent, for programs.
   *
   * @param format v1, v2 or hybrid
   * @param infoHash 64 hexadecimal digits; null for v1
   * @param infoHashV1 by which v1 clients know it, 40 hexadecimal digits; null for v2
   * @param magnet the magnet link to it
   * @param isPrivate whether it asks for peers from its tracker only (BEP 27)
   * @param trackers tiers of URLs (BEP 12)
   * @param webSeeds URLs of servers that have the content (BEP 19)
   */
  record Shown(
      @JsonProperty("name") String name,
      @JsonProperty("format") String format,
      @JsonProperty("info_hash") @Nullable String infoHash,
      @JsonProperty("info_hash_v1") @Nullable String infoHashV1,
      @JsonProperty("magnet") String magnet,
      @JsonProperty("bytes") long bytes,
      @JsonProperty("pieces") int pieces,
      @JsonProperty("piece_bytes") int pieceBytes,
      @JsonProperty("private") boolean isPrivate,
      @JsonProperty("trackers") List<List<String>> trackers,
      @JsonProperty("web_seeds") List<String> webSeeds,
      @JsonProperty("files") List<ShownFile> files) {

    static Shown of(Metainfo metainfo) {
      return new Shown(
          metainfo.name(),
          FormatOption.text(metainfo.format()),
          TorrentCommand.infoHash(metainfo),
          TorrentCommand.infoHashV1(metainfo),
          MagnetLink.of(metainfo, List.of()).toString(),
          metainfo.geometry().totalBytes(),
          metainfo.geometry().pieceCount(),
          metainfo.pieceBytes(),
          metainfo.isPrivate(),
          metainfo.trackers(),
          metainfo.webSeeds(),
          onDisk(metainfo).stream()
              .map(file -> new ShownFile(file.path().toString(), file.length()))
              .toList());
    }
  }

  /** One file of it. */
  record ShownFile(@JsonProperty("path") String path, @JsonProperty("bytes") long bytes) {}

  @Command(
      name = "create",
      mixinStandardHelpOptions = true,
      description = "Hash a file or directory and write its torrent.")
  Integer create(
      @Parameters(paramLabel = "PATH", description = "a file or a directory") Path source,
      @Option(
              names = {"-o", "--output"},
              paramLabel = "FILE",
              description = "where to write it (default: PATH's name with .torrent, here)")
          @Nullable Path output,
      @Mixin PieceSizeOption pieceSize,
      @Mixin FormatOption format,
      @Mixin TrackerOption tracker,
      @Mixin WebSeedOption webSeed,
      @Option(names = "--json", description = "print JSON") boolean json) {
    Publication.requireThere(source);
    String name = String.valueOf(source.toAbsolutePath().normalize().getFileName());
    Metainfo metainfo;
    try {
      HashLine line = new HashLine(console, json, name);
      metainfo =
          webSeed.addedTo(
              tracker.addedTo(
                  ArtifactHasher.hash(source, name, pieceSize.bytes, line::hashed, format.format)));
    } catch (IOException e) {
      throw new CommandFailure(ExitCode.LOCAL, String.valueOf(e.getMessage()), e);
    }
    Path file = output == null ? Path.of(name + ".torrent") : output;
    write(file, metainfo.toTorrentBytes());
    if (json) {
      console.json(Shown.of(metainfo));
    } else {
      console.answer("torrent    " + summary(metainfo));
      sayHashes(console, metainfo);
      console.answer("written    " + file);
    }
    return ExitCode.OK;
  }

  @Command(
      name = "show",
      mixinStandardHelpOptions = true,
      description = "Print what a torrent file says.")
  Integer show(
      @Parameters(paramLabel = "TORRENT", description = "a file or a URL") String torrent,
      @Option(names = "--json", description = "print JSON") boolean json)
      throws InterruptedException {
    Metainfo metainfo = TorrentSource.read(torrent);
    if (json) {
      console.json(Shown.of(metainfo));
      return ExitCode.OK;
    }
    console.answer("torrent    " + summary(metainfo));
    sayHashes(console, metainfo);
    console.answer("magnet     " + MagnetLink.of(metainfo, List.of()));
    metainfo.trackers().forEach(tier -> console.answer("tracker    " + String.join(" ", tier)));
    metainfo.webSeeds().forEach(url -> console.answer("web seed   " + url));
    if (metainfo.isPrivate()) {
      console.answer("private    peers come from its tracker only");
    }
    TextTable table = new TextTable("FILE", ">BYTES");
    for (MetainfoFile file : onDisk(metainfo)) {
      table.row(file.path().toString(), Long.toString(file.length()));
    }
    console.answer("");
    console.table(table);
    return ExitCode.OK;
  }

  @Command(
      name = "verify",
      mixinStandardHelpOptions = true,
      description = "Check that a file or directory is what a torrent describes, byte for byte.")
  Integer verify(
      @Parameters(index = "0", paramLabel = "TORRENT", description = "a file or a URL")
          String torrent,
      @Parameters(index = "1", paramLabel = "PATH", description = "the file or directory")
          Path content,
      @Option(names = "--json", description = "print JSON") boolean json)
      throws InterruptedException {
    Publication.requireThere(content);
    Metainfo metainfo = TorrentSource.read(torrent);
    ContentVerifier.Verdict verdict;
    try {
      HashLine line = new HashLine(console, json, metainfo.name());
      verdict = ContentVerifier.verify(metainfo, content, line::hashed);
    } catch (IOException e) {
      throw new CommandFailure(ExitCode.LOCAL, String.valueOf(e.getMessage()), e);
    }
    int good = verdict.good().cardinality();
    int pieces = verdict.good().pieces();
    if (json) {
      console.json(new Verified(verdict.isComplete(), good, pieces, verdict.trouble()));
    } else {
      verdict.trouble().forEach(console::answer);
      console.answer(
          "%s: %d of %d pieces are right"
              .formatted(verdict.isComplete() ? "verified" : "NOT verified", good, pieces));
    }
    return verdict.isComplete() ? ExitCode.OK : ExitCode.FAILED;
  }

  /** How content compares with a torrent, for programs. */
  record Verified(
      @JsonProperty("complete") boolean complete,
      @JsonProperty("pieces_right") int piecesRight,
      @JsonProperty("pieces") int pieces,
      @JsonProperty("trouble") List<String> trouble) {}
}
