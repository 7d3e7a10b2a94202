package dev.adjoint.serve;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** What the server counts, in the form that Prometheus reads. */
final class ServerMetrics {
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final Map<List<String>, Model> models = new ConcurrentHashMap<>();

  ServerMetrics() {
    Runtime runtime = Runtime.getRuntime();
    Gauge.builder("adjoint_heap_used_bytes", () -> runtime.totalMemory() - runtime.freeMemory())
        .description("Bytes of the heap that are in use.")
        .register(registry);
  }

  /**
   * What is counted of one version of a model, while it is loaded. Loaded again beside itself it
   * has the same meters and goes on counting; they end with the last that uses them.
   */
  final class Model implements AutoCloseable {
    private final List<String> key;
    private final Tags tags;
    private final List<Meter> meters = new CopyOnWriteArrayList<>();
    private final Map<String, Counter> outcomes = new ConcurrentHashMap<>();
    private final Timer queue;
    private final Timer compute;
    private final DistributionSummary rows;
    private final AtomicInteger waiting = new AtomicInteger();
    private int users;

    private Model(List<String> key) {
      this.key = key;
      this.tags = Tags.of("model", key.getFirst(), "version", key.getLast());
      this.queue = timer("adjoint_inference_queue", "How long requests wait to be computed.");
      this.compute = timer("adjoint_inference_compute", "How long batches take to be computed.");
      this.rows =
          own(
              DistributionSummary.builder("adjoint_inference_batch_rows")
                  .description("How many rows the batches have.")
                  .tags(tags)
                  .register(registry));
      own(
          Gauge.builder("adjoint_inference_waiting", waiting::get)
              .description("How many requests wait to be computed.")
              .tags(tags)
              .register(registry));
    }

    private <T extends Meter> T own(T meter) {
      meters.add(meter);
      return meter;
    }

    private Timer timer(String what, String description) {
      return own(
          Timer.builder(what)
              .description(description)
              .tags(tags)
              .publishPercentileHistogram()
              .minimumExpectedValue(Duration.ofNanos(100_000))
              .maximumExpectedValue(Duration.ofSeconds(30))
              .register(registry));
    }

    private Counter outcome(String outcome) {
      return own(
          Counter.builder("adjoint_inference_requests")
              .description("How many requests have ended, and how.")
              .tags(tags.and("outcome", outcome))
              .register(registry));
    }

    /** Requests have joined the queue, or left it if there are less than none. */
    void waiting(int more) {
      waiting.addAndGet(more);
    }

    void queued(long nanos) {
      queue.record(Duration.ofNanos(nanos));
    }

    void computed(long nanos, int count) {
      compute.record(Duration.ofNanos(nanos));
      rows.record(count);
    }

    void answered(String outcome) {
      outcomes.computeIfAbsent(outcome, this::outcome).increment();
    }

    /** Says that the version counts no more. */
    @Override
    public void close() {
      models.computeIfPresent(
          key,
          (_, model) -> {
            model.users--;
            if (model.users > 0) {
              return model;
            }
            model.meters.forEach(registry::remove);
            return null;
          });
    }
  }

  /** Opens the meters of a version that is being loaded. */
  Model model(String name, String version) {
    return models.compute(
        List.of(name, version),
        (key, known) -> {
          Model model = known == null ? new Model(key) : known;
          model.users++;
          return model;
        });
  }

  /** All of it as text. */
  String scrape() {
    return registry.scrape();
  }
}
