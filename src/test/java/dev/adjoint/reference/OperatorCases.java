package dev.adjoint.reference;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The worked numbers of a family of operators. */
interface OperatorCases {
  List<OperatorCase> cases();

  @TestFactory
  default Stream<DynamicTest> theNumbers() {
    return cases().stream().map(one -> DynamicTest.dynamicTest(one.toString(), one::check));
  }
}
