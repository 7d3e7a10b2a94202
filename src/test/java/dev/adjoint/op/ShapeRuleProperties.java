package dev.adjoint.op;

import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.adjoint.check.generate.Choices;
import dev.adjoint.check.generate.GraphArbitraries;
import dev.adjoint.check.generate.GraphCase;
import dev.adjoint.check.generate.Limits;
import dev.adjoint.check.generate.OperatorSamplers;
import dev.adjoint.graph.AttributeKind;
import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.GraphException;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.Op;
import dev.adjoint.graph.OperatorCodec;
import dev.adjoint.graph.RecordCodec;
import dev.adjoint.graph.Value;
import dev.adjoint.tensor.Dim;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.TensorType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.statistics.Statistics;
import net.jqwik.api.statistics.StatisticsReport;

/** Shape rules trust nothing: whatever they are given, they answer or refuse in words. */
class ShapeRuleProperties {
  /** An operator with the operands of one use, or of another use, or of none. */
  record Perturbed(Op op, List<TensorType> operands) {}

  @Provide
  Arbitrary<Optional<Perturbed>> perturbed() {
    OperatorSamplers samplers = OperatorSamplers.installed();
    return GraphArbitraries.drawn(choices -> perturbed(choices, samplers), Limits.USUAL);
  }

  private static Optional<Perturbed> perturbed(Choices choices, OperatorSamplers samplers) {
    var sampler = choices.among(samplers.all());
    Node first = node(samplers.draw(sampler.operator(), choices.between(0, 9999)));
    Node second = node(samplers.draw(sampler.operator(), choices.between(0, 9999)));
    return mixed(choices, first.op(), second.op())
        .map(op -> new Perturbed(op, operands(choices, first)));
  }

  private static Node node(GraphCase drawn) {
    return drawn.graph().signature(GraphCase.SIGNATURE).outputs().get("y");
  }

  /** Some attributes of one operator, some of the other, some changed, if the record takes them. */
  private static Optional<Op> mixed(Choices choices, Op first, Op second) {
    RecordCodec codec = OperatorCodec.codecOf(first.getClass());
    Map<String, Object> attributes = new HashMap<>();
    try {
      for (RecordCodec.Component component : codec.components()) {
        Object value = component.read((Record) (choices.chance(30) ? second : first));
        attributes.put(
            component.name(),
            choices.chance(30) ? changed(choices, component.kind(), value) : value);
      }
      return Optional.of((Op) codec.create(attributes));
    } catch (IllegalArgumentException refused) {
      return Optional.empty();
    }
  }

  private static Object changed(Choices choices, AttributeKind kind, Object value) {
    return switch (kind) {
      case AttributeKind.IntegerKind(boolean narrow) when narrow ->
          choices.among(-1, 0, 1, 2, 9, Integer.MAX_VALUE, Integer.MIN_VALUE);
      case AttributeKind.IntegerKind _ ->
          choices.among(-1L, 0L, 1L, 2L, 9L, Long.MAX_VALUE, Long.MIN_VALUE);
      case AttributeKind.DimKind _ ->
          choices.chance(30)
              ? Dim.of(choices.among(Long.MAX_VALUE, Long.MIN_VALUE, -1L, 1L << 40))
              : choices.expression();
      case AttributeKind.FlagKind _ -> choices.chance(50);
      case AttributeKind.TextKind _ -> choices.among("", "bf", "0io", "b0f", "fb01", "bb0");
      case AttributeKind.DTypeKind _ -> choices.dtype();
      case AttributeKind.ShapeKind _ -> huge(choices, choices.shape());
      case AttributeKind.TypeKind _ ->
          new TensorType(choices.dtype(), huge(choices, choices.shape()));
      case AttributeKind.ListKind(AttributeKind element) ->
          changed(choices, element, (List<?>) value);
      case AttributeKind.RecordKind(RecordCodec codec) -> changed(choices, codec, (Record) value);
      default -> value;
    };
  }

  private static List<Object> changed(Choices choices, AttributeKind element, List<?> items) {
    List<Object> changed = new ArrayList<>(items);
    if (!changed.isEmpty()) {
      int index = choices.axis(changed.size());
      switch (choices.between(0, 2)) {
        case 0 -> changed.set(index, changed(choices, element, changed.get(index)));
        case 1 -> changed.remove(index);
        default -> changed.add(changed.get(index));
      }
    }
    return changed;
  }

  private static Record changed(Choices choices, RecordCodec codec, Record value) {
    Map<String, Object> attributes = new HashMap<>();
    for (RecordCodec.Component component : codec.components()) {
      Object present = component.read(value);
      attributes.put(
          component.name(),
          choices.chance(30) ? changed(choices, component.kind(), present) : present);
    }
    return codec.create(attributes);
  }

  private static Shape huge(Choices choices, Shape shape) {
    return shape.rank() > 0 && choices.chance(20)
        ? shape.withDim(choices.axis(shape.rank()), Dim.of(choices.among(1L << 40, Long.MAX_VALUE)))
        : shape;
  }

  private static List<TensorType> operands(Choices choices, Node node) {
    List<TensorType> operands = new ArrayList<>();
    for (Node operand : node.operands()) {
      if (!choices.chance(10)) {
        operands.add(changed(choices, operand.type()));
      }
    }
    choices
        .several(0, choices.chance(10) ? 2 : 0, () -> choices.type(choices.dtype()))
        .forEach(operands::add);
    return operands;
  }

  private static TensorType changed(Choices choices, TensorType type) {
    return switch (choices.between(0, 7)) {
      case 5 -> type.withDType(choices.dtype());
      case 6 -> type.withShape(huge(choices, choices.shape()));
      case 7 ->
          type.rank() == 0
              ? type
              : type.withShape(
                  type.shape().withDim(choices.axis(type.rank()), choices.dim().max(Dim.of(0))));
      default -> type;
    };
  }

  @Property(tries = 5000)
  @StatisticsReport(StatisticsReport.StatisticsReportMode.OFF)
  void anyOperandsAreAcceptedOrRefusedInWords(@ForAll("perturbed") Optional<Perturbed> drawn) {
    if (drawn.isEmpty()) {
      return;
    }
    Perturbed use = drawn.get();
    try {
      GraphBuilder builder = GraphBuilder.create("perturbed");
      List<Value> operands =
          use.operands().stream()
              .map(type -> builder.input("x" + builder.values().size(), type))
              .toList();
      builder.add(use.op(), operands);
      answered("accepted");
    } catch (GraphException refused) {
      assertFalse(refused.getMessage().isBlank());
      answered("refused");
    }
  }

  /** Counts answers, both of which must be common: else the property says little. */
  private static void answered(String answer) {
    Statistics.collect(answer);
    Statistics.coverage(coverage -> {
      coverage.check("accepted").percentage(share -> share > 10);
      coverage.check("refused").percentage(share -> share > 10);
    });
  }
}
