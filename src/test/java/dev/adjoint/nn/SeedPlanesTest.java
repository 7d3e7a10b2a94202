package dev.adjoint.nn;

import static dev.adjoint.nn.Evaluation.evaluate;
import static dev.adjoint.testing.TensorAssertions.assertClose;

import dev.adjoint.graph.Value;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.testing.LectureNotes;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Worked numbers of the lecture notes, 2. Two planes in, two planes out, both layouts")
class SeedPlanesTest {
  private static Tensor convolved(Tensor input, DataFormat format) {
    return evaluate(g -> {
      Value y =
          Convolutions.conv2d(
              g.constant(input),
              g.constant(LectureNotes.PLANES_KERNEL),
              Conv.valid().format(format));
      return y.add(format.alongFeatures(g.constant(LectureNotes.PLANES_BIAS), 4));
    });
  }

  @Test
  void featuresLast() {
    Tensor output = convolved(LectureNotes.PLANES_LAST, DataFormat.NHWC);
    assertClose(LectureNotes.PLANES_LAST_RESULT, output, 0, 1e-12);
  }

  @Test
  void featuresFirst() {
    Tensor output = convolved(LectureNotes.PLANES_FIRST, DataFormat.NCHW);
    assertClose(LectureNotes.PLANES_FIRST_RESULT, output, 0, 1e-12);
  }
}
