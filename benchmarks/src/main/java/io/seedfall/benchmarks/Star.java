package io.seedfall.benchmarks;

import java.io.IOException;
import java.util.List;

/**
 * nginx on host 0 and curl on every other: the source sends the file to each. Nothing checks the
 * bytes, unless a SHA-256 of the whole file is asked for.
 */
final class Star implements Contender {
  private final boolean verified;
  private int port;

  /**
   * @param verified whether the file counts as there only when sha256sum has read all of it and it
   *     is on disk
   */
  Star(boolean verified) {
    this.verified = verified;
  }

  @Override
  public void prepare(Stage stage) throws IOException {
    port = stage.hosts().port();
    String settings =
        """
        daemon off;
        user root;
        worker_processes 1;
        pid %s;
        error_log stderr;
        events { worker_connections 1000; }
        http {
          access_log off;
          sendfile on;
          server { listen %s:%d; root %s; }
        }
        """
            .formatted(stage.path("nginx.pid"), stage.hosts().address(0), port, stage.directory(0));
    stage.start(0, List.of("nginx", "-c", stage.write("nginx.conf", settings).toString()));
    stage.awaitAnswer(0, List.of("curl", "-sSfI", url(stage)), outcome -> outcome.exit() == 0);
  }

  @Override
  public void go(Stage stage) throws IOException {
    for (int host = 1; host < stage.hosts().count(); host++) {
      String file = stage.file(host).toString();
      String check =
          verified
              ? " && echo '%s  %s' | sha256sum -c --quiet && sync '%s'"
                  .formatted(stage.payload().sha256(), file, file)
              : "";
      stage.start(
          host,
          List.of(
              "sh",
              "-c",
              "curl -sSf -o '%s' '%s'%s && touch '%s'"
                  .formatted(file, url(stage), check, stage.mark(host))));
    }
  }

  private String url(Stage stage) {
    return "http://%s:%d/%s".formatted(stage.hosts().address(0), port, Payload.NAME);
  }
}
