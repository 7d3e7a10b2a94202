package dev.adjoint.tensor;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** How one element lies in an {@code .npy} file, and the dtype that holds it without loss. */
enum NpyElement {
  BOOL("b1", 1, DType.BOOL),
  FLOAT16("f2", 2, DType.FLOAT32),
  FLOAT32("f4", 4, DType.FLOAT32),
  FLOAT64("f8", 8, DType.FLOAT64),
  INT8("i1", 1, DType.INT32),
  INT16("i2", 2, DType.INT32),
  INT32("i4", 4, DType.INT32),
  INT64("i8", 8, DType.INT64),
  UINT8("u1", 1, DType.INT32),
  UINT16("u2", 2, DType.INT32),
  UINT32("u4", 4, DType.INT64);

  private final String code;
  private final int bytes;
  private final DType dtype;

  NpyElement(String code, int bytes, DType dtype) {
    this.code = code;
    this.bytes = bytes;
    this.dtype = dtype;
  }

  /** The element of a descr such as {@code <f4}, whose first character is the byte order. */
  static NpyElement of(String descr) throws NpyFormatException {
    for (NpyElement element : values()) {
      if (descr.length() == 3
          && descr.endsWith(element.code)
          && "<>|=".indexOf(descr.charAt(0)) >= 0) {
        return element;
      }
    }
    throw new NpyFormatException(
        ("The npy file holds elements of type '%s'; a tensor reads bool, float16 to float64, int8"
                + " to int64 and uint8 to uint32. Convert it in NumPy with astype.")
            .formatted(Excerpt.of(descr)));
  }

  static ByteOrder order(String descr) {
    return switch (descr.charAt(0)) {
      case '>' -> ByteOrder.BIG_ENDIAN;
      case '=' -> ByteOrder.nativeOrder();
      default -> ByteOrder.LITTLE_ENDIAN;
    };
  }

  /** How {@link Npy} writes a dtype. */
  static String descr(DType dtype) {
    return switch (dtype) {
      case FLOAT32 -> "<f4";
      case FLOAT64 -> "<f8";
      case INT32 -> "<i4";
      case INT64 -> "<i8";
      case BOOL -> "|b1";
    };
  }

  int bytes() {
    return bytes;
  }

  DType dtype() {
    return dtype;
  }

  /** Sets elements {@code from..to-1} from a buffer, in its byte order. */
  void read(Storage target, int from, int to, ByteBuffer source) {
    switch (target) {
      case Storage.Floats(var floats) when this == FLOAT16 -> {
        for (int i = from; i < to; i++) {
          floats[i] = Float.float16ToFloat(source.getShort());
        }
      }
      case Storage.Ints(var ints) when this != INT32 -> {
        for (int i = from; i < to; i++) {
          ints[i] = smallInteger(source);
        }
      }
      case Storage.Longs(var longs) when this == UINT32 -> {
        for (int i = from; i < to; i++) {
          longs[i] = Integer.toUnsignedLong(source.getInt());
        }
      }
      default -> target.read(from, to, source);
    }
  }

  private int smallInteger(ByteBuffer source) {
    return switch (this) {
      case INT8 -> source.get();
      case UINT8 -> Byte.toUnsignedInt(source.get());
      case INT16 -> source.getShort();
      case UINT16 -> Short.toUnsignedInt(source.getShort());
      default -> throw new AssertionError(this);
    };
  }
}
