package dev.adjoint.bench;

import java.io.IOException;
import java.nio.file.Path;

/** A system that computes workloads. */
public enum Contender {
  /** The processor, by loops that do nothing else. */
  MACHINE("machine") {
    @Override
    Task prepare(Workload workload, int threads) {
      return MachineTasks.prepare(workload, threads);
    }
  },
  /** This project. */
  ADJOINT("Adjoint") {
    @Override
    Task prepare(Workload workload, int threads) {
      return AdjointTasks.prepare(workload, threads);
    }

    @Override
    void save(Network network, Path file) throws IOException {
      AdjointTasks.save(network, file);
    }

    @Override
    Task load(Network network, Path file) throws IOException {
      return AdjointTasks.load(network, file, 1);
    }
  },
  /** TensorFlow Java, its graphs and sessions. */
  TENSORFLOW("TensorFlow") {
    @Override
    Task prepare(Workload workload, int threads) {
      return TensorFlowTasks.prepare(workload, threads);
    }

    @Override
    void save(Network network, Path file) throws IOException {
      TensorFlowTasks.save(network, file);
    }

    @Override
    Task load(Network network, Path file) throws IOException {
      return TensorFlowTasks.load(network, file, 1);
    }
  },
  /** PyTorch through DJL. */
  PYTORCH("PyTorch") {
    @Override
    Task prepare(Workload workload, int threads) {
      return PyTorchTasks.prepare(workload, threads);
    }

    @Override
    void save(Network network, Path file) throws IOException {
      PyTorchTasks.save(network, file);
    }

    @Override
    Task load(Network network, Path file) throws IOException {
      return PyTorchTasks.load(network, file, 1);
    }
  },
  /** ONNX Runtime, which does not train. */
  ONNX_RUNTIME("ONNX Runtime") {
    @Override
    Task prepare(Workload workload, int threads) {
      return OnnxRuntimeTasks.prepare(workload, threads);
    }

    @Override
    void save(Network network, Path file) throws IOException {
      OnnxRuntimeTasks.save(network, file);
    }

    @Override
    Task load(Network network, Path file) throws IOException {
      return OnnxRuntimeTasks.load(network, file, 1);
    }
  };

  private final String label;

  Contender(String label) {
    this.label = label;
  }

  /** As it is called in the table. */
  String label() {
    return label;
  }

  /** Whether it is one of those that Adjoint is compared with. */
  boolean isPeer() {
    return this != MACHINE && this != ADJOINT;
  }

  /** Whether it computes a workload at all. */
  boolean computes(Workload workload) {
    boolean ofMachine =
        workload instanceof Workload.MultiplyAdds || workload instanceof Workload.Copy;
    if (this == MACHINE || ofMachine) {
      return this == MACHINE && ofMachine;
    }
    return this != ONNX_RUNTIME
        || switch (workload) {
          case Workload.TrainingStep _ -> false;
          case Workload.Convolution(_, var pass) -> pass == Workload.Pass.FORWARD;
          default -> true;
        };
  }

  /** Prepares a workload that it computes for a number of threads. */
  abstract Task prepare(Workload workload, int threads);

  /** Writes a network in its own form, weights included. */
  void save(Network network, Path file) throws IOException {
    throw new UnsupportedOperationException(label + " saves no networks");
  }

  /** Reads what {@link #save} wrote, to predict a batch of one on one thread. */
  Task load(Network network, Path file) throws IOException {
    throw new UnsupportedOperationException(label + " loads no networks");
  }
}
