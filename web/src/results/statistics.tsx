/** The values of one column, counted over the rows that are here. */
import { Button } from '@fluentui/react-components'
import { useMemo } from 'react'
import type { Column } from '../api/api.ts'
import type { Row } from '../api/rows-reader.ts'
import type { Comparison } from '../query/query-edit.ts'
import { shortened } from './cell-menu.tsx'
import { textOf } from './export.ts'

interface StatisticsProps {
  readonly column: Column
  readonly rows: readonly Row[]
  readonly onClose: () => void
  readonly onFilter: (column: Column, comparison: Comparison, value: unknown) => void
}

/** The values of a column, by how often they are there; a click filters the query by one of them. */
export function Statistics({ column, rows, onClose, onFilter }: StatisticsProps) {
  const { top, distinct, numbers } = useMemo(() => {
    const counts = new Map<string, { value: unknown; count: number }>()
    let [sum, filled, min, max] = [0, 0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
    for (const row of rows) {
      const value = row[column.name]
      const found = counts.get(textOf(value))
      if (found) found.count++
      else counts.set(textOf(value), { value, count: 1 })
      if (typeof value === 'number') {
        sum += value
        filled++
        min = Math.min(min, value)
        max = Math.max(max, value)
      }
    }
    return {
      top: [...counts.values()].sort((a, b) => b.count - a.count).slice(0, 12),
      distinct: counts.size,
      numbers: filled > 0 ? { sum, average: sum / filled, min, max } : undefined,
    }
  }, [column, rows])
  return (
    <section className="note" aria-label={`Values of ${column.name}`} style={{ flexBasis: '100%' }}>
      <b>{column.name}</b>: {distinct.toLocaleString('en-US')} different
      {numbers &&
        ` · sum ${numbers.sum.toLocaleString('en-US')} · average ${numbers.average.toFixed(2)} · from ${numbers.min} to ${numbers.max}`}{' '}
      {top.map(({ value, count }) => (
        <Button key={textOf(value)} size="small" appearance="subtle" onClick={() => onFilter(column, '==', value)}>
          {shortened(value)} ({count.toLocaleString('en-US')})
        </Button>
      ))}
      <Button size="small" appearance="subtle" aria-label="Close the values" onClick={onClose}>
        ✕
      </Button>
    </section>
  )
}
