import { ignoreElements, Observable, of, Subject, throwError, config, firstValueFrom } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { SECURE_PATH } from '../../src/wire/header-option.js'
import { broadcast, unicast, type Link, type LinkEvent, type OutboundNpdu } from '../../src/link/link.js'
import { open } from '../../src/link/open.js'

type Address = 'near' | 'far'
type Status = 'down' | 'up'
interface Question {
  readonly _tag: 'Question'
}
interface Answer {
  readonly _tag: 'Answer'
}
type Outbound = OutboundNpdu<Address> | Question
type Event = LinkEvent<Address, Status, Question> | Answer

const npdu = Uint8Array.of(1, 0, 0x10, 8)

/** A link in the hands of the test: `event$` is what it tells, `sent` what it was given. */
const testLink = () => {
  const event$ = new Subject<Event>()
  const sent: Outbound[] = []
  const life = { openings: 0, ended: false }
  const link: Link<Address, Status, Question, Answer> = outbound$ =>
    new Observable(subscriber => {
      life.openings++
      subscriber.add(outbound$.subscribe({ next: each => sent.push(each), complete: () => (life.ended = true) }))
      subscriber.next({ _tag: 'Status', status: 'down' })
      subscriber.add(event$.subscribe(subscriber))
    })
  return { event$, sent, life, link }
}

const collect = <A>(source$: Observable<A>): A[] => {
  const collected: A[] = []
  source$.subscribe({ next: each => collected.push(each), error: () => undefined })
  return collected
}

describe('a link opened', () => {
  it('is opened at once, and once', () => {
    const { link, life } = testLink()
    const { event$, npdu$, status$ } = open(link)
    for (const each$ of [event$, npdu$, status$]) collect<unknown>(each$)
    expect(life.openings).toBe(1)
  })

  it('tells all its events, and its NPDUs apart', () => {
    const { link, event$ } = testLink()
    const opened = open(link)
    const [events, npdus] = [collect(opened.event$), collect(opened.npdu$)]
    const heard = { _tag: 'Npdu', npdu, source: 'far', destination: 'unicast', via: 'wire', dataOptions: [] } as const
    event$.next({ _tag: 'Answer' })
    event$.next(heard)
    expect(events).toEqual([{ _tag: 'Answer' }, heard])
    expect(npdus).toEqual([heard])
  })

  it('replays how it stands: also what it told while it was being opened, and only the latest', () => {
    const { link, event$ } = testLink()
    const { status$ } = open(link)
    const early = collect(status$)
    event$.next({ _tag: 'Status', status: 'up' })
    expect(early).toEqual(['down', 'up'])
    expect(collect(status$)).toEqual(['up'])
  })

  it('sends', () => {
    const { link, sent } = testLink()
    const { send, submit } = open(link)
    send(npdu, 'far')
    send(npdu, 'broadcast')
    send(npdu, 'far', [SECURE_PATH])
    submit({ _tag: 'Question' })
    expect(sent).toEqual([
      unicast(npdu, 'far'),
      broadcast(npdu),
      unicast(npdu, 'far', [SECURE_PATH]),
      { _tag: 'Question' },
    ])
  })

  it('tells what could not be sent', () => {
    const down: Link<Address, Status> = outbound$ =>
      new Observable(subscriber =>
        outbound$.subscribe(outbound => subscriber.next({ _tag: 'Dropped', reason: 'down', outbound })),
      )
    const { event$, send } = open(down)
    const events = collect(event$)
    send(npdu, 'near')
    expect(events).toEqual([{ _tag: 'Dropped', reason: 'down', outbound: unicast(npdu, 'near') }])
  })
})

describe('a link closed', () => {
  it('is gone when the promise resolves, and not before', async () => {
    const { link, event$, life } = testLink()
    const opened = open(link)
    let gone = false
    const closing = opened.close().then(() => (gone = true))
    await Promise.resolve()
    expect(life.ended, 'it was asked to end').toBe(true)
    expect(gone).toBe(false)
    event$.complete()
    await closing
    expect(gone).toBe(true)
  })

  it('completes its streams', async () => {
    const opened = open<Address, Status, never, never>(outbound$ => outbound$.pipe(ignoreElements()))
    const completed: string[] = []
    opened.event$.subscribe({ complete: () => completed.push('event$') })
    opened.npdu$.subscribe({ complete: () => completed.push('npdu$') })
    opened.status$.subscribe({ complete: () => completed.push('status$') })
    await opened.close()
    expect(completed.sort()).toEqual(['event$', 'npdu$', 'status$'])
  })

  it('may be closed twice, and when it has ended by itself', async () => {
    const opened = open<Address, Status, never, never>(() => of({ _tag: 'Status', status: 'down' }))
    await opened.close()
    await opened.close()
  })

  it('drops what is sent while it ends, and says so', () => {
    const { link, sent } = testLink()
    const opened = open(link)
    const events = collect(opened.event$)
    void opened.close()
    opened.send(npdu, 'far')
    expect(sent).toEqual([])
    expect(events).toEqual([{ _tag: 'Dropped', reason: 'the link is closing', outbound: unicast(npdu, 'far') }])
  })

  it('still tells what it hears until it is gone', () => {
    const { link, event$ } = testLink()
    const opened = open(link)
    const events = collect(opened.event$)
    void opened.close()
    event$.next({ _tag: 'Answer' })
    expect(events).toEqual([{ _tag: 'Answer' }])
  })
})

describe('an error of a link', () => {
  const broken = new Error('port in use')

  it('rejects close(), also when it came while the link was being opened', async () => {
    await expect(open<Address, Status, never, never>(() => throwError(() => broken)).close()).rejects.toBe(broken)
  })

  it('rejects close() that is under way', async () => {
    const { link, event$ } = testLink()
    const closing = open(link).close()
    event$.error(broken)
    await expect(closing).rejects.toBe(broken)
  })

  it('errors the streams', () => {
    const { link, event$ } = testLink()
    const opened = open(link)
    const errors: unknown[] = []
    for (const each$ of [opened.event$, opened.npdu$, opened.status$]) {
      ;(each$ as Observable<unknown>).subscribe({ error: (error: unknown) => errors.push(error) })
    }
    event$.error(broken)
    expect(errors).toEqual([broken, broken, broken])
  })

  it('is an unhandled error of RxJS where nobody listens, as it must be mended', async () => {
    const unheard = new Promise(resolve => (config.onUnhandledError = resolve))
    const { link, event$ } = testLink()
    open(link)
    event$.error(broken)
    expect(await unheard).toBe(broken)
    config.onUnhandledError = null
  })

  it('is told to who comes in time, and not thrown', async () => {
    const { link, event$ } = testLink()
    const opened = open(link)
    event$.error(broken)
    await expect(firstValueFrom(opened.event$)).rejects.toBe(broken)
    expect(opened.send(Uint8Array.of(1), 'broadcast')).toBe(false)
  })
})
