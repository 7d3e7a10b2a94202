package dev.adjoint.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.adjoint.saved.SavedModel;
import dev.adjoint.serve.proto.GRPCInferenceServiceGrpc;
import dev.adjoint.serve.proto.ServerLiveRequest;
import io.grpc.ManagedChannel;
import io.grpc.okhttp.OkHttpChannelBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Both protocols over TLS, with a certificate made here. */
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TlsTest {
  private static final String PASSPHRASE = "passphrase";

  @TempDir private static Path folder;
  private static Path store;
  private static KeyStore keys;

  @BeforeAll
  static void makeCertificate() throws Exception {
    SavedModel.write(folder.resolve("models/line/1"), TestServer.line(0.1f), Map.of());
    store = folder.resolve("server.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-keyalg",
                "EC",
                "-alias",
                "server",
                "-dname",
                "CN=localhost",
                "-ext",
                "SAN=ip:127.0.0.1,dns:localhost",
                "-keystore",
                store.toString(),
                "-storetype",
                "PKCS12",
                "-storepass",
                PASSPHRASE)
            .redirectErrorStream(true)
            .start();
    String said = new String(keytool.getInputStream().readAllBytes());
    assertEquals(0, keytool.waitFor(), said);
    keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSPHRASE.toCharArray());
    }
  }

  private static Path pem(String name, String kind, byte[] encoded) throws IOException {
    String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(encoded);
    return Files.writeString(
        folder.resolve(name),
        "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(kind, body, kind));
  }

  private static SSLContext trust() throws GeneralSecurityException, IOException {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    Certificate certificate = keys.getCertificate("server");
    trusted.setCertificateEntry("server", certificate);
    TrustManagerFactory managers =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    managers.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, managers.getTrustManagers(), null);
    return context;
  }

  private static HttpResponse<String> ask(HttpClient client, String scheme, int port)
      throws IOException, InterruptedException {
    URI address = URI.create("%s://127.0.0.1:%d%s".formatted(scheme, port, TestServer.INFER));
    return client.send(
        HttpRequest.newBuilder(address).POST(BodyPublishers.ofString(TestServer.ONE)).build(),
        BodyHandlers.ofString());
  }

  private static void assertServes(TlsFiles files) throws Exception {
    ServerOptions options = TestServer.options().withTls(files);
    try (InferenceServer server =
            InferenceServer.start(List.of(folder.resolve("models")), options);
        HttpClient client = HttpClient.newBuilder().sslContext(trust()).build();
        HttpClient first =
            HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .sslContext(trust())
                .build();
        HttpClient stranger = HttpClient.newHttpClient()) {
      while (!server.repository().isReady()) {
        Thread.sleep(5);
      }
      assertEquals(200, ask(client, "https", server.port()).statusCode());
      assertEquals(200, ask(first, "https", server.port()).statusCode());
      assertThrows(SSLException.class, () -> ask(stranger, "https", server.port()));
      assertThrows(IOException.class, () -> ask(first, "http", server.port()));

      ManagedChannel channel =
          OkHttpChannelBuilder.forAddress("127.0.0.1", server.port())
              .sslSocketFactory(trust().getSocketFactory())
              .build();
      try {
        var stub = GRPCInferenceServiceGrpc.newBlockingStub(channel);
        assertEquals(true, stub.serverLive(ServerLiveRequest.getDefaultInstance()).getLive());
        assertEquals(1, stub.modelInfer(TestServer.ask("line").build()).getOutputsCount());
      } finally {
        channel.shutdownNow();
      }
    }
  }

  @Test
  void withAKeyStore() throws Exception {
    assertServes(new TlsFiles.KeyStore(store, PASSPHRASE));
  }

  @Test
  void withPemFiles() throws Exception {
    Path chain = pem("chain.pem", "CERTIFICATE", keys.getCertificate("server").getEncoded());
    Path key =
        pem("key.pem", "PRIVATE KEY", keys.getKey("server", PASSPHRASE.toCharArray()).getEncoded());
    assertServes(new TlsFiles.Pem(chain, key));
  }

  @Test
  void withoutTheRightPassphraseItDoesNotStart() {
    ServerOptions options = TestServer.options().withTls(new TlsFiles.KeyStore(store, "another"));
    assertThrows(
        RuntimeException.class,
        () -> InferenceServer.start(List.of(folder.resolve("models")), options).close());
  }
}
