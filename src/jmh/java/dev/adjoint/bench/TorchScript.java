package dev.adjoint.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * A function of tensors in PyTorch's own language, for operators that DJL does not offer.
 *
 * @param block the loaded module
 */
record TorchScript(PtSymbolBlock block) {
  /** A pickled object of the class without any attribute but {@code training}, which is false. */
  private static final String DATA =
      "\u0080\u0002c__torch__\nM\nq\0)\u0081}(X\b\0\0\0trainingq\u0001\u0089ub.";

  /** A pickled empty tuple. */
  private static final String CONSTANTS = "\u0080\u0002).";

  /**
   * Compiles a function.
   *
   * @param parameters the names of its tensors
   * @param body statements, one a line; the last returns a tensor
   */
  static TorchScript of(NDManager manager, List<String> parameters, String body) {
    String typed =
        parameters.stream().map(p -> ", " + p + ": Tensor").collect(Collectors.joining());
    String code =
        """
        class M(Module):
          __parameters__ = []
          __buffers__ = []
          training : bool
          def forward(self: __torch__.M%s) -> Tensor:
        %s\
        """
            .formatted(typed, body.indent(4));
    try {
      var archive = new ByteArrayInputStream(archive(code));
      return new TorchScript(JniUtils.loadModule((PtNDManager) manager, archive, false, false));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] archive(String code) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      entry(zip, "data.pkl", DATA);
      entry(zip, "code/__torch__.py", code);
      entry(zip, "constants.pkl", CONSTANTS);
      entry(zip, "version", "3\n");
    }
    return bytes.toByteArray();
  }

  private static void entry(ZipOutputStream zip, String name, String content) throws IOException {
    zip.putNextEntry(new ZipEntry("module/" + name));
    zip.write(content.getBytes(StandardCharsets.ISO_8859_1));
    zip.closeEntry();
  }

  /** Calls it. */
  NDArray call(NDArray... arguments) {
    return IValueUtils.forward(block, new NDList(arguments), false).singletonOrThrow();
  }
}
