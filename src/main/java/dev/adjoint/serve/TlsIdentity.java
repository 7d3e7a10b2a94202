package dev.adjoint.serve;

import io.helidon.common.tls.Tls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.UnrecoverableKeyException;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.PSSParameterSpec;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A private key and the certificates that vouch for it, the key's own first. One that is made has
 * fitting parts: a server that starts can answer.
 */
record TlsIdentity(PrivateKey key, List<X509Certificate> chain) {
  /** The schemes of TLS for keys that are for RSASSA-PSS only. */
  private static final List<PSSParameterSpec> PSS =
      List.of(
          new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, 1),
          new PSSParameterSpec("SHA-384", "MGF1", MGF1ParameterSpec.SHA384, 48, 1),
          new PSSParameterSpec("SHA-512", "MGF1", MGF1ParameterSpec.SHA512, 64, 1));

  private static final Pattern PEM_KEY =
      Pattern.compile("-----BEGIN ([A-Z ]*PRIVATE KEY)-----([^-]*)-----END \\1-----");

  static TlsIdentity ofPem(Path chainFile, Path keyFile) {
    List<X509Certificate> chain = certificates(chainFile);
    PrivateKey key = privateKey(keyFile, chain.getFirst(), chainFile);
    requireFitting(key, chain.getFirst(), keyFile, chainFile);
    return new TlsIdentity(key, chain);
  }

  static TlsIdentity ofKeyStore(Path file, String passphrase) {
    char[] secret = passphrase.toCharArray();
    try (var in = new ByteArrayInputStream(bytes("key store", file))) {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(in, secret);
      for (String alias : Collections.list(store.aliases())) {
        if (store.getKey(alias, secret) instanceof PrivateKey key) {
          List<X509Certificate> chain = chain(file, alias, store.getCertificateChain(alias));
          requireFitting(key, chain.getFirst(), file, file);
          return new TlsIdentity(key, chain);
        }
      }
    } catch (UnrecoverableKeyException e) {
      throw wrongPassphrase(file, e);
    } catch (IOException e) {
      throw e.getCause() instanceof UnrecoverableKeyException
          ? wrongPassphrase(file, e)
          : noKeyStore(file, e);
    } catch (GeneralSecurityException e) {
      throw noKeyStore(file, e);
    }
    throw new IllegalArgumentException(
        "The key store %s has no private key. Put the server's key and its certificates into it."
            .formatted(file));
  }

  Tls tls() {
    return Tls.builder().privateKey(key).privateKeyCertChain(chain).build();
  }

  private static byte[] bytes(String what, Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      throw new IllegalArgumentException("There is no %s %s.".formatted(what, file), e);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "The %s %s cannot be read: %s.".formatted(what, file, e.getMessage()), e);
    }
  }

  private static List<X509Certificate> certificates(Path file) {
    try (var in = new ByteArrayInputStream(bytes("certificate", file))) {
      List<X509Certificate> found =
          CertificateFactory.getInstance("X.509").generateCertificates(in).stream()
              .map(X509Certificate.class::cast)
              .toList();
      if (!found.isEmpty()) {
        return found;
      }
    } catch (CertificateException | IOException e) {
      throw noCertificate(file, e);
    }
    throw noCertificate(file, null);
  }

  private static PrivateKey privateKey(Path file, X509Certificate certificate, Path chainFile) {
    String text = new String(bytes("private key", file), StandardCharsets.ISO_8859_1);
    Matcher pem = PEM_KEY.matcher(text);
    if (!pem.find()) {
      throw noKey(file, "it has no '-----BEGIN PRIVATE KEY-----' with its end", null);
    }
    if (!pem.group(1).equals("PRIVATE KEY")) {
      throw noKey(file, "it is a '%s'".formatted(pem.group(1)), null);
    }
    String algorithm = certificate.getPublicKey().getAlgorithm();
    try {
      byte[] encoded = Base64.getMimeDecoder().decode(pem.group(2));
      return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(encoded));
    } catch (IllegalArgumentException | GeneralSecurityException e) {
      throw noKey(
          file,
          "the certificate %s has a key for %s, and this is none".formatted(chainFile, algorithm),
          e);
    }
  }

  private static List<X509Certificate> chain(
      Path file, String alias, Certificate @Nullable [] found) {
    if (found == null || found.length == 0) {
      throw new IllegalArgumentException(
          "The key '%s' in the key store %s has no certificate. Export both together."
              .formatted(alias, file));
    }
    return Stream.of(found).map(X509Certificate.class::cast).toList();
  }

  /** What the one key signs, the other must find genuine. */
  private static void requireFitting(
      PrivateKey key, X509Certificate certificate, Path keyFile, Path chainFile) {
    requireOffered(certificate, chainFile);
    boolean fits;
    try {
      byte[] message = "Do these two keys belong together?".getBytes(StandardCharsets.UTF_8);
      Signature signing = signature(certificate.getPublicKey());
      signing.initSign(key);
      signing.update(message);
      byte[] signed = signing.sign();
      Signature verifying = signature(certificate.getPublicKey());
      verifying.initVerify(certificate.getPublicKey());
      verifying.update(message);
      fits = verifying.verify(signed);
    } catch (GeneralSecurityException _) {
      fits = false;
    }
    if (!fits) {
      throw new IllegalArgumentException(
          "The private key in %s is not that of the first certificate in %s, which is for '%s'. Pass the key that this was made for; if there are several certificates, the server's own comes first."
              .formatted(keyFile, chainFile, certificate.getSubjectX500Principal()));
    }
  }

  private static Signature signature(PublicKey key) throws GeneralSecurityException {
    return switch (key.getAlgorithm()) {
      case "RSA" -> Signature.getInstance("SHA256withRSA");
      case "EC" -> Signature.getInstance("SHA256withECDSA");
      case "RSASSA-PSS" -> {
        Signature pss = Signature.getInstance("RSASSA-PSS");
        pss.setParameter(parameters(key));
        yield pss;
      }
      default -> Signature.getInstance(key.getAlgorithm());
    };
  }

  /** With what a key for RSASSA-PSS signs: what it demands itself, or else with SHA-256. */
  private static PSSParameterSpec parameters(PublicKey key) {
    return key instanceof RSAPublicKey rsa && rsa.getParams() instanceof PSSParameterSpec demanded
        ? demanded
        : PSS.getFirst();
  }

  /** A key for RSASSA-PSS may demand what no handshake of TLS offers (RFC 8446, section 4.2.3). */
  private static void requireOffered(X509Certificate certificate, Path file) {
    PublicKey key = certificate.getPublicKey();
    if (!key.getAlgorithm().equals("RSASSA-PSS")) {
      return;
    }
    PSSParameterSpec demanded = parameters(key);
    if (PSS.stream().noneMatch(offered -> isMet(demanded, offered))) {
      throw new IllegalArgumentException(
          "The key of the first certificate in %s is for RSASSA-PSS with %s, which TLS does not offer. Make one for SHA-256, SHA-384 or SHA-512, in its mask too, and with a salt no longer than that."
              .formatted(file, said(demanded)));
    }
  }

  private static boolean isMet(PSSParameterSpec demanded, PSSParameterSpec offered) {
    return said(demanded.getDigestAlgorithm(), demanded.getMGFParameters())
            .equals(said(offered.getDigestAlgorithm(), offered.getMGFParameters()))
        && demanded.getSaltLength() <= offered.getSaltLength();
  }

  private static String said(PSSParameterSpec parameters) {
    return "%s and a salt of %d bytes"
        .formatted(
            said(parameters.getDigestAlgorithm(), parameters.getMGFParameters()),
            parameters.getSaltLength());
  }

  private static String said(String hash, AlgorithmParameterSpec mask) {
    return mask instanceof MGF1ParameterSpec mgf1
        ? "%s, in its mask %s".formatted(hash, mgf1.getDigestAlgorithm())
        : hash;
  }

  private static IllegalArgumentException noCertificate(Path file, @Nullable Exception cause) {
    return new IllegalArgumentException(
        "%s is no certificate in PEM. Such a file has '-----BEGIN CERTIFICATE-----', base64, and '-----END CERTIFICATE-----'."
            .formatted(file),
        cause);
  }

  private static IllegalArgumentException noKey(
      Path file, String reason, @Nullable Exception cause) {
    return new IllegalArgumentException(
        "%s is no private key to use: %s. Convert it to PKCS#8 in PEM, not encrypted: openssl pkcs8 -topk8 -nocrypt -in %s -out key.pem"
            .formatted(file, reason, file),
        cause);
  }

  private static IllegalArgumentException wrongPassphrase(Path file, Exception cause) {
    return new IllegalArgumentException(
        "The passphrase does not open the key store %s, or not its key; both have the same one."
            .formatted(file),
        cause);
  }

  private static IllegalArgumentException noKeyStore(Path file, Exception cause) {
    return new IllegalArgumentException(
        "%s is no key store in PKCS#12. Make one: openssl pkcs12 -export -in certificate.pem -inkey key.pem -out server.p12"
            .formatted(file),
        cause);
  }
}
