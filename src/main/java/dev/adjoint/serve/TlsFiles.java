package dev.adjoint.serve;

import io.helidon.common.configurable.Resource;
import io.helidon.common.pki.Keys;
import io.helidon.common.tls.Tls;
import java.nio.file.Path;

/** Where a server's certificate and private key are, for TLS. */
public sealed interface TlsFiles {
  /**
   * Two files in PEM.
   *
   * @param chain the certificates, the server's own first
   * @param key the private key in PKCS#8, not encrypted
   */
  record Pem(Path chain, Path key) implements TlsFiles {
    @Override
    public Tls open() {
      return tls(
          Keys.builder()
              .pem(pem -> pem.certChain(Resource.create(chain)).key(Resource.create(key)))
              .build());
    }
  }

  /**
   * One key store in PKCS#12 with one key.
   *
   * @param file the store
   * @param passphrase what opens it and its key
   */
  record KeyStore(Path file, String passphrase) implements TlsFiles {
    @Override
    public Tls open() {
      return tls(
          Keys.builder()
              .keystore(store ->
                  store
                      .keystore(Resource.create(file))
                      .passphrase(passphrase)
                      .keyPassphrase(passphrase))
              .build());
    }

    @Override
    public String toString() {
      return "KeyStore[file=%s]".formatted(file);
    }
  }

  /**
   * What connections are protected with.
   *
   * @throws RuntimeException if the files cannot be read, or the key is not that of the certificate
   */
  Tls open();

  private static Tls tls(Keys keys) {
    return Tls.builder().privateKey(keys).privateKeyCertChain(keys).build();
  }
}
