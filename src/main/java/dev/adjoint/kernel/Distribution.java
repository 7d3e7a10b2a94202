package dev.adjoint.kernel;

import static dev.adjoint.kernel.Philox.BLOCKS;

import dev.adjoint.op.Source;
import dev.adjoint.tensor.DType;

/**
 * What elements the words of the generator become; the operators say how. Natural logarithm, sine
 * and cosine are those of {@link StrictMath}, so that every machine gives the same bits.
 */
enum Distribution {
  BITS {
    @Override
    void write(long[] words, int blocks, Object y, int at) {
      int[] elements = (int[]) y;
      for (int i = 0; i < blocks; i++) {
        int to = at + 4 * i;
        elements[to] = (int) words[i];
        elements[to + 1] = (int) words[BLOCKS + i];
        elements[to + 2] = (int) words[2 * BLOCKS + i];
        elements[to + 3] = (int) words[3 * BLOCKS + i];
      }
    }
  },
  UNIFORM_FLOATS {
    @Override
    void write(long[] words, int blocks, Object y, int at) {
      float[] elements = (float[]) y;
      for (int i = 0; i < blocks; i++) {
        int to = at + 4 * i;
        elements[to] = uniform(words[i]);
        elements[to + 1] = uniform(words[BLOCKS + i]);
        elements[to + 2] = uniform(words[2 * BLOCKS + i]);
        elements[to + 3] = uniform(words[3 * BLOCKS + i]);
      }
    }
  },
  UNIFORM_DOUBLES {
    @Override
    void write(long[] words, int blocks, Object y, int at) {
      double[] elements = (double[]) y;
      for (int i = 0; i < blocks; i++) {
        int to = at + 2 * i;
        elements[to] = uniform(words[i], words[BLOCKS + i]);
        elements[to + 1] = uniform(words[2 * BLOCKS + i], words[3 * BLOCKS + i]);
      }
    }
  },
  NORMAL_FLOATS {
    @Override
    void write(long[] words, int blocks, Object y, int at) {
      float[] elements = (float[]) y;
      for (int i = 0; i < blocks; i++) {
        int to = at + 4 * i;
        pair(elements, to, uniform(words[i]), uniform(words[BLOCKS + i]));
        pair(elements, to + 2, uniform(words[2 * BLOCKS + i]), uniform(words[3 * BLOCKS + i]));
      }
    }

    private static void pair(float[] elements, int at, double u, double v) {
      double radius = radius(u);
      elements[at] = (float) (radius * StrictMath.cos(2 * Math.PI * v));
      elements[at + 1] = (float) (radius * StrictMath.sin(2 * Math.PI * v));
    }
  },
  NORMAL_DOUBLES {
    @Override
    void write(long[] words, int blocks, Object y, int at) {
      double[] elements = (double[]) y;
      for (int i = 0; i < blocks; i++) {
        int to = at + 2 * i;
        double radius = radius(uniform(words[i], words[BLOCKS + i]));
        double angle = 2 * Math.PI * uniform(words[2 * BLOCKS + i], words[3 * BLOCKS + i]);
        elements[to] = radius * StrictMath.cos(angle);
        elements[to + 1] = radius * StrictMath.sin(angle);
      }
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

  /**
   * Writes the elements that words, as of {@link Philox#blocks}, give to {@code y} from there on.
   */
  abstract void write(long[] words, int blocks, Object y, int at);

  /** How many elements a block of four words gives. */
  int perBlock() {
    return switch (this) {
      case BITS, UNIFORM_FLOATS, NORMAL_FLOATS -> 4;
      case UNIFORM_DOUBLES, NORMAL_DOUBLES -> 2;
    };
  }

  /** Exact: 24 bits are a float. */
  private static float uniform(long word) {
    return ((int) word >>> 8) * 0x1p-24f;
  }

  private static double uniform(long low, long high) {
    return ((high << 32 | (low & 0xFFFFFFFFL)) >>> 11) * 0x1p-53;
  }

  private static double radius(double u) {
    return Math.sqrt(-2 * StrictMath.log(1 - u));
  }
}
