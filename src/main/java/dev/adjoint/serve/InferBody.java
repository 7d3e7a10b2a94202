package dev.adjoint.serve;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a request of the V2 form says. Its tensors are read straight into their arrays. Members may
 * come in any order: if data comes before what describes it, the body is read again.
 *
 * @param id what the caller calls it
 * @param signature the signature; absent for the model's own choice
 * @param inputs tensors by name
 * @param outputs the outputs asked for, and whether in binary
 * @param binary whether outputs that are not asked for come in binary
 * @param timeout how long it may take
 */
record InferBody(
    Optional<JsonElement> id,
    Optional<String> signature,
    Map<String, Tensor> inputs,
    Map<String, Boolean> outputs,
    boolean binary,
    Optional<Duration> timeout) {
  private static final int MOST_INPUTS = 1 << 12;
  private static final Set<String> READ = Set.of("id", "inputs", "outputs", "parameters");
  private static final Set<String> READ_OF_INPUT =
      Set.of("name", "datatype", "shape", "parameters");

  /**
   * Reads a request.
   *
   * @param json its JSON
   * @param binary the bytes that follow
   * @throws ServeException if it is wrong
   */
  static InferBody read(JsonBody json, ByteBuffer binary, TensorLimit limit) {
    Reading first = new Reading(limit, List.of());
    json.members(first::member);
    Reading whole = first;
    if (!first.isWhole()) {
      whole = new Reading(limit, first.inputs);
      json.members(whole::member);
    }
    return whole.body(binary);
  }

  /** What describes the data of an input. */
  private record Description(String name, DType dtype, List<Long> shape) {
    static Description of(JsonObject input) {
      String name = text(input, "name");
      DType dtype = WireType.of(name, text(input, "datatype"));
      if (!input.has("shape")) {
        throw ServeException.invalid("The input '%s' has no shape.", name);
      }
      List<Long> shape = new ArrayList<>();
      JsonMembers.array(input, "shape")
          .forEach(size -> shape.add(JsonMembers.whole("shape", size)));
      return new Description(name, dtype, shape);
    }
  }

  /** One input: what describes it, and its data, if it has been read. */
  private static final class Input {
    private final JsonObject members = new JsonObject();
    private boolean hasData;
    private Optional<Description> dataIsOf = Optional.empty();
    private Optional<Tensor> data = Optional.empty();

    boolean isDescribed() {
      return members.has("name") && members.has("datatype") && members.has("shape");
    }

    boolean isWhole() {
      return !hasData || dataIsOf.filter(Description.of(members)::equals).isPresent();
    }
  }

  /** One pass over a body. */
  private static final class Reading {
    private final TensorLimit limit;

    /** The inputs of the pass before, in the order of the body. */
    private final List<Input> known;

    private final List<Input> inputs = new ArrayList<>();
    private final JsonBody.Trees trees = new JsonBody.Trees();
    private final JsonObject members = new JsonObject();

    /** Where the inputs begin that count, if they are given more than once. */
    private int firstInput;

    Reading(TensorLimit limit, List<Input> known) {
      this.limit = limit;
      this.known = known;
    }

    boolean isWhole() {
      return inputs.stream().allMatch(Input::isWhole);
    }

    void member(String name, JsonReader reader) throws IOException {
      if (!READ.contains(name)) {
        reader.skipValue();
      } else if (name.equals("inputs") && reader.peek() == JsonToken.BEGIN_ARRAY) {
        firstInput = inputs.size();
        reader.beginArray();
        while (reader.hasNext()) {
          input(reader);
        }
        reader.endArray();
        members.add("inputs", new JsonArray());
      } else {
        members.add(name, trees.next(reader));
      }
    }

    private void input(JsonReader reader) throws IOException {
      if (reader.peek() != JsonToken.BEGIN_OBJECT) {
        var _ = JsonMembers.object("an input", trees.next(reader));
      }
      if (inputs.size() == MOST_INPUTS) {
        throw ServeException.invalid("The request has more than %d inputs.", MOST_INPUTS);
      }
      Input input = new Input();
      Input described = inputs.size() < known.size() ? known.get(inputs.size()) : input;
      inputs.add(input);
      JsonBody.members(
          reader,
          (name, value) -> {
            if (name.equals("data")) {
              if (input.hasData) {
                throw ServeException.invalid("inputs[%d] has 'data' twice.", inputs.size() - 1);
              }
              input.hasData = true;
              data(input, described, value);
            } else if (READ_OF_INPUT.contains(name)) {
              input.members.add(name, trees.next(value));
            } else {
              value.skipValue();
            }
          });
    }

    private void data(Input input, Input described, JsonReader reader) throws IOException {
      if (!described.isDescribed()) {
        reader.skipValue();
        return;
      }
      Description of = Description.of(described.members);
      limit.require(of.name(), of.dtype(), of.shape());
      input.data = Optional.of(JsonTensors.read(of.name(), of.dtype(), of.shape(), reader));
      input.dataIsOf = Optional.of(of);
    }

    InferBody body(ByteBuffer binary) {
      JsonObject parameters = JsonMembers.objectOrEmpty(members, "parameters");
      InferBody body =
          new InferBody(
              Optional.ofNullable(members.get("id")),
              JsonMembers.text(parameters, "signature"),
              tensors(binary),
              outputs(members, parameters),
              JsonMembers.flag(parameters, "binary_data_output", false),
              Optional.ofNullable(parameters.get("timeout"))
                  .map(given -> InferRequest.timeout(JsonMembers.whole("timeout", given))));
      if (binary.hasRemaining()) {
        throw ServeException.invalid("%d bytes follow the last binary tensor.", binary.remaining());
      }
      return body;
    }

    private Map<String, Tensor> tensors(ByteBuffer binary) {
      if (!members.has("inputs")) {
        throw ServeException.invalid("The request has no inputs.");
      }
      var _ = JsonMembers.array(members, "inputs");
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      for (Input input : inputs.subList(firstInput, inputs.size())) {
        Description of = Description.of(input.members);
        if (tensors.put(of.name(), tensor(input, of, binary)) != null) {
          throw ServeException.invalid("The input '%s' is given twice.", of.name());
        }
      }
      return tensors;
    }

    private Tensor tensor(Input input, Description of, ByteBuffer rest) {
      String name = of.name();
      limit.require(name, of.dtype(), of.shape());
      JsonObject parameters = JsonMembers.objectOrEmpty(input.members, "parameters");
      if (parameters.has("binary_data_size") == input.hasData) {
        throw ServeException.invalid("The input '%s' has either data or binary_data_size.", name);
      }
      if (input.data.isPresent()) {
        return input.data.get();
      }
      long given = JsonMembers.whole("binary_data_size", parameters.get("binary_data_size"));
      if (given < 0 || given > rest.remaining()) {
        throw ServeException.invalid(
            "The input '%s' has %d bytes, %d are left in the body.", name, given, rest.remaining());
      }
      int size = (int) given;
      ByteBuffer bytes = rest.slice(rest.position(), size);
      rest.position(rest.position() + size);
      return WireType.raw(name, of.dtype(), of.shape(), bytes);
    }
  }

  private static String text(JsonObject owner, String name) {
    if (!owner.has(name) || !owner.get(name).isJsonPrimitive()) {
      throw ServeException.invalid("A tensor lacks its %s.", name);
    }
    return owner.get(name).getAsString();
  }

  /** The outputs asked for, and whether in binary. */
  private static Map<String, Boolean> outputs(JsonObject request, JsonObject parameters) {
    Map<String, Boolean> outputs = new LinkedHashMap<>();
    boolean binary = JsonMembers.flag(parameters, "binary_data_output", false);
    if (request.has("outputs")) {
      for (JsonElement element : JsonMembers.array(request, "outputs")) {
        JsonObject output = JsonMembers.object("an output", element);
        String name = text(output, "name");
        JsonObject own = JsonMembers.objectOrEmpty(output, "parameters");
        if (outputs.put(name, JsonMembers.flag(own, "binary_data", binary)) != null) {
          throw ServeException.invalid("The output '%s' is asked for twice.", name);
        }
      }
    }
    return outputs;
  }
}
