package dev.adjoint.train.data;

import com.google.common.collect.ImmutableMap;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Tensor;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Shifts images by whole pixels, what comes in from outside being 0, and mirrors them left to right
 * with probability one half.
 *
 * @param shift the most pixels in each direction, 0 or more
 * @param flip whether to mirror
 */
public record RandomShiftFlip(int shift, boolean flip) implements Augmentation {
  /** Checks the shift. */
  public RandomShiftFlip {
    if (shift < 0) {
      throw new IllegalArgumentException("A shift must be 0 or more, given %d.".formatted(shift));
    }
  }

  @Override
  public Map<String, Tensor> apply(Map<String, Tensor> columns, long[] keys) {
    Tensor images = columns.get(Dataset.IMAGE);
    if (images == null || images.rank() != 4 || images.dtype() != DType.FLOAT32) {
      throw new IllegalArgumentException(
          "Only images f32[N, height, width, channels] in the column 'image' can be shifted and mirrored; the batch has %s."
              .formatted(columns.keySet()));
    }
    int height = (int) images.dim(1);
    int width = (int) images.dim(2);
    int channels = (int) images.dim(3);
    float[] from = images.toFloats();
    float[] to = new float[from.length];
    for (int i = 0; i < keys.length; i++) {
      SplittableRandom random = new SplittableRandom(keys[i]);
      int down = random.nextInt(-shift, shift + 1);
      int right = random.nextInt(-shift, shift + 1);
      boolean mirrored = flip && random.nextBoolean();
      for (int y = Math.max(0, down); y < Math.min(height, height + down); y++) {
        for (int x = Math.max(0, right); x < Math.min(width, width + right); x++) {
          int column = mirrored ? width - 1 - (x - right) : x - right;
          int source = ((i * height + y - down) * width + column) * channels;
          System.arraycopy(from, source, to, ((i * height + y) * width + x) * channels, channels);
        }
      }
    }
    Map<String, Tensor> changed = new HashMap<>(columns);
    changed.put(Dataset.IMAGE, Tensor.adopt(to, images.shape()));
    return ImmutableMap.copyOf(changed);
  }
}
