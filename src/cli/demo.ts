import { asyncScheduler, bufferCount, filter, firstValueFrom, map, take, timer } from 'rxjs'
import { defineCommand, type Command, type Context } from './command.js'
import {
  awaited,
  connectedTo,
  demoCertificates,
  drawIdentity,
  startDemoHub,
  startDemoNode,
  type DemoNode,
} from './demo-network.js'
import { iAmInstance, WHO_IS } from './demo-npdu.js'
import { toggle } from './options.js'
import { reportPrinter, type Report } from './output.js'

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
    const certificates = await demoCertificates([...HUBS, ...NODES].map(fileName))
    try {
      return await demonstrate({ context, tell, watch, certificates })
    } finally {
      certificates.remove()
    }
  },
})

interface Demonstration {
  readonly context: Context
  readonly tell: (report: Report) => void
  readonly watch: boolean
  readonly certificates: Awaited<ReturnType<typeof demoCertificates>>
}

const demonstrate = async ({ context, tell, watch, certificates }: Demonstration): Promise<number> => {
  const step = async (text: string): Promise<void> => {
    await firstValueFrom(timer(PAUSE_MS))
    tell({ json: { event: 'step', text }, text: `— ${text}` })
  }
  const tls = (name: string): ReturnType<typeof certificates.of> => certificates.of(fileName(name))
  const identities = new Map(HUBS.map(name => [name, drawIdentity()]))
  const hub = (name: (typeof HUBS)[number], listen: string): ReturnType<typeof startDemoHub> =>
    startDemoHub(name, listen, identities.get(name) ?? drawIdentity(), tls(name), tell)

  await step(`certificates of a lab CA are in ${certificates.folder}; everything is wss with mutual TLS 1.3`)
  const hubA = await hub('hub A', 'wss://127.0.0.1:0')
  const hubB = await hub('hub B', 'wss://127.0.0.1:0')
  const nodes = NODES.map((name, index) => startDemoNode(name, 1001 + index, [hubA.uri, hubB.uri], tls(name), tell))
  await allConnected(nodes, 'primary')
  await step('node 1 asks who is there')
  await askAround(nodes)

  await step('hub A stops; the nodes fail over to hub B at once')
  const onFailover = allConnected(nodes, 'failover')
  await hubA.stop()
  await onFailover
  await askAround(nodes)

  await step('hub A is back; the nodes return to it, and leave hub B only when they have')
  const again = await hub('hub A', hubA.uri)
  await allConnected(nodes, 'primary')
  await askAround(nodes)

  if (watch) {
    await step('watching; Ctrl-C ends it')
    await firstValueFrom(context.stop$)
  }
  await step('everybody leaves in good order')
  await Promise.all(nodes.map(node => node.close()))
  await Promise.all([again.stop(), hubB.stop()])
  await step('done')
  return 0
}

const fileName = (name: string): string => name.toLowerCase().replaceAll(' ', '-')

const allConnected = async (nodes: readonly DemoNode[], to: 'primary' | 'failover'): Promise<void> => {
  await Promise.all(nodes.map(node => awaited(`${node.name} to reach its ${to} hub`, connectedTo(node, to))))
}

/** The first node broadcasts a Who-Is, and has an I-Am of each other one in the end. */
const askAround = async ([asking, ...others]: readonly DemoNode[]): Promise<void> => {
  if (asking === undefined) return
  const answer$ = asking.npdu$.pipe(
    map(({ npdu }) => iAmInstance(npdu)),
    filter(instance => instance !== undefined),
  )
  const answers = awaited('the I-Am answers', answer$.pipe(bufferCount(others.length), take(1)))
  asking.send(WHO_IS, 'broadcast')
  await answers
}
