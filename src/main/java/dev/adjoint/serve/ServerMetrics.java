package dev.adjoint.serve;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** What the server counts, in the form that Prometheus reads. */
final class ServerMetrics {
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final Map<List<String>, Model> models = new ConcurrentHashMap<>();

  ServerMetrics() {
    Runtime runtime = Runtime.getRuntime();
    Gauge.builder("adjoint_heap_used_bytes", () -> runtime.totalMemory() - runtime.freeMemory())
        .register(registry);
  }

  /** What is counted of one version of a model. */
  final class Model {
    private final Timer queue;
    private final Timer compute;
    private final DistributionSummary rows;
    private final AtomicInteger waiting = new AtomicInteger();
    private final String name;
    private final String version;

    private Model(String name, String version) {
      this.name = name;
      this.version = version;
      this.queue = timer("adjoint_inference_queue");
      this.compute = timer("adjoint_inference_compute");
      this.rows =
          DistributionSummary.builder("adjoint_inference_batch_rows")
              .tags("model", name, "version", version)
              .register(registry);
      Gauge.builder("adjoint_inference_waiting", waiting::get)
          .tags("model", name, "version", version)
          .register(registry);
    }

    private Timer timer(String what) {
      return Timer.builder(what)
          .tags("model", name, "version", version)
          .publishPercentileHistogram()
          .minimumExpectedValue(Duration.ofNanos(100_000))
          .maximumExpectedValue(Duration.ofSeconds(30))
          .register(registry);
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
      Counter.builder("adjoint_inference_requests")
          .tags("model", name, "version", version, "outcome", outcome)
          .register(registry)
          .increment();
    }
  }

  /** What is counted of a version; the same again when it is loaded again. */
  Model model(String name, String version) {
    return models.computeIfAbsent(List.of(name, version), _ -> new Model(name, version));
  }

  /** All of it as text. */
  String scrape() {
    return registry.scrape();
  }
}
