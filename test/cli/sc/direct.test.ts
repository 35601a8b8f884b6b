import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { closeCli, runCli, type CliProcess } from '../../support/cli.js'
import { labFolder, type LabFolder } from '../../support/lab-folder.js'
import { tcpProxy, type TcpProxy } from '../../support/tcp-proxy.js'

const VMAC = { alice: '02:00:00:00:00:0a', bob: '02:00:00:00:00:0b' }
const NPDU = '01001000'
const QUICK = ['--min-reconnect', '2', '--max-reconnect', '2']

describe('two nodes as processes, with --direct-listen and --direct-initiate', () => {
  let lab: LabFolder
  let proxy: TcpProxy

  beforeAll(async () => {
    lab = await labFolder(['hub', 'alice', 'bob'])
    proxy = await tcpProxy()
  })
  afterAll(async () => {
    lab.remove()
    await proxy.close()
  })
  afterEach(closeCli)

  const startHub = async (): Promise<string> => {
    const hub = runCli(['hub', '--json', '--listen', 'wss://127.0.0.1:0', ...lab.flags('hub')])
    return String((await hub.event('listening'))['uri'])
  }

  const startNode = (name: keyof typeof VMAC, hub: string, ...more: readonly string[]): CliProcess =>
    runCli(['node', '--json', '--hub', hub, '--vmac', VMAC[name], ...QUICK, ...lab.flags(name), ...more])

  /** Sends an NPDU of that number, and waits until it is there: the way it took. */
  const wayOf = async (from: CliProcess, to: CliProcess, vmac: string, number: number): Promise<unknown> => {
    const npdu = `${NPDU}${number.toString(16).padStart(2, '0')}`
    from.say({ do: 'send', to: vmac, npdu })
    return (await to.event('npdu', { npdu, destination: 'unicast' }))['via']
  }

  /** Waits until a process has printed such a line so many times. */
  const times = (of: CliProcess, name: string, state: string): number =>
    of.events.filter(({ event, ...rest }) => event === name && rest['state'] === state).length

  it('exchange NPDUs directly, fall back to the hub when the listener dies, and go direct again when it returns', async () => {
    const hub = await startHub()
    const bob = startNode('bob', hub, '--direct-listen', 'wss://127.0.0.1:0', '--direct-uri', proxy.uri)
    const { uri } = await bob.event('listening')
    expect(uri).toMatch(/^wss:\/\/127\.0\.0\.1:\d+$/u)
    proxy.leadTo(String(uri))
    const alice = startNode('alice', hub, '--direct-initiate')
    await Promise.all([alice, bob].map(node => node.event('status', { status: 'primary' })))

    expect(await wayOf(alice, bob, VMAC.bob, 1)).toBe('hub')
    expect(await alice.event('direct')).toEqual({ event: 'direct', vmac: VMAC.bob, state: 'up' })
    expect(await bob.event('direct')).toEqual({ event: 'direct', vmac: VMAC.alice, state: 'up' })
    expect(await wayOf(alice, bob, VMAC.bob, 2)).toBe('direct')
    expect(await wayOf(bob, alice, VMAC.alice, 3)).toBe('direct')

    await proxy.fell()
    await alice.event('direct', { vmac: VMAC.bob, state: 'down' })
    expect(await alice.event('lost-connection')).toMatchObject({ vmac: VMAC.bob, uri: proxy.uri })
    expect(await wayOf(alice, bob, VMAC.bob, 4)).toBe('hub')
    expect(await wayOf(bob, alice, VMAC.alice, 5)).toBe('hub')
    expect(await alice.event('failed-connection')).toMatchObject({ uri: proxy.uri, errorCode: 194 })

    await proxy.raise()
    await expect.poll(() => times(alice, 'direct', 'up'), { timeout: 8000, interval: 20 }).toBe(2)
    expect(await wayOf(alice, bob, VMAC.bob, 6)).toBe('direct')
    expect(await wayOf(bob, alice, VMAC.alice, 7)).toBe('direct')

    alice.signal('SIGTERM')
    expect(await alice.exited).toBe(0)
    await expect.poll(() => times(bob, 'direct', 'down'), { timeout: 8000, interval: 20 }).toBe(2)
    bob.signal('SIGTERM')
    expect(await bob.exited).toBe(0)
  })

  it('each with both options make one connection of two calls', async () => {
    const hub = await startHub()
    const both = ['--direct-listen', 'wss://127.0.0.1:0', '--direct-initiate']
    const [alice, bob] = [startNode('alice', hub, ...both), startNode('bob', hub, ...both)]
    await Promise.all([alice, bob].map(node => node.event('status', { status: 'primary' })))
    alice.say({ do: 'send', to: VMAC.bob, npdu: NPDU })
    bob.say({ do: 'send', to: VMAC.alice, npdu: NPDU })
    await Promise.all([alice, bob].map(node => node.event('direct', { state: 'up' })))
    expect(await wayOf(alice, bob, VMAC.bob, 1)).toBe('direct')
    expect(await wayOf(bob, alice, VMAC.alice, 2)).toBe('direct')
    alice.say({ do: 'resolve', to: VMAC.bob })
    const { uri } = await bob.event('listening')
    expect(await alice.event('resolved')).toEqual({ event: 'resolved', vmac: VMAC.bob, uris: [uri] })
    alice.say({ do: 'solicit', to: VMAC.bob })
    expect(await alice.event('advertisement')).toMatchObject({ source: VMAC.bob, acceptsDirectConnections: true })
  })

  it('go to a --direct-peer without asking it, until there is no traffic for --direct-idle, and show it in their state', async () => {
    const hub = await startHub()
    const bob = startNode('bob', hub, '--direct-listen', 'wss://127.0.0.1:0', '--direct-uri', 'wss://127.0.0.1:1')
    const { uri } = await bob.event('listening')
    const peer = ['--direct-peer', `${VMAC.bob}=${String(uri)}`, '--direct-idle', '0.5']
    const alice = startNode('alice', hub, '--direct-initiate', ...peer)
    await Promise.all([alice, bob].map(node => node.event('status', { status: 'primary' })))
    expect(await wayOf(alice, bob, VMAC.bob, 1)).toBe('hub')
    await alice.event('direct', { state: 'up' })
    expect(await wayOf(alice, bob, VMAC.bob, 2)).toBe('direct')
    alice.say({ do: 'state' })
    const { peers, networkPort } = await alice.event('state')
    expect(peers).toContainEqual(expect.objectContaining({ role: 'direct', vmac: VMAC.bob, uri, sent: 1, received: 0 }))
    expect(networkPort).toMatchObject({
      SC_Direct_Connect_Initiate_Enable: true,
      SC_Direct_Connect_Connection_Status: [{ uri, connectionState: 'CONNECTED', peerVmac: VMAC.bob }],
    })
    await alice.event('direct', { state: 'down' })
    alice.say({ do: 'state' })
    await expect.poll(() => alice.events.filter(({ event }) => event === 'state').length).toBe(2)
    expect(alice.events.filter(({ event }) => event === 'state').at(-1)?.['peers']).not.toContainEqual(
      expect.objectContaining({ role: 'direct' }),
    )
    expect(await alice.event('lost-connection')).toMatchObject({ vmac: VMAC.bob, errorCode: 84 })
  })

  it('refuse --direct-uri without --direct-listen', async () => {
    const uri = ['--direct-uri', 'wss://127.0.0.1:2']
    const lonely = runCli(['node', '--hub', 'wss://127.0.0.1:1', ...uri, ...lab.flags('alice')])
    expect(await lonely.exited).toBe(2)
    expect(lonely.stderr()).toContain('--direct-listen')
  })
})
