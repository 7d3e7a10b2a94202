package dev.adjoint.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.common.primitives.Bytes;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PSSParameterSpec;
import java.security.spec.RSAKeyGenParameterSpec;
import java.util.Arrays;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * A key store with the key and the certificate of a server at 127.0.0.1.
 *
 * @param file in PKCS#12
 */
record TestKeys(Path file) {
  static final String PASSPHRASE = "open sesame";

  /** The name of the only entry. */
  static final String ALIAS = "server";

  /** Makes a key of this algorithm, and its certificate. */
  static TestKeys make(Path folder, String algorithm) throws IOException, InterruptedException {
    Path file = folder.resolve(algorithm + ".p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-keyalg",
                algorithm,
                "-alias",
                ALIAS,
                "-dname",
                "CN=localhost",
                "-ext",
                "SAN=ip:127.0.0.1,dns:localhost",
                "-keystore",
                file.toString(),
                "-storetype",
                "PKCS12",
                "-storepass",
                PASSPHRASE)
            .redirectErrorStream(true)
            .start();
    String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, keytool.waitFor(), said);
    return new TestKeys(file);
  }

  /** A new key for RSASSA-PSS that demands these parameters; this key vouches for it. */
  TestKeys vouchingFor(Path folder, PSSParameterSpec demanded)
      throws GeneralSecurityException, IOException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSASSA-PSS");
    generator.initialize(new RSAKeyGenParameterSpec(2048, RSAKeyGenParameterSpec.F4, demanded));
    KeyPair pair = generator.generateKeyPair();
    KeyStore keys = open();
    X509Certificate own = (X509Certificate) keys.getCertificate(ALIAS);
    Signature signature = Signature.getInstance(own.getSigAlgName());
    signature.initSign((PrivateKey) keys.getKey(ALIAS, PASSPHRASE.toCharArray()));
    byte[] certificate = withKey(own, pair.getPublic(), signature);
    keys.setKeyEntry(
        ALIAS,
        pair.getPrivate(),
        PASSPHRASE.toCharArray(),
        new Certificate[] {
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(certificate))
        });
    Path store = Files.createTempFile(folder, "vouched", ".p12");
    try (OutputStream out = Files.newOutputStream(store)) {
      keys.store(out, PASSPHRASE.toCharArray());
    }
    return new TestKeys(store);
  }

  /** The same certificate for another key, signed again (RFC 5280, section 4.1). */
  private static byte[] withKey(X509Certificate own, PublicKey key, Signature signature)
      throws GeneralSecurityException {
    byte[] signed = own.getTBSCertificate();
    byte[] all = contents(own.getEncoded());
    byte[] rest = Arrays.copyOfRange(all, signed.length, all.length);
    byte[] algorithm = Arrays.copyOf(rest, 2 + rest[1]);
    byte[] before = contents(signed);
    byte[] ownKey = own.getPublicKey().getEncoded();
    int at = Bytes.indexOf(before, ownKey);
    byte[] after =
        sequence(
            Arrays.copyOf(before, at),
            key.getEncoded(),
            Arrays.copyOfRange(before, at + ownKey.length, before.length));
    signature.update(after);
    return sequence(after, algorithm, tagged(3, Bytes.concat(new byte[1], signature.sign())));
  }

  private static byte[] contents(byte[] value) {
    int lengthBytes = value[1] < 0 ? value[1] & 0x7f : 0;
    return Arrays.copyOfRange(value, 2 + lengthBytes, value.length);
  }

  private static byte[] sequence(byte[]... parts) {
    return tagged(0x30, Bytes.concat(parts));
  }

  /** A value of ASN.1 in its distinguished encoding, of less than 65,536 bytes. */
  private static byte[] tagged(int tag, byte[] contents) {
    int length = contents.length;
    byte[] head =
        length < 0x80
            ? new byte[] {(byte) tag, (byte) length}
            : length < 0x100
                ? new byte[] {(byte) tag, (byte) 0x81, (byte) length}
                : new byte[] {(byte) tag, (byte) 0x82, (byte) (length >> 8), (byte) length};
    return Bytes.concat(head, contents);
  }

  /** What a server is given. */
  TlsFiles.KeyStore files() {
    return new TlsFiles.KeyStore(file, PASSPHRASE);
  }

  KeyStore open() throws GeneralSecurityException, IOException {
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      keys.load(in, PASSPHRASE.toCharArray());
    }
    return keys;
  }

  /** Of clients that trust nothing but this certificate. */
  SSLContext trust() throws GeneralSecurityException, IOException {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry(ALIAS, open().getCertificate(ALIAS));
    TrustManagerFactory managers =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    managers.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, managers.getTrustManagers(), null);
    return context;
  }
}
