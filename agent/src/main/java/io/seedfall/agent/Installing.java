package io.seedfall.agent;

import io.seedfall.control.Hooks;
import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One install with its hooks, from the prepared content to the answer. The switch itself is done by
 * the thread that does all of them; hooks run on the thread that calls {@link #run}, so that a slow
 * one holds up nobody else.
 *
 * <pre>
 *   pre-install --fails--> as it was
 *        │
 *      switch -----fails--> as it was
 *        │
 *   post-install --fails--> back to what was there before
 *        │
 *     installed
 * </pre>
 */
final class Installing {
  private static final Logger LOG = LoggerFactory.getLogger(Installing.class);

  private final AgentWork.Install order;
  private final Roots.Site site;
  private final ExecutorService switching;
  private final HookDesk hooks;
  private final HookDesk.Subject subject;
  private final HookOutput output = new HookOutput();
  private long hookNanos;

  Installing(
      AgentWork.Install order,
      Roots.Site site,
      ExecutorService switching,
      HookDesk hooks,
      HookDesk.Subject subject) {
    this.order = order;
    this.site = site;
    this.switching = switching;
    this.hooks = hooks;
    this.subject = subject;
  }

  /** Installed or NotInstalled. Afterwards {@link Installer#discard} is due. */
  AgentEvent run() throws InterruptedException {
    Hooks named = order.hooks();
    String why = "";
    if (!order.inPlace()) {
      why = hook(named.preInstall(), HookDesk.Moment.PRE_INSTALL);
      if (why.isEmpty()) {
        why = switched(() -> place(!named.postInstall().isEmpty()));
      }
    }
    if (why.isEmpty()) {
      why = hook(named.postInstall(), HookDesk.Moment.POST_INSTALL);
      if (!why.isEmpty()) {
        why += switched(this::restore);
      }
    }
    String id = order.by().deployment();
    HooksRan ran = new HooksRan(hookNanos, output.text());
    return why.isEmpty()
        ? new AgentEvent.Installed(id, ran)
        : new AgentEvent.NotInstalled(id, why, ran);
  }

  /** The same without hooks, on the thread that does the switches. */
  AgentEvent place() {
    String id = order.by().deployment();
    String why = place(false);
    return why.isEmpty()
        ? new AgentEvent.Installed(id, HooksRan.NONE)
        : new AgentEvent.NotInstalled(id, why, HooksRan.NONE);
  }

  /** Empty when it went well, or there is none. */
  private String hook(String name, HookDesk.Moment moment) throws InterruptedException {
    if (name.isEmpty()) {
      return "";
    }
    long startedNanos = System.nanoTime();
    HookRun.Outcome outcome = hooks.run(name, moment, subject, output);
    hookNanos += System.nanoTime() - startedNanos;
    return outcome.well() ? "" : outcome.why();
  }

  private String place(boolean keepOld) {
    try {
      site.installer().place(order.prepared(), site.inside(), order.ours(), keepOld);
      return "";
    } catch (InstallRefused e) {
      return e.why();
    } catch (IOException e) {
      return words(e);
    }
  }

  private String restore() {
    try {
      site.installer().restore(order.prepared(), site.inside());
      return "";
    } catch (InstallRefused e) {
      return "; what was there before could not be put back: " + e.why();
    } catch (IOException e) {
      LOG.error("cannot put back what was at {}", order.destination(), e);
      return "; what was there before could not be put back: " + words(e);
    }
  }

  private static String words(IOException e) {
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }

  private String switched(Callable<String> step) throws InterruptedException {
    try {
      return switching.submit(step).get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("an install met a bug", e.getCause());
    }
  }
}
