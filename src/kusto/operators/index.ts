/** The table of operators: class of the bound node → its lowering. */
import { mvApply, partition } from './apply.ts'
import { evaluate } from './evaluate/index.ts'
import { extend, serialize } from './extend.ts'
import { facet, fork } from './fork.ts'
import { graphMatch, graphShortestPaths, type LowerGraphOperator } from './graph/match.ts'
import { graphToTable } from './graph/to-table.ts'
import { join, lookup } from './join.ts'
import { makeSeries } from './make-series.ts'
import { mvExpand } from './mv-expand.ts'
import type { LowerLeading, LowerOperator } from './operator.ts'
import { parse, parseWhere } from './parse.ts'
import { parseKv } from './parse-kv.ts'
import { project } from './project.ts'
import { byResultNames, projectByNames, projectRename } from './project-columns.ts'
import { scan } from './scan.ts'
import { find, search } from './search.ts'
import { as, consume, getschema, invoke, render } from './shape.ts'
import { sort, top } from './sort.ts'
import { print, range } from './sources.ts'
import { summarize } from './summarize.ts'
import { count, distinct, sample, sampleDistinct, take } from './take.ts'
import { topHitters } from './top-hitters.ts'
import { topNested } from './top-nested.ts'
import { union } from './union.ts'
import { where } from './where.ts'

export const operators: Readonly<Record<string, LowerOperator>> = {
  FilterOperator: where,
  ProjectOperator: project,
  ProjectAwayOperator: byResultNames,
  ProjectByNamesOperator: projectByNames,
  ProjectKeepOperator: byResultNames,
  ProjectReorderOperator: byResultNames,
  ProjectRenameOperator: projectRename,
  ExtendOperator: extend,
  SerializeOperator: serialize,
  ScanOperator: scan,
  SummarizeOperator: summarize,
  DistinctOperator: distinct,
  CountOperator: count,
  SortOperator: sort,
  TopOperator: top,
  TakeOperator: take,
  SampleOperator: sample,
  SampleDistinctOperator: sampleDistinct,
  JoinOperator: join,
  LookupOperator: lookup,
  MvExpandOperator: mvExpand,
  MvApplyOperator: mvApply,
  PartitionOperator: partition,
  MakeSeriesOperator: makeSeries,
  ParseOperator: parse,
  ParseWhereOperator: parseWhere,
  ParseKvOperator: parseKv,
  TopNestedOperator: topNested,
  TopHittersOperator: topHitters,
  GetSchemaOperator: getschema,
  EvaluateOperator: evaluate,
  RenderOperator: render,
  AsOperator: as,
  ConsumeOperator: consume,
  InvokeOperator: invoke,
  ForkOperator: fork,
  FacetOperator: facet,
}

/** Operators that make a table of a graph. */
export const graphOperators: Readonly<Record<string, LowerGraphOperator>> = {
  GraphMatchOperator: graphMatch,
  GraphShortestPathsOperator: graphShortestPaths,
  GraphToTableOperator: graphToTable,
}

/** Operators that may begin a query. */
export const leading: Readonly<Record<string, LowerLeading>> = {
  PrintOperator: print,
  RangeOperator: range,
  UnionOperator: union,
  SearchOperator: search,
  FindOperator: find,
}

/** Operators that are not answered, and why: by their class. */
export const refusedOperators: Readonly<Record<string, string>> = {
  ExecuteAndCacheOperator: 'it is internal to the Kusto service',
  PartitionByOperator: 'it is internal to the Kusto service',
  MacroExpandOperator: 'there are no entity groups to expand over',
  ReduceByOperator:
    'how it groups texts is not documented: the paper that its page names gives other groups than the examples of the page',
}
