import { expect, vi } from 'vitest'
import { boxFolder } from './box-cli.js'
import { address, name, readName, to } from './box-stations.js'
import { runCli, type CliProcess } from './cli.js'
import { freeUdpPort, runIp } from './ip-cli.js'
import { labFolder } from './lab-folder.js'
import { PATIENCE_MS } from './patience.js'

const [FLOOR, HALL, CAMPUS] = [2, 3, 1]
const SUBNET = '127.255.255.255'
const PATIENT = { timeout: PATIENCE_MS + 10_000, interval: 20 }
const DEVICE = '9a7b31c2d405'

/**
 * A box between BACnet/SC and two networks of BACnet/IP, on loopback, whose hub is killed and started again; rejects when it does
 * not do as it should. Most of it is to wait for 10 s, so that others may go on meanwhile.
 */
export const killHub = async (): Promise<void> => {
  const lab = await labFolder(['hub', 'node', 'device'])
  const folder = boxFolder(lab.path)
  const [port, other] = [await freeUdpPort(), await freeUdpPort()]
  const startHub = (uri: string): CliProcess => runCli(['hub', '--json', '--listen', uri, ...lab.flags('hub')])
  const hub = startHub('wss://127.0.0.1:0')
  const { uri } = await hub.event('listening')
  const tls = { ca: ['ca.pem'], cert: 'node.pem', key: 'node.key' }
  const ip = (what: string, network: number, udp: number) => ({
    ...{ name: what, type: 'ip', network, bind: `127.8.0.1:${udp}`, broadcast: SUBNET },
  })
  const box = folder.run({
    ports: [
      { name: 'campus', type: 'sc-node', network: CAMPUS, hub: uri, tls, minReconnect: 0.2, maxReconnect: 0.4 },
      ip('floor', FLOOR, port),
      ip('hall', HALL, other),
    ],
    router: { ports: ['campus', 'floor', 'hall'] },
  })
  const onFloor = runIp(`127.8.0.2:${port}`, '--broadcast', SUBNET)
  const inHall = runIp(`127.8.0.2:${other}`, '--broadcast', SUBNET)
  const startNode = (): CliProcess =>
    runCli([
      ...['node', '--json', '--hub', String(uri), '--vmac', DEVICE, '--min-reconnect', '0.2', '--max-reconnect', '0.4'],
      ...lab.flags('device'),
    ])
  const node = startNode()
  await Promise.all([onFloor, inHall].map(device => device.event('listening')))
  for (const one of [node, box]) await one.event('status', { status: 'primary' })
  await box.event('route', { network: CAMPUS, state: 'reachable' })

  hub.signal('SIGKILL')
  await hub.exited
  await box.event('status', { port: 'campus', status: 'none' })
  let said = 0
  const floorMac = mac('127.8.0.2', port)
  const talk = async (): Promise<void> => {
    const apdu = `10aa${(said++).toString(16).padStart(4, '0')}`
    onFloor.say({ do: 'send', to: `127.8.0.1:${port}`, npdu: `${to(HALL, mac('127.8.0.2', other))}${apdu}` })
    await inHall.event('npdu', { npdu: `0108${address(FLOOR, floorMac)}${apdu}` })
  }
  // A short outage is none of the network's; one of 10 s is.
  await talk()
  expect(states(box, CAMPUS)).toEqual(['reachable'])
  const toCampus = `${to(CAMPUS, DEVICE, true)}${readName(3, 1)}`
  onFloor.say({ do: 'send', to: `127.8.0.1:${port}`, npdu: toCampus })
  while (states(box, CAMPUS).length < 2) {
    await talk()
    await new Promise(resolve => setTimeout(resolve, 100))
  }
  expect(states(box, CAMPUS)).toEqual(['reachable', 'unreachable'])
  expect(said).toBeGreaterThan(20)
  onFloor.say({ do: 'send', to: `127.8.0.1:${port}`, npdu: toCampus })
  await box.event('reject', { network: CAMPUS, reason: 1, port: 'floor' })
  await onFloor.event('npdu', { npdu: '018003010001' })

  await startHub(String(uri)).event('listening')
  // Not expect.poll, which is for what runs within a test.
  await vi.waitFor(() => {
    expect(states(box, CAMPUS)).toEqual(['reachable', 'unreachable', 'reachable'])
    expect(node.events.filter(({ status }) => status === 'primary').length).toBe(2)
  }, PATIENT)
  onFloor.say({ do: 'send', to: `127.8.0.1:${port}`, npdu: toCampus })
  const { source } = await node.event('npdu', { npdu: `010c${address(FLOOR, floorMac)}${readName(3, 1)}` })
  node.say({ do: 'send', to: source, npdu: `${to(FLOOR, floorMac)}${name(3, 1)}` })
  await onFloor.event('npdu', { npdu: `0108${address(CAMPUS, DEVICE)}${name(3, 1)}` })
  // Also before it was ever up, its address is written as on BACnet/SC.
  const macs = box.events.filter(({ event, port: one }) => event === 'network' && one === 'campus')
  expect(new Set(macs.map(({ mac: own }) => own)).size).toBe(1)
  box.signal('SIGTERM')
  expect(await box.exited).toBe(0)
  lab.remove()
}

const states = ({ events }: CliProcess, network: number): readonly unknown[] =>
  events.filter(({ event, network: one }) => event === 'route' && one === network).map(({ state }) => state)

const mac = (ip: string, port: number): string =>
  Buffer.from([...ip.split('.').map(Number), port >> 8, port & 0xff]).toString('hex')
