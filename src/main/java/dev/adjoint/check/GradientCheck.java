package dev.adjoint.check;

import dev.adjoint.check.Finding.Verdict;
import dev.adjoint.check.generate.Domain;
import dev.adjoint.check.generate.GraphCase;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.GraphException;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.Parameter;
import dev.adjoint.graph.Reachability;
import dev.adjoint.graph.Signature;
import dev.adjoint.reference.Interpreter;
import dev.adjoint.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/**
 * Checks the gradients of a signature's outputs against central differences.
 *
 * <p>
 *
 * {@snippet :
 * GradientCheck.of(graph, "train").size("N", 3).run().assertPassed();
 * }
 *
 * <p>The outputs of floating point are projected on random cotangents; each source is moved along
 * fresh random directions, or one element at a time. A numeric derivative comes from a sweep of
 * steps with a bound of its own error, so nothing is judged by a fixed tolerance, and points at
 * kinks are drawn again and counted. A gradient that is zero everywhere proves nothing and does not
 * pass.
 *
 * <p>Mutable while it is configured; {@link #run} can be called many times and draws anew from the
 * seed each time.
 */
public final class GradientCheck {
  private static final int MOST_REDRAWS = 20;
  private static final int STANDARD_TRIES = 3;

  /** Multiply-adds and elements computed, a few seconds in the reference interpreter. */
  private static final double MODERATE_WORK = 6e6;

  /** A derivative that is lost in rounding may show elsewhere; one that is always lost is zero. */
  private static final int MOST_REDRAWS_OF_ZERO = 5;

  private final Graph graph;
  private final Signature signature;
  private final Map<String, Long> sizes = new HashMap<>();
  private final Map<String, Function<RandomGenerator, Tensor>> given = new HashMap<>();
  private final Map<String, Tensor> trained = new HashMap<>();
  private final Set<String> fixed = new HashSet<>();
  private final Set<String> held = new HashSet<>();
  private final Set<String> sources = new LinkedHashSet<>();
  private boolean exhaustive;
  private int order = 1;
  private int tries = STANDARD_TRIES;
  private boolean triesByWork;
  private long seed = new SplittableRandom().nextLong();
  private Evaluator evaluator = Evaluator.inDouble();
  private CheckListener listener = (_, _, _) -> {};

  private GradientCheck(Graph graph, Signature signature) {
    this.graph = graph;
    this.signature = signature;
  }

  /**
   * Checks a signature of a graph, with respect to all its inputs of floating point and all
   * trainable parameters that its outputs read.
   *
   * @throws GraphException if there is no such signature
   */
  public static GradientCheck of(Graph graph, String signature) {
    return new GradientCheck(graph, graph.signature(signature));
  }

  /**
   * Checks a graph that was drawn, at points where its operators are smooth, with respect to all
   * leaves of floating point of which a derivative may be asked.
   */
  public static GradientCheck of(GraphCase drawn) {
    return of(drawn, drawn.graph());
  }

  /**
   * As {@link #of(GraphCase)}, for a graph that was made of the one drawn and has the same inputs
   * and parameters.
   */
  public static GradientCheck of(GraphCase drawn, Graph graph) {
    GradientCheck check = of(graph, GraphCase.SIGNATURE);
    Set<String> named = graph.sizeNames();
    drawn
        .sizes()
        .forEach((name, size) -> {
          if (named.contains(name)) {
            check.size(name, size);
          }
        });
    for (Node leaf : drawn.bound().nodes()) {
      if (Leaves.isLeaf(leaf)) {
        Domain domain = drawn.domain(leaf.name());
        check.draw(leaf.name(), random -> domain.smooth(leaf.type(), random));
        if (domain.isDiscrete()) {
          check.held.add(leaf.name());
        }
      }
    }
    return check;
  }

  /** Binds a named size; those not bound are 2. */
  public GradientCheck size(String name, long value) {
    sizes.put(name, value);
    return this;
  }

  /**
   * Gives an input or parameter, by node name, one value for all tries. If the function has a kink
   * at an element of that value, and elements are moved {@linkplain #exhaustive by themselves}, the
   * gradient must lie between the slopes on both sides; along other directions several kinks may
   * meet and nothing is decided.
   */
  public GradientCheck value(String leaf, Tensor value) {
    draw(leaf, _ -> value);
    fixed.add(leaf);
    return this;
  }

  /**
   * Draws an input or parameter, by node name, anew for each try. Without this, inputs are standard
   * normal (0 and 1 for integers and booleans); parameters have {@linkplain #parameters the values
   * given} or their first values in the first try and are near them in the others, or are standard
   * normal where they have none.
   */
  public GradientCheck draw(String leaf, Function<RandomGenerator, Tensor> drawn) {
    Node node = graph.node(leaf);
    if (!Leaves.isLeaf(node)) {
      throw new GraphException(
          leaf,
          "'%s' is a node of %s; only inputs and parameters are given values."
              .formatted(leaf, node.op().operatorName()));
    }
    given.put(leaf, drawn);
    fixed.remove(leaf);
    return this;
  }

