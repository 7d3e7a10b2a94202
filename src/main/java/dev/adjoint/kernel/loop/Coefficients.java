package dev.adjoint.kernel.loop;

import dev.adjoint.tensor.DType;

/**
 * What {@link FloatingMath} needs to know of a floating dtype. The polynomials are minimax fits by
 * the Remez exchange in 60 digits, weighted so that the relative error of the function is even.
 *
 * @param fractionBits stored bits of the significand
 * @param bias of the exponent
 * @param ln2High ln 2 in the dtype
 * @param ln2Low what is missing
 * @param expUnderflow e to the power of it and below rounds to 0
 * @param expOverflow e to the power of it and above is infinite
 * @param expm1Bound {@code e^-bound} is lost beside 1
 * @param tanhBound tanh of half of it is 1, and so is its sigmoid
 * @param erfBound erf of it is 1
 * @param exp {@code (e^r - 1 - r) / r^2} for |r| &lt;= ln 2 / 2
 * @param halfCotangent {@code r coth(r / 2)} in r^2, for |r| &lt;= ln 2 / 2
 * @param log {@code (log((1+s) / (1-s)) / s - 2) / z} in {@code z = s^2}, for |s| &lt;= 0.172
 * @param erf {@code erf(x) / x - 1} in x^2, for x &lt;= 1
 * @param erfc {@code e^(x^2) erfc(x)} in {@code 2 / (2 + x) - 1/2}, for 1 &lt;= x &lt;= erfBound
 */
@SuppressWarnings("ArrayRecordComponent") // Two constant tables, never compared.
record Coefficients(
    int fractionBits,
    int bias,
    double ln2High,
    double ln2Low,
    double expUnderflow,
    double expOverflow,
    double expm1Bound,
    double tanhBound,
    double erfBound,
    double[] exp,
    double[] halfCotangent,
    double[] log,
    double[] erf,
    double[] erfc) {
  private static final Coefficients FLOAT32 =
      new Coefficients(
          23,
          127,
          (float) Math.log(2),
          -1.9046542e-9,
          -104,
          89,
          25,
          20,
          4,
          new double[] {
            0.5000000065688367,
            0.16666538015680624,
            0.04166626656797188,
            0.008367246780666299,
            0.0013947597417237802
          },
          new double[] {2, 0.16666617700463365, -0.002765986029669495},
          new double[] {0.666667797667245, 0.3997707945928262, 0.2988518573431114},
          new double[] {
            0.12837912857132958,
            -0.37612355684224574,
            0.11280411634093111,
            -0.02671770801366614,
            0.0049247900962002275,
            -0.0005660157270171718
          },
          new double[] {
            0.2553956781792286,
            0.8543717051268879,
            0.9666286920391927,
            0.6319042187263311,
            0.05960689441644848,
            -0.23062582602353957
          });

  private static final Coefficients FLOAT64 =
      new Coefficients(
          52,
          1023,
          Math.log(2),
          2.3190468138462996e-17,
          -746,
          710,
          50,
          44,
          6,
          new double[] {
            0.5,
            0.16666666666666677,
            0.041666666666666706,
            0.008333333333320654,
            0.0013888888888865013,
            0.0001984126988889365,
            2.480158736417983e-05,
            2.75572411633877e-06,
            2.7557239658615255e-07,
            2.5110179107378114e-08,
            2.0925400829273668e-09
          },
          new double[] {
            2,
            0.16666666666666555,
            -0.002777777777669551,
            6.613756250167882e-05,
            -1.6533837204905021e-06,
            4.136049076295724e-08
          },
          new double[] {
            0.666666666666674,
            0.39999999999377966,
            0.2857142875130422,
            0.22222197587280804,
            0.181836189891345,
            0.1531256990204949,
            0.14811539617243272
          },
          new double[] {
            0.12837916709551256,
            -0.3761263890318355,
            0.11283791670945252,
            -0.026866170643276007,
            0.0052239776074220826,
            -0.0008548325989643933,
            0.000120552953192587,
            -1.492474464520564e-05,
            1.644751751293212e-06,
            -1.6209175031560166e-07,
            1.3722973871725641e-08,
            -7.801186659797087e-10
          },
          new double[] {
            0.25539567631050575,
            0.8543716948279166,
            0.9666327769698275,
            0.6318286481269856,
            0.05972627848745791,
            -0.2239187764773314,
            -0.054217165570161194,
            0.1256932166366525,
            0.011148663379996576,
            -0.08927876717357536,
            0.028336923742976264,
            0.055972488654991444,
            -0.06012038877694663,
            0.01391802185148449
          });

  static Coefficients of(DType dtype) {
    return dtype == DType.FLOAT32 ? FLOAT32 : FLOAT64;
  }

  double ulpOfOne() {
    return Math.scalb(1.0, -fractionBits);
  }

  double smallestNormal() {
    return Math.scalb(1.0, 1 - bias);
  }

  /** Lifts every subnormal number to a normal one. */
  double subnormalScale() {
    return Math.scalb(1.0, fractionBits);
  }

  double roundingMagic() {
    return 1.5 * Math.scalb(1.0, fractionBits);
  }
}
