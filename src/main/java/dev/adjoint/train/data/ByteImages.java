package dev.adjoint.train.data;

import com.google.common.collect.ImmutableMap;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Dim;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.tensor.TensorType;
import java.util.List;
import java.util.Map;

/**
 * Labelled images in memory, a byte a sample, which leave as FLOAT32 from 0 to 1: {@code image}
 * {@code [height, width, channels]} and {@code label}.
 */
public final class ByteImages implements Dataset {
  private final byte[] samples;
  private final byte[] labels;
  private final Shape shape;
  private final int imageSize;
  private final List<String> classes;

  /** Takes over the arrays, which nobody may write any more; labels are known to be in range. */
  ByteImages(byte[] samples, byte[] labels, Shape shape, List<String> classes) {
    this.samples = samples;
    this.labels = labels;
    this.shape = shape;
    this.imageSize = Math.toIntExact(shape.elementCount());
    this.classes = List.copyOf(classes);
  }

  @Override
  public int size() {
    return labels.length;
  }

  @Override
  public Map<String, TensorType> columns() {
    return ImmutableMap.of(
        IMAGE, new TensorType(DType.FLOAT32, shape), LABEL, TensorType.of(DType.INT32));
  }

  @Override
  public List<String> classes() {
    return classes;
  }

  @Override
  public Map<String, Tensor> examples(int... indices) {
    float[] images = new float[indices.length * imageSize];
    int[] numbers = new int[indices.length];
    for (int i = 0; i < indices.length; i++) {
      int from = DatasetSlice.requireExample(indices[i], labels.length) * imageSize;
      for (int k = 0; k < imageSize; k++) {
        images[i * imageSize + k] = (samples[from + k] & 0xff) / 255f;
      }
      numbers[i] = labels[indices[i]] & 0xff;
    }
    Shape batch = shape.insert(0, Dim.of(indices.length));
    return ImmutableMap.of(IMAGE, Tensor.adopt(images, batch), LABEL, Tensor.vector(numbers));
  }
}
