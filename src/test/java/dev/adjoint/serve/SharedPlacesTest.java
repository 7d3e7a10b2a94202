package dev.adjoint.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** One host leaves some places to others, and all of them may be taken. */
class SharedPlacesTest {
  private static int takeAll(SharedPlaces places, String host) {
    int taken = 0;
    while (places.take(host)) {
      taken++;
    }
    return taken;
  }

  @Test
  void eachHostTakesHalfOfWhatIsLeft() {
    SharedPlaces places = new SharedPlaces(16);
    assertEquals(8, takeAll(places, "a"));
    assertEquals(4, takeAll(places, "b"));
    assertEquals(2, takeAll(places, "c"));
    assertEquals(1, takeAll(places, "d"));
    assertEquals(1, takeAll(places, "e"));
    assertEquals(0, takeAll(places, "f"));
  }

  @Test
  void onePlaceIsForWhoeverComesFirst() {
    SharedPlaces places = new SharedPlaces(1);
    assertEquals(1, takeAll(places, "a"));
    assertFalse(places.take("b"));
    places.giveBack("a");
    assertTrue(places.take("b"));
  }

  @Test
  void whatIsGivenBackIsFree() {
    SharedPlaces places = new SharedPlaces(4);
    assertEquals(2, takeAll(places, "a"));
    places.giveBack("a");
    assertEquals(1, takeAll(places, "a"));
    places.giveBack("b");
    assertFalse(places.take("a"));
  }
}
