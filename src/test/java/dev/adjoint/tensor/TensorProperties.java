package dev.adjoint.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.Size;

class TensorProperties {

  @Property
  void arraysRoundTrip(@ForAll("tensors") Tensor x) {
    long[] sizes = x.shape().sizes();
    Tensor back =
        switch (x.dtype()) {
          case FLOAT32 -> Tensor.of(x.toFloats(), sizes);
          case FLOAT64 -> Tensor.of(x.toDoubles(), sizes);
          case INT32 -> Tensor.of(x.toInts(), sizes);
          case INT64 -> Tensor.of(x.toLongs(), sizes);
          case BOOL -> Tensor.of(x.toBooleans(), sizes);
        };
    assertSame(x, back);
  }

  @Property
  void buffersRoundTrip(@ForAll("tensors") Tensor x) {
    long[] sizes = x.shape().sizes();
    Tensor back =
        switch (x.dtype()) {
          case FLOAT32 -> Tensor.of(x.floatBuffer(), sizes);
          case FLOAT64 -> Tensor.of(x.doubleBuffer(), sizes);
          case INT32 -> Tensor.of(x.intBuffer(), sizes);
          case INT64 -> Tensor.of(x.longBuffer(), sizes);
          case BOOL -> x;
        };
    assertSame(x, back);
  }

  @Property
  void bytesRoundTrip(@ForAll("tensors") Tensor x) {
    assertEquals(x.size() * x.dtype().byteSize(), x.toBytes().remaining());
    assertSame(x, Tensor.of(x.toBytes(), x.dtype(), x.shape().sizes()));
  }

  @Property
  void nestedArraysRoundTrip(@ForAll("tensors") Tensor x) {
    Tensor back = Tensor.nested(x.toNested());
    long[] sizes = x.shape().sizes();
    boolean empty = false;
    for (int axis = 0; axis < sizes.length; axis++) {
      sizes[axis] = empty ? 0 : sizes[axis];
      empty |= sizes[axis] == 0;
    }
    assertSame(x.reshape(sizes), back);
  }

  @Property
  void npyRoundTrips(@ForAll("tensors") Tensor x) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Npy.write(out, x);
    Npy.write(out, x);
    assertEquals(0, (out.size() / 2 - x.toBytes().remaining()) % 64);
    ByteArrayInputStream in = new ByteArrayInputStream(out.toByteArray());
    assertSame(x, Npy.read(in));
    assertSame(x, Npy.read(in));
    assertEquals(-1, in.read());
  }

  @Property(tries = 100)
  void npzRoundTrips(@ForAll @Size(max = 4) List<@From("tensors") Tensor> tensors)
      throws IOException {
    Map<String, Tensor> named = new LinkedHashMap<>();
    for (Tensor tensor : tensors) {
      named.put("scope/w" + (9 - named.size()), tensor);
    }
    Path file = Files.createTempFile("tensors", ".npz");
    try {
      Npz.write(file, named);
      assertEquals(new ArrayList<>(named.entrySet()), new ArrayList<>(Npz.read(file).entrySet()));
      byte[] first = Files.readAllBytes(file);
      Npz.write(file, named);
      assertArrayEquals(first, Files.readAllBytes(file));
      Npz.writeCompressed(file, named);
      assertEquals(new ArrayList<>(named.entrySet()), new ArrayList<>(Npz.read(file).entrySet()));
    } finally {
      Files.delete(file);
    }
  }

  /** Integers up to 2^31 and booleans fit a double; floats fit a double too. */
  @Property
  void wideningCastsRoundTrip(@ForAll("tensors") Tensor x) {
    if (x.dtype() != DType.INT64) {
      assertSame(x, x.cast(DType.FLOAT64).cast(x.dtype()));
    }
    if (x.dtype() == DType.INT32 || x.dtype() == DType.BOOL) {
      assertSame(x, x.cast(DType.INT64).cast(x.dtype()));
    }
    assertArrayEquals(x.asDoubles(), x.cast(DType.FLOAT64).toDoubles());
  }

  @Property
  void positionsCountInRowMajorOrder(@ForAll("tensors") Tensor x) {
    long[] sizes = x.shape().sizes();
    for (int flat = 0; flat < x.size(); flat++) {
      long[] index = new long[sizes.length];
      long rest = flat;
      for (int axis = sizes.length - 1; axis >= 0; axis--) {
        index[axis] = rest % sizes[axis];
        rest /= sizes[axis];
      }
      assertEquals(x.getDouble(flat), x.at(index));
    }
  }

  @Property
  void everythingPrints(@ForAll("tensors") Tensor x) {
    String text = x.toString();
    long opened = text.chars().filter(c -> c == '[').count();
    assertEquals(opened, text.chars().filter(c -> c == ']').count());
    assertEquals(x.rank() == 0, !text.startsWith("["));
  }

  @Property
  void damagedNpyIsReadOrRefused(@ForAll("tensors") Tensor x, @ForAll Random random)
      throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Npy.write(out, x);
    byte[] bytes = out.toByteArray();
    for (int i = 0; i < 3; i++) {
      bytes[random.nextInt(Math.min(bytes.length, 70))] = (byte) random.nextInt();
    }
    try {
      Npy.read(new ByteArrayInputStream(bytes));
    } catch (NpyFormatException e) {
      assertEquals(false, e.getMessage().isBlank());
    }
  }

  @Provide
  Arbitrary<Tensor> tensors() {
    Arbitrary<long[]> sizes =
        Arbitraries.integers()
            .between(0, Shape.MAX_RANK)
            .flatMap(rank ->
                Arbitraries.frequencyOf(
                        Tuple.of(1, Arbitraries.just(0L)),
                        Tuple.of(30, Arbitraries.longs().between(1, rank < 5 ? 5 : 3)))
                    .list()
                    .ofSize(rank))
            .map(list -> list.stream().mapToLong(Long::longValue).toArray());
    return Combinators.combine(
            Arbitraries.of(DType.class), sizes, Arbitraries.longs().withoutEdgeCases())
        .as(TensorProperties::random);
  }

  /** Any bits: subnormals, infinities, NaNs and both zeros too. */
  private static Tensor random(DType dtype, long[] sizes, long seed) {
    Random random = new Random(seed);
    double[] special = {0.0, -0.0, Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY};
    int size = (int) Shape.of(sizes).elementCount();
    return switch (dtype) {
      case FLOAT32 -> {
        float[] data = new float[size];
        for (int i = 0; i < size; i++) {
          data[i] =
              random.nextInt(8) == 0
                  ? (float) special[random.nextInt(special.length)]
                  : Float.intBitsToFloat(random.nextInt());
        }
        yield Tensor.of(data, sizes);
      }
      case FLOAT64 -> {
        double[] data = new double[size];
        for (int i = 0; i < size; i++) {
          data[i] =
              random.nextInt(8) == 0
                  ? special[random.nextInt(special.length)]
                  : Double.longBitsToDouble(random.nextLong());
        }
        yield Tensor.of(data, sizes);
      }
      case INT32 -> Tensor.of(random.ints(size).toArray(), sizes);
      case INT64 -> Tensor.of(random.longs(size).toArray(), sizes);
      case BOOL -> Tensor.of(random.ints(size, 0, 2).toArray(), sizes).cast(DType.BOOL);
    };
  }

  private static void assertSame(Tensor expected, Tensor actual) {
    assertEquals(expected.type(), actual.type());
    assertEquals(expected, actual);
    assertEquals(expected.hashCode(), actual.hashCode());
  }
}
