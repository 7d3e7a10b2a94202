package dev.adjoint.serve;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Tests of a server for callers that know the secret. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class SecretServer {
  TestServer server;

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    server = TestServer.start(folder, TestServer.options().withToken("secret"));
  }

  @AfterAll
  void stop() {
    server.close();
  }
}
