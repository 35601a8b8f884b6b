import { clearTimer, setTimer, type TimerEffect } from '../../machine/timers.js'
import { stay, type Step, type Transition } from '../../machine/transition.js'
import { ms, seconds, type Duration } from '../../values/duration.js'
import { isNetworkNumber } from '../../values/network-number.js'
import type { NetworkNumberIs, WhatIsNetworkNumber } from '../../wire/network-message.js'

/** How a port asks for the number of its network, and answers who asks; a local matter. */
export interface NetworkNumberTimings {
  /** How long an answer is waited for until it is asked again; doubled each time. Default 10 s. */
  readonly ask: Duration
  /** The longest such wait, as there may be nobody who knows. Default 300 s. */
  readonly longestAsk: Duration
  /**
   * Who is no router answers what all were asked within this time, drawn by chance, and not at all when another answers
   * first: of a thousand stations a few answer then. Default 0.5 s.
   */
  readonly answer: Duration
}

/** Fills in the defaults. */
export const networkNumberTimings = (given: Partial<NetworkNumberTimings> = {}): NetworkNumberTimings => {
  const ask = given.ask ?? seconds(10)
  return { ask, longestAsk: ms(Math.max(ask, given.longestAsk ?? seconds(300))), answer: given.answer ?? ms(500) }
}

/** What a port knows of the number of its network (clause 6.4.19, section 5 of the protocol notes). */
export type NetworkNumberState =
  /** Nobody has said yet; it was `asked` so many times since the port came up. */
  | { readonly _tag: 'Unknown'; readonly asked: number }
  /** Somebody said so, who had it configured, or learned it himself. */
  | { readonly _tag: 'Learned'; readonly network: number; readonly isConfiguredThere: boolean }
  /** The operator said so: what others say does not count. */
  | { readonly _tag: 'Configured'; readonly network: number }
  /** As before; and all were asked for it, and nobody has answered yet. */
  | { readonly _tag: 'Owing'; readonly network: number }

/** The timers of a port. */
export type NetworkNumberTimer =
  /** The number is not known: it is asked for again. */
  | 'ask'
  /** It is known, and nobody else has answered. */
  | 'answer'

/** What happens to the number of a network. */
export type NetworkNumberEvent =
  /** The port has come up. */
  | { readonly _tag: 'Started' }
  /** The port has gone down: there is nobody to ask. */
  | { readonly _tag: 'Stopped' }
  | {
      readonly _tag: 'Heard'
      readonly message: WhatIsNetworkNumber | NetworkNumberIs
      /** Whether it came by a broadcast of the data link. */
      readonly isBroadcast: boolean
      /** Whether DNET or SNET was there, which none of these messages may have, as it is never routed. */
      readonly hasNetworks: boolean
      /** Whether it says a number that the network of another port has. */
      readonly isOfOtherPort: boolean
    }
  | { readonly _tag: 'TimerFired'; readonly timer: NetworkNumberTimer }

/** What a port wants done about the number of its network. */
export type NetworkNumberEffect =
  /** Send What-Is-Network-Number by local broadcast. */
  | { readonly _tag: 'Ask' }
  /** Send Network-Number-Is by local broadcast. */
  | { readonly _tag: 'Say'; readonly network: number; readonly isConfigured: boolean }
  /** The number was learned, or is another than before. */
  | { readonly _tag: 'Known'; readonly network: number }
  /**
   * Somebody has a number configured for this very network that is another than the one in use: the own one, which is
   * kept, or one that somebody else had configured and said just now.
   */
  | { readonly _tag: 'Conflict'; readonly network: number }
  /** Somebody says a number that the network of another port has: it is not believed. */
  | { readonly _tag: 'Clash'; readonly network: number }
  | TimerEffect<NetworkNumberTimer>

/** What the machine needs to know. */
export interface NetworkNumberOptions {
  /** Routers say what they have configured when they start, answer at once, and tell others what they have learned. */
  readonly isRouter: boolean
  readonly timings: NetworkNumberTimings
}

type NetworkNumberStep = Step<NetworkNumberState, NetworkNumberEffect>

