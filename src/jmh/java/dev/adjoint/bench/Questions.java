package dev.adjoint.bench;

import dev.adjoint.runtime.Session;
import dev.adjoint.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Images, and the bits that each version of a network answers when it is called directly. */
final class Questions {
  private static final int COUNT = 16;

  private final List<Tensor> images;
  private final List<List<float[]>> answers = new CopyOnWriteArrayList<>();

  Questions() {
    long[] sizes = Network.MNIST.imageSizes(1);
    float[] all = Network.MNIST.images(COUNT);
    int pixels = all.length / COUNT;
    this.images =
        IntStream.range(0, COUNT)
            .mapToObj(i -> Tensor.of(Arrays.copyOfRange(all, i * pixels, (i + 1) * pixels), sizes))
            .toList();
  }

  List<Tensor> images() {
    return images;
  }

  /** From now on the answers of one more version count as right. */
  void add(Session session) {
    answers.add(images.stream().map(image -> ServedNetwork.answer(session, image)).toList());
  }

  /**
   * The version that gives this answer, in the order of {@link #add}.
   *
   * @throws IllegalStateException if none does, bit for bit
   */
  int requireRight(int image, float[] answer) {
    OptionalInt version =
        IntStream.range(0, answers.size())
            .filter(i -> Arrays.equals(answers.get(i).get(image), answer))
            .reduce((_, last) -> last);
    return version.orElseThrow(() ->
        new IllegalStateException(
            "Image %d is answered with %s, the direct calls gave %s."
                .formatted(image, Arrays.toString(answer), rightAnswers(image))));
  }

  private List<String> rightAnswers(int image) {
    return Stream.of(answers.getFirst(), answers.getLast())
        .distinct()
        .map(all -> Arrays.toString(all.get(image)))
        .toList();
  }
}
