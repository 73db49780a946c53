/** Which charts can be drawn, apart from the library that draws them: that one is loaded when a chart is asked for. */

type Kind = 'line' | 'bar' | 'scatter' | 'pie'
/** Kinds of charts that are drawn; the others are shown as a table, with a note. */
export const KINDS: Readonly<
  Record<string, { readonly kind: Kind; readonly area?: true; readonly across?: true; readonly stacked?: true }>
> = {
  timechart: { kind: 'line' },
  linechart: { kind: 'line' },
  anomalychart: { kind: 'line' },
  areachart: { kind: 'line', area: true },
  stackedareachart: { kind: 'line', area: true, stacked: true },
  columnchart: { kind: 'bar' },
  barchart: { kind: 'bar', across: true },
  scatterchart: { kind: 'scatter' },
  piechart: { kind: 'pie' },
}

export const isDrawn = (visualization: string): boolean =>
  Object.hasOwn(KINDS, visualization) || visualization === 'card'
