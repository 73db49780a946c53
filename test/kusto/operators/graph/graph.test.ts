import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { plain, startService, type TestService } from '../../../support/service.ts'

let service: TestService
beforeAll(async () => {
  service = await startService()
})
afterAll(() => service.close())

const ask = async (kql: string) => {
  const { columns, rows } = await service.ask(kql)
  return { columns, rows: plain(rows) }
}
/** Rows in an order of their own: a graph has none. */
const rowsOf = async (kql: string): Promise<unknown[][]> =>
  ((await ask(kql)).rows as unknown[][])
    .map((r) => JSON.stringify(r))
    .sort()
    .map((r) => JSON.parse(r))

/** Flights: a ring of three, a way out of it, and a loop at its end. */
const FLIGHTS = `let Flights = datatable(origin: string, goal: string, km: long)['oslo', 'rome', 20, 'rome', 'bern', 7, 'bern', 'oslo', 14, 'bern', 'lima', 108, 'lima', 'lima', 1];
let Towns = datatable(town: string, hub: bool, note: string)['oslo', true, '', 'rome', false, 'warm', 'nuuk', true, 'cold'];
let G = Flights | make-graph origin --> goal with Towns on town;
`

describe('make-graph', () => {
  test('has the rows of the node table and the ends of edges as nodes, each once', async () => {
    expect(await ask(`${FLIGHTS} G | graph-to-table nodes | sort by town asc`)).toEqual({
      columns: ['town:string', 'hub:bool', 'note:string'],
      rows: [
        ['bern', null, ''],
        ['lima', null, ''],
        ['nuuk', true, 'cold'],
        ['oslo', true, ''],
        ['rome', false, 'warm'],
      ],
    })
  })

  test('merges the properties of rows with the same identity, across tables', async () => {
    const query = `let E = datatable(s: long, t: long)[1, 2, 2, long(null)];
let P = datatable(p: long, name: string)[1, 'one', 1, ''];
let Q = datatable(q: long, size: long, name: string)[1, 11, '', 3, 33, 'three'];
E | make-graph s --> t with P on p, Q on q | graph-to-table nodes`
    expect(await rowsOf(query)).toEqual([
      [1, 'one', 1, 11],
      [2, '', 2, null],
      [null, '', null, null],
      [null, 'three', 3, 33],
    ])
  })

  test('may come from a function, and be met twice', async () => {
    const query = `${FLIGHTS} let Long = (least: long) { Flights | where km >= least | make-graph origin --> goal with_node_id=town };
Long(14) | graph-match (a)-->(b) project a.town | join kind=inner (Long(100) | graph-match (a)-->(b) project a.town) on a_town
| union (G | graph-match (a)-->(b)-->(c) where c.town == 'oslo' project a.town) | project a_town`
    expect(await rowsOf(query)).toEqual([['bern'], ['bern'], ['rome']])
  })

  test('keeps every row as an edge, in the columns of the table', async () => {
    expect(await ask(`${FLIGHTS} G | graph-to-table edges | summarize edges = count(), km = sum(km)`)).toEqual({
      columns: ['edges:long', 'km:long'],
      rows: [[5, 150]],
    })
  })

  test.each([
    ['Flights | make-graph origin -- goal | graph-match (a)-->(b) project a', 'must be directed'],
    [
      'Flights | make-graph origin --> km with_node_id=id | graph-match (a)-->(b) project a.id',
      'different types, string and long',
    ],
    [
      'Flights | extend x = dynamic(1) | make-graph x --> x with_node_id=id | graph-match (a) project a.id',
      "can't be of type dynamic",
    ],
    ['Flights | make-graph origin --> goal', 'must be followed by an operator'],
    [
      'Flights | make-graph origin --> goal with Towns on town partitioned-by km (graph-match (a)-->(b) project a.town)',
      "must have the partition column 'km'",
    ],
    [
      'Flights | make-graph origin --> goal with_node_id=id partitioned-by km (graph-match (a)-->(b) project a.id | count)',
      'More than one operator',
    ],
    ['G | graph-match (a)-->(b)', "'project' is missing"],
    ['G | graph-match (a)-->(b), (c)-->(d) project a.town', 'must be connected'],
    ['G | graph-match cycles=some (a)-->(b) project a.town', 'cycles is all, none or unique_edges'],
    ['G | graph-match (a)-[p*3..2]->(b) project a.town', 'is empty'],
    ['G | graph-match (a)-[p*1..100]->(b) where all(p, km < strlen(a.town)) project a.town', 'parts of a long path'],
    ['G | graph-match cycles=none (a)-->(b)-->(d), (a)-->(c)-->(d) project a.town', 'meets itself again'],
    ['nowhere | graph-match (a)-[e]->(b) project x = a.n', "table or column expression named 'nowhere'"],
    ['nowhere(1) | graph-match (a)-[e*1..3]->(b) project x = a.n', "Unknown function: 'nowhere'"],
    ['Towns | graph-shortest-paths (a)-[e*1..3]->(b) project a.town', "'Towns' is no graph"],
    ['let F = () { Towns | graph-match (a)-[e]->(b) project a.town }; F', "'Towns' is no graph"],
    ['Towns | graph-to-table nodes', "'Towns' is no graph"],
    ['Flights | make-graph Nowhere --> goal | graph-to-table nodes', "expression named 'Nowhere'"],
    ['Flights | make-graph origin --> goal with Towns on nowhere | graph-to-table nodes', "expression named 'nowhere'"],
    ['G | graph-match (a)-[e]->(b)-[e]->(c) project a.town', 'named twice'],
    ['G | graph-match (a)-[p*1..2]->(b) project map(inner_nodes(p), nowhere)', "named 'nowhere'"],
    ['graph("g") | graph-match (a)-->(b) project a', 'graph'],
    ['let H = () { G }; H', 'not a table'],
    [
      'Flights | make-graph km --> km with_node_id=id | graph-to-table nodes with_node_id=h',
      "'with_node_id' of a graph whose nodes go by long",
    ],
    ['G | graph-shortest-paths (a)-->(b) project a.town', 'an edge of variable length'],
    ['G | graph-shortest-paths (a)-[p*1..2]->(b), (b)-->(c) project a.town', 'one sequence'],
    [
      'Flights | partition by origin (make-graph origin --> goal | graph-match (a)-->(b) project node_id(a))',
      'in a sub-query',
    ],
  ])('refuses %s', async (query, why) => {
    await expect(ask(FLIGHTS + query)).rejects.toThrow(why)
  })
})

