package dev.adjoint.kernel;

/** Pooling of any numeric dtype, one channel at a time. */
final class ScalarPooling implements PoolingLoop {
  private static final int NONE = -1;

  private final Numbers numbers;
  private final PoolingWindows windows;

  ScalarPooling(Numbers numbers, PoolingWindows windows) {
    this.numbers = numbers;
    this.windows = windows;
  }

  @Override
  public void max(int row, int column, int channels, Object x, int xPlane, Object y, int yAt) {
    for (int c = 0; c < channels; c++) {
      numbers.setSmallest(y, yAt + c);
    }
    WindowPlaces rows = windows.rows();
    WindowPlaces columns = windows.columns();
    for (int i = rows.first(row); i < rows.limit(row); i++) {
      for (int j = columns.first(column); j < columns.limit(column); j++) {
        numbers.max(x, xPlane + rows.place(i) + columns.place(j), y, yAt, channels);
      }
    }
  }

  @Override
  public void sum(int row, int column, int channels, Object x, int xPlane, Object y, int yAt) {
    numbers.clear(y, yAt, yAt + channels);
    WindowPlaces rows = windows.rows();
    WindowPlaces columns = windows.columns();
    for (int i = rows.first(row); i < rows.limit(row); i++) {
      for (int j = columns.first(column); j < columns.limit(column); j++) {
        numbers.add(x, xPlane + rows.place(i) + columns.place(j), y, yAt, channels);
      }
    }
  }

  /** How far the first largest element lies behind {@code at}, or {@link #NONE}. */
  private int firstLargest(int row, int column, Object x, int at) {
    WindowPlaces rows = windows.rows();
    WindowPlaces columns = windows.columns();
    int best = NONE;
    for (int i = rows.first(row); i < rows.limit(row); i++) {
      for (int j = columns.first(column); j < columns.limit(column); j++) {
        int place = rows.place(i) + columns.place(j);
        if (best == NONE || numbers.isAbove(x, at + place, at + best)) {
          best = place;
        }
      }
    }
    return best;
  }

  @Override
  public void gather(
      int row,
      int column,
      int channels,
      Object x,
      int xPlane,
      Object v,
      int vPlane,
      Object y,
      int yAt) {
    numbers.clear(y, yAt, yAt + channels);
    for (int c = 0; c < channels; c++) {
      int place = firstLargest(row, column, x, xPlane + c);
      if (place != NONE) {
        numbers.move(v, vPlane + c + place, y, yAt + c);
      }
    }
  }

  @Override
  public void scatter(
      int row,
      int column,
      int channels,
      Object x,
      int xPlane,
      Object v,
      int vAt,
      Object y,
      int yPlane) {
    if (windows.disjoint()) {
      clear(row, column, channels, y, yPlane);
    }
    for (int c = 0; c < channels; c++) {
      int place = firstLargest(row, column, x, xPlane + c);
      if (place != NONE) {
        numbers.add(v, vAt + c, y, yPlane + c + place, 1);
      }
    }
  }

  private void clear(int row, int column, int channels, Object y, int yPlane) {
    WindowPlaces rows = windows.rows();
    WindowPlaces columns = windows.columns();
    for (int i = rows.first(row); i < rows.limit(row); i++) {
      for (int j = columns.first(column); j < columns.limit(column); j++) {
        int from = yPlane + rows.place(i) + columns.place(j);
        numbers.clear(y, from, from + channels);
      }
    }
  }
}
