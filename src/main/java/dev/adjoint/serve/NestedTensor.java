package dev.adjoint.serve;

import com.google.gson.stream.JsonReader;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.Tensor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A tensor read from nested arrays in JSON, which say its shape: all arrays at one depth have the
 * same size, and all elements are equally deep.
 */
final class NestedTensor {
  private static final long UNKNOWN = -1;

  private final String input;
  private final DType dtype;
  private final TensorLimit limit;
  private final JsonElements elements;

  /** The sizes from the outermost axis on, as far as arrays were opened. */
  private final List<Long> sizes = new ArrayList<>();

  /** How many parts each array has so far that is open. */
  private final List<Long> counts = new ArrayList<>();

  /** How deep elements are, once one has come, or an array that is empty. */
  private long rank = UNKNOWN;

  NestedTensor(String input, DType dtype, TensorLimit limit) {
    this.input = input;
    this.dtype = dtype;
    this.limit = limit;
    this.elements = JsonElements.of(input, dtype, limit.elements(dtype));
  }

  /** An array begins. */
  void begin() {
    part();
    counts.add(0L);
    if (rank != UNKNOWN && counts.size() > rank) {
      throw ragged();
    }
    if (counts.size() > sizes.size()) {
      sizes.add(UNKNOWN);
    }
  }

  /** The array ends that began last. */
  void end() {
    int axis = counts.size() - 1;
    long count = counts.removeLast();
    if (count == 0 && rank == UNKNOWN) {
      rank = axis + 1L;
    }
    if (sizes.get(axis) == UNKNOWN) {
      sizes.set(axis, count);
    } else if (sizes.get(axis) != count) {
      throw ragged();
    }
  }

  /** Takes the value that comes next. */
  void read(JsonReader reader) throws IOException {
    int outside = counts.size();
    do {
      switch (reader.peek()) {
        case BEGIN_ARRAY -> {
          reader.beginArray();
          begin();
        }
        case END_ARRAY -> {
          reader.endArray();
          end();
        }
        case NUMBER, STRING, BOOLEAN -> element(reader);
        default -> throw JsonTensors.noElements(input);
      }
    } while (counts.size() > outside);
  }

  private void element(JsonReader reader) throws IOException {
    part();
    if (rank == UNKNOWN) {
      rank = counts.size();
    } else if (rank != counts.size()) {
      throw ragged();
    }
    elements.read(reader);
  }

  /** How many parts the outermost array has so far, which is open. */
  long parts() {
    return counts.getFirst();
  }

  private void part() {
    if (!counts.isEmpty()) {
      counts.addLast(counts.removeLast() + 1);
    }
  }

  private ServeException ragged() {
    return ServeException.invalid("The input '%s' is ragged.", input);
  }

  /** All that was read. */
  Tensor tensor() {
    limit.require(input, dtype, sizes);
    return elements.tensor(Shape.of(WireType.sizes(sizes)));
  }
}
