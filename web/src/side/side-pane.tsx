/** What stands beside the editor: the tables, queries to begin with and one's own, and what was asked before. */
import { Button, SearchBox } from '@fluentui/react-components'
import { memo, useEffect, useMemo, useState } from 'react'
import { api, type Example, type TableInfo } from '../api/api.ts'
import type { HistoryEntry, SavedQuery } from '../parts/stored.ts'
import { Tabs } from '../parts/tabs.tsx'
import type { SavedFunction } from '../query/functions.ts'
import { textOf } from '../results/export.ts'
import { describeColumn, describeTable } from './dictionary.ts'

export interface SidePaneProps {
  readonly tables: readonly TableInfo[]
  readonly examples: readonly Example[]
  readonly saved: readonly SavedQuery[]
  readonly functions: readonly SavedFunction[]
  readonly history: readonly HistoryEntry[]
  readonly onInsert: (text: string) => void
  readonly onOpen: (query: string, name?: string) => void
  readonly onForget: (name: string) => void
  readonly onForgetFunction: (name: string) => void
}

const TABS = [
  { value: 'schema', label: 'Schema' },
  { value: 'queries', label: 'Queries' },
  { value: 'history', label: 'History' },
]

/** It has some thousand columns in it: not made again at each key that is typed in the editor. */
export const SidePane = memo(function SidePane(props: SidePaneProps) {
  const [tab, setTab] = useState('schema')
  return (
    <nav className="pane" aria-label="Schema and queries">
      <Tabs label="Schema and queries" items={TABS} value={tab} onSelect={setTab} />
      {tab === 'schema' && <Tables {...props} />}
      {tab === 'queries' && <Queries {...props} />}
      {tab === 'history' && <History {...props} />}
    </nav>
  )
})

function Tables({ tables, onInsert, onOpen }: SidePaneProps) {
  const [search, setSearch] = useState('')
  const [filledOnly, setFilledOnly] = useState(false)
  const wanted = search.toLowerCase()
  const found = useMemo(
    () =>
      tables
        .filter((t) => !filledOnly || (t.rows ?? 1) > 0)
        .map((t) => ({ ...t, hits: t.columns.filter((c) => c.name.toLowerCase().includes(wanted)) }))
        .filter((t) => wanted === '' || t.name.toLowerCase().includes(wanted) || t.hits.length > 0),
    [tables, wanted, filledOnly],
  )
  return (
    <>
      <SearchBox
        className="search"
        size="small"
        placeholder="Tables and columns"
        aria-label="Search the schema"
        value={search}
        onChange={(_, { value }) => setSearch(value)}
      />
      <label className="note">
        <input type="checkbox" checked={filledOnly} onChange={(event) => setFilledOnly(event.target.checked)} /> with
        rows only
      </label>
      <div className="list">
        <ul>
          {found.map((t) => (
            <TableItem
              key={t.name}
              table={t}
              shown={wanted !== '' && !t.name.toLowerCase().includes(wanted) ? t.hits : t.columns}
              open={wanted !== '' && found.length < 6}
              onInsert={onInsert}
              onOpen={onOpen}
            />
          ))}
        </ul>
        {found.length === 0 && <p className="empty">Nothing is called so.</p>}
      </div>
    </>
  )
}

interface TableItemProps extends Pick<SidePaneProps, 'onInsert' | 'onOpen'> {
  readonly table: TableInfo
  readonly shown: TableInfo['columns']
  readonly open: boolean
}

