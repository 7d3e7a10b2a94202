package dev.adjoint.autodiff;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.Value;
import dev.adjoint.op.CorrelationLayout;
import dev.adjoint.op.WindowAxis;
import dev.adjoint.tensor.Dim;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.testing.Computed;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Gradients and Hessians of compositions against numbers that JAX 0.10.2 gives in double. */
class IndependentGradientsTest {
  private static final double TOLERANCE = 1e-12;

  private final GraphBuilder g = GraphBuilder.create("test");

  /** The numbers {@code ((7 i + 3) mod 11 - 5) / 4}. */
  private Value sequence(long... sizes) {
    int count = 1;
    for (long size : sizes) {
      count *= (int) size;
    }
    double[] elements = new double[count];
    for (int i = 0; i < count; i++) {
      elements[i] = ((i * 7 + 3) % 11 - 5) / 4.0;
    }
    return g.constant(Tensor.of(elements, sizes));
  }

  private static void assertGradients(Value target, List<Value> sources, double[]... expected) {
    List<Value> gradients = Gradients.of(target).to(sources);
    for (int i = 0; i < expected.length; i++) {
      assertArrayEquals(expected[i], Computed.doubles(gradients.get(i)), TOLERANCE);
    }
  }

  private static WindowAxis axis(
      long stride, long low, long high, long inputDilation, long dilation) {
    return new WindowAxis(stride, Dim.of(low), Dim.of(high), inputDilation, dilation);
  }

  @Test
  void stridedDilatedGroupedConvolution() {
    Value x = sequence(1, 6, 5, 4);
    Value w = sequence(3, 2, 2, 6);
    List<WindowAxis> window = List.of(axis(2, 1, 2, 1, 2), axis(1, 0, 1, 1, 1));
    Value y = x.correlate(w, window, CorrelationLayout.featuresLast(2), 2);
    assertGradients(
        y.sin().sum(),
        List.of(x, w),
        new double[] {
          0.0, 0.0, 0.0, 0.0,
          0.0, 0.0, 0.0, 0.0,
          0.0, 0.0, 0.0, 0.0,
          0.0, 0.0, 0.0, 0.0,
          0.0, 0.0, 0.0, 0.0,
          -0.31041859435292923, 0.7054093358715122, -0.9457713036885413, -0.6782557426723329,
          -3.2542818205639796, -2.7406778145113786, 1.5186760932505516, 2.133117180150995,
          0.9500919483356375, 0.16389391696500494, -1.220986515052708, -2.012051470158784,
          -2.1448749692580917, -2.326617533292916, 1.1999865877786127, 0.022840775809467806,
          1.6873623362669803, 0.09136442803944818, 2.9942927651464046, -3.2373707006239205,
          0.0, 0.0, 0.0, 0.0,
          0.0, 0.0, 0.0, 0.0,
          0.0, 0.0, 0.0, 0.0,
          0.0, 0.0, 0.0, 0.0,
          0.0, 0.0, 0.0, 0.0,
          0.3931826993627282, -0.31929735350683786, 0.8684926946549459, -1.219004277370688,
          1.8091313212497724, 0.0068769717342084535, -0.6092297168338376, 1.680462939168006,
          2.421121859288267, -1.7483066314931868, 3.749738289613422, -1.9657546533353563,
          2.038395905618925, -3.817532996380356, -4.300231259781864, 0.3946911262721355,
          0.3996400643559457, -3.283563767622894, -0.057008384165358694, 3.2732431299034226,
          0.0, 0.0, 0.0, 0.0,
          0.0, 0.0, 0.0, 0.0,
          0.0, 0.0, 0.0, 0.0,
          0.0, 0.0, 0.0, 0.0,
          0.0, 0.0, 0.0, 0.0,
          -0.5852747285924176, 0.6096688189525339, -0.4428946526711632, 0.5765312451868145,
          1.5604055854780525, -1.931663719370598, 0.7426593873654763, -2.1390725959389827,
          0.6427883553205893, -2.1660256741719497, 0.6915530135174494, 1.0585496080285899,
          2.5662225597501602, -3.1516840288657657, 2.989009421393543, -3.6013440839629123,
          1.2998005282313962, -3.9522151309666596, -3.2714941440418923, 1.0317965197599204
        },
        new double[] {
          -1.178692579467511, -1.5085196023973662, -2.0367973568803546, 0.5174342372049558,
          2.9675845019703164, -1.411091083184303, -0.4986075866408044, 2.017771974724227,
          1.840795357883434, -0.7961779375836273, 0.48470088030239245, 0.7544640104251649,
          -1.7944563664076159, 1.541607032973195, 2.390367809308758, -0.2084291438022057,
          -1.3535507996232679, 0.17155195621807487, 1.2288637542815652, -1.2466258986054684,
          -2.4478808792129816, 1.2442887209242888, -3.0797179698173336, 1.5973671638757754,
          -5.137751927422682, -0.5108571003324965, 0.5538084894060524, 0.23728461210008076,
          -1.181089307306466, 1.4697304375628963, 1.4855046646191616, -1.2773138613635788,
          -2.370926966971028, -5.2323853987499165, -1.902820416887276, -0.8303928376271987,
          -2.0135202835807604, -2.171733188848795, -3.0491762726645155, -0.675138165160034,
          2.0117398509716686, -3.3648417459130777, -0.2913220349601988, 2.8153992093974822,
          3.208793507715, 0.6332697783988548, 2.228848015448775, 1.7774130755784512,
          -3.300044245144955, -1.580700378871638, -0.48512693729600226, 0.275825303729327,
          2.4895627465049257, -2.685671052873093, -1.8644523112013909, 2.3448475857323703,
          2.5614418271593493, 0.12640433298818163, -3.760782163849445, -1.6689806847952946,
          -3.0462383415772893, 2.7739095235220423, 3.5362958443124386, -0.6066053007373711,
          -2.4045054030320685, 0.49933011477156664, 1.14236218349952, -1.163348255695459,
          -2.0994509684588674, -3.095620750488246, 0.21555879600542877, 0.2577460392171015
        });
  }

