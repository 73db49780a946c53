/** `scan`: matches sequences of rows against steps, each with a condition that may look at the rows of the steps before. */
import { filter, keep, pass, project, sort, window } from '../../plan/build.ts'
import {
  and,
  bool,
  call,
  columnOf,
  columnsUsed,
  conjuncts,
  literal,
  long,
  not,
  nullOf,
  substitute,
} from '../../plan/expr.ts'
import type { Assignment, Column, ColumnId, Expr, Iterate, Plan } from '../../plan/nodes.ts'
import { coerce } from '../coerce.ts'
import { type Context, isHidden, partitionColumns, quoted, refuse } from '../context.ts'
import { lowerScalar } from '../expressions.ts'
import { child, elements, mustChild, parametersOf, type Syntax, textOf, typeNamed } from '../language.ts'
import { alias } from '../statements.ts'
import type { LowerOperator } from './operator.ts'
import { lowerSortKey } from './sort.ts'

interface Step {
  readonly output: 'all' | 'last' | 'none'
  readonly condition: Expr
  /** By the name of the column that is assigned. */
  readonly assigned: ReadonlyMap<string, Expr>
  /** What conditions and assignments call `step.column`. */
  readonly record: readonly Column[]
}

export const scan: LowerOperator = (op, input, context) => {
  const declared = declarations(op, context)
  const { rows, by } = arranged(op, input, context)
  const place = context.numbering.column('$place', 'long')
  const withDeclared = project(rows, [...rows.columns.map(pass), ...declared])
  const visible = [...input.columns.filter((c) => !isHidden(c)), ...declared.map((d) => d.column)]
  const steps = lowerSteps(op, visible, context)
  const base = window(filter(withDeclared, canMatch(steps)), [{ column: place, name: 'row_number', args: [] }])
  const machine = new Machine(steps, visible, new Map(declared.map((d) => [d.column.name, d.expr])), context)
  const iterated: Plan = machine.over(base, by)

  const matchId = parametersOf(op).get('with_match_id')
  if (!matchId) {
    context.engineNames.differ = true
    context.engineNames.absent.add('match_id')
  }
  const legs = steps.flatMap((s, k) => (s.output === 'none' ? [] : [{ step: s, k }])).reverse()
  const shared = context.numbering.shared()
  const outputs = [
    ...visible.map((c) => context.numbering.copy(c)),
    ...(matchId ? [context.numbering.column(textOf(matchId), 'long')] : []),
  ]
  const partitions = partitionColumns(input)
  const hidden = [...partitions, place].map((c) => context.numbering.column(c.name, c.type))
  const rank = context.numbering.column('$rank', 'long')
  const union: Plan = {
    kind: 'union',
    columns: [...outputs, ...hidden, rank],
    inputs: legs.map(({ step, k }, i) => {
      const copy = alias(shared, iterated, context)
      const mine = new Map(iterated.columns.map((c, n) => [c.id, copy.columns[n]!]))
      const of = (c: Column): Column => mine.get(c.id)!
      const matched = filter(copy, columnOf(of(machine.matched[k]!)))
      return {
        plan: step.output === 'last' ? lastOfRuns(matched, of(machine.run[k]!), partitions.map(of), context) : matched,
        map: [
          ...visible.map((c) => columnOf(of(machine.extended(k, c)))),
          ...(matchId ? [columnOf(of(machine.matchId[k]!))] : []),
          ...[...partitions, place].map((c) => columnOf(of(c))),
          long(i),
        ],
      }
    }),
  }
  // A record that matches several steps is given by the last of them first.
  const keys = [hidden.at(-1)!, rank].map((c) => ({ expr: columnOf(c), descending: false, nullsFirst: true }))
  const kept = [...outputs, ...hidden.slice(0, -1)]
  return keep(sort(union, keys), kept)
}

function declarations(op: Syntax, context: Context): Assignment[] {
  const clause = child(op, 'DeclareClause')
  return (clause ? elements(clause, 'Declarations') : []).map((d) => {
    const declared = mustChild(d, 'NameAndType')
    const type = typeNamed(mustChild(declared, 'Name').ReferencedSymbol?.Type as never)
    if (!type) throw refuse(d, `The type of ${quoted(d)}`)
    const fallback = child(d, 'DefaultValue')
    const value = fallback && lowerScalar(mustChild(fallback, 'Value'), { columns: [] }, context)
    const name = String(mustChild(declared, 'Name').SimpleName)
    return { column: context.numbering.column(name, type), expr: value ? coerce(value, type) : nullOf(type) }
  })
}

