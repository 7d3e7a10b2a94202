package dev.adjoint.runtime;

import dev.adjoint.graph.Graph;
import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.GraphException;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.Signature;
import dev.adjoint.kernel.loop.LoopCompiler;
import dev.adjoint.op.Source;
import dev.adjoint.optimize.Prune;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.tensor.TensorType;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.WeakHashMap;

/**
 * A graph that runs: holds the values of its parameters, and a plan for each signature and size
 * that was asked for. Safe for threads. Closing it ends its threads and lets go of its memory.
 *
 * <p>Every run is deterministic: the same parameters and inputs give the same bits, on any number
 * of threads. The updates of a run become visible together, after it, or not at all. Runs that
 * update parameters follow each other; others run beside them and see the values from before.
 *
 * {@snippet :
 * try (Session session = Session.open(graph)) {
 *   session.run("train", Map.of("image", images, "label", labels));
 *   Tensor y = session.run("predict", Map.of("image", image)).get("probabilities");
 * }
 * }
 */
public final class Session implements AutoCloseable {
  private final Graph graph;
  private final SessionOptions options;
  private final ParameterStore store;
  private final Crew crew;
  private final SharedValues sharedValues = new SharedValues();
  private final LoopCompiler loops = new LoopCompiler();
  private final PlanCache plans;

