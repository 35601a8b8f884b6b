import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { closeCli, type CliProcess } from '../support/cli.js'
import { freeUdpPort, runIp } from '../support/ip-cli.js'
import { growthDuring, memoryMiB } from '../support/memory.js'
import { closeStrangers, floodUdp, stranger, strangers, type Stranger } from '../support/udp-flood.js'
import { fromHex } from '../support/vectors.js'

const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))

/** How long each flood lasts; on a slow machine that is what is too much and not the time. */
const FLOOD_MS = 150

/** What a process may grow by under a flood: garbage that is not collected yet. */
const MOST_GROWTH_MIB = 48

const WHO_IS = '0120ffff00ff1008'
const SUBNET = ['--broadcast', '127.255.255.255']
const TTL = 60

/** A datagram of that function; its length is right. */
const bvll = (fn: number, payload = ''): Uint8Array =>
  fromHex(`81${fn.toString(16).padStart(2, '0')}${(4 + payload.length / 2).toString(16).padStart(4, '0')}${payload}`)

const READ_FDT = bvll(0x06)
const REGISTER = bvll(0x05, '003c')
const rows = (count: number): string => '0a000001bac0ffffffff'.repeat(count)

let port = 0
let bbmd: CliProcess
let node: CliProcess
let foreign: CliProcess
let BBMD = ''
let NODE = ''
let FOREIGN = ''

const startAll = async (): Promise<void> => {
  port = await freeUdpPort()
  ;[BBMD, NODE, FOREIGN] = [`127.20.0.1:${port}`, `127.20.0.2:${port}`, `127.20.0.3:${await freeUdpPort()}`]
  bbmd = runIp(BBMD, ...SUBNET, '--bbmd', '--bdt', `127.20.0.9:${port}`)
  node = runIp(NODE, ...SUBNET)
  await Promise.all([bbmd, node].map(process => process.event('listening')))
  foreign = runIp(FOREIGN, '--foreign', BBMD, '--ttl', String(TTL))
  await foreign.event('registration', { state: 'registered' })
}

/** Asks for something that is answered by one event. */
const ask = async (process: CliProcess, what: 'stats' | 'tables'): Promise<Readonly<Record<string, unknown>>> => {
  const before = process.events.length
  process.say({ do: what })
  await expect
    .poll(() => process.events.slice(before).some(({ event }) => event === what), { timeout: 20_000 })
    .toBe(true)
  return process.events.findLast(({ event }) => event === what) ?? {}
}

const fdtOf = async (process: CliProcess): Promise<readonly { readonly address: string; readonly ttl: number }[]> =>
  (await ask(process, 'tables'))['fdt'] as readonly { readonly address: string; readonly ttl: number }[]

let words = 0

/** A node of the subnet and a foreign device hear each other through the BBMD. */
const expectTalk = async (): Promise<void> => {
  const word = `0120ffff00ff1008ee${(words++).toString(16).padStart(6, '0')}`
  node.say({ do: 'send', to: 'broadcast', npdu: word })
  expect(await foreign.event('npdu', { npdu: word })).toMatchObject({ source: NODE, via: 'forwarded' })
  foreign.say({ do: 'send', to: 'broadcast', npdu: `${word}ff` })
  expect(await node.event('npdu', { npdu: `${word}ff` })).toMatchObject({ source: FOREIGN, via: 'forwarded' })
}

/** What the BBMD has counted when it has read all that waits in its buffer; until then the system may drop anything. */
const drained = async (): Promise<Readonly<Record<string, unknown>>> => {
  for (let before = await ask(bbmd, 'stats'); ;) {
    await new Promise(done => setTimeout(done, 50))
    const after = await ask(bbmd, 'stats')
    if (after['received'] === before['received']) return after
    before = after
  }
}

/** Floods the BBMD, which must not grow and must serve everybody at once after it. Gives what it counted meanwhile. */
const underFlood = async (
  from: readonly Stranger[],
  ...datagrams: readonly Uint8Array[]
): Promise<{ readonly received: number; readonly sent: number; readonly told: number }> => {
  const before = await ask(bbmd, 'stats')
  const told = bbmd.events.length
  const { grownMiB } = await growthDuring(bbmd.pid, () => floodUdp(from, BBMD, datagrams, FLOOD_MS))
  const after = await drained()
  expect(grownMiB).toBeLessThan(MOST_GROWTH_MIB)
  await expectTalk()
  expect(foreign.events.filter(({ event }) => event === 'registration')).toHaveLength(2)
  const grown = (name: string): number => Number(after[name]) - Number(before[name])
  return { received: grown('received'), sent: grown('sent'), told: bbmd.events.length - told }
}