function TableItem({ table, shown, open, onInsert, onOpen }: TableItemProps) {
  /** The columns of all tables would be ten thousand elements. */
  const [isOpen, setOpen] = useState(open)
  useEffect(() => setOpen(open), [open])
  const [samples, setSamples] = useState<Readonly<Record<string, string>>>({})
  const sample = async (column: string) => {
    const query = `${table.name} | where isnotempty(${column}) | summarize Count = count() by Value = tostring(${column}) | top 5 by Count`
    const rows = await api.rows(query).catch(() => [])
    const text = rows.map((r) => `${textOf(r.Value)} (${textOf(r.Count)})`).join('\n')
    setSamples((all) => ({ ...all, [column]: text || 'No values in the time that queries see.' }))
  }
  return (
    <li>
      <details open={isOpen} onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary title={describeTable(table.name)}>
          {table.name} {table.rows !== undefined && <small>{table.rows.toLocaleString('en-US')}</small>}
        </summary>
        {isOpen && (
          <>
            {describeTable(table.name) && <small>{describeTable(table.name)}</small>}
            {table.from && (
              <small>
                <br />
                {table.from.slice(0, 16).replace('T', ' ')} – {table.to?.slice(0, 16).replace('T', ' ')}
              </small>
            )}
            <div>
              <Button
                size="small"
                appearance="transparent"
                onClick={() => onOpen(`${table.name}\n| where Timestamp > ago(7d)\n| take 100`)}
              >
                Look at rows
              </Button>
            </div>
            <ul>
              {shown.map((c) => (
                <li key={c.name}>
                  <button
                    type="button"
                    className="column"
                    title={describeColumn(c.name)}
                    onClick={() => onInsert(c.name)}
                    onContextMenu={(event) => {
                      event.preventDefault()
                      void sample(c.name)
                    }}
                  >
                    <span>{c.name}</span>
                    <small>{c.type}</small>
                  </button>
                  {samples[c.name] && (
                    <pre style={{ margin: 0, fontSize: 11, whiteSpace: 'pre-wrap' }}>{samples[c.name]}</pre>
                  )}
                </li>
              ))}
            </ul>
          </>
        )}
      </details>
    </li>
  )
}

function Queries({ examples, saved, functions, onInsert, onOpen, onForget, onForgetFunction }: SidePaneProps) {
  return (
    <div className="list">
      <h3>My queries</h3>
      {saved.length === 0 && <p className="empty">Save a query to find it here.</p>}
      {saved.map((q) => (
        <div key={q.name} style={{ display: 'flex' }}>
          <button type="button" className="item" onClick={() => onOpen(q.query, q.name)}>
            {q.name}
            <code>{q.query}</code>
          </button>
          <Button size="small" appearance="subtle" aria-label={`Delete ${q.name}`} onClick={() => onForget(q.name)}>
            ✕
          </Button>
        </div>
      ))}
      <h3>My functions</h3>
      {functions.length === 0 && <p className="empty">Save a query as a function to call it in others.</p>}
      {functions.map((f) => (
        <div key={f.name} style={{ display: 'flex' }}>
          <button
            type="button"
            className="item"
            title="Put a call into the query"
            onClick={() => onInsert(`${f.name}()`)}
          >
            {f.name}({f.parameters})<code>{f.body}</code>
          </button>
          <Button size="small" appearance="subtle" aria-label={`Open ${f.name}`} onClick={() => onOpen(f.body, f.name)}>
            ✎
          </Button>
          <Button
            size="small"
            appearance="subtle"
            aria-label={`Delete ${f.name}`}
            onClick={() => onForgetFunction(f.name)}
          >
            ✕
          </Button>
        </div>
      ))}
      <h3>Example hunts</h3>
      {examples.map((e) => (
        <button type="button" className="item" key={e.name} onClick={() => onOpen(e.query, e.name)}>
          {e.name}
          <br />
          <small>{e.description}</small>
        </button>
      ))}
    </div>
  )
}

function History({ history, onOpen }: SidePaneProps) {
  return (
    <div className="list">
      {history.length === 0 && <p className="empty">Queries that you run are listed here.</p>}
      {history.map((h) => (
        <button type="button" className="item" key={h.at} onClick={() => onOpen(h.query)}>
          <small>
            {h.at.slice(0, 19).replace('T', ' ')} · {h.seconds.toFixed(2)} s ·{' '}
            {h.state === 'completed' ? `${h.rows.toLocaleString('en-US')} rows` : h.state}
          </small>
          <code>{h.query}</code>
        </button>
      ))}
    </div>
  )
}
