/** What `render` asks for, drawn with ECharts from the answer's rows. */
import * as echarts from 'echarts'
import { useEffect, useRef } from 'react'
import type { AnswerHead, Column } from '../api/api.ts'
import type { Row } from '../api/rows-reader.ts'
import { KINDS } from './chart-kinds.ts'

const NUMBERS = new Set(['long', 'int', 'real', 'decimal', 'timespan'])

export interface ChartProps {
  readonly head: AnswerHead
  readonly rows: readonly Row[]
  readonly dark: boolean
  readonly onImage: (image: () => string) => void
}

export default function Chart({ head, rows, dark, onImage }: ChartProps) {
  const host = useRef<HTMLDivElement>(null)
  const asked = head.visualization ?? {}
  const name = String(asked.Visualization ?? '')
  // A chart is made anew for each answer
  useEffect(() => {
    if (name === 'card' || !host.current) return
    const chart = echarts.init(host.current, dark ? 'dark' : undefined, { renderer: 'canvas' })
    chart.setOption({
      backgroundColor: 'transparent',
      animationDuration: 250,
      ...optionOf(name, asked, head.columns, rows),
    })
    onImage(() => chart.getDataURL({ type: 'png', pixelRatio: 2, backgroundColor: dark ? '#1f1f1f' : '#ffffff' }))
    const sizes = new ResizeObserver(() => chart.resize())
    sizes.observe(host.current)
    return () => {
      sizes.disconnect()
      chart.dispose()
    }
  }, [head, rows, dark])
  if (name === 'card') {
    const [row] = rows
    return (
      <div className="cards">
        {head.columns.map((c) => (
          <figure key={c.name}>
            <strong>{String(row?.[c.name] ?? '')}</strong>
            <figcaption>{c.name}</figcaption>
          </figure>
        ))}
      </div>
    )
  }
  return (
    <div ref={host} className="chart" role="img" aria-label={`${name} of ${rows.length} rows`} data-testid="chart" />
  )
}

const listed = (value: unknown): readonly string[] =>
  Array.isArray(value)
    ? value.map(String)
    : typeof value === 'string' && value !== ''
      ? value.split(',').map((v) => v.trim())
      : []

/**
 * Kusto's defaults: the first column is x (of a timechart, the first datetime), other columns of numbers are y, and what is
 * left makes series; arrays of make-series are drawn point by point.
 */