  /**
   * Gives parameters, by node name, values to start from in place of their first ones, as those of
   * a saved model: the first try is at them, the others are near them.
   */
  public GradientCheck parameters(Map<String, Tensor> values) {
    for (String name : values.keySet()) {
      if (!(graph.node(name).op() instanceof Parameter)) {
        throw new GraphException(
            name,
            "'%s' is a node of %s; only parameters are given values to start from."
                .formatted(name, graph.node(name).op().operatorName()));
      }
    }
    trained.putAll(values);
    return this;
  }

  /** Checks with respect to these inputs and parameters only, by node name. */
  public GradientCheck withRespectTo(String... leaves) {
    for (String leaf : leaves) {
      Node node = graph.node(leaf);
      if (!Leaves.isLeaf(node) || !node.type().dtype().isFloating()) {
        throw new GraphException(
            leaf,
            "'%s' %s is no input or parameter of floating point.".formatted(leaf, node.type()));
      }
      sources.add(leaf);
    }
    return this;
  }

  /** Moves every element of every source by itself, instead of one random direction a source. */
  public GradientCheck exhaustive() {
    exhaustive = true;
    return this;
  }

  /** Checks the derivative of this order, 1 or more: of order 2, the gradient's own gradient. */
  public GradientCheck order(int derivative) {
    if (derivative < 1) {
      throw new IllegalArgumentException(
          "The order of a derivative is 1 or more, given " + derivative + ".");
    }
    order = derivative;
    return this;
  }

  /** How many points are drawn; 3 unless told. */
  public GradientCheck tries(int count) {
    if (count < 1) {
      throw new IllegalArgumentException("At least one try is needed, given " + count + ".");
    }
    tries = count;
    triesByWork = false;
    return this;
  }

  /**
   * Draws 3 points for small graphs and fewer for large ones, at least one. It depends on the sizes
   * of what is computed and on nothing else, so a seed still repeats a run.
   */
  public GradientCheck triesByWork() {
    triesByWork = true;
    return this;
  }

  /** Tells how a run goes. */
  public GradientCheck listener(CheckListener choice) {
    listener = choice;
    return this;
  }

  /** Repeats the draws of an earlier run, whose report printed this seed. */
  public GradientCheck seed(long value) {
    seed = value;
    return this;
  }

  /** Computes with this instead of the reference interpreter in double. */
  public GradientCheck evaluator(Evaluator choice) {
    evaluator = choice;
    return this;
  }

  /**
   * Draws, differentiates and compares.
   *
   * @throws GraphException if the signature cannot be differentiated, or a given value does not fit
   */
  public GradientReport run() {
    return new Run().report();
  }

  private static int elements(Node node) {
    return Math.toIntExact(node.type().shape().elementCount());
  }

  /** One run: the graph bound and differentiated, a stream of random numbers, what was found. */
  private final class Run {
    private final SplittableRandom random = new SplittableRandom(seed);
    private final CheckedGraph checked;
    private final Map<String, Tensor> initial;
    private final List<Finding> findings = new ArrayList<>();
    private final List<Finding> redrawn = new ArrayList<>();
    private final List<Identity> identities = new ArrayList<>();
    private Optional<String> notForward = Optional.empty();
    private boolean deterministic = true;
    private int steps;
    private int done;
    private Optional<String> fault = Optional.empty();

    Run() {
      Graph concrete = graph.bind(allSizes());
      List<Node> targets = CheckedGraph.floatingOutputs(concrete, signature.name());
      this.checked = CheckedGraph.of(concrete, sourceNodes(concrete, targets), targets, order);
      this.initial = new HashMap<>(Interpreter.create().initialParameters(concrete));
      initial.putAll(trained);
    }

    private Map<String, Long> allSizes() {
      Set<String> names = graph.sizeNames();
      for (String given : sizes.keySet()) {
        if (!names.contains(given)) {
          throw new GraphException(
              "The graph '%s' has no named size '%s', its named sizes are %s."
                  .formatted(graph.name(), given, names));
        }
      }
      Map<String, Long> all = new HashMap<>();
      names.forEach(name -> all.put(name, sizes.getOrDefault(name, 2L)));
      return all;
    }

    private List<Node> sourceNodes(Graph concrete, List<Node> targets) {
      if (!sources.isEmpty()) {
        return sources.stream().map(concrete::node).toList();
      }
      boolean[] read = Reachability.of(concrete, targets);
      List<Node> all =
          concrete.nodes().stream()
              .filter(node -> read[node.index()] && Leaves.isLeaf(node))
              .filter(node -> node.type().dtype().isFloating() && !held.contains(node.name()))
              .filter(node -> !(node.op() instanceof Parameter p) || p.trainable())
              .toList();
      if (all.isEmpty()) {
        throw new GraphException(
            "signature '%s' reads no input or trainable parameter of floating point, so there is no gradient to check."
                .formatted(signature.name()));
      }
      return all;
    }

