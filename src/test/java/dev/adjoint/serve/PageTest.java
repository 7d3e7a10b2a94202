package dev.adjoint.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The page for browsers asks for nothing that is not here. */
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PageTest {
  @TempDir private Path folder;

  @Test
  void loadsNothingFromElsewhere() throws Exception {
    try (TestServer server = TestServer.start(folder, TestServer.options().withToken("secret"))) {
      HttpResponse<String> page = server.get("/");
      assertEquals(200, page.statusCode());
      assertEquals(
          "text/html; charset=utf-8", page.headers().firstValue("Content-Type").orElseThrow());
      String policy = page.headers().firstValue("Content-Security-Policy").orElseThrow();
      assertTrue(policy.startsWith("default-src 'none';"), policy);
      assertFalse(page.body().contains("://"), "an address of another server");
      assertFalse(page.body().contains("innerHTML"), "text that is read as HTML");
      assertFalse(page.body().contains("secret"));
    }
  }

  @Test
  void asksForWhatTheServerHas() throws Exception {
    try (TestServer server = TestServer.start(folder, TestServer.options())) {
      String page = server.get("/").body();
      for (String path : new String[] {"/v2/repository/index", "/v2/models/", "/metrics"}) {
        assertTrue(page.contains(path), path);
      }
      assertTrue(server.post("/v2/repository/index", "{}").body().contains("\"name\":\"line\""));
      String model = server.get("/v2/models/line").body();
      for (String member : new String[] {"name", "versions", "inputs", "outputs", "properties"}) {
        assertTrue(model.contains("\"" + member + "\":"), model);
      }
      assertTrue(server.get("/metrics").body().contains("adjoint_heap_used_bytes"));
    }
  }
}
