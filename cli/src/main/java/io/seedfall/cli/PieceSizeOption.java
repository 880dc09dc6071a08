package io.seedfall.cli;

import io.seedfall.protocol.metainfo.PieceGeometry;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** How large the pieces of a new torrent are. */
final class PieceSizeOption {
  @Option(
      names = "--piece-size",
      paramLabel = "SIZE",
      converter = PieceBytes.class,
      description = "a power of two, 16KiB to 64MiB (default: the rule that deploy has)")
  int bytes;

  /** A size that pieces may have. */
  static final class PieceBytes implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String text) {
      long bytes;
      try {
        bytes = Quantity.bytes(text);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(String.valueOf(e.getMessage()));
      }
      if (!PieceGeometry.isPieceSize(bytes)) {
        throw new TypeConversionException(
            "not a piece size: %s (expected a power of two, 16KiB to 64MiB)".formatted(text));
      }
      return (int) bytes;
    }
  }
}
