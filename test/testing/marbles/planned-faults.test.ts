import { NEVER, timer } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { marbles, virtualInternetwork, type VirtualInternetwork } from '../../../src/testing/index.js'
import { seconds } from '../../../src/values/duration.js'

const withHub = (say: (network: VirtualInternetwork) => void): void =>
  marbles(({ scheduler, start, expectMarbles }) => {
    const network = virtualInternetwork(scheduler)
    start(NEVER.pipe(network.hub('hub-a')))
    say(network)
    expectMarbles(NEVER).toBe('---')
  })

describe('a fault that is planned in a test', () => {
  it.each<readonly [string, (network: VirtualInternetwork) => void]>([
    ['begins after the test', network => network.at('1h').kill('hub-a')],
    ['ends after the test', network => network.at('1s').kill('hub-a').for('1h')],
    ['is of a script', network => network.play([{ at: seconds(3600), fault: { _tag: 'Kill', hosts: 'hub-a' } }])],
    [
      'is of a script, and ends later',
      network => network.play([{ at: seconds(1), lasts: seconds(3600), fault: { _tag: 'Hang', hosts: 'hub-a' } }]),
    ],
  ])('is no timer that is left over when it %s', (_, say) => {
    expect(() => withHub(say)).not.toThrow()
  })

  it('does not hide the timers that are', () => {
    expect(() =>
      marbles(({ scheduler, expectMarbles }) => {
        virtualInternetwork(scheduler).at('1h').partition('*')
        timer(2_000_000).subscribe()
        expectMarbles(NEVER).toBe('---')
      }),
    ).toThrow('a timer is still set for 2000 s when all outputs are unsubscribed')
  })
})
