package io.seedfall.cli;

import io.seedfall.control.ControlException;
import io.seedfall.control.Problem;
import io.seedfall.control.SeedfallClient;
import io.seedfall.protocol.trust.Decoded;
import io.seedfall.protocol.trust.Judge;
import io.seedfall.protocol.trust.Root;
import io.seedfall.protocol.trust.Signed;
import io.seedfall.protocol.trust.Verdict;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * A root document in a file, with the signatures that it has so far.
 *
 * @param signed the file's content
 * @param root what is signed
 */
record TrustRoot(Signed signed, Root root) {
  /** The most roots that are followed one after the other. */
  private static final int FOLLOWED_MAX = 1_024;

  /** Reads a file; it may lack signatures. */
  static TrustRoot read(Path file) {
    try {
      if (Files.size(file) > Signed.BYTES_MAX) {
        throw new CommandFailure(ExitCode.LOCAL, file + " is no root: it is too large");
      }
      return of(file.toString(), Files.readAllBytes(file));
    } catch (NoSuchFileException e) {
      throw new CommandFailure(ExitCode.LOCAL, "no such file: " + file, e);
    } catch (IOException e) {
      throw new CommandFailure(
          ExitCode.LOCAL, "cannot read %s: %s".formatted(file, e.getMessage()), e);
    }
  }

  /** Reads what came from somewhere. */
  static TrustRoot of(String where, byte[] document) {
    if (Signed.decode(document) instanceof Decoded.Value<Signed>(Signed signed)
        && Root.decode(signed.document().toBytes()) instanceof Decoded.Value<Root>(Root root)) {
      return new TrustRoot(signed, root);
    }
    throw new CommandFailure(ExitCode.LOCAL, where + " is no root: 'seedfall root' makes them");
  }

  /** Writes a file that is not there yet. */
  void writeNew(Path file) {
    try {
      Files.write(file, signed.encode(), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    } catch (FileAlreadyExistsException e) {
      throw new CommandFailure(ExitCode.LOCAL, file + " is there already and stays", e);
    } catch (IOException e) {
      throw unwritable(file, e);
    }
  }

  /** Puts it in the place of what was read from there. */
  void replace(Path file) {
    Path next = file.resolveSibling(file.getFileName() + ".next");
    try {
      Files.write(next, signed.encode());
      Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw unwritable(file, e);
    }
  }

  private static CommandFailure unwritable(Path file, IOException e) {
    return new CommandFailure(
        ExitCode.LOCAL, "cannot write %s: %s".formatted(file, e.getMessage()), e);
  }

  /** The newest that follows {@code root} at the coordinator, each signed by the one before. */
  static Root newest(SeedfallClient client, Root root) throws ControlException {
    Root newest = root;
    for (int i = 0; i < FOLLOWED_MAX; i++) {
      byte[] document;
      try {
        document = client.root(newest.version() + 1);
      } catch (ControlException e) {
        if (e.code().equals(Problem.UNKNOWN_ROOT)) {
          return newest;
        }
        throw e;
      }
      newest =
          switch (Judge.next(newest, document)) {
            case Verdict.Accepted<Root>(Root next) -> next;
            case Verdict.Refused<Root> refused ->
                throw new CommandFailure(ExitCode.REFUSED, refused.why());
          };
    }
    return newest;
  }
}
