package dev.adjoint.serve;

import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.Tensor;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.Arrays;

/**
 * The elements of a tensor, read one after the other from JSON into an array that grows with them.
 * No more are kept than the tensor may have; what comes after them is counted.
 */
abstract sealed class JsonElements {
  private static final int FIRST = 16;
  private static final int DIGITS = 40;
  private static final int LONG_DIGITS = 18;

  private final String input;
  private final DType dtype;
  private final int most;
  private int count;
  private int room;

  private JsonElements(String input, DType dtype, int most) {
    this.input = input;
    this.dtype = dtype;
    this.most = most;
  }

  /** At most so many elements. */
  static JsonElements of(String input, DType dtype, int most) {
    return switch (dtype) {
      case FLOAT32 -> new Floats(input, most);
      case FLOAT64 -> new Doubles(input, most);
      case INT32 -> new Ints(input, most);
      case INT64 -> new Longs(input, most);
      case BOOL -> new Booleans(input, most);
    };
  }

  /** How many there were. */
  int count() {
    return count;
  }

  /** Takes the element that comes next. */
  void read(JsonReader reader) throws IOException {
    try {
      if (count < most) {
        if (count == room) {
          room = (int) Math.min(most, Math.max(FIRST, 2L * room));
          resize(room);
        }
        set(count, reader);
      } else {
        reader.skipValue();
      }
      count = Math.incrementExact(count);
    } catch (ArithmeticException | NumberFormatException e) {
      throw ServeException.invalid(
          "The input '%s' has an element that is no %s: %s",
          input, WireType.nameOf(dtype), e.getMessage());
    }
  }

  /** The tensor of all elements, as many as the shape has. */
  Tensor tensor(Shape shape) {
    if (room != count) {
      resize(count);
    }
    return adopt(shape);
  }

  abstract void resize(int length);

  abstract void set(int at, JsonReader reader) throws IOException;

  abstract Tensor adopt(Shape shape);

  private static String number(JsonReader reader) throws IOException {
    if (reader.peek() != JsonToken.NUMBER) {
      throw new NumberFormatException("not a number");
    }
    return reader.nextString();
  }

  private static void requireFinite(double value) {
    if (!Double.isFinite(value)) {
      throw new NumberFormatException("it is too large");
    }
  }

  private static long integer(JsonReader reader) throws IOException {
    String text = number(reader);
    if (text.length() > DIGITS || text.contains("e") || text.contains("E")) {
      throw new NumberFormatException("integers are written in full");
    }
    return text.length() > LONG_DIGITS || text.contains(".")
        ? new BigDecimal(text).longValueExact()
        : Long.parseLong(text);
  }

  private static final class Floats extends JsonElements {
    private float[] values = new float[0];

    Floats(String input, int most) {
      super(input, DType.FLOAT32, most);
    }

    @Override
    void resize(int length) {
      values = Arrays.copyOf(values, length);
    }

    @Override
    void set(int at, JsonReader reader) throws IOException {
      values[at] = Float.parseFloat(number(reader));
      requireFinite(values[at]);
    }

    @Override
    Tensor adopt(Shape shape) {
      return Tensor.adopt(values, shape);
    }
  }

  private static final class Doubles extends JsonElements {
    private double[] values = new double[0];

    Doubles(String input, int most) {
      super(input, DType.FLOAT64, most);
    }

    @Override
    void resize(int length) {
      values = Arrays.copyOf(values, length);
    }

    @Override
    void set(int at, JsonReader reader) throws IOException {
      values[at] = Double.parseDouble(number(reader));
      requireFinite(values[at]);
    }

    @Override
    Tensor adopt(Shape shape) {
      return Tensor.adopt(values, shape);
    }
  }

  private static final class Ints extends JsonElements {
    private int[] values = new int[0];

    Ints(String input, int most) {
      super(input, DType.INT32, most);
    }

    @Override
    void resize(int length) {
      values = Arrays.copyOf(values, length);
    }

    @Override
    void set(int at, JsonReader reader) throws IOException {
      values[at] = Math.toIntExact(integer(reader));
    }

    @Override
    Tensor adopt(Shape shape) {
      return Tensor.adopt(values, shape);
    }
  }

  private static final class Longs extends JsonElements {
    private long[] values = new long[0];

    Longs(String input, int most) {
      super(input, DType.INT64, most);
    }

    @Override
    void resize(int length) {
      values = Arrays.copyOf(values, length);
    }

    @Override
    void set(int at, JsonReader reader) throws IOException {
      values[at] = integer(reader);
    }

    @Override
    Tensor adopt(Shape shape) {
      return Tensor.adopt(values, shape);
    }
  }

  private static final class Booleans extends JsonElements {
    private boolean[] values = new boolean[0];

    Booleans(String input, int most) {
      super(input, DType.BOOL, most);
    }

    @Override
    void resize(int length) {
      values = Arrays.copyOf(values, length);
    }

    @Override
    void set(int at, JsonReader reader) throws IOException {
      if (reader.peek() != JsonToken.BOOLEAN) {
        throw new NumberFormatException("expected true or false");
      }
      values[at] = reader.nextBoolean();
    }

    @Override
    Tensor adopt(Shape shape) {
      return Tensor.adopt(values, shape);
    }
  }
}
