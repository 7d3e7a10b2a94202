package dev.adjoint.serve;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Optional;

/** The secret that callers send as {@code Authorization: Bearer}. */
final class Tokens {
  private Tokens() {}

  /**
   * Whether a caller may ask. Compares in a time that does not tell how much of the token is right.
   */
  static boolean isAllowed(Optional<String> token, Optional<String> header) {
    return token.isEmpty()
        || MessageDigest.isEqual(
            ("Bearer " + token.get()).getBytes(StandardCharsets.UTF_8),
            header.orElse("").getBytes(StandardCharsets.UTF_8));
  }
}
