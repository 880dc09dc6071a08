package io.seedfall.cli;

import io.seedfall.control.ArtifactReference;
import io.seedfall.control.CoordinatorAddresses;
import io.seedfall.control.Destination;
import io.seedfall.control.OnFailure;
import io.seedfall.control.Priority;
import io.seedfall.control.Role;
import io.seedfall.control.Selector;
import io.seedfall.simulator.policy.Policy;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Text on the command line becomes meaning here, or is refused with what was expected. */
final class Converters {
  private Converters() {}

  /** For an option in bytes. */
  static final class Bytes implements ITypeConverter<Long> {
    @Override
    public Long convert(String text) {
      return refusing(Quantity::bytes).convertUnchecked(text);
    }
  }

  /** For an option in bytes a second. */
  static final class BytesPerSecond implements ITypeConverter<Long> {
    @Override
    public Long convert(String text) {
      return refusing(Quantity::bytesPerSecond).convertUnchecked(text);
    }
  }

  /** The same where 0 means not at all. */
  static final class BytesPerSecondOrNone implements ITypeConverter<Long> {
    @Override
    public Long convert(String text) {
      return refusing(BytesPerSecondOrNone::rate).convertUnchecked(text);
    }

    private static long rate(String text) {
      return text.strip().equals("0") ? 0 : Quantity.bytesPerSecond(text);
    }
  }

  /** For an option that is a time, in nanoseconds. */
  static final class Nanos implements ITypeConverter<Long> {
    private static final long NANOS_MAX = 3_600_000_000_000L;

    @Override
    public Long convert(String text) {
      return refusing(Nanos::nanos).convertUnchecked(text);
    }

    private static long nanos(String text) {
      long nanos = Quantity.duration(text).toNanos();
      if (nanos > NANOS_MAX) {
        throw new IllegalArgumentException("too long: %s (expected: at most 1h)".formatted(text));
      }
      return nanos;
    }
  }

  /** For an option that is a longer time, in milliseconds. */
  static final class Millis implements ITypeConverter<Long> {
    @Override
    public Long convert(String text) {
      return refusing((String time) -> Quantity.duration(time).toMillis()).convertUnchecked(text);
    }
  }

  /** For an option that is one of a set, in small letters with hyphens. */
  static <E extends Enum<E>> ITypeConverter<E> oneOf(Class<E> type) {
    return refusing(text -> {
      for (E each : type.getEnumConstants()) {
        if (word(each).equals(text)) {
          return each;
        }
      }
      throw new IllegalArgumentException(
          "'%s' (expected: %s)"
              .formatted(
                  text,
                  Arrays.stream(type.getEnumConstants())
                      .map(Converters::word)
                      .collect(Collectors.joining(", "))));
    });
  }

  private static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** For an option that is a share, 0 to 1. */
  static final class Share implements ITypeConverter<Double> {
    @Override
    public Double convert(String text) {
      return refusing(Quantity::share).convertUnchecked(text);
    }
  }

  static void register(CommandLine line) {
    line.registerConverter(InetSocketAddress.class, refusing(ListenAddress::parse));
    line.registerConverter(Selector.class, refusing(Selector::parse));
    line.registerConverter(CoordinatorAddresses.class, refusing(CoordinatorAddresses::parse));
    line.registerConverter(Destination.class, refusing(Destination::parse));
    line.registerConverter(ArtifactReference.class, refusing(ArtifactReference::parse));
    line.registerConverter(Priority.class, oneOf(Priority.class));
    line.registerConverter(OnFailure.class, oneOf(OnFailure.class));
    line.registerConverter(SlowMachines.class, refusing(SlowMachines::parse));
    line.registerConverter(Role.class, oneOf(Role.class));
    line.registerConverter(Policy.class, refusing(Policy::of));
  }

  private static <T> Refusing<T> refusing(Function<String, T> parse) {
    return new Refusing<>(parse);
  }

  private record Refusing<T>(Function<String, T> parse) implements ITypeConverter<T> {
    @Override
    public T convert(String text) {
      return convertUnchecked(text);
    }

    T convertUnchecked(String text) {
      try {
        return parse.apply(text);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(String.valueOf(e.getMessage()));
      }
    }
  }
}
