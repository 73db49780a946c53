/** One record: all its fields, filters on each of them, and, for a process, the tree that it stands in. */
import { Button, Menu, MenuItem, MenuList, MenuPopover, MenuTrigger, Spinner } from '@fluentui/react-components'
import { useEffect, useMemo, useRef, useState } from 'react'
import type { Column } from '../api/api.ts'
import type { Row } from '../api/rows-reader.ts'
import { useRows } from '../api/use-rows.ts'
import { Tabs } from '../parts/tabs.tsx'
import { type Comparison, lookUp, processQuery, timelineQuery } from '../query/query-edit.ts'
import { textOf } from '../results/export.ts'
import { type ProcessNode, processOf, processTree, rootOf } from './process-tree.ts'

export interface InspectProps {
  readonly columns: readonly Column[]
  readonly row: Row
  readonly onFilter: (column: Column, comparison: Comparison, value: unknown) => void
  readonly onQuery: (query: string) => void
  readonly onClose: () => void
}

const COMPARISONS: readonly Comparison[] = ['==', '!=', 'contains', 'startswith', 'endswith']

export function Inspect({ columns, row, onFilter, onQuery, onClose }: InspectProps) {
  const [tab, setTab] = useState('record')
  const device = typeof row.DeviceId === 'string' && row.DeviceId !== '' ? row.DeviceId : undefined
  const process = processOf(row)
  const tabs = [
    { value: 'record', label: 'Record' },
    ...(device && process ? [{ value: 'tree', label: 'Process tree' }] : []),
    ...(device ? [{ value: 'timeline', label: 'Timeline' }] : []),
  ]
  return (
    <aside className="inspect" aria-label="Record" data-testid="inspect">
      <header>
        <Tabs label="The record" items={tabs} value={tab} onSelect={setTab} />
        <Button size="small" appearance="subtle" aria-label="Close the record" onClick={onClose}>
          ✕
        </Button>
      </header>
      {tab === 'record' && (
        // It scrolls, and has to be scrolled by keyboard too
        <dl tabIndex={0}>
          {columns.map((c) => (
            <Field key={c.name} column={c} value={row[c.name]} onFilter={onFilter} onQuery={onQuery} />
          ))}
        </dl>
      )}
      {tab === 'tree' && device && process && <Tree device={device} process={process} />}
      {tab === 'timeline' && device && (
        <Timeline device={device} around={textOf(row.Timestamp) || undefined} onQuery={onQuery} />
      )}
    </aside>
  )
}

interface FieldProps extends Pick<InspectProps, 'onFilter' | 'onQuery'> {
  readonly column: Column
  readonly value: unknown
}

function Field({ column, value, onFilter, onQuery }: FieldProps) {
  const found = lookUp(column.name, value)
  const empty = textOf(value) === ''
  return (
    <>
      <dt>
        <Menu>
          <MenuTrigger disableButtonEnhancement>
            <Button size="small" appearance="transparent" className="field" aria-label={`${column.name}: actions`}>
              {column.name}
            </Button>
          </MenuTrigger>
          <MenuPopover>
            <MenuList>
              {COMPARISONS.map((comparison) => (
                <MenuItem key={comparison} onClick={() => onFilter(column, comparison, value)}>
                  {comparison} this value
                </MenuItem>
              ))}
              <MenuItem onClick={() => void navigator.clipboard.writeText(textOf(value))}>Copy</MenuItem>
              {found && <MenuItem onClick={() => onQuery(found.query)}>Look up this {found.what}</MenuItem>}
            </MenuList>
          </MenuPopover>
        </Menu>
      </dt>
      <dd className={empty ? 'empty' : ''}>{empty ? '(empty)' : <Value value={value} />}</dd>
    </>
  )
}

/** Bags and arrays, also those that a column holds as text, open up. */
export function Value({ value }: { readonly value: unknown }) {
  const structure = structureOf(value)
  if (structure === undefined) return <>{textOf(value)}</>
  return <Structure value={structure} open />
}

