package dev.adjoint.autodiff;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.adjoint.autodiff.Gradients.Unconnected;
import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.GraphException;
import dev.adjoint.graph.Value;
import dev.adjoint.op.Logic;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.testing.Computed;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The values of gradients: what adds up, what connects, what carries nothing. */
class GradientsTest {
  private final GraphBuilder g = GraphBuilder.create("test");

  private Value vector(double... elements) {
    return g.constant(Tensor.vector(elements));
  }

  private static double[] gradient(Value target, Value source) {
    return Computed.doubles(Gradients.of(target).to(source).getFirst());
  }

  @Test
  void severalTargetsAddUp() {
    Value x = vector(1, 2, 3);
    Value w = vector(4, 5, 6);
    List<Value> gradients = Gradients.of(x.mul(w).sum(), x.mul(x).sum(), w.mul(7).sum()).to(x, w);
    assertArrayEquals(new double[] {6, 9, 12}, Computed.doubles(gradients.get(0)));
    assertArrayEquals(new double[] {8, 9, 10}, Computed.doubles(gradients.get(1)));
  }

  @Test
  void oneTargetTwiceCountsTwice() {
    Value x = vector(1, 2);
    Value y = x.mul(x).sum();
    assertArrayEquals(new double[] {4, 8}, Computed.doubles(Gradients.of(y, y).to(x).getFirst()));
  }

  @Test
  void startsFromCotangents() {
    Value x = vector(1, 2, 3);
    Value dy = vector(10, 100, 1000);
    Value dz = g.constant(Tensor.scalar(0.5));
    Value dx = Gradients.of(x.mul(x), x.sum()).withCotangents(dy, dz).to(x).getFirst();
    assertArrayEquals(new double[] {20.5, 400.5, 6000.5}, Computed.doubles(dx));
  }

  @Test
  void usesOfOneValueAddUp() {
    Value x = vector(2);
    // x^2 + x^3 + 1/x + x: 4 + 12 - 1/4 + 1
    Value y = x.mul(x).add(x.mul(x).mul(x)).add(x.scalar(1).div(x)).add(x).sum();
    assertArrayEquals(new double[] {16.75}, gradient(y, x), 1e-15);
  }

  @Test
  void sourcesInsideTheGraphGetTotalDerivatives() {
    Value x = vector(3);
    Value h = x.mul(x);
    Value y = h.mul(h).add(h.mul(x)).sum();
    List<Value> gradients = Gradients.of(y).to(x, h, y);
    // y = x^4 + x^3, dy/dh = 2h + x
    assertArrayEquals(new double[] {4 * 27 + 3 * 9}, Computed.doubles(gradients.get(0)));
    assertArrayEquals(new double[] {2 * 9 + 3}, Computed.doubles(gradients.get(1)));
    assertArrayEquals(new double[] {1}, Computed.doubles(gradients.get(2)));
  }

  @Test
  void sourceThatIsTheTargetGetsTheCotangent() {
    Value x = vector(1, 2);
    Value dy = vector(5, 6);
    assertSame(dy, Gradients.of(x).withCotangents(dy).to(x).getFirst());
    assertSame(
        dy, Gradients.of(x).withCotangents(dy).unconnected(Unconnected.ERROR).to(x).getFirst());
  }

  @Test
  void sameSourceTwiceGetsTheSameGradient() {
    Value x = vector(1, 2);
    List<Value> gradients = Gradients.of(x.exp().sum()).to(x, x);
    assertSame(gradients.get(0), gradients.get(1));
  }

  @Test
  void noSourcesGiveNoGradients() {
    assertEquals(List.of(), Gradients.of(vector(1).sum()).to());
  }

  @Test
  void unconnectedSourcesAreExactZeros() {
    Value x = vector(1, 2);
    Value other = g.input("other", DType.FLOAT32, Shape.parse("[N, 3]"));
    Value gradient = Gradients.of(x.sum()).to(other).getFirst();
    assertEquals(other.type(), gradient.type());
    Value later = vector(7, 8);
    assertArrayEquals(new double[2], gradient(x.sum(), later));
    assertArrayEquals(new double[2], gradient(vector(1).sum(), x));
  }

  @Test
  void pathsThroughIndicesAndComparisonsDoNotConnect() {
    Value x = vector(1, 3, 2);
    Value throughIndex = x.argMax(0).cast(DType.FLOAT64);
    Value throughComparison = x.gt(2).cast(DType.FLOAT64).sum();
    Value target = throughIndex.add(throughComparison);
    assertArrayEquals(new double[3], gradient(target, x));
    Gradients request = Gradients.of(target).unconnected(Unconnected.ERROR);
    assertThrows(GraphException.class, () -> request.to(x));
    Gradients mixed = Gradients.of(target.add(x.sum())).unconnected(Unconnected.ERROR);
    assertArrayEquals(new double[] {1, 1, 1}, Computed.doubles(mixed.to(x).getFirst()));
  }

  @Test
  void stoppedAndFlatPathsConnectWithZero() {
    Value x = vector(1.5, -2.5);
    Gradients request =
        Gradients.of(x.stopGradient().add(x.floor()).sum()).unconnected(Unconnected.ERROR);
    assertArrayEquals(new double[2], Computed.doubles(request.to(x).getFirst()));
  }

  @Test
  void stopGradientMakesAConstant() {
    Value x = vector(3);
    assertArrayEquals(new double[] {3}, gradient(x.mul(x.stopGradient()).sum(), x));
  }

  @Test
  void integersOnTheWayCarryNothing() {
    Value x = vector(10, 20, 30, 40);
    Value places = g.constant(Tensor.vector(2, 0, 2));
    Value y = x.gather(0, places).mul(places.cast(DType.FLOAT64)).sum();
    assertArrayEquals(new double[] {0, 0, 4, 0}, gradient(y, x));
    Value chosen = x.gather(0, x.argMax(0).expandDims(0)).sum();
    assertArrayEquals(new double[] {0, 0, 0, 1}, gradient(chosen, x));
  }

  @Test
  void conditionsCarryNothing() {
    Value x = vector(-1, 2);
    Value y = Logic.select(x.gt(0), x.mul(3), x.mul(5)).sum();
    assertArrayEquals(new double[] {5, 3}, gradient(y, x));
  }

  @Test
  void emptyValuesHaveEmptyGradients() {
    Value x = g.constant(Tensor.zeros(DType.FLOAT64, 0, 3));
    Value y = x.reduceMax(0).exp().sum().add(x.sum());
    assertEquals(x.type(), Gradients.of(y).to(x).getFirst().type());
  }
}
