package dev.adjoint.kernel;

import dev.adjoint.op.Source;
import dev.adjoint.tensor.DType;

/**
 * What elements the words of the generator become; the operators say how. Natural logarithm, sine
 * and cosine are those of {@link StrictMath}, so that every machine gives the same bits.
 */
enum Distribution implements Philox.Block {
  BITS {
    @Override
    public void write(Object y, int at, int w0, int w1, int w2, int w3) {
      int[] elements = (int[]) y;
      elements[at] = w0;
      elements[at + 1] = w1;
      elements[at + 2] = w2;
      elements[at + 3] = w3;
    }
  },
  UNIFORM_FLOATS {
    @Override
    public void write(Object y, int at, int w0, int w1, int w2, int w3) {
      float[] elements = (float[]) y;
      elements[at] = (float) uniform(w0);
      elements[at + 1] = (float) uniform(w1);
      elements[at + 2] = (float) uniform(w2);
      elements[at + 3] = (float) uniform(w3);
    }
  },
  UNIFORM_DOUBLES {
    @Override
    public void write(Object y, int at, int w0, int w1, int w2, int w3) {
      double[] elements = (double[]) y;
      elements[at] = uniform(w0, w1);
      elements[at + 1] = uniform(w2, w3);
    }
  },
  NORMAL_FLOATS {
    @Override
    public void write(Object y, int at, int w0, int w1, int w2, int w3) {
      float[] elements = (float[]) y;
      pair(elements, at, uniform(w0), uniform(w1));
      pair(elements, at + 2, uniform(w2), uniform(w3));
    }

    private static void pair(float[] elements, int at, double u, double v) {
      double radius = radius(u);
      elements[at] = (float) (radius * StrictMath.cos(2 * Math.PI * v));
      elements[at + 1] = (float) (radius * StrictMath.sin(2 * Math.PI * v));
    }
  },
  NORMAL_DOUBLES {
    @Override
    public void write(Object y, int at, int w0, int w1, int w2, int w3) {
      double[] elements = (double[]) y;
      double radius = radius(uniform(w0, w1));
      double angle = 2 * Math.PI * uniform(w2, w3);
      elements[at] = radius * StrictMath.cos(angle);
      elements[at + 1] = radius * StrictMath.sin(angle);
    }
  };

  /** That of an operator's result. */
  static Distribution of(Source.Random op) {
    boolean wide = op.type().dtype() == DType.FLOAT64;
    return switch (op) {
      case Source.RandomBits _ -> BITS;
      case Source.RandomUniform _ -> wide ? UNIFORM_DOUBLES : UNIFORM_FLOATS;
      case Source.RandomNormal _ -> wide ? NORMAL_DOUBLES : NORMAL_FLOATS;
    };
  }

  /** How many elements a block of four words gives. */
  int perBlock() {
    return switch (this) {
      case BITS, UNIFORM_FLOATS, NORMAL_FLOATS -> 4;
      case UNIFORM_DOUBLES, NORMAL_DOUBLES -> 2;
    };
  }

  private static double uniform(int word) {
    return (word >>> 8) * 0x1p-24;
  }

  private static double uniform(int low, int high) {
    return ((Integer.toUnsignedLong(high) << 32 | Integer.toUnsignedLong(low)) >>> 11) * 0x1p-53;
  }

  private static double radius(double u) {
    return Math.sqrt(-2 * StrictMath.log(1 - u));
  }
}
