package io.seedfall.control;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Server-Sent Events of a coordinator, as they come. A virtual thread reads; when nobody takes what
 * it has read it waits, and so does the coordinator, which then closes the stream. One thread
 * takes; any may close.
 */
public final class EventStream<T> implements AutoCloseable {
  /**
   * After so long without a byte the coordinator is taken to be gone; it says something earlier.
   */
  static final long SILENCE_MILLIS_MAX = 30_000;

  /** The longest line. */
  static final int LINE_BYTES_MAX = 4 << 20;

  private static final int UNTAKEN_MAX = 4;

  private final InputStream in;
  private final Class<T> change;
  private final BlockingQueue<Heard<T>> heard = new ArrayBlockingQueue<>(UNTAKEN_MAX);
  private final long silenceNanosMax;
  private final Thread reader;
  private volatile String lastId;
  private volatile long heardNanos = System.nanoTime();
  private boolean ended;

  EventStream(InputStream in, Class<T> change, String lastId, long silenceMillisMax) {
    this.in = in;
    this.change = change;
    this.lastId = lastId;
    this.silenceNanosMax = TimeUnit.MILLISECONDS.toNanos(silenceMillisMax);
    this.reader = Thread.ofVirtual().name("seedfall-events").start(this::read);
  }

  /** With which another stream goes on behind what this one has read; empty before the first. */
  public String lastId() {
    return lastId;
  }

  /** The next event; {@link Heard.Nothing} when none came in time. */
  public Heard<T> next(Duration patience) throws InterruptedException {
    if (ended) {
      return new Heard.Ended<>("it has ended");
    }
    Heard<T> next = heard.poll(patience.toNanos(), TimeUnit.NANOSECONDS);
    if (next == null) {
      next =
          System.nanoTime() - heardNanos > silenceNanosMax
              ? new Heard.Ended<>("the coordinator is silent")
              : new Heard.Nothing<>();
    }
    ended = next instanceof Heard.Ended<T>;
    return next;
  }

  @Override
  public void close() {
    try {
      in.close();
    } catch (IOException _) {
      // it is not needed any more
    }
    reader.interrupt(); // it may wait for room
  }

  // ---- the reader ---------------------------------------------------------------------------

  private void read() {
    try {
      String why = "the coordinator ended it";
      try (InputStream buffered = new BufferedInputStream(in)) {
        readAll(buffered);
      } catch (IOException e) {
        why = String.valueOf(e.getMessage());
      }
      heard.put(new Heard.Ended<>(why));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /** The format is that of the WHATWG: lines, and an empty one ends an event. */
  private void readAll(InputStream buffered) throws IOException, InterruptedException {
    String id = lastId;
    String name = "";
    String data = "";
    for (String line = line(buffered); line != null; line = line(buffered)) {
      heardNanos = System.nanoTime();
      int colon = line.indexOf(':');
      String field = colon < 0 ? line : line.substring(0, colon);
      String value = colon < 0 ? "" : line.substring(colon + 1).replaceFirst("^ ", "");
      switch (field) {
        case "id" -> id = value;
        case "event" -> name = value;
        case "data" -> data = data.isEmpty() ? value : data + "\n" + value;
        default -> {
          if (line.isEmpty()) {
            if (!data.isEmpty()) {
              heard.put(event(name, data));
              heardNanos = System.nanoTime(); // waiting for room was not the coordinator's silence
            }
            lastId = id;
            name = "";
            data = "";
          }
        }
      }
    }
  }

  private Heard<T> event(String name, String data) throws IOException {
    byte[] json = data.getBytes(UTF_8);
    return switch (name) {
      case "change" -> new Heard.Changed<>(value(json, change));
      case "reset" -> new Heard.Missed<>(value(json, Reset.class).why());
      default -> new Heard.Nothing<>(); // of a later version
    };
  }

  private static <V> V value(byte[] json, Class<V> type) throws IOException {
    return switch (ControlJson.decode(json, type)) {
      case Decoded.Value<V>(V value) -> value;
      case Decoded.UnknownType<V>(String unknown) -> throw new IOException("type " + unknown);
      case Decoded.Malformed<V>(String why) -> throw new IOException(why);
    };
  }

  /** The next line; null at the end. */
  private static @Nullable String line(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) {
        return null;
      }
      if (line.size() == LINE_BYTES_MAX) {
        throw new IOException("a line of more than " + LINE_BYTES_MAX + " bytes");
      }
      line.write(next);
    }
    return line.toString(UTF_8).replaceFirst("\r$", "");
  }
}
