package dev.adjoint.train.data;

import static dev.adjoint.testing.ExceptionAssertions.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.adjoint.tensor.Npy;
import dev.adjoint.tensor.Npz;
import dev.adjoint.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Data sets of NumPy files. */
class TensorDatasetTest {
  @TempDir private Path folder;

  @Test
  void numpyArraysAreColumns() throws IOException {
    Tensor x = Tensor.nested(new double[][] {{1, 2}, {3, 4}, {5, 6}});
    Tensor label = Tensor.vector(2L, 0L, 1L);
    Path npz = folder.resolve("data.npz");
    Npz.write(npz, Map.of("x", x, "label", label));
    Dataset data = TensorDataset.readNpz(npz);
    assertEquals(3, data.size());
    assertEquals(List.of("0", "1", "2"), data.classes());
    assertEquals(Tensor.nested(new double[][] {{5, 6}, {1, 2}}), data.examples(2, 0).get("x"));
    assertEquals(Tensor.vector(1, 2), data.examples(2, 0).get("label"));

    Path one = folder.resolve("x.npy");
    Path other = folder.resolve("y.npy");
    Npy.write(one, x);
    Npy.write(other, Tensor.vector(1f));
    assertEquals(3, TensorDataset.readNpy(Map.of("x", one)).size());
    assertRefused(
        DataFormatException.class,
        () -> TensorDataset.readNpy(Map.of("x", one, "y", other)),
        "They must have as many");
    Npz.write(npz, Map.of("x", x, "label", Tensor.vector(0, -1, 2)));
    assertRefused(
        DataFormatException.class,
        () -> TensorDataset.readNpz(npz),
        "The label of example 1 is -1");
  }
}
