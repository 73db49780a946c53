/** Reader of Windows events as XML: what `wevtutil qe … /f:xml` and the Event Viewer write, with or without a root element. */
import { XMLParser } from 'fast-xml-parser'
import { MAX_LINE } from './lines.ts'
import type { Properties, RecordSink } from './source-record.ts'

/** Events that name elements alike are told apart by their attributes; nothing is taken for a number. */
const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  parseTagValue: false,
  parseAttributeValue: false,
  removeNSPrefix: true,
  trimValues: false,
  isArray: (name) => name === 'Data',
})

const BEGIN = /<Event[\s>]/
const END = '</Event>'

/** One event at a time, so that a file of any size is read. */
export async function readEventXml(blocks: AsyncIterable<Buffer>, sink: RecordSink): Promise<void> {
  const decoder = new TextDecoder()
  let text = ''
  let line = 1
  const drop = (length: number) => {
    line += text.slice(0, length).split('\n').length - 1
    text = text.slice(length)
  }
  const take = () => {
    for (;;) {
      const begin = BEGIN.exec(text)?.index
      if (begin === undefined) {
        // The last letters may be the beginning of an element.
        if (text.length > 16) drop(text.length - 16)
        return
      }
      drop(begin)
      const end = text.indexOf(END)
      if (end < 0) return
      takeEvent(text.slice(0, end + END.length), line, sink)
      drop(end + END.length)
    }
  }
  for await (const block of blocks) {
    text += decoder.decode(block, { stream: true })
    take()
    if (text.length > MAX_LINE) {
      sink.reject(line, `the event is longer than ${MAX_LINE} characters; the rest of the file is not read`, text)
      return
    }
    await sink.breathe()
  }
  if (BEGIN.test(text)) sink.unfinished()
}

function takeEvent(xml: string, line: number, sink: RecordSink): void {
  const event = parsed(xml)
  if (event) sink.record({ properties: event, exact: false, line, text: xml })
  else sink.reject(line, 'the element is no Windows event', xml)
}

type Node = Readonly<Record<string, unknown>>

/** The event in winlogbeat's form, which the mapping reads. */
function parsed(xml: string): Properties | undefined {
  let event: Node | undefined
  try {
    event = nodeOf((parser.parse(xml, true) as Node).Event)
  } catch {
    return undefined
  }
  const system = nodeOf(event?.System)
  if (!event || !system) return undefined
  const user = Object.values(nodeOf(event.UserData) ?? {})
    .map(nodeOf)
    .find((n) => n !== undefined)
  return {
    '@timestamp': nodeOf(system.TimeCreated)?.['@SystemTime'],
    winlog: {
      channel: textOf(system.Channel),
      event_id: textOf(system.EventID),
      computer_name: textOf(system.Computer),
      process: { pid: nodeOf(system.Execution)?.['@ProcessID'] },
      event_data: dataOf(nodeOf(event.EventData)?.Data),
      ...(user && { user_data: Object.fromEntries(Object.entries(user).map(([k, v]) => [k, textOf(v)])) }),
    },
    message: textOf(nodeOf(event.RenderingInfo)?.Message),
  }
}

/** Data without a name are called by their place, as winlogbeat calls them. */
function dataOf(data: unknown): Node {
  const all = Array.isArray(data) ? (data as unknown[]) : []
  return Object.fromEntries(all.map((d, i) => [String(nodeOf(d)?.['@Name'] ?? `param${i + 1}`), textOf(d)]))
}

const nodeOf = (value: unknown): Node | undefined =>
  typeof value === 'object' && value !== null ? (value as Node) : undefined
const textOf = (value: unknown): string => String(nodeOf(value)?.['#text'] ?? (nodeOf(value) ? '' : (value ?? '')))
