package dev.adjoint.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.saved.SavedModel;
import dev.adjoint.serve.proto.GRPCInferenceServiceGrpc;
import dev.adjoint.serve.proto.ServerLiveRequest;
import io.grpc.ManagedChannel;
import io.grpc.okhttp.OkHttpChannelBuilder;
import io.helidon.common.tls.Tls;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Both protocols over TLS, with a certificate made here. */
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TlsTest {
  private static final String PASSPHRASE = TestKeys.PASSPHRASE;

  @TempDir private static Path folder;
  private static TestKeys made;
  private static Path store;
  private static KeyStore keys;

  @BeforeAll
  static void makeCertificate() throws Exception {
    SavedModel.write(folder.resolve("models/line/1"), TestServer.line(0.1f), Map.of());
    made = TestKeys.make(folder, "EC");
    store = made.file();
    keys = made.open();
  }

  private static Path pem(String name, String kind, byte[] encoded) throws IOException {
    String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(encoded);
    return Files.writeString(
        folder.resolve(name),
        "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(kind, body, kind));
  }

  private static HttpResponse<String> ask(HttpClient client, String scheme, int port)
      throws IOException, InterruptedException {
    URI address = URI.create("%s://127.0.0.1:%d%s".formatted(scheme, port, TestServer.INFER));
    return client.send(
        HttpRequest.newBuilder(address).POST(BodyPublishers.ofString(TestServer.ONE)).build(),
        BodyHandlers.ofString());
  }

  private static void assertServes(TlsFiles files) throws Exception {
    assertServes(files, made);
  }

  private static void assertServes(TlsFiles files, TestKeys made) throws Exception {
    ServerOptions options = TestServer.options().withTls(files);
    try (InferenceServer server =
            InferenceServer.start(List.of(folder.resolve("models")), options);
        HttpClient client = HttpClient.newBuilder().sslContext(made.trust()).build();
        HttpClient first =
            HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .sslContext(made.trust())
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
              .sslSocketFactory(made.trust().getSocketFactory())
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
    assertServes(made.files());
  }

  private static Path chain() throws Exception {
    return pem("chain.pem", "CERTIFICATE", keys.getCertificate("server").getEncoded());
  }

  private static byte[] key() throws Exception {
    return keys.getKey("server", PASSPHRASE.toCharArray()).getEncoded();
  }

  @Test
  void withPemFiles() throws Exception {
    assertServes(new TlsFiles.Pem(chain(), pem("key.pem", "PRIVATE KEY", key())));
  }

  @ParameterizedTest
  @ValueSource(strings = {"RSA", "RSASSA-PSS", "Ed25519"})
  void otherAlgorithmsFitToo(String algorithm) throws Exception {
    Tls tls = TestKeys.make(folder, algorithm).files().open();
    assertTrue(tls.enabled());
  }

  private static PSSParameterSpec pss(String hash, MGF1ParameterSpec mask, int salt) {
    return new PSSParameterSpec(hash, "MGF1", mask, salt, 1);
  }

  @Test
  void aKeyThatDemandsItsOwnHashServes() throws Exception {
    TestKeys demanding = made.vouchingFor(folder, pss("SHA-512", MGF1ParameterSpec.SHA512, 64));
    assertServes(demanding.files(), demanding);
    TestKeys mild = made.vouchingFor(folder, pss("SHA-384", MGF1ParameterSpec.SHA384, 20));
    assertServes(mild.files(), mild);
  }

  @Test
  void aKeyThatDemandsWhatTlsDoesNotOfferIsRefused() throws Exception {
    for (PSSParameterSpec demanded :
        List.of(
            pss("SHA-224", MGF1ParameterSpec.SHA224, 28),
            pss("SHA-256", MGF1ParameterSpec.SHA512, 32),
            pss("SHA-256", MGF1ParameterSpec.SHA256, 33))) {
      TestKeys demanding = made.vouchingFor(folder, demanded);
      assertRefused(
          demanding.files(),
          demanding.file(),
          demanded.getDigestAlgorithm(),
          "a salt of %d bytes".formatted(demanded.getSaltLength()),
          "which TLS does not offer",
          "Make one for SHA-256");
    }
  }

  /** Nothing is served with files that are wrong, and the message says which, and what to do. */
  private static void assertRefused(TlsFiles files, Path named, String... parts) {
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                InferenceServer.start(
                        List.of(folder.resolve("models")), TestServer.options().withTls(files))
                    .close());
    String message = String.valueOf(e.getMessage());
    assertTrue(message.contains(named.toString()), message);
    for (String part : parts) {
      assertTrue(message.contains(part), message);
    }
    assertFalse(message.contains("Exception") || message.contains(PASSPHRASE), message);
  }

  @Test
  void certificatesThatAreNone() throws Exception {
    Path key = pem("key.pem", "PRIVATE KEY", key());
    Path nowhere = folder.resolve("nowhere.pem");
    assertRefused(new TlsFiles.Pem(nowhere, key), nowhere, "There is no certificate");
    Path empty = Files.writeString(folder.resolve("empty.pem"), "");
    assertRefused(new TlsFiles.Pem(empty, key), empty, "no certificate", "BEGIN CERTIFICATE");
    Path mangled = pem("mangled.pem", "CERTIFICATE", new byte[] {1, 2, 3});
    assertRefused(new TlsFiles.Pem(mangled, key), mangled, "no certificate", "BEGIN CERTIFICATE");
    assertRefused(new TlsFiles.Pem(key, key), key, "no certificate", "BEGIN CERTIFICATE");
    assertRefused(new TlsFiles.Pem(folder, key), folder, "cannot be read");
  }

  @Test
  void keysThatAreNone() throws Exception {
    Path chain = chain();
    Path nowhere = folder.resolve("nowhere.pem");
    assertRefused(new TlsFiles.Pem(chain, nowhere), nowhere, "There is no private key");
    assertRefused(new TlsFiles.Pem(chain, chain), chain, "BEGIN PRIVATE KEY", "openssl pkcs8");
    for (String kind : List.of("ENCRYPTED PRIVATE KEY", "EC PRIVATE KEY", "RSA PRIVATE KEY")) {
      Path other = pem("other.pem", kind, key());
      assertRefused(new TlsFiles.Pem(chain, other), other, kind, "openssl pkcs8");
    }
    Path mangled = pem("mangled.pem", "PRIVATE KEY", new byte[] {1, 2, 3});
    assertRefused(new TlsFiles.Pem(chain, mangled), mangled, "openssl pkcs8");
    Path text = Files.writeString(folder.resolve("text.pem"), "-----BEGIN PRIVATE KEY-----");
    assertRefused(new TlsFiles.Pem(chain, text), text, "with its end");
  }

  @Test
  void keysOfOtherCertificates() throws Exception {
    PrivateKey other = KeyPairGenerator.getInstance("EC").generateKeyPair().getPrivate();
    Path key = pem("other.pem", "PRIVATE KEY", other.getEncoded());
    assertRefused(
        new TlsFiles.Pem(chain(), key), key, "is not that of", "chain.pem", "CN=localhost");
    PrivateKey rsa = KeyPairGenerator.getInstance("RSA").generateKeyPair().getPrivate();
    Path rsaKey = pem("rsa.pem", "PRIVATE KEY", rsa.getEncoded());
    assertRefused(new TlsFiles.Pem(chain(), rsaKey), rsaKey, "a key for EC");

    KeyStore mixed = KeyStore.getInstance("PKCS12");
    mixed.load(null, null);
    mixed.setKeyEntry(
        "server", other, PASSPHRASE.toCharArray(), keys.getCertificateChain("server"));
    Path file = write(mixed, "mixed.p12");
    assertRefused(new TlsFiles.KeyStore(file, PASSPHRASE), file, "is not that of");
  }

  private static Path write(KeyStore store, String name) throws Exception {
    Path file = folder.resolve(name);
    try (OutputStream out = Files.newOutputStream(file)) {
      store.store(out, PASSPHRASE.toCharArray());
    }
    return file;
  }

  @Test
  void keyStoresThatAreNone() throws Exception {
    Path nowhere = folder.resolve("nowhere.p12");
    assertRefused(new TlsFiles.KeyStore(nowhere, PASSPHRASE), nowhere, "There is no key store");
    assertRefused(new TlsFiles.KeyStore(store, "another"), store, "The passphrase does not open");
    Path text = Files.writeString(folder.resolve("text.p12"), "nonsense");
    assertRefused(new TlsFiles.KeyStore(text, PASSPHRASE), text, "no key store in PKCS#12");
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("server", keys.getCertificate("server"));
    Path file = write(trusted, "trusted.p12");
    assertRefused(new TlsFiles.KeyStore(file, PASSPHRASE), file, "has no private key");
  }

  @Test
  void thePassphraseIsNotPrinted() {
    TlsFiles files = made.files();
    assertFalse(files.toString().contains(PASSPHRASE));
    assertFalse(TestServer.options().withTls(files).toString().contains(PASSPHRASE));
  }
}
