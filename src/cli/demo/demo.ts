import {
  asyncScheduler,
  bufferCount,
  defer,
  EMPTY,
  filter,
  firstValueFrom,
  forkJoin,
  map,
  merge,
  NEVER,
  take,
  timer,
  type Observable,
} from 'rxjs'
import type { TlsMaterial } from '../../transport/sc.js'
import { defineCommand, type Command } from '../command.js'
import { toggle } from '../options.js'
import { reportPrinter, type Report } from '../output.js'
import {
  connectedTo,
  demoCertificates,
  drawIdentity,
  inTime,
  startDemoHub,
  startDemoNode,
  type DemoCertificates,
  type DemoHub,
  type DemoNode,
} from './network.js'
import { iAmInstance, WHO_IS } from './npdu.js'

const HUBS = ['hub A', 'hub B'] as const
/** Time to read, before each step. */
const PAUSE_MS = 600

const NODES = ['node 1', 'node 2', 'node 3'] as const

/** `rx-bacnet demo`: a network on this computer, from Who-Is to failover and return. */
export const command: Command = defineCommand({
  name: 'demo',
  summary: 'watch a BACnet/SC network live on this computer: two hubs, three nodes, a failover and the return',
  options: { watch: toggle('keep it running at the end') },
  run: async ({ json, watch }, context) => {
    const start = asyncScheduler.now()
    const print = reportPrinter(context.stdout, json)
    const tell = ({ json: event, text }: Report): void => {
      const at = (asyncScheduler.now() - start) / 1000
      print({ json: { at, ...event }, text: `${at.toFixed(2).padStart(6)} s  ${text}` })
    }
    // Held from the start on, so that no signal ends the process before the folder is gone.
    const holding = context.stop$.subscribe()
    try {
      const certificates = await demoCertificates([...HUBS, ...NODES].map(fileName))
      try {
        await demonstrate({ stop$: context.stop$, tell, watch, certificates })
      } finally {
        certificates.remove()
      }
    } finally {
      holding.unsubscribe()
    }
    return 0
  },
})

interface Demonstration {
  readonly stop$: Observable<string>
  readonly tell: (report: Report) => void
  readonly watch: boolean
  readonly certificates: DemoCertificates
}

/** That the process was told to end, in the middle of the demonstration. */
class Stopped extends Error {}

const demonstrate = async ({ stop$, tell, watch, certificates }: Demonstration): Promise<void> => {
  const stopped$ = stop$.pipe(
    map((reason): never => {
      throw new Stopped(reason)
    }),
  )
  /** The first value; rejects as soon as the process is told to end. All waiting but that for the end itself. */
  const awaited = <A>(value$: Observable<A>): Promise<A> => firstValueFrom(merge(stopped$, value$))
  const say = (text: string): void => tell({ json: { event: 'step', text }, text: `— ${text}` })
  const step = async (text: string): Promise<void> => {
    await awaited(timer(PAUSE_MS))
    say(text)
  }

  const tls = (name: string): TlsMaterial => certificates.of(fileName(name))
  const identities = new Map(HUBS.map(name => [name, drawIdentity()]))
  const hubs: DemoHub[] = []
  const nodes: DemoNode[] = []
  const hub = (name: (typeof HUBS)[number], listen: string): DemoHub => {
    const started = startDemoHub(name, listen, identities.get(name) ?? drawIdentity(), tls(name), tell)
    hubs.push(started)
    return started
  }
  const uriOf = ({ name, uri$ }: DemoHub): Promise<string> => awaited(uri$.pipe(inTime(`${name} to listen`)))

  const play = async (): Promise<void> => {
    await step(`certificates of a lab CA are in ${certificates.folder}; everything is wss with mutual TLS 1.3`)
    const hubA = hub('hub A', 'wss://127.0.0.1:0')
    const uriA = await uriOf(hubA)
    const uriB = await uriOf(hub('hub B', 'wss://127.0.0.1:0'))
    NODES.forEach((name, index) => nodes.push(startDemoNode(name, 1001 + index, [uriA, uriB], tls(name), tell)))
    await awaited(allConnected(nodes, 'primary'))
    await step('node 1 asks who is there')
    await awaited(answers(nodes))

    await step('hub A stops; the nodes fail over to hub B at once')
    await Promise.all([awaited(allConnected(nodes, 'failover')), hubA.stop()])
    await awaited(answers(nodes))

    await step('hub A is back; the nodes return to it, and leave hub B only when they have')
    await uriOf(hub('hub A', uriA))
    await awaited(allConnected(nodes, 'primary'))
    await awaited(answers(nodes))

    if (watch) {
      await step('watching; Ctrl-C ends it')
      await awaited(NEVER)
    }
    await step('everybody leaves in good order')
  }

  try {
    await play()
  } catch (error) {
    if (!(error instanceof Stopped)) throw error
    say(`${error.message}: everybody leaves in good order`)
  } finally {
    await Promise.allSettled(nodes.map(node => node.close()))
    await Promise.all(hubs.map(({ stop }) => stop()))
  }
  say('done')
}

const fileName = (name: string): string => name.toLowerCase().replaceAll(' ', '-')

/** Emits when all nodes are connected to that hub. */
const allConnected = (nodes: readonly DemoNode[], to: 'primary' | 'failover'): Observable<unknown> =>
  forkJoin(nodes.map(node => connectedTo(node, to).pipe(inTime(`${node.name} to reach its ${to} hub`), take(1))))

/** The first node broadcasts a Who-Is; emits when it has an I-Am of each other one. */
const answers = ([asking, ...others]: readonly DemoNode[]): Observable<unknown> => {
  if (asking === undefined) return EMPTY
  const answer$ = asking.npdu$.pipe(
    map(({ npdu }) => iAmInstance(npdu)),
    filter(instance => instance !== undefined),
    bufferCount(others.length),
    inTime('the I-Am answers'),
  )
  return merge(
    answer$,
    defer(() => {
      asking.send(WHO_IS, 'broadcast')
      return EMPTY
    }),
  )
}
