/** Processes of a device as a tree: a process is its id and the time at which it was made, since ids are given again. */
import type { Row } from '../api/rows-reader.ts'

export interface ProcessNode {
  readonly key: string
  name: string
  readonly id: string
  readonly started: string
  commandLine: string
  account: string
  children: ProcessNode[]
  parent?: ProcessNode
}

const keyOf = (id: unknown, started: unknown): string | undefined =>
  id === null || id === undefined || id === '' ? undefined : `${id} ${String(started ?? '').slice(0, 19)}`
const text = (value: unknown): string => (value === null || value === undefined ? '' : String(value))

/** @returns all processes by key, each below the one that started it */
export function processTree(rows: readonly Row[]): ReadonlyMap<string, ProcessNode> {
  const nodes = new Map<string, ProcessNode>()
  const node = (id: unknown, started: unknown, name: unknown, commandLine: unknown): ProcessNode | undefined => {
    const key = keyOf(id, started)
    // The idle process, which some records name as the first of all.
    if (key === undefined || (text(id) === '0' && text(name) === '')) return undefined
    let found = nodes.get(key)
    if (!found) {
      found = {
        key,
        name: text(name),
        id: text(id),
        started: text(started),
        commandLine: '',
        account: '',
        children: [],
      }
      nodes.set(key, found)
    }
    found.name ||= text(name)
    found.commandLine ||= text(commandLine)
    return found
  }
  const link = (parent: ProcessNode | undefined, child: ProcessNode | undefined): void => {
    if (!parent || !child || child.parent || parent === child) return
    // A ring cannot come from real processes, but from rows that are put together wrongly.
    for (let p: ProcessNode | undefined = parent; p; p = p.parent) if (p === child) return
    child.parent = parent
    parent.children.push(child)
  }
  for (const row of rows) {
    const own = node(row.ProcessId, row.ProcessCreationTime, row.FileName, row.ProcessCommandLine)
    if (own) own.account ||= text(row.AccountName)
    const parent = node(
      row.InitiatingProcessId,
      row.InitiatingProcessCreationTime,
      row.InitiatingProcessFileName,
      row.InitiatingProcessCommandLine,
    )
    const grandparent = node(
      row.InitiatingProcessParentId,
      row.InitiatingProcessParentCreationTime,
      row.InitiatingProcessParentFileName,
      undefined,
    )
    link(parent, own)
    link(grandparent, parent)
  }
  for (const n of nodes.values()) n.children.sort((a, b) => (a.started < b.started ? -1 : 1))
  return nodes
}

/** The process that a record of any Device table is about: its own, or the one that did it. */
export const processOf = (row: Row): string | undefined =>
  keyOf(row.ProcessId, row.ProcessCreationTime) ?? keyOf(row.InitiatingProcessId, row.InitiatingProcessCreationTime)

export function rootOf(node: ProcessNode): ProcessNode {
  let root = node
  while (root.parent) root = root.parent
  return root
}