/** The operator's own `order by` and `partition by`. */
function arranged(op: Syntax, input: Plan, context: Context): { rows: Plan; by: Column[] } {
  const scope = { columns: input.columns }
  const order = child(op, 'OrderByClause')
  const partition = child(op, 'PartitionByClause')
  const by = (partition ? elements(partition, 'Expressions') : []).map((e): Assignment => {
    const expr = lowerScalar(e, scope, context)
    return { column: context.numbering.column('$by', expr.type), expr }
  })
  const sorted = order
    ? sort(
        input,
        elements(order, 'Expressions').map((e) => lowerSortKey(e, scope, context)),
      )
    : input
  const rows = by.length > 0 ? project(sorted, [...input.columns.map(pass), ...by]) : sorted
  return { rows, by: [...partitionColumns(input), ...by.map((b) => b.column)] }
}

function lowerSteps(op: Syntax, visible: readonly Column[], context: Context): Step[] {
  const nodes = elements(op, 'Steps')
  const names = nodes.map((n) => String(mustChild(n, 'Name').SimpleName))
  const records = new Map(names.map((n) => [n, visible.map((c) => context.numbering.column(c.name, c.type))]))
  const scope = { columns: visible, records }
  return nodes.map((node, k) => {
    const output = child(node, 'ScanStepOutput')
    const said = output ? /=\s*(\w+)/.exec(textOf(output))?.[1] : 'all'
    if (said !== 'all' && said !== 'last' && said !== 'none')
      throw refuse(node, `The output ${quoted(output!)} of a step`)
    const computation = child(node, 'ComputationClause')
    const assigned = new Map<string, Expr>()
    for (const a of computation ? elements(computation, 'Assignments') : []) {
      const name = String(mustChild(a, 'Name').SimpleName)
      const column = visible.find((c) => c.name === name)
      if (!column) throw refuse(a, `The assignment ${quoted(a)}`)
      assigned.set(name, coerce(lowerScalar(mustChild(a, 'Expression'), scope, context), column.type))
    }
    const condition = coerce(lowerScalar(mustChild(node, 'Condition'), scope, context), 'bool')
    return { output: said, condition, assigned, record: records.get(names[k]!)! }
  })
}

/** What is true of a row that some step may match, whatever the records are: the others change nothing. */
function canMatch(steps: readonly Step[]): Expr {
  const records = new Set(steps.flatMap((s) => s.record.map((c) => c.id)))
  const ofTheRow = (e: Expr) => e.kind !== 'scalar' && ![...columnsUsed(e)].some((id) => records.has(id))
  const each = steps.map((s) => and(...conjuncts(s.condition).filter(ofTheRow)))
  return each.reduce((a, b) => call('or', [a, b], 'bool'))
}

/** The last row of each run of rows with the same run number. */
function lastOfRuns(rows: Plan, run: Column, by: readonly Column[], context: Context): Plan {
  const next = context.numbering.column('$next', 'long')
  const beside = window(rows, [{ column: next, name: 'next', args: [columnOf(run)] }], by)
  const isLast = call(
    'or',
    [call('isnull', [columnOf(next)], 'bool'), not(call('==', [columnOf(next), columnOf(run)], 'bool'))],
    'bool',
  )
  return keep(filter(beside, isLast), rows.columns)
}

const iff = (when: Expr, then: Expr, otherwise: Expr): Expr =>
  then === otherwise ? then : call('iff', [when, then, otherwise], then.type)
/** Null is false. */
const isTrue = (e: Expr): Expr => call('iff', [e, bool(true), bool(false)], 'bool')

/**
 * The states of the steps (docs: scan operator, "Matching logic"). The state of step k holds the last record of each step
 * up to k. A row meets the steps from the last to the first: if it fits step k by the state of step k-1, that state moves
 * to step k; else, if step k is at work or is the first one, it may fit by the state of step k itself.
 */
class Machine {
  readonly matched: Column[] = []
  readonly matchId: Column[] = []
  /** Counts the times that the state of a step was filled anew. */
  readonly run: Column[] = []
  readonly #extended: Map<string, Column>[] = []
  readonly #steps: readonly Step[]
  readonly #visible: readonly Column[]
  readonly #defaults: ReadonlyMap<string, Expr>
  readonly #context: Context

  constructor(
    steps: readonly Step[],
    visible: readonly Column[],
    defaults: ReadonlyMap<string, Expr>,
    context: Context,
  ) {
    this.#steps = steps
    this.#visible = visible
    this.#defaults = defaults
    this.#context = context
  }

  /** Where a column of the record that matches step k is found. */
  extended(k: number, c: Column): Column {
    return this.#extended[k]!.get(c.name) ?? c
  }

