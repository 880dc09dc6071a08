package io.seedfall.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import io.seedfall.protocol.InfoHash;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Metainfo in files, and what of it is kept in memory. */
final class MetainfoCacheTest {
  @TempDir private Path directory;

  @Test
  void whatWasReadLatelyIsKeptUpToTheLimit() throws IOException {
    MetainfoFiles files = new MetainfoFiles(directory);
    MetainfoCache cache = new MetainfoCache(files, 20);
    for (int i = 0; i < 3; i++) {
      cache.put(new Term(1, "", Long.MAX_VALUE), hash(i), new byte[10]);
    }
    byte[] first = cache.get(hash(0));
    assertThat(cache.get(hash(1))).hasSize(10);
    assertThat(cache.get(hash(0))).as("two of ten bytes fit").isSameAs(first);
    assertThat(cache.get(hash(2))).hasSize(10);
    assertThat(cache.get(hash(0))).as("used lately").isSameAs(first);
    Files.delete(directory.resolve(hash(1).hex() + ".torrent"));
    assertThat(cache.get(hash(1))).as("was the one to go").isNull();
    assertThat(cache.has(hash(1))).isFalse();
    assertThat(cache.has(hash(2))).isTrue();
  }

  private static InfoHash hash(int number) {
    return InfoHash.parse("%064x".formatted(number));
  }
}
