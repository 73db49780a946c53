/** Functions that take texts apart: URLs, file paths, command lines, XML. */
import type { Dynamic } from '../../types/dynamic.ts'
import { native } from '../define.ts'
import { windowsArguments } from './command-line.ts'
import { parseXml } from './xml.ts'

export const parseNatives = {
  parse_url: native({
    doc: 'The parts of the absolute URL `url`: Scheme, Host, Port, Path, Username, Password, Query Parameters, Fragment; "" for what it does not have.',
    takes: ['string'],
    gives: 'dynamic',
    nulls: 'propagate',
    run: parseUrl,
    examples: [
      [
        "parse_url('https://ada@files.contoso.com:8443/get?id=7&flag#top')",
        {
          Scheme: 'https',
          Host: 'files.contoso.com',
          Port: '8443',
          Path: '/get',
          Username: 'ada',
          Password: '',
          'Query Parameters': { id: '7', flag: '' },
          Fragment: 'top',
        },
      ],
    ],
  }),
  parse_urlquery: native({
    doc: 'The parameters of the query part of a URL, as they are written.',
    takes: ['string'],
    gives: 'dynamic',
    nulls: 'propagate',
    run: (query: string) => new Map([['Query Parameters', queryParameters(query)]]),
    examples: [["parse_urlquery('q=a%20b&page=2')", { 'Query Parameters': { q: 'a%20b', page: '2' } }]],
  }),
  parse_path: native({
    doc: 'The parts of the file path `path`: Scheme, RootPath, DirectoryPath, DirectoryName, Filename, Extension, AlternateDataStreamName; "" for what it does not have.',
    takes: ['string'],
    gives: 'dynamic',
    nulls: 'propagate',
    run: parsePath,
    examples: [
      [
        "parse_path(@'D:\\tools\\a.tar.gz:hidden')",
        {
          Scheme: '',
          RootPath: 'D:\\',
          DirectoryPath: 'D:\\tools',
          DirectoryName: 'tools',
          Filename: 'a.tar.gz',
          Extension: 'gz',
          AlternateDataStreamName: 'hidden',
        },
      ],
    ],
  }),
  parse_command_line: native({
    doc: 'The arguments of `command_line` as Windows splits them; `parser` must be "windows".',
    takes: ['string', 'string'],
    gives: 'dynamic',
    nulls: 'propagate',
    run: (line: string, parser: string) =>
      parser.toLowerCase() === 'windows' && line !== '' ? windowsArguments(line) : null,
    examples: [
      [
        'parse_command_line(@\'"C:\\Program Files\\a.exe" -f "b c.txt" d\\e\', "windows")',
        ['C:\\Program Files\\a.exe', '-f', 'b c.txt', 'd\\e'],
      ],
      ['parse_command_line("", "windows")', null],
    ],
  }),
  parse_xml: native({
    doc: 'The XML text `xml` as bags and arrays; null for text that is no XML or longer than 1 MB.',
    takes: ['string'],
    gives: 'dynamic',
    nulls: 'propagate',
    run: (xml: string) => (Buffer.byteLength(xml) > MAX_XML_BYTES ? null : parseXml(xml)),
    examples: [
      [
        'parse_xml(\'<event id="4"><data>a</data><data>b</data><empty/></event>\')',
        { event: { '@id': '4', data: ['a', 'b'], empty: null } },
      ],
      ["parse_xml('<event>')", null],
    ],
  }),
}

const MAX_XML_BYTES = 1_048_576

const URL_PARTS = /^(?:([A-Za-z][A-Za-z0-9+.-]*):\/\/([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/s
const AUTHORITY = /^(?:([^:@]*)(?::([^@]*))?@)?(\[[^\]]*\]|[^:]*)(?::(.*))?$/s

function parseUrl(url: string): Dynamic {
  const [, scheme = '', authority = '', path = '', query = '', fragment = ''] = URL_PARTS.exec(url) ?? []
  const [, username = '', password = '', host = '', port = ''] = AUTHORITY.exec(authority) ?? []
  return new Map<string, Dynamic>([
    ['Scheme', scheme],
    ['Host', host],
    ['Port', port],
    ['Path', path],
    ['Username', username],
    ['Password', password],
    ['Query Parameters', queryParameters(query)],
    ['Fragment', fragment],
  ])
}

function queryParameters(query: string): Dynamic {
  const pairs = query
    .replace(/^\?/, '')
    .split('&')
    .filter((pair) => pair !== '')
  return new Map(
    pairs.map((pair) => {
      const equals = pair.indexOf('=')
      return equals < 0 ? [pair, ''] : [pair.slice(0, equals), pair.slice(equals + 1)]
    }),
  )
}

/** A scheme, a drive (with `\\?\` before it, for long paths), directories, a name, and a data stream behind a colon. */
const PATH_PARTS = /^(?:([A-Za-z][A-Za-z0-9+.-]*):\/\/)?((?:\\\\\?\\)?[A-Za-z]:[\\/])?(.*[\\/])?([^\\/:]*)(?::(.*))?$/s

function parsePath(path: string): Dynamic {
  const [, scheme = '', root = '', directories = '', filename = '', stream = ''] = PATH_PARTS.exec(path) ?? []
  const dot = filename.lastIndexOf('.')
  const inside = directories.length > 1 ? directories.slice(0, -1) : directories
  return new Map([
    ['Scheme', scheme],
    ['RootPath', root],
    ['DirectoryPath', root + inside],
    ['DirectoryName', /[^\\/]*$/.exec(inside)![0]],
    ['Filename', filename],
    ['Extension', dot < 0 ? '' : filename.slice(dot + 1)],
    ['AlternateDataStreamName', stream],
  ])
}
