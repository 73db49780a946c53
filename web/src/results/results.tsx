/** What a query answered: its grid or chart, what can be done with all rows, and why there are none. */
import {
  Button,
  Input,
  Menu,
  MenuDivider,
  MenuItem,
  MenuItemCheckbox,
  MenuList,
  MenuPopover,
  MenuTrigger,
  Spinner,
} from '@fluentui/react-components'
import type { GridApi } from 'ag-grid-community'
import { lazy, Suspense, useEffect, useRef, useState } from 'react'
import type { Column } from '../api/api.ts'
import type { Row } from '../api/rows-reader.ts'
import { isDrawn } from '../chart/chart-kinds.ts'
import type { Answer } from '../hunt/answer.ts'
import { Tabs } from '../parts/tabs.tsx'
import type { Comparison } from '../query/query-edit.ts'
import { CellMenu } from './cell-menu.tsx'
import { download, textOf, toCsv, toJson, toMarkdown } from './export.ts'
import type { CellPlace } from './grid.tsx'
import { type Group, Groups } from './groups.tsx'
import { Statistics } from './statistics.tsx'

export const loadGrid = () => import('./grid.tsx')
const Grid = lazy(loadGrid)
const Chart = lazy(() => import('../chart/chart.tsx'))

const VIEWS = [
  { value: 'chart', label: 'Chart' },
  { value: 'table', label: 'Table' },
]

export interface Replacement {
  readonly wrong: string
  readonly right: string
}

interface ResultsProps {
  readonly answer: Answer
  readonly near: Replacement | undefined
  readonly onReplace: (near: Replacement) => void
  readonly dark: boolean
  readonly view: 'table' | 'chart'
  readonly onView: (view: 'table' | 'chart') => void
  readonly onFilter: (column: Column, comparison: Comparison, value: unknown) => void
  readonly onQuery: (query: string) => void
  readonly onInspect: (row: Row) => void
}

