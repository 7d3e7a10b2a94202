package dev.adjoint.train.data;

import static dev.adjoint.train.data.Stroke.arc;
import static dev.adjoint.train.data.Stroke.lines;

import java.util.List;

/** The ways to write each digit. */
final class DigitStrokes {
  private static final List<List<List<Stroke>>> WAYS =
      List.of(
          List.of(List.of(arc(0, 0, .55, .9, 0, 360)), List.of(arc(0, 0, .42, .9, 0, 360))),
          List.of(
              List.of(lines(0, -.9, 0, .9)),
              List.of(lines(-.35, -.5, .05, -.9, .05, .9)),
              List.of(lines(-.3, -.55, .05, -.9, .05, .9), lines(-.35, .9, .45, .9))),
          List.of(
              List.of(
                  arc(0, -.45, .5, .45, 190, 400),
                  lines(.38, -.16, -.55, .9),
                  lines(-.55, .9, .55, .9)),
              List.of(
                  arc(0, -.45, .48, .45, 200, 410), lines(.31, -.1, -.4, .75),
                  arc(-.4, .68, .16, .16, 90, 360), lines(-.25, .72, .55, .88))),
          List.of(
              List.of(arc(-.05, -.46, .48, .43, 200, 450), arc(-.05, .43, .55, .46, 270, 520)),
              List.of(lines(-.45, -.88, .45, -.88, -.05, -.12), arc(-.05, .37, .52, .5, 270, 520))),
          List.of(
              List.of(lines(.2, .9, .2, -.9, -.6, .3, .6, .3)),
              List.of(lines(-.4, -.9, -.5, .1, .55, .1), lines(.3, -.6, .3, .9))),
          List.of(
              List.of(lines(.5, -.9, -.4, -.9, -.45, -.05), arc(-.02, .35, .52, .54, 225, 500)),
              List.of(
                  lines(-.35, -.9, -.42, -.1),
                  lines(-.35, -.88, .5, -.85),
                  arc(-.05, .36, .5, .52, 220, 510))),
          List.of(
              List.of(arc(.35, .2, .85, 1.05, 270, 180), arc(0, .4, .5, .48, 0, 360)),
              List.of(lines(.3, -.9, -.25, -.1, -.44, .35), arc(0, .43, .46, .45, 0, 360))),
          List.of(
              List.of(lines(-.55, -.85, .55, -.85, -.15, .9)),
              List.of(lines(-.55, -.85, .55, -.85, -.15, .9), lines(-.3, 0, .45, 0))),
          List.of(
              List.of(arc(0, -.45, .42, .43, 0, 360), arc(0, .45, .52, .46, 0, 360)),
              List.of(arc(.02, -.46, .38, .4, 90, 450), arc(0, .42, .45, .48, -90, 270))),
          List.of(
              List.of(arc(0, -.4, .48, .48, 0, 360), lines(.48, -.4, .38, .9)),
              List.of(arc(0, -.42, .45, .46, 0, 360), arc(-.4, -.3, .87, 1.2, -5, 78))));

  private DigitStrokes() {}

  static List<List<Stroke>> of(int digit) {
    return WAYS.get(digit);
  }
}
