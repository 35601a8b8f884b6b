import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { seconds } from '../../../src/values/duration.js'
import { printVmac } from '../../../src/values/vmac.js'
import { closeCli, runCli } from '../../support/cli.js'
import { labFolder, type LabFolder } from '../../support/lab-folder.js'
import { closeLab, connected, startNode, type LabNode } from '../../support/lab.js'
import { opaqueData, opaqueNpdu } from '../../support/npdu.js'
import { itIsDissectedByTshark } from '../../support/wire-judge.js'

const COUNT = 200

const TIMINGS = { minReconnect: seconds(1), maxReconnect: seconds(4) }

/** What a TLS handshake of both sides, and all around it, may cost on a slow core; the cores hardly share the work. */
const HANDSHAKE_MS = 25

/**
 * When the last node must be back: a node is at worst at the start of its longest wait, which jitter does not prolong,
 * when the hub listens again; then all shake hands.
 */
const BACK_MS = TIMINGS.maxReconnect + COUNT * HANDSHAKE_MS

/** How long the test waits before it gives up, so that a late return is told as such. */
const BACK_PATIENCE_MS = 2 * BACK_MS

describe(`${COUNT} nodes on one hub process over mutual TLS`, () => {
  let lab: LabFolder

  beforeAll(async () => {
    lab = await labFolder(['hub'])
  })
  afterAll(() => lab.remove())
  afterEach(() => {
    closeLab()
    closeCli()
  })

  it("join, hear each other's broadcast once, and all come back after the hub was killed and started again", async () => {
    const first = runCli(['hub', '--json', ...lab.flags('hub')])
    const uri = String((await first.event('listening'))['uri'])
    const nodes: readonly LabNode[] = await Promise.all(
      Array.from({ length: COUNT }, () => startNode({ primaryHub: uri, timings: TIMINGS })),
    )
    await Promise.all(nodes.map(node => connected(node)))

    const heardFrom = nodes.map(node => {
      const sources: string[] = []
      node.npdu$.subscribe(({ source, npdu }) => sources.push(`${source} ${String(opaqueData(npdu)[0])}`))
      return sources
    })
    const vmacs = await Promise.all(nodes.map(node => node.vmac()))
    nodes.forEach((node, index) => node.send(opaqueNpdu(index), 'broadcast'))
    const expected = vmacs.map((vmac, index) => `${vmac} ${index}`)
    await expect
      .poll(() => heardFrom.reduce((sum, sources) => sum + sources.length, 0), { timeout: 30_000 })
      .toBe(COUNT * (COUNT - 1))
    heardFrom.forEach((sources, index) =>
      expect([...sources].sort()).toEqual(expected.filter((_, other) => other !== index).sort()),
    )

    first.signal('SIGKILL')
    await first.exited
    const second = runCli(['hub', '--json', '--listen', uri, ...lab.flags('hub')])
    await second.event('listening')
    const start = performance.now()
    await Promise.all(vmacs.map(vmac => second.event('node-connected', { vmac: printVmac(vmac) }, BACK_PATIENCE_MS)))
    expect(performance.now() - start).toBeLessThan(BACK_MS)
    expect(await Promise.all(nodes.map(node => node.vmac()))).toEqual(vmacs)
  })

  itIsDissectedByTshark()
})
