package io.seedfall.agent;

/** What a {@link Publisher} tells its owner. Calls come from the publisher's own threads. */
public interface PublisherListener {
  /** The coordinator knows that we seed. */
  void connected();

  /** The coordinator is away; it is tried again without being asked. */
  void disconnected(String why);

  /** The coordinator does not want us: the name is taken, ... */
  void refused(String why);

  /** Seeding stopped for good: the file was changed, cannot be read, ... The line says which. */
  void failed(String why);
}
