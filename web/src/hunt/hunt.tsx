/** Where people hunt: tabs with a query each, what it answered, and everything that is one click from there. */
import { Button, Dropdown, Input, Option } from '@fluentui/react-components'
import { lazy, Suspense, useCallback, useEffect, useRef, useState } from 'react'
import { ApiError, api, type Column, type Schema, type Session } from '../api/api.ts'
import type { Row } from '../api/rows-reader.ts'
import { isDrawn } from '../chart/chart-kinds.ts'
import type { EditorHandle } from '../editor/editor.tsx'
import { HISTORY, type HistoryEntry, type SavedQuery, useStored } from '../parts/stored.ts'
import { Tabs } from '../parts/tabs.tsx'
import { FUNCTION_NAME, placeOf, type SavedFunction, withFunctions } from '../query/functions.ts'
import { linkOf } from '../query/link.ts'
import { nearestName } from '../query/nearest.ts'
import { type Comparison, filterLine, withLine } from '../query/query-edit.ts'
import { Inspect } from '../record/inspect.tsx'
import { loadGrid, Results } from '../results/results.tsx'
import { SidePane } from '../side/side-pane.tsx'
import type { Answer } from './answer.ts'
import { Welcome } from './welcome.tsx'

const Editor = lazy(() => import('../editor/editor.tsx'))

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
