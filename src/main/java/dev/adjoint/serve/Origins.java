package dev.adjoint.serve;

import com.google.common.collect.ImmutableSet;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Optional;

/**
 * Keeps pages of other sites, open in a browser beside the server, from using it. A page can send
 * requests to any address; the browser adds the page's {@code Origin}. A page whose own name was
 * made to point at this machine (DNS rebinding) shows by the {@code Host}.
 */
final class Origins {
  /** The hosts that requests may name; empty if the server is not on loopback only. */
  private final ImmutableSet<String> hosts;

  /** For a server that listens at this host. */
  Origins(String bound) {
    this.hosts =
        isLoopback(bound)
            ? ImmutableSet.of(bound.toLowerCase(Locale.ROOT), "localhost", "127.0.0.1", "[::1]")
            : ImmutableSet.of();
  }

  private static boolean isLoopback(String host) {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException _) {
      return false;
    }
  }

  /** Refuses a host that no caller of a server on loopback would name. */
  void requireHost(String authority) {
    String host = authority.replaceFirst(":[0-9]*$", "").toLowerCase(Locale.ROOT);
    if (!hosts.isEmpty() && !hosts.contains(host)) {
      throw new ServeException(
          ServeException.Kind.FORBIDDEN,
          "The host '%s' is not this server, which is at %s.".formatted(authority, hosts));
    }
  }

  /** Refuses a page that did not come from this server. */
  void requireOwnPage(Optional<String> origin, String authority) {
    if (origin.isPresent()
        && !origin.get().replaceFirst("^https?://", "").equalsIgnoreCase(authority)) {
      throw new ServeException(
          ServeException.Kind.FORBIDDEN,
          "A page from '%s' may not change the models.".formatted(origin.get()));
    }
  }
}
