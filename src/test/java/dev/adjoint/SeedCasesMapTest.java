package dev.adjoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.cli.example.Example;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * Where each system and each worked number of the lecture notes runs: a test by class and method,
 * or an example by name. A row whose place is gone fails.
 */
class SeedCasesMapTest {
  private static final String NN = "dev.adjoint.nn.Seed";
  private static final String WORKED = "dev.adjoint.autodiff.WorkedCasesTest#";
  private static final String ORDERS = "dev.adjoint.autodiff.HigherOrderTest#";
  private static final String REFERENCE = "dev.adjoint.reference.SeedCasesTest$";
  private static final String EXAMPLES = "dev.adjoint.cli.example.ExampleTest#";

  /**
   * A row of the notes.
   *
   * @param section of the list of worked cases
   * @param subject what the row is about
   * @param places tests as {@code class#method}, examples as {@code example name}
   */
  record Row(int section, String subject, List<String> places) {
    static Row of(int section, String subject, String... places) {
      return new Row(section, subject, List.of(places));
    }
  }

  static final List<Row> ROWS =
      List.of(
          Row.of(
              1,
              "true convolution is the correlation with the flipped kernel",
              NN + "CorrelationTest#trueConvolutionIsTheCorrelationWithTheFlippedKernel",
              REFERENCE + "ConvolutionAsCorrelation#aTrueConvolutionFlipsTheKernel",
              "example output-sizes"),
          Row.of(
              1,
              "dL/dW = correlation(I, LO), with its numbers",
              WORKED + "kernelGradientIsTheCorrelationWithTheCotangent",
              NN
                  + "CorrelationTest#theKernelsGradientIsTheCorrelationOfTheInputWithTheUpstreamGradient",
              "example convolution-gradients"),
          Row.of(
              1,
              "dL/dI = correlation(pad(W), flip(LO)) = correlation(pad(LO), flip(W))",
              WORKED + "inputGradientIsThePaddedCorrelationWithTheFlippedKernel",
              NN + "CorrelationTest#theInputsGradientIsTheFullCorrelationWithOneOfBothFlipped"),
          Row.of(
              1,
              "both as banded matrices; dL/dI = M^T LO",
              WORKED + "jacobiansAreToeplitzMatrices",
              NN + "CorrelationTest#asMatricesTheDerivativesAreBanded",
              "example convolution-as-matrix"),
          Row.of(2, "two planes, features last", NN + "PlanesTest#featuresLast"),
          Row.of(2, "two planes, planes first", NN + "PlanesTest#featuresFirst"),
          Row.of(
              3,
              "transposed convolution is the gradient of convolution, with its numbers",
              WORKED + "transposedConvolutionIsTheGradientOfConvolution",
              NN + "TransposedTest#stride2"),
          Row.of(
              3,
              "the sparse 4 x 16 matrix, and dL/dI = W^T LO",
              WORKED + "kernelAsSparseMatrix",
              NN + "TransposedTest#theSparseMatrixOfAKernelAndItsTranspose",
              "example convolution-as-matrix"),
          Row.of(
              4,
              "a single layer learns by one correlation",
              WORKED + "singleLayerLearnsByOneCorrelation"),
          Row.of(
              5,
              "output sizes (W - F + 2P)/S + 1",
              NN + "SizesTest#sizesOfTheNotes",
              REFERENCE + "OutputSizes#followTheFormula",
              "example output-sizes"),
          Row.of(
              5,
              "modes: valid, same, full",
              NN + "SizesTest#validSameAndFullModes",
              "example output-sizes"),
          Row.of(
              5,
              "the 5 x 5 input: valid is the middle of same and full",
              NN + "SizesTest#theBlockIsTheMiddleOfTheSameAndTheFullResult",
              "example output-sizes"),
          Row.of(
              5,
              "4,800 parameters, against those of the dense layer",
              NN + "SizesTest#parametersOfAConvolutionAndOfTheDenseLayerWithTheSameMap",
              "example output-sizes"),
          Row.of(
              5,
              "convolution as multiplication by a banded matrix",
              NN + "SizesTest#convolutionIsTheProductWithABandedMatrix",
              "example convolution-as-matrix"),
          Row.of(
              6,
              "1-D, 2-D, 3-D; strided; dilated; transposed; 1 x 1; grouped; depthwise; separable;"
                  + " flattened; colour; dense as convolution: backward, in three orders",
              ORDERS + "backwardPassPrintsAsCorrelations",
              ORDERS + "agreesWithCentralDifferencesInThreeOrders",
              "example convolution-variants"),
          Row.of(6, "dilated: 3 x 3 covers 5 x 5", NN + "VariantsTest#aDilatedKernelOf3CoversFive"),
          Row.of(
              6,
              "colour images: the kernel spans all channels",
              NN + "VariantsTest#theKernelSpansAllChannelsOfAColourImage"),
          Row.of(
              6,
              "spatially separable",
              NN + "VariantsTest#spatiallySeparableIsTheOuterProduct",
              "example convolution-variants"),
          Row.of(
              6,
              "flattened",
              NN + "VariantsTest#flattenedIsTheProductOfThreeLines",
              "example convolution-variants"),
          Row.of(
              6,
              "a dense layer as a convolution, over larger images",
              NN + "VariantsTest#aDenseLayerAsAConvolutionRunsOnLargerImages",
              "example dense-as-convolution"),
          Row.of(
              7,
              "max pooling, stride 2 and 1",
              NN + "PoolingTest#maximum",
              REFERENCE + "PoolingOfFourByFour#maximaWithStrideTwo",
              REFERENCE + "PoolingOfFourByFour#maximaWithStrideOne"),
          Row.of(7, "average, global and Lp pooling", NN + "PoolingTest#averageGlobalAndLp"),
          Row.of(
              7,
              "pooling replaced by a strided convolution",
              NN + "PoolingTest#poolingReplacedByAStridedConvolution",
              "example all-convolutional"),
          Row.of(
              7,
              "the gradient goes to the first maximum",
              WORKED + "gradientOfMaxPoolingGoesToTheFirstMaximum"),
          Row.of(
              8,
              "match scores of the diagonal over X",
              NN + "XAndOTest#theMatchScoresOfTheDiagonalFilter",
              EXAMPLES + "theNumbersOfTheNotesArePrinted",
              "example x-or-o"),
          Row.of(
              8,
              "ReLU, and pooling over the edge",
              NN + "XAndOTest#reluAndPoolingWithTheLastWindowOverTheEdge",
              "example x-or-o"),
          Row.of(
              8,
              "the stacked network tells X from O after training",
              NN + "XAndOTest#theStackedNetworkEndsInTwoOutputs",
              EXAMPLES + "theNetworkTellsXFromO",
              "example x-or-o"),
          Row.of(
              8,
              "the curve detector: 6600",
              NN + "XAndOTest#theCurveDetectorOverItsMatchingReceptiveField",
              "example curve-detector"),
          Row.of(9, "1. softmax", "example mnist-1-softmax"),
          Row.of(9, "2. more layers with sigmoid", "example mnist-2-sigmoid"),
          Row.of(9, "3. He and Adam", "example mnist-3-adam"),
          Row.of(9, "4. ReLU", "example mnist-4-relu"),
          Row.of(9, "5. dropout", "example mnist-5-dropout"),
          Row.of(9, "6. decay by epoch", "example mnist-6-decay"),
          Row.of(
              9,
              "7. the convolutional network",
              "example mnist-7-convolution",
              EXAMPLES + "aDigitNetworkLearnsIsJudgedAndSaved"),
          Row.of(9, "8. LeNet", "example lenet-5"));

  private static final Set<String> EXAMPLE_NAMES =
      Example.all().stream().map(Example::name).collect(Collectors.toUnmodifiableSet());

  @ParameterizedTest
  @FieldSource("ROWS")
  void aRowRunsWhereTheMapSays(Row row) throws ClassNotFoundException {
    for (String place : row.places()) {
      if (place.startsWith("example ")) {
        String name = place.substring("example ".length());
        assertTrue(EXAMPLE_NAMES.contains(name), () -> "there is no example " + name);
      } else {
        String[] parts = place.split("#");
        List<Method> methods = List.of(Class.forName(parts[0]).getDeclaredMethods());
        assertTrue(methods.stream().anyMatch(m -> isTest(m, parts[1])), () -> "no test " + place);
      }
    }
  }

  private static boolean isTest(Method method, String name) {
    return method.getName().equals(name)
        && Arrays.stream(method.getAnnotations())
            .anyMatch(a -> a.annotationType().getSimpleName().endsWith("Test"));
  }

  @Test
  void everySectionHasRows() {
    assertEquals(
        Set.of(1, 2, 3, 4, 5, 6, 7, 8, 9),
        ROWS.stream().map(Row::section).collect(Collectors.toSet()));
  }
}
