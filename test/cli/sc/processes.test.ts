import { existsSync } from 'node:fs'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { closeCli, runCli, type CliProcess } from '../../support/cli.js'
import { labFolder, type LabFolder } from '../../support/lab-folder.js'
import { PATIENCE_MS } from '../../support/lab.js'

const WHO_IS = '0120ffff00ff1008'
const VMAC = { hub: '02:00:00:00:00:01', alice: '02:00:00:00:00:0a', bob: '02:00:00:00:00:0b' }

describe('the hub and node commands as separate processes over mutual TLS', () => {
  let lab: LabFolder

  beforeAll(async () => {
    lab = await labFolder(['hub', 'alice', 'bob'])
  })
  afterAll(() => lab.remove())
  afterEach(closeCli)

  const startHub = async (listen = 'wss://127.0.0.1:0'): Promise<{ hub: CliProcess; uri: string }> => {
    const hub = runCli(['hub', '--json', '--listen', listen, '--vmac', VMAC.hub, ...lab.flags('hub')])
    const { uri } = await hub.event('listening', { vmac: VMAC.hub })
    return { hub, uri: String(uri) }
  }

  const startNode = (name: 'alice' | 'bob', uri: string, ...more: readonly string[]): CliProcess =>
    runCli(['node', '--json', '--hub', uri, '--vmac', VMAC[name], ...lab.flags(name), ...more])

  it('exchange unicast and broadcast NPDUs', async () => {
    const { hub, uri } = await startHub()
    const alice = startNode('alice', uri)
    const bob = startNode('bob', uri)
    expect(await alice.event('status', { status: 'none' })).toEqual({
      event: 'status',
      status: 'none',
      vmac: VMAC.alice,
    })
    await alice.event('status', { status: 'primary', vmac: VMAC.alice })
    await bob.event('status', { status: 'primary', vmac: VMAC.bob })
    await hub.event('node-connected', { vmac: VMAC.alice })

    alice.say({ do: 'send', to: 'broadcast', npdu: WHO_IS })
    expect(await bob.event('npdu')).toEqual({
      event: 'npdu',
      source: VMAC.alice,
      destination: 'broadcast',
      via: 'hub',
      npdu: WHO_IS,
    })
    bob.say({ do: 'send', to: VMAC.alice, npdu: '01001000' })
    expect(await alice.event('npdu')).toMatchObject({ source: VMAC.bob, destination: 'unicast', npdu: '01001000' })

    bob.say({ do: 'send', to: VMAC.alice, npdu: '01001001', dataOptions: [{ type: 1 }, { type: 4, data: 'aa' }] })
    expect((await alice.event('npdu', { npdu: '01001001' }))['dataOptions']).toEqual([
      { type: 1, everySegment: true },
      { type: 4, everySegment: false, data: 'aa' },
    ])
    bob.say({ do: 'send', to: VMAC.alice, npdu: '01001002', dataOptions: [{ type: 0 }] })
    expect((await bob.event('error'))['message']).toMatch(/"dataOptions": header option type 0/)
  })

  it('end in good order on SIGTERM: first a node, then the hub', async () => {
    const { hub, uri } = await startHub()
    const alice = startNode('alice', uri)
    const bob = startNode('bob', uri)
    await Promise.all([alice, bob].map(node => node.event('status', { status: 'primary' })))
    alice.signal('SIGTERM')
    expect(await alice.exited).toBe(0)
    expect(await hub.event('node-disconnected')).toMatchObject({ vmac: VMAC.alice, reason: 'the peer disconnected' })
    hub.signal('SIGTERM')
    expect(await hub.exited).toBe(0)
    expect(await bob.event('lost-connection')).toMatchObject({ errorCode: 169 })
    bob.signal('SIGINT')
    expect(await bob.exited).toBe(0)
  })

  it('answer what is asked on stdin', async () => {
    const { hub, uri } = await startHub()
    const alice = startNode('alice', uri)
    const bob = startNode('bob', uri)
    await Promise.all([alice, bob].map(node => node.event('status', { status: 'primary' })))

    hub.say({ do: 'nodes' })
    const { nodes } = await hub.event('nodes')
    expect(nodes).toHaveLength(2)
    expect(nodes).toContainEqual(expect.objectContaining({ vmac: VMAC.bob, address: expect.any(String) as string }))
    hub.say({ do: 'stats' })
    expect(await hub.event('stats')).toMatchObject({ connected: 2, pending: 0, accepted: 2 })

    alice.say({ do: 'solicit', to: VMAC.bob })
    expect(await alice.event('advertisement')).toMatchObject({
      source: VMAC.bob,
      status: 'primary',
      maxNpduLength: 1497,
    })
    alice.say({ do: 'resolve', to: VMAC.bob })
    expect(await alice.event('resolved')).toMatchObject({ vmac: VMAC.bob, errorCode: 45 })
    expect(await alice.event('peer-result')).toMatchObject({ source: VMAC.bob, errorClass: 7, errorCode: 45 })
    alice.say({ do: 'state' })
    expect(await alice.event('state')).toMatchObject({
      status: 'primary',
      vmac: VMAC.alice,
      uuid: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      peers: [{ role: 'primary', connectedAt: expect.stringMatching(/^\d{4}-.*Z$/) as string }],
      networkPort: {
        SC_Hub_Connector_State: 'CONNECTED_TO_PRIMARY',
        SC_Primary_Hub_Connection_Status: { connectionState: 'CONNECTED' },
        SC_Failover_Hub_Connection_Status: { connectionState: 'NOT_CONNECTED' },
        SC_Direct_Connect_Connection_Status: [],
        SC_Failed_Connection_Requests: [],
      },
    })

    hub.say({ do: 'state' })
    const { event, networkPort, ...hubIdentity } = await hub.event('state')
    expect({ event, ...hubIdentity }).toEqual({ event: 'state', vmac: VMAC.hub, uuid: hub.events[0]?.['uuid'] })
    expect(networkPort).toMatchObject({
      SC_Hub_Function_Enable: true,
      SC_Hub_Function_Accept_URIs: [uri],
      SC_Hub_Function_Connection_Status: expect.arrayContaining([
        expect.objectContaining({ connectionState: 'CONNECTED', peerVmac: VMAC.alice }),
        expect.objectContaining({ connectionState: 'CONNECTED', peerVmac: VMAC.bob }),
      ]) as unknown,
      SC_Failed_Connection_Requests: [],
    })

    hub.say({ do: 'disconnect', vmac: VMAC.bob })
    await hub.event('node-disconnected', { vmac: VMAC.bob })
    await bob.event('lost-connection')
  })

  it('say Hello where they are told to', async () => {
    const hub = runCli(['hub', '--json', '--hello', ...lab.flags('hub')])
    const uri = String((await hub.event('listening'))['uri'])
    startNode('alice', uri, '--hello', '--identity-relay')
    startNode('bob', uri)
    expect((await hub.event('node-connected', { vmac: VMAC.alice }))['hello']).toEqual({ identityRelay: true })
    expect((await hub.event('node-connected', { vmac: VMAC.bob }))['hello']).toBeUndefined()
  })

  it('answer nonsense on stdin with an error event, and go on', async () => {
    const { hub } = await startHub()
    const nonsense = ['nonsense', '[]', '{}', '{"do":"dance"}', '{"do":"disconnect"}', '{"do":"disconnect","vmac":"x"}']
    for (const line of nonsense) hub.say(line)
    hub.say({ do: 'stats' })
    await hub.event('stats')
    expect(hub.events.filter(({ event }) => event === 'error')).toHaveLength(nonsense.length)
    expect(await hub.event('error', { message: 'not a JSON object' })).toBeDefined()
    expect(await hub.event('error', { message: '"vmac": \'x\' is not a VMAC such as 02:aa:bb:cc:dd:ee' })).toBeDefined()
  })

  it('say that there is no node to disconnect', async () => {
    const { hub } = await startHub()
    hub.say({ do: 'disconnect', vmac: VMAC.bob })
    expect(await hub.event('error')).toEqual({ event: 'error', message: `no node has VMAC ${VMAC.bob}` })
  })

  it('tell of NPDUs that could not be sent and connections that failed', async () => {
    const node = startNode('alice', 'wss://127.0.0.1:1')
    expect(await node.event('failed-connection')).toMatchObject({ uri: 'wss://127.0.0.1:1', errorCode: 194 })
    node.say({ do: 'send', to: 'broadcast', npdu: WHO_IS })
    expect(await node.event('dropped')).toEqual({ event: 'dropped', reason: 'not connected', destination: 'broadcast' })
  })

  it('warn of a shortest wait that is longer than the longest', async () => {
    const node = startNode('alice', 'wss://127.0.0.1:1', '--min-reconnect', '50', '--max-reconnect', '5')
    await node.event('status')
    node.signal('SIGTERM')
    expect(await node.exited).toBe(0)
    expect(node.stderr()).toMatch(/^rx-bacnet: warning: --min-reconnect is longer than --max-reconnect.*\n$/)
  })

  it('print lines for people without --json, and nothing but warnings and errors on stderr', async () => {
    const { uri } = await startHub()
    const node = runCli(['node', '--hub', uri, '--vmac', VMAC.alice, '--heartbeat', '1', ...lab.flags('alice')])
    const connected = (): void => expect(node.stdout()).toContain(`primary hub ${VMAC.hub}`)
    await vi.waitFor(connected, { timeout: PATIENCE_MS, interval: 10 })
    node.signal('SIGTERM')
    expect(await node.exited).toBe(0)
    expect(node.stderr()).toBe(
      "rx-bacnet: warning: --heartbeat: 1 seconds is outside the standard's 3 to 300 seconds\n",
    )
  })
})

