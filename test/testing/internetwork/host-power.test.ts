import { concat, defer, EMPTY, NEVER, Observable, of, Subject, throwError } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { hostPower } from '../../../src/testing/internetwork/host-power.js'

/** A device that says how often it was started, then repeats what it is told; each start forgets all before. */
const counting = () => {
  let starts = 0
  let running = 0
  const duplex = (outbound$: Observable<string>): Observable<string> =>
    defer(() => {
      const number = ++starts
      running++
      return new Observable<string>(subscriber => {
        subscriber.next(`start ${number}`)
        subscriber.add(outbound$.subscribe(subscriber))
        subscriber.add(() => running--)
      })
    })
  return { duplex, running: () => running }
}

const onHost = (power: ReturnType<typeof hostPower>, host: string, whileDown?: (outbound: string) => string) => {
  const { duplex, running } = counting()
  const outbound$ = new Subject<string>()
  const heard: string[] = []
  let end = 'runs'
  const life = power
    .on(
      host,
      duplex,
      whileDown,
    )(outbound$)
    .subscribe({ next: event => heard.push(event), complete: () => (end = 'completed'), error: () => (end = 'failed') })
  return { outbound$, heard, running, life, end: () => end }
}

describe('what runs on a host', () => {
  it('is as without one while the host is up', () => {
    const { outbound$, heard, end } = onHost(hostPower(), 'box')
    outbound$.next('hello')
    outbound$.complete()
    expect([heard, end()]).toEqual([['start 1', 'hello'], 'completed'])
  })

  it('is gone while the host is down, and starts anew; its user stays', () => {
    const power = hostPower()
    const { outbound$, heard, running, end } = onHost(power, 'box', outbound => `not ${outbound}`)
    const down = power.down('box')
    expect([running(), power.isDown('box')]).toEqual([0, true])
    outbound$.next('hello')
    down.unsubscribe()
    outbound$.next('again')
    expect(heard).toEqual(['start 1', 'not hello', 'start 2', 'again'])
    expect([running(), end()]).toEqual([1, 'runs'])
  })

  it('comes back when the last of several reasons has gone', () => {
    const power = hostPower()
    const { heard } = onHost(power, 'box')
    const [one, other] = [power.down('box'), power.down('box')]
    one.unsubscribe()
    one.unsubscribe()
    expect(heard).toEqual(['start 1'])
    other.unsubscribe()
    expect(heard).toEqual(['start 1', 'start 2'])
  })

  it('starts with its host when it is subscribed while that is down', () => {
    const power = hostPower()
    const down = power.down('box')
    const { heard } = onHost(power, 'box')
    expect(heard).toEqual([])
    down.unsubscribe()
    expect(heard).toEqual(['start 1'])
  })

  it('ends at once when it is ended while its host is down', () => {
    const power = hostPower()
    const { outbound$, end } = onHost(power, 'box')
    power.down('box')
    outbound$.complete()
    expect(end()).toBe('completed')
  })

  it('does not come back when its host went down while it was ending', () => {
    const power = hostPower()
    let starts = 0
    const ends: string[] = []
    const ending$ = new Subject<never>()
    const lingering = (): Observable<number> => defer(() => concat(of(++starts), NEVER))
    power
      .on(
        'box',
        lingering,
      )(ending$)
      .subscribe({ complete: () => ends.push('completed') })
    ending$.complete()
    power.down('box').unsubscribe()
    expect([starts, ends]).toEqual([1, ['completed']])
  })

  it('does not come back when its user has left meanwhile', () => {
    const power = hostPower()
    const { heard, life } = onHost(power, 'box')
    const down = power.down('box')
    life.unsubscribe()
    down.unsubscribe()
    expect(heard).toEqual(['start 1'])
  })

  it('leaves other hosts alone', () => {
    const power = hostPower()
    const { heard } = onHost(power, 'box')
    power.down('other box').unsubscribe()
    expect(heard).toEqual(['start 1'])
  })

  it('counts what listens on when it has been stopped', () => {
    const power = hostPower()
    const outbound$ = new Subject<string>()
    const leaving = (inner$: Observable<string>): Observable<string> => {
      inner$.subscribe()
      return inner$
    }
    const life = power.on('box', leaving)(outbound$).subscribe()
    onHost(power, 'other box')
    expect(power.ears()).toBe(0)
    power.down('box').unsubscribe()
    power.down('other box').unsubscribe()
    expect([power.ears(), power.ears('box'), power.ears('other box')]).toEqual([1, 1, 0])
    life.unsubscribe()
    expect(power.ears('box')).toBe(2)
  })

  it('may stand on something of the same host, and both start once', () => {
    const power = hostPower()
    const { duplex, running } = counting()
    const link = power.on('box', duplex)
    const heard: string[] = []
    power
      .on(
        'box',
        link,
      )(NEVER)
      .subscribe(event => heard.push(event))
    power.down('box').unsubscribe()
    expect([heard, running()]).toEqual([['start 1', 'start 2'], 1])
  })

  it('passes errors and ends on', () => {
    const power = hostPower()
    const ends: string[] = []
    const observer = { complete: () => ends.push('completed'), error: () => ends.push('failed') }
    power
      .on('box', () => concat(of(1), EMPTY))(NEVER)
      .subscribe(observer)
    power
      .on('box', () => throwError(() => new Error('port in use')))(NEVER)
      .subscribe(observer)
    expect(ends).toEqual(['completed', 'failed'])
  })
})

it('it is told when a host goes down and comes back, once each', () => {
  const power = hostPower()
  const changes: unknown[] = []
  power.host$.subscribe(change => changes.push(change))
  const downs = [power.down('box'), power.down('box')]
  for (const down of downs) down.unsubscribe()
  expect(changes).toEqual([
    { host: 'box', isUp: false },
    { host: 'box', isUp: true },
  ])
})
