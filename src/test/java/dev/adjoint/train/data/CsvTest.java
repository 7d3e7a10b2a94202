package dev.adjoint.train.data;

import static dev.adjoint.testing.ExceptionAssertions.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.adjoint.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CsvTest {
  @TempDir private Path folder;

  private Dataset csv(String text) throws IOException {
    return Csv.read(Files.writeString(folder.resolve("table.csv"), text), "kind");
  }

  @Test
  void tablesHaveFeaturesAndLabels() throws IOException {
    Dataset data = csv("a,\"b, c\",kind\r\n1,2.5,\"a \"\"cat\"\"\"\r\n-3e2,0.25,dog\r\n7,8,dog");
    assertEquals(3, data.size());
    assertEquals(List.of("a \"cat\"", "dog"), data.classes());
    Map<String, Tensor> rows = data.examples(1, 0);
    assertEquals(Tensor.nested(new float[][] {{-300, 0.25f}, {1, 2.5f}}), rows.get("features"));
    assertEquals(Tensor.vector(1, 0), rows.get("label"));
  }

  @Test
  void tablesAtFaultAreRefusedWithTheirLine() {
    assertRefused(DataFormatException.class, () -> csv("a,b\n1,2\n"), "has no column 'kind'");
    assertRefused(DataFormatException.class, () -> csv("a,kind\n"), "has 1 rows");
    assertRefused(
        DataFormatException.class,
        () -> csv("a,kind\n1,x\n1,2,x\n"),
        "line 3: the row has 3 fields");
    assertRefused(
        DataFormatException.class, () -> csv("a,kind\none,x\n"), "line 2: 'one' in the column 'a'");
    assertRefused(
        DataFormatException.class, () -> csv("a,kind\nNaN,x\n"), "line 2: 'NaN' in the column 'a'");
    assertRefused(
        DataFormatException.class, () -> csv("a,kind\n1,\"x\n"), "line 2: the quote that opens");
    assertRefused(
        DataFormatException.class,
        () -> csv("a,kind\n1,\"x\"y\n"),
        "line 2: 'y' follows a closed quote");
    assertRefused(
        DataFormatException.class, () -> csv("a,kind\n1,x\"y\n"), "line 2: a quote stands inside");
  }
}
