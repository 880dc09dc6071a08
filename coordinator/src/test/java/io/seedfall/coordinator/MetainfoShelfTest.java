package io.seedfall.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.seedfall.control.ControlApi;
import io.seedfall.protocol.InfoHash;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Bytes of metainfo files in rows, on every database. */
@ParameterizedClass
@EnumSource(Databases.class)
final class MetainfoShelfTest {
  private static final InfoHash ONE = InfoHash.parse("ab".repeat(32));
  private static final InfoHash OTHER = InfoHash.parse("cd".repeat(32));

  private final Databases databases;
  @TempDir private Path directory;
  private Store store;
  private MetainfoRows rows;
  private Term term;

  MetainfoShelfTest(Databases databases) {
    this.databases = databases;
  }

  @BeforeEach
  void open() throws IOException {
    store = Store.open(databases.empty(directory));
    rows = new MetainfoRows(store);
    term = Leader.begin(store);
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void whatWasPutComesBackWhereverItsChunksEnd() {
    assertThat(rows.get(ONE)).isNull();
    assertThat(rows.has(ONE)).isFalse();
    int chunk = MetainfoRows.CHUNK_BYTES;
    int number = 0;
    for (int length : new int[] {1, chunk - 1, chunk, chunk + 1, 2 * chunk, 5 * chunk + 7}) {
      InfoHash hash = InfoHash.parse("%064x".formatted(++number));
      byte[] torrent = bytes(length);
      rows.put(term, hash, torrent);
      rows.put(term, hash, torrent);
      assertThat(rows.has(hash)).isTrue();
      assertThat(rows.get(hash)).as("%d bytes", length).isEqualTo(torrent);
    }
    assertThat(rows.has(OTHER)).isFalse();
  }

  @Test
  void theLargestMetainfoFitsAndNoneThatIsLarger() {
    byte[] largest = bytes(ControlApi.METAINFO_BYTES_MAX);
    rows.put(term, ONE, largest);
    assertThat(rows.get(ONE)).isEqualTo(largest);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> rows.put(term, OTHER, bytes(ControlApi.METAINFO_BYTES_MAX + 1)))
        .withMessageContaining("at most");
    assertThat(rows.has(OTHER)).isFalse();
  }

  private static byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }
}
