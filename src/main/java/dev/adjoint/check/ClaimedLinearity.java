package dev.adjoint.check;

import dev.adjoint.graph.Differentiable;
import dev.adjoint.graph.Differentiable.Linearity;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.Op;
import dev.adjoint.graph.Reachability;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.tensor.TensorType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * Holds operators to what they claim: that they are linear, in all operands of floating point
 * together or in each of them, and that their gradient rule is the transpose.
 *
 * <p>Each is tried alone, on small whole numbers, whose sums and products are exact: what is left
 * is the rounding of the operator's own coefficients.
 */
final class ClaimedLinearity {
  /** An operator with other sizes is another claim, but there is no end to a graph. */
  private static final int MOST_CLAIMS = 200;

  private static final int LARGEST_NUMBER = 8;
  private static final double A = 3;
  private static final double B = -2;

  private final Node node;
  private final LocalGraph local;
  private final Evaluator evaluator;
  private final RandomGenerator random;
  private final List<Identity> identities = new ArrayList<>();

  private ClaimedLinearity(
      Node node, LocalGraph local, Evaluator evaluator, RandomGenerator random) {
    this.node = node;
    this.local = local;
    this.evaluator = evaluator;
    this.random = random;
  }

  private record Claim(Op op, List<TensorType> operands) {}

  /** Checks each different claim among the nodes that the targets read, at {@code point}. */
  static List<Identity> identities(
      CheckedGraph checked, Point point, Evaluator evaluator, RandomGenerator random) {
    Map<Claim, Node> claims = new LinkedHashMap<>();
    boolean[] read = Reachability.of(checked.graph(), checked.targets());
    for (Node node : checked.graph().nodes()) {
      if (read[node.index()] && claims(node) && claims.size() < MOST_CLAIMS) {
        List<TensorType> types = node.operands().stream().map(Node::type).toList();
        claims.putIfAbsent(new Claim(node.op(), types), node);
      }
    }
    Map<Node, Tensor> values = operandValues(checked, claims, point, evaluator);
    List<Identity> identities = new ArrayList<>();
    for (Node node : claims.values()) {
      LocalGraph local = LocalGraph.around(node, values);
      ClaimedLinearity claim = new ClaimedLinearity(node, local, evaluator, random);
      claim.check(((Differentiable) node.op()).linearity());
      identities.addAll(claim.identities);
    }
    return identities;
  }

  private static boolean claims(Node node) {
    boolean distinct = new HashSet<>(node.operands()).size() == node.operands().size();
    return node.op() instanceof Differentiable op
        && op.linearity() != Linearity.NONLINEAR
        && node.type().dtype().isFloating()
        && distinct
        && node.operands().stream().anyMatch(operand -> operand.type().dtype().isFloating());
  }

  private static Map<Node, Tensor> operandValues(
      CheckedGraph checked, Map<Claim, Node> claims, Point point, Evaluator evaluator) {
    Set<Node> operands = new LinkedHashSet<>();
    claims.values().forEach(node -> operands.addAll(node.operands()));
    List<Node> wanted = List.copyOf(operands);
    List<Tensor> computed = evaluator.evaluate(checked.graph(), wanted, point.leaves());
    Map<Node, Tensor> values = new HashMap<>();
    for (int i = 0; i < wanted.size(); i++) {
      values.put(wanted.get(i), computed.get(i));
    }
    return values;
  }

  private void check(Linearity claimed) {
    if (claimed == Linearity.LINEAR) {
      check(local.sources());
    } else {
      local.sources().forEach(source -> check(List.of(source)));
    }
  }

  private void check(List<Node> moved) {
    Map<String, Tensor> others = wholeNumbers(local.sources());
    Map<String, Tensor> x = wholeNumbers(moved);
    Map<String, Tensor> y = wholeNumbers(moved);
    Map<String, Tensor> sum = new HashMap<>();
    Map<String, Tensor> zero = new HashMap<>();
    x.forEach((name, at) -> {
      sum.put(name, combine(at, Optional.ofNullable(y.get(name)).orElseThrow()));
      zero.put(name, Leaves.move(at, at.asDoubles(), -1));
    });
    double[] left = result(others, sum);
    double[] fx = result(others, x);
    double[] fy = result(others, y);
    if (!Arrays.stream(combine(fx, fy)).allMatch(Double::isFinite)) {
      return; // Such as the mean of nothing: there is nothing to compare.
    }
    double terms = x.values().stream().mapToInt(Tensor::size).sum() + 4.0;
    double bound =
        terms
            * unitRoundoff()
            * (largest(left) + Math.abs(A) * largest(fx) + Math.abs(B) * largest(fy));
    add(worst(Identity.Kind.LINEARITY, left, combine(fx, fy), bound));
    double[] atZero = result(others, zero);
    add(worst(Identity.Kind.ZERO, atZero, new double[atZero.length], 0));
    add(transpose(moved, others, x, fx, terms));
  }

