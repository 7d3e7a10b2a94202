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
  public void max(int row, int column, int channels, Arguments arguments, int plane, int place) {
    Object x = arguments.array(0);
    int xPlane = arguments.offset(0) + plane;
    Object y = arguments.array(1);
    int yAt = arguments.offset(1) + place;
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
  public void sum(int row, int column, int channels, Arguments arguments, int plane, int place) {
    Object x = arguments.array(0);
    int xPlane = arguments.offset(0) + plane;
    Object y = arguments.array(1);
    int yAt = arguments.offset(1) + place;
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
  public void gather(int row, int column, int channels, Arguments arguments, int plane, int place) {
    Object y = arguments.array(2);
    int yAt = arguments.offset(2) + place;
    numbers.clear(y, yAt, yAt + channels);
    for (int c = 0; c < channels; c++) {
      int largest = firstLargest(row, column, arguments.array(0), arguments.offset(0) + plane + c);
      if (largest != NONE) {
        int from = arguments.offset(1) + plane + c + largest;
        numbers.move(arguments.array(1), from, y, yAt + c);
      }
    }
  }

  @Override
  public void scatter(
      int row, int column, int channels, Arguments arguments, int plane, int place) {
    Object y = arguments.array(2);
    int yPlane = arguments.offset(2) + plane;
    if (windows.disjoint()) {
      clear(row, column, channels, y, yPlane);
    }
    for (int c = 0; c < channels; c++) {
      int largest = firstLargest(row, column, arguments.array(0), arguments.offset(0) + plane + c);
      if (largest != NONE) {
        int from = arguments.offset(1) + place + c;
        numbers.add(arguments.array(1), from, y, yPlane + c + largest, 1);
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