describe('graph-match', () => {
  test('binds nodes and edges along the pattern, whichever way its arrows point', async () => {
    expect(
      await rowsOf(`${FLIGHTS} G | graph-match (a)-[e]->(b)<-[f]-(c) project a.town, e.km, b.town, f.km, c.town`),
    ).toEqual([
      ['bern', 108, 'lima', 1, 'lima'],
      ['lima', 1, 'lima', 108, 'bern'],
    ])
  })

  test('names columns after node and property, and numbers what has no name', async () => {
    const { columns } = await ask(
      `${FLIGHTS} G | graph-match (a)-[p*1..2]->(b) project a.town, a.town, a.hub, a_hub = 1, strlen(a.note), map(p, km), node_degree_out(b), far = b.hub, p.km`,
    )
    expect(columns).toEqual([
      'a_town:string',
      'a_town1:string',
      'a_hub:bool',
      'a_hub1:long',
      'Column1:long',
      'p_km:dynamic',
      'node_degree_out_b:long',
      'far:bool',
      'p_km1:dynamic',
    ])
  })

  test('gives a whole node, edge or path as bags, without what is empty', async () => {
    expect(
      await rowsOf(`${FLIGHTS} G | graph-match (a)-[e]->(b)-[p*1..1]->(c) where a.town == 'oslo' project a, e, c, p`),
    ).toEqual([
      [
        { town: 'oslo', hub: true },
        { origin: 'oslo', goal: 'rome', km: 20 },
        { town: 'bern' },
        [{ origin: 'rome', goal: 'bern', km: 7 }],
      ],
    ])
  })

  test('meets an edge without direction both ways, and a loop twice', async () => {
    expect(
      await rowsOf(`${FLIGHTS} G | graph-match (a)--(b) where a.town in ('rome', 'lima') project a.town, b.town`),
    ).toEqual([
      ['lima', 'bern'],
      ['lima', 'lima'],
      ['lima', 'lima'],
      ['rome', 'bern'],
      ['rome', 'oslo'],
    ])
  })

  test('a name that comes again is the same node, in one sequence or in several', async () => {
    expect(await rowsOf(`${FLIGHTS} G | graph-match (a)-->(b)-->(c)-->(a) project a.town, c.town`)).toEqual([
      ['bern', 'rome'],
      ['oslo', 'bern'],
      ['rome', 'oslo'],
    ])
    expect(
      await rowsOf(
        `${FLIGHTS} G | graph-match (a)-->(b), (c)-->(a), (b)-->(d) where d.town == 'lima' and b.town != d.town project c.town, a.town`,
      ),
    ).toEqual([['oslo', 'rome']])
    expect(await rowsOf(`${FLIGHTS} G | graph-match (a)-[e]->(a) project a.town, e.km`)).toEqual([['lima', 1]])
  })

  test.each([
    ['unique_edges', ['bern lima', 'oslo bern', 'oslo lima', 'rome lima', 'rome lima']],
    ['none', ['oslo bern', 'oslo lima', 'rome lima']],
    ['all', ['bern lima', 'bern lima', 'lima lima', 'lima lima', 'oslo bern', 'oslo lima', 'rome lima', 'rome lima']],
  ])('cycles=%s says what may come twice', async (cycles, found) => {
    const query = `let E = datatable(s: string, t: string)['oslo', 'rome', 'rome', 'bern', 'bern', 'lima', 'lima', 'lima'];
E | make-graph s --> t with_node_id=id | graph-match cycles=${cycles} (a)-[p*2..3]->(b) project x = strcat(a.id, ' ', b.id)`
    expect((await rowsOf(query)).flat()).toEqual(found)
  })

  test('a null identity is a node, and differs from others', async () => {
    const query = `let E = datatable(s: long, t: long)[7, long(null), long(null), 8, long(null), long(null)];
E | make-graph s --> t with_node_id=id | graph-match cycles=none (a)-->(b)-->(c) project a.id, b.id, c.id`
    expect(await rowsOf(query)).toEqual([[7, null, 8]])
  })

  test('properties go before other names inside all(), any() and map(); toscalar and in() work in where', async () => {
    const query = `${FLIGHTS} let km = 'x'; let town = 'y'; let some = Towns | where hub | project town;
G | graph-match (a)-[p*2..2]->(b) where a.town in (some) and any(p, km < 10) project n = map(inner_nodes(p), town), m = map(p, strcat(km, '/', goal))`
    expect(await rowsOf(query)).toEqual([[['rome'], ['20/rome', '7/bern']]])
  })

  test('degrees are counted for named nodes and for the nodes of a path', async () => {
    const query = `${FLIGHTS} G | graph-match (a)<-[p*2..2]-(b) where a.town == 'oslo' project b.town, a = node_degree_in(a), o = node_degree_out(b), m = map(inner_nodes(p), strcat(node_id(), node_degree_out())) | where a < 2 | sort by o`
    expect(await rowsOf(query)).toEqual([['rome', 1, 1, ['bern2']]])
    expect(
      await rowsOf(
        `${FLIGHTS} G | graph-match (n) where n.town == 'nuuk' project node_degree_in(n), node_degree_out(n)`,
      ),
    ).toEqual([[0, 0]])
  })

  test('a cycle of the pattern is none where cycles are not matched', async () => {
    for (const pattern of ['(a)-[p*1..3]->(a)', '(a)-[p*1..50]->(a)', '(a)-->(b)-->(c)-->(a)', '(a)-->(a)', '(a)--(a)'])
      expect(await rowsOf(`${FLIGHTS} G | graph-match cycles=none ${pattern} project a.town`)).toEqual([])
  })

  test('a path of up to a hundred edges ends where no more edges are', async () => {
    const query = (range: string) => `${FLIGHTS} G | graph-match (a)<-[p*${range}]-(b)
where a.town != 'rome' and b.town startswith 'o' and all(p, km < 100) and any(inner_nodes(p), town == 'rome')
project a.town, b.town, p, l = array_length(p), m = map(p, strcat(km, goal)), n = map(inner_nodes(p), node_degree_out()), o = map(p, labels())`
    const rows = await rowsOf(query('0..100'))
    expect(rows).toEqual(await rowsOf(query('0..5')))
    expect(rows.map(([town, , , length]) => [town, length])).toEqual([
      ['bern', 2],
      ['oslo', 3],
    ])
  })

  test('long paths share edges and nodes with the rest of a pattern as others do', async () => {
    for (const cycles of ['unique_edges', 'none'])
      for (const rest of ['-->(c)', '<-[q*0..SIZE]-(c)', '-[q*0..SIZE]->(c)', '--(c)--(d)']) {
        const query = (size: number) =>
          `${FLIGHTS} G | graph-match cycles=${cycles} (a)-[p*1..SIZE]->(b)${rest} project a.town, b.town, c.town, map(p, km)`.replaceAll(
            'SIZE',
            String(size),
          )
        expect(await rowsOf(query(40))).toEqual(await rowsOf(query(5)))
      }
  })

  test('several paths of some length each are no trouble', async () => {
    const query = `${FLIGHTS} G | graph-match cycles=none (a)-[p*0..9]->(b)-[q*0..9]->(c)-[r*0..9]->(d) where a.town == 'rome' project l = array_length(p) + array_length(q) + array_length(r) | summarize n = count() by l | sort by l asc`
    // Rome, Bern, then Oslo or Lima: a path of n edges is cut into three in (n + 1)(n + 2) / 2 ways.
    expect((await ask(query)).rows).toEqual([
      [0, 1],
      [1, 3],
      [2, 12],
    ])
  })

  test('more walks than there is room for end the query', async () => {
    const query = `range i from 0 to 600 step 1 | extend s = i % 20, t = (i * 7) % 20 | make-graph s --> t with_node_id=id
| graph-match (a)-[p*1..100]->(b) project a.id | count`
    await expect(ask(query)).rejects.toThrow('exceeded the allowed limits')
  })

  test('node_id is a text, whatever the identity is', async () => {
    const query = `datatable(s: long, t: long)[7, long(null)] | make-graph s --> t | graph-match (a)-[p*1..1]->(b) project a = node_id(a), b = node_id(b)`
    expect(await ask(query)).toEqual({ columns: ['a:string', 'b:string'], rows: [['7', '']] })
  })

  test('a path of no edges has its ends in one place', async () => {
    const query = `${FLIGHTS} G | graph-match (a)-[p*0..1]->(b)-[e]->(c) where a.town == 'rome' project b.town, c.town, l = array_length(p), all(p, km < 0), any(p, km > 0), p.km`
    expect(await rowsOf(query)).toEqual([
      ['bern', 'lima', 1, false, true, [7]],
      ['bern', 'oslo', 1, false, true, [7]],
      ['rome', 'bern', 0, true, false, []],
    ])
  })

  test('reaches into dynamic properties', async () => {
    const query = `let E = datatable(s: string, t: string, d: dynamic)['a', 'b', dynamic({'x': {'y': 5}})];
E | make-graph s --> t with_node_id=id | graph-match (a)-[e]->(b) where e.d.x.y > 4 project e.d.x.y`
    expect(await ask(query)).toEqual({ columns: ['e_d_x_y:dynamic'], rows: [[5]] })
  })

  test('numbers and truth values of a pattern can be grouped, sorted and filtered by', async () => {
    const query = `${FLIGHTS} G | graph-match cycles=none (a)-[p*1..3]->(b) project l = array_length(p), short = all(p, km < 50) | where short | summarize paths = count() by l | sort by l asc`
    expect((await ask(query)).rows).toEqual([
      [1, 3],
      [2, 3],
    ])
  })
})

