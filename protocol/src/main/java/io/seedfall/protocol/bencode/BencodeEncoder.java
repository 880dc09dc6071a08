package io.seedfall.protocol.bencode;

import java.nio.charset.StandardCharsets;

/** Encodes values as canonical bencode (BEP 3). */
public final class BencodeEncoder {
  private final byte[] target;
  private int position;

  private BencodeEncoder(byte[] target) {
    this.target = target;
  }

  /**
   * The bytes of {@code value}.
   *
   * @throws ArithmeticException when they would not fit an array
   */
  public static byte[] encode(BencodeValue value) {
    BencodeEncoder encoder = new BencodeEncoder(new byte[encodedBytes(value)]);
    encoder.write(value);
    return encoder.target;
  }

  private static int encodedBytes(BencodeValue value) {
    return switch (value) {
      case BencodeInteger(long number) -> Long.toString(number).length() + 2;
      case BencodeString string ->
          Math.addExact(Integer.toString(string.length()).length() + 1, string.length());
      case BencodeList(var values) -> {
        int bytes = 2;
        for (BencodeValue one : values) {
          bytes = Math.addExact(bytes, encodedBytes(one));
        }
        yield bytes;
      }
      case BencodeDictionary dictionary -> {
        int bytes = 2;
        for (BencodeDictionary.Entry entry : dictionary.entries()) {
          bytes = Math.addExact(bytes, encodedBytes(entry.key()));
          bytes = Math.addExact(bytes, encodedBytes(entry.value()));
        }
        yield bytes;
      }
    };
  }

  private void write(BencodeValue value) {
    switch (value) {
      case BencodeInteger(long number) -> ascii("i" + number + "e");
      case BencodeString string -> {
        ascii(string.length() + ":");
        string.copyTo(target, position);
        position += string.length();
      }
      case BencodeList(var values) -> {
        ascii("l");
        values.forEach(this::write);
        ascii("e");
      }
      case BencodeDictionary dictionary -> {
        ascii("d");
        for (BencodeDictionary.Entry entry : dictionary.entries()) {
          write(entry.key());
          write(entry.value());
        }
        ascii("e");
      }
    }
  }

  private void ascii(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(bytes, 0, target, position, bytes.length);
    position += bytes.length;
  }
}
