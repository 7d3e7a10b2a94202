package dev.adjoint.kernel;

import java.util.Arrays;
import java.util.function.IntUnaryOperator;

/**
 * The rows that a product computes: where each reads its first operand, and where its results go,
 * both relative to a base. The tables go on after the last row with copies of it, since rows are
 * computed several at a time: the copies compute and write the same once more.
 */
public final class Rows {
  /** How many rows are computed at a time, at most. */
  public static final int MOST_AT_A_TIME = 12;

  private final int count;
  private final int[] reads;
  private final int[] places;
  private final int[] runs;

  /** Rows that read and write at the offsets that the functions give. */
  public Rows(int count, IntUnaryOperator read, IntUnaryOperator place) {
    this.count = count;
    this.reads = table(count, read);
    this.places = table(count, place);
    this.runs = runs(count, reads);
  }

  /** Rows that stand a constant number of elements apart. */
  public static Rows apart(int count, int read, int place) {
    return new Rows(count, row -> row * read, row -> row * place);
  }

  private static int[] table(int count, IntUnaryOperator offset) {
    int[] table = new int[count + MOST_AT_A_TIME];
    Arrays.setAll(table, row -> count == 0 ? 0 : offset.applyAsInt(Math.min(row, count - 1)));
    return table;
  }

  private static int[] runs(int count, int[] reads) {
    int[] runs = new int[count];
    for (int row = count - 1; row >= 0; row--) {
      boolean goesOn =
          row < count - 2 && reads[row + 2] - reads[row + 1] == reads[row + 1] - reads[row];
      runs[row] = goesOn ? runs[row + 1] + 1 : Math.min(count - row, 2);
    }
    return runs;
  }

  /** The same rows, but with the results a constant number of elements apart. */
  public Rows placedApart(int place) {
    return new Rows(count, row -> reads[row], row -> row * place);
  }

  /** How many rows. */
  public int count() {
    return count;
  }

  /** The offsets where rows read. */
  public int[] reads() {
    return reads;
  }

  /** How many elements after the given row the next one reads. */
  public int pitch(int row) {
    return reads[row + 1] - reads[row];
  }

  /** How many rows, from the given one on, read as far apart as the first two of them. */
  public int run(int row) {
    return runs[row];
  }

  /** The offsets where rows write. */
  public int[] places() {
    return places;
  }
}