const RUBBISH: readonly (readonly [what: string, datagrams: readonly Uint8Array[]])[] = [
  ['octets that are no BVLL message', [fromHex('0102030405060708')]],
  ['nothing at all', [new Uint8Array(0)]],
  ['what is cut short', [fromHex('810a00')]],
  ['a wrong length', [fromHex('810a00090100')]],
  ['each of the 256 functions, without a payload', Array.from({ length: 256 }, (_, fn) => bvll(fn))],
  ['each of the 256 functions, with one', Array.from({ length: 256 }, (_, fn) => bvll(fn, '00000000000000'))],
  ['the longest datagrams that there are', [new Uint8Array(65_507).fill(0x81)]],
  ['tables of 6550 rows that nobody asked for', [bvll(0x03, rows(6550)), bvll(0x07, rows(6550))]],
  ['tables to be written', [bvll(0x01, rows(6550)), bvll(0x01, rows(2)), bvll(0x01)]],
  ['results that nobody asked for', ['0000', '0030', '0060', 'ffff'].map(code => bvll(0, code))],
  ['Secure-BVLL', [bvll(0x0c, '00'.repeat(20))]],
  ['Distribute-Broadcast-To-Network of somebody who is not registered', [bvll(0x09, WHO_IS)]],
  ['forgotten foreign devices', [bvll(0x08, '7f1400020000')]],
]

describe('a BBMD, a node of its subnet and a foreign device go on while', () => {
  beforeAll(startAll)
  afterEach(closeStrangers)
  afterAll(closeCli)

  it.each(RUBBISH)('somebody sends it %s as fast as he can', async (_, datagrams) => {
    const { received, sent, told } = await underFlood([await stranger('127.9.0.1')], ...datagrams)
    expect(received).toBeGreaterThan(50)
    expect(told).toBeLessThan(1000)
    // 20000 octets at once and 5000 a second, none of them less than a result; and what the two talk.
    expect(sent).toBeLessThan(10_000 / 2)
  })

  it('a hundred send it all of that at once', async () => {
    const { told } = await underFlood(await strangers(100), ...RUBBISH.flatMap(([, datagrams]) => datagrams))
    expect(told).toBeLessThan(1000)
    expect((await fdtOf(bbmd)).filter(({ address }) => address === FOREIGN)).toMatchObject([{ ttl: TTL }])
  })

  it('somebody asks for its table in the name of somebody else, who is hit no harder than the budget allows', async () => {
    const victim = await stranger('127.9.0.2')
    await underFlood([victim], READ_FDT, bvll(0x02))
    const octets = victim.heard.reduce((sum, hex) => sum + hex.length / 2, 0)
    expect(octets).toBeGreaterThan(10_000)
    expect(octets).toBeLessThan(20_000 + 5000 * 20)
  })

  it('somebody registers from all the ports that he has: he gets 32 entries, and NAKs', async () => {
    const ports = await Promise.all(Array.from({ length: 300 }, () => stranger('127.9.0.3')))
    await underFlood(ports, REGISTER)
    const fdt = await fdtOf(bbmd)
    expect(fdt.filter(({ address }) => address.startsWith('127.9.0.3:'))).toHaveLength(32)
    expect(ports.flatMap(({ heard }) => heard)).toEqual(expect.arrayContaining(['810000060000', '810000060030']))
  })

  it('somebody registers from all the addresses that he has, for 0, 1 and 65535 s: the table is full at 128', async () => {
    const crowd = await strangers(200, '127.10')
    await underFlood(crowd, bvll(0x05, '0000'), bvll(0x05, 'ffff'), bvll(0x05, '0001'))
    const fdt = await fdtOf(bbmd)
    expect(fdt).toHaveLength(128)
    expect(fdt.some(({ ttl }) => ttl === 0)).toBe(false)
    // It still renews: by now that is somebody who asks for the tables in its name as well.
    const before = (await ask(bbmd, 'stats'))['sent']
    foreign.say({ do: 'read-fdt', bbmd: BBMD })
    expect((await foreign.event('fdt'))['entries']).toHaveLength(128)
    expect(Number((await ask(bbmd, 'stats'))['sent'])).toBeGreaterThan(Number(before))
  })

  it('a neighbour broadcasts as fast as it can: each gets copies as far as the budget goes, and others theirs', async () => {
    const before = Number((await ask(bbmd, 'stats'))['forwarded'])
    await underFlood([await stranger('127.9.0.4')], bvll(0x0b, WHO_IS))
    const forwarded = Number((await ask(bbmd, 'stats'))['forwarded']) - before
    expect(forwarded).toBeGreaterThan(5000)
    expect(forwarded).toBeLessThan(10_000 + 5000 * 20)
  })

  it('a foreign device broadcasts as fast as it can from all its ports, which have one budget', async () => {
    const registered = (await fdtOf(bbmd)).filter(({ address }) => address.startsWith('127.9.0.3:'))
    closeStrangers()
    const ports = await Promise.all(registered.map(({ address }) => stranger(address)))
    const before = Number((await ask(bbmd, 'stats'))['forwarded'])
    await underFlood(ports, bvll(0x09, WHO_IS))
    const forwarded = Number((await ask(bbmd, 'stats'))['forwarded']) - before
    expect(forwarded).toBeLessThan(10_000 + 5000 * 20)
  })

  it.each([
    ['of the BBMD itself', () => hexOf(BBMD), true],
    ['of everybody', () => 'ffffffffbac0', true],
    ['of a group', () => 'e0000001bac0', true],
    ['of nobody', () => '00000000bac0', true],
    ['without a port', () => '0a0000010000', true],
    ['of somebody, but it is not from a BBMD', () => '0a000001bac0', false],
  ])('somebody forges a Forwarded-NPDU with the address %s: nobody hears it', async (_, originating, isFromBbmd) => {
    const from = await stranger(isFromBbmd ? `127.20.0.9:${port}` : '127.9.0.5')
    const before = bbmd.events.length
    const forwarded = Number((await ask(bbmd, 'stats'))['forwarded'])
    const forged = '0120ffff00ff100800'
    for (let count = 0; count < 100; count++) from.send(BBMD, bvll(0x04, `${originating()}${forged}`))
    const after = await ask(bbmd, 'stats')
    expect(Number(after['forwarded'])).toBe(forwarded)
    // What the two talked before may come only now.
    expect(bbmd.events.slice(before).filter(({ npdu }) => npdu === forged)).toEqual([])
    await expectTalk()
  })
})

