package dev.adjoint.cli;

import java.math.BigInteger;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A number of bytes as people write it: {@code 1048576}, {@code 100MB} of a million bytes each, or
 * {@code 2GiB} of 2^30 each. The units are B, kB, MB, GB, TB, and KiB, MiB, GiB, TiB, in letters of
 * any case.
 */
final class ByteCount implements ITypeConverter<Long> {
  private static final Pattern FORM = Pattern.compile("(-?\\d+) *([KMGT]?)(I?)(B?)");
  private static final String PREFIXES = "KMGT";

  /** Made by the command line's parser. */
  ByteCount() {}

  @Override
  public Long convert(String text) {
    Matcher parts = FORM.matcher(text.toUpperCase(Locale.ROOT));
    boolean hasForm = parts.matches() && (parts.group(3).isEmpty() || hasWholeUnit(parts));
    if (!hasForm) {
      throw new TypeConversionException(
          "'%s' is no number of bytes. Write one such as 1048576, 100MB or 2GiB.".formatted(text));
    }
    int power = parts.group(2).isEmpty() ? 0 : 1 + PREFIXES.indexOf(parts.group(2));
    BigInteger thousand = BigInteger.valueOf(parts.group(3).isEmpty() ? 1_000 : 1_024);
    try {
      return new BigInteger(parts.group(1)).multiply(thousand.pow(power)).longValueExact();
    } catch (ArithmeticException e) {
      throw new TypeConversionException("'%s' is more bytes than can be counted.".formatted(text));
    }
  }

  private static boolean hasWholeUnit(Matcher parts) {
    return !parts.group(2).isEmpty() && !parts.group(4).isEmpty();
  }
}
