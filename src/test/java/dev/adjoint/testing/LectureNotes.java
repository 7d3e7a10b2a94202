package dev.adjoint.testing;

import dev.adjoint.tensor.Tensor;

/**
 * The numbers that lecture notes on convolutional networks work through, all FLOAT64. Each room
 * checks them by its own means: the operators, the layers, the gradients.
 */
public final class LectureNotes {
  private LectureNotes() {}

  /**
   * A line of four, the gradient that comes back from its two results, and what the kernel gets.
   */
  public static final Tensor LINE = Tensor.vector(0.20350695, -0.31481498, -0.85656077, 0.5981919);

  public static final Tensor LINE_UPSTREAM = Tensor.vector(-0.47567356, -2.3547919);

  public static final Tensor LINE_KERNEL_GRADIENT = Tensor.vector(0.6445209, 2.1667714, -1.0011742);

  /** A kernel of two planes in and two out; its bias; input and result with the planes last. */
  public static final Tensor PLANES_KERNEL =
      Tensor.nested(
          new double[][][][] {
            {{{1, -2}, {-2, 1}}, {{1, 0}, {0, 1}}}, {{{3, 1}, {2, 2}}, {{0, 0}, {0, 4}}}
          });

  public static final Tensor PLANES_BIAS = Tensor.vector(0.1, 0.2);

  public static final Tensor PLANES_LAST =
      Tensor.nested(
          new double[][][][] {
            {
              {{1, -2}, {2, 1}, {-2, 3}, {-1, 2}},
              {{2, 2}, {3, -2}, {-3, 1}, {-4, 2}},
              {{3, 0}, {-2, -2}, {2, -1}, {5, -2}},
              {{0, 0}, {1, -1}, {3, 1}, {0, 1}}
            }
          });

  public static final Tensor PLANES_LAST_RESULT =
      Tensor.nested(
          new double[][][][] {
            {
              {{17.1, -4.8}, {3.1, 3.2}, {-15.9, 16.2}},
              {{10.1, -8.8}, {-5.9, -16.8}, {-4.9, 1.2}},
              {{1.1, -11.8}, {5.1, 4.2}, {20.1, 2.2}}
            }
          });

  /** Input and result of the same kernel and bias with the planes first. */
  public static final Tensor PLANES_FIRST =
      Tensor.nested(
          new double[][][][] {
            {
              {{1, -2, 2, 2}, {2, 1, 3, -2}, {-2, 3, -3, 1}, {-1, 2, -4, 2}},
              {{3, 0, 0, 0}, {-2, -2, 1, -1}, {2, -1, 3, 1}, {5, -2, 0, 1}}
            }
          });

  public static final Tensor PLANES_FIRST_RESULT =
      Tensor.nested(
          new double[][][][] {
            {
              {{3.1, -3.9, -10.9}, {4.1, -12.9, 16.1}, {-3.9, 0.1, 9.1}},
              {{-0.8, 8.2, 6.2}, {5.2, 18.2, 7.2}, {-8.8, 2.2, -7.8}}
            }
          });

  /** A kernel, two by two results of stride 2, and their transposed convolution. */
  public static final Tensor SQUARE_KERNEL =
      Tensor.nested(
          new double[][] {
            {0.13429713, 1.9649408, 0.74939513},
            {0.6982393, 1.2397809, 1.4247327},
            {1.5534406, 0.1190145, 1.3256309}
          });

  public static final Tensor SQUARE_UPSTREAM =
      Tensor.nested(new double[][] {{25.535583, 28.583742}, {23.470192, 20.62261}});

  public static final Tensor TRANSPOSED =
      Tensor.nested(
          new double[][] {
            {3.4293556, 50.17591, 22.974957, 56.16536, 21.420517},
            {17.829948, 31.65853, 56.339676, 35.437576, 40.724194},
            {42.819992, 49.156643, 98.61191, 43.924065, 53.345966},
            {16.387812, 29.097897, 47.83826, 25.567505, 29.381691},
            {36.45955, 2.7932932, 63.148792, 2.4543884, 27.337954}
          });

  /** An image, a kernel, and the block that all three modes have in the middle. */
  public static final Tensor FIVE_BY_FIVE =
      Tensor.nested(
          new double[][] {
            {3, 3, 2, 1, 0}, {0, 0, 1, 3, 1}, {3, 1, 2, 2, 3}, {2, 0, 0, 2, 2}, {2, 0, 0, 0, 1}
          });

  public static final Tensor FIVE_BY_FIVE_KERNEL =
      Tensor.nested(new double[][] {{0, 1, 2}, {2, 2, 0}, {0, 1, 2}});

  public static final Tensor FIVE_BY_FIVE_MIDDLE =
      Tensor.nested(new double[][] {{12, 12, 17}, {10, 17, 19}, {9, 6, 14}});

  /** An image to be pooled, and the maxima of its windows of two by two with stride 2 and 1. */
  public static final Tensor POOLED =
      Tensor.nested(new double[][] {{1, 4, 2, 1}, {5, 8, 3, 4}, {7, 6, 4, 5}, {1, 3, 1, 2}});

  public static final Tensor MAXIMA_APART = Tensor.nested(new double[][] {{8, 4}, {7, 5}});

  public static final Tensor MAXIMA_OVERLAPPING =
      Tensor.nested(new double[][] {{8, 8, 4}, {8, 8, 5}, {7, 6, 5}});
}