  #column(name: string, type: Column['type']): Column {
    return this.#context.numbering.column(name, type)
  }

  over(input: Plan, by: readonly Column[]): Iterate {
    const steps = this.#steps
    const used = usedColumns(steps)
    const state: { column: Column; initial: Expr; next: Expr }[] = []
    const layers: Assignment[][] = []
    const n = steps.length

    // states[k][j]: columns for the record of step j in the state of step k, by the id that expressions use.
    const states = steps.map((_, k) =>
      steps
        .slice(0, k + 1)
        .map((s) =>
          s.record.filter((c) => used.has(c.id)).map((c) => ({ ref: c, held: this.#column('$held', c.type) })),
        ),
    )
    const active = steps.map(() => this.#column('$active', 'bool'))
    const ids = steps.map(() => this.#column('$id', 'long'))
    const runs = steps.map(() => this.#column('$runs', 'long'))
    const nextId = this.#column('$nextId', 'long')
    const initial = (c: Column): Expr => this.#defaults.get(c.name) ?? nullOf(c.type)
    const references = steps.flatMap((s) => s.record.filter((c) => used.has(c.id)))
    /** Conditions and assignments by a state: what it does not hold is as in an empty one. */
    const by_ =
      (values: ReadonlyMap<ColumnId, Expr>) =>
      (e: Expr): Expr =>
        substitute(e, new Map(references.map((c) => [c.id, values.get(c.id) ?? initial(c)])))

    const promoted: (Column | undefined)[] = []
    for (let k = n - 1; k >= 0; k--) {
      const step = steps[k]!
      const above = promoted[k + 1]
      const below = new Map((states[k - 1] ?? []).flat().map((h) => [h.ref.id, columnOf(h.held)]))
      const own = new Map(
        states[k]!.flat().map((h) => [
          h.ref.id,
          above ? iff(columnOf(above), initial(h.ref), columnOf(h.held)) : columnOf(h.held),
        ]),
      )
      const isActive = above ? and(columnOf(active[k]!), not(columnOf(above))) : columnOf(active[k]!)
      const [first, second] = [this.#column('$promoted', 'bool'), this.#column('$again', 'bool')]
      const fromBelow: Expr = k === 0 ? bool(false) : isTrue(and(columnOf(active[k - 1]!), by_(below)(step.condition)))
      layers.push([{ column: first, expr: fromBelow }])
      const again = and(not(columnOf(first)), ...(k === 0 ? [] : [isActive]), by_(own)(step.condition))
      layers.push([{ column: second, expr: isTrue(again) }])
      promoted[k] = first

      const matched = this.#column('$matched', 'bool')
      const id = this.#column('$match', 'long')
      const run = this.#column('$run', 'long')
      const begins = k === 0 ? and(columnOf(second), not(isActive)) : columnOf(first)
      const assigned = [...step.assigned].map(([name, expr]) => {
        const target = this.#visible.find((c) => c.name === name)!
        const value = k === 0 ? by_(own)(expr) : iff(columnOf(first), by_(below)(expr), by_(own)(expr))
        return { column: this.#column(name, target.type), expr: value }
      })
      layers.push([
        { column: matched, expr: call('or', [columnOf(first), columnOf(second)], 'bool') },
        { column: id, expr: iff(begins, columnOf(k === 0 ? nextId : ids[k - 1]!), columnOf(ids[k]!)) },
        { column: run, expr: call('+', [columnOf(runs[k]!), iff(begins, long(1), long(0))], 'long') },
        ...assigned,
      ])
      this.matched[k] = matched
      this.matchId[k] = id
      this.run[k] = run
      this.#extended[k] = new Map(assigned.map((a) => [a.column.name, a.column]))

      state.push(
        { column: active[k]!, initial: bool(false), next: call('or', [columnOf(matched), isActive], 'bool') },
        { column: ids[k]!, initial: long(0), next: columnOf(id) },
        { column: runs[k]!, initial: long(0), next: columnOf(run) },
      )
      for (const [j, held] of states[k]!.entries()) {
        for (const h of held) {
          const row = this.#visible[steps[j]!.record.indexOf(h.ref)]!
          const kept = own.get(h.ref.id)!
          const next =
            j === k
              ? iff(columnOf(matched), columnOf(this.extended(k, row)), kept)
              : iff(columnOf(first), below.get(h.ref.id)!, kept)
          state.push({ column: h.held, initial: initial(h.ref), next })
        }
      }
    }
    const first = layers.at(-1)!.find((a) => a.column === this.run[0])!
    const began = call('-', [columnOf(first.column), columnOf(runs[0]!)], 'long')
    state.push({ column: nextId, initial: literal('long', '0'), next: call('+', [columnOf(nextId), began], 'long') })
    return {
      kind: 'iterate',
      input,
      state,
      layers,
      columns: [...input.columns, ...layers.flat().map((a) => a.column)],
      ...(by.length > 0 && { by }),
    }
  }
}

/** References to records that some expression makes; the rest need not be held. */
function usedColumns(steps: readonly Step[]): Set<ColumnId> {
  const exprs = steps.flatMap((s) => [s.condition, ...s.assigned.values()])
  return new Set(exprs.flatMap((e) => [...columnsUsed(e)]))
}
