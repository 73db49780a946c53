/** Where people hunt: tabs with a query each, what it answered, and everything that is one click from there. */
import {
  Button,
  Dropdown,
  Input,
  Menu,
  MenuDivider,
  MenuItem,
  MenuItemCheckbox,
  MenuList,
  MenuPopover,
  MenuTrigger,
  Option,
  Spinner,
} from '@fluentui/react-components'
import type { GridApi } from 'ag-grid-community'
import { lazy, Suspense, useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { type AnswerHead, ApiError, api, type Column, type Problem, type Schema, type Session } from './api.ts'
import { isDrawn } from './chart-kinds.ts'
import type { EditorHandle } from './editor.tsx'
import { download, textOf, toCsv, toJson, toMarkdown } from './export.ts'
import { FUNCTION_NAME, placeOf, type SavedFunction, withFunctions } from './functions.ts'
import type { CellPlace } from './grid.tsx'
import { type Group, Groups } from './groups.tsx'
import { Inspect } from './inspect.tsx'
import { linkOf } from './link.ts'
import { nearestName } from './nearest.ts'
import { type Comparison, filterLine, lookUp, withLine } from './query-edit.ts'
import type { Row } from './rows-reader.ts'
import { SidePane } from './side-pane.tsx'
import { HISTORY, type HistoryEntry, type SavedQuery, useStored } from './stored.ts'
import { Tabs } from './tabs.tsx'

const Editor = lazy(() => import('./editor.tsx'))
const loadGrid = () => import('./grid.tsx')
const Grid = lazy(loadGrid)
const Chart = lazy(() => import('./chart.tsx'))

const VIEWS = [
  { value: 'chart', label: 'Chart' },
  { value: 'table', label: 'Table' },
]

const RANGES = [
  { value: 'query', text: 'Set in query', hours: undefined },
  { value: '1h', text: 'Last hour', hours: 1 },
  { value: '12h', text: 'Last 12 hours', hours: 12 },
  { value: '1d', text: 'Last 24 hours', hours: 24 },
  { value: '7d', text: 'Last 7 days', hours: 7 * 24 },
  { value: '30d', text: 'Last 30 days', hours: 30 * 24 },
] as const

interface OpenTab {
  readonly id: string
  readonly name: string
  readonly query: string
}

interface Answer {
  readonly head?: AnswerHead
  readonly rows: Row[]
  readonly count: number
  readonly state: 'running' | 'done' | 'failed' | 'cancelled'
  readonly error?: string
  readonly problem?: Problem
}

export interface HuntProps {
  readonly session: Session
  readonly schema: Schema
  readonly dark: boolean
  /** A query that a link brought. */
  readonly shared: string | undefined
}

const newTab = (query = '', name = 'New query'): OpenTab => ({ id: crypto.randomUUID(), name, query })

export function Hunt({ session, schema, dark, shared }: HuntProps) {
  const [tabs, setTabs] = useStored<readonly OpenTab[]>('tabs', [newTab()])
  const [current, setCurrent] = useState(tabs[0]!.id)
  const [answers, setAnswers] = useState<Readonly<Record<string, Answer>>>({})
  const [history, setHistory] = useStored<readonly HistoryEntry[]>('history', [])
  const [saved, setSaved] = useStored<readonly SavedQuery[]>('saved', [])
  const [functions, setFunctions] = useStored<readonly SavedFunction[]>('functions', [])
  const [range, setRange] = useStored<string>('range', 'query')
  const [wide, setWide] = useState(false)
  const [inspected, setInspected] = useState<Row>()
  const [view, setView] = useState<'table' | 'chart'>('table')
  const [said, setSaid] = useState('')
  const [naming, setNaming] = useState<{ readonly name: string; readonly parameters: string }>()
  const editor = useRef<EditorHandle>(undefined)
  const running = useRef(new Map<string, AbortController>())

  const tab = tabs.find((t) => t.id === current) ?? tabs[0]!
  const answer = answers[tab.id]

  const openQuery = useCallback(
    (query: string, name?: string) => {
      const made = newTab(query, name ?? 'New query')
      setTabs((all) => [...all, made])
      setCurrent(made.id)
    },
    [setTabs],
  )
  const insert = useCallback((text: string) => editor.current?.insert(text), [])
  const forgetFunction = useCallback(
    (name: string) => setFunctions((all) => all.filter((f) => f.name !== name)),
    [setFunctions],
  )
  const forget = useCallback((name: string) => setSaved((all) => all.filter((q) => q.name !== name)), [setSaved])
  useEffect(() => {
    if (shared !== undefined) openQuery(shared, 'Shared query')
  }, [shared, openQuery])

  // The first answer needs it; until then there is time.
  useEffect(() => {
    const timer = setTimeout(() => void loadGrid(), 2000)
    return () => clearTimeout(timer)
  }, [])

  const setQuery = (query: string) => setTabs((all) => all.map((t) => (t.id === tab.id ? { ...t, query } : t)))
  const closeTab = (id: string) => {
    running.current.get(id)?.abort()
    const left = tabs.filter((t) => t.id !== id)
    const rest = left.length > 0 ? left : [newTab()]
    setTabs(() => rest)
    if (id === tab.id) setCurrent(rest.at(-1)!.id)
  }

  const run = async (id: string, query: string) => {
    if (query.trim() === '') return
    running.current.get(id)?.abort()
    const stop = new AbortController()
    running.current.set(id, stop)
    setInspected(undefined)
    setSaid('')
    const rows: Row[] = []
    const set = (change: Partial<Answer>) =>
      setAnswers((all) => ({ ...all, [id]: { ...(all[id] ?? { rows, count: 0, state: 'running' }), ...change, rows } }))
    setAnswers((all) => ({ ...all, [id]: { rows, count: 0, state: 'running' } }))
    const started = performance.now()
    const hours = RANGES.find((r) => r.value === range)?.hours
    const window = hours === undefined ? {} : { from: new Date(Date.now() - hours * 3_600_000).toISOString() }
    const note = (state: string, seconds: number) =>
      setHistory((all) =>
        [{ query, at: new Date().toISOString(), seconds, rows: rows.length, state }, ...all].slice(0, HISTORY),
      )
    let due = 0
    const asked = withFunctions(query, functions)
    try {
      await api.run(
        { query: asked.text, ...window },
        stop.signal,
        (head) => {
          setView(isDrawn(String(head.visualization?.Visualization ?? '')) ? 'chart' : 'table')
          set({ head })
        },
        async (portion) => {
          const isFirst = rows.length === 0
          for (const row of portion) rows.push(row)
          // The grid takes what has come a few times a second.
          if (performance.now() - due < 150) return
          due = performance.now()
          set({ count: rows.length })
          // It is made while nothing else is done, so that the first rows are not the last to be seen.
          if (isFirst) await new Promise((go) => setTimeout(go, 300))
        },
      )
      set({ count: rows.length, state: 'done' })
      note('completed', (performance.now() - started) / 1000)
    } catch (error) {
      const seconds = (performance.now() - started) / 1000
      if (stop.signal.aborted) {
        if (running.current.get(id) === stop) set({ state: 'cancelled' })
        return note('cancelled', seconds)
      }
      const at = error instanceof ApiError && error.at ? placeOf(error.at, asked) : undefined
      set({ state: 'failed', error: (error as Error).message, ...(at && { problem: at }) })
      note((error as Error).message, seconds)
    } finally {
      if (running.current.get(id) === stop) running.current.delete(id)
    }
  }
  const runCurrent = () => void run(tab.id, editor.current?.asked() ?? tab.query)
  const cancel = () => running.current.get(tab.id)?.abort()

  const filter = (column: Column, comparison: Comparison, value: unknown) => {
    const query = withLine(tab.query, filterLine(column, comparison, value))
    setQuery(query)
    void run(tab.id, query)
  }
  const saveFunction = (name: string, parameters: string) => {
    if (!FUNCTION_NAME.test(name)) return setSaid('A function is called by letters, digits and underscores.')
    setFunctions((all) => [...all.filter((f) => f.name !== name), { name, parameters, body: tab.query }])
    setNaming(undefined)
    setSaid(`Queries of this browser may call ${name}().`)
  }
  const share = async () => {
    await navigator.clipboard.writeText(await linkOf(withFunctions(tab.query, functions).text)).catch(() => {})
    setSaid('The link is copied.')
  }

  return (
    <div className={wide ? 'hunt wide' : 'hunt'}>
      {!wide && (
        <SidePane
          tables={schema.tables}
          examples={session.examples}
          saved={saved}
          functions={functions}
          history={history}
          onInsert={insert}
          onOpen={openQuery}
          onForget={forget}
          onForgetFunction={forgetFunction}
        />
      )}
      <section className="work" aria-label="Query and results">
        <div className="tabs">
          <Tabs
            label="Queries"
            items={tabs.map((t) => ({ value: t.id, label: t.name }))}
            value={tab.id}
            onSelect={setCurrent}
          />
          <Button size="small" appearance="subtle" className="icon" aria-label="New tab" onClick={() => openQuery('')}>
            +
          </Button>
          <Button
            size="small"
            appearance="subtle"
            className="icon"
            aria-label="Close this tab"
            onClick={() => closeTab(tab.id)}
          >
            ✕
          </Button>
        </div>
        <div className="bar" role="toolbar" aria-label="Query">
          {answer?.state === 'running' ? (
            <Button size="small" appearance="primary" onClick={cancel}>
              Cancel
            </Button>
          ) : (
            <Button size="small" appearance="primary" onClick={runCurrent} title="Shift+Enter">
              Run query
            </Button>
          )}
          <Dropdown
            size="small"
            style={{ minWidth: 140 }}
            aria-label="Time range"
            value={RANGES.find((r) => r.value === range)?.text ?? ''}
            selectedOptions={[range]}
            onOptionSelect={(_, { optionValue }) => setRange(() => optionValue ?? 'query')}
          >
            {RANGES.map((r) => (
              <Option key={r.value} value={r.value}>
                {r.text}
              </Option>
            ))}
          </Dropdown>
          <Button size="small" onClick={() => setNaming({ name: tab.name, parameters: '' })}>
            Save
          </Button>
          <Button size="small" onClick={() => void share()}>
            Copy link
          </Button>
          <Button size="small" onClick={() => editor.current?.format()}>
            Format
          </Button>
          <span className="space" />
          <span role="status" className="note">
            {said}
          </span>
          <Button size="small" appearance="subtle" onClick={() => setWide((w) => !w)}>
            {wide ? 'Show schema' : 'Hide schema'}
          </Button>
        </div>
        <div className="editor-place">
          <Suspense
            fallback={
              <textarea aria-label="Query" value={tab.query} onChange={(event) => setQuery(event.target.value)} />
            }
          >
            <Editor
              key={tab.id}
              text={tab.query}
              tables={schema.tables}
              functions={functions}
              dark={dark}
              problem={answer?.problem}
              onChange={setQuery}
              onRun={(text) => void run(tab.id, text)}
              onReady={(handle) => {
                editor.current = handle
              }}
            />
          </Suspense>
        </div>
        {naming && (
          <form
            className="bar"
            onSubmit={(event) => {
              event.preventDefault()
              const name = naming.name.trim() || 'Query'
              setSaved((all) => [...all.filter((q) => q.name !== name), { name, query: tab.query }])
              setTabs((all) => all.map((t) => (t.id === tab.id ? { ...t, name } : t)))
              setNaming(undefined)
              setSaid('Saved in this browser.')
            }}
          >
            <Input
              size="small"
              aria-label="Name of the query"
              value={naming.name}
              onChange={(_, { value }) => setNaming({ ...naming, name: value })}
            />
            <Button size="small" type="submit" appearance="primary">
              Save query
            </Button>
            <Input
              size="small"
              aria-label="Parameters of the function"
              placeholder="since: timespan, name: string"
              value={naming.parameters}
              onChange={(_, { value }) => setNaming({ ...naming, parameters: value })}
            />
            <Button size="small" onClick={() => saveFunction(naming.name.trim(), naming.parameters.trim())}>
              Save as function
            </Button>
            <Button size="small" onClick={() => setNaming(undefined)}>
              Leave it
            </Button>
          </form>
        )}
        <div className={inspected && answer?.head ? 'results inspecting' : 'results'} style={{ gridRow: 5 }}>
          {!answer && <Welcome session={session} onOpen={openQuery} />}
          {answer && (
            <Results
              key={tab.id}
              answer={answer}
              near={answer.error ? nearestName(answer.error, tab.query, schema.tables) : undefined}
              onReplace={({ wrong, right }) => {
                const query = tab.query.replace(new RegExp(`\\b${wrong}\\b`, 'g'), () => right)
                setQuery(query)
                void run(tab.id, query)
              }}
              dark={dark}
              view={view}
              onView={setView}
              onFilter={filter}
              onQuery={openQuery}
              onInspect={setInspected}
            />
          )}
          {inspected && answer?.head && (
            <Inspect
              columns={answer.head.columns}
              row={inspected}
              onFilter={filter}
              onQuery={openQuery}
              onClose={() => setInspected(undefined)}
            />
          )}
        </div>
      </section>
    </div>
  )
}

interface WelcomeProps {
  readonly session: Session
  readonly onOpen: (query: string, name?: string) => void
}

function Welcome({ session, onOpen }: WelcomeProps) {
  return (
    // It scrolls
    <div className="welcome" tabIndex={0}>
      <h2>Hunts to begin with</h2>
      <p>
        Each finds something in the demo data. Shift+Enter runs a query; right-click a value to filter by it;
        double-click a row to look into it.
      </p>
      <ul className="examples">
        {session.examples.map((e) => (
          <li key={e.name}>
            <button type="button" onClick={() => onOpen(e.query, e.name)}>
              <b>{e.name}</b>
              <small>{e.description}</small>
            </button>
          </li>
        ))}
      </ul>
    </div>
  )
}

interface Replacement {
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

function Results({ answer, near, onReplace, dark, view, onView, onFilter, onQuery, onInspect }: ResultsProps) {
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

interface CellMenuProps {
  readonly cell: CellPlace
  readonly columns: readonly Column[]
  readonly onClose: () => void
  readonly onFilter: (column: Column, comparison: Comparison, value: unknown) => void
  readonly onQuery: (query: string) => void
  readonly onInspect: (row: Row) => void
  readonly onStatistics: (column: Column) => void
  readonly onGroup: (column: Column) => void
  readonly onCopy: (text: string) => void
}

function CellMenu({
  cell,
  columns,
  onClose,
  onFilter,
  onQuery,
  onInspect,
  onStatistics,
  onGroup,
  onCopy,
}: CellMenuProps) {
  const { column, row, x, y } = cell
  const value = row[column.name]
  const found = lookUp(column.name, value)
  const target = useMemo(() => ({ getBoundingClientRect: () => new DOMRect(x, y, 1, 1) }), [x, y])
  return (
    <Menu open onOpenChange={(_, { open }) => !open && onClose()} positioning={{ target }}>
      <MenuPopover>
        <MenuList data-testid="cell-menu">
          <MenuItem onClick={() => onFilter(column, '==', value)}>
            Filter in: {column.name} == {shortened(value)}
          </MenuItem>
          <MenuItem onClick={() => onFilter(column, '!=', value)}>
            Filter out: {column.name} != {shortened(value)}
          </MenuItem>
          <MenuDivider />
          <MenuItem onClick={() => onInspect(row)}>Inspect record</MenuItem>
          {found && <MenuItem onClick={() => onQuery(found.query)}>Look up this {found.what}</MenuItem>}
          <MenuItem onClick={() => onStatistics(column)}>Values of {column.name}</MenuItem>
          <MenuItem onClick={() => onGroup(column)}>Group by {column.name}</MenuItem>
          <MenuDivider />
          <MenuItem onClick={() => onCopy(textOf(value))}>Copy value</MenuItem>
          <MenuItem onClick={() => onCopy(toCsv(columns, [row]))}>Copy record as CSV</MenuItem>
          <MenuItem onClick={() => onCopy(toJson([row]))}>Copy record as JSON</MenuItem>
        </MenuList>
      </MenuPopover>
    </Menu>
  )
}

const shortened = (value: unknown): string => {
  const text = textOf(value)
  return text === '' ? '(empty)' : text.length > 40 ? `${text.slice(0, 40)}…` : text
}

interface StatisticsProps {
  readonly column: Column
  readonly rows: readonly Row[]
  readonly onClose: () => void
  readonly onFilter: (column: Column, comparison: Comparison, value: unknown) => void
}

/** The values of a column, by how often they are there; a click filters the query by one of them. */
function Statistics({ column, rows, onClose, onFilter }: StatisticsProps) {
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
