import { NEVER, Subject, VirtualTimeScheduler } from 'rxjs'
import * as E from 'fp-ts/lib/Either.js'
import type { HubCommand, HubEvent } from '../../src/sc/hub/hub-event.js'
import type { ScLinkEvent } from '../../src/sc/node/sc-link.js'
import type { SocketOutput } from '../../src/sc/connection/socket.js'
import { fixedRandom, virtualNetwork } from '../../src/testing/index.js'
import { decodeBvlcSc } from '../../src/wire/bvlc-sc-decode.js'
import { HUB_BVLC_LENGTH } from '../../src/wire/bvlc-sc.js'
import type { Dice } from './dice.js'
import { hexOf, NOBODIES, octetsOf, soundFrame, TO_ALL, type Cast } from './frames.js'
import { mutated } from './mutate.js'
import { headOf, isOfConnection, mayBeAnswered, passedOn } from './oracle.js'
import { must, Violation } from './violation.js'

/** The bare peer that says what is wrong, and two nodes of ours that hear what is passed on. */
const PEER = '0200000000a1'
const NODES = ['0200000000b2', '0200000000c3'] as const
const MEMBERS: readonly string[] = [PEER, ...NODES]
const CAST: Cast = { sources: [PEER], destinations: [...MEMBERS, ...NOBODIES] }

const CONNECT_REQUEST = octetsOf(`06000001${PEER}${'a1'.repeat(16)}ffffef8f`)

/** The most work that may wait for its time: timers of three connections, and of the drops that are gathered. */
const MOST_WAITING = 60

