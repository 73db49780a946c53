/** The rows of an answer by the values of one column: how many each has, and one at a time in the grid. */
import { Button } from '@fluentui/react-components'
import { useMemo } from 'react'
import type { Row } from '../api/rows-reader.ts'
import { textOf } from './export.ts'

export interface Group {
  readonly column: string
  /** As text; undefined while the rows of all groups are shown. */
  readonly value: string | undefined
}

/** More are a list that nobody reads, and slow to draw. */
const LISTED = 500

export interface GroupsProps {
  readonly group: Group
  readonly rows: readonly Row[]
  /** Of `rows`, which is the same array while it grows. */
  readonly count: number
  readonly onGroup: (group: Group | undefined) => void
}

export function Groups({ group: { column, value }, rows, count, onGroup }: GroupsProps) {
  const groups = useMemo(() => {
    const counts = new Map<string, number>()
    for (const row of rows) {
      const text = textOf(row[column])
      counts.set(text, (counts.get(text) ?? 0) + 1)
    }
    return [...counts].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1))
  }, [rows, count, column])
  const most = groups[0]?.[1] ?? 1
  return (
    <aside className="groups" aria-label={`Groups of ${column}`}>
      <div className="head">
        <b>{column}</b>
        <small>{groups.length.toLocaleString('en-US')} groups</small>
        <Button
          size="small"
          appearance="subtle"
          className="icon"
          aria-label="Close the groups"
          onClick={() => onGroup(undefined)}
        >
          ✕
        </Button>
      </div>
      <ul>
        {groups.slice(0, LISTED).map(([text, n]) => (
          <li key={text}>
            <button
              type="button"
              aria-pressed={text === value}
              title={text}
              onClick={() => onGroup({ column, value: text === value ? undefined : text })}
            >
              <span>{text === '' ? '(empty)' : text}</span>
              <small>{n.toLocaleString('en-US')}</small>
              <i style={{ width: `${(100 * n) / most}%` }} />
            </button>
          </li>
        ))}
      </ul>
      {groups.length > LISTED && <small>and {(groups.length - LISTED).toLocaleString('en-US')} more</small>}
    </aside>
  )
}
