package dev.adjoint.kernel.f32;

import dev.adjoint.kernel.Arguments;

/** {@link dev.adjoint.op.Scan.LinearRecurrence} along one lane. */
public final class Recurrence {
  private Recurrence() {}

  /**
   * {@code h_0 = b_0}, then {@code h_i = b_i + a_i * h_(i-1)}, each rounded from a double. The
   * arguments are a, b and h.
   *
   * @param place where the lane begins, counted from the start of each argument
   * @param step the distance of the elements that follow each other
   * @param count how many there are, 1 or more
   */
  @SuppressWarnings("cast") // Where elements are doubles, they need none.
  public static void run(Arguments arguments, int place, int step, int count) {
    float[] a = arguments.floats(0);
    float[] b = arguments.floats(1);
    float[] y = arguments.floats(2);
    int inA = arguments.offset(0) + place;
    int inB = arguments.offset(1) + place;
    int inY = arguments.offset(2) + place;
    double h = b[inB];
    y[inY] = (float) h;
    for (int i = 1; i < count; i++) {
      inA += step;
      inB += step;
      inY += step;
      h = b[inB] + a[inA] * h;
      y[inY] = (float) h;
    }
  }
}
