package dev.adjoint.check.generate;

import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.Value;
import dev.adjoint.op.Control;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;

/** Operators that pass a value on. The rules of custom gradients are true derivatives. */
final class ControlSamplers {
  private ControlSamplers() {}

  static List<OperatorSampler> all() {
    return List.of(
        OperatorSampler.of(
            Control.Identity.class,
            choices ->
                OperatorSample.of(
                    new Control.Identity(), Operand.of(choices.type(choices.dtype())))),
        OperatorSampler.of(
            Control.StopGradient.class,
            choices ->
                OperatorSample.of(
                    new Control.StopGradient(), Operand.of(choices.type(choices.dtype())))),
        OperatorSampler.of(Control.Cast.class, ControlSamplers::cast),
        OperatorSampler.of(Control.Barrier.class, ControlSamplers::barrier),
        OperatorSampler.of(Control.Recompute.class, ControlSamplers::recompute),
        OperatorSampler.of(
            Control.CotangentPlaceholder.class,
            choices ->
                OperatorSample.of(new Control.CotangentPlaceholder(choices.type(choices.dtype())))),
        OperatorSampler.of(Control.CustomGradient.class, ControlSamplers::customGradient));
  }

  private static OperatorSample cast(Choices choices) {
    TensorType x = choices.type(choices.dtype());
    DType target = choices.dtype();
    boolean jumps = x.dtype().isFloating() && !target.isFloating();
    Domain domain = jumps ? new Domain.OffLattice(0.5) : Domain.real();
    return OperatorSample.of(new Control.Cast(target), new Operand(x, domain));
  }

  private static OperatorSample barrier(Choices choices) {
    List<Operand> operands = new ArrayList<>();
    operands.add(Operand.of(choices.type(choices.dtype())));
    operands.addAll(choices.several(0, 2, () -> Operand.of(choices.type(choices.dtype()))));
    return OperatorSample.of(new Control.Barrier(), operands);
  }

  private static OperatorSample recompute(Choices choices) {
    Operand x = Operand.of(choices.type(choices.floating()));
    return new OperatorSample(
        List.of(x, x),
        (builder, values) ->
            Control.recompute(builder, () -> values.get(0).mul(values.get(1)).sin()));
  }

  private static OperatorSample customGradient(Choices choices) {
    Operand x = Operand.of(choices.type(choices.floating()));
    return new OperatorSample(List.of(x, x), ControlSamplers::product);
  }

  private static Value product(GraphBuilder builder, List<Value> values) {
    Value a = values.get(0);
    Value b = values.get(1);
    return Control.customGradient(
        values, both -> both.get(0).mul(both.get(1)), (_, dy) -> List.of(dy.mul(b), dy.mul(a)));
  }
}
