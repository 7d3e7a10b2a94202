package dev.adjoint.serve;

import dev.adjoint.serve.proto.GRPCInferenceServiceGrpc;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The service that load balancers and orchestrators ask, {@code grpc.health.v1.Health}. It knows
 * the whole server by the empty name and by that of the inference service, and each model by its
 * own. As over REST, the server's health is told to all, a model's to callers with the token.
 *
 * <p>An answer is what the repository says at that moment. A watcher is told at once and whenever
 * that changes, by the thread of its own call: a slow one holds up nobody.
 */
final class GrpcHealth extends HealthGrpc.HealthImplBase implements AutoCloseable {
  private static final Set<String> SERVER = Set.of("", GRPCInferenceServiceGrpc.SERVICE_NAME);

  /**
   * How many callers may watch at once: each has a thread that looks again and again. Those of one
   * address may be half as many, if there are no others.
   */
  static final int MOST_WATCHERS = 256;

  private final ModelRepository repository;
  private final Duration repeat;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final SharedPlaces places = new SharedPlaces(MOST_WATCHERS);

  /**
   * The health of a server.
   *
   * @param repeat how often watchers are told again what they know: only by writing the server
   *     notices that a connection has broken
   */
  GrpcHealth(ModelRepository repository, Duration repeat) {
    this.repository = repository;
    this.repeat = repeat;
  }

  @Override
  public void check(HealthCheckRequest request, StreamObserver<HealthCheckResponse> observer) {
    String service = request.getService();
    requireToken(service);
    ServingStatus status = status(service);
    if (status == ServingStatus.SERVICE_UNKNOWN) {
      throw new ServeException(
          ServeException.Kind.NOT_FOUND,
          "There is no service and no model '%s'.".formatted(service));
    }
    GrpcCalls.answer(observer, response(status));
  }

  /** Goes on until the caller has gone or the server has stopped. */
  @Override
  public void watch(HealthCheckRequest request, StreamObserver<HealthCheckResponse> observer) {
    requireToken(request.getService());
    String address = Connection.current().address();
    if (!places.take(address)) {
      throw new ServeException(
          ServeException.Kind.BUSY,
          "Of %d callers that may watch, too many do already, or too many from your address. Ask with Check, or try again later."
              .formatted(MOST_WATCHERS));
    }
    try {
      tell(request.getService(), (ServerCallStreamObserver<HealthCheckResponse>) observer);
    } finally {
      places.giveBack(address);
    }
  }

  private void tell(String service, ServerCallStreamObserver<HealthCheckResponse> call) {
    Caller caller = GrpcCalls.EXCHANGE.get().caller();
    // With a handler, what is written to a caller that has gone is dropped, and no error.
    call.setOnCancelHandler(() -> {});
    Watcher watcher = new Watcher(service, call);
    do {
      watcher.look();
    } while (!caller.hasGone() && !isClosedSoon());
    watcher.look();
    throw caller.hasGone()
        ? new ServeException(ServeException.Kind.CANCELLED, "The caller has gone.")
        : new ServeException(ServeException.Kind.UNAVAILABLE, "The server is stopping.");
  }

  /** What one caller was told last. */
  private final class Watcher {
    private final String service;
    private final StreamObserver<HealthCheckResponse> observer;
    private Optional<ServingStatus> told = Optional.empty();
    private long toldAt;

    Watcher(String service, StreamObserver<HealthCheckResponse> observer) {
      this.service = service;
      this.observer = observer;
    }

    void look() {
      Optional<ServingStatus> now = Optional.of(status(service));
      long time = System.nanoTime();
      if (!now.equals(told) || time - toldAt > repeat.toNanos()) {
        told = now;
        toldAt = time;
        observer.onNext(response(now.get()));
      }
    }
  }

  private static void requireToken(String service) {
    if (!SERVER.contains(service) && !GrpcCalls.TRUSTED.get()) {
      throw ServeException.noToken();
    }
  }

  private ServingStatus status(String service) {
    if (SERVER.contains(service)) {
      return serving(repository.isReady());
    }
    return repository.isKnown(service)
        ? serving(repository.isReady(service, Optional.empty()))
        : ServingStatus.SERVICE_UNKNOWN;
  }

  private static ServingStatus serving(boolean ready) {
    return ready ? ServingStatus.SERVING : ServingStatus.NOT_SERVING;
  }

  private static HealthCheckResponse response(ServingStatus status) {
    return HealthCheckResponse.newBuilder().setStatus(status).build();
  }

  private boolean isClosedSoon() {
    try {
      return closed.await(50, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  /** Ends the calls of all watchers, after they were told what the repository says now. */
  @Override
  public void close() {
    closed.countDown();
  }
}
