package dev.adjoint.train.log;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.graph.Graph;
import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.Value;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.train.log.proto.DataType;
import dev.adjoint.train.log.proto.Event;
import dev.adjoint.train.log.proto.GraphDef;
import dev.adjoint.train.log.proto.HistogramProto;
import dev.adjoint.train.log.proto.NodeDef;
import dev.adjoint.train.log.proto.SessionLog;
import dev.adjoint.train.log.proto.Summary;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventFileTest {
  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.ofEpochSecond(1_700_000_000, 500_000_000));

  @TempDir private Path folder;

  /** Reads the framing as it is specified, checking each sum. */
  private static List<Event> events(Path file) throws IOException {
    ByteBuffer in = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    List<Event> events = new ArrayList<>();
    while (in.hasRemaining()) {
      byte[] length = new byte[8];
      in.get(length);
      assertEquals(mask(length), in.getInt(), "sum of the length");
      byte[] data =
          new byte[(int) ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN).getLong()];
      in.get(data);
      assertEquals(mask(data), in.getInt(), "sum of the data");
      events.add(Event.parseFrom(data));
    }
    return events;
  }

  private static int mask(byte[] bytes) {
    CRC32C sum = new CRC32C();
    sum.update(bytes);
    int crc = (int) sum.getValue();
    return ((crc >>> 15) | (crc << 17)) + 0xa282ead8;
  }

  @Test
  void aRecordHasItsPublishedBytes() throws IOException {
    // The sum of no bytes is 0, so that what stands for it is the mask alone.
    java.io.ByteArrayOutputStream out = new java.io.ByteArrayOutputStream();
    new RecordWriter(out).write(new byte[0]);
    byte[] empty = out.toByteArray();
    assertEquals(16, empty.length);
    assertArrayEquals(
        new byte[] {0x29, 0x03, (byte) 0x98, 0x07}, java.util.Arrays.copyOfRange(empty, 8, 12));
    assertArrayEquals(
        new byte[] {(byte) 0xd8, (byte) 0xea, (byte) 0x82, (byte) 0xa2},
        java.util.Arrays.copyOfRange(empty, 12, 16));
  }

  @Test
  void everyKindOfValueIsThere() throws IOException {
    GraphBuilder g = GraphBuilder.create("line");
    Value x = g.input("in/x", DType.FLOAT32, Shape.parse("[N, 3]"));
    g.signature("f").output("y", x.relu().as("y"));
    Graph graph = g.build();
    Path file;
    try (EventFile log = EventFile.create(folder.resolve("log"), 7, CLOCK)) {
      log.graph(graph);
      log.scalar("loss", 8, 0.25);
      log.histogram("weights", 8, Tensor.vector(-1f, 0f, 0f, 3f, Float.NaN));
      log.picture("filters", 9, Picture.ofFilters(Tensor.zeros(DType.FLOAT32, 3, 5, 1, 4)));
      file = log.file();
      log.flush();
      assertEquals(6, events(file).size());
    }
    assertEquals("events.out.tfevents.1700000000.adjoint.0", file.getFileName().toString());
    List<Event> events = events(file);
    assertEquals("brain.Event:2", events.getFirst().getFileVersion());
    assertEquals(1_700_000_000.5, events.getFirst().getWallTime());
    assertEquals(SessionLog.SessionStatus.START, events.get(1).getSessionLog().getStatus());
    assertEquals(7, events.get(1).getStep());

    GraphDef drawn = GraphDef.parseFrom(events.get(2).getGraphDef());
    NodeDef y = drawn.getNode(drawn.getNodeCount() - 1);
    assertEquals("y", y.getName());
    assertTrue(y.getInputList().contains("in/x"), y::toString);
    assertEquals(DataType.DT_FLOAT, drawn.getNode(0).getAttrOrThrow("T").getType());
    assertEquals(
        -1,
        drawn
            .getNode(0)
            .getAttrOrThrow("_output_shapes")
            .getList()
            .getShape(0)
            .getDim(0)
            .getSize());

    Summary.Value loss = events.get(3).getSummary().getValue(0);
    assertEquals("loss", loss.getTag());
    assertEquals(0.25f, loss.getSimpleValue());
    assertEquals(8, events.get(3).getStep());

    HistogramProto weights = events.get(4).getSummary().getValue(0).getHisto();
    assertEquals(4, weights.getNum());
    assertEquals(10, weights.getSumSquares());
    assertEquals(List.of(-1.0, 3.0), List.of(weights.getMin(), weights.getMax()));
    assertEquals(4, weights.getBucketList().stream().mapToDouble(Double::doubleValue).sum());
    assertEquals(1, weights.getBucket(0));
    assertEquals(2, weights.getBucket(10));
    assertEquals(1, weights.getBucket(39));
    assertTrue(weights.getBucketLimit(39) > 3);

    Summary.Image image = events.get(5).getSummary().getValue(0).getImage();
    BufferedImage png =
        ImageIO.read(new ByteArrayInputStream(image.getEncodedImageString().toByteArray()));
    assertEquals(
        List.of(image.getWidth(), image.getHeight()), List.of(png.getWidth(), png.getHeight()));
  }

  @Test
  void aFolderMayHoldSeveralLogs() throws IOException {
    try (EventFile one = EventFile.create(folder, 0, CLOCK);
        EventFile two = EventFile.create(folder, 5, CLOCK)) {
      assertNotEquals(one.file(), two.file());
    }
  }

  @Test
  void distributionsOfOneValueOrNone() {
    assertEquals(3, Histogram.of(Tensor.vector(2f, 2f, 2f)).getBucket(0));
    assertTrue(Histogram.of(Tensor.vector(2f, 2f)).getBucketLimit(0) > 2);
    assertEquals(0, Histogram.of(Tensor.vector(Float.NaN)).getNum());
  }

  @Test
  void picturesShowWhatTheyShould() throws IOException {
    Tensor image = Tensor.of(new float[] {0, 1, 0.2f, 2}, 2, 2, 1);
    BufferedImage png = ImageIO.read(new ByteArrayInputStream(Picture.ofImage(image).png()));
    assertEquals(0xff000000, png.getRGB(0, 0));
    assertEquals(0xffffffff, png.getRGB(1, 0));
    assertEquals(0xff333333, png.getRGB(0, 1));
    assertEquals(0xffffffff, png.getRGB(1, 1));
    Tensor colour = Tensor.of(new float[] {1, 0, 0.2f}, 1, 1, 3);
    assertEquals(
        0xffff0033,
        ImageIO.read(new ByteArrayInputStream(Picture.ofImage(colour).png())).getRGB(0, 0));
    // Two maps of one row and two columns, side by side with gaps of one pixel.
    Tensor maps = Tensor.of(new float[] {4, 1, -3, 2}, 1, 2, 2);
    BufferedImage tiles = ImageIO.read(new ByteArrayInputStream(Picture.ofMaps(maps).png()));
    assertEquals(0xffffffff, tiles.getRGB(1, 1));
    assertEquals(0xff000000, tiles.getRGB(2, 1));
    assertEquals(0xff404040, tiles.getRGB(4, 1));
    assertEquals(0xff808080, tiles.getRGB(5, 1));
    assertTrue(Picture.ofMaps(maps).dataUri().startsWith("data:image/png;base64,iVBOR"));
    assertThrows(IllegalArgumentException.class, () -> Picture.ofImage(maps));
    assertThrows(IllegalArgumentException.class, () -> Picture.ofFilters(maps));
  }
}
