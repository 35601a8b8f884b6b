import type { Fault, ScriptedFault } from '../../../src/testing/index.js'
import { ms, seconds, type Duration } from '../../../src/values/duration.js'
import type { Dice } from '../../fuzz/dice.js'
import type { Topology } from './topology.js'

/** Draws what goes wrong, and when: everything has ended after `stormy`. Few last long, and none longer than `longest`. */
export const drawFaults = (
  dice: Dice,
  topology: Topology,
  stormy: Duration,
  longest: Duration = stormy,
): readonly ScriptedFault[] => {
  const hubs = topology.networks.flatMap(network => (network.kind === 'sc' ? network.hubs : []))
  const boxes = topology.boxes.map(({ host }) => host)
  const stations = topology.networks.flatMap(({ seats }) => seats.map(({ host }) => host))
  const hosts = [...hubs, ...boxes, ...stations]
  const important = [...hubs, ...boxes, ...stations.slice(0, 3)]
  const count = 5 + dice.below(25)

  const some = (): readonly string[] => Array.from({ length: 1 + dice.below(3) }, () => dice.pick(hosts))
  const one = (): string => dice.pick(dice.onceIn(2) ? important : hosts)
  const draw = (): Fault => {
    switch (dice.below(hubs.length > 0 ? 11 : 6)) {
      case 0:
        return { _tag: 'Partition', ones: some() }
      case 1:
        return { _tag: 'Partition', ones: one(), others: some() }
      case 2:
        return { _tag: 'Block', from: one(), to: dice.onceIn(2) ? '*' : some() }
      case 3:
        return { _tag: 'Impair', from: '*', to: '*', impairment: drawImpairment(dice) }
      case 4:
        return { _tag: 'Kill', hosts: one() }
      case 5:
        return { _tag: 'PowerOff', hosts: one() }
      case 6:
        return { _tag: 'Refuse', hosts: dice.pick(hubs) }
      case 7:
        return { _tag: 'Hang', hosts: dice.pick(hubs) }
      case 8:
        return { _tag: 'Cut', hosts: one() }
      case 9:
        return { _tag: 'Mute', hosts: one() }
      default:
        return { _tag: 'Kill', hosts: dice.pick(hubs) }
    }
  }

  return Array.from({ length: count }, (): ScriptedFault => {
    const at = Math.floor(dice.fraction() * stormy * 0.9)
    const most = dice.onceIn(3) ? Math.min(longest, stormy - at) : Math.min(seconds(120), stormy - at)
    return { at: ms(at), lasts: ms(1 + dice.below(most)), fault: draw() }
  }).sort((earlier, later) => earlier.at - later.at)
}

const drawImpairment = (dice: Dice) => ({
  ...(dice.onceIn(2) ? { latency: ms(dice.below(2000)) } : {}),
  ...(dice.onceIn(2) ? { jitter: ms(dice.below(500)) } : {}),
  ...(dice.onceIn(2) ? { loss: dice.below(50) / 100 } : {}),
  ...(dice.onceIn(2) ? { duplication: dice.below(30) / 100 } : {}),
  ...(dice.onceIn(2) ? { reordering: dice.below(30) / 100 } : {}),
  ...(dice.onceIn(4) ? { rate: 500 + dice.below(20_000) } : {}),
})
