package io.seedfall.metrics;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.lang.management.MemoryUsage;
import java.util.List;
import java.util.function.Supplier;

/**
 * What every process of ours says of its JVM, under the names that Prometheus' own client for Java
 * has for it.
 */
public final class JvmMetrics {
  private static final Metric MEMORY_USED =
      Metric.gauge("jvm_memory_used_bytes", "Memory that the JVM uses.", "area");
  private static final Metric MEMORY_MAX =
      Metric.gauge(
          "jvm_memory_max_bytes", "Memory that the JVM may use; -1 without a limit.", "area");
  private static final Metric COLLECTIONS =
      Metric.times(
          "jvm_gc_collection_seconds", "Garbage collections, and what they took in all.", "gc");
  private static final Metric THREADS =
      Metric.gauge("jvm_threads_current", "Platform threads that live.");
  private static final Metric FILES_OPEN =
      Metric.gauge("process_open_fds", "File descriptors that are open.");
  private static final Metric FILES_MAX =
      Metric.gauge("process_max_fds", "File descriptors that may be open.");
  private static final Metric CPU =
      Metric.counter("process_cpu_seconds_total", "Processor time that was used.");
  private static final Metric STARTED =
      Metric.gauge("process_start_time_seconds", "When the process began, epoch.");

  /** All of them. */
  public static final List<Metric> TABLE =
      List.of(MEMORY_USED, MEMORY_MAX, COLLECTIONS, THREADS, FILES_OPEN, FILES_MAX, CPU, STARTED);

  private JvmMetrics() {}

  static void register(Meters meters) {
    MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
    area(meters, "heap", memory::getHeapMemoryUsage);
    area(meters, "nonheap", memory::getNonHeapMemoryUsage);
    for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
      meters.times(
          COLLECTIONS,
          collector::getCollectionCount,
          () -> collector.getCollectionTime() * 1_000_000,
          collector.getName());
    }
    meters.gauge(THREADS, ManagementFactory.getThreadMXBean()::getThreadCount);
    if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix) {
      meters.gauge(FILES_OPEN, unix::getOpenFileDescriptorCount);
      meters.gauge(FILES_MAX, unix::getMaxFileDescriptorCount);
      meters.counter(CPU, () -> unix.getProcessCpuTime() / 1e9);
    }
    meters.gauge(STARTED, () -> ManagementFactory.getRuntimeMXBean().getStartTime() / 1e3);
  }

  private static void area(Meters meters, String name, Supplier<MemoryUsage> usage) {
    meters.gauge(MEMORY_USED, () -> usage.get().getUsed(), name);
    meters.gauge(MEMORY_MAX, () -> usage.get().getMax(), name);
  }
}