describe('graph-shortest-paths', () => {
  const ROADS = `let E = datatable(s: string, t: string, ok: bool)['a', 'b', true, 'a', 'b', true, 'b', 'z', false, 'b', 'c', true, 'c', 'z', true, 'z', 'a', true];
let R = E | make-graph s --> t with_node_id=id;
`

  test('gives one shortest path for each pair of nodes', async () => {
    expect(
      await rowsOf(
        `${ROADS} R | graph-shortest-paths (x)-[p*1..4]->(y) where x.id == 'a' project y.id, array_length(p)`,
      ),
    ).toEqual([
      ['b', 1],
      ['c', 2],
      ['z', 2],
    ])
  })

  test('is the one along the edges that come first, of several that are as short', async () => {
    for (const greatest of [4, 40])
      for (const [first, last] of [
        ['p', 'q'],
        ['q', 'p'],
      ]) {
        const query = `datatable(s: string, t: string)['q', 'z', 'p', 'z', 'a', '${first}', 'a', '${last}'] | make-graph s --> t with_node_id=id
| graph-shortest-paths (x)-[p*1..${greatest}]->(y) where x.id == 'a' and y.id == 'z' project p.s`
        expect(await rowsOf(query)).toEqual([[['a', first]]])
      }
  })

  test('output=all gives all of them; where is asked before which is the shortest', async () => {
    const query = `${ROADS} R | graph-shortest-paths output=all (x)-[p*1..4]->(y) where x.id == 'a' and y.id == 'z' and all(p, ok) project map(inner_nodes(p), id)`
    expect(await rowsOf(query)).toEqual([[['b', 'c']], [['b', 'c']]])
  })
})

