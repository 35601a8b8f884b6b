import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { boxFolder, type BoxFolder } from '../../support/box-cli.js'
import { CAMPUS, LABORATORY, SERVICE } from '../../support/box-examples.js'
import { address, device, iAm, runOn, WHO_IS, type Device } from '../../support/box-stations.js'
import { closeCli, type CliProcess } from '../../support/cli.js'
import { skippedIp6, whyNoIp6 } from '../../support/ip6-here.js'
import { labFolder, type LabFolder } from '../../support/lab-folder.js'
import { namespaceLab, type NamespaceHost, type NamespaceLab } from '../../support/namespaces.js'
import { PATIENCE_MS } from '../../support/patience.js'

/*
 * The boxes that the README shows, as they are and all at once: where their addresses say. The floor is a network of two of
 * them, so that a station of the campus and one of the laboratory reach each other.
 */

const SUBNETS = { floor: '10.0.2', hall: '10.0.3', lab: '10.0.4', elsewhere: '10.8.0' }
const [CAMPUS_NETWORK, FLOOR, LAB] = [1, 2, 3]
const SC_MAC = '9a7b31c2d405'
const IP6_MAC = '00004d'
const FLOOR_MAC = '0a000232bac0'
const [CAMPUS_BOX, LAB_BOX] = ['10.0.2.5:47808', '10.0.2.6:47808']
const WHO_IS_ALL = `0120ffff00ff${WHO_IS}`

describe.skipIf(whyNoIp6 !== undefined)(`the boxes of the README${skippedIp6}`, () => {
  let lab: NamespaceLab
  let certificates: LabFolder
  const folders: BoxFolder[] = []
  let boxes: readonly [campus: CliProcess, service: CliProcess, laboratory: CliProcess]
  let onFloor: Device
  let onCampus: Device
  let inLab: Device
  let inHall: Device
  let elsewhere: Device

  const run = (host: NamespaceHost, text: string, folder: BoxFolder = boxFolder()): CliProcess => {
    folders.push(folder)
    folder.write(text)
    return runOn(host, ['run', folder.file, '--json'])
  }

  beforeAll(async () => {
    lab = await namespaceLab({ subnets: SUBNETS, ipv6: true })
    const [campusHost, serviceHost, labHost, floor, campus, six, hall, away] = await Promise.all([
      lab.host('campus', 'floor', 5),
      lab.host('service', 'hall', 5),
      lab.host('laboratory', 'floor', 6),
      lab.host('d-floor', 'floor', 50),
      lab.host('d-campus', 'floor', 51),
      lab.host('d-lab', 'lab', 50),
      lab.host('d-hall', 'hall', 50),
      lab.host('d-away', 'elsewhere', 2),
    ])
    // The first that joins has eth1, as the file has it.
    expect(await lab.join(labHost, 'lab', 6)).toBe('eth1')
    certificates = await labFolder(['hub', 'node', 'device'])
    boxes = [run(campusHost, CAMPUS, boxFolder(certificates.path)), run(serviceHost, SERVICE), run(labHost, LABORATORY)]
    onFloor = device(floor, 1, ['ip', '--bind', `${floor.ip}:47808`])
    inLab = device(six, 77, ['ip6', '--bind', `[${six.ip6}]:47808`, '--device-instance', '77'])
    inHall = device(hall, 4, ['ip', '--bind', `${hall.ip}:47808`])
    const [campusBox, serviceBox, labBox] = boxes
    await campusBox.event('listening', { port: 'hub' })
    const flags = ['--hub', 'wss://10.0.2.5:4443', ...certificates.flags('device')]
    onCampus = device(campus, 3, ['node', '--vmac', '9a:7b:31:c2:d4:05', ...flags])
    await serviceBox.event('listening', { port: 'service', role: 'bbmd' })
    elsewhere = device(away, 5, ['ip', '--bind', `${away.ip}:47808`, '--foreign', '10.0.3.5:47808'])
    await campusBox.event('status', { port: 'campus', status: 'primary' })
    await labBox.event('listening', { port: 'lab' })
    for (const one of [onFloor, inLab, inHall]) await one.event('listening')
    await onCampus.event('status', { status: 'primary' })
  })
  afterAll(async () => {
    closeCli()
    await lab.remove()
    certificates.remove()
    for (const folder of folders) folder.remove()
  })

  it('join BACnet/SC, BACnet/IP and BACnet/IPv6', async () => {
    onFloor.send('broadcast', WHO_IS_ALL)
    await onFloor.hears(`${CAMPUS_BOX} unicast 0108${address(CAMPUS_NETWORK, SC_MAC)}${iAm(3)}`)
    await onFloor.hears(`${LAB_BOX} unicast 0108${address(LAB, IP6_MAC)}${iAm(77)}`)
    const { vmac } = await boxes[2].event('listening', { port: 'lab' })
    onCampus.send('broadcast', WHO_IS_ALL)
    await inLab.hears(`${String(vmac)} broadcast 0128ffff00${address(CAMPUS_NETWORK, SC_MAC)}fd${WHO_IS}`)
    await inLab.hears(`${String(vmac)} broadcast 0128ffff00${address(FLOOR, FLOOR_MAC)}fe${WHO_IS}`)
    await expect
      .poll(onCampus.heard, { timeout: PATIENCE_MS, interval: 10 })
      .toContainEqual(expect.stringContaining(`unicast 0108${address(LAB, IP6_MAC)}${iAm(77)}`))
  })

  it('know the route that is configured', async () => {
    boxes[2].say({ do: 'routes' })
    const { routes } = await boxes[2].event('routes')
    expect(routes).toContainEqual({ network: 2001, port: 'floor', via: '10.0.2.99:47808', state: 'reachable' })
  })

  it('serve a foreign device', async () => {
    await boxes[1].event('foreign-device', { port: 'service', address: '10.8.0.2:47808', state: 'registered' })
    await elsewhere.event('registration', { state: 'registered' })
    elsewhere.send('broadcast', WHO_IS_ALL)
    await inHall.hears(`10.8.0.2:47808 broadcast ${WHO_IS_ALL}`)
    await elsewhere.hears(`10.0.3.50:47808 unicast 0100${iAm(4)}`)
    elsewhere.say({ do: 'read-fdt', bbmd: '10.0.3.5:47808' })
    expect(await elsewhere.event('fdt')).toMatchObject({ entries: [{ address: '10.8.0.2:47808' }] })
  })

  it('end in good order, without having said anything to people', async () => {
    for (const box of boxes) box.signal('SIGTERM')
    expect(await Promise.all(boxes.map(({ exited }) => exited))).toEqual([0, 0, 0])
    expect(boxes.map(({ stderr }) => stderr())).toEqual(['', '', ''])
    const wrong = ['conflict', 'failed', 'error', 'reject', 'discarded']
    expect(boxes.flatMap(({ events }) => events.filter(({ event }) => wrong.includes(event)))).toEqual([])
  })
})
