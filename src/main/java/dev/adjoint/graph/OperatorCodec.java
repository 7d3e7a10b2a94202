package dev.adjoint.graph;

import com.google.common.base.CaseFormat;
import java.util.Optional;

/** The mechanical part of an operator: name, version, attributes as text, mapped attributes. */
public final class OperatorCodec {
  private static final ClassValue<String> NAMES =
      new ClassValue<>() {
        @Override
        protected String computeValue(Class<?> type) {
          return CaseFormat.UPPER_CAMEL.to(CaseFormat.LOWER_UNDERSCORE, type.getSimpleName());
        }
      };

  private OperatorCodec() {}

  /** The name of an operator or attribute class: its simple name with underscores. */
  public static String nameOf(Class<?> type) {
    return NAMES.get(type);
  }

  /** The version of an operator class. */
  public static int versionOf(Class<? extends Op> type) {
    return Optional.ofNullable(type.getAnnotation(OperatorVersion.class))
        .map(OperatorVersion::value)
        .orElse(1);
  }

  /** The codec of an operator's attributes. */
  public static RecordCodec codecOf(Class<? extends Op> type) {
    if (!type.isRecord()) {
      throw new IllegalArgumentException(
          "The operator %s must be a record, so that its attributes are known."
              .formatted(type.getName()));
    }
    return RecordCodec.of(type.asSubclass(Record.class));
  }

  /** The operator with every attribute mapped. */
  public static Op map(Op op, AttributeMapping mapping) {
    return (Op) codecOf(op.getClass()).map((Record) op, mapping);
  }
}
