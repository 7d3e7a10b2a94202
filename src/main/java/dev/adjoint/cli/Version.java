package dev.adjoint.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/**
 * Tells the version of Adjoint, which the build writes beside this class, and of the Java below it.
 */
final class Version implements IVersionProvider {
  private static final String RESOURCE = "version.properties";

  @Override
  public String[] getVersion() {
    return new String[] {"adjoint " + ofAdjoint() + " on Java " + Runtime.version()};
  }

  private static String ofAdjoint() {
    try (InputStream stream = Version.class.getResourceAsStream(RESOURCE)) {
      var properties = new Properties();
      properties.load(Objects.requireNonNull(stream, RESOURCE));
      return properties.getProperty("version", "unknown");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
