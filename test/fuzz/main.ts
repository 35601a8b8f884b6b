import { randomInt } from 'node:crypto'
import { parseArgs } from 'node:util'
import { fuzzBvll, fuzzBvll6 } from './bvll.js'
import { fuzzCodecs } from './codecs.js'
import { dice } from './dice.js'
import { hexOf } from './frames.js'
import { liveDirect } from './live-direct.js'
import { liveIp } from './live-ip.js'
import { liveIp6 } from './live-ip6.js'
import { liveHub } from './live-hub.js'
import { liveNode } from './live-node.js'
import { fuzzNpdu } from './npdu.js'
import { realHub, realNode, type RealTarget } from './real.js'
import { Violation } from './violation.js'

/*
 * npm run fuzz [-- --seed N --cases N]: wrong frames, datagrams and NPDUs for every decoder, a live hub, a live node and
 * live ports of B/IP and B/IPv6. Each part has dice of its own, so that a part behaves the same whatever the others do.
 */

/** The shares of the parts in all cases. */
const SHARES = {
  codecs: 0.1,
  bvll: 0.05,
  bvll6: 0.05,
  npdu: 0.1,
  ip: 0.1,
  ip6: 0.1,
  hub: 0.2,
  node: 0.1,
  direct: 0.1,
  realHub: 0.05,
  realNode: 0.05,
} as const

/** How much memory a part may have gained at its end: more is a leak. */
const MOST_GAINED = 48 << 20

const print = (line: string): unknown => process.stdout.write(`${line}\n`)

const { values } = parseArgs({ options: { seed: { type: 'string' }, cases: { type: 'string' } } })
const seed = Number(values.seed ?? randomInt(2 ** 31))
const cases = Number(values.cases ?? 1_000_000)
if (!Number.isSafeInteger(seed) || !Number.isSafeInteger(cases) || cases < 1) {
  print('usage: npm run fuzz -- [--seed N] [--cases N]')
  process.exit(2)
}

const heap = (): number => {
  globalThis.gc?.()
  return process.memoryUsage().heapUsed
}

/** Runs one part; `next` does some cases and says how many. */
const part = async (name: keyof typeof SHARES, next: () => number | Promise<number>): Promise<void> => {
  const due = Math.ceil(cases * SHARES[name])
  const began = performance.now()
  const before = heap()
  let done = 0
  try {
    while (done < due) {
      const step = next()
      done += typeof step === 'number' ? step : await step
    }
    const gained = heap() - before
    if (gained > MOST_GAINED) throw new Error(`the heap has grown by ${gained >> 20} MiB`)
    print(`${name}: ${done} cases in ${((performance.now() - began) / 1000).toFixed(1)} s, ${gained >> 10} KiB gained`)
  } catch (error) {
    const frame = error instanceof Violation ? ` frame ${hexOf(error.frame)}` : ''
    print(
      `${name}: case ${done} of seed ${seed}:${frame} ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    )
    process.exitCode = 1
  }
}

const single = (step: () => void) => (): number => {
  step()
  return 1
}

const real = async (name: 'realHub' | 'realNode', target: RealTarget): Promise<void> => {
  await part(name, target.batch)
  target.stop()
}

print(`seed ${seed}, ${cases} cases`)
const codecs = dice(seed)
await part(
  'codecs',
  single(() => fuzzCodecs(codecs)),
)
const datagrams = dice(seed + 6)
await part(
  'bvll',
  single(() => fuzzBvll(datagrams)),
)
const datagrams6 = dice(seed + 8)
await part(
  'bvll6',
  single(() => fuzzBvll6(datagrams6)),
)
const npdus = dice(seed + 10)
await part(
  'npdu',
  single(() => fuzzNpdu(npdus)),
)
await part('ip', single(liveIp(dice(seed + 7))))
await part('ip6', single(liveIp6(dice(seed + 9))))
await part('hub', single(liveHub(dice(seed + 1))))
await part('node', single(liveNode(dice(seed + 2))))
await part('direct', single(liveDirect(dice(seed + 3))))
await real('realHub', await realHub(dice(seed + 4)))
await real('realNode', await realNode(dice(seed + 5)))
print(process.exitCode === 1 ? 'FAILED' : 'nothing found')
