package dev.adjoint.train.log;

import com.google.protobuf.ByteString;
import dev.adjoint.graph.Graph;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.train.log.proto.Event;
import dev.adjoint.train.log.proto.SessionLog;
import dev.adjoint.train.log.proto.Summary;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.InstantSource;

/**
 * A log of a training run that TensorBoard shows. What is written stays in memory until {@link
 * #flush} or {@link #close}.
 *
 * <p>
 *
 * {@snippet :
 * try (EventFile log = EventFile.create(folder, 0)) {
 *   log.graph(graph);
 *   log.scalar("loss/train", step, loss);
 * }
 * }
 */
public final class EventFile implements AutoCloseable {
  private static final String VERSION = "brain.Event:2";

  private final BufferedOutputStream out;
  private final RecordWriter records;
  private final InstantSource clock;
  private final Path file;

  private EventFile(Path file, BufferedOutputStream out, InstantSource clock) {
    this.file = file;
    this.out = out;
    this.records = new RecordWriter(out);
    this.clock = clock;
  }

  /**
   * Starts a file of its own in a folder, which is made if need be.
   *
   * @param firstStep the step that the run starts from: what older files in the folder say about it
   *     and later ones does not count any more
   */
  public static EventFile create(Path folder, long firstStep) throws IOException {
    return create(folder, firstStep, InstantSource.system());
  }

  /** As {@link #create(Path, long)}, with the times of a clock. */
  public static EventFile create(Path folder, long firstStep, InstantSource clock)
      throws IOException {
    Files.createDirectories(folder);
    long seconds = clock.instant().getEpochSecond();
    int number = 0;
    while (true) {
      Path file = folder.resolve("events.out.tfevents.%010d.adjoint.%d".formatted(seconds, number));
      try {
        EventFile log =
            new EventFile(
                file,
                new BufferedOutputStream(
                    Files.newOutputStream(file, StandardOpenOption.CREATE_NEW), 1 << 16),
                clock);
        log.start(firstStep);
        return log;
      } catch (FileAlreadyExistsException _) {
        number++;
      }
    }
  }

  private void start(long firstStep) throws IOException {
    write(event(0).setFileVersion(VERSION));
    SessionLog start = SessionLog.newBuilder().setStatus(SessionLog.SessionStatus.START).build();
    write(event(firstStep).setSessionLog(start));
  }

  /** Where the log is. */
  public Path file() {
    return file;
  }

  /** A point of a curve. */
  public void scalar(String tag, long step, double value) throws IOException {
    write(step, Summary.Value.newBuilder().setTag(tag).setSimpleValue((float) value));
  }

  /** The distribution of a tensor's elements; what is not finite is left out. */
  public void histogram(String tag, long step, Tensor values) throws IOException {
    write(step, Summary.Value.newBuilder().setTag(tag).setHisto(Histogram.of(values)));
  }

  /** A picture. */
  public void picture(String tag, long step, Picture picture) throws IOException {
    Summary.Image image =
        Summary.Image.newBuilder()
            .setHeight(picture.height())
            .setWidth(picture.width())
            .setColorspace(3)
            .setEncodedImageString(ByteString.copyFrom(picture.png()))
            .build();
    write(step, Summary.Value.newBuilder().setTag(tag).setImage(image));
  }

  /** The graph of the run. */
  public void graph(Graph graph) throws IOException {
    write(event(0).setGraphDef(GraphDefinition.of(graph).toByteString()));
  }

  private void write(long step, Summary.Value.Builder value) throws IOException {
    write(event(step).setSummary(Summary.newBuilder().addValue(value)));
  }

  private Event.Builder event(long step) {
    Instant now = clock.instant();
    return Event.newBuilder()
        .setWallTime(now.getEpochSecond() + now.getNano() * 1e-9)
        .setStep(step);
  }

  private void write(Event.Builder event) throws IOException {
    records.write(event.build().toByteArray());
  }

  /** Hands what was written to the system, for those who read along. */
  public void flush() throws IOException {
    out.flush();
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
