package dev.adjoint.kernel.f32;

import dev.adjoint.kernel.f32.DepthwiseTiles.Pitch;
import java.util.Arrays;

/**
 * Computes a {@link Piece} of a depthwise correlation whose window {@linkplain Piece#slides
 * slides}. Few rows at a time are computed for all features, so that the result is written from
 * beginning to end.
 */
final class SlidingPiece {
  private final DepthwiseTiles tiles;
  private final int lanes;
  private final int features;
  private final Piece piece;
  private final Pitch narrowPitch;

  SlidingPiece(Tiles tiles, int features, Piece piece) {
    this.tiles = tiles.depthwise();
    this.lanes = tiles.lanes();
    this.features = features;
    this.piece = piece;
    this.narrowPitch = new Pitch(piece.outputColumns() * lanes, lanes);
  }

  /**
   * Computes the rows of a band.
   *
   * @param a the copied band at 0, and workspace at {@code spare}
   * @param w panels of one vector of features, each with the taps one after the other
   */
  void correlate(boolean last, float[] a, int spare, float[] w, int wAt, float[] y, int yAt) {
    int rows = piece.outputRows(last);
    int origin = yAt + piece.rows(last).places()[0];
    for (int row = 0; row < rows; row += DepthwiseTiles.ROWS_AT_A_TIME) {
      int count = Math.min(DepthwiseTiles.ROWS_AT_A_TIME, rows - row);
      int from = row * piece.inputPitch().row();
      int to = origin + row * piece.outputPitch().row();
      touch(count, y, to);
      for (int feature = 0; feature < features; feature += lanes) {
        int kernel = wAt + feature * piece.terms();
        int used = Math.min(lanes, features - feature);
        if (used == lanes) {
          multiply(count, a, from + feature, w, kernel, y, to + feature, piece.outputPitch());
        } else {
          multiply(count, a, from + feature, w, kernel, a, spare, narrowPitch);
          copy(count, used, a, spare, y, to + feature);
        }
      }
    }
  }

  /**
   * Writes zeros where results will stand: vectors of features are written far apart, and wait for
   * memory unless the cache has the lines, which it gets faster in their order.
   */
  private void touch(int rows, float[] y, int yAt) {
    boolean contiguous = piece.outputPitch().column() == features;
    for (int i = 0; contiguous && i < rows; i++) {
      int from = yAt + i * piece.outputPitch().row();
      Arrays.fill(y, from, from + piece.outputColumns() * features, 0);
    }
  }

  private void multiply(
      int rows, float[] a, int aAt, float[] w, int wAt, float[] y, int yAt, Pitch pitch) {
    int columns = piece.outputColumns();
    tiles.correlate(rows, columns, a, aAt, piece.inputPitch(), w, wAt, y, yAt, pitch);
  }

  /** Copies the lanes that are features. */
  private void copy(int rows, int used, float[] from, int fromAt, float[] y, int yAt) {
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < piece.outputColumns(); j++) {
        System.arraycopy(
            from,
            fromAt + i * narrowPitch.row() + j * lanes,
            y,
            yAt + i * piece.outputPitch().row() + j * piece.outputPitch().column(),
            used);
      }
    }
  }
}