describe('a command that cannot run says why in one line, and exits with 2', () => {
  let lab: LabFolder

  beforeAll(async () => {
    lab = await labFolder(['hub', 'other'])
  })
  afterAll(() => lab.remove())
  afterEach(closeCli)

  it.each<[string, (lab: LabFolder) => readonly string[], RegExp]>([
    ['unknown command', () => ['dance'], /unknown command dance/],
    ['unknown option', () => ['hub', '--dance'], /unknown option --dance/],
    ['no certificates', () => ['hub'], /TLS needs --ca, --cert and --key/],
    ['missing file', () => ['hub', '--ca', 'nowhere.pem', '--cert', 'a', '--key', 'b'], /nowhere\.pem: no such file/],
    [
      'not a certificate',
      ({ path }) => ['hub', '--ca', `${path}/hub.key`, '--cert', `${path}/hub.pem`, '--key', `${path}/hub.key`],
      /not a PEM certificate/,
    ],
    [
      'mismatching key',
      ({ path }) => ['hub', '--ca', `${path}/ca.pem`, '--cert', `${path}/hub.pem`, '--key', `${path}/other.key`],
      /key does not belong/,
    ],
    [
      'plaintext not allowed',
      lab => ['hub', '--listen', 'ws://127.0.0.1:0', ...lab.flags('hub')],
      /without TLS must be allowed/,
    ],
    ['wrong URI', lab => ['node', '--hub', 'hub', ...lab.flags('hub')], /--hub: 'hub' does not start with wss/],
    [
      'URIs of direct connections that are not accepted',
      lab => ['node', '--hub', 'wss://h', '--direct-uri', 'wss://h', ...lab.flags('hub')],
      /--direct-listen .* is missing/,
    ],
    [
      'plaintext direct connections not allowed',
      lab => ['node', '--hub', 'wss://h', '--direct-listen', 'ws://127.0.0.1:0', ...lab.flags('hub')],
      /without TLS must be allowed/,
    ],
    [
      'plaintext URIs of direct connections not allowed',
      lab => [
        'node',
        '--hub',
        'wss://h',
        ...lab.flags('hub'),
        ...['--direct-listen', 'wss://h', '--direct-uri', 'ws://h'],
      ],
      /ws:\/\/h: a connection without TLS must be allowed/,
    ],
    [
      'direct peers that are not dialled',
      lab => ['node', '--hub', 'wss://h', '--direct-peer', '02:00:00:00:00:0b=wss://b', ...lab.flags('hub')],
      /--direct-initiate .* is missing/,
    ],
    [
      'a direct peer without a VMAC',
      lab => ['node', '--hub', 'wss://h', '--direct-initiate', '--direct-peer', 'wss://b', ...lab.flags('hub')],
      /--direct-peer: 'wss:\/\/b'/,
    ],
    [
      'an identity relay that nobody is told of',
      lab => ['node', '--hub', 'wss://h', '--identity-relay', ...lab.flags('hub')],
      /--hello, which is missing/,
    ],
    ['no hub', lab => ['node', ...lab.flags('hub')], /--hub is missing/],
    [
      'wrong VMAC',
      lab => ['node', '--hub', 'wss://h', '--vmac', 'ff:ff:ff:ff:ff:ff', ...lab.flags('hub')],
      /--vmac: .*reserved/,
    ],
    ['wrong number', () => ['hub', '--max-connections', '0'], /--max-connections: '0' is not/],
  ])('%s', async (_, args, line) => {
    const command = runCli(args(lab))
    expect(await command.exited).toBe(2)
    expect(command.stderr()).toMatch(line)
    expect(command.stderr().trimEnd().split('\n')).toHaveLength(1)
    expect(command.stdout()).toBe('')
  })

  it('port in use', async () => {
    const hub = runCli(['hub', '--json', ...lab.flags('hub')])
    const { uri } = await hub.event('listening')
    const again = runCli(['hub', '--listen', String(uri), ...lab.flags('hub')])
    expect(await again.exited).toBe(2)
    expect(again.stderr()).toMatch(/^rx-bacnet: 127\.0\.0\.1:\d+: address already in use\n$/)
  })
})

