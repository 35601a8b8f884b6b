import type { Observable } from 'rxjs'
import { filter, firstValueFrom, map, ReplaySubject, Subject, timeout } from 'rxjs'
import { open, scHub, scNode, trace, type OpenLink } from '../../src/index.js'
import type {
  HubCommand,
  HubEvent,
  ScEvent,
  ScHubOptions,
  ScNodeOptions,
  ScRequest,
  ScStatus,
} from '../../src/index.js'
import type { TlsMaterial } from '../../src/io/tls.js'
import { PATIENCE_MS } from './patience.js'
import { noteOnWire } from './wire-judge.js'
import { createAuthority, issueCertificate, type Authority } from '../../src/pki/lab-authority.js'
import type { Vmac } from '../../src/values/vmac.js'

export { PATIENCE_MS }

let authority: Promise<Authority> | undefined

/** The lab's certificate authority, made once a run. */
export const labAuthority = (): Promise<Authority> => (authority ??= createAuthority('test lab'))

/** TLS material of a device of the lab. */
export const labTls = async (name: string, issuer = labAuthority()): Promise<TlsMaterial> => {
  const ca = await issuer
  const issued = await issueCertificate(ca, name)
  return { ca: [ca.certificate], cert: issued.certificate, key: issued.privateKey }
}

/** A hub on a real socket. */
export interface LabHub {
  readonly uri: string
  /** All its events from the start. */
  readonly event$: Observable<HubEvent>
  readonly events: readonly HubEvent[]
  readonly command: (command: HubCommand) => void
  /** Ends it in good order; resolves when it is gone. */
  readonly stop: () => Promise<void>
  /** Drops everybody at once. */
  readonly kill: () => void
}

const running = new Set<() => void>()

/** Drops every hub and node that a test left behind. Call it after each test. */
export const closeLab = (): void => {
  for (const kill of running) kill()
  running.clear()
}

/** Starts a hub on loopback, with TLS unless told otherwise, and waits until it listens. */
export const startHub = async (options: Partial<ScHubOptions> = {}): Promise<LabHub> => {
  const tls = options.tls ?? (await labTls('hub'))
  const command$ = new Subject<HubCommand>()
  const event$ = new ReplaySubject<HubEvent>(10_000)
  const events: HubEvent[] = []
  event$.subscribe({ next: event => events.push(event), error: () => undefined })
  const subscription = scHub({ listen: 'wss://127.0.0.1:0', tls, ...options })(command$).subscribe(event$)
  const kill = (): void => subscription.unsubscribe()
  running.add(kill)
  const { uri } = await heard(event$, isTag('Listening'))
  return {
    uri,
    event$,
    events,
    command: command => command$.next(command),
    stop: () =>
      new Promise((resolve, reject) => {
        event$.subscribe({ complete: resolve, error: reject })
        command$.complete()
      }),
    kill,
  }
}

/** A node on a real socket, and every frame it sent and received. */
export interface LabNode extends OpenLink<Vmac, ScStatus, ScRequest, ScEvent> {
  readonly frames: readonly LabFrame[]
  readonly vmac: () => Promise<Vmac>
}

/** One BVLC-SC message on the wire. */
export interface LabFrame {
  readonly direction: 'sent' | 'received'
  readonly octets: Uint8Array
}

/** Starts a node, with TLS of the lab unless told otherwise. */
export const startNode = async (options: ScNodeOptions): Promise<LabNode> => {
  const tls = options.tls ?? (await labTls('node'))
  const frames: LabFrame[] = []
  const note = (direction: LabFrame['direction'], octets: Uint8Array): void => {
    const copy = octets.slice()
    frames.push({ direction, octets: copy })
    noteOnWire(copy)
  }
  const link = open(
    scNode({
      tls,
      dial: real => (uri, subprotocol) =>
        trace(real(uri, subprotocol), {
          outbound: output => {
            if (output instanceof Uint8Array) note('sent', output)
          },
          inbound: event => {
            if (event._tag === 'Message') note('received', event.octets)
          },
        }),
      ...options,
    }),
  )
  running.add(() => void link.close().catch(() => undefined))
  return { ...link, frames, vmac: () => firstValueFrom(link.status$.pipe(map(({ vmac }) => vmac))) }
}

/** Waits until a node is connected to its primary or failover hub. */
export const connected = (node: LabNode, hub: 'primary' | 'failover' = 'primary'): Promise<ScStatus> =>
  heard(node.status$, (status): status is ScStatus => status.hubConnection === hub)

/** Waits for the first element that satisfies a test; rejects when the patience of the test is at its end. */
export const heard = <A, B extends A>(source$: Observable<A>, test: (element: A) => element is B): Promise<B> =>
  firstValueFrom(source$.pipe(filter(test), timeout({ first: PATIENCE_MS })))

/** Tests the tag of an event. */
export const isTag =
  <Tag extends string>(tag: Tag) =>
  <Event extends { readonly _tag: string }>(event: Event): event is Extract<Event, { readonly _tag: Tag }> =>
    event._tag === tag