describe('a foreign device', () => {
  afterEach(() => {
    closeStrangers()
    closeCli()
  })

  const registrations = (process: CliProcess): readonly unknown[] =>
    process.events.filter(({ event }) => event === 'registration').map(({ state }) => state)

  it('does not register in a storm when somebody floods it with results in the name of its BBMD', async () => {
    const bare = await stranger('127.21.0.1', (octets, from, itself) => {
      if (octets[1] === 5) itself.send(from, bvll(0, '0000'))
    })
    const device = runIp('127.21.0.2:0', '--foreign', bare.address)
    const { address } = await device.event('listening')
    await device.event('registration', { state: 'registered' })
    const results = ['0060', '0000', '0030', '0020', '0050', '1234'].map(code => bvll(0, code))
    const { grownMiB } = await growthDuring(device.pid, () => floodUdp([bare], String(address), results, FLOOD_MS))
    expect(grownMiB).toBeLessThan(MOST_GROWTH_MIB)
    const asked = bare.heard.filter(hex => hex.startsWith('8105')).length
    expect(asked).toBeGreaterThan(1)
    expect(asked).toBeLessThanOrEqual(1 + 4 + 2)
    expect(registrations(device).length).toBeLessThanOrEqual(2 + 2 * asked)
    expect((await ask(device, 'stats'))['discarded']).toHaveProperty('an answer that nobody asked for')
  })

  it('is not confused by a BBMD that answers all twice, late, and with the answers of others', async () => {
    const bare = await stranger('127.21.0.3', (octets, from, itself) => {
      const answer = { 2: bvll(3, rows(1)), 5: bvll(0, '0000'), 6: bvll(7), 8: bvll(0, '0050') }[octets[1] ?? 0]
      if (answer === undefined) return
      // Of others first: a stranger's table, and a result that refuses what nobody asked for.
      for (const octet of [bvll(0, '0010'), bvll(3, '00'), answer, answer]) itself.send(from, octet)
      setTimeout(() => itself.send(from, answer), 50)
    })
    const device = runIp('127.21.0.4:0', '--foreign', bare.address)
    await device.event('registration', { state: 'registered' })
    device.say({ do: 'read-bdt', bbmd: bare.address })
    device.say({ do: 'read-fdt', bbmd: bare.address })
    device.say({ do: 'delete-fdt-entry', bbmd: bare.address, address: '10.0.0.1:47808' })
    await Promise.all([device.event('bdt'), device.event('fdt'), device.event('error', { do: 'delete-fdt-entry' })])
    await new Promise(done => setTimeout(done, 100))
    expect(registrations(device)).toEqual(['unregistered', 'registered'])
    const told = (name: string): number => device.events.filter(({ event }) => event === name).length
    expect([told('bdt'), told('fdt'), told('error')]).toEqual([1, 1, 1])
  })

  it('asks 10000 times where nobody answers, and has 64 requests outstanding at most', async () => {
    const device = runIp('127.21.0.5:0')
    await device.event('listening')
    for (let n = 0; n < 10_000; n++) device.say({ do: 'read-bdt', bbmd: `127.22.${n >> 8}.${n & 255}:47808` })
    for (const junk of ['{', '[]', '"x"', '{"do":"send"}', '{"do":"__proto__"}', '\u0000', '9'.repeat(300_000)]) {
      device.say(junk)
    }
    const told = (text: string): number =>
      device.events.filter(({ message }) => typeof message === 'string' && message.includes(text)).length
    await expect.poll(() => told('no answer'), { timeout: 10_000 }).toBe(64)
    expect(told('too many requests outstanding')).toBe(10_000 - 64)
    expect((await ask(device, 'stats'))['sent']).toBe(64)
    expect(device.events.filter(({ event }) => event === 'error')).toHaveLength(10_000 + 7)
  })
})

