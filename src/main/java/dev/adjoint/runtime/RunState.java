package dev.adjoint.runtime;

import dev.adjoint.kernel.Arguments;
import dev.adjoint.kernel.Workspace;
import dev.adjoint.tensor.DType;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Objects;
import jdk.jfr.FlightRecorder;
import org.jspecify.annotations.Nullable;

/**
 * The arrays of one run at a time: an arena, each step's arguments in it, the workers' own arrays.
 * Made once and used again; a run allocates nothing.
 */
final class RunState {
  /**
   * An argument that lies outside the arena and may be elsewhere in the next run.
   *
   * @param arguments of the step
   * @param argument which of them
   * @param home whose memory
   * @param position in that memory
   */
  private record Moving(Arguments arguments, int argument, Buffer.Home home, int position) {}

  private final Plan plan;
  private final boolean checksNumbers;
  private final EnumMap<DType, Object[]> arenas = new EnumMap<>(DType.class);
  private final Workspace[] workspaces;
  private final Stage[] stages;
  private final Moving[] moving;
  private final ParameterStore.Version[] held;
  private final ParameterStore.Version[] next;
  private RunControl control = RunControl.UNLIMITED;
  private @Nullable Profile profile;
  private volatile @Nullable RunException failure;

  RunState(Plan plan, int threads, boolean checksNumbers) {
    this.plan = plan;
    this.checksNumbers = checksNumbers;
    for (DType dtype : DType.values()) {
      arenas.put(
          dtype,
          plan.memory().arrays(dtype).stream()
              .mapToObj(elements -> Arrays.allocate(dtype, elements))
              .toArray());
    }
    this.workspaces = workspaces(plan, threads);
    List<Moving> outside = new ArrayList<>();
    this.stages =
        plan.stages().stream()
            .flatMap(steps -> stagesOf(steps, outside).stream())
            .toArray(Stage[]::new);
    this.moving = outside.toArray(Moving[]::new);
    this.held = new ParameterStore.Version[plan.parameters().length];
    this.next = new ParameterStore.Version[plan.updated().length];
  }

  static Workspace[] workspaces(Plan plan, int threads) {
    int floats = 0;
    int doubles = 0;
    for (Step step : plan.steps()) {
      if (step.writes().getFirst().dtype() == DType.FLOAT64) {
        doubles = Math.max(doubles, step.kernel().workspace());
      } else {
        floats = Math.max(floats, step.kernel().workspace());
      }
    }
    Workspace[] workspaces = new Workspace[threads];
    for (int i = 0; i < threads; i++) {
      workspaces[i] = new Workspace(floats, doubles);
    }
    return workspaces;
  }

  private List<Stage> stagesOf(List<Step> steps, List<Moving> outside) {
    List<Arguments> arguments = steps.stream().map(step -> argumentsOf(step, outside)).toList();
    int phases = steps.stream().mapToInt(step -> step.kernel().phases()).max().orElse(0);
    List<Stage> made = new ArrayList<>();
    for (int phase = 0; phase < phases; phase++) {
      List<Stage.Part> parts = new ArrayList<>();
      int tasks = 0;
      for (int i = 0; i < steps.size(); i++) {
        Step step = steps.get(i);
        int own = phase < step.kernel().phases() ? step.kernel().tasks(phase) : 0;
        if (own > 0) {
          parts.add(new Stage.Part(step, phase, arguments.get(i), tasks));
          tasks += own;
        }
      }
      if (tasks > 0) {
        made.add(new Stage(parts.toArray(Stage.Part[]::new), tasks));
      }
    }
    return made;
  }

  private Arguments argumentsOf(Step step, List<Moving> outside) {
    List<Buffer> buffers = step.arguments();
    Arguments arguments = new Arguments(buffers.size());
    for (int i = 0; i < buffers.size(); i++) {
      Buffer buffer = buffers.get(i);
      if (buffer.isInArena()) {
        arguments.set(i, arena(buffer), plan.memory().offset(buffer));
      } else if (buffer.home() == Buffer.Home.CONSTANT) {
        arguments.set(i, plan.constants()[buffer.position()], 0);
      } else {
        outside.add(new Moving(arguments, i, buffer.home(), buffer.position()));
      }
    }
    return arguments;
  }

