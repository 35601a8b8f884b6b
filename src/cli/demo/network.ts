import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { filter, map, merge, ReplaySubject, Subject, timeout, type Observable } from 'rxjs'
import { systemRandom } from '../../io/random.js'
import { open, type OpenLink } from '../../link/open.js'
import { trace } from '../../link/trace.js'
import { createAuthority, issueCertificate } from '../../pki/lab-authority.js'
import {
  scHub,
  scNode,
  type HubCommand,
  type HubEvent,
  type ScEvent,
  type ScRequest,
  type ScStatus,
  type TlsMaterial,
} from '../../transport/sc.js'
import { printDeviceUuid, randomDeviceUuid } from '../../values/device-uuid.js'
import { seconds } from '../../values/duration.js'
import { BROADCAST_VMAC, printVmac, randomVmac, type Vmac } from '../../values/vmac.js'
import { decodeBvlcSc } from '../../wire/bvlc-sc-decode.js'
import type { Report } from '../output.js'
import { reportHubEvent } from '../sc/hub-report.js'
import { reportNodeEvent } from '../sc/node-report.js'
import { iAm, isWhoIs, nameNpdu } from './npdu.js'

/** Certificates of the demonstration's devices, in a folder of their own. */
export interface DemoCertificates {
  readonly folder: string
  readonly of: (name: string) => TlsMaterial
  readonly remove: () => void
}

/** Makes a lab CA and a certificate for each device, in a new temporary folder. */
export const demoCertificates = async (names: readonly string[]): Promise<DemoCertificates> => {
  const folder = mkdtempSync(join(tmpdir(), 'rx-bacnet-demo-'))
  const write = (file: string, pem: string): void => writeFileSync(join(folder, file), pem, { mode: 0o600 })
  const remove = (): void => rmSync(folder, { recursive: true, force: true })
  const made = new Map<string, TlsMaterial>()
  try {
    const authority = await createAuthority('rx-bacnet demo')
    write('ca.pem', authority.certificate)
    write('ca.key', authority.privateKey)
    for (const name of names) {
      const { certificate, privateKey } = await issueCertificate(authority, name)
      write(`${name}.pem`, certificate)
      write(`${name}.key`, privateKey)
      made.set(name, { ca: [authority.certificate], cert: certificate, key: privateKey })
    }
  } catch (error) {
    remove()
    throw error
  }
  return { folder, of: name => made.get(name) ?? { ca: [], cert: '', key: '' }, remove }
}

/** How long each step of the demonstration may take. */
const STEP_LIMIT_MS = 20_000

/** The first value that a step waits for, `what` in words; errors when it does not come in time. */
export const inTime =
  (what: string) =>
  <A>(value$: Observable<A>): Observable<A> =>
    value$.pipe(
      timeout({
        first: STEP_LIMIT_MS,
        with: () => {
          throw new Error(`the demonstration waited in vain for ${what}`)
        },
      }),
    )

/** A hub of the demonstration. */
export interface DemoHub {
  readonly name: string
  /** Where it listens, once it does; also to late subscribers. Errors when it cannot. */
  readonly uri$: Observable<string>
  /** Ends it in good order; resolves when it is gone, however it went. */
  readonly stop: () => Promise<void>
}

/** Who a hub is, before and after a restart. */
export interface DemoIdentity {
  readonly vmac: string
  readonly uuid: string
}

/** Draws an identity. */
export const drawIdentity = (): DemoIdentity => ({
  vmac: printVmac(randomVmac(systemRandom)),
  uuid: printDeviceUuid(randomDeviceUuid(systemRandom)),
})

/** Starts a hub. */
export const startDemoHub = (
  name: string,
  listen: string,
  identity: DemoIdentity,
  tls: TlsMaterial,
  tell: (report: Report) => void,
): DemoHub => {
  const command$ = new Subject<HubCommand>()
  const event$ = new Subject<HubEvent>()
  const uri$ = new ReplaySubject<string>(1)
  const ended = new Promise<void>(resolve => event$.subscribe({ complete: resolve, error: () => resolve() }))
  const next = (event: HubEvent): void => {
    const report = reportHubEvent(event)
    if (report !== undefined) tell(labelled(name, report))
  }
  event$.subscribe({ next, error: () => undefined })
  event$
    .pipe(
      filter(event => event._tag === 'Listening'),
      map(({ uri }) => uri),
    )
    .subscribe(uri$)
  scHub({ listen, tls, ...identity })(command$).subscribe(event$)
  const stop = (): Promise<void> => {
    command$.complete()
    return ended
  }
  return { name, uri$, stop }
}

/** A node of the demonstration: it answers each Who-Is with an I-Am. */
export interface DemoNode extends OpenLink<Vmac, ScStatus, ScRequest, ScEvent> {
  readonly name: string
}

/** Starts a node. */
export const startDemoNode = (
  name: string,
  instance: number,
  hubs: readonly [primary: string, failover: string],
  tls: TlsMaterial,
  tell: (report: Report) => void,
): DemoNode => {
  const [primaryHub, failoverHub] = hubs
  const link = open(
    scNode({
      primaryHub,
      failoverHub,
      tls,
      timings: { minReconnect: seconds(1), maxReconnect: seconds(4) },
      dial: real => (uri, subprotocol) =>
        trace(real(uri, subprotocol), {
          outbound: output => {
            if (output instanceof Uint8Array) tell(labelled(name, reportFrame('sends', output)))
          },
          inbound: event => {
            if (event._tag === 'Message') tell(labelled(name, reportFrame('hears', event.octets)))
          },
        }),
    }),
  )
  const status$ = link.status$.pipe(map(status => ({ _tag: 'Status', status }) as const))
  const told$ = merge(status$, link.event$.pipe(filter(event => event._tag !== 'Npdu' && event._tag !== 'Status')))
  told$.pipe(map(reportNodeEvent)).subscribe(report => {
    if (report !== undefined) tell(labelled(name, report))
  })
  link.npdu$.pipe(filter(({ npdu }) => isWhoIs(npdu))).subscribe(({ source }) => link.send(iAm(instance), source))
  return { ...link, name }
}

/** Emits when a node is connected to that hub. */
export const connectedTo = (node: DemoNode, hub: 'primary' | 'failover'): Observable<true> =>
  node.status$.pipe(
    filter(({ hubConnection }) => hubConnection === hub),
    map(() => true as const),
  )

const labelled = (name: string, { json, text }: Report): Report => ({
  json: { device: name, ...json },
  text: `${name.padEnd(7)} ${text}`,
})

const reportFrame = (verb: 'sends' | 'hears', octets: Uint8Array): Report => {
  const decoded = decodeBvlcSc(octets, verb === 'sends' ? 'to-hub' : 'from-hub')
  if (E.isLeft(decoded)) return { json: { event: 'frame', verb }, text: `${verb} ${decoded.left.reason}` }
  const message = decoded.right
  const { originating, destination } = message
  const from = originating === undefined ? '' : ` from ${printVmac(originating)}`
  const to =
    destination === undefined ? '' : destination === BROADCAST_VMAC ? ' to all' : ` to ${printVmac(destination)}`
  const content = message._tag === 'Encapsulated-NPDU' ? `: ${nameNpdu(message.npdu)}` : ''
  return {
    json: { event: 'frame', verb, function: message._tag, octets: Buffer.from(octets).toString('hex') },
    text: `${verb} ${message._tag}${from}${to}${content}`,
  }
}