describe('graph-shortest-paths of large ranges', () => {
  const GRID = `let E = range i from 0 to 399 step 1 | mv-expand d = dynamic([1, 20]) to typeof(long)
| extend j = i + d | where j < 400 and (d == 20 or j % 20 != 0) | project s = i, t = j, d;
let R = E | make-graph s --> t with_node_id=id;
`
  test('are searched breadth first', async () => {
    const query = `${GRID} R | graph-shortest-paths (x)-[p*1..100]->(y) where x.id == 0 project y.id, l = array_length(p) | summarize n = count(), far = max(l)`
    expect((await ask(query)).rows).toEqual([[399, 38]])
  })

  test('give every shortest path, and those that meet further conditions', async () => {
    const all = `${GRID} R | graph-shortest-paths output=all (x)-[p*1..100]->(y) where x.id == 0 and y.id == 63 and all(p, d < 30) project l = array_length(p) | summarize count() by l`
    expect((await ask(all)).rows).toEqual([[6, 20]])
    const across = `${GRID} E | where t < 40 | make-graph s --> t with_node_id=id | graph-shortest-paths output=all (x)-[p*2..100]->(y)<-[q*1..1]-(z) where x.id == 0 and z.id == 2 and any(inner_nodes(p), id == 21) project map(p, t), y.id`
    expect(await rowsOf(across)).toEqual([
      [[1, 21, 22], 22],
      [[20, 21, 22], 22],
    ])
  })
})

