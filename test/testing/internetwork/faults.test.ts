import { describe, expect, it } from 'vitest'
import { faultsAt } from '../../../src/testing/internetwork/fault-script.js'
import type { Fault, ScriptedFault } from '../../../src/testing/internetwork/fault.js'
import { printFault } from '../../../src/testing/internetwork/print-fault.js'
import { validFault } from '../../../src/testing/internetwork/valid-fault.js'
import { ms, seconds, type Duration } from '../../../src/values/duration.js'

/** What is planned when somebody says what goes wrong at 10 s. */
const planned = (say: (at: ReturnType<typeof faultsAt>) => void): readonly ScriptedFault[] => {
  const all: ScriptedFault[] = []
  say(
    faultsAt(seconds(10), (fault: Fault) => {
      const index = all.push({ at: seconds(10), fault }) - 1
      return lasts => (all[index] = { at: seconds(10), lasts: ms(lasts), fault })
    }),
  )
  return all
}

describe('a script of faults', () => {
  it('says what goes wrong, when and for how long', () => {
    const script = planned(at => {
      at.partition('hub-a', 'node-3').for('30s')
      at.partition(['hub-a', 'hub-b']).until('1min')
      at.block('node-1', '*')
      at.impair('*', 'node-1', { latency: ms(200), jitter: ms(50), loss: 0.1, rate: 500 }).for(seconds(5))
      at.refuse('hub-a').for('1 s')
      at.hang('hub-a').for('1 h')
      at.cut('node-1')
      at.mute('node-1')
      at.kill('hub-a').for('90s')
      at.powerOff('hub-a')
      at.powerOff('*').for('5min')
      at.kill(['hub-a', 'hub-b']).for('1min')
      at.fill('hub-a').for('2min')
      at.rebind('nat-1')
      at.move('ip-1', '10.0.1.77')
      at.refuse(['hub-a', 'hub-b'])
      at.hang('*').for('1min')
      at.cut(['node-1', 'node-2'])
      at.mute('*')
      at.fill('*')
    })
    expect(script.map(printFault)).toEqual([
      'at 10s partition hub-a from node-3 for 30s',
      'at 10s partition hub-a and hub-b from all others for 50s',
      'at 10s block node-1 to all',
      'at 10s impair all to node-1 by latency 200ms, jitter 50ms, loss 0.1, rate 500 for 5s',
      'at 10s refuse connections to hub-a for 1s',
      'at 10s hang connections to hub-a for 1h',
      'at 10s cut node-1',
      'at 10s mute node-1',
      'at 10s kill hub-a for 90s',
      'at 10s power off hub-a',
      'at 10s power off all for 5min',
      'at 10s kill hub-a and hub-b for 1min',
      'at 10s fill hub-a for 2min',
      'at 10s rebind nat-1',
      'at 10s move ip-1 to 10.0.1.77',
      'at 10s refuse connections to hub-a and hub-b',
      'at 10s hang connections to all for 1min',
      'at 10s cut node-1 and node-2',
      'at 10s mute all',
      'at 10s fill all',
    ])
  })

  it('cannot end before it begins', () => {
    expect(() => planned(at => at.kill('hub-a').until('5s'))).toThrow('a fault cannot end before it begins')
  })

  it('says once how long a fault lasts', () => {
    const twice = (at: ReturnType<typeof faultsAt>): void => {
      const lasting = at.kill('hub-a')
      lasting.for('5s')
      lasting.until('20s')
    }
    expect(() => planned(twice)).toThrow('is said once: by for, or by until')
  })

  it('has no times that are none', () => {
    expect(() => planned(at => at.kill('hub-a').for('700h'))).toThrow('700h is not a duration')
    expect(() => planned(at => at.kill('hub-a').until('soon'))).toThrow('"soon" is not a duration')
    expect(() => planned(at => at.kill('hub-a').for(NaN as Duration))).toThrow('NaN is not a duration')
  })

  it('has no faults that are none, nor of nobody', () => {
    expect(() => planned(at => at.kill(undefined as never))).toThrow('a Kill does not say hosts')
    expect(() => planned(at => at.partition(undefined as never))).toThrow('a Partition does not say ones')
    expect(() => validFault({ _tag: 'Explode' } as never)).toThrow("'Explode' is no fault; there are Partition, Block")
  })

  it('is of somebody, by name', () => {
    expect(() => planned(at => at.kill([]))).toThrow('the hosts of a Kill are none, so that nothing would happen')
    expect(() => planned(at => at.fill([]))).toThrow('the hubs of a Fill are none')
    expect(() => planned(at => at.partition('hub-a', []))).toThrow('the others of a Partition are none')
    expect(() => planned(at => at.cut(['hub-a', undefined as never]))).toThrow(
      'the hosts of a Cut are names, not ["hub-a",null]',
    )
    expect(() => validFault({ _tag: 'Kill', host: 'hub-a' } as never)).toThrow('a Kill does not say hosts')
  })

  it('moves one host, and rebinds one NAT', () => {
    const two = ['ip-1', 'ip-2'] as never
    expect(() => planned(at => at.move(two, '10.0.1.7'))).toThrow('the host of a Move is one name, not ["ip-1","ip-2"]')
    expect(() => planned(at => at.move('*', '10.0.1.7'))).toThrow('the host of a Move is one name, not "*"')
    expect(() => planned(at => at.move('ip-1', ['10.0.1.7'] as never))).toThrow('the to of a Move is one name')
    expect(() => planned(at => at.rebind('*'))).toThrow('the nat of a Rebind is one name')
  })

  it('has no impairments that are none', () => {
    expect(() => planned(at => at.impair('a', 'b', { loss: 2 }))).toThrow('the loss of a path is not 2')
  })
})