const ASK: NetworkNumberEffect = { _tag: 'Ask' }
const say = (network: number, isConfigured: boolean): NetworkNumberEffect => ({ _tag: 'Say', network, isConfigured })
const conflict = (network: number): NetworkNumberEffect => ({ _tag: 'Conflict', network })
const clash = (network: number): NetworkNumberEffect => ({ _tag: 'Clash', network })

/** How a port begins: with the number that is configured, if one is. */
export const initialNetworkNumber = (configured: number | undefined): NetworkNumberState =>
  configured === undefined ? { _tag: 'Unknown', asked: 0 } : { _tag: 'Configured', network: configured }

/**
 * The number of the network of one port. Whoever answers is not known to tell the truth: a number that others have
 * configured counts more than one that they have learned, and neither counts against the own configuration.
 */
export const networkNumberMachine = ({
  isRouter,
  timings,
}: NetworkNumberOptions): Transition<NetworkNumberState, NetworkNumberEvent, NetworkNumberEffect> => {
  const ask = (asked: number): NetworkNumberStep => [
    { _tag: 'Unknown', asked: asked + 1 },
    [ASK, setTimer('ask', ms(Math.min(timings.ask * 2 ** asked, timings.longestAsk)))],
  ]

  const learn = (
    { network, isConfigured }: NetworkNumberIs,
    ...more: readonly NetworkNumberEffect[]
  ): NetworkNumberStep => [
    { _tag: 'Learned', network, isConfiguredThere: isConfigured },
    [{ _tag: 'Known', network }, ...more],
  ]

  const owe = (network: number): NetworkNumberStep => [
    { _tag: 'Owing', network },
    [setTimer('answer', ms(timings.answer / 2), { ratio: 1, least: ms(0), most: timings.answer })],
  ]

  return (state, event) => {
    const heard = heardIn(event)
    const isClash = event._tag === 'Heard' && event.isOfOtherPort
    const isAsked = heard?._tag === 'What-Is-Network-Number'
    const areAllAsked = isAsked && event._tag === 'Heard' && event.isBroadcast

    switch (state._tag) {
      case 'Unknown':
        if (event._tag === 'Started') return ask(0)
        if (event._tag === 'Stopped') return [state, [clearTimer('ask')]]
        if (event._tag === 'TimerFired') return ask(state.asked)
        if (heard?._tag !== 'Network-Number-Is') return stay(state)
        return isClash ? [state, [clash(heard.network)]] : learn(heard, clearTimer('ask'))
      case 'Learned':
        if (isAsked) return [state, isRouter ? [say(state.network, false)] : []]
        if (heard?.isConfigured !== true) return stay(state)
        if (heard.network === state.network) return [{ ...state, isConfiguredThere: true }, []]
        if (isClash) return [state, [clash(heard.network)]]
        return state.isConfiguredThere ? learn(heard, conflict(state.network)) : learn(heard)
      case 'Configured':
        if (areAllAsked && !isRouter) return owe(state.network)
        if (isAsked || (event._tag === 'Started' && isRouter)) return [state, [say(state.network, true)]]
        if (heard?.isConfigured !== true || heard.network === state.network) return stay(state)
        return [state, [conflict(heard.network)]]
      case 'Owing': {
        const paid: NetworkNumberState = { _tag: 'Configured', network: state.network }
        if (event._tag === 'TimerFired') return [paid, [say(state.network, true)]]
        if (event._tag === 'Stopped') return [paid, [clearTimer('answer')]]
        if (isAsked) return areAllAsked ? stay(state) : [paid, [clearTimer('answer'), say(state.network, true)]]
        if (heard?.isConfigured !== true) return stay(state)
        return heard.network === state.network ? [paid, [clearTimer('answer')]] : [state, [conflict(heard.network)]]
      }
    }
  }
}

/** What an event says about the number of this very network: no message that was routed, nor an answer for somebody else. */
const heardIn = (event: NetworkNumberEvent): WhatIsNetworkNumber | NetworkNumberIs | undefined => {
  if (event._tag !== 'Heard' || event.hasNetworks) return undefined
  const { message, isBroadcast } = event
  if (message._tag === 'What-Is-Network-Number') return message
  return isBroadcast && isNetworkNumber(message.network) ? message : undefined
}