function structureOf(value: unknown): object | undefined {
  if (typeof value === 'object' && value !== null) return value
  if (typeof value !== 'string' || !/^\s*[[{]/.test(value)) return undefined
  try {
    const parsed: unknown = JSON.parse(value)
    return typeof parsed === 'object' && parsed !== null ? parsed : undefined
  } catch {
    return undefined
  }
}

function Structure({ value, open = false }: { readonly value: object; readonly open?: boolean }) {
  const entries = Object.entries(value)
  return (
    <details open={open} className="structure">
      <summary>{Array.isArray(value) ? `[${entries.length}]` : `{${entries.length}}`}</summary>
      <ul>
        {entries.slice(0, 500).map(([name, inner]) => (
          <li key={name}>
            <b>{name}</b>{' '}
            {typeof inner === 'object' && inner !== null ? <Structure value={inner as object} /> : textOf(inner)}
          </li>
        ))}
      </ul>
    </details>
  )
}

function Tree({ device, process }: { readonly device: string; readonly process: string }) {
  const { rows, error } = useRows(processQuery(device))
  const tree = useMemo(() => rows && processTree(rows), [rows])
  if (error) return <p role="alert">{error}</p>
  if (!tree) return <Spinner size="small" label="Reading the processes of this device" />
  const own = tree.get(process)
  if (!own) return <p>No start of this process is on record.</p>
  return (
    // It scrolls
    <div className="tree" data-testid="process-tree" tabIndex={0}>
      <ul>
        <Branch node={rootOf(own)} own={own} part="ancestor" />
      </ul>
    </div>
  )
}

/** Of the other children of an ancestor, the first ones are named, without what is below them. */
const SIBLINGS = 3

interface BranchProps {
  readonly node: ProcessNode
  readonly own: ProcessNode
  /** Ancestors of the process are above it, all that it started is below it. */
  readonly part: 'ancestor' | 'sibling' | 'below'
}

function Branch({ node, own, part }: BranchProps) {
  const line = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (node === own) line.current?.scrollIntoView({ block: 'center' })
  }, [node, own])
  const below = part === 'below' || node === own
  const isPath = (c: ProcessNode): boolean => {
    for (let p: ProcessNode | undefined = own; p; p = p.parent) if (p === c) return true
    return false
  }
  const others = node.children.filter((c) => !isPath(c))
  const shown = below
    ? node.children
    : part === 'sibling'
      ? []
      : [...node.children.filter(isPath), ...others.slice(0, SIBLINGS)]
  const left = part === 'sibling' ? node.children.length : node.children.length - shown.length
  return (
    <li>
      <div ref={line} className={node === own ? 'process own' : 'process'}>
        <b>{node.name || '(unknown)'}</b> <small>{node.id}</small>{' '}
        <small>{node.started.slice(0, 19).replace('T', ' ')}</small>
        {node.account && <small> {node.account}</small>}
        {node.commandLine && <code title={node.commandLine}>{node.commandLine}</code>}
        {left > 0 && <small className="more">started {left} more</small>}
      </div>
      {shown.length > 0 && (
        <ul>
          {shown.map((c) => (
            <Branch key={c.key} node={c} own={own} part={below ? 'below' : isPath(c) ? 'ancestor' : 'sibling'} />
          ))}
        </ul>
      )}
    </li>
  )
}

interface TimelineProps {
  readonly device: string
  readonly around: string | undefined
  readonly onQuery: (query: string) => void
}

function Timeline({ device, around, onQuery }: TimelineProps) {
  const query = timelineQuery(device, around)
  const { rows, error } = useRows(query)
  if (error) return <p role="alert">{error}</p>
  if (!rows) return <Spinner size="small" label="Reading what this device recorded" />
  return (
    // It scrolls
    <div className="timeline" data-testid="timeline" tabIndex={0}>
      <p>
        {rows.length} records half an hour around.{' '}
        <Button size="small" appearance="transparent" onClick={() => onQuery(query)}>
          Open as a query
        </Button>
      </p>
      <ol>
        {rows.slice(0, 500).map((r, i) => (
          // Rows have no key, and the list does not change
          <li key={i}>
            <time>{textOf(r.Timestamp).slice(11, 19)}</time> <b>{textOf(r.ActionType)}</b>{' '}
            {[r.FileName, r.RemoteIP, r.AccountName]
              .map(textOf)
              .filter((t) => t !== '')
              .join(' · ')}{' '}
            {r.InitiatingProcessFileName ? <small>by {textOf(r.InitiatingProcessFileName)}</small> : null}
          </li>
        ))}
      </ol>
    </div>
  )
}
