package dev.adjoint.saved;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.adjoint.graph.GraphException;
import dev.adjoint.saved.proto.GraphFileProto;
import dev.adjoint.saved.proto.WeightsProto;
import dev.adjoint.tensor.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;
import java.util.zip.CheckedOutputStream;

/** The weights of a saved model: inside its file, or in a file beside it. */
final class Weights {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,200}");
  private static final Map<String, String> METADATA = Map.of("format", "adjoint");
  private static final long LARGEST_INSIDE = 1L << 30;
  private static final int NAME_BYTES = 8;
  private static final long CHECKED_AT_ONCE = 1L << 28;

  private Weights() {}

  /** Writes weights where the options say, and says where that is. */
  static WeightsProto write(Path folder, Map<String, Tensor> values, SaveOptions options)
      throws IOException {
    return options.inside()
        ? inside(values, options.storage())
        : beside(folder, values, options.storage());
  }

  private static WeightsProto inside(Map<String, Tensor> values, WeightStorage storage)
      throws IOException {
    long bytes =
        values.values().stream().mapToLong(t -> (long) t.size() * t.dtype().byteSize()).sum();
    if (bytes > LARGEST_INSIDE) {
      throw new GraphException(
          "The weights have %d bytes, a file with weights inside holds at most %d. Save them beside the graph."
              .formatted(bytes, LARGEST_INSIDE));
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream((int) bytes + (1 << 12));
    Safetensors.write(out, values, storage, METADATA);
    return WeightsProto.newBuilder()
        .setInside(UnsafeByteOperations.unsafeWrap(out.toByteArray()))
        .build();
  }

  /** Two passes over the values: the file's name comes from its contents. */
  private static WeightsProto beside(Path folder, Map<String, Tensor> values, WeightStorage storage)
      throws IOException {
    MessageDigest digest = sha256();
    CheckedOutputStream checked =
        new CheckedOutputStream(
            new DigestOutputStream(OutputStream.nullOutputStream(), digest), new CRC32C());
    Safetensors.write(checked, values, storage, METADATA);
    String name =
        "weights-%s.safetensors"
            .formatted(HexFormat.of().formatHex(digest.digest(), 0, NAME_BYTES));
    Path file = folder.resolve(name);
    CrashSafeFile.replace(file, out -> Safetensors.write(out, values, storage, METADATA));
    return WeightsProto.newBuilder()
        .setFile(name)
        .setLength(Files.size(file))
        .setChecksum((int) checked.getChecksum().getValue())
        .build();
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** The weights that belong to the graph of a file; none if it names none. */
  static Map<String, Tensor> read(GraphFileProto message, Path file) throws IOException {
    WeightsProto weights = message.getWeights();
    return switch (weights.getPlaceCase()) {
      case INSIDE -> inside(weights.getInside());
      case FILE -> beside(weights, file);
      case PLACE_NOT_SET -> {
        if (message.hasWeights()) {
          throw new SavedGraphException(
              "The file has weights in a place that this build does not know. Use a newer"
                  + " Adjoint.");
        }
        yield Map.of();
      }
    };
  }

  private static Map<String, Tensor> inside(ByteString bytes) throws SavedGraphException {
    return Safetensors.tensors(MemorySegment.ofBuffer(bytes.asReadOnlyByteBuffer()));
  }

  private static Map<String, Tensor> beside(WeightsProto weights, Path file) throws IOException {
    String name = weights.getFile();
    if (!NAME.matcher(name).matches()) {
      throw new SavedGraphException(
          "The weights' file is called '%s'. It must lie in the folder of the graph, so its name has letters, digits and '_.-' only."
              .formatted(Excerpts.of(name)));
    }
    Path beside = file.resolveSibling(name);
    if (Files.isSymbolicLink(beside) || Files.isDirectory(beside)) {
      throw new SavedGraphException(
          "'%s' is not a plain file in the folder of the graph. Put a copy there.".formatted(name));
    }
    return Safetensors.map(
        beside,
        bytes -> {
          requireWhole(bytes, weights);
          return Safetensors.tensors(bytes);
        });
  }

  private static void requireWhole(MemorySegment bytes, WeightsProto weights)
      throws SavedGraphException {
    if (bytes.byteSize() != weights.getLength()) {
      throw SafetensorsHeaderParser.damaged(
          "'%s' has %d bytes, its graph was saved with %s"
              .formatted(
                  weights.getFile(), bytes.byteSize(), Long.toUnsignedString(weights.getLength())));
    }
    int checksum = checksum(bytes);
    if (checksum != weights.getChecksum()) {
      throw SafetensorsHeaderParser.damaged(
          "the checksum of '%s' is %08x, its bytes give %08x"
              .formatted(weights.getFile(), weights.getChecksum(), checksum));
    }
  }

  private static int checksum(MemorySegment bytes) {
    CRC32C checksum = new CRC32C();
    for (long from = 0; from < bytes.byteSize(); from += CHECKED_AT_ONCE) {
      long length = Math.min(CHECKED_AT_ONCE, bytes.byteSize() - from);
      checksum.update(bytes.asSlice(from, length).asByteBuffer());
    }
    return (int) checksum.getValue();
  }

  /** The weights that the model in a file names at present, if there is one that can be read. */
  static Optional<String> named(Path file) throws IOException {
    try {
      GraphReader reader = GraphReader.installed();
      String name = reader.open(reader.bytes(file)).getWeights().getFile();
      return Optional.of(name).filter(found -> NAME.matcher(found).matches());
    } catch (SavedGraphException | java.nio.file.NoSuchFileException _) {
      return Optional.empty();
    }
  }

  /** Removes weights that nothing names any more; a system that will not may keep them. */
  static void remove(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException _) {
      // Windows keeps a file that somebody has mapped. It harms nobody.
    }
  }
}
