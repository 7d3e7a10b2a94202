package dev.adjoint.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.adjoint.check.generate.GraphCase;
import dev.adjoint.check.generate.OperatorSamplers;
import dev.adjoint.graph.Node;
import dev.adjoint.op.Convolution;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.tensor.TensorType;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Every correlation, on vectors and without, against the reference. */
class CorrelationProperties {
  private static final List<KernelOptions> ALL =
      List.of(KernelOptions.FASTEST, KernelOptions.FASTEST.withoutVectors());

  @Property(tries = 500)
  void anyLayoutAndWindow(@ForAll long seed) {
    GraphCase drawn = OperatorSamplers.builtIn().draw(Convolution.Correlation.class, seed);
    Node node =
        drawn.bound().nodes().stream()
            .filter(n -> n.op() instanceof Convolution.Correlation)
            .findFirst()
            .orElseThrow();
    check(
        (Convolution.Correlation) node.op(),
        node.operands().get(0).type(),
        node.operands().get(1).type(),
        seed,
        20);
  }

  static void check(
      Convolution.Correlation op, TensorType x, TensorType w, long seed, double roundings) {
    Tensor input = Expected.random(x, seed);
    Tensor kernel = Expected.random(w, seed + 1);
    TensorType type = Expected.type(op, x, w);
    for (KernelOptions options : ALL) {
      Tensor y =
          KernelRun.run(
              Correlations.kernel(op, x, w, Epilogue.NONE, options), type, 0, input, kernel);
      Expected.assertClose(y, op, input, kernel, roundings);
      assertEquals(
          y,
          KernelRun.run(
              Correlations.kernel(op, x, w, Epilogue.NONE, options), type, seed | 1, input, kernel));
      Optional<Packing> packing = Correlations.packing(op, x, w, Epilogue.NONE, options);
      if (packing.isPresent()) {
        TensorType packed = TensorType.of(w.dtype(), packing.get().length());
        Tensor p = KernelRun.run(packing.get().pack(), packed, seed | 1, kernel);
        assertEquals(y, KernelRun.run(packing.get().main(), type, seed | 1, input, p));
      }
    }
  }
}
