package dev.adjoint.graph;

import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Dim;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.tensor.TensorType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;

/**
 * What an attribute can be. The kinds are derived from the types of record components and know how
 * a value of theirs is written as text, read back and mapped; how it is saved in a file is the
 * business of room {@code saved}, which switches over them.
 */
public sealed interface AttributeKind {
  /** The value as text: what it says of itself, but for kinds that need quotes or other words. */
  default String print(Object value) {
    return value.toString();
  }

  /**
   * Reads a value from text.
   *
   * @throws GraphException if there is none
   */
  Object parse(TextCursor in);

  /** The value with every part that {@code mapping} knows replaced. */
  default Object map(Object value, AttributeMapping mapping) {
    return value;
  }

  /** A whole number, {@code int} or {@code long}. */
  record IntegerKind(boolean narrow) implements AttributeKind {
    @Override
    public Object parse(TextCursor in) {
      return of(in.integer());
    }

    /** The boxed value of the component's own type; an error if it does not fit. */
    public Object of(long value) {
      if (!narrow) {
        return value;
      }
      if (value != (int) value) {
        throw new GraphException(
            "The integer attribute %d does not fit in 32 bits.".formatted(value));
      }
      return (int) value;
    }
  }

  /** A {@code double}. */
  record RealKind() implements AttributeKind {
    @Override
    public Object parse(TextCursor in) {
      return in.real();
    }
  }

  /** A {@code boolean}. */
  record FlagKind() implements AttributeKind {
    @Override
    public Object parse(TextCursor in) {
      return in.flag();
    }
  }

  /** A {@code String}. */
  record TextKind() implements AttributeKind {
    @Override
    public String print(Object value) {
      return TextCursor.quote((String) value);
    }

    @Override
    public Object parse(TextCursor in) {
      return in.quoted();
    }
  }

  /** One of an enum's constants, written in lower case. */
  record ChoiceKind(Class<?> type) implements AttributeKind {
    @Override
    public String print(Object value) {
      return ((Enum<?>) value).name().toLowerCase(Locale.ROOT);
    }

    @Override
    public Object parse(TextCursor in) {
      return of(in.word());
    }

    /** The constant written as {@code name}. */
    public Object of(String name) {
      for (Object constant : type.getEnumConstants()) {
        if (print(constant).equals(name)) {
          return constant;
        }
      }
      throw new GraphException("'%s' is not one of %s.".formatted(name, choices()));
    }

    private String choices() {
      StringJoiner names = new StringJoiner(", ");
      for (Object constant : type.getEnumConstants()) {
        names.add(print(constant));
      }
      return names.toString();
    }
  }

  /** A {@link DType}. */
  record DTypeKind() implements AttributeKind {
    @Override
    public String print(Object value) {
      return ((DType) value).shortName();
    }

    @Override
    public Object parse(TextCursor in) {
      return in.convert(in.word(), DType::parse);
    }

    @Override
    public Object map(Object value, AttributeMapping mapping) {
      return mapping.map((DType) value);
    }
  }

  /** A {@link Dim}: a size, possibly symbolic. */
  record DimKind() implements AttributeKind {
    @Override
    public Object parse(TextCursor in) {
      return in.convert(in.expression(), Dim::parse);
    }

    @Override
    public Object map(Object value, AttributeMapping mapping) {
      return mapping.map((Dim) value);
    }
  }

  /** A {@link Shape}. */
  record ShapeKind() implements AttributeKind {
    @Override
    public Object parse(TextCursor in) {
      return in.convert(in.bracketed(), Shape::parse);
    }

    @Override
    public Object map(Object value, AttributeMapping mapping) {
      return mapping.map((Shape) value);
    }
  }

  /** A {@link TensorType}. */
  record TypeKind() implements AttributeKind {
    @Override
    public Object parse(TextCursor in) {
      return in.type();
    }

    @Override
    public Object map(Object value, AttributeMapping mapping) {
      return mapping.map((TensorType) value);
    }
  }

  /** A {@link Tensor}. */
  record TensorKind() implements AttributeKind {
    @Override
    public String print(Object value) {
      return TensorText.print((Tensor) value);
    }

    @Override
    public Object parse(TextCursor in) {
      return TensorText.parse(in);
    }

    @Override
    public Object map(Object value, AttributeMapping mapping) {
      return mapping.map((Tensor) value);
    }
  }

  /** A {@code List} of one kind. */
  record ListKind(AttributeKind element) implements AttributeKind {
    @Override
    public String print(Object value) {
      StringJoiner items = new StringJoiner(", ", "[", "]");
      for (Object item : (List<?>) value) {
        items.add(element.print(item));
      }
      return items.toString();
    }

    @Override
    public Object parse(TextCursor in) {
      List<Object> items = new ArrayList<>();
      in.expect("[");
      if (!in.accept("]")) {
        do {
          items.add(element.parse(in));
        } while (in.accept(","));
        in.expect("]");
      }
      return List.copyOf(items);
    }

    @Override
    public Object map(Object value, AttributeMapping mapping) {
      return ((List<?>) value).stream().map(item -> element.map(item, mapping)).toList();
    }
  }

  /** A nested record, written as its only component if it has just one. */
  record RecordKind(RecordCodec codec) implements AttributeKind {
    @Override
    public String print(Object value) {
      return codec.print((Record) value);
    }

    @Override
    public Object parse(TextCursor in) {
      return codec.parse(in);
    }

    @Override
    public Object map(Object value, AttributeMapping mapping) {
      return codec.map((Record) value, mapping);
    }
  }

  /**
   * The kind of a record component's type.
   *
   * @throws IllegalArgumentException if no attribute can be of that type
   */
  static AttributeKind of(Type type) {
    if (type instanceof ParameterizedType list && list.getRawType() == List.class) {
      return new ListKind(of(list.getActualTypeArguments()[0]));
    }
    if (type == int.class || type == Integer.class) {
      return new IntegerKind(true);
    }
    if (type == long.class || type == Long.class) {
      return new IntegerKind(false);
    }
    if (type == double.class || type == Double.class) {
      return new RealKind();
    }
    if (type == boolean.class || type == Boolean.class) {
      return new FlagKind();
    }
    if (type == String.class) {
      return new TextKind();
    }
    if (type == DType.class) {
      return new DTypeKind();
    }
    if (type == Dim.class) {
      return new DimKind();
    }
    if (type == Shape.class) {
      return new ShapeKind();
    }
    if (type == TensorType.class) {
      return new TypeKind();
    }
    if (type == Tensor.class) {
      return new TensorKind();
    }
    if (type instanceof Class<?> choice && choice.isEnum()) {
      return new ChoiceKind(choice);
    }
    if (type instanceof Class<?> nested && nested.isRecord()) {
      return new RecordKind(RecordCodec.of(nested.asSubclass(Record.class)));
    }
    throw new IllegalArgumentException(
        ("An attribute cannot be of type %s. Use int, long, double, boolean, String, an enum,"
                + " DType, Dim, Shape, TensorType, Tensor, a record of these or a List of these.")
            .formatted(type.getTypeName()));
  }
}