    GradientReport report() {
      int points = triesByWork ? pointsByWork() : tries;
      steps = Math.multiplyExact(points, comparisonsATry()) + 1;
      for (int i = 0; i < points; i++) {
        tell("drawing a point");
        Point point = drawPoint(i == 0);
        deterministic &= point.isDeterministic();
        for (int position = 0; position < checked.sources().size(); position++) {
          checkSource(point, position);
        }
      }
      tell("identities");
      checkIdentities();
      return new GradientReport(
          graph,
          signature.name(),
          seed,
          order,
          checked.sources().stream().map(Node::name).toList(),
          findings,
          redrawn,
          identities,
          notForward,
          deterministic,
          fault);
    }

    private void tell(String what) {
      listener.atStep(what, done, steps);
    }

    private int comparisonsATry() {
      return exhaustive
          ? checked.sources().stream().mapToInt(GradientCheck::elements).reduce(0, Math::addExact)
          : checked.sources().size();
    }

    private int pointsByWork() {
      double work = checked.work() * comparisonsATry();
      return work == 0
          ? STANDARD_TRIES
          : Math.clamp((long) (MODERATE_WORK / work), 1, STANDARD_TRIES);
    }

    private void checkIdentities() {
      if (order > 1) {
        return; // They are about the forward operators, which order 1 has checked.
      }
      Point point = drawPoint(false);
      for (int i = 0; i < MOST_REDRAWS && !point.isFinite(); i++) {
        point = drawPoint(false);
      }
      if (point.isFinite()) {
        checkAdjointIdentity(point);
      }
      identities.addAll(ClaimedLinearity.identities(checked, point, evaluator, random));
    }

    private void checkAdjointIdentity(Point point) {
      try {
        identities.add(AdjointIdentity.at(point, checked, evaluator, signature.name(), random));
      } catch (GraphException e) {
        notForward = Optional.of(Optional.ofNullable(e.getMessage()).orElse(e.toString()));
      }
    }

    private void checkSource(Point point, int position) {
      int elements = elements(checked.sources().get(position));
      if (!exhaustive) {
        check(point, position, Optional.empty());
        return;
      }
      for (int element = 0; element < elements; element++) {
        check(point, position, Optional.of(element));
      }
    }

    private void check(Point first, int position, Optional<Integer> element) {
      tell("'%s'".formatted(checked.sources().get(position).name()));
      Point point = first;
      Ray ray = ray(point, position, element);
      Finding finding = Probe.compare(ray);
      if (finding.verdict() == Verdict.KINK
          && element.isPresent()
          && fixed.contains(finding.source())) {
        finding = Probe.compareWithSlopes(ray).orElse(finding);
      }
      for (int i = 0; i < mostRedraws(finding); i++) {
        redrawn.add(finding);
        point = drawPoint(false);
        finding = Probe.compare(ray(point, position, element));
      }
      findings.add(finding);
      done++;
      if (finding.isFault() && fault.isEmpty()) {
        fault = Optional.of(FaultSearch.explain(checked, evaluator, point, position, random));
      }
    }

    private static int mostRedraws(Finding finding) {
      if (finding.verdict() == Verdict.ZERO && finding.analytic() != 0) {
        return MOST_REDRAWS_OF_ZERO;
      }
      return finding.isConclusive() ? 0 : MOST_REDRAWS;
    }

    private Ray ray(Point point, int position, Optional<Integer> element) {
      return element
          .map(e -> Ray.along(checked, point, position, e))
          .orElseGet(() -> Ray.random(checked, point, position, random));
    }

    private Point drawPoint(boolean atFirstValues) {
      Map<String, Tensor> leaves = new HashMap<>();
      for (Node leaf : checked.leaves()) {
        leaves.put(leaf.name(), drawLeaf(leaf, atFirstValues));
      }
      checked.cotangents().forEach(u -> leaves.put(u.name(), drawLeaf(u, atFirstValues)));
      return new Point(checked, evaluator, leaves);
    }

    private Tensor drawLeaf(Node leaf, boolean atFirstValues) {
      Function<RandomGenerator, Tensor> drawn = given.get(leaf.name());
      Tensor value =
          drawn != null
              ? drawn.apply(random)
              : Optional.ofNullable(initial.get(leaf.name()))
                  .map(first -> atFirstValues || isState(leaf) ? first : Leaves.near(first, random))
                  .orElseGet(() -> Leaves.draw(leaf.type(), random));
      if (!value.shape().equals(leaf.type().shape())
          || (value.dtype() != leaf.type().dtype()
              && !(value.dtype().isFloating() && leaf.type().dtype().isFloating()))) {
        throw new GraphException(
            leaf.name(),
            "'%s' is %s, the value given for it is %s."
                .formatted(leaf.name(), leaf.type(), value.type()));
      }
      return value.cast(evaluator.holds(leaf.type().dtype()));
    }

    private static boolean isState(Node leaf) {
      return leaf.op() instanceof Parameter parameter && !parameter.trainable();
    }
  }
}