describe('the demonstration', () => {
  afterEach(closeCli)

  it('shows Who-Is and I-Am, the failover and the return, and exits with 0', async () => {
    const demo = runCli(['demo', '--json'])
    expect(await demo.exited).toBe(0)
    const statuses = demo.events.filter(({ event, device }) => event === 'status' && device === 'node 3')
    expect(statuses.map(({ status }) => status)).toEqual(['none', 'primary', 'none', 'failover', 'primary', 'none'])
    const frames = demo.events.filter(({ event }) => event === 'frame')
    expect(frames.filter(({ function: name }) => name === 'Connect-Accept')).toHaveLength(9)
    expect(demo.stderr()).toBe('')
  })

  it.each([1, 2, 3])('ends in good order on SIGTERM in step %i, and leaves no folder behind', async count => {
    const demo = runCli(['demo', '--json'])
    const steps = (): readonly unknown[] => demo.events.filter(({ event }) => event === 'step')
    await vi.waitFor(() => expect(steps()).toHaveLength(count), { timeout: PATIENCE_MS, interval: 10 })
    const { text } = await demo.event('step')
    const folder = / are in (\S+);/.exec(String(text))?.[1] ?? ''
    expect(existsSync(folder)).toBe(true)
    demo.signal('SIGTERM')
    expect(await demo.exited).toBe(0)
    expect(existsSync(folder)).toBe(false)
    expect(demo.events.at(-1)).toMatchObject({ event: 'step', text: 'done' })
    expect(demo.stderr()).toBe('')
  })
})
