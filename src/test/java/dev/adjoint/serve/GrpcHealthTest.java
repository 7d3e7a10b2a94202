package dev.adjoint.serve;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.saved.SavedModel;
import dev.adjoint.serve.proto.GRPCInferenceServiceGrpc;
import io.grpc.Channel;
import io.grpc.Context;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.okhttp.OkHttpChannelBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import javax.net.SocketFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The health service, asked while models are loaded, served, unloaded and drained. */
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class GrpcHealthTest {
  private static final Duration DAY = Duration.ofDays(1);
  private static final String SERVER = "";
  private static final String SERVICE = GRPCInferenceServiceGrpc.SERVICE_NAME;

  @TempDir private Path folder;

  private static HealthCheckRequest about(String service) {
    return HealthCheckRequest.newBuilder().setService(service).build();
  }

  private static HealthGrpc.HealthBlockingStub health(TestServer server) {
    return HealthGrpc.newBlockingStub(server.channel());
  }

  private static String check(TestServer server, String service) {
    try {
      return health(server).check(about(service)).getStatus().name();
    } catch (StatusRuntimeException e) {
      return e.getStatus().getCode().name();
    }
  }

  private static List<String> checks(TestServer server, String... services) {
    return List.of(services).stream().map(service -> check(server, service)).toList();
  }

  /** What a watcher is told, one after the other: states, then how it ended. */
  private static BlockingQueue<String> watch(TestServer server, String service) {
    return watch(server.channel(), service);
  }

  private static BlockingQueue<String> watch(Channel channel, String service) {
    BlockingQueue<String> told = new LinkedBlockingQueue<>();
    HealthGrpc.newStub(channel)
        .watch(
            about(service),
            new StreamObserver<>() {
              @Override
              public void onNext(HealthCheckResponse response) {
                told.add(response.getStatus().name());
              }

              @Override
              public void onError(Throwable failure) {
                told.add(Status.fromThrowable(failure).getCode().name());
              }

              @Override
              public void onCompleted() {
                told.add("completed");
              }
            });
    return told;
  }

  /** What a watcher is told next; what it knows already is repeated from time to time. */
  private static String next(BlockingQueue<String> told, String last) throws InterruptedException {
    String next = told.take();
    while (next.equals(last)) {
      next = told.take();
    }
    return next;
  }

  @Test
  void isServingWhenLoadedAndNoLongerWhenDraining() throws Exception {
    SavedModel.write(folder.resolve("gated/1"), TestServer.gated(), Map.of());
    SavedModel.write(folder.resolve("line/1"), TestServer.line(0.1f), Map.of());
    Gate.Door first = Gate.Door.closed("first");
    TestServer server = TestServer.loading(folder, TestServer.options());
    BlockingQueue<String> told = watch(server, SERVER);
    first.awaitArrival();
    assertEquals(
        List.of("NOT_SERVING", "NOT_SERVING", "NOT_SERVING", "NOT_SERVING"),
        checks(server, SERVER, SERVICE, "gated", "line"));
    assertEquals("NOT_SERVING", told.take());

    first.open();
    assertEquals("SERVING", next(told, "NOT_SERVING"));
    assertEquals(
        List.of("SERVING", "SERVING", "SERVING", "SERVING", "NOT_FOUND"),
        checks(server, SERVER, SERVICE, "gated", "line", "nobody"));

    first.close();
    first = Gate.Door.closed("first");
    var running = server.postLater(TestServer.INFER_GATED, TestServer.ONE);
    first.awaitArrival();
    Thread stopping = Thread.ofPlatform().start(server.server()::close);
    assertEquals("NOT_SERVING", next(told, "SERVING"));
    assertEquals(
        List.of("NOT_SERVING", "NOT_SERVING", "NOT_SERVING"),
        checks(server, SERVER, SERVICE, "line"));
    first.open();
    assertEquals(200, running.get().statusCode());
    stopping.join();
    assertEquals("UNAVAILABLE", next(told, "NOT_SERVING"));
    first.close();
    server.close();
  }

  @Test
  void watchersAreToldWhatChanges() throws Exception {
    try (TestServer server = TestServer.start(folder, TestServer.options())) {
      BlockingQueue<String> whole = watch(server, SERVICE);
      BlockingQueue<String> line = watch(server, "line");
      BlockingQueue<String> later = watch(server, "later");
      assertEquals("SERVING", whole.take());
      assertEquals("SERVING", line.take());
      assertEquals("SERVICE_UNKNOWN", later.take());

      server.server().repository().unload("line");
      assertEquals("NOT_SERVING", next(line, "SERVING"));
      assertEquals("NOT_SERVING", next(whole, "SERVING"));
      assertEquals("SERVING", check(server, "gated"));
      server.server().repository().load("line");
      assertEquals("SERVING", next(line, "NOT_SERVING"));
      assertEquals("SERVING", next(whole, "NOT_SERVING"));

      SavedModel.write(folder.resolve("later/1"), TestServer.line(0.2f), Map.of());
      while (!later.take().equals("SERVING")) {}
      assertEquals(ServingStatus.SERVING, health(server).check(about("later")).getStatus());
    }
  }

  /** As over REST: the server's health is open, a model's is not. */
  @Test
  void aModelsHealthNeedsTheToken() throws Exception {
    try (TestServer server = TestServer.start(folder, TestServer.options().withToken("secret"))) {
      assertEquals(
          List.of("SERVING", "SERVING", "UNAUTHENTICATED", "UNAUTHENTICATED"),
          checks(server, SERVER, SERVICE, "line", "nobody"));
      assertEquals("SERVING", watch(server, SERVER).take());
      assertEquals("UNAUTHENTICATED", watch(server, "line").take());
      assertEquals(401, server.get("/v2/models/line/ready").statusCode());

      var knowing = HealthGrpc.newBlockingStub(server.channel("Bearer secret"));
      assertEquals(ServingStatus.SERVING, knowing.check(about("line")).getStatus());
      assertEquals(
          Status.Code.NOT_FOUND,
          assertThrows(StatusRuntimeException.class, () -> knowing.check(about("nobody")))
              .getStatus()
              .getCode());
    }
  }

  /** A factory of one socket, which is connected already. */
  private static SocketFactory only(Socket connection) {
    return new SocketFactory() {
      @Override
      public Socket createSocket(InetAddress host, int port) {
        return connection;
      }

      @Override
      public Socket createSocket(String host, int port) {
        return connection;
      }

      @Override
      public Socket createSocket(String host, int port, InetAddress local, int localPort) {
        return connection;
      }

      @Override
      public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort) {
        return connection;
      }
    };
  }

  private static InferenceServer.Times times(Duration repeat, Duration idle) {
    return new InferenceServer.Times(repeat, idle);
  }

  /** However long nothing changes, so that nothing is read or written. */
  @Test
  void theConnectionOfAWatcherIsNotIdle() throws Exception {
    SavedModel.write(folder.resolve("line/1"), TestServer.line(0.1f), Map.of());
    try (TestServer server =
        TestServer.with(times(DAY, Duration.ofMillis(500)), folder, TestServer.options())) {
      BlockingQueue<String> told = watch(server, SERVER);
      assertEquals("SERVING", next(told, "NOT_SERVING"));
      try (Socket idle = server.connect()) {
        // Used after the other, and closed since nothing more is asked.
        idle.getOutputStream()
            .write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.UTF_8));
        assertTrue(idle.getInputStream().readAllBytes().length > 0);
      }
      assertEquals("SERVING", check(server, SERVER));
      server.server().repository().unload("line");
      assertEquals("NOT_SERVING", next(told, "SERVING"));
    }
  }

  @Test
  void aConnectionWithAStreamThatIsLeftHalfOpenIsIdle() throws Exception {
    ServerOptions options =
        TestServer.options().withLimits(1 << 20, 1 << 20, Duration.ofMillis(500));
    try (TestServer server = TestServer.with(times(DAY, Duration.ofMillis(500)), folder, options);
        FrameClient client = new FrameClient(server.connect())) {
      client.headers(1, FrameClient.END_HEADERS, "POST", "/no");
      client.send(FrameClient.DATA, 0, 1, new byte[1]);
      client.awaitClosed();
    }
  }

  /** On a loaded machine it may come too late to use it again, but not again and again. */
  @Test
  void aConnectionIsIdleFromItsAnswerOnHoweverLongThatTook() throws Exception {
    Duration idle = Duration.ofSeconds(2);
    SavedModel.write(folder.resolve("gated/1"), TestServer.gated(), Map.of());
    try (TestServer server = TestServer.with(times(DAY, idle), folder, TestServer.options())) {
      while (!server.server().repository().isReady()) {
        Thread.sleep(5);
      }
      int attempts = 0;
      while (!isUsedAgain(server, idle)) {
        attempts++;
        assertTrue(attempts < 3, "the connection was closed at once");
      }
    }
  }

  private static boolean isUsedAgain(TestServer server, Duration idle) throws Exception {
    try (Gate.Door door = Gate.Door.closed("first");
        FrameClient client = new FrameClient(server.connect())) {
      client.post(1, TestServer.INFER_GATED, TestServer.ONE);
      door.awaitArrival();
      Thread.sleep(idle.plusMillis(100));
      door.open();
      client.answer(1);
      // Idle connections are looked for twice as often.
      Thread.sleep(idle.dividedBy(2).plusMillis(100));
      client.post(3, TestServer.INFER_GATED, TestServer.ONE);
      client.answer(3);
      return true;
    } catch (IOException _) {
      return false;
    }
  }

  @Test
  void aWatcherThatGoesIsForgotten() throws Exception {
    Path log = folder.resolve("access.log");
    try (TestServer server = TestServer.start(folder, TestServer.options().withAccessLog(log))) {
      try (Context.CancellableContext context = Context.current().withCancellation()) {
        context.run(() -> assertDoesNotThrow(() -> watch(server, SERVER).take()));
      }
      TestServer.awaitEnd(log, HealthGrpc.getWatchMethod(), "CANCELLED");
    }
  }

  /**
   * The place of a watcher that goes is free for the next, and one address leaves some to others.
   */
  @Test
  void oneWatcherTooManyIsRefused() throws Exception {
    try (TestServer server = TestServer.start(folder, TestServer.options());
        Context.CancellableContext leaving = Context.current().withCancellation()) {
      leaving.run(() -> assertDoesNotThrow(() -> watch(server, SERVER).take()));
      for (int i = 1; i < GrpcHealth.MOST_WATCHERS / 2; i++) {
        assertEquals("SERVING", watch(server, SERVER).take());
      }
      assertEquals("RESOURCE_EXHAUSTED", watch(server, SERVER).take());
      assertEquals("SERVING", check(server, SERVER));
      assertOtherAddressMayWatch(server);
      leaving.cancel(null);
      String told = watch(server, SERVER).take();
      while (told.equals("RESOURCE_EXHAUSTED")) {
        told = watch(server, SERVER).take();
      }
      assertEquals("SERVING", told);
    }
  }

  /** All of 127/8 is this machine, where the system has it so. */
  private static void assertOtherAddressMayWatch(TestServer server) throws Exception {
    Socket other = new Socket();
    try {
      other.bind(new InetSocketAddress("127.0.0.2", 0));
    } catch (BindException _) {
      return;
    }
    other.connect(new InetSocketAddress("127.0.0.1", server.server().port()));
    ManagedChannel channel =
        OkHttpChannelBuilder.forAddress("127.0.0.1", server.server().port())
            .usePlaintext()
            .socketFactory(only(other))
            .build();
    assertEquals("SERVING", watch(channel, SERVER).take());
    channel.shutdownNow();
  }

  /** A connection that breaks says nothing about its calls. */
  @Test
  void aWatcherWhoseConnectionBreaksIsForgotten() throws Exception {
    Path log = folder.resolve("access.log");
    ServerOptions options = TestServer.options().withAccessLog(log);
    SavedModel.write(folder.resolve("line/1"), TestServer.line(0.1f), Map.of());
    try (TestServer server = TestServer.with(times(Duration.ofMillis(100), DAY), folder, options)) {
      Socket connection = server.connect();
      ManagedChannel channel =
          OkHttpChannelBuilder.forAddress("127.0.0.1", server.server().port())
              .usePlaintext()
              .socketFactory(only(connection))
              .build();
      assertEquals("SERVING", next(watch(channel, SERVER), "NOT_SERVING"));
      connection.close();
      TestServer.awaitEnd(log, HealthGrpc.getWatchMethod(), "CANCELLED");
      channel.shutdownNow();
    }
  }
}
