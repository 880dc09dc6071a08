package io.seedfall.tests;

import static org.assertj.core.api.Assertions.assertThat;

import io.seedfall.agent.AgentMetrics;
import io.seedfall.coordinator.CoordinatorMetrics;
import io.seedfall.metrics.JvmMetrics;
import io.seedfall.metrics.Meters;
import io.seedfall.metrics.Metric;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * docs/metrics.md is made of the tables of metrics ({@code -Drewrite} writes it anew), and the
 * files for Grafana and Prometheus ask for nothing that is not in them.
 */
final class MetricsPageTest {
  private static final Path ROOT = Path.of(System.getProperty("seedfall.root", ".."));
  private static final Path FILES = ROOT.resolve("config/observability");
  private static final Pattern NAME = Pattern.compile("\\b(?:seedfall|jvm|process)_[a-z0-9_]+");
  private static final Pattern SELECTOR = Pattern.compile("([a-z_0-9]+)\\{([^}]*)}");
  private static final Pattern LABEL = Pattern.compile("([a-z_]+)\\s*(?:=~|!~|!=|=)\\s*\"");

  private static Stream<Metric> all() {
    return Stream.of(CoordinatorMetrics.TABLE, AgentMetrics.TABLE, JvmMetrics.TABLE)
        .flatMap(List::stream);
  }

  @Test
  void thePageShowsTheMetricsThatThereAre() throws IOException {
    Path page = ROOT.resolve("docs/metrics.md");
    String text =
        """
        # Metrics

        Made of the tables in the code by `MetricsPageTest`; run it with `-Drewrite` after a change. What to do with
        them, and how to have Prometheus read them: [operations.md](operations.md).

        Kinds: a *counter* only grows, from 0 at the start of the process; a *gauge* goes up and down; *times* are a
        counter `NAME_count` and one `NAME_sum` in seconds; a *histogram* has `NAME_bucket` as well, and a gauge `NAME_max`,
        the longest of the last minutes. No label names a machine, an artifact or a deployment: a process has at most
        %d series, whatever its fleet does.

        ## The coordinator, at `GET /metrics`

        %s
        ## An agent, with `--metrics ADDR:PORT`

        %s
        ## Both

        %s\
        """
            .formatted(
                Meters.SERIES_MAX,
                table(CoordinatorMetrics.TABLE),
                table(AgentMetrics.TABLE),
                table(JvmMetrics.TABLE));
    if (System.getProperty("rewrite") != null) {
      Files.writeString(page, text);
    }
    assertThat(page).as("rerun with -Drewrite").content().isEqualTo(text);
  }

  private static String table(List<Metric> metrics) {
    return metrics.stream()
        .map(metric ->
            "| `%s` | %s | %s | %s |\n"
                .formatted(
                    metric.name(),
                    metric.kind().name().toLowerCase(Locale.ROOT),
                    metric.labels().stream()
                        .map(label -> "`" + label + "`")
                        .collect(Collectors.joining(", ")),
                    metric.help()))
        .collect(
            Collectors.joining(
                "", "| metric | kind | labels | what |\n| --- | --- | --- | --- |\n", ""));
  }

  @Test
  void everyNameIsThereOnce() {
    assertThat(all().flatMap(Metric::queried).toList()).doesNotHaveDuplicates();
    assertThat(
            Stream.concat(CoordinatorMetrics.TABLE.stream(), AgentMetrics.TABLE.stream())
                .map(Metric::name))
        .allMatch(name -> name.matches("seedfall_(coordinator|agent)_.*"));
  }

  @Test
  void everyQueryOfTheDashboardAsksForWhatThereIs() throws IOException {
    JsonNode dashboard =
        JsonMapper.builder().build().readTree(FILES.resolve("seedfall-dashboard.json").toFile());
    JsonNode variable = dashboard.get("templating").get("list").get(0);
    assertThat(variable.get("name").stringValue()).isEqualTo("datasource");
    assertThat(variable.get("query").stringValue()).isEqualTo("prometheus");
    Set<Integer> ids = new HashSet<>();
    Set<String> asked = new TreeSet<>();
    for (JsonNode panel : dashboard.get("panels")) {
      assertThat(ids.add(panel.get("id").intValue())).as("panel %s", panel.get("id")).isTrue();
      if (panel.get("type").stringValue().equals("row")) {
        continue;
      }
      assertThat(panel.get("targets").size()).isPositive();
      for (JsonNode target : panel.get("targets")) {
        assertThat(target.get("datasource").get("uid").stringValue()).isEqualTo("${datasource}");
        asked.addAll(known(target.get("expr").stringValue()));
      }
    }
    assertThat(asked).hasSizeGreaterThan(40);
  }

  @Test
  void everyAlertAsksForWhatThereIs() throws IOException {
    assertThat(known(Files.readString(FILES.resolve("seedfall-alerts.yml")))).isNotEmpty();
    assertThat(known(Files.readString(FILES.resolve("seedfall-alerts-test.yml")))).isNotEmpty();
  }

  /** The names in there, each of which has to be one, with labels that it has. */
  private static Set<String> known(String text) {
    Map<String, List<String>> labels =
        all()
            .flatMap(metric -> metric.queried().map(name -> Map.entry(name, metric.labels())))
            .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    Set<String> names =
        NAME.matcher(text).results().map(found -> found.group()).collect(Collectors.toSet());
    assertThat(labels.keySet()).containsAll(names);
    Matcher selector = SELECTOR.matcher(text);
    while (selector.find()) {
      String name = selector.group(1);
      if (NAME.matcher(name).matches()) {
        Set<String> allowed = new HashSet<>(labels.getOrDefault(name, List.of()));
        allowed.addAll(Set.of("instance", "job", "le"));
        assertThat(allowed)
            .as(selector.group())
            .containsAll(
                LABEL.matcher(selector.group(2)).results().map(found -> found.group(1)).toList());
      }
    }
    return names;
  }
}
