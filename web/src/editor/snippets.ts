/** Pieces of hunts that completion offers, with places to fill in. */

export interface Snippet {
  readonly label: string
  readonly doc: string
  /** With ‹values› to be filled in; one that begins with a pipe goes on with a query. */
  readonly text: string
}

export const snippets: readonly Snippet[] = [
  {
    label: 'time window',
    doc: 'Only what happened lately.',
    text: '| where Timestamp > ago(‹7d›)',
  },
  {
    label: 'rare values',
    doc: 'Values that few devices have, the rarest first.',
    text: '| summarize Count = count(), Devices = dcount(DeviceId) by ‹FileName›\n| where Devices <= ‹2›\n| sort by Count asc',
  },
  {
    label: 'first and last seen',
    doc: 'When each value was met, and how often.',
    text: '| summarize FirstSeen = min(Timestamp), LastSeen = max(Timestamp), Count = count() by ‹DeviceName›\n| sort by LastSeen desc',
  },
  {
    label: 'newest of each device',
    doc: 'The last event of every device, with all of its columns.',
    text: '| summarize arg_max(Timestamp, *) by DeviceId',
  },
  {
    label: 'count over time',
    doc: 'A line of events by the hour.',
    text: '| summarize count() by bin(Timestamp, ‹1h›)\n| render timechart',
  },
  {
    label: 'connections of processes',
    doc: 'What the processes of a query connected to.',
    text: '| join kind=inner (\n    DeviceNetworkEvents\n    | project DeviceId, InitiatingProcessId, RemoteIP, RemotePort, RemoteUrl, ConnectionTime = Timestamp\n) on DeviceId, $left.ProcessId == $right.InitiatingProcessId',
  },
  {
    label: 'values of AdditionalFields',
    doc: 'One member of the JSON as a column.',
    text: '| extend Fields = parse_json(AdditionalFields)\n| extend ‹Name› = tostring(Fields.‹Name›)',
  },
  {
    label: 'list of names',
    doc: 'Names that a query compares with.',
    text: 'let ‹Names› = dynamic(["‹cmd.exe›", "‹powershell.exe›"]);\n',
  },
]

/** What stands there when nothing is filled in. */
export const filledIn = ({ text }: Snippet): string => text.replace(/[‹›]/g, '')

/** As the editor takes it: values of one text are filled in together. */
export function editorText({ text }: Snippet): string {
  const values: string[] = []
  return text.replaceAll('$', '\\$').replace(/‹(.*?)›/g, (_, value: string) => {
    if (!values.includes(value)) values.push(value)
    return `\${${values.indexOf(value) + 1}:${value}}`
  })
}

/** @param before the line up to the word that is being typed: a pipe there is not written again */
export function snippetsAfter(before: string): readonly Snippet[] {
  const typed = before.trimEnd()
  if (typed === '') return snippets
  if (!typed.endsWith('|')) return []
  return snippets.filter((s) => s.text.startsWith('| ')).map((s) => ({ ...s, text: s.text.slice(2) }))
}
