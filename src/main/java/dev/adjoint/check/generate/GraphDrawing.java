package dev.adjoint.check.generate;

import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.Input;
import dev.adjoint.graph.SignatureBuilder;
import dev.adjoint.graph.Value;
import dev.adjoint.op.Control;
import dev.adjoint.op.Movement;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One graph as it is drawn: operator after operator, each on values that are there already, on
 * those made to fit, or on new leaves.
 */
final class GraphDrawing {
  /** A larger value may be a result, but no operand: the interpreter is slow. */
  private static final long MOST_ELEMENTS = 400;

  private static final List<String> OUTPUT_NAMES = List.of("y", "a \"b\"\n", "y/α");

  private final RandomGraphs graphs;
  private final Choices choices;
  private final GraphBuilder builder;
  private final DrawnLeaves leaves;
  private final List<Value> pool = new ArrayList<>();

  GraphDrawing(RandomGraphs graphs, Choices choices) {
    this.graphs = graphs;
    this.choices = choices;
    this.builder = GraphBuilder.create("random");
    this.leaves = new DrawnLeaves(builder, choices);
  }

  GraphCase draw() {
    choices.repeat(0, graphs.maxSteps(), this::step);
    if (pool.isEmpty()) {
      pool.add(leaves.draw(Operand.of(choices.type(choices.dtype()))));
    }
    if (choices.chance(20)) {
      builder.metadata(choices.among("about", "a \"b\"\n\\"), choices.among("", "α = {x}, # %y"));
    }
    signature(GraphCase.SIGNATURE);
    if (choices.chance(30)) {
      signature(choices.among("other", "an \"other\" one"));
    }
    return new GraphCase(builder.build(), choices.seed(), choices.sizes(), leaves.domains());
  }

  private void step() {
    if (!choices.chance(25)) {
      operator();
      return;
    }
    String name = choices.among("block", "block/inner", "b-2.x");
    try (GraphBuilder.Scope _ =
        choices.chance(50) ? builder.scope(name) : builder.freshScope(name)) {
      operator();
    }
  }

  private void operator() {
    choices.favour(pool.stream().map(Value::shape).distinct().toList());
    OperatorSample sample = choices.among(graphs.samplers()).draw(choices);
    List<Value> operands = sample.operands().stream().map(this::operand).toList();
    Value result = sample.expression().addTo(builder, operands);
    offer(graphs.smooth() ? tame(result) : result);
  }

  private void offer(Value value) {
    if (choices.elements(value.shape()) <= MOST_ELEMENTS) {
      pool.add(value);
    }
  }

  /** Keeps what an operator may have made large within -1 and 1. */
  private static Value tame(Value value) {
    boolean grows = !(value.op() instanceof Movement || value.op() instanceof Control);
    return grows && value.dtype().isFloating() ? value.mul(0.5).tanh() : value;
  }

  private Value operand(Operand wanted) {
    return existing(wanted)
        .flatMap(value -> confined(value, wanted))
        .orElseGet(() -> {
          Value leaf = leaves.draw(wanted);
          offer(leaf);
          return leaf;
        });
  }

  /** Most often a value of the very type, sometimes another one made to fit. */
  private Optional<Value> existing(Operand wanted) {
    int kind = choices.between(0, 9);
    int place = choices.between(0, 31);
    List<Value> same =
        pool.reversed().stream().filter(value -> value.type().equals(wanted.type())).toList();
    if (!same.isEmpty() && kind < 8) {
      return Optional.of(same.get(place % same.size()));
    }
    List<Value> others =
        pool.reversed().stream()
            .filter(value -> !graphs.smooth() || value.dtype() == wanted.type().dtype())
            .toList();
    return !others.isEmpty() && kind > 4
        ? Optional.of(fitted(others.get(place % others.size()), wanted.type()))
        : Optional.empty();
  }

  /** The value as one of another type: its elements reshaped, else padded or cut off. */
  private Value fitted(Value value, TensorType type) {
    Value cast = value.cast(type.dtype());
    if (cast.shape().elements().equals(type.shape().elements())) {
      return cast.reshape(type.shape());
    }
    if (cast.type().isConstant() && type.isConstant()) {
      long missing = type.shape().elementCount() - cast.shape().elementCount();
      return cast.reshape(cast.shape().elementCount())
          .pad(List.of(Movement.PadAxis.of(0, missing)))
          .reshape(type.shape());
    }
    Value scalar = cast.dtype() == DType.BOOL ? cast.any() : cast.sum();
    return (graphs.smooth() ? tame(scalar) : scalar).broadcast(type.shape());
  }

  /** The value, brought into the domain if need be and if there is a way. */
  private Optional<Value> confined(Value value, Operand wanted) {
    Domain domain = wanted.domain();
    boolean anything = !graphs.smooth() && !domain.isRequired(value.dtype());
    if (anything || domain instanceof Domain.Real) {
      return Optional.of(value);
    }
    boolean floating = value.dtype().isFloating();
    return switch (domain) {
      case Domain.Between(double low, double high) when floating ->
          Optional.of(value.sigmoid().mul(high - low).add(low));
      case Domain.NonZero() when floating -> Optional.of(value.softplus().add(0.5));
      case Domain.Whole(long least, long most) when least == 0 && value.dtype().isInteger() ->
          Optional.of(value.mod(most + 1.0));
      default -> Optional.empty();
    };
  }

  private void signature(String name) {
    SignatureBuilder signature = builder.signature(name);
    builder.values().stream()
        .filter(value -> value.op() instanceof Input && leaves.isDrawn(value))
        .filter(_ -> choices.chance(20))
        .limit(1)
        .forEach(input -> signature.input("an \"input\"", input));
    if (graphs.smooth()) {
      signature.output("loss", loss());
    }
    List<Value> outputs = choices.several(1, 3, () -> choices.among(pool.reversed()));
    for (int i = 0; i < outputs.size(); i++) {
      signature.output(OUTPUT_NAMES.get(i), outputs.get(i));
    }
    builder.parameters().forEach(parameter -> update(signature, parameter));
    GraphCase.decideSizes(builder, name, choices);
  }

  private void update(SignatureBuilder signature, Value parameter) {
    List<Value> fitting =
        pool.stream()
            .filter(value -> value.type().equals(parameter.type()) && value != parameter)
            .toList();
    if (!fitting.isEmpty() && choices.chance(50)) {
      signature.update(parameter, choices.among(fitting));
    }
  }

  /**
   * The sum of the means of the last values and of an input, on which it thus depends: one by which
   * derivatives are asked for.
   */
  private Value loss() {
    List<Value> real = pool.stream().filter(value -> value.dtype().isFloating()).toList();
    Value input =
        real.stream()
            .filter(value -> value.op() instanceof Input && leaves.isContinuous(value))
            .findFirst()
            .orElseGet(() -> leaves.input(Operand.of(TensorType.of(choices.floating()))));
    return real.reversed().stream().limit(4).map(Value::mean).reduce(input.mean(), Value::add);
  }
}