  /** All that callers may still have, also those whose plans are not kept any more. */
  private final Set<Executable> executables =
      Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));

  private volatile boolean closed;

  private Session(Graph graph, SessionOptions options) {
    this.graph = graph;
    this.options = options;
    this.store = new ParameterStore(graph);
    this.crew = new Crew(options.threads(), options.executor());
    this.plans = new PlanCache(options.plans());
  }

  /**
   * Lets a thread of its own load what most sessions need, so that a program that goes on to read a
   * graph has its first result sooner where there is a second processor. Returns at once. It
   * changes no result. One call at the start of a program is enough, since what is loaded stays;
   * each further one takes a moment of a processor again.
   */
  public static void prepare() {
    Preparation.begin();
  }

  /** Opens a graph with a thread for each processor, its parameters at their first values. */
  public static Session open(Graph graph) {
    return open(graph, SessionOptions.standard());
  }

  /** Opens a graph, its parameters at their first values. */
  public static Session open(Graph graph, SessionOptions options) {
    Session session = new Session(graph, options);
    try {
      session.initialize();
    } catch (RuntimeException | Error e) {
      session.close();
      throw e;
    }
    return session;
  }

  /** As {@link #open(Graph, Map, SessionOptions)}, with a thread for each processor. */
  public static Session open(Graph graph, Map<String, Tensor> parameters) {
    return open(graph, parameters, SessionOptions.standard());
  }

  /**
   * Opens a graph with a value for each of its parameters, such as those of a saved model. Unlike
   * {@link #restore} it leaves none at its first value.
   *
   * @throws GraphException if a parameter has no value here, or if a value is of no parameter or of
   *     another type
   */
  public static Session open(Graph graph, Map<String, Tensor> parameters, SessionOptions options) {
    Set<String> missing = new TreeSet<>();
    graph.parameters().forEach(parameter -> missing.add(parameter.name()));
    missing.removeAll(parameters.keySet());
    if (!missing.isEmpty()) {
      throw new GraphException(
          "The graph '%s' has parameters without a value here: %s. Pass them, or open the graph at its first values and restore what there is."
              .formatted(graph.name(), missing));
    }
    Session session = new Session(graph, options);
    try {
      session.restore(parameters);
    } catch (RuntimeException | Error e) {
      session.close();
      throw e;
    }
    return session;
  }

  /** Gives the parameters their first values; those to be computed by a signature of their own. */
  private void initialize() {
    Map<String, Tensor> known = new LinkedHashMap<>();
    Map<Node, Node> computed = new LinkedHashMap<>();
    graph
        .initials()
        .forEach((parameter, first) -> {
          if (first.op() instanceof Source.Constant(var value)) {
            known.put(parameter.name(), value);
          } else {
            computed.put(parameter, first);
          }
        });
    store.restore(known);
    if (!computed.isEmpty()) {
      compute(computed);
    }
  }

  private void compute(Map<Node, Node> initials) {
    String name = "initialize";
    GraphBuilder builder = graph.toBuilder();
    builder.removeSignature(name);
    initials.forEach((parameter, first) ->
        builder
            .signature(name)
            .update(builder.value(parameter.name()), builder.value(first.name())));
    Graph pruned = Prune.to(builder.build(), name);
    Plan plan = plan(pruned, name, Map.of(), new Cancellation());
    new Executable(this, plan).run(Map.of());
  }

  /**
   * Runs a signature: computes its outputs, and replaces the parameters that it updates. The first
   * run with new sizes compiles.
   *
   * @param inputs the inputs by the signature's names
   * @throws GraphException if there is no such signature, or if an input is missing, unknown or
   *     does not fit
   * @throws RunException if the run fails; then no parameter is changed
   */
  public Map<String, Tensor> run(String signature, Map<String, Tensor> inputs) {
    return run(signature, inputs, RunOptions.unlimited());
  }

  /**
   * As {@link #run(String, Map)}, with options. They hold from here on, while the plan is compiled
   * too: what has a deadline or may be cancelled leaves that to a thread of its own, and does not
   * wait for it longer. The plan is there for later runs then, unless another is left in the same
   * way before it is complete.
   */
  public Map<String, Tensor> run(
      String signature, Map<String, Tensor> inputs, RunOptions runOptions) {
    RunControl control = RunControl.of(runOptions);
    RunEvent event = RunRecorder.begin(signature);
    Executable executable;
    try {
      control.check();
      executable = compileFor(signature, inputs, control);
    } catch (RuntimeException | Error e) {
      RunRecorder.failed(event, e);
      throw e;
    }
    return executable.run(inputs, control);
  }

  private Executable compileFor(String signature, Map<String, Tensor> inputs, RunControl control) {
    requireOpen();
    Map<String, TensorType> types = new LinkedHashMap<>();
    inputs.forEach((name, value) -> {
      Executable.requireTensor(signature, name, value);
      types.put(name, value.type());
    });
    Map<String, Long> sizes = graph.signature(signature).bindSizes(types);
    return compile(signature, sizes, control);
  }

  /**
   * The plan for inputs of the given types, compiled unless it is kept from before.
   *
   * @throws GraphException as {@link #run} does
   * @throws RunException.MemoryLimit if it needs more memory than the session may take
   */
  public Executable executable(String signature, Map<String, TensorType> inputs) {
    requireOpen();
    return compile(signature, graph.signature(signature).bindSizes(inputs));
  }

  /**
   * The plan for given values of the named sizes.
   *
   * @throws GraphException if there is no such signature, a size that it needs is not given, or one
   *     is given that it does not have
   */
  public Executable compile(String signature, Map<String, Long> sizes) {
    return compile(signature, sizes, RunControl.UNLIMITED);
  }

  private Executable compile(String signature, Map<String, Long> sizes, RunControl control) {
    requireOpen();
    graph.signature(signature);
    Map<String, Long> same = Map.copyOf(sizes);
    return plans.get(
        new PlanCache.Key(signature, same),
        control,
        stop -> {
          Graph pruned = Prune.to(graph, signature);
          requireSizes(pruned, signature, same);
          Executable executable = new Executable(this, plan(pruned, signature, same, stop));
          executables.add(executable);
          return executable;
        });
  }

  private static void requireSizes(Graph pruned, String signature, Map<String, Long> sizes) {
    Set<String> names = pruned.sizeNames();
    Set<String> missing = new TreeSet<>(names);
    missing.removeAll(sizes.keySet());
    Set<String> unknown = new TreeSet<>(sizes.keySet());
    unknown.removeAll(names);
    if (!missing.isEmpty() || !unknown.isEmpty()) {
      throw new GraphException(
          "The signature '%s' has the named sizes %s; missing are %s, unknown are %s. Give each a value, as in Map.of(\"N\", 32L)."
              .formatted(signature, names, missing, unknown));
    }
  }

  /** Looks between passes, and in what takes long, whether it is to stop. */
  private Plan plan(Graph pruned, String signature, Map<String, Long> sizes, Cancellation stop) {
    Graph optimized = options.pipeline().run(bind(pruned, sizes), (_, _) -> stop.check());
    Plan keeping = Compiler.compile(optimized, signature, store::position, options, loops, stop);
    return withinLimit(keeping, stop);
  }

  private static Graph bind(Graph pruned, Map<String, Long> sizes) {
    return sizes.isEmpty() ? pruned : pruned.bind(sizes);
  }

  /**
   * The graph of a signature after each pass that changes it, as text. {@link Executable#explain}
   * tells what becomes of it then.
   */
  public String explainPasses(String signature, Map<String, Long> sizes) {
    requireOpen();
    return options.pipeline().explain(bind(Prune.to(graph, signature), sizes));
  }

  /** The plan, or one that computes values again in place of keeping them, if only that fits. */
  private Plan withinLimit(Plan plan, Cancellation stop) {
    long limit = options.memoryLimit();
    Footprint keeping = Footprint.of(plan, options.threads());
    if (keeping.total() <= limit) {
      return plan;
    }
    long besidesArena = keeping.total() - keeping.arena();
    Plan smaller = Recomputation.fit(plan, Math.max(0, limit - besidesArena), stop);
    Footprint recomputing = Footprint.of(smaller, options.threads());
    if (recomputing.total() > limit) {
      String again =
          recomputing.total() == keeping.total()
              ? ""
              : ", and %,d if values are computed again (found by a short search)"
                  .formatted(recomputing.total());
      throw new RunException.MemoryLimit(
          "The plan of signature '%s' needs %,d bytes (%s)%s; the session may take %,d. Use a smaller batch, or allow more."
              .formatted(plan.signature(), keeping.total(), keeping, again, limit));
    }
    return smaller;
  }

  /** The graph. */
  public Graph graph() {
    return graph;
  }

  /** The signature of the graph that is named {@code name}. */
  public Signature signature(String name) {
    return graph.signature(name);
  }

  /** How it runs. */
  public SessionOptions options() {
    return options;
  }

  /** The values of all parameters that have one, by name, all of one moment. A copy. */
  public Map<String, Tensor> parameters() {
    requireOpen();
    return store.snapshot();
  }

  /**
   * Replaces the values of parameters, of all that are given at once.
   *
   * @throws GraphException if there is no such parameter or its type differs; then none is changed
   */
  public void restore(Map<String, Tensor> values) {
    requireOpen();
    store.restore(values);
  }

  ParameterStore store() {
    return store;
  }

  Crew crew() {
    return crew;
  }

  SharedValues sharedValues() {
    return sharedValues;
  }

  boolean isOpen() {
    return !closed;
  }

  void requireOpen() {
    if (closed) {
      throw new IllegalStateException(
          "The session of the graph '%s' is closed. Open another.".formatted(graph.name()));
    }
  }

  /**
   * Ends the session's own threads and lets go of parameters, plans and the arrays of runs; a
   * caller's executor goes on. A run under way ends on its own, without helpers, and its arrays go
   * then. What is asked of the session or its executables afterwards is refused; an {@link
   * Execution} keeps its own arrays, so that the outputs of its last run can still be read.
   */
  @Override
  public void close() {
    closed = true;
    crew.close();
    plans.clear();
    store.close();
    synchronized (executables) {
      executables.forEach(Executable::free);
    }
  }
}