  @Test
  void transposedConvolutionWithNegativePadding() {
    Value x = sequence(1, 3, 3, 2);
    Value w = sequence(3, 3, 2, 1);
    List<WindowAxis> window = List.of(axis(1, 2, -1, 2, 1), axis(1, -1, 2, 3, 1));
    Value y = x.correlate(w, window, CorrelationLayout.featuresLast(2), 1);
    assertGradients(
        y.mul(y).mul(y).sum(),
        List.of(x, w),
        new double[] {
          0.0, 0.0, -1.4765625, 9.4482421875, 8.96484375, 3.62109375,
          0.0, 0.0, 7.224609375, -13.25390625, -2.98828125, -5.16796875,
          0.0, 0.0, 0.0, 0.0, 0.0, 0.0
        },
        new double[] {
          2.1357421875, -6.4072265625, 1.3154296875, -0.4306640625, 8.4375, -5.0625,
          4.2890625, -4.40625, -0.84375, -12.0, 1.125, -1.875,
          2.5634765625, -10.7138671875, 2.7890625, -3.28125, 2.109375, -13.078125
        });
  }

  @Test
  void overlappingPooling() {
    double[] elements = new double[40];
    for (int i = 0; i < 40; i++) {
      elements[i] = ((i * 17 + 5) % 41 - 20) / 8.0;
    }
    Value x = g.constant(Tensor.of(elements, 1, 5, 4, 2));
    List<WindowAxis> window =
        List.of(WindowAxis.UNIT, axis(2, 1, 0, 1, 1), axis(1, 0, 1, 1, 1), WindowAxis.UNIT);
    Value y = x.maxPool(List.of(1L, 3L, 2L, 1L), window);
    assertGradients(
        y.div(3).exp().sum(),
        List.of(x),
        new double[] {
          0.0, 0.0, 1.4713812104044695, 0.0,
          0.0, 0.0, 0.0, 0.0,
          0.0, 1.2454973049548148, 0.0, 0.46520414169536317,
          0.0, 0.34751563506333044, 2.8226666888168994, 0.2596002610238016,
          0.0, 0.0, 0.0, 0.0,
          0.0, 0.5973339418852518, 0.0, 0.0,
          0.0, 0.0, 1.3537360644231653, 0.0,
          0.0, 0.0, 0.0, 1.5339839272618834,
          0.0, 0.0, 0.0, 0.0,
          0.0, 0.0, 0.0, 0.0
        });
  }

