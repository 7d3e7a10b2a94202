package dev.adjoint.bench;

import java.io.IOException;
import java.util.function.IntConsumer;

/** Connections to a server, which any number of threads may use. */
interface InferenceClient extends AutoCloseable {
  /** How requests and answers are written. */
  enum Protocol {
    REST_JSON("REST, JSON"),
    REST_BINARY("REST, binary"),
    GRPC("gRPC");

    private final String label;

    Protocol(String label) {
      this.label = label;
    }

    /** Its name in the table. */
    String label() {
      return label;
    }

    /** Connects to a port of this machine. */
    InferenceClient connect(int port, Questions questions) {
      return switch (this) {
        case REST_JSON -> RestClient.json(port, questions);
        case REST_BINARY -> RestClient.binary(port, questions);
        case GRPC -> new GrpcClient(port, questions);
      };
    }
  }

  /**
   * The answer to one question.
   *
   * @throws IOException if it fails, or any other exception
   */
  float[] ask(int image) throws IOException, InterruptedException;

  /** Asks all questions over and over, and holds the answers to those of direct calls. */
  default Load.Request requests(Questions questions, IntConsumer versions) {
    int count = questions.images().size();
    return number -> {
      int image = number % count;
      versions.accept(questions.requireRight(image, ask(image)));
    };
  }

  @Override
  void close();
}
