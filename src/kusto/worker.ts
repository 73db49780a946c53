/** The parser's thread: takes a query text and a catalogue, gives a plan or an error. Nothing in it can be cancelled; the owner ends the thread. */
import { parentPort } from 'node:worker_threads'
import { type ErrorData, KqlError } from '../base/errors.ts'
import { type Catalog, catalogOf, type Table } from '../catalog/catalog.ts'
import { courtesyNames, listedCatalog, otherTypesIn, withCourtesyNames, withOtherTypes } from '../catalog/courtesy.ts'
import type { OutputSchema, Probe, Query } from '../plan/nodes.ts'
import { defenderFunctions } from './defender-functions.ts'
import { type Completions, completionsAt, globalsOf } from './language.ts'
import { lowerQuery, type View } from './lower.ts'
import { ProbeNeeded } from './probe.ts'

/** `tables` are the names that the caller may see; absent = all. */
export interface PlanRequest {
  readonly id: number
  readonly text: string
  readonly view: CatalogView
  /** Columns that probes have found, as they stand in the text. */
  readonly schemas?: readonly OutputSchema[]
  /** Asks for what may stand at this offset instead of a plan. */
  readonly complete?: number
}

/** A catalogue in a form that crosses threads. */
export interface CatalogView {
  readonly version: string
  readonly custom: readonly Table[]
  /** Tables that list their recent columns. */
  readonly current?: readonly string[]
  readonly tables?: readonly string[]
}

export type PlanReply =
  | { readonly id: number; readonly query: Query }
  | { readonly id: number; readonly probe: Probe }
  | { readonly id: number; readonly completions: Completions }
  | { readonly id: number; readonly error: ErrorData }
  | { readonly id: number; readonly failure: string }

const known = new Map<string, View>()

function viewOf(key: string, make: () => Catalog): View {
  const cached = known.get(key)
  if (cached) return cached
  const catalog = make()
  const made = { catalog, globals: globalsOf(catalog, defenderFunctions(catalog)) }
  if (known.size > 50) known.clear()
  known.set(key, made)
  return made
}

function visibleCatalog(view: CatalogView): Catalog {
  const all = catalogOf(view.custom, view.current)
  const allowed = view.tables && new Set(view.tables)
  if (!allowed) return { ...all, version: view.version }
  return { version: view.version, tables: new Map([...all.tables].filter(([name]) => allowed.has(name))) }
}

/** The documented schema first; what does not bind with it is tried with the names and types that the portal takes besides. */
function* viewsFor(text: string, view: CatalogView): Generator<View> {
  const documented = viewOf(view.version, () => listedCatalog(visibleCatalog(view)))
  yield documented
  const all = visibleCatalog(view)
  const names = courtesyNames(text, all)
  const hints = names.flatMap(({ name, present }) => (present ? [`${name} is now called ${present}.`] : []))
  const hinted = (v: View): View => (hints.length > 0 ? { ...v, hints } : v)
  const key = `${view.version}\0${names.map((n) => n.name).join(' ')}`
  const named = names.length === 0 ? documented : viewOf(key, () => withCourtesyNames(all, names))
  if (names.length > 0) yield hinted(named)
  const types = otherTypesIn(text)
  if (types.length === 0) return
  yield hinted(viewOf(`${key}\0${types.join(' ')}`, () => withOtherTypes(named.catalog, types)))
}

function answer(request: PlanRequest): PlanReply {
  try {
    if (request.complete !== undefined) {
      const [view] = viewsFor(request.text, request.view)
      return { id: request.id, completions: completionsAt(request.text, request.complete, view!.globals) }
    }
    return { id: request.id, query: lowerQuery(request.text, viewsFor(request.text, request.view), request.schemas) }
  } catch (error) {
    if (error instanceof ProbeNeeded) return { id: request.id, probe: error.probe }
    if (error instanceof KqlError) return { id: request.id, error: error.toJSON() }
    return { id: request.id, failure: error instanceof Error ? (error.stack ?? error.message) : String(error) }
  }
}

parentPort?.on('message', (request: PlanRequest) => parentPort!.postMessage(answer(request)))
