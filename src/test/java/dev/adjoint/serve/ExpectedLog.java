package dev.adjoint.serve;

import java.util.Optional;
import java.util.logging.Filter;
import java.util.logging.Logger;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Keeps out of the tests' log what a class of tests makes the server say. */
final class ExpectedLog implements BeforeAllCallback, AfterAllCallback {
  private final Logger logger;
  private final String text;
  private Optional<Filter> before = Optional.empty();

  /** What a logger says with this text; all else is still shown. */
  ExpectedLog(String logger, String text) {
    this.logger = Logger.getLogger(logger);
    this.text = text;
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    before = Optional.ofNullable(logger.getFilter());
    logger.setFilter(entry -> !String.valueOf(entry.getMessage()).contains(text));
  }

  @Override
  public void afterAll(ExtensionContext context) {
    logger.setFilter(before.orElse(null));
  }
}
