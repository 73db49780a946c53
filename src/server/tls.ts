/** https: the administrator's certificate, or one that the server makes for itself and keeps. */
import { X509Certificate } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { generate } from 'selfsigned'
import { KqlError } from '../base/errors.ts'
import type { Config } from '../config.ts'

export interface Tls {
  /** PEM. */
  readonly cert: string
  readonly key: string
  /** Of a certificate that the server made: the file that clients may be told to trust. */
  readonly trust?: string
}

const DAY = 24 * 60 * 60 * 1000
/** Clients refuse leaf certificates that hold much longer. */
const VALID_DAYS = 397
const RENEWED_DAYS = 30

/** @param folder where a certificate is kept. @throws KqlError bad_setting */
export async function openTls(config: Config, folder: string): Promise<Tls | undefined> {
  if (config.tls === 'off') return undefined
  if (config.tls === 'files')
    return { cert: fileOf('tlsCertificate', config.tlsCertificate), key: fileOf('tlsKey', config.tlsKey) }
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const [certificate, keyFile] = [join(folder, 'tls-certificate.pem'), join(folder, 'tls-key.pem')]
  const hosts = hostsOf(config)
  if (!stillGood(certificate, hosts) || !existsSync(keyFile)) {
    const pems = await generate([{ name: 'commonName', value: hosts[0]! }], {
      keyType: 'ec',
      algorithm: 'sha256',
      notAfterDate: new Date(Date.now() + VALID_DAYS * DAY),
      extensions: [
        { name: 'basicConstraints', cA: true },
        { name: 'keyUsage', digitalSignature: true, keyCertSign: true },
        { name: 'extKeyUsage', serverAuth: true },
        {
          name: 'subjectAltName',
          altNames: hosts.map((h) => (isAddress(h) ? { type: 7, ip: h } : { type: 2, value: h })),
        },
      ],
    })
    // The key first: a certificate without its key would be taken for whole.
    replace(keyFile, pems.private)
    replace(certificate, pems.cert)
  }
  return { cert: readFileSync(certificate, 'utf8'), key: readFileSync(keyFile, 'utf8'), trust: certificate }
}

const isAddress = (host: string): boolean => /^[\d.]+$|:/.test(host)

/** Every name by which this server is called as far as its settings tell. */
function hostsOf({ host, publicUrl }: Config): string[] {
  const names = ['localhost', '127.0.0.1', '::1', ...(publicUrl ? [new URL(publicUrl).hostname] : [])]
  const isAny = host === '0.0.0.0' || host === '::'
  return [...new Set(isAny ? names : [...names, host])]
}

function stillGood(path: string, hosts: readonly string[]): boolean {
  if (!existsSync(path)) return false
  const certificate = new X509Certificate(readFileSync(path))
  const names = certificate.subjectAltName ?? ''
  return (
    Date.parse(certificate.validTo) - Date.now() > RENEWED_DAYS * DAY &&
    hosts.every((h) => isAddress(h) || names.includes(`DNS:${h}`))
  )
}

function replace(path: string, text: string): void {
  writeFileSync(`${path}.new`, text, { mode: 0o600 })
  renameSync(`${path}.new`, path)
}

function fileOf(name: 'tlsCertificate' | 'tlsKey', path: string): string {
  if (path === '') throw new KqlError('bad_setting', { name, why: 'tls files needs a PEM file' })
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new KqlError('bad_setting', { name, why: `${path} cannot be read: ${(error as Error).message}` })
  }
}