  /** The arena's array that holds a buffer. */
  Object arena(Buffer buffer) {
    return Objects.requireNonNull(arenas.get(buffer.dtype()))[plan.memory().array(buffer)];
  }

  Workspace workspace(int worker) {
    return workspaces[worker];
  }

  void profileWith(@Nullable Profile newProfile) {
    profile = newProfile;
  }

  /**
   * Computes the plan once and makes its updates current.
   *
   * @throws RunException if it cannot; then no parameter is changed
   */
  void run(ParameterStore store, FrozenValues frozen, Crew crew, RunControl newControl) {
    control = newControl;
    control.check();
    Profile recording = profile;
    if (recording != null) {
      recording.begin(plan);
    }
    if (!plan.writesParameters()) {
      compute(store, frozen, crew);
      return;
    }
    store.beginWriting(control);
    try {
      compute(store, frozen, crew);
    } finally {
      store.endWriting();
    }
  }

  private void compute(ParameterStore store, FrozenValues frozen, Crew crew) {
    store.acquire(plan.parameters(), held);
    try {
      store.reserve(plan.updated(), next);
      boolean done = false;
      try {
        bind(frozen.values(held, control));
        walk(crew);
        done = true;
      } finally {
        if (done) {
          store.commit(plan.updated(), next);
        } else {
          store.abandon(plan.updated(), next);
        }
      }
    } finally {
      store.release(plan.parameters(), held);
    }
  }

  private void bind(Object[] frozen) {
    for (Moving argument : moving) {
      Object array =
          switch (argument.home) {
            case PARAMETER -> held[argument.position].array;
            case NEXT -> next[argument.position].array;
            case FROZEN -> frozen[argument.position];
            case ARENA, INPUT, CONSTANT -> throw new IllegalStateException("bound before");
          };
      argument.arguments.set(argument.argument, array, 0);
    }
  }

  private void walk(Crew crew) {
    failure = null;
    boolean helped = crew.tryTake();
    try {
      boolean recorded = FlightRecorder.isInitialized() && StageEvent.isOn();
      for (Stage stage : stages) {
        control.check();
        if (recorded) {
          computeRecorded(stage, helped, crew);
        } else {
          compute(stage, helped, crew);
        }
      }
      control.check();
    } finally {
      if (helped) {
        crew.release();
      }
    }
  }

  private void computeRecorded(Stage stage, boolean helped, Crew crew) {
    StageEvent event = new StageEvent();
    event.step = stage.parts()[0].step().name();
    event.tasks = stage.tasks();
    event.begin();
    try {
      compute(stage, helped, crew);
    } finally {
      event.commit();
    }
  }

  private void compute(Stage stage, boolean helped, Crew crew) {
    if (helped && stage.tasks() > 1) {
      crew.compute(stage, this);
    } else {
      for (int task = 0; task < stage.tasks(); task++) {
        runTask(stage, task, workspaces[0], 0);
      }
    }
    RunException failed = failure;
    if (failed != null) {
      throw failed;
    }
    if (checksNumbers) {
      for (Stage.Part part : stage.parts()) {
        if (part.phase() == part.step().kernel().phases() - 1) {
          NumberCheck.requireFinite(part.step(), part.arguments());
        }
      }
    }
  }

  /** Runs a task, unless the run has failed or is stopped: then the tasks left do nothing. */
  @SuppressWarnings("CatchingUnchecked") // Whatever a kernel throws ends this run and no other.
  void runTask(Stage stage, int task, Workspace workspace, int worker) {
    if (failure != null || control.isStopped()) {
      return;
    }
    Profile recording = profile;
    long start = recording == null ? 0 : System.nanoTime();
    try {
      stage.run(task, workspace);
    } catch (RunException e) {
      failure = e;
    } catch (Throwable e) {
      failure = new RunException.Failed(stage.partOf(task).step().name(), e);
    }
    if (recording != null) {
      recording.record(stage.partOf(task).step(), worker, start, System.nanoTime());
    }
  }
}