  @Test
  void layerNormalisationAndCrossEntropy() {
    Value x = sequence(3, 4);
    Value w = sequence(4, 5);
    Value labels = g.constant(Tensor.vector(1, 4, 0));
    Value centred = x.sub(x.meanKeepDims(1));
    Value variance = centred.mul(centred).meanKeepDims(1);
    Value h = centred.div(variance.add(1e-3).sqrt());
    assertGradients(
        h.matmul(w).sparseSoftmaxCrossEntropy(labels).mean(),
        List.of(x, w),
        new double[] {
          -0.26218538533888414, -0.183442323965581, 0.43490438108609, 0.0107233282183751,
          -0.030265615180429833, 0.013490436133700753, -0.010051464738225893, 0.02682664378495496,
          0.6064335723645683, -0.014291531581054048, -0.1619894465427345, -0.4301525942407798
        },
        new double[] {
          -0.060126652148098765, 0.41907791846676096, -0.1959423426078259, 0.006454844676490376,
          -0.16946376838732666, 0.42470328057288725, -0.6547934232842575, 0.3377090763407769,
          -0.041367197199236774, -0.06625173643016989, -0.41086720479514355, -0.20713622432674766,
          0.18139469361757066, 0.05520327297698047, 0.3814054625273399, 0.04629057637035506,
          0.44285172914424425, -0.3231614273505217, -0.02029092045423408, -0.14568995770984344
        });
    Value b = g.constant(Tensor.of(new double[5], 5));
    Value biased = x.matmul(w).add(b).sparseSoftmaxCrossEntropy(labels).mean();
    assertArrayEquals(
        new double[] {
          0.07794897363725814, -0.019373334135345317, -0.02796449890661893, -0.009027990946027617,
              -0.021583149649266276,
          -0.019373334135345317, 0.14991256629699934, -0.017954303869414805, -0.02158314964926627,
              -0.09100177864297296,
          -0.027964498906618927, -0.017954303869414805, 0.0971236752067553, -0.028803502616812592,
              -0.022401369813908913,
          -0.009027990946027617, -0.021583149649266276, -0.028803502616812596, 0.08531551166855852,
              -0.025900868456452036,
          -0.021583149649266272, -0.09100177864297296, -0.022401369813908913, -0.025900868456452033,
              0.1608871665626002
        },
        Computed.doubles(Derivatives.hessian(biased, b)),
        TOLERANCE);
  }

  @Test
  void mixtureOfFunctions() {
    Value z = g.constant(Tensor.vector(0.3, -1.2, 2.5, 0.7));
    Value y =
        z.tanh()
            .mul(3)
            .logSumExp()
            .add(z.erf().mul(z.mul(2).sigmoid()).sum())
            .add(z.pow(2).add(1).pow(1.7).sum())
            .add(z.softplus().div(z.mul(z).add(1).log1p()).sum());
    assertGradients(
        y,
        List.of(z),
        new double[] {
          2.4633225007658113, -7.424070230700332, 34.17139659536475, 4.321455161557682
        });
    assertArrayEquals(
        new double[] {
          3.641151015007962, -0.0006340968616333328,
          -0.013007092234601865, -0.09862759387950079,
          -0.000634096861633333, 11.97885451258295,
          -0.00014836151770695962, -0.0011249662301019477,
          -0.013007092234601867, -0.00014836151770695962,
          29.937121105515267, -0.02307618977652291,
          -0.09862759387950079, -0.0011249662301019473,
          -0.023076189776522905, 5.69578035917513
        },
        Computed.doubles(Derivatives.hessian(y, z)),
        TOLERANCE);
  }

  @Test
  void runningSumsAndProducts() {
    Value z = g.constant(Tensor.vector(0.3, -1.2, 2.5, 0.7));
    Value sums = z.cumulativeSum(0);
    Value products = z.productBefore(0, false).mul(z);
    assertGradients(
        sums.mul(sums).mul(z.cos()).sum().add(products.sum()),
        List.of(z),
        new double[] {
          -4.45102439142371, 2.6323221933339, -1.1894741971476699, -0.7896375039787378
        });
  }
}
