/** Defender's own form of a shared query: base64url of gzip of UTF-16LE (as public hunting repositories have it). */

export async function encodeQuery(query: string): Promise<string> {
  const units = new Uint16Array(query.length)
  for (let i = 0; i < query.length; i++) units[i] = query.charCodeAt(i)
  const packed = await through(new Uint8Array(units.buffer), new CompressionStream('gzip'))
  let binary = ''
  for (const byte of packed) binary += String.fromCharCode(byte)
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
}

/** @throws when the text is none of these */
export async function decodeQuery(encoded: string): Promise<string> {
  const binary = atob(encoded.replaceAll('-', '+').replaceAll('_', '/'))
  const bytes = await through(
    Uint8Array.from(binary, (c) => c.charCodeAt(0)),
    new DecompressionStream('gzip'),
  )
  return new TextDecoder('utf-16le').decode(bytes)
}

/** The address that opens a query here, and in the real portal when the host is exchanged. */
export const linkOf = async (query: string): Promise<string> =>
  `${location.origin}/v2/advanced-hunting?query=${await encodeQuery(query)}&timeRangeId=month`

async function through(bytes: Uint8Array, stream: CompressionStream | DecompressionStream): Promise<Uint8Array> {
  const blob = new Blob([bytes as BlobPart])
  return new Uint8Array(await new Response(blob.stream().pipeThrough(stream)).arrayBuffer())
}
