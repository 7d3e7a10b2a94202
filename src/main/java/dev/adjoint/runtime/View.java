package dev.adjoint.runtime;

import dev.adjoint.op.Movement;
import dev.adjoint.tensor.TensorType;
import java.util.Optional;

/**
 * How the elements of a value lie in a buffer: element {@code index} at {@code base + sum of
 * index[axis] * strides[axis]}. A stride of 0 repeats, a negative one goes backwards.
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
record View(Buffer buffer, TensorType type, long[] sizes, long[] strides, long base) {
  /** The elements of a whole buffer in row-major order. */
  static View whole(Buffer buffer, TensorType type) {
    long[] sizes = type.shape().sizes();
    return new View(buffer, type, sizes, rowMajor(sizes), 0);
  }

  static long[] rowMajor(long[] sizes) {
    long[] strides = new long[sizes.length];
    long stride = 1;
    for (int axis = sizes.length - 1; axis >= 0; axis--) {
      strides[axis] = stride;
      stride *= Math.max(1, sizes[axis]);
    }
    return strides;
  }

  /** Whether the elements are the buffer's, all of them, in its order. */
  boolean isWhole() {
    if (base != 0 || Arrays.elements(type) != buffer.elements()) {
      return false;
    }
    long[] expected = rowMajor(sizes);
    for (int axis = 0; axis < sizes.length; axis++) {
      if (sizes[axis] > 1 && strides[axis] != expected[axis]) {
        return false;
      }
    }
    return true;
  }

  /** What a movement makes of these elements, if that can be said by strides. */
  Optional<View> apply(Movement op, TensorType result) {
    return switch (op) {
      case Movement.Reshape _ -> reshape(result);
      case Movement.Transpose(var permutation) -> {
        long[] moved = new long[sizes.length];
        for (int axis = 0; axis < moved.length; axis++) {
          moved[axis] = strides[permutation.order().get(axis)];
        }
        yield Optional.of(with(result, moved, base));
      }
      case Movement.Broadcast _ -> Optional.of(broadcast(result));
      case Movement.Slice slice -> {
        long[] stepped = strides.clone();
        long start = base;
        for (int axis = 0; axis < stepped.length; axis++) {
          start += slice.axes().get(axis).start().value() * strides[axis];
          stepped[axis] *= slice.axes().get(axis).stride();
        }
        yield Optional.of(with(result, stepped, start));
      }
      case Movement.Reverse reverse -> {
        long[] turned = strides.clone();
        long start = base;
        for (int axis : reverse.axes().indices()) {
          start += Math.max(0, sizes[axis] - 1) * strides[axis];
          turned[axis] = -strides[axis];
        }
        yield Optional.of(with(result, turned, start));
      }
      case Movement.Pad _, Movement.Concat _ -> Optional.empty();
    };
  }

  private View with(TensorType result, long[] newStrides, long newBase) {
    return new View(buffer, result, result.shape().sizes(), newStrides, newBase);
  }

  private View broadcast(TensorType result) {
    long[] to = result.shape().sizes();
    long[] repeated = new long[to.length];
    int missing = to.length - sizes.length;
    for (int axis = 0; axis < sizes.length; axis++) {
      repeated[axis + missing] = sizes[axis] == 1 ? 0 : strides[axis];
    }
    return with(result, repeated, base);
  }

  /** Splits and merges axes; possible where merged axes follow each other in the buffer. */
  private Optional<View> reshape(TensorType result) {
    long[] to = result.shape().sizes();
    if (result.shape().elementCount() == 0) {
      return Optional.of(with(result, rowMajor(to), 0));
    }
    long[] strided = new long[to.length];
    int from = 0;
    int axis = 0;
    while (axis < to.length || from < sizes.length) {
      long have = 1;
      long want = 1;
      int firstFrom = from;
      int firstTo = axis;
      do {
        if (have <= want && from < sizes.length) {
          have *= sizes[from++];
        } else if (axis < to.length) {
          want *= to[axis++];
        } else {
          return Optional.empty();
        }
      } while (have != want);
      long stride = mergedStride(firstFrom, from);
      if (stride == Long.MIN_VALUE) {
        return Optional.empty();
      }
      for (int k = axis - 1; k >= firstTo; k--) {
        strided[k] = stride;
        stride *= to[k];
      }
    }
    return Optional.of(with(result, strided, base));
  }

  /** The stride of axes that together are one run; {@code Long.MIN_VALUE} if they are not. */
  private long mergedStride(int first, int end) {
    long stride = 0;
    long expected = Long.MIN_VALUE;
    for (int axis = end - 1; axis >= first; axis--) {
      if (sizes[axis] == 1) {
        continue;
      }
      if (expected == Long.MIN_VALUE) {
        stride = strides[axis];
      } else if (strides[axis] != expected) {
        return Long.MIN_VALUE;
      }
      expected = strides[axis] * sizes[axis];
    }
    return stride;
  }
}
