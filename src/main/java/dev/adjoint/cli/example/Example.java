package dev.adjoint.cli.example;

import com.google.common.collect.ImmutableList;
import java.io.IOException;
import java.util.List;

/** A program that shows Adjoint at work. */
public sealed interface Example
    permits ConvolutionAsMatrix,
        ConvolutionGradients,
        ConvolutionVariants,
        CurveDetector,
        DenseAsConvolution,
        DigitNetwork,
        FirstNetwork,
        OutputSizes,
        XOrO {
  /** All examples, from simple to large. */
  static List<Example> all() {
    return ImmutableList.<Example>builder()
        .add(new FirstNetwork())
        .add(new ConvolutionGradients())
        .add(new ConvolutionAsMatrix())
        .add(new OutputSizes())
        .add(new ConvolutionVariants())
        .add(new CurveDetector())
        .add(new XOrO())
        .addAll(DigitNetwork.all())
        .add(new DenseAsConvolution())
        .build();
  }

  /** The name on the command line. */
  String name();

  /** What it shows, in one sentence. */
  String description();

  /** Runs it. */
  void run(ExampleSettings settings) throws IOException;
}
