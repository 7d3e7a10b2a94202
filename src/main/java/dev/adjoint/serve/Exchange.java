package dev.adjoint.serve;

import com.google.gson.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * One request and what became of it: who asks, under what name, until when, and what the log says
 * of it in the end. Filled by the thread that answers.
 */
final class Exchange {
  private static final Pattern NAME = Pattern.compile("[\\x21-\\x7e]{1,128}");

  private final Instant arrived = Instant.now();
  private final long start = System.nanoTime();
  private final String route;
  private final TraceParent trace;
  private final String id;
  private final Caller caller;
  private final Optional<Duration> timeout;
  private String model = "";
  private String version = "";
  private Optional<Batcher.Computed> computed = Optional.empty();
  private long bytesIn;
  private long bytesOut;

  /**
   * A request that arrives now.
   *
   * @param route the path, or the method's full name
   * @param name what the caller calls it; one that is not short and printable is not used
   * @param traceParent the header of that name
   * @param timeout how long the caller will wait, if it says so
   */
  Exchange(
      String route,
      Optional<String> name,
      Optional<String> traceParent,
      Caller caller,
      Optional<Duration> timeout) {
    this.route = route;
    this.trace = TraceParent.within(traceParent);
    this.id = name.filter(text -> NAME.matcher(text).matches()).orElse(trace.trace());
    this.caller = caller;
    this.timeout = timeout;
  }

  /** One that no network brings. */
  static Exchange local() {
    return new Exchange(
        "local", Optional.empty(), Optional.empty(), Caller.PATIENT, Optional.empty());
  }

  String id() {
    return id;
  }

  String route() {
    return route;
  }

  TraceParent trace() {
    return trace;
  }

  Caller caller() {
    return caller;
  }

  Optional<Duration> timeout() {
    return timeout;
  }

  void servedBy(String usedModel, String usedVersion) {
    this.model = usedModel;
    this.version = usedVersion;
  }

  void computed(Batcher.Computed result) {
    this.computed = Optional.of(result);
  }

  void received(long bytes) {
    this.bytesIn = bytes;
  }

  void sent(long bytes) {
    this.bytesOut = bytes;
  }

  /** Its line in the access log, one JSON object. */
  String line(String status) {
    JsonObject line = new JsonObject();
    line.addProperty("time", arrived.truncatedTo(ChronoUnit.MICROS).toString());
    line.addProperty("id", id);
    line.addProperty("trace", trace.trace());
    line.addProperty("span", trace.span());
    line.addProperty("route", route);
    line.addProperty("model", model);
    line.addProperty("version", version);
    line.addProperty("status", status);
    line.addProperty("microseconds", micros(System.nanoTime() - start));
    computed.ifPresent(result -> {
      line.addProperty("queue_microseconds", micros(result.queueNanos()));
      line.addProperty("compute_microseconds", micros(result.computeNanos()));
      line.addProperty("batch_rows", result.rows());
    });
    line.addProperty("bytes_in", bytesIn);
    line.addProperty("bytes_out", bytesOut);
    return line.toString();
  }

  private static long micros(long nanos) {
    return TimeUnit.NANOSECONDS.toMicros(nanos);
  }
}
