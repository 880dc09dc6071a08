package io.seedfall.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a running command has open, and its end. {@link #close} ends everything in reverse order;
 * Ctrl-C and SIGTERM do the same from the JVM's shutdown, in which nothing more is printed.
 *
 * <p>Any thread; one at a time opens or ends something.
 */
public final class Lifetime implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Lifetime.class);

  private final Console console;
  private final Thread onShutdown;
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final Deque<AutoCloseable> open = new ArrayDeque<>();
  private boolean ended;

  private Lifetime(Console console) {
    this.console = console;
    this.onShutdown = new Thread(this::shutDown, "shutdown");
  }

  /** Begins one; from here on Ctrl-C closes what is added. */
  public static Lifetime begin(Console console) {
    Lifetime lifetime = new Lifetime(console);
    Runtime.getRuntime().addShutdownHook(lifetime.onShutdown);
    return lifetime;
  }

  /** Takes over the end of {@code resource}. When everything has ended already, it ends at once. */
  public synchronized <T extends AutoCloseable> T add(T resource) {
    if (ended) {
      end(resource);
    } else {
      open.push(resource);
    }
    return resource;
  }

  /**
   * Runs a step that the end waits for, such as to start a process and to {@link #add} it; does not
   * begin it once the end has begun.
   */
  synchronized <T> T step(Callable<T> step) throws Exception {
    if (ended) {
      throw new CommandFailure(ExitCode.FAILED, "stopped");
    }
    return step.call();
  }

  /** Leaves everything open that is open now. */
  synchronized void forgetAll() {
    open.clear();
  }

  /** Ends {@code resource} now, before all else, unless it has ended already. */
  public synchronized void endNow(AutoCloseable resource) {
    if (open.remove(resource)) {
      end(resource);
    }
  }

  /** Lets {@link #awaitStop} return. */
  void stop() {
    stopped.countDown();
  }

  /** {@link #stop} when {@code input} ends: whoever holds its other end has gone, or closed it. */
  void stopWithEndOf(InputStream input) {
    Thread.ofVirtual()
        .name("stop-with-input")
        .start(() -> {
          try {
            input.transferTo(OutputStream.nullOutputStream());
          } catch (IOException e) {
            LOG.debug("standard input", e);
          }
          stop();
        });
  }

  /** Waits until somebody stops it. On Ctrl-C it does not return: the process ends. */
  void awaitStop() throws InterruptedException {
    stopped.await();
  }

  /** Waits a while; whether somebody has stopped it. */
  boolean awaitStop(long millis) throws InterruptedException {
    return stopped.await(millis, TimeUnit.MILLISECONDS);
  }

  private void shutDown() {
    console.mute();
    endAll();
  }

  @Override
  public void close() {
    endAll();
    try {
      Runtime.getRuntime().removeShutdownHook(onShutdown);
    } catch (IllegalStateException e) {
      LOG.debug("the JVM is going down already", e);
    }
  }

  /** A second thread waits until the first has ended everything: only then may the JVM halt. */
  private synchronized void endAll() {
    ended = true;
    for (AutoCloseable next = open.poll(); next != null; next = open.poll()) {
      end(next);
    }
  }

  private static void end(AutoCloseable resource) {
    try {
      resource.close();
    } catch (Exception e) {
      LOG.warn("could not end {}: {}", resource, e.toString());
    }
  }
}
