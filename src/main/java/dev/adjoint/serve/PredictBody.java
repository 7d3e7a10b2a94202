package dev.adjoint.serve;

import com.google.gson.JsonObject;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import dev.adjoint.graph.Signature;
import dev.adjoint.tensor.Tensor;
import java.io.IOException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a request of TensorFlow Serving's form says. It names no datatypes, so it is looked through
 * for the signature first, whose datatypes its tensors are then read as.
 *
 * @param json all of it
 * @param signature the signature; absent for the model's own choice
 * @param inRows whether it has {@code instances}, and not {@code inputs}
 */
record PredictBody(JsonBody json, Optional<String> signature, boolean inRows) {
  private static final String ROWS = "instances";
  private static final String COLUMNS = "inputs";
  private static final String SIGNATURE = "signature_name";

  /**
   * Tensors by name.
   *
   * @param rows how many instances there were
   */
  record Inputs(Map<String, Tensor> tensors, int rows) {}

  /** Looks a request through. */
  static PredictBody of(JsonBody json) {
    JsonBody.Trees trees = new JsonBody.Trees();
    JsonObject signature = new JsonObject();
    Set<String> given = new HashSet<>();
    json.members((name, reader) -> {
      if (name.equals(SIGNATURE)) {
        signature.add(name, trees.next(reader));
      } else {
        if (name.equals(ROWS) || name.equals(COLUMNS)) {
          given.add(name);
        }
        reader.skipValue();
      }
    });
    if (given.size() != 1) {
      throw ServeException.invalid("The request has either 'instances' or 'inputs'.");
    }
    return new PredictBody(json, JsonMembers.text(signature, SIGNATURE), given.contains(ROWS));
  }

  /** Its tensors, for the inputs of a signature. */
  Inputs inputs(Signature signature, TensorLimit limit) {
    Reading reading = new Reading(signature, limit);
    json.members(reading::member);
    return new Inputs(reading.tensors, reading.rows);
  }

  /** One pass over a body; what is given more than once counts as it is given last. */
  private static final class Reading {
    private final Signature signature;
    private final TensorLimit limit;
    private final JsonBody.Trees trees = new JsonBody.Trees();
    private final Map<String, Tensor> tensors = new LinkedHashMap<>();
    private int rows;

    Reading(Signature signature, TensorLimit limit) {
      this.signature = signature;
      this.limit = limit;
    }

    void member(String name, JsonReader reader) throws IOException {
      switch (name) {
        case ROWS -> {
          tensors.clear();
          rows = 0;
          rows(reader);
        }
        case COLUMNS -> {
          tensors.clear();
          columns(reader);
        }
        default -> reader.skipValue();
      }
    }

    private void columns(JsonReader reader) throws IOException {
      switch (reader.peek()) {
        case BEGIN_OBJECT -> JsonBody.members(reader, this::column);
        case NULL ->
            throw ServeException.invalid("'inputs' must be an object or an array, given null.");
        default -> column(onlyInput(), reader);
      }
    }

    private void column(String name, JsonReader reader) throws IOException {
      NestedTensor column = nested(name);
      column.read(reader);
      tensors.put(name, column.tensor());
    }

    private void rows(JsonReader reader) throws IOException {
      if (reader.peek() != JsonToken.BEGIN_ARRAY) {
        JsonObject owner = new JsonObject();
        owner.add(ROWS, trees.next(reader));
        var _ = JsonMembers.array(owner, ROWS);
      }
      reader.beginArray();
      Map<String, NestedTensor> columns = new LinkedHashMap<>();
      if (reader.peek() == JsonToken.BEGIN_OBJECT) {
        JsonBody.members(
            reader,
            (name, value) -> {
              NestedTensor column = nested(name);
              if (columns.put(name, column) != null) {
                throw ServeException.invalid("An instance has '%s' twice.", name);
              }
              column.begin();
              column.read(value);
            });
        rows++;
        while (reader.hasNext()) {
          instance(columns, reader);
          rows++;
        }
      } else {
        NestedTensor only = nested(onlyInput());
        columns.put(onlyInput(), only);
        only.begin();
        while (reader.hasNext()) {
          only.read(reader);
          rows++;
        }
      }
      reader.endArray();
      columns.forEach((name, column) -> {
        column.end();
        tensors.put(name, column.tensor());
      });
    }

    /** The next instance: each column gets one more part. */
    private void instance(Map<String, NestedTensor> columns, JsonReader reader) throws IOException {
      if (reader.peek() != JsonToken.BEGIN_OBJECT) {
        var _ = JsonMembers.object("an instance", trees.next(reader));
      }
      JsonBody.members(
          reader,
          (name, value) -> {
            NestedTensor column = columns.get(name);
            if (column == null) {
              throw differs("also '" + name + "'", columns);
            }
            if (column.parts() > rows) {
              throw ServeException.invalid("An instance has '%s' twice.", name);
            }
            column.read(value);
          });
      columns.forEach((name, column) -> {
        if (column.parts() == rows) {
          throw differs("no '" + name + "'", columns);
        }
      });
    }

    private static ServeException differs(String how, Map<String, NestedTensor> columns) {
      return ServeException.invalid(
          "All instances have the same names; one has %s, the first has %s.",
          how, columns.keySet());
    }

    private String onlyInput() {
      Set<String> names = signature.inputs().keySet();
      if (names.size() != 1) {
        throw ServeException.invalid("Name the inputs, which are %s.", names);
      }
      return names.iterator().next();
    }

    private NestedTensor nested(String name) {
      if (!signature.inputs().containsKey(name)) {
        throw ServeException.invalid(
            "There is no input '%s', only %s.", name, signature.inputs().keySet());
      }
      return new NestedTensor(name, signature.input(name).type().dtype(), limit);
    }
  }
}