function optionOf(
  name: string,
  asked: Readonly<Record<string, unknown>>,
  columns: readonly Column[],
  rows: readonly Row[],
): echarts.EChartsOption {
  const { kind, area, across, stacked } = KINDS[name] ?? { kind: 'bar' }
  const flat = columns.some((c) => c.type === 'dynamic') ? unrolled(columns, rows) : { columns, rows }
  const of = (n: string) => flat.columns.find((c) => c.name === n)
  const x =
    of(listed(asked.XColumn)[0] ?? '') ??
    (kind === 'line' ? flat.columns.find((c) => c.type === 'datetime') : undefined) ??
    flat.columns[0]
  const ys = listed(asked.YColumns).flatMap((n) => of(n) ?? [])
  const numeric = ys.length > 0 ? ys : flat.columns.filter((c) => c !== x && NUMBERS.has(c.type))
  const by = listed(asked.Series).flatMap((n) => of(n) ?? [])
  const splits = by.length > 0 ? by : flat.columns.filter((c) => c !== x && !numeric.includes(c) && c.type === 'string')
  const title =
    typeof asked.Title === 'string' && asked.Title !== '' ? { text: asked.Title, left: 'center' } : undefined
  if (!x) return {}
  const number = (value: unknown): number | null =>
    value === null || value === undefined || value === '' ? null : Number(value)
  if (kind === 'pie') {
    const [y] = numeric
    const data = flat.rows.map((r) => ({ name: String(r[x.name] ?? ''), value: y ? (number(r[y.name]) ?? 0) : 1 }))
    return {
      ...(title && { title }),
      tooltip: { trigger: 'item' },
      legend: { type: 'scroll', bottom: 0 },
      series: [{ type: 'pie', radius: '65%', data }],
    }
  }
  const isTime = x.type === 'datetime'
  const isNumber = NUMBERS.has(x.type) && kind !== 'bar'
  const series = new Map<string, [string | number, number | null][]>()
  for (const row of flat.rows) {
    const group = splits.map((c) => String(row[c.name] ?? '')).join(' / ')
    for (const y of numeric) {
      const label = [group, numeric.length > 1 || group === '' ? y.name : ''].filter((p) => p !== '').join(': ')
      const points = series.get(label) ?? []
      series.set(label, points)
      points.push([isNumber ? Number(row[x.name]) : String(row[x.name] ?? ''), number(row[y.name])])
    }
  }
  const isStacked = stacked || /stacked/.test(String(asked.Kind ?? ''))
  const isShare = String(asked.Kind ?? '') === 'stacked100'
  const categories = isTime || isNumber ? undefined : [...new Set(flat.rows.map((r) => String(r[x.name] ?? '')))]
  const xAxis = {
    type: isTime ? 'time' : isNumber ? 'value' : 'category',
    name: String(asked.XTitle ?? ''),
    ...(categories && { data: categories }),
  } as const
  const yAxis = { type: asked.YAxis === 'log' ? 'log' : 'value', name: String(asked.YTitle ?? '') } as const
  const totals = new Map<string | number, number>()
  if (isShare)
    for (const points of series.values()) for (const [at, v] of points) totals.set(at, (totals.get(at) ?? 0) + (v ?? 0))
  return {
    ...(title && { title }),
    tooltip: { trigger: kind === 'scatter' ? 'item' : 'axis' },
    legend: { type: 'scroll', bottom: 0, show: asked.Legend !== 'hidden' },
    grid: { left: 16, right: 24, top: title ? 48 : 24, bottom: 48, containLabel: true },
    xAxis: across ? yAxis : xAxis,
    yAxis: across ? { ...xAxis, inverse: true } : yAxis,
    ...(kind === 'line' && isTime && { dataZoom: [{ type: 'inside' }] }),
    series: [...series].map(([label, points]) => {
      const data = points.map(([at, v]) => {
        const value = isShare && v !== null ? (100 * v) / (totals.get(at) || 1) : v
        return across ? [value, at] : [at, value]
      })
      if (isTime) data.sort((a, b) => (String(a[0]) < String(b[0]) ? -1 : 1))
      return {
        type: kind,
        name: label,
        data,
        ...(kind === 'line' && { showSymbol: points.length < 60 }),
        ...(area && { areaStyle: { opacity: 0.4 } }),
        ...((isStacked || isShare) && { stack: 'all' }),
      } as echarts.SeriesOption
    }),
  }
}

/** Rows of make-series hold arrays: one row for each of their elements. */
function unrolled(
  columns: readonly Column[],
  rows: readonly Row[],
): { columns: readonly Column[]; rows: readonly Row[] } {
  const arrays = columns.filter((c) => c.type === 'dynamic' && rows.some((r) => Array.isArray(r[c.name])))
  const typed = columns.map((c) => {
    if (!arrays.includes(c)) return c
    const sample = rows
      .flatMap((r) => (Array.isArray(r[c.name]) ? (r[c.name] as unknown[]) : []))
      .find((v) => v !== null)
    return {
      ...c,
      type: typeof sample === 'number' ? 'real' : Number.isNaN(Date.parse(String(sample))) ? 'string' : 'datetime',
    }
  })
  const all = rows.flatMap((row) => {
    const length = Math.max(
      0,
      ...arrays.map((c) => (Array.isArray(row[c.name]) ? (row[c.name] as unknown[]).length : 0)),
    )
    return Array.from({ length }, (_, i) => ({
      ...row,
      ...Object.fromEntries(arrays.map((c) => [c.name, (row[c.name] as unknown[] | null)?.[i] ?? null])),
    }))
  })
  return { columns: typed, rows: all }
}
