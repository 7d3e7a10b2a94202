package dev.adjoint.serve;

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
      return TlsIdentity.ofPem(chain, key).tls();
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
      return TlsIdentity.ofKeyStore(file, passphrase).tls();
    }

    /** Without what is secret. */
    @Override
    public String toString() {
      return "KeyStore[file=%s]".formatted(file);
    }
  }

  /**
   * What connections are protected with.
   *
   * @throws IllegalArgumentException if a file cannot be read or is not what it should be, or the
   *     key is not that of the certificate
   */
  Tls open();
}