  private void add(Identity identity) {
    identities.add(identity);
  }

  private Identity transpose(
      List<Node> moved,
      Map<String, Tensor> others,
      Map<String, Tensor> x,
      double[] fx,
      double terms) {
    CheckedGraph alone = CheckedGraph.of(local.graph(), moved, List.of(local.target()), 1);
    Map<String, Tensor> leaves = leaves(others, x);
    leaves.putAll(wholeNumbers(alone.cotangents()));
    Point point = new Point(alone, evaluator, leaves);
    double[] u = point.cotangents().getFirst();
    double left = Leaves.dot(fx, u);
    double size = Leaves.absoluteDot(fx, u);
    double right = 0;
    for (int i = 0; i < moved.size(); i++) {
      double[] at = point.at(alone.sources().get(i)).asDoubles();
      double[] pulled = point.gradients().get(i).asDoubles();
      right += Leaves.dot(at, pulled);
      size += Leaves.absoluteDot(at, pulled);
    }
    double bound = (terms + u.length) * unitRoundoff() * size;
    return new Identity(Identity.Kind.TRANSPOSE, node.name(), left, right, bound);
  }

  /** The elements that are furthest apart. */
  private Identity worst(Identity.Kind kind, double[] left, double[] right, double bound) {
    Identity worst = new Identity(kind, node.name(), 0, 0, bound);
    for (int i = 0; i < left.length; i++) {
      double difference = Math.abs(left[i] - right[i]);
      if (!(difference <= Math.abs(worst.left() - worst.right()))) {
        worst = new Identity(kind, node.name(), left[i], right[i], bound);
      }
    }
    return worst;
  }

  private double[] result(Map<String, Tensor> others, Map<String, Tensor> moved) {
    return evaluator
        .evaluate(local.graph(), List.of(local.target()), leaves(others, moved))
        .getFirst()
        .asDoubles();
  }

  private Map<String, Tensor> leaves(Map<String, Tensor> others, Map<String, Tensor> moved) {
    Map<String, Tensor> leaves = new HashMap<>(local.leaves());
    leaves.putAll(others);
    leaves.putAll(moved);
    return leaves;
  }

  private Map<String, Tensor> wholeNumbers(List<Node> leaves) {
    Map<String, Tensor> numbers = new LinkedHashMap<>();
    for (Node leaf : leaves) {
      double[] elements = new double[Math.toIntExact(leaf.type().shape().elementCount())];
      for (int i = 0; i < elements.length; i++) {
        elements[i] = random.nextInt(-LARGEST_NUMBER, LARGEST_NUMBER + 1);
      }
      Tensor whole = Tensor.of(elements, leaf.type().shape().sizes());
      numbers.put(leaf.name(), whole.cast(evaluator.holds(leaf.type().dtype())));
    }
    return numbers;
  }

  private static Tensor combine(Tensor x, Tensor y) {
    double[] sum = combine(x.asDoubles(), y.asDoubles());
    return Tensor.of(sum, x.shape().sizes()).cast(x.dtype());
  }

  private static double[] combine(double[] x, double[] y) {
    double[] sum = new double[x.length];
    for (int i = 0; i < sum.length; i++) {
      sum[i] = A * x[i] + B * y[i];
    }
    return sum;
  }

  private static double largest(double[] values) {
    double largest = 0;
    for (double value : values) {
      largest = Math.max(largest, Math.abs(value));
    }
    return largest;
  }

  private double unitRoundoff() {
    return local.sources().stream()
        .mapToDouble(source -> Leaves.unitRoundoff(evaluator.holds(source.type().dtype())))
        .max()
        .orElse(0x1p-53);
  }
}
