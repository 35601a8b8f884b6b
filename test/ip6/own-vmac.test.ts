import { describe, expect, it } from 'vitest'
import { ownVmac, type OwnVmacOptions } from '../../src/ip6/own-vmac.js'
import { ownVmacTimings } from '../../src/ip6/own-vmac-machine.js'
import { isRandomBip6Vmac, type Bip6Vmac } from '../../src/values/bip6-vmac.js'
import { ms, seconds } from '../../src/values/duration.js'
import { fixedRandom } from '../../src/testing/chance/fixed-random.js'
import { clock } from '../machine/clock.js'

const DEVICE = '0004d2' as Bip6Vmac
const RANDOM = '4abcde' as Bip6Vmac

const node = (options: Partial<OwnVmacOptions> = {}) => {
  const { scheduler, advance, running } = clock()
  const asked: Bip6Vmac[] = []
  const told: string[] = []
  const own = ownVmac({
    timings: ownVmacTimings(),
    random: fixedRandom(7),
    ...options,
    scheduler,
    ask: candidate => {
      asked.push(candidate)
      options.ask?.(candidate)
    },
    tell: news => {
      const about = news._tag === 'Own' ? news.vmac : `${news.tried} tried, kept ${news.kept ?? 'none'}`
      told.push(`${scheduler.now() / 1000} s: ${news._tag} ${about}`)
      options.tell?.(news)
    },
  })
  return { ...own, asked, told, advance, running }
}

describe('the VMAC of a node', () => {
  it('is its device instance at once, without a question', () => {
    const { start, vmac, asked, told, running } = node({ wanted: DEVICE })
    expect(vmac()).toBeUndefined()
    start()
    expect([vmac(), asked, told, running()]).toEqual([DEVICE, [], [`0 s: Own ${DEVICE}`], 0])
  })

  it('is drawn by chance without one, and used when nobody has answered for a second', () => {
    const { start, vmac, asked, told, advance } = node()
    start()
    const [candidate] = asked
    expect([asked.length, candidate !== undefined && isRandomBip6Vmac(candidate)]).toEqual([1, true])
    advance(ms(999))
    expect([vmac(), told]).toEqual([undefined, []])
    advance(ms(1))
    expect([vmac(), told]).toEqual([candidate, [`1 s: Own ${candidate}`]])
  })

  it('is the random one of the last time when it is still free, else another', () => {
    const { start, vmac, hear, asked, advance } = node({ wanted: RANDOM })
    start()
    expect([asked, vmac()]).toEqual([[RANDOM], undefined])
    hear(RANDOM, 'conflict')
    advance(seconds(1))
    expect([asked.length, vmac()]).toEqual([2, asked[1]])
    expect(vmac()).not.toBe(RANDOM)
  })

  it('is never a candidate that is taken, even if the answer comes within the question', () => {
    const subject = node({
      ask: candidate => {
        if (subject.asked.length < 3) subject.hear(candidate, 'conflict')
      },
    })
    subject.start()
    subject.advance(seconds(1))
    expect([subject.asked.length, subject.vmac()]).toEqual([3, subject.asked[2]])
  })

  it('claims the candidate and the VMAC in use, and no other', () => {
    const { start, vmac, claims, hear, asked, advance } = node({ wanted: RANDOM })
    expect(claims(RANDOM)).toBe(false)
    start()
    expect([claims(RANDOM), claims(DEVICE)]).toEqual([true, false])
    advance(seconds(1))
    hear(RANDOM, 'conflict')
    const [, next = DEVICE] = asked
    expect([claims(RANDOM), claims(next), vmac()]).toEqual([true, true, RANDOM])
    advance(seconds(1))
    expect([claims(RANDOM), claims(next), vmac()]).toEqual([false, true, next])
  })

  it('rests when everything is claimed, and begins again', () => {
    const subject = node({ ask: candidate => subject.hear(candidate, 'conflict') })
    subject.start()
    expect([subject.asked.length, subject.vmac(), subject.told]).toEqual([
      8,
      undefined,
      ['0 s: NoneFree 8 tried, kept none'],
    ])
    subject.advance(seconds(3600))
    expect([subject.asked.length, subject.running()]).toEqual([8 * 61, 1])
  })

  it('changes eight times a minute at most, however often somebody claims it', () => {
    const { start, vmac, hear, asked, told, advance } = node()
    start()
    for (let n = 0; n < 600; n++) {
      advance(ms(100))
      const own = vmac()
      if (own !== undefined) hear(own, 'conflict')
    }
    expect([asked.length, told.length]).toEqual([8, 8])
    expect(vmac()).toBe(asked[7])
  })

  it('is the device instance as soon as that is configured, whatever it was before', () => {
    const { start, vmac, configure, hear, told, advance, running } = node()
    start()
    configure(DEVICE)
    hear(DEVICE, 'conflict')
    advance(seconds(100))
    expect([vmac(), told, running()]).toEqual([DEVICE, [`0 s: Own ${DEVICE}`], 0])
  })

  it('is the configured one also when that was said before the start', () => {
    for (const wanted of [undefined, RANDOM, '00162e' as Bip6Vmac]) {
      const { start, vmac, configure, asked } = node({ wanted })
      configure(DEVICE)
      start()
      expect([vmac(), asked]).toEqual([DEVICE, []])
    }
  })

  it('is none after the end, and nothing runs', () => {
    const { start, vmac, claims, end, told, advance, running } = node({ wanted: RANDOM })
    start()
    end()
    expect([claims(RANDOM), running()]).toEqual([false, 0])
    start()
    advance(seconds(100))
    expect([vmac(), told, running()]).toEqual([undefined, [], 0])
  })

  it('may end while it is told', () => {
    const subject = node({ tell: () => subject.end() })
    subject.start()
    subject.advance(seconds(100))
    expect([subject.told.length, subject.vmac(), subject.running()]).toEqual([1, undefined, 0])
  })
})
