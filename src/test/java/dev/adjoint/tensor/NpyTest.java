package dev.adjoint.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.testing.ExceptionAssertions;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.zip.InflaterInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NpyTest {
  @TempDir Path folder;

  /** Files as NumPy 2.4 wrote them, deflated and in base 64. */
  @Test
  void readsWhatNumPyWrites() throws IOException {
    assertEquals(
        Tensor.of(new float[] {1.5f, -2, Float.NaN, 4, 5, 6}, 2, 3),
        numpy(
            "eNqb7BfqGxDJyFDGUK2eklqcXKRupaBuk2airqOgnpZfVFKUmBefX5SSChJ3S8wpTgWKF2ckFqQC+RpG"
                + "OgrGmjoKtQpkAy4GhgP2DEACiOoZGBocGBgWAPEBBwAqHCEK"));
    assertEquals(
        Tensor.of(IntStream.range(0, 24).asDoubleStream().toArray(), 2, 3, 4),
        numpy(
            "eNqb7BfqGxDJyFDGUK2eklqcXKRupaBul2ahrqOgnpZfVFKUmBefX5SSChIPKSpNBQoXZyQWpAK5GkY6"
                + "CsY6CiaaOgq1CmQCLgYocNCA0gJQ2gBKK0BpEwht/wHK14LSIlDaEEorQWlTKA0zXwdKS0BpIyit"
                + "AqXNoDQHlNaD0jJQ2hhKq0FpcwgNALIQJUo="));
    assertEquals(
        Tensor.vector(1, -2, 3),
        numpy(
            "eNqb7BfqGxDJxFDCwMBQrZ6SWpxcpG6loG6TaaKuo6Cell9UUpSYF59flJIKEndLzClOBYoXZyQWpAL5"
                + "GsY6mjoKtQpkAy5GoL3//v//zwykAYF3Hxs="));
    assertEquals(
        Tensor.scalar(-(1L << 62) - 1),
        numpy(
            "eNqb7BfqGxDJzFDCwMBQrZ6SWpxcpG6loG6XaaGuo6Cell9UUpSYF59flJIKEndLzClOBYoXZyQWpAL5"
                + "Gpo6CrUKFACu/f8hAAAYJiK8"));
    assertEquals(
        Tensor.of(new boolean[] {true, false}, 2, 1),
        numpy(
            "eNqb7BfqGxDJyFDGUK2eklqcXKRupaBek2SorqOgnpZfVFKUmBefX5SSChJ3S8wpTgWKF2ckFqQC+RpG"
                + "OgqGmjoKtQpkAy5GBgClFhuk"));
    assertEquals(
        Tensor.zeros(DType.FLOAT32, 0, 3),
        numpy(
            "eNqb7BfqGxDJyFDGUK2eklqcXKRupaBuk2airqOgnpZfVFKUmBefX5SSChJ3S8wpTgWKF2ckFqQC+RoG"
                + "OgrGmjoKtQpkAy4AVesbag=="));
  }

  @Test
  void widensWhatATensorDoesNotHold() throws IOException {
    assertEquals(
        Tensor.vector(1.5f, -65504, Float.POSITIVE_INFINITY, 0x1p-24f),
        numpy(
            "eNqb7BfqGxDJyFDGUK2eklqcXKRupaBuk2akrqOgnpZfVFKUmBefX5SSChJ3S8wpTgWKF2ckFqQC+Rom"
                + "Opo6CrUKFAAuBrv/vxlqGBkAOykeDg=="));
    assertEquals(
        Tensor.vector(-128, 127),
        numpy(
            "eNqb7BfqGxDJyFDGUK2eklqcXKRupaBek2morqOgnpZfVFKUmBefX5SSChJ3S8wpTgWKF2ckFqQC+RpG"
                + "Opo6CrUKFACuhnoApgkcmA=="));
    assertEquals(
        Tensor.vector(-32768, 258),
        numpy(
            "eNqb7BfqGxDJyFDGUK2eklqcXKRupaBul2mkrqOgnpZfVFKUmBefX5SSChJ3S8wpTgWKF2ckFqQC+RpG"
                + "Opo6CrUKFACuBgZGJgDDSxvf"));
    assertEquals(
        Tensor.vector(255, 1),
        numpy(
            "eNqb7BfqGxDJyFDGUK2eklqcXKRupaBeU2qorqOgnpZfVFKUmBefX5SSChJ3S8wpTgWKF2ckFqQC+RpG"
                + "Opo6CrUKFACu/4wAq5kcpQ=="));
    assertEquals(
        Tensor.vector(65535, 1),
        numpy(
            "eNqb7BfqGxDJyFDGUK2eklqcXKRupaBuU2qkrqOgnpZfVFKUmBefX5SSChJ3S8wpTgWKF2ckFqQC+RpG"
                + "Opo6CrUKFACu//8ZGQDMjB1l"));
    assertEquals(
        Tensor.vector(4294967295L, 1),
        numpy(
            "eNqb7BfqGxDJyFDGUK2eklqcXKRupaBuV2qirqOgnpZfVFKUmBefX5SSChJ3S8wpTgWKF2ckFqQC+RpG"
                + "Opo6CrUKFACu/0DAwMDACABO5x9n"));
  }

  @Test
  void refusesOtherElementsByName() {
    assertRefused(
        "holds elements of type '<c8'; a tensor reads bool,",
        inflate(
            "eNqb7BfqGxDJyFDGUK2eklqcXKRupaBuk2yhrqOgnpZfVFKUmBefX5SSChJ3S8wpTgWKF2ckFqQC+RqG"
                + "Opo6CrUKFAAuBjBosAcALs4cGA=="));
    assertRefused(
        "descr is a list of fields",
        inflate(
            "eNqb7BfqGxDJyFDGUK2eklqcXKRupRCtoZ6orqOgbpNmoq4ZC2Sk5ReVFCXmxecXpaSCFLgl5hSnAsWL"
                + "MxILUoF8DUMdTR2FWgXSARcDEAAA1v4cPA=="));
    assertRefused("of type '<u8'", file(dictionary("<u8", "(1,)"), 8));
    assertRefused("of type '|O'", file(dictionary("|O", "(1,)"), 8));
    assertRefused("of type ''", file(dictionary("", "(1,)"), 8));
  }

  @Test
  void writesTheBytesThatNumPyWrites() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Npy.write(out, Tensor.vector(1.5f, 2.5f));
    String expected =
        "\u0093NUMPY\1\0v\0{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }"
            + " ".repeat(60)
            + "\n\0\0\u00c0?\0\0 @";
    assertEquals(expected, out.toString(StandardCharsets.ISO_8859_1));
  }

  @Test
  void aFileHoldsOneTensorAStreamMany() throws IOException {
    Path path = folder.resolve("x.npy");
    Npy.write(path, Tensor.vector(1L, 2));
    assertEquals(Tensor.vector(1L, 2), Npy.read(path));
    byte[] twice = new byte[2 * (int) Files.size(path)];
    System.arraycopy(Files.readAllBytes(path), 0, twice, 0, twice.length / 2);
    System.arraycopy(twice, 0, twice, twice.length / 2, twice.length / 2);
    InputStream in = new ByteArrayInputStream(twice);
    assertEquals(Npy.read(in), Npy.read(in));
    Files.write(path, twice);
    var e = assertThrows(NpyFormatException.class, () -> Npy.read(path));
    assertEquals(
        path + ": There is more after the tensor; read several tensors one by one from a stream.",
        e.getMessage());
  }

  @Test
  void largeTensorsCrossChunks() throws IOException {
    long[] data = IntStream.range(0, 300_001).asLongStream().toArray();
    Path path = folder.resolve("large.npy");
    Npy.write(path, Tensor.vector(data));
    assertEquals(Tensor.vector(data), Npy.read(path));
    try (InputStream in = Files.newInputStream(path)) {
      assertEquals(Tensor.vector(data), Npy.read(in));
    }
  }

  @Test
  void everyTruncationIsRefused() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Npy.write(out, Tensor.vector(1, 2, 3));
    byte[] whole = out.toByteArray();
    for (int length = 0; length < whole.length; length++) {
      assertRefused("The npy data ends early: expected ", Arrays.copyOf(whole, length));
    }
  }

  @Test
  void hugeClaimsTakeNoMemory() throws IOException {
    assertRefused(
        "expected 2147483639 elements of 8 bytes, found 8 bytes of them",
        file(dictionary("<f8", "(2147483639,)"), 8));
    Path path = folder.resolve("huge.npy");
    Files.write(path, file(dictionary("<f8", "(2147483639,)"), 8));
    var e = assertThrows(NpyFormatException.class, () -> Npy.read(path));
    assertTrue(e.getMessage().contains("expected 17179869112 bytes of elements"), e.getMessage());
    assertRefused("has more; split it", file(dictionary("<f8", "(2147483640,)"), 8));
    assertRefused("has more; split it", file(dictionary("<f8", "(9223372036854775807, 4)"), 8));
    byte[] header = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 2, 0, -1, -1, -1, -1};
    assertRefused("The npy header claims 4294967295 bytes", header);
  }

  @Test
  void wrongStartsAreNamed() {
    assertRefused(
        "An npy file starts with \\x93NUMPY, not with 'PK????[]'.",
        "PK\3\4\0\0[]".getBytes(StandardCharsets.ISO_8859_1));
    byte[] version = file(dictionary("<f4", "()"), 4);
    version[6] = 9;
    assertRefused("versions 1.0, 2.0 and 3.0 are known, not 9.0", version);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "{}",
        "{}}",
        "None",
        "{'descr': '<f4', 'fortran_order': False}",
        "{'descr': '<f4', 'fortran_order': 0, 'shape': ()}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (-1,)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (1 1)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (,)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (1.0,)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': ((1,),)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (1,1,1,1,1,1,1,1,1)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (), 'shape': ()}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (), 'more': ''}",
        "{'descr': True, 'fortran_order': False, 'shape': ()}",
        "{'descr': '<f4, 'fortran_order': False, 'shape': ()}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': __import__('os')}"
      })
  void headerGarbageIsRefused(String header) {
    assertRefused("The npy header '", file(header, 4));
  }

  @Test
  void looselyWrittenHeadersAreRead() throws IOException {
    String header = "{\"shape\":(1L,),\n\"descr\" : \"=i4\",'fortran_order':True}";
    assertEquals(Tensor.vector(0), Npy.read(new ByteArrayInputStream(file(header, 4))));
  }

  @Test
  void readsTheNpzThatNumPyWrites() throws IOException {
    Path path = folder.resolve("x.npz");
    Files.write(
        path,
        Base64.getDecoder()
            .decode(
                "UEsDBC0AAAAIAAAAIQCxRkXq//////////8FABQAdy5ucHkBABAAiAAAAAAAAABO"
                    + "AAAAAAAAAJvsF+obEMnIUMZQrZ6SWpxcpG6loG6TZqKuo6Cell9UUpSYF59flJIK"
                    + "EndLzClOBYoXZyQWpAL5GoY6CkaaOgq1CmQDLgaGBnsGBgYHAFBLAwQtAAAACAAA"
                    + "ACEAuZN7mP//////////BQAUAGIubnB5AQAQAIgAAAAAAAAASAAAAAAAAACb7Bfq"
                    + "GxDJyFDGUK2eklqcXKRupaBuk2mhrqOgnpZfVFKUmBefX5SSChJ3S8wpTgWKF2ck"
                    + "FqQC+RqGOpo6CrUKFAAudgYIAABQSwECLQMtAAAACAAAACEAsUZF6k4AAACIAAAA"
                    + "BQAAAAAAAAAAAAAAgAEAAAAAdy5ucHlQSwECLQMtAAAACAAAACEAuZN7mEgAAACI"
                    + "AAAABQAAAAAAAAAAAAAAgAGFAAAAYi5ucHlQSwUGAAAAAAIAAgBmAAAABAEAAAAA"));
    Map<String, Tensor> tensors = Npz.read(path);
    assertEquals(List.of("w", "b"), List.copyOf(tensors.keySet()));
    assertEquals(Tensor.of(new float[] {1, 2}, 1, 2), tensors.get("w"));
    assertEquals(Tensor.vector(7L), tensors.get("b"));
    assertThrows(UnsupportedOperationException.class, tensors::clear);
  }

  @Test
  void damagedNpzIsRefused() throws IOException {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put("w", Tensor.vector(1f, 2f));
    Path path = folder.resolve("x.npz");
    Npz.write(path, tensors);
    byte[] whole = Files.readAllBytes(path);
    for (int length = 0; length < whole.length; length += 7) {
      Files.write(path, Arrays.copyOf(whole, length));
      assertThrows(NpyFormatException.class, () -> Npz.read(path));
    }
    int data = new String(whole, StandardCharsets.ISO_8859_1).indexOf(" \n") + 3;
    byte[] flipped = whole.clone();
    flipped[data] ^= 1;
    Files.write(path, flipped);
    var e = assertThrows(NpyFormatException.class, () -> Npz.read(path));
    assertEquals(path + ", entry 'w.npy': the checksum does not match the data", e.getMessage());
  }

  @Test
  void bombsAndStrangersInAnNpzAreRefused() throws IOException {
    Path path = folder.resolve("x.npz");
    byte[] bomb = Arrays.copyOf(file(dictionary("<f4", "(1,)"), 4), 50_000_000);
    zip(path, "bomb.npy", bomb);
    assertTrue(Files.size(path) < 100_000);
    var bombed = assertThrows(NpyFormatException.class, () -> Npz.read(path));
    assertTrue(bombed.getMessage().contains("There is more after the tensor"), bombed.getMessage());
    zip(path, "notes.txt", new byte[3]);
    var stranger = assertThrows(NpyFormatException.class, () -> Npz.read(path));
    assertEquals(path + ": the entry 'notes.txt' is no .npy file.", stranger.getMessage());
    assertThrows(IOException.class, () -> Npz.read(folder.resolve("missing.npz")));
  }

  private static void zip(Path path, String name, byte[] bytes) throws IOException {
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(path))) {
      zip.putNextEntry(new ZipEntry(name));
      zip.write(bytes);
    }
  }

  private static String dictionary(String descr, String shape) {
    return "{'descr': '%s', 'fortran_order': False, 'shape': %s, }".formatted(descr, shape);
  }

  private static byte[] file(String header, int dataBytes) {
    ByteBuffer bytes = ByteBuffer.allocate(10 + header.length() + dataBytes);
    bytes
        .order(ByteOrder.LITTLE_ENDIAN)
        .put((byte) 0x93)
        .put("NUMPY\1\0".getBytes(StandardCharsets.US_ASCII));
    bytes.putShort((short) header.length()).put(header.getBytes(StandardCharsets.US_ASCII));
    return bytes.array();
  }

  private static void assertRefused(String part, byte[] file) {
    ExceptionAssertions.assertRefused(
        NpyFormatException.class, () -> Npy.read(new ByteArrayInputStream(file)), part);
  }

  private static Tensor numpy(String base64) throws IOException {
    return Npy.read(new ByteArrayInputStream(inflate(base64)));
  }

  private static byte[] inflate(String base64) {
    byte[] deflated = Base64.getDecoder().decode(base64);
    try (InputStream in = new InflaterInputStream(new ByteArrayInputStream(deflated))) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