export function Results({ answer, near, onReplace, dark, view, onView, onFilter, onQuery, onInspect }: ResultsProps) {
  const [search, setSearch] = useState('')
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set())
  const [cell, setCell] = useState<CellPlace>()
  const [statistics, setStatistics] = useState<Column>()
  const [group, setGroup] = useState<Group>()
  const grid = useRef<GridApi<Row>>(undefined)
  const image = useRef<() => string>(undefined)
  const { head, rows, count, state } = answer
  // A new answer begins with all columns and rows
  useEffect(() => {
    setHidden(new Set())
    setSearch('')
    setStatistics(undefined)
    setGroup(undefined)
  }, [head])

  if (state === 'failed')
    return (
      <div className="failure" role="alert">
        <b>The query was not answered.</b>
        <p>{answer.error}</p>
        {answer.problem && (
          <p>
            Line {answer.problem.line}, column {answer.problem.column}.
          </p>
        )}
        {near && (
          <p>
            Did you mean{' '}
            <Button size="small" onClick={() => onReplace(near)}>
              {near.right}
            </Button>
            ?
          </p>
        )}
      </div>
    )
  if (!head)
    return <div className="center">{state === 'running' ? <Spinner label="Running" /> : <p>Cancelled.</p>}</div>

  const { columns } = head
  const visualization = String(head.visualization?.Visualization ?? '')
  const isChart = isDrawn(visualization)
  /** As the grid shows them: sorted and filtered, without what is hidden. */
  const shownRows = (): Row[] => {
    if (!grid.current) return rows
    const all: Row[] = []
    grid.current.forEachNodeAfterFilterAndSort(({ data }) => data && all.push(data))
    return all
  }
  const shownColumns = columns.filter((c) => !hidden.has(c.name))
  const save = (kind: 'csv' | 'json' | 'parquet') => {
    if (kind === 'csv')
      return download('harrier.csv', 'text/csv;charset=utf-8', `\ufeff${toCsv(shownColumns, shownRows())}`)
    if (kind === 'json') return download('harrier.json', 'application/json', toJson(shownRows()))
    void import('./parquet.ts').then(({ toParquet }) =>
      download('harrier.parquet', 'application/vnd.apache.parquet', toParquet(shownColumns, shownRows())),
    )
  }
  const copy = (text: string) => void navigator.clipboard.writeText(text).catch(() => {})
  const chosen = (): Row[] => {
    const selected = grid.current?.getSelectedRows() ?? []
    return selected.length > 0 ? selected : shownRows().slice(0, 10_000)
  }
  const hideEmpty = () =>
    setHidden(new Set(columns.filter((c) => rows.every((r) => textOf(r[c.name]) === '')).map((c) => c.name)))
  const grouped = (n: number) => n.toLocaleString('en-US')

  return (
    <div className="answer">
      <div className="bar" role="toolbar" aria-label="Results">
        <span className="note" data-testid="read-out">
          {grouped(count)}
          {state === 'running' ? ` of ${grouped(head.rowCount)}` : ''} rows · {size(head.bytes)} ·{' '}
          {head.seconds.toFixed(2)} s · {head.cpuSeconds.toFixed(2)} s CPU · {size(head.peakMemory)} memory
        </span>
        {isChart && (
          <Tabs
            label="Results as"
            items={VIEWS}
            value={view}
            onSelect={(value) => onView(value as 'table' | 'chart')}
          />
        )}
        <span className="space" />
        <Input
          size="small"
          placeholder="Search in results"
          aria-label="Search in results"
          value={search}
          onChange={(_, { value }) => setSearch(value)}
        />
        <Menu
          checkedValues={{ columns: shownColumns.map((c) => c.name) }}
          onCheckedValueChange={(_, { checkedItems }) =>
            setHidden(new Set(columns.map((c) => c.name).filter((n) => !checkedItems.includes(n))))
          }
        >
          <MenuTrigger disableButtonEnhancement>
            <Button size="small">Columns</Button>
          </MenuTrigger>
          <MenuPopover>
            <MenuList style={{ maxHeight: 400, overflow: 'auto' }}>
              <MenuItem onClick={hideEmpty}>Hide empty columns</MenuItem>
              <MenuItem onClick={() => setHidden(new Set())}>Show all</MenuItem>
              <MenuDivider />
              {columns.map((c) => (
                <MenuItemCheckbox key={c.name} name="columns" value={c.name}>
                  {c.name}
                </MenuItemCheckbox>
              ))}
            </MenuList>
          </MenuPopover>
        </Menu>
        <Menu>
          <MenuTrigger disableButtonEnhancement>
            <Button size="small">Export</Button>
          </MenuTrigger>
          <MenuPopover>
            <MenuList>
              <MenuItem onClick={() => save('csv')}>CSV</MenuItem>
              <MenuItem onClick={() => save('json')}>JSON</MenuItem>
              <MenuItem onClick={() => save('parquet')}>Parquet</MenuItem>
              <MenuDivider />
              <MenuItem onClick={() => copy(toCsv(shownColumns, chosen()))}>Copy as CSV</MenuItem>
              <MenuItem onClick={() => copy(toJson(chosen()))}>Copy as JSON</MenuItem>
              <MenuItem onClick={() => copy(toMarkdown(shownColumns, chosen()))}>Copy as Markdown</MenuItem>
              {isChart && view === 'chart' && (
                <MenuItem
                  onClick={() =>
                    image.current &&
                    void fetchImage(image.current()).then((png) => download('harrier.png', 'image/png', png))
                  }
                >
                  Chart as PNG
                </MenuItem>
              )}
            </MenuList>
          </MenuPopover>
        </Menu>
        {head.notes.map((note) => (
          <span key={note} className="note" role="note">
            {note}
          </span>
        ))}
        {visualization !== '' && visualization !== 'table' && !isChart && (
          <span className="note">render {visualization} is shown as a table</span>
        )}
        {statistics && (
          <Statistics column={statistics} rows={rows} onClose={() => setStatistics(undefined)} onFilter={onFilter} />
        )}
      </div>
      <div className={group ? 'content grouped' : 'content'}>
        {group && <Groups group={group} rows={rows} count={count} onGroup={setGroup} />}
        <Suspense fallback={<Spinner className="center" />}>
          {isChart && view === 'chart' ? (
            state === 'running' ? (
              <Spinner className="center" />
            ) : (
              <Chart
                head={head}
                rows={rows}
                dark={dark}
                onImage={(made) => {
                  image.current = made
                }}
              />
            )
          ) : (
            <Grid
              columns={columns}
              rows={rows}
              count={count}
              complete={state !== 'running'}
              dark={dark}
              hidden={hidden}
              search={search}
              group={group}
              onCell={setCell}
              onInspect={onInspect}
              onGrid={(made) => {
                grid.current = made
              }}
            />
          )}
        </Suspense>
      </div>
      {cell && (
        <CellMenu
          cell={cell}
          onClose={() => setCell(undefined)}
          onFilter={onFilter}
          onQuery={onQuery}
          onInspect={onInspect}
          onStatistics={setStatistics}
          onGroup={({ name }) => setGroup({ column: name, value: undefined })}
          onCopy={copy}
          columns={shownColumns}
        />
      )}
    </div>
  )
}

/** The bytes of a data address, without asking anybody for it. */
async function fetchImage(address: string): Promise<Uint8Array<ArrayBuffer>> {
  return Uint8Array.from(atob(address.split(',')[1]!), (c) => c.charCodeAt(0))
}

function size(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`
  if (bytes < 1024 ** 2) return `${(bytes / 1024).toFixed(1)} kB`
  return bytes < 1024 ** 3 ? `${(bytes / 1024 ** 2).toFixed(1)} MB` : `${(bytes / 1024 ** 3).toFixed(2)} GB`
}
