package io.seedfall.cli;

import io.seedfall.protocol.metainfo.TorrentFormat;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Which clients can read a new torrent. */
final class FormatOption {
  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "v2",
      converter = Name.class,
      description = {
        "v2, v1 or hybrid (default: v2)",
        "v1 is for clients that know nothing else; hybrid is both, for everybody"
      })
  TorrentFormat format;

  /** What a format is called on the screen. */
  static String text(TorrentFormat format) {
    return format.name().toLowerCase(Locale.ROOT);
  }

  /** The format that a name means. */
  static final class Name implements ITypeConverter<TorrentFormat> {
    @Override
    public TorrentFormat convert(String text) {
      return switch (text) {
        case "v1" -> TorrentFormat.V1;
        case "v2" -> TorrentFormat.V2;
        case "hybrid" -> TorrentFormat.HYBRID;
        default ->
            throw new TypeConversionException(
                "not a format: %s (expected v2, v1 or hybrid)".formatted(text));
      };
    }
  }
}