/** A hub with two nodes in virtual time, and one frame after another from a bare peer, connected or not. */
export const liveHub = (dice: Dice): (() => void) => {
  const scheduler = new VirtualTimeScheduler()
  const network = virtualNetwork(scheduler, { random: fixedRandom(1) })
  const command$ = new Subject<HubCommand>()
  const hubEvents: HubEvent[] = []
  const atNodes = new Map<string, { frames: Uint8Array[]; npdus: (ScLinkEvent & { readonly _tag: 'Npdu' })[] }>()
  network
    .hub()(command$)
    .subscribe(event => hubEvents.push(event))
  for (const vmac of NODES) {
    const heard: { frames: Uint8Array[]; npdus: (ScLinkEvent & { readonly _tag: 'Npdu' })[] } = {
      frames: [],
      npdus: [],
    }
    atNodes.set(vmac, heard)
    const name = `node ${vmac}`
    network.tap$.subscribe(tapped => {
      if (tapped._tag !== 'Message' || tapped.node !== name || tapped.direction !== 'from hub') return
      if (!isOfConnection(tapped.octets[0] ?? 0)) heard.frames.push(tapped.octets.slice())
    })
    NEVER.pipe(network.node({ name, vmac, maxBvlcLength: 65535, maxNpduLength: 61327 })).subscribe(event => {
      if (event._tag === 'Npdu') heard.npdus.push(event)
    })
  }

  const settle = (): void => {
    scheduler.maxFrames = scheduler.frame + 1
    scheduler.flush()
    scheduler.frame = scheduler.maxFrames
  }
  settle()

  const open = (): Line => {
    const outbound$ = new Subject<SocketOutput>()
    const line: Line = { outbound$, heard: [], closed: false }
    network
      .socket('peer')(outbound$)
      .subscribe(event => {
        if (event._tag === 'Message') line.heard.push(event.octets.slice())
        if (event._tag === 'Closed' || event._tag === 'Failed') line.closed = true
      })
    settle()
    return line
  }

  /** Says a frame, and takes what was heard of it. */
  const say = (line: Line, frame: Uint8Array): readonly Uint8Array[] => {
    for (const heard of atNodes.values()) {
      heard.frames.length = 0
      heard.npdus.length = 0
    }
    hubEvents.length = 0
    line.heard.length = 0
    line.outbound$.next(frame)
    settle()
    return line.heard
  }

  /** Nobody else heard anything, but those to whom it was due. */
  const expectPassed = (frame: Uint8Array, due: ReturnType<typeof passedOn>): void => {
    for (const [vmac, { frames, npdus }] of atNodes) {
      const expected = due?.to.includes(vmac) === true ? [due.hex] : []
      const got = frames.map(hexOf)
      must(got.join() === expected.join(), `node ${vmac} got ${got.join() || 'nothing'}`, frame)
      must(npdus.length <= expected.length, `node ${vmac} delivered an NPDU too many`, frame)
      for (const { source, npdu } of npdus) {
        must(source === PEER, `node ${vmac} delivered an NPDU of ${source}`, frame)
        must(due?.hex.endsWith(hexOf(npdu)) === true, `node ${vmac} delivered another NPDU`, frame)
      }
    }
  }

  const expectAnswers = (frame: Uint8Array, answers: readonly Uint8Array[], due: ReturnType<typeof passedOn>): void => {
    for (const answer of answers) {
      const head = headOf(answer)
      must(E.isRight(decodeBvlcSc(answer, 'from-hub')), `answered with ${hexOf(answer)}`, frame)
      must(head?.destination === undefined, `an answer for somebody else: ${hexOf(answer)}`, frame)
      if (head?.originating === undefined) {
        must(due === undefined && mayBeAnswered(frame, 'to-hub'), `the hub answered ${hexOf(answer)}`, frame)
      } else {
        must(due?.to.includes(head.originating) === true, `${head.originating} answered, who heard nothing`, frame)
        must(mayBeAnswered(octetsOf(due?.hex ?? ''), 'from-hub'), `a node answered ${hexOf(answer)}`, frame)
      }
    }
    must(answers.length <= Math.max(1, due?.to.length ?? 0), 'more than one answer', frame)
  }

  let line: Line | undefined
  let last: Uint8Array = CONNECT_REQUEST

  const strangerSpeaks = (): void => {
    const stranger = open()
    for (let count = 1 + dice.below(3); count > 0 && !stranger.closed; count--) {
      const frame = mutated(dice, dice.onceIn(2) ? last : soundFrame(dice, 'to-hub', STRANGERS), CONNECT_REQUEST)
      const answers = say(stranger, frame)
      const accepted = answers.some(([fn]) => fn === 0x07)
      must(!accepted || frame[0] === 0x06, 'accepted without a Connect-Request', frame)
      for (const answer of answers) {
        must(mayBeAnswered(frame, 'to-hub'), `a stranger was answered ${hexOf(answer)}`, frame)
        must(E.isRight(decodeBvlcSc(answer, 'from-hub')), `answered with ${hexOf(answer)}`, frame)
      }
      expectPassed(frame, undefined)
      if (accepted) break
    }
    stranger.outbound$.next({ _tag: 'CloseSocket', code: 1000 })
    settle()
    if (line?.heard.some(([fn]) => fn === 0x08) === true) line = undefined
  }

  const connect = (): Line => {
    const fresh = open()
    const answers = say(fresh, CONNECT_REQUEST)
    must(answers.length === 1 && answers[0]?.[0] === 0x07, 'a Connect-Request was not accepted', last)
    return fresh
  }

  let cases = 0
  return () => {
    if (++cases % 1000 === 0) expectHealth()
    if (dice.onceIn(20)) {
      strangerSpeaks()
      return
    }
    if (line === undefined || line.closed) line = connect()
    const frame = mutated(dice, soundFrame(dice, dice.onceIn(10) ? 'from-hub' : 'to-hub', CAST), last)
    last = frame
    const answers = say(line, frame)
    const due = passedOn(frame, PEER, MEMBERS, HUB_BVLC_LENGTH)
    expectPassed(frame, due)
    expectAnswers(frame, answers, due)
  }

  function expectHealth(): void {
    hubEvents.length = 0
    command$.next({ _tag: 'ListNodes' })
    const told = hubEvents.find(event => event._tag === 'Nodes')
    const vmacs = told?._tag === 'Nodes' ? told.nodes.map(({ vmac }) => vmac as string) : []
    must(vmacs.length <= MEMBERS.length && NODES.every(vmac => vmacs.includes(vmac)), `nodes ${vmacs.join()}`, last)
    must(scheduler.actions.length < MOST_WAITING, `${scheduler.actions.length} things wait for their time`, last)
    if (scheduler.frame === Infinity) throw new Violation('time is at its end', last)
  }
}

interface Line {
  readonly outbound$: Subject<SocketOutput>
  readonly heard: Uint8Array[]
  closed: boolean
}

/** Who may come besides the peer: some have a VMAC that is taken. */
const STRANGERS: Cast = { sources: ['0200000000d4', ...NODES, TO_ALL], destinations: CAST.destinations }
