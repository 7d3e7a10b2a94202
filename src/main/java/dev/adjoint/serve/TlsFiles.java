package dev.adjoint.serve;

import io.helidon.common.configurable.Resource;
import io.helidon.common.pki.Keys;
import io.helidon.common.tls.Tls;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;

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
      Keys keys =
          Keys.builder()
              .pem(pem -> pem.certChain(Resource.create(chain)).key(Resource.create(key)))
              .build();
      return Tls.builder().privateKey(keys).privateKeyCertChain(keys).build();
    }
  }

  /**
   * One key store in PKCS#12, of which the first private key is taken.
   *
   * @param file the store
   * @param passphrase what opens it and its key
   */
  record KeyStore(Path file, String passphrase) implements TlsFiles {
    @Override
    public Tls open() {
      try {
        char[] secret = passphrase.toCharArray();
        var store = java.security.KeyStore.getInstance(file.toFile(), secret);
        for (String alias : Collections.list(store.aliases())) {
          if (store.getKey(alias, secret) instanceof PrivateKey key) {
            return Tls.builder().privateKey(key).privateKeyCertChain(chain(store, alias)).build();
          }
        }
      } catch (IOException | GeneralSecurityException e) {
        throw new IllegalArgumentException(
            "The key store %s cannot be opened: %s".formatted(file, e.getMessage()), e);
      }
      throw new IllegalArgumentException("The key store %s has no private key.".formatted(file));
    }

    private static List<X509Certificate> chain(java.security.KeyStore store, String alias)
        throws GeneralSecurityException {
      return Stream.of(store.getCertificateChain(alias)).map(X509Certificate.class::cast).toList();
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
}