describe('make-graph partitioned-by', () => {
  const LINKS = `let L = datatable(s: string, t: string, firm: string)['pc', 'dc', 'contoso', 'dc', 'db', 'contoso', 'pc', 'db', 'fabrikam'];
let N = datatable(host: string, firm: string, os: string)['pc', 'contoso', 'Windows', 'pc', 'fabrikam', 'Linux'];
`
  test('keeps the nodes of each partition apart', async () => {
    const query = (range: string) =>
      `${LINKS} L | make-graph s --> t with N on host partitioned-by firm (graph-match (a)-[p*${range}]->(b) project a.os, b, node_id(b), node_degree_in(b), map(p, firm))`
    const rows = [
      ['', { host: 'db' }, 'db', 1, ['contoso']],
      ['Linux', { host: 'db' }, 'db', 1, ['fabrikam']],
      ['Windows', { host: 'db' }, 'db', 1, ['contoso', 'contoso']],
      ['Windows', { host: 'dc' }, 'dc', 1, ['contoso']],
    ]
    expect(await rowsOf(query('1..2'))).toEqual(rows)
    expect(await rowsOf(query('1..100'))).toEqual(rows)
  })

  test('gives the tables of all partitions', async () => {
    const nodes = `${LINKS} L | make-graph s --> t with_node_id=host partitioned-by firm (graph-to-table nodes with_node_id=h) | summarize n = count(), h = take_any(h) by host | extend same = h == hash(host) | project-away h`
    expect(await rowsOf(nodes)).toEqual([
      ['db', 2, true],
      ['dc', 1, true],
      ['pc', 2, true],
    ])
  })
})

describe('graph-mark-components', () => {
  test('weak components follow edges both ways, in the order in which nodes appear', async () => {
    const query = `let E = datatable(s: string, t: string)['x', 'y', 'p', 'q', 'y', 'z'];
E | make-graph s --> t with_node_id=id | graph-mark-components with_component_id=part | graph-to-table nodes | sort by id asc`
    expect(await ask(query)).toEqual({
      columns: ['id:string', 'part:long'],
      rows: [
        ['p', 1],
        ['q', 1],
        ['x', 0],
        ['y', 0],
        ['z', 0],
      ],
    })
  })

  test('strong components follow edges as they point; the mark is a property like others', async () => {
    const query = `${FLIGHTS} G | graph-mark-components kind=strong | graph-match (a)-->(b) where a.ComponentId != b.ComponentId project a.town, b.town, same = a.ComponentId`
    expect(await rowsOf(query)).toEqual([['bern', 'lima', 0]])
  })
})
