package dev.adjoint.graph;

import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.tensor.TensorType;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.StringJoiner;

/**
 * Tensors inside the text form: {@code f32[2](1.0, 2.0)}; {@code f32[2, 2](splat 1.0)} where all
 * elements are the same; {@code f32[100](base64 "...")}, little-endian, where there are many.
 */
final class TensorText {
  /** More elements than a reader wants to see in one line. */
  private static final int LISTED_ELEMENTS = 64;

  private TensorText() {}

  static String print(Tensor tensor) {
    return tensor.type() + "(" + elements(tensor) + ")";
  }

  private static String elements(Tensor tensor) {
    byte[] bytes = bytes(tensor);
    if (tensor.size() > 1 && isSplat(bytes, tensor.dtype().byteSize())) {
      return "splat " + element(tensor, 0);
    }
    if (tensor.size() > LISTED_ELEMENTS) {
      return "base64 \"" + Base64.getEncoder().encodeToString(bytes) + "\"";
    }
    StringJoiner elements = new StringJoiner(", ");
    for (int i = 0; i < tensor.size(); i++) {
      elements.add(element(tensor, i));
    }
    return elements.toString();
  }

  private static byte[] bytes(Tensor tensor) {
    ByteBuffer buffer = tensor.toBytes();
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return bytes;
  }

  private static boolean isSplat(byte[] bytes, int elementBytes) {
    return Arrays.equals(bytes, 0, bytes.length - elementBytes, bytes, elementBytes, bytes.length);
  }

  private static String element(Tensor tensor, int index) {
    return switch (tensor.dtype()) {
      case FLOAT32 -> Float.toString((float) tensor.getDouble(index));
      case FLOAT64 -> Double.toString(tensor.getDouble(index));
      case INT32, INT64 -> Long.toString(tensor.getLong(index));
      case BOOL -> Boolean.toString(tensor.getBoolean(index));
    };
  }

  static Tensor parse(TextCursor in) {
    TensorType type = in.type();
    in.expect("(");
    Tensor tensor = body(in, type);
    in.expect(")");
    return tensor;
  }

  private static Tensor body(TextCursor in, TensorType type) {
    long count = in.convert(type.toString(), _ -> constantCount(type));
    if (in.accept("splat")) {
      boolean small = count <= Integer.MAX_VALUE;
      in.claim(small ? count * type.dtype().byteSize() : Long.MAX_VALUE);
      return new Elements(type, (int) count).fill(in);
    }
    if (in.accept("base64")) {
      byte[] bytes = in.convert(in.quoted(), text -> Base64.getDecoder().decode(text));
      int width = type.dtype().byteSize();
      if (bytes.length % width != 0 || bytes.length / width != count) {
        throw in.error(
            "%s needs %d elements of %d bytes, given %d bytes"
                .formatted(type, count, width, bytes.length));
      }
      return Tensor.of(ByteBuffer.wrap(bytes), type.dtype(), type.shape().sizes());
    }
    if (count > LISTED_ELEMENTS) {
      throw in.error("%s has too many elements to be listed one by one".formatted(type));
    }
    Elements elements = new Elements(type, (int) count);
    for (int i = 0; i < count; i++) {
      if (i > 0) {
        in.expect(",");
      }
      elements.read(in, i);
    }
    return elements.tensor();
  }

  private static long constantCount(TensorType type) {
    if (!type.shape().isConstant()) {
      throw new IllegalArgumentException("a tensor's sizes must be numbers, given " + type);
    }
    return type.shape().elementCount();
  }

  /**
   * Elements being read: as their little-endian bytes, so that every dtype keeps its exact bits.
   */
  private record Elements(TensorType type, ByteBuffer bytes) {
    Elements(TensorType type, int count) {
      this(
          type,
          ByteBuffer.allocate(Math.multiplyExact(count, type.dtype().byteSize()))
              .order(java.nio.ByteOrder.LITTLE_ENDIAN));
    }

    void read(TextCursor in, int index) {
      int at = index * type.dtype().byteSize();
      switch (type.dtype()) {
        case FLOAT32 -> bytes.putFloat(at, in.convert(in.number(), Float::parseFloat));
        case FLOAT64 -> bytes.putDouble(at, in.real());
        case INT32 -> bytes.putInt(at, in.convert(Long.toString(in.integer()), Integer::parseInt));
        case INT64 -> bytes.putLong(at, in.integer());
        case BOOL -> bytes.put(at, (byte) (in.flag() ? 1 : 0));
      }
    }

    Tensor fill(TextCursor in) {
      if (bytes.capacity() == 0) {
        throw in.error("%s has no element to repeat".formatted(type));
      }
      read(in, 0);
      int width = type.dtype().byteSize();
      for (int at = width; at < bytes.capacity(); at++) {
        bytes.put(at, bytes.get(at - width));
      }
      return tensor();
    }

    Tensor tensor() {
      DType dtype = type.dtype();
      return Tensor.of(bytes, dtype, type.shape().sizes());
    }
  }
}