describe('a port that is told to end', () => {
  afterEach(() => {
    closeStrangers()
    closeCli()
  })

  it('ends in good order while it is flooded', async () => {
    const bind = `127.21.0.6:${await freeUdpPort()}`
    const ending = runIp(bind, ...SUBNET, '--bbmd')
    await ending.event('listening')
    const crowd = await strangers(50)
    const flood = floodUdp(crowd, bind, [REGISTER, bvll(0x0b, WHO_IS), bvll(0x09, WHO_IS), READ_FDT], 1000)
    await ending.event('npdu')
    ending.signal('SIGTERM')
    const since = performance.now()
    expect(await ending.exited).toBe(0)
    expect(performance.now() - since).toBeLessThan(4000)
    expect(ending.stderr()).not.toMatch(/Error|at /)
    await flood
  })
})

describe('a reader that never reads', () => {
  afterEach(closeStrangers)

  it('has lines dropped, which is told, and the port neither grows nor ends', async () => {
    const bind = `127.21.0.7:${await freeUdpPort()}`
    const child = spawn(process.execPath, [MAIN, 'ip', '--json', '--bind', bind])
    try {
      await once(child.stdout, 'readable')
      const before = memoryMiB(child.pid ?? 0)
      const grown = (): number => memoryMiB(child.pid ?? 0) - before
      const from = [await stranger('127.9.0.8')]
      // Each is 3000 characters: 64 Mi of them may wait, which is when it does not grow any more.
      for (let [last, still] = [-Infinity, 0]; grown() < 64 || still < 4;) {
        still = grown() - last > 8 ? 0 : still + 1
        last = grown()
        await floodUdp(from, bind, [bvll(0x0a, `0100${'10'.repeat(1490)}`)], 500)
      }
      expect(grown()).toBeLessThan(64 + 128)
      let [tail, isTold] = ['', false]
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        isTold ||= (tail + text).includes('"output-dropped"')
        tail = text.slice(-100)
      })
      await expect.poll(() => isTold, { timeout: 20_000 }).toBe(true)
      expect(child.exitCode).toBeNull()
    } finally {
      child.kill('SIGKILL')
    }
  })
})

const hexOf = (address: string): string => {
  const [host = '', ofPort] = address.split(':')
  const octets = host.split('.').map(octet => Number(octet).toString(16).padStart(2, '0'))
  return `${octets.join('')}${Number(ofPort).toString(16).padStart(4, '0')}`
}
