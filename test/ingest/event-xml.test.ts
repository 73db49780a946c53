import { describe, expect, it } from 'vitest'
import { readEventXml } from '../../src/ingest/event-xml.ts'
import { windowsEvent } from '../../src/ingest/windows-event.ts'
import { blocksOf, collector } from './collect.ts'

const event = (
  id: number,
  data: string,
  other = '',
) => `<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'>
<System><Provider Name='Microsoft-Windows-Sysmon'/><EventID Qualifiers='0'>${id}</EventID><TimeCreated SystemTime='2024-05-01T10:00:00.1234567Z'/>
<Channel>Microsoft-Windows-Sysmon/Operational</Channel><Execution ProcessID='4711' ThreadID='1'/><Computer>ws-1.corp.example</Computer></System>
<EventData>${data}</EventData>${other}</Event>`
const CREATE = `<Data Name='Image'>C:\\Windows\\cmd.exe</Data><Data Name='CommandLine'>cmd /c &quot;echo 1 &amp; echo &lt;2&gt;&quot;</Data><Data Name='ProcessId'>0042</Data>`

async function read(xml: string, size?: number) {
  const sink = collector()
  await readEventXml(blocksOf(xml, size), sink)
  return sink
}

describe('readEventXml', () => {
  it('gives an event with its names, times and data as they stand', async () => {
    const { records } = await read(event(1, CREATE))
    const found = windowsEvent(records[0]!.properties)!
    expect(found).toMatchObject({
      id: 1,
      host: 'ws-1.corp.example',
      sysmon: true,
      local: false,
      writerPid: 4711,
      clock: Date.parse('2024-05-01T10:00:00.123Z'),
    })
    expect(found.get('CommandLine')).toBe('cmd /c "echo 1 & echo <2>"')
    expect(found.get('processid')).toBe('0042')
  })

  it('finds every event, below a root or without one, cut into blocks anywhere', async () => {
    const xml = `<?xml version="1.0" encoding="utf-8"?><Events>${Array.from({ length: 20 }, (_, i) => event(i, `<Data Name='A'>ä${i}</Data>`)).join('\n')}</Events>`
    for (const size of [1, 7, 1000, 1 << 20]) {
      const { records, rejects, ends } = await read(xml, size)
      expect(records.map((r) => windowsEvent(r.properties)!.get('A'))).toEqual(
        Array.from({ length: 20 }, (_, i) => `ä${i}`),
      )
      expect([rejects.length, ends]).toEqual([0, 0])
    }
    expect((await read(event(1, '') + event(2, ''))).records).toHaveLength(2)
  })

  it('names data without a name by their place, and reads user data and messages', async () => {
    const { records } = await read(
      event(
        7045,
        '<Data>one</Data><Data>two</Data>',
        `<UserData><X xmlns='y'><Why>because</Why></X></UserData><RenderingInfo><Message>said</Message></RenderingInfo>`,
      ),
    )
    const found = windowsEvent(records[0]!.properties)!
    expect([found.get('param1'), found.get('param2'), found.get('why'), found.message]).toEqual([
      'one',
      'two',
      'because',
      'said',
    ])
  })

  it('keeps the good events beside a broken one, with its line, and waits for one that is not finished', async () => {
    const { records, rejects, ends } = await read(
      `${event(1, '')}\n<Event><System></Sys></Event>\n${event(2, '')}\n<Event><System>`,
    )
    expect(records).toHaveLength(2)
    expect(rejects).toEqual([
      { line: 5, reason: 'the element is no Windows event', text: '<Event><System></Sys></Event>' },
    ])
    expect(ends).toBe(1)
  })

  it('fetches nothing and expands nothing that a document type asks for', async () => {
    const bomb = `<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>${event(1, "<Data Name='A'>&b;</Data>")}`
    const { records } = await read(bomb)
    expect(windowsEvent(records[0]!.properties)!.get('A')).toBe('&b;')
  })
})
