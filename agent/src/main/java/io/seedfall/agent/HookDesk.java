package io.seedfall.agent;

import io.seedfall.control.AgentMessage;
import io.seedfall.control.Destination;
import io.seedfall.control.Hooks;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.LongAdder;

/** Finds hooks, tells them what they are about, and runs them in their order. Any thread. */
final class HookDesk {
  /** When a hook runs, as it is told in SEEDFALL_HOOK. */
  enum Moment {
    PRE_INSTALL("pre-install"),
    POST_INSTALL("post-install"),
    HEALTH("health");

    private final String words;

    Moment(String words) {
      this.words = words;
    }
  }

  /**
   * What a hook is about.
   *
   * @param by for whom it runs
   * @param destination where the content is or will be, absolute
   * @param staged where it lies before the switch, absolute; told to a pre-install hook only
   */
  record Subject(AgentState.By by, Path destination, Path staged) {}

  private final HookDirectory directory;
  private final int seconds;
  private final HookLanes lanes;
  private final LongAdder runs = new LongAdder();
  private final LongAdder nanos = new LongAdder();
  private final LongAdder failures = new LongAdder();

  /**
   * A desk.
   *
   * @param threads run a lane of hooks each
   * @throws IOException when the directory is none, in one line
   */
  HookDesk(HookSettings settings, Executor threads) throws IOException {
    this.directory = new HookDirectory(settings.directory());
    this.seconds = settings.seconds();
    this.lanes = new HookLanes(threads);
  }

  /** Throws unless all hooks of an install could be run now. */
  void check(Hooks hooks) throws HookRefused {
    if (!hooks.preInstall().isEmpty()) {
      directory.find(hooks.preInstall());
    }
    if (!hooks.postInstall().isEmpty()) {
      directory.find(hooks.postInstall());
    }
  }

  /** Runs it when everything before it at this destination has ended; false when it is too much. */
  boolean inTurn(Destination destination, HookLanes.Task task) {
    return lanes.submit(destination.path(), task);
  }

  /** Runs one hook, now, and waits for its end. */
  HookRun.Outcome run(String name, Moment moment, Subject subject, HookOutput output)
      throws InterruptedException {
    long beganNanos = System.nanoTime();
    HookRun.Outcome outcome = ran(name, moment, subject, output);
    runs.increment();
    nanos.add(System.nanoTime() - beganNanos);
    if (!outcome.well()) {
      failures.increment();
    }
    return outcome;
  }

  /** How many hooks have run. */
  long runs() {
    return runs.sum();
  }

  /** For how long in all. */
  long nanos() {
    return nanos.sum();
  }

  /** How many of them failed, hung, or were refused. */
  long failures() {
    return failures.sum();
  }

  private HookRun.Outcome ran(String name, Moment moment, Subject subject, HookOutput output)
      throws InterruptedException {
    Path program;
    try {
      program = directory.find(name);
    } catch (HookRefused e) {
      return new HookRun.Outcome(false, e.why());
    }
    Map<String, String> environment = new HashMap<>();
    environment.put("SEEDFALL_HOOK", moment.words);
    environment.put("SEEDFALL_DEPLOYMENT", subject.by().deployment());
    environment.put("SEEDFALL_ARTIFACT", subject.by().artifact());
    environment.put("SEEDFALL_VERSION", subject.by().version());
    environment.put("SEEDFALL_DESTINATION", subject.destination().toString());
    if (moment == Moment.PRE_INSTALL) {
      environment.put("SEEDFALL_STAGED", subject.staged().toString());
    }
    return lanes.run(new HookRun(name, program, environment, seconds, output));
  }

  /** Asks a health hook, and answers. */
  AgentMessage.Health health(String hook, Subject subject) throws InterruptedException {
    HookRun.Outcome outcome = run(hook, Moment.HEALTH, subject, new HookOutput());
    return new AgentMessage.Health(subject.by().deployment(), outcome.well(), outcome.why());
  }
}
