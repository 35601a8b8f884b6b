import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { printVmac } from '../../src/values/vmac.js'
import { seconds } from '../../src/values/duration.js'
import { closeCli, runCli } from '../support/cli.js'
import { closeLab, connected, startNode, type LabNode } from '../support/lab.js'
import { opaqueData, opaqueNpdu } from '../support/npdu.js'
import { itIsDissectedByTshark } from '../support/wire-judge.js'
import { labFolder, type LabFolder } from '../support/lab-folder.js'

const COUNT = 200

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
    const timings = { minReconnect: seconds(1), maxReconnect: seconds(4) }
    const nodes: readonly LabNode[] = await Promise.all(
      Array.from({ length: COUNT }, () => startNode({ primaryHub: uri, timings })),
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
    await Promise.all(vmacs.map(vmac => second.event('node-connected', { vmac: printVmac(vmac) })))
    // Nobody needs more than the two waits that a restart of seconds can cost, and time for 200 TLS handshakes.
    expect(performance.now() - start).toBeLessThan(2 * 4000 + 8000)
    expect(await Promise.all(nodes.map(node => node.vmac()))).toEqual(vmacs)
  })

  itIsDissectedByTshark()
})
