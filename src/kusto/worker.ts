/** The parser's thread: takes a query text and a catalogue, gives a plan or an error. Nothing in it can be cancelled; the owner ends the thread. */
import { parentPort } from 'node:worker_threads'
import { type ErrorData, KqlError } from '../base/errors.ts'
import { type Catalog, catalogOf, type Table } from '../catalog/catalog.ts'
import type { Query } from '../plan/nodes.ts'
import { defenderFunctions } from './defender-functions.ts'
import { type Globals, globalsOf } from './language.ts'
import { lowerQuery } from './lower.ts'

/** `tables` are the names that the caller may see; absent = all. */
export interface PlanRequest {
  readonly id: number
  readonly text: string
  readonly view: CatalogView
}

/** A catalogue in a form that crosses threads. */
export interface CatalogView {
  readonly version: string
  readonly custom: readonly Table[]
  readonly tables?: readonly string[]
}

export type PlanReply =
  | { readonly id: number; readonly query: Query }
  | { readonly id: number; readonly error: ErrorData }
  | { readonly id: number; readonly failure: string }

const known = new Map<string, { catalog: Catalog; globals: Globals }>()

function catalogFor(view: CatalogView) {
  const cached = known.get(view.version)
  if (cached) return cached
  const all = catalogOf(view.custom)
  const allowed = view.tables && new Set(view.tables)
  const catalog: Catalog = allowed
    ? { version: view.version, tables: new Map([...all.tables].filter(([name]) => allowed.has(name))) }
    : { ...all, version: view.version }
  const made = { catalog, globals: globalsOf(catalog, defenderFunctions(catalog)) }
  if (known.size > 50) known.clear()
  known.set(view.version, made)
  return made
}

function answer(request: PlanRequest): PlanReply {
  try {
    const { catalog, globals } = catalogFor(request.view)
    return { id: request.id, query: lowerQuery(request.text, catalog, globals) }
  } catch (error) {
    if (error instanceof KqlError) return { id: request.id, error: error.toJSON() }
    return { id: request.id, failure: error instanceof Error ? (error.stack ?? error.message) : String(error) }
  }
}

parentPort?.on('message', (request: PlanRequest) => parentPort!.postMessage(answer(request)))
