package dev.adjoint.saved;

import dev.adjoint.graph.GraphException;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/**
 * How elements lie in a safetensors file, by the layout's own names, and which dtype they become.
 * What differs from one to another is written here once, for reading and for writing.
 */
enum StoredType {
  F64(8, DType.FLOAT64),
  F32(4, DType.FLOAT32),
  F16(2, DType.FLOAT32),
  BF16(2, DType.FLOAT32),
  I64(8, DType.INT64),
  I32(4, DType.INT32),
  BOOL(1, DType.BOOL),
  /** Not a dtype of a graph; known so that a file that holds some can be walked over. */
  C64(8),
  U64(8),
  U32(4),
  U16(2),
  I16(2),
  U8(1),
  I8(1),
  F8_E5M2(1),
  F8_E4M3(1),
  F8_E8M0(1);

  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfDouble DOUBLE =
      ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private static final int BFLOAT_SHIFT = 16;
  private static final int HALF_OF_DROPPED = (1 << (BFLOAT_SHIFT - 1)) - 1;
  private static final int QUIET = 1 << 6;

  private final int byteSize;
  private final Optional<DType> dtype;

  StoredType(int byteSize) {
    this.byteSize = byteSize;
    this.dtype = Optional.empty();
  }

  StoredType(int byteSize, DType dtype) {
    this.byteSize = byteSize;
    this.dtype = Optional.of(dtype);
  }

  /** How a parameter of {@code dtype} is stored. */
  static StoredType of(DType dtype, WeightStorage storage) {
    return switch (dtype) {
      case FLOAT32 ->
          switch (storage) {
            case FULL -> F32;
            case FLOAT16 -> F16;
            case BFLOAT16 -> BF16;
          };
      case FLOAT64 -> F64;
      case INT32 -> I32;
      case INT64 -> I64;
      case BOOL -> BOOL;
    };
  }

  /** Bytes an element. */
  int byteSize() {
    return byteSize;
  }

  /** The dtype that elements become, of those that a tensor can hold. */
  Optional<DType> dtype() {
    return dtype;
  }

  /** The tensor whose elements are the whole segment. */
  Tensor read(MemorySegment bytes, Shape shape) {
    int size = Math.toIntExact(bytes.byteSize() / byteSize);
    return switch (this) {
      case F32 -> {
        float[] elements = new float[size];
        MemorySegment.copy(bytes, FLOAT, 0, elements, 0, size);
        yield Tensor.adopt(elements, shape);
      }
      case F64 -> {
        double[] elements = new double[size];
        MemorySegment.copy(bytes, DOUBLE, 0, elements, 0, size);
        yield Tensor.adopt(elements, shape);
      }
      case I32 -> {
        int[] elements = new int[size];
        MemorySegment.copy(bytes, INT, 0, elements, 0, size);
        yield Tensor.adopt(elements, shape);
      }
      case I64 -> {
        long[] elements = new long[size];
        MemorySegment.copy(bytes, LONG, 0, elements, 0, size);
        yield Tensor.adopt(elements, shape);
      }
      case F16, BF16 -> {
        float[] elements = new float[size];
        for (int i = 0; i < size; i++) {
          elements[i] = widen(bytes.get(SHORT, 2L * i));
        }
        yield Tensor.adopt(elements, shape);
      }
      case BOOL -> {
        boolean[] elements = new boolean[size];
        for (int i = 0; i < size; i++) {
          elements[i] = truth(bytes.get(ValueLayout.JAVA_BYTE, i), i);
        }
        yield Tensor.adopt(elements, shape);
      }
      default ->
          throw new GraphException("no tensor holds elements of the type %s.".formatted(this));
    };
  }

  private float widen(short bits) {
    return this == F16 ? Float.float16ToFloat(bits) : Float.intBitsToFloat(bits << BFLOAT_SHIFT);
  }

  private static boolean truth(byte stored, int at) {
    if (stored != 0 && stored != 1) {
      throw new GraphException(
          "element %d of type BOOL is the byte %d, neither 0 nor 1.".formatted(at, stored));
    }
    return stored == 1;
  }

  /** Appends the elements {@code from..to-1} to a buffer of little-endian bytes. */
  void write(Tensor tensor, int from, int to, ByteBuffer target) {
    int count = to - from;
    switch (this) {
      case F32 -> target.asFloatBuffer().put(tensor.floatBuffer().slice(from, count));
      case F64 -> target.asDoubleBuffer().put(tensor.doubleBuffer().slice(from, count));
      case I32 -> target.asIntBuffer().put(tensor.intBuffer().slice(from, count));
      case I64 -> target.asLongBuffer().put(tensor.longBuffer().slice(from, count));
      case F16, BF16 -> {
        for (int i = 0; i < count; i++) {
          target.putShort(
              target.position() + 2 * i, narrow((float) tensor.getDouble(from + i), from + i));
        }
      }
      case BOOL -> {
        for (int i = 0; i < count; i++) {
          target.put(target.position() + i, tensor.getBoolean(from + i) ? (byte) 1 : (byte) 0);
        }
      }
      default -> throw new IllegalStateException("no tensor has elements of the type " + this);
    }
    target.position(target.position() + count * byteSize);
  }

  private short narrow(float value, int at) {
    short bits = this == F16 ? Float.floatToFloat16(value) : upperHalf(value);
    if (Float.isFinite(value) && !Float.isFinite(widen(bits))) {
      throw new GraphException(
          "element %d is %s, too large for the storage %s.".formatted(at, value, this));
    }
    return bits;
  }

  /** Rounds to the nearest, ties to even; a NaN stays one. */
  private static short upperHalf(float value) {
    int bits = Float.floatToRawIntBits(value);
    if (Float.isNaN(value)) {
      return (short) ((bits >>> BFLOAT_SHIFT) | QUIET);
    }
    int odd = (bits >>> BFLOAT_SHIFT) & 1;
    return (short) ((bits + HALF_OF_DROPPED + odd) >>> BFLOAT_SHIFT);
  }
}
