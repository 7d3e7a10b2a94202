package dev.adjoint.train.report;

/** The parts of the page that are always the same. */
final class Template {
  /** Up to the first heading: the title twice, and words about the graph. */
  static final String HEAD =
      """
      <!doctype html>
      <html lang="en"><head><meta charset="utf-8"><title>%s</title><style>
      body { font: 15px/1.5 system-ui, sans-serif; color: #1c2430; max-width: 1100px; margin: 2em auto; padding: 0 1em }
      h1 { margin-bottom: 0 } h2 { margin-top: 2em }
      table { border-collapse: collapse } td, th { padding: 3px 9px; text-align: right; border: 1px solid #dde2e8 }
      th { background: #f3f5f8; font-weight: 600 } .best td { background: #e6f3e9 }
      .row { display: flex; flex-wrap: wrap; gap: 18px; align-items: flex-end }
      .numbers div { border: 1px solid #dde2e8; border-radius: 6px; padding: 8px 16px } .numbers b { display: block; font-size: 1.5em }
      figure { margin: 0 } img { image-rendering: pixelated } figcaption { font-size: 12px; color: #5a6472; max-width: 150px }
      svg { max-width: 100%% } .grid { stroke: #e3e7ec } .tick { font: 11px system-ui, sans-serif; fill: #5a6472 }
      .title { font: 600 13px system-ui, sans-serif; fill: #1c2430 }
      </style></head><body>
      <h1>%s</h1><p>%s</p>
      """;

  /** The numbers that count. */
  static final String NUMBERS =
      """
      <div class="row numbers"><div><b>%s</b>accuracy on %d examples</div>
      <div><b>Top %d: %s</b>the class among the likeliest</div><div><b>%s</b>loss</div></div>
      """;

  /** The table of epochs, given its rows. */
  static final String EPOCHS =
      """
      <h2>Epochs</h2><table><tr><th>epoch</th><th>step</th><th>loss</th><th>accuracy</th>
      <th>validation loss</th><th>validation accuracy</th></tr>%s</table>
      """;

  /** The end. */
  static final String FOOT = "</body></html>\n";

  private Template() {}
}
