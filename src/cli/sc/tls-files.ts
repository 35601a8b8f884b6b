import { readFileSync } from 'node:fs'
import { EMPTY, Observable, Subject } from 'rxjs'
import { checkMaterial } from '../../transport/living-tls.js'
import type { CertificateEvent, TlsMaterial } from '../../transport/sc.js'
import type { Context } from '../command.js'
import { reasonOf, UsageError } from '../usage.js'
import { fileChanges } from './file-changes.js'

/** The files of TLS material. */
export interface TlsPaths {
  readonly ca: readonly string[]
  readonly cert: string
  readonly key: string
  readonly crl: readonly string[]
}

/** TLS material from files, and what came of reading them again. */
export interface TlsFiles {
  /** What the files hold: now, when that has changed, and on SIGHUP. Cold, for one subscriber. */
  readonly tls$: Observable<TlsMaterial>
  /** That files could not be read, so that what was read before stays. Hot. */
  readonly event$: Observable<CertificateEvent>
  /** Throws a `ConfigurationError` where what was read at first cannot be used. */
  readonly check: () => void
}

/** Reads the files at once; throws a {@link UsageError} where one cannot be read. */
export const tlsFiles = (paths: TlsPaths, { hangup$ = EMPTY }: Pick<Context, 'hangup$'>): TlsFiles => {
  const first = read(paths)
  const event$ = new Subject<CertificateEvent>()
  const tls$ = new Observable<TlsMaterial>(subscriber => {
    let last = fingerprintOf(first)
    const look = (asked: boolean): void => {
      try {
        const material = read(paths)
        const now = fingerprintOf(material)
        if (now === last && !asked) return
        last = now
        subscriber.next(material)
      } catch (error) {
        const reason = reasonOf(error)
        if (reason === last && !asked) return
        last = reason
        event$.next({ _tag: 'Certificate', state: 'refused', message: `the files in use stay as they were: ${reason}` })
      }
    }
    subscriber.next(first)
    subscriber.add(fileChanges(filesOf(paths)).subscribe(() => look(false)))
    subscriber.add(hangup$.subscribe(() => look(true)))
  })
  return { tls$, event$, check: () => checkMaterial(first) }
}

const filesOf = ({ ca, cert, key, crl }: TlsPaths): readonly string[] => [...ca, cert, key, ...crl]

const read = ({ ca, cert, key, crl }: TlsPaths): TlsMaterial => ({
  ca: ca.map(readText),
  cert: readText(cert),
  key: readText(key),
  crl: crl.map(readPemOrDer),
})

const readOctets = (file: string): Buffer => {
  try {
    return readFileSync(file)
  } catch (error) {
    throw new UsageError(`${file}: ${reasonOf(error)}`)
  }
}

const readText = (file: string): string => readOctets(file).toString('utf8')

/** DER begins with a SEQUENCE, which is a `0` and no beginning of a PEM text. */
const readPemOrDer = (file: string): string | Uint8Array => {
  const octets = readOctets(file)
  return octets[0] === 0x30 ? new Uint8Array(octets) : octets.toString('utf8')
}

const fingerprintOf = ({ ca, cert, key, crl = [] }: TlsMaterial): string =>
  JSON.stringify([
    ca,
    cert,
    key,
    crl.map(list => (typeof list === 'string' ? list : Buffer.from(list).toString('hex'))),
  ])
