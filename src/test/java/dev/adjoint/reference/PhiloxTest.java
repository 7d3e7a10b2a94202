package dev.adjoint.reference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import org.junit.jupiter.api.Test;

/** The known answers for philox4x32-10 that Random123 publishes in its kat_vectors. */
class PhiloxTest {
  @Test
  void zeros() {
    assertArrayEquals(
        new int[] {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}, new Philox(0, 0).block(0));
  }

  @Test
  void ones() {
    assertArrayEquals(
        new int[] {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}, new Philox(-1, -1).block(-1));
  }

  @Test
  void digitsOfPi() {
    // Words in order: counter 243f6a88 85a308d3 13198a2e 03707344, key a4093822 299f31d0.
    Philox generator = new Philox(0x299f31d0a4093822L, 0x0370734413198a2eL);

    assertArrayEquals(
        new int[] {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1},
        generator.block(0x85a308d3243f6a88L));
  }
}
